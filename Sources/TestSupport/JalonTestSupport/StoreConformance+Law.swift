import CivilTime
import SeededRandom
import WorkflowEngine

extension StoreConformance {
    /// Applies random batches, some of them refused, and compares every answer with a naive store's after each.
    func agreesWithNaiveStore(seed: UInt64) throws {
        var draw = Draw(seed: seed)
        var store = try makeStore()
        var naive = NaiveStore()
        for step in 1...40 {
            var batch = (0..<draw.below(6)).map { _ in draw.change(naive) }
            batch = draw.numberJournals(batch, after: naive)
            if draw.below(8) == 0, let taken = naive.commits.first(where: { !$0.journal.isEmpty }) {
                var refused = false
                do { try store.apply(batch + [.caseCommit(taken)]) } catch { refused = error.code == .failed }
                try Self.expect(refused, true, "step \(step): the refusal of a journal's sequence that is taken")
            } else {
                try store.apply(batch)
                naive.apply(batch)
            }
            if let reopen, draw.below(10) == 0 { store = try reopen(store) }
            try Self.expect(Everything(store), naive.everything, "step \(step): everything")
            try compare(store, naive, &draw, step)
        }
    }

    private func compare(_ store: any Store, _ naive: NaiveStore, _ draw: inout Draw, _ step: Int) throws {
        let (from, until) = (draw.instant(), draw.instant())
        let id = draw.id()
        let some = draw.below(2) == 0 ? nil : id
        let limit = 1 + draw.below(5)
        let asked = "step \(step), \(id), \(from) to \(until), \(limit) at most:"
        try Self.expect(store.storedCase(id), naive.storedCase(id), "\(asked) the case")
        try Self.expect(store.journal(of: id), naive.journal(of: id), "\(asked) the journal")
        let workflow = draw.below(2) == 0 ? nil : draw.workflow()
        try Self.expect(
            store.cases(after: some, workflow: workflow, limit: limit),
            Array(
                naive.cases.filter { stored in
                    (some.map { $0 < stored.id } ?? true) && (workflow == nil || workflow == stored.workflow)
                }.prefix(limit)), "\(asked) cases of \(workflow ?? "any workflow")")
        try Self.expect(
            store.casesDue(by: from, limit: limit), Array(naive.due(by: from).prefix(limit)), "\(asked) dues")
        let ahead = naive.agenda.filter { row in
            from <= row.instant && row.instant < until && (some == nil || some == row.caseID)
        }
        try Self.expect(
            store.agenda(from: from, until: until, caseID: some, limit: limit), Array(ahead.prefix(limit)),
            "\(asked) the agenda")
        let ready = naive.ready.filter { $0.nextAttempt <= until }
        try Self.expect(
            store.outbox(readyBy: until, limit: limit), Array(ready.prefix(limit)), "\(asked) effects ready")
        let effects = naive.outbox.reversed().filter { some == nil || some == $0.caseID }
        try Self.expect(store.outbox(of: some, limit: limit), Array(effects.prefix(limit)), "\(asked) effects")
        try compareParts(store, naive, id, from, limit, asked)
    }

    private func compareParts(
        _ store: any Store, _ naive: NaiveStore, _ id: String, _ from: Timestamp, _ limit: Int, _ asked: String
    ) throws {
        let waiting = naive.ready.map(\.nextAttempt)
        try Self.expect(
            store.earliestDelivery(after: from), waiting.filter { $0 > from }.min(), "\(asked) the next turn after")
        try Self.expect(store.latestDelivery(), waiting.max(), "\(asked) the latest turn")
        try Self.expect(
            store.earliestDue(after: from), naive.cases.compactMap(\.due).filter { $0 > from }.min(),
            "\(asked) the next due after")
        let rows = naive.journal(of: id)
        try Self.expect(
            store.journal(of: id, after: limit, limit: 2), Array(rows.filter { $0.sequence > limit }.prefix(2)),
            "\(asked) a part of the journal")
        for row in naive.outbox.prefix(2) { try Self.expect(store.effect(row.key), row, "\(asked) an effect") }
        for state in [OutboxRow.State.dead, .held, .dropped, .waiting] {
            let found = naive.outbox.reversed().filter { $0.state == state && $0.caseID == id }
            try Self.expect(
                store.outbox(in: state, of: id, limit: limit), Array(found.prefix(limit)), "\(asked) \(state) effects")
        }
    }
}

/// A store that keeps the changes and works every answer out from them.
private struct NaiveStore {
    private var changes: [StoreChange] = []
    private(set) var commits: [CaseCommit] = []

    mutating func apply(_ batch: [StoreChange]) {
        changes += batch
        for case .caseCommit(let commit) in batch { commits.append(commit) }
    }

    func storedCase(_ id: String) -> StoredCase? { commits.last { $0.state.id == id }?.state }
    func journal(of id: String) -> [JournalRow] { commits.filter { $0.state.id == id }.flatMap(\.journal) }
    var cases: [StoredCase] { Set(commits.map(\.state.id)).sorted().compactMap(storedCase) }

    func due(by instant: Timestamp) -> [String] {
        let due = cases.filter { stored in stored.due.map { $0 <= instant } ?? false }
        return due.sorted { ($0.due ?? .latest) < ($1.due ?? .latest) }.map(\.id)
    }

    var agenda: [AgendaRow] {
        let rows = cases.flatMap { stored in
            commits.last { $0.state.id == stored.id && $0.agenda != nil }?.agenda ?? []
        }
        return rows.sorted { $0.instant < $1.instant }
    }

    /// In the order owed, then recorded.
    var outbox: [OutboxRow] {
        var rows: [OutboxRow] = []
        for change in changes {
            switch change {
            case .definition, .mark: break
            case .caseCommit(let commit):
                for row in commit.outbox where !rows.contains(where: { $0.key == row.key }) { rows.append(row) }
                for place in rows.indices where commit.obsolete.contains(rows[place].key) {
                    if rows[place].state == .waiting { rows[place].state = .obsolete }
                }
            case .delivery(let delivery):
                for place in rows.indices where rows[place].key == delivery.key {
                    rows[place].state = delivery.state
                    rows[place].address = delivery.address ?? rows[place].address
                    rows[place].subject = delivery.words?.subject ?? rows[place].subject
                    rows[place].body = delivery.words?.body ?? rows[place].body
                    rows[place].attempts = delivery.attempts
                    rows[place].nextAttempt = delivery.nextAttempt
                    rows[place].detail = delivery.detail
                }
            }
        }
        return rows.sorted { $0.owedAt < $1.owedAt }
    }

    var ready: [OutboxRow] { outbox.filter { $0.state == .waiting } }

    var definitions: [StoredDefinition] {
        var found: [StoredDefinition] = []
        for case .definition(let definition) in changes {
            if !found.contains(where: { $0.digest == definition.digest }) { found.append(definition) }
        }
        return found.sorted { $0.savedAt < $1.savedAt }
    }

    var everything: Everything {
        var answers = Everything()
        let (cases, outbox) = (cases, outbox)
        let ready = outbox.filter { $0.state == .waiting }
        answers.definitions = definitions
        answers.cases = cases
        answers.journals = cases.map { journal(of: $0.id) }
        answers.counts = StoreCounts(
            running: cases.count { $0.status == .running }, over: cases.count { $0.status == .over },
            faults: cases.count { $0.status == .fault }, waiting: ready.count,
            dead: outbox.count { $0.state == .dead }, held: outbox.count { $0.state == .held })
        answers.due = due(by: .latest)
        answers.earliestDue = cases.compactMap(\.due).min()
        answers.agenda = agenda
        answers.outbox = outbox.reversed()
        answers.ready = ready
        answers.earliestDelivery = ready.map(\.nextAttempt).min()
        return answers
    }
}

/// Random changes over few ids, keys and instants, so that they meet.
private struct Draw {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SeededGenerator: https://prng.di.unimi.it/splitmix64.c
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func instant() -> Timestamp { StoreConformance.at(Int64(below(20))) }
    mutating func id() -> String { "case-\(below(12))" }
    mutating func workflow() -> String { "workflow-\(below(3))" }
    private mutating func key() -> String { "key-\(below(30))" }

    private mutating func element<Value>(of values: [Value]) -> Value { values[below(values.count)] }

    mutating func change(_ naive: NaiveStore) -> StoreChange {
        switch below(10) {
        case 0:
            return .definition(
                StoredDefinition(digest: "d\(below(6))", name: workflow(), text: "t\(below(99))", savedAt: instant()))
        case 1...3:
            return .delivery(
                DeliveryCommit(
                    key: key(), address: below(3) == 0 ? "b\(below(3))" : nil,
                    words: below(3) == 0 ? .init(subject: "s\(below(9))", body: "b\(below(9))") : nil,
                    state: element(of: [.waiting, .delivered, .dead, .held, .dropped]), attempts: below(9),
                    nextAttempt: instant(), detail: "detail \(below(99))"))
        default:
            return .caseCommit(commit())
        }
    }

    private mutating func commit() -> CaseCommit {
        let id = id()
        let state = StoredCase(
            id: id, workflow: workflow(), digest: "d\(below(6))", status: element(of: [.running, .over, .fault]),
            startedAt: instant(), enteredAt: instant(), due: below(3) == 0 ? nil : instant(), journalCount: below(9),
            journalHash: [UInt8(below(256))], snapshot: (0..<below(9)).map { UInt8($0) })
        let agenda = (0..<below(4)).map { place in
            AgendaRow(
                caseID: id, instant: instant(), element: "e\(place)", title: "t", words: "w", clause: below(200))
        }
        let outbox = (0..<below(3)).map { _ in
            OutboxRow(
                key: key(), caseID: self.id(), address: below(2) == 0 ? nil : "a", subject: "s", body: "b",
                owedAt: instant(), isLate: below(2) == 0, state: element(of: [.waiting, .waiting, .dead, .held]),
                attempts: 0, nextAttempt: instant(), detail: "")
        }
        // Numbered later, once the journals before are known.
        let journal = (0..<below(3)).map { place in
            JournalRow(
                sequence: 0, occurredAt: instant(), recordedAt: instant(), text: "\(id) \(place)", hash: [UInt8(place)])
        }
        return CaseCommit(
            state: state, journal: journal, agenda: below(2) == 0 ? nil : agenda, outbox: outbox,
            obsolete: (0..<below(3)).map { _ in key() })
    }

    /// Gives the rows of each journal the sequences that follow what is there.
    mutating func numberJournals(_ batch: [StoreChange], after naive: NaiveStore) -> [StoreChange] {
        var last: [String: Int] = [:]
        return batch.map { change in
            guard case .caseCommit(var commit) = change else { return change }
            let id = commit.state.id
            for place in commit.journal.indices {
                last[id] = (last[id] ?? naive.journal(of: id).count) + 1
                commit.journal[place].sequence = last[id] ?? 0
            }
            return .caseCommit(commit)
        }
    }
}
