import CivilTime
package import WorkflowEngine

/// What any store must do, whoever keeps it.
///
/// ```swift
/// try StoreConformance { InMemoryStore() }.run()
/// ```
package struct StoreConformance {
    /// Promises that a store has broken, with what it answered.
    package struct Failure: Error, CustomStringConvertible {
        /// "promise: what was found", one for each.
        package var broken: [String]

        package var description: String {
            "the store breaks \(broken.count) promises:\n" + broken.joined(separator: "\n")
        }
    }

    let makeStore: () throws -> any Store
    let reopen: ((any Store) throws -> any Store)?

    /// - Parameters:
    ///   - makeStore: Makes a new store, empty, that shares nothing with those made before.
    ///   - reopen: Closes a store and opens it anew; `nil` for one that ends with its program.
    package init(_ makeStore: @escaping () throws -> any Store, reopen: ((any Store) throws -> any Store)? = nil) {
        self.makeStore = makeStore
        self.reopen = reopen
    }

    /// Holds a store to each promise, and to the law that it agrees with a naive one over random batches.
    ///
    /// - Parameter seeds: One run of random batches for each.
    /// - Throws: ``Failure`` with every broken promise.
    package func run(seeds: ClosedRange<UInt64> = 1...10) throws {
        var broken: [String] = []
        for (promise, check) in Self.promises {
            do {
                try check(makeStore())
            } catch {
                broken.append("\(promise): \(error)")
            }
        }
        for seed in seeds {
            do {
                try agreesWithNaiveStore(seed: seed)
            } catch {
                broken.append("agrees with a naive store, seed \(seed): \(error)")
            }
        }
        guard broken.isEmpty else { throw Failure(broken: broken) }
    }

    private static var promises: [(String, (any Store) throws -> Void)] {
        [
            ("an empty store answers with nothing", emptyStore),
            ("what was applied is read as it was given", values),
            ("a refused batch has not happened at all, and the next is taken", atomicity),
            ("the changes of a batch happen in their order", orderInBatch),
            ("a definition is saved once, and told oldest first", definitions),
            ("a case keeps its own journal", journals),
            ("cases are paged by id, of one workflow or of all", paging),
            ("dues move with their cases, earliest first", dues),
            ("an agenda is replaced whole, or left alone", agenda),
            ("the first effect of a key stays, whatever has become of it", uniqueEffects),
            ("only an effect that waits becomes obsolete", obsolescence),
            ("effects come when it is their turn, in the order owed", deliveries),
            ("counts follow cases and effects", counts),
            ("a mark is kept under its name, the last one given", marks),
            ("an effect is found by its key and by its state, and may be given an address", effects),
        ]
    }

    // MARK: Promises

    private static func emptyStore(_ store: any Store) throws {
        try store.apply([])
        try expect(Everything(store), Everything(), "everything")
        try expect(try store.storedCase("a"), nil, "an unknown case")
        try expect(try store.journal(of: "a"), [], "its journal")
        try expect(try store.outbox(of: "a", limit: 9), [], "its effects")
        try expect(try store.agenda(from: .earliest, until: .latest, caseID: "a", limit: 9), [], "its agenda")
    }

    private static func values(_ store: any Store) throws {
        let text = "l'« échéance »\n\t\"15 %\" \\ '); DROP TABLE cases; -- الرباط 🗓️ "
        let definition = StoredDefinition(digest: "d", name: text, text: text, savedAt: .latest)
        let state = StoredCase(
            id: text, workflow: text, digest: "d", status: .fault, startedAt: .earliest, enteredAt: .latest,
            due: Timestamp(microseconds: -1), journalCount: 2, journalHash: (0...255).map { UInt8($0) }, snapshot: [])
        let rows = [
            JournalRow(sequence: 1, occurredAt: .earliest, recordedAt: .latest, text: text, hash: []),
            JournalRow(
                sequence: 2, occurredAt: at(5), recordedAt: at(1), text: String(repeating: text, count: 9_000),
                hash: [0, 255]),
        ]
        let agenda = AgendaRow(
            caseID: text, instant: at(3), element: text, title: "", words: text, clause: 122)
        let effects = [
            OutboxRow(
                key: text, caseID: text, address: nil, subject: text, body: "", owedAt: at(1), isLate: true,
                state: .waiting, attempts: 3, nextAttempt: .latest, detail: text),
            OutboxRow(
                key: "k", caseID: text, address: text, subject: "", body: text, owedAt: .earliest, isLate: false,
                state: .dead, attempts: 0, nextAttempt: .earliest, detail: ""),
        ]
        try store.apply([
            .definition(definition),
            .caseCommit(CaseCommit(state: state, journal: rows, agenda: [agenda], outbox: effects)),
        ])
        try expect(try store.definitions(), [definition], "definitions")
        try expect(try store.storedCase(text), state, "the case")
        try expect(try store.cases(after: nil, workflow: text, limit: 5), [state], "cases")
        try expect(try store.journal(of: text), rows, "the journal")
        try expect(try store.agenda(from: .earliest, until: .latest, caseID: text, limit: 5), [agenda], "the agenda")
        try expect(try store.outbox(of: text, limit: 5), effects, "the effects")
        try expect(try store.casesDue(by: .latest, limit: 5), [text], "dues")
        try expect(try store.earliestDue(), Timestamp(microseconds: -1), "the earliest due")
    }

    private static func atomicity(_ store: any Store) throws {
        try store.apply([change("a", due: 5, journal: [1], agenda: [7], outbox: [effect("k", of: "a", owed: 1)])])
        let before = try Everything(store)
        let batch: [StoreChange] = [
            .definition(StoredDefinition(digest: "new", name: "n", text: "t", savedAt: at(1))),
            change("b", status: .over, due: 2, journal: [1], agenda: [3], outbox: [effect("l", of: "b", owed: 2)]),
            change("a", status: .fault, due: nil, journal: [2], agenda: [], obsolete: ["k"]),
            .delivery(DeliveryCommit(key: "l", state: .dead, attempts: 1, nextAttempt: at(9), detail: "no")),
        ]
        for taken in [change("a", journal: [1]), change("b", journal: [1])] {
            var refusal: StoreError?
            do { try store.apply(batch + [taken]) } catch { refusal = error }
            try expect(refusal?.code, .failed, "the answer to a taken sequence")
            try expect(Everything(store), before, "everything")
        }
        try store.apply(batch)
        try expect(try store.storedCase("a")?.status, .fault, "the status after the next batch")
        try expect(
            try store.counts(), StoreCounts(running: 0, over: 1, faults: 1, waiting: 0, dead: 1), "counts after it")
    }

    private static func orderInBatch(_ store: any Store) throws {
        try store.apply([
            change("a", status: .fault, due: 9, journal: [1], agenda: [1, 2], outbox: [effect("k", of: "a", owed: 1)]),
            .delivery(DeliveryCommit(key: "k", state: .delivered, attempts: 1, nextAttempt: at(4), detail: "ok")),
            change("a", workflow: "other", due: 3, journal: [2, 3], agenda: [8], obsolete: ["k"]),
        ])
        try expect(try store.storedCase("a"), stored("a", workflow: "other", due: 3), "the case")
        try expect(try store.journal(of: "a").map(\.sequence), [1, 2, 3], "the journal")
        try expect(try store.casesDue(by: .latest, limit: 9), ["a"], "dues")
        try expect(try store.earliestDue(), at(3), "the earliest due")
        try expect(try Everything(store).agenda.map(\.instant), [at(8)], "the agenda")
        try expect(try store.outbox(of: nil, limit: 9).map(\.state), [.delivered], "the effect")
    }

    private static func definitions(_ store: any Store) throws {
        func definition(_ digest: String, _ text: String, _ second: Int64) -> StoredDefinition {
            StoredDefinition(digest: digest, name: "n", text: text, savedAt: at(second))
        }
        try store.apply([.definition(definition("z", "first", 1)), .definition(definition("z", "second", 0))])
        try store.apply([.definition(definition("a", "", 1)), .definition(definition("z", "third", 9))])
        try store.apply([.definition(definition("m", "", 0))])
        try expect(try store.definitions().map(\.digest), ["m", "z", "a"], "the order")
        try expect(try store.definitions().map(\.text), ["", "first", ""], "the texts")
    }

    private static func journals(_ store: any Store) throws {
        try store.apply([change("a", journal: [1, 2]), change("b", journal: [1])])
        try store.apply([change("b", journal: [2]), change("a", journal: []), change("a", journal: [3])])
        try expect(try store.journal(of: "a").map(\.sequence), [1, 2, 3], "of the one")
        try expect(try store.journal(of: "b").map(\.text), ["b 1", "b 2"], "of the other")
        try expect(try store.journal(of: "c"), [], "of an unknown case")
    }

    private static func paging(_ store: any Store) throws {
        let ids = ["a", "a-1", "a-10", "a-2", "b", "é"]
        try store.apply(ids.reversed().map { change($0, workflow: $0.hasPrefix("a-") ? "lots" : "w") })
        var pages: [[String]] = []
        repeat {
            pages.append(try store.cases(after: pages.last?.last, workflow: nil, limit: 4).map(\.id))
        } while pages.last != [] && pages.count < 9
        try expect(pages, [Array(ids[..<4]), Array(ids[4...]), []], "pages of four")
        try expect(try store.cases(after: nil, workflow: "lots", limit: 2).map(\.id), ["a-1", "a-10"], "of a workflow")
        try expect(try store.cases(after: "a-10", workflow: "lots", limit: 2).map(\.id), ["a-2"], "and its next")
        try expect(try store.cases(after: "a-15", workflow: "w", limit: 1).map(\.id), ["b"], "after an unknown id")
        try expect(try store.cases(after: nil, workflow: "none", limit: 1), [], "of an unknown workflow")
    }

    private static func dues(_ store: any Store) throws {
        try store.apply([change("b", due: 5), change("a", due: 5), change("c", due: 7), change("d", due: nil)])
        try expect(try store.casesDue(by: at(4), limit: 9), [], "before")
        try expect(try store.casesDue(by: at(5), limit: 9), ["a", "b"], "at that instant")
        try expect(try store.casesDue(by: at(9), limit: 2), ["a", "b"], "two at most")
        try expect(try store.earliestDue(), at(5), "the earliest")
        try store.apply([change("b", due: 8), change("a", due: nil), change("d", due: 1), change("c", due: 7)])
        try expect(try store.casesDue(by: at(9), limit: 9), ["d", "c", "b"], "once moved")
        try expect(try store.earliestDue(), at(1), "the earliest once moved")
        try store.apply(["b", "c", "d"].map { change($0, status: .over, due: nil) })
        try expect(try store.casesDue(by: .latest, limit: 9), [], "none left")
        try expect(try store.earliestDue(), nil, "the earliest of none")
    }

    private static func agenda(_ store: any Store) throws {
        func ahead(_ from: Int64, _ until: Int64, of id: String? = nil, limit: Int = 99) throws -> [String] {
            try store.agenda(from: at(from), until: at(until), caseID: id, limit: limit).map(\.element)
        }
        try store.apply([change("b", agenda: [4, 2, 4]), change("a", agenda: [4, 9])])
        try expect(try ahead(0, 99), ["b 1 at 2", "a 0 at 4", "b 0 at 4", "b 2 at 4", "a 1 at 9"], "of all")
        try expect(try ahead(0, 99, of: "b"), ["b 1 at 2", "b 0 at 4", "b 2 at 4"], "of one")
        try expect(try ahead(2, 4), ["b 1 at 2"], "from an instant until before another")
        try expect(try ahead(3, 99, of: "a", limit: 1), ["a 0 at 4"], "one at most")
        try expect(try ahead(3, 99, limit: 2), ["a 0 at 4", "b 0 at 4"], "two at most")
        try store.apply([change("b", agenda: nil), change("a", agenda: [1])])
        try expect(try ahead(0, 99), ["a 0 at 1", "b 1 at 2", "b 0 at 4", "b 2 at 4"], "left alone and replaced")
        try store.apply([change("b", agenda: [])])
        try expect(try ahead(0, 99), ["a 0 at 1"], "emptied")
    }

    private static func uniqueEffects(_ store: any Store) throws {
        let states: [OutboxRow.State] = [.waiting, .delivered, .dead, .obsolete]
        let first = states.indices.map { effect("k\($0)", of: "a", owed: Int64($0)) }
        try store.apply([change("a", outbox: first + [effect("k0", of: "b", owed: 50)], obsolete: ["k3"])])
        try store.apply(
            ["k1", "k2"].enumerated().map { place, key in
                .delivery(
                    DeliveryCommit(key: key, state: states[place + 1], attempts: 2, nextAttempt: at(8), detail: "x"))
            })
        let settled = try store.outbox(of: nil, limit: 9)
        try expect(settled.reversed().map(\.state), states, "the states")
        try store.apply([change("b", outbox: (0...3).map { effect("k\($0)", of: "b", owed: 60) })])
        try expect(try store.outbox(of: nil, limit: 9), settled, "owed again")
        try expect(try store.outbox(of: "b", limit: 9), [], "of the other case")
        try expect(try store.counts().waiting, 1, "the count of those that wait")
    }

    private static func obsolescence(_ store: any Store) throws {
        let rows = (0...3).map { effect("k\($0)", of: "a", owed: Int64($0)) }
        try store.apply([change("a", outbox: rows)])
        let outcomes: [OutboxRow.State] = [.delivered, .dead]
        try store.apply(
            outcomes.enumerated().map { place, state in
                .delivery(
                    DeliveryCommit(key: "k\(place)", state: state, attempts: 1, nextAttempt: at(7), detail: "x"))
            })
        try store.apply([change("a", obsolete: ["k0", "k1", "k2", "k2", "unknown"])])
        let found = try store.outbox(of: "a", limit: 9)
        try expect(found.reversed().map(\.state), [.delivered, .dead, .obsolete, .waiting], "the states")
        var dropped = rows[2]
        dropped.state = .obsolete
        try expect(found[1], dropped, "the rest of the row")
        try expect(try store.outbox(readyBy: .latest, limit: 9).map(\.key), ["k3"], "those ready")
    }

    private static func deliveries(_ store: any Store) throws {
        func ready(_ second: Int64, limit: Int = 9) throws -> [String] {
            try store.outbox(readyBy: at(second), limit: limit).map(\.key)
        }
        let rows = [
            effect("z", of: "a", owed: 2, next: 4), effect("y", of: "b", owed: 1, next: 6),
            effect("x", of: "a", owed: 2, next: 3),
        ]
        try store.apply([change("a", outbox: rows)])
        try expect(try ready(2), [], "too early")
        try expect(try ready(4), ["z", "x"], "at their turn, as recorded")
        try expect(try ready(9), ["y", "z", "x"], "the one owed first")
        try expect(try ready(9, limit: 2), ["y", "z"], "two at most")
        try expect(try store.outbox(of: nil, limit: 2).map(\.key), ["x", "z"], "latest owed first")
        try expect(try store.outbox(of: "a", limit: 1).map(\.key), ["x"], "of one case")
        try expect(try store.earliestDelivery(), at(3), "the next")
        let retry = DeliveryCommit(key: "x", state: .waiting, attempts: 1, nextAttempt: at(8), detail: "greylisted")
        try store.apply([
            .delivery(retry),
            .delivery(DeliveryCommit(key: "z", state: .delivered, attempts: 1, nextAttempt: at(4), detail: "")),
            .delivery(DeliveryCommit(key: "unknown", state: .dead, attempts: 1, nextAttempt: at(4), detail: "")),
        ])
        try expect(try ready(7), ["y"], "once one is settled and one put off")
        try expect(try ready(8), ["y", "x"], "once that one's turn comes again")
        try expect(try store.earliestDelivery(), at(6), "the next then")
        var tried = rows[2]
        (tried.attempts, tried.nextAttempt, tried.detail) = (1, at(8), "greylisted")
        try expect(try store.outbox(of: "a", limit: 9).first, tried, "the row that was tried")
        try store.apply([change("a", obsolete: ["x", "y"])])
        try expect(try store.earliestDelivery(), nil, "the next of none")
    }

    private static func counts(_ store: any Store) throws {
        try store.apply([
            change("a", outbox: [effect("k", of: "a", owed: 1), effect("l", of: "a", owed: 1)]), change("b"),
            change("c", status: .fault),
        ])
        try expect(
            try store.counts(), StoreCounts(running: 2, over: 0, faults: 1, waiting: 2, dead: 0), "at first")
        try store.apply([
            change("a", status: .over, obsolete: ["l"]), change("b"), change("c"),
            .delivery(DeliveryCommit(key: "k", state: .dead, attempts: 9, nextAttempt: at(2), detail: "")),
        ])
        try expect(
            try store.counts(), StoreCounts(running: 2, over: 1, faults: 0, waiting: 0, dead: 1), "afterwards")
        let again = DeliveryCommit(key: "k", state: .waiting, attempts: 0, nextAttempt: at(2), detail: "")
        try store.apply([.delivery(again)])
        try expect(
            try store.counts(), StoreCounts(running: 2, over: 1, faults: 0, waiting: 1, dead: 0), "tried again")
    }
}

// MARK: Material

extension StoreConformance {
    /// An answer that is not the one expected.
    struct Mismatch: Error, CustomStringConvertible {
        var description: String
    }

    static func expect<Value: Equatable>(
        _ actual: @autoclosure () throws -> Value, _ expected: Value, _ what: String
    ) throws {
        let actual = try actual()
        guard actual == expected else { throw Mismatch(description: "\(what) is \(actual), not \(expected)") }
    }

    static func at(_ second: Int64) -> Timestamp { Timestamp(secondsSinceEpoch: second) }

    static func stored(
        _ id: String, workflow: String = "w", status: StoredCase.Status = .running, due: Int64?
    ) -> StoredCase {
        StoredCase(
            id: id, workflow: workflow, digest: "d", status: status, startedAt: at(0), enteredAt: at(1),
            due: due.map(at), journalCount: 0, journalHash: [1], snapshot: [2])
    }

    static func change(
        _ id: String, workflow: String = "w", status: StoredCase.Status = .running, due: Int64? = nil,
        journal: [Int] = [], agenda: [Int64]? = nil, outbox: [OutboxRow] = [], obsolete: [String] = []
    ) -> StoreChange {
        let rows = journal.map { sequence in
            JournalRow(
                sequence: sequence, occurredAt: at(0), recordedAt: at(1), text: "\(id) \(sequence)", hash: [3])
        }
        let ahead = agenda?.enumerated().map { place, second in
            AgendaRow(
                caseID: id, instant: at(second), element: "\(id) \(place) at \(second)", title: "t", words: "w",
                clause: place)
        }
        return .caseCommit(
            CaseCommit(
                state: stored(id, workflow: workflow, status: status, due: due), journal: rows, agenda: ahead,
                outbox: outbox, obsolete: obsolete))
    }

    static func effect(_ key: String, of id: String, owed: Int64, next: Int64? = nil) -> OutboxRow {
        OutboxRow(
            key: key, caseID: id, address: "someone@example.org", subject: "s", body: "b", owedAt: at(owed),
            isLate: false, state: .waiting, attempts: 0, nextAttempt: at(next ?? owed), detail: "")
    }
}

/// All that a store tells, for comparisons.
struct Everything: Equatable {
    var definitions: [StoredDefinition] = []
    var cases: [StoredCase] = []
    var journals: [[JournalRow]] = []
    var counts = StoreCounts(running: 0, over: 0, faults: 0, waiting: 0, dead: 0)
    var due: [String] = []
    var earliestDue: Timestamp?
    var agenda: [AgendaRow] = []
    var outbox: [OutboxRow] = []
    var ready: [OutboxRow] = []
    var earliestDelivery: Timestamp?

    init() {}

    init(_ store: any Store) throws {
        definitions = try store.definitions()
        cases = try store.cases(after: nil, workflow: nil, limit: 10_000)
        journals = try cases.map { try store.journal(of: $0.id) }
        counts = try store.counts()
        due = try store.casesDue(by: .latest, limit: 10_000)
        earliestDue = try store.earliestDue()
        agenda = try store.agenda(from: .earliest, until: .latest, caseID: nil, limit: 10_000)
        outbox = try store.outbox(of: nil, limit: 10_000)
        ready = try store.outbox(readyBy: .latest, limit: 10_000)
        earliestDelivery = try store.earliestDelivery()
    }
}
