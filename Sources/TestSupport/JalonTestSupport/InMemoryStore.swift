package import CivilTime
package import WorkflowEngine

/// A store for simulations: as any other, but in memory, and it fails when it is told to.
package final class InMemoryStore: Store {
    /// What may happen to a batch.
    package enum Fault: Hashable, Sendable {
        /// The store refuses the batch with this error; nothing of it happens, and the next may be taken.
        case refusal(StoreError)
        /// The program dies before the batch is durable: nothing of it happens.
        case crashBefore
        /// The program dies once the batch is durable, without having learnt of it.
        case crashAfter
    }

    /// Batches that became durable since the store was made.
    package private(set) var commits = 0
    /// True from a crash until ``restart()``: every call throws `failed`.
    package private(set) var hasCrashed = false
    private var armed: (commitsLeft: Int, fault: Fault)?

    private var definitionsByDigest: [String: StoredDefinition] = [:]
    /// In the order recorded.
    private var digests: [String] = []
    private var casesByID: [String: StoredCase] = [:]
    private var journals: [String: [Int: JournalRow]] = [:]
    private var agendas: [String: [AgendaRow]] = [:]
    /// Sorted.
    private var dues: [Due] = []
    /// In the order recorded.
    private var effects: [OutboxRow] = []
    private var placeByKey: [String: Int] = [:]
    /// Effects that wait, in order.
    private var waiting: [Waiting] = []
    private var marks: [String: String] = [:]

    private struct Due: Comparable {
        var instant: Timestamp
        var caseID: String

        static func < (left: Due, right: Due) -> Bool {
            (left.instant, left.caseID) < (right.instant, right.caseID)
        }
    }

    /// By when it was owed, then by its place among all effects.
    private struct Waiting: Comparable {
        var owedAt: Timestamp
        var place: Int

        static func < (left: Waiting, right: Waiting) -> Bool {
            (left.owedAt, left.place) < (right.owedAt, right.place)
        }
    }

    /// An empty store without faults.
    package init() {}

    // MARK: Faults

    /// Arms one fault, in place of one armed before.
    ///
    /// - Parameters:
    ///   - commits: Batches that still succeed before it strikes, 0 for none.
    ///   - fault: What happens to the batch after them.
    package func failNextApply(
        after commits: Int = 0, _ fault: Fault = .refusal(StoreError(.full, "memory: no room on the disk"))
    ) {
        precondition(commits >= 0, "a fault cannot lie in the past")
        armed = (commits, fault)
    }

    /// What a new program finds after a crash: everything durable. A fault that is armed stays so.
    package func restart() { hasCrashed = false }

    private static let crash = StoreError(.failed, "memory: the program has crashed; restart the store")

    private func checkAlive() throws(StoreError) {
        if hasCrashed { throw Self.crash }
    }

    // MARK: Writing

    /// Makes a batch visible, unless it contradicts what is there or a fault strikes.
    package func apply(_ changes: [StoreChange]) throws(StoreError) {
        try checkAlive()
        try checkJournals(changes)
        var dies = false
        if let (commitsLeft, fault) = armed {
            armed = commitsLeft > 0 ? (commitsLeft - 1, fault) : nil
            if commitsLeft == 0 {
                switch fault {
                case .refusal(let error): throw error
                case .crashBefore:
                    hasCrashed = true
                    throw Self.crash
                case .crashAfter: dies = true
                }
            }
        }
        for change in changes { perform(change) }
        commits += 1
        if dies {
            hasCrashed = true
            throw Self.crash
        }
    }

    /// Refuses a batch with a row of a journal whose sequence is taken.
    private func checkJournals(_ changes: [StoreChange]) throws(StoreError) {
        var added: [String: Set<Int>] = [:]
        for case .caseCommit(let commit) in changes {
            let id = commit.state.id
            for row in commit.journal {
                guard journals[id]?[row.sequence] == nil, added[id, default: []].insert(row.sequence).inserted else {
                    throw StoreError(.failed, "memory: the journal of \(id) has an entry \(row.sequence) already")
                }
            }
        }
    }

    private func perform(_ change: StoreChange) {
        switch change {
        case .definition(let definition):
            guard definitionsByDigest[definition.digest] == nil else { return }
            definitionsByDigest[definition.digest] = definition
            digests.append(definition.digest)
        case .caseCommit(let commit):
            perform(commit)
        case .delivery(let delivery):
            guard let place = placeByKey[delivery.key] else { return }
            effects[place].address = delivery.address ?? effects[place].address
            effects[place].subject = delivery.words?.subject ?? effects[place].subject
            effects[place].body = delivery.words?.body ?? effects[place].body
            effects[place].state = delivery.state
            effects[place].attempts = delivery.attempts
            effects[place].nextAttempt = delivery.nextAttempt
            effects[place].detail = delivery.detail
            noteWaiting(place)
        case .mark(let name, let value):
            marks[name] = value
        }
    }

    private func perform(_ commit: CaseCommit) {
        let id = commit.state.id
        if let due = casesByID[id]?.due { dues.remove(at: dues.place(of: Due(instant: due, caseID: id))) }
        if let due = commit.state.due {
            let entry = Due(instant: due, caseID: id)
            dues.insert(entry, at: dues.place(of: entry))
        }
        casesByID[id] = commit.state
        for row in commit.journal { journals[id, default: [:]][row.sequence] = row }
        if let agenda = commit.agenda {
            precondition(
                agenda.allSatisfy { $0.caseID == id }, "an agenda belongs to the case it is committed with")
            agendas[id] = agenda
        }
        for row in commit.outbox {
            if let place = placeByKey[row.key] {
                guard commit.isOwedAnew, effects[place].state == .obsolete, !effects[place].isGathered else { continue }
                effects[place] = row.owedAgain(after: effects[place])
                noteWaiting(place)
            } else {
                placeByKey[row.key] = effects.count
                effects.append(row)
                noteWaiting(effects.count - 1)
            }
        }
        for key in commit.obsolete {
            guard let place = placeByKey[key], effects[place].state == .waiting else { continue }
            effects[place].state = .obsolete
            noteWaiting(place)
        }
    }

    private func noteWaiting(_ place: Int) {
        let entry = Waiting(owedAt: effects[place].owedAt, place: place)
        let index = waiting.place(of: entry)
        let isThere = index < waiting.endIndex && waiting[index] == entry
        switch (isThere, effects[place].state == .waiting) {
        case (false, true): waiting.insert(entry, at: index)
        case (true, false): waiting.remove(at: index)
        case (true, true), (false, false): break
        }
    }

    // MARK: Reading

    /// Every definition ever used, by when it was saved.
    package func definitions() throws(StoreError) -> [StoredDefinition] {
        try checkAlive()
        // `sort` keeps the order of equals.
        return digests.compactMap { definitionsByDigest[$0] }.sorted { $0.savedAt < $1.savedAt }
    }

    /// A case; `nil` for an unknown one.
    package func storedCase(_ id: String) throws(StoreError) -> StoredCase? {
        try checkAlive()
        return casesByID[id]
    }

    /// The journal of a case by sequence; empty for an unknown case.
    package func journal(of caseID: String) throws(StoreError) -> [JournalRow] {
        try checkAlive()
        return (journals[caseID] ?? [:]).values.sorted { $0.sequence < $1.sequence }
    }

    /// Cases in the order of their ids.
    package func cases(after id: String?, workflow: String?, limit: Int) throws(StoreError) -> [StoredCase] {
        try checkAlive()
        let found = casesByID.values.filter { stored in
            id.map { $0 < stored.id } ?? true && workflow.map { $0 == stored.workflow } ?? true
        }
        return Array(found.sorted { $0.id < $1.id }.prefix(limit))
    }

    /// Counts for `status`.
    package func counts() throws(StoreError) -> StoreCounts {
        try checkAlive()
        let statuses = casesByID.values.map(\.status)
        return StoreCounts(
            running: statuses.count { $0 == .running }, over: statuses.count { $0 == .over },
            faults: statuses.count { $0 == .fault }, waiting: waiting.count, dead: effects.count { $0.state == .dead },
            held: effects.count { $0.state == .held })
    }

    /// Cases due at an instant or before, earliest first, then by id.
    package func casesDue(by instant: Timestamp, limit: Int) throws(StoreError) -> [String] {
        try checkAlive()
        return dues.prefix { $0.instant <= instant }.prefix(limit).map(\.caseID)
    }

    /// The earliest due of all cases; `nil` if nothing is due ever.
    package func earliestDue() throws(StoreError) -> Timestamp? {
        try checkAlive()
        return dues.first?.instant
    }

    /// What lies ahead from an instant until before another; at the same instant by case, then as given.
    package func agenda(
        from: Timestamp, until: Timestamp, caseID: String?, limit: Int
    ) throws(StoreError) -> [AgendaRow] {
        try checkAlive()
        let rows = caseID.map { agendas[$0] ?? [] } ?? agendas.sorted { $0.key < $1.key }.flatMap(\.value)
        let ahead = rows.filter { from <= $0.instant && $0.instant < until }
        return Array(ahead.sorted { $0.instant < $1.instant }.prefix(limit))
    }

    /// Effects whose turn has come, in the order in which they were owed, then recorded.
    package func outbox(readyBy instant: Timestamp, limit: Int) throws(StoreError) -> [OutboxRow] {
        try checkAlive()
        let ready = waiting.lazy.map { self.effects[$0.place] }.filter { $0.nextAttempt <= instant }
        return Array(ready.prefix(limit))
    }

    /// Effects of one case or of all, latest owed first, then latest recorded.
    package func outbox(of caseID: String?, limit: Int) throws(StoreError) -> [OutboxRow] {
        try checkAlive()
        let wanted = effects.indices.filter { place in caseID.map { $0 == effects[place].caseID } ?? true }
        return wanted.sorted { isOwedEarlier($1, $0) }.prefix(limit).map { effects[$0] }
    }

    /// When the next waiting effect may be tried; `nil` if none waits.
    package func earliestDelivery() throws(StoreError) -> Timestamp? {
        try checkAlive()
        return waiting.lazy.map { self.effects[$0.place].nextAttempt }.min()
    }

    /// When the next waiting effect may be tried, of those that may not yet.
    package func earliestDelivery(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try checkAlive()
        return waiting.lazy.map { self.effects[$0.place].nextAttempt }.filter { $0 > instant }.min()
    }

    /// The latest instant at which a waiting effect may be tried.
    package func latestDelivery() throws(StoreError) -> Timestamp? {
        try checkAlive()
        return waiting.lazy.map { self.effects[$0.place].nextAttempt }.max()
    }

    /// The earliest due later than an instant.
    package func earliestDue(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try checkAlive()
        return dues.first { $0.instant > instant }?.instant
    }

    /// A part of a journal, by sequence.
    package func journal(of caseID: String, after sequence: Int, limit: Int) throws(StoreError) -> [JournalRow] {
        Array(try journal(of: caseID).drop { $0.sequence <= sequence }.prefix(limit))
    }

    /// Effects of one case or of all that are in a state, latest owed first.
    package func outbox(
        in state: OutboxRow.State, of caseID: String?, limit: Int
    ) throws(StoreError) -> [OutboxRow] {
        Array(try outbox(of: caseID, limit: .max).filter { $0.state == state }.prefix(limit))
    }

    /// An effect by its key.
    package func effect(_ key: String) throws(StoreError) -> OutboxRow? {
        try checkAlive()
        return placeByKey[key].map { effects[$0] }
    }

    /// Something kept under a name.
    package func mark(_ name: String) throws(StoreError) -> String? {
        try checkAlive()
        return marks[name]
    }

    /// Nothing is kept twice here.
    package func integrityProblems(ofPart part: Int) -> [String]? { nil }

    /// Always refused: there is no file to copy.
    package func beginBackup(
        to destination: String, replacing isReplacing: Bool
    ) throws(StoreError) -> any StoreBackup {
        throw StoreError(.failed, "\(destination): cases in memory cannot be copied to a file")
    }

    private func isOwedEarlier(_ left: Int, _ right: Int) -> Bool {
        (effects[left].owedAt, left) < (effects[right].owedAt, right)
    }
}

extension Array where Element: Comparable {
    /// Where an element is, or belongs, in an array in order.
    fileprivate func place(of element: Element) -> Int {
        var range = startIndex..<endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = self[middle] < element ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
