package import CivilTime
package import WorkflowEngine

/// Any store, with faults: refusals for as long as a test wants them, and crashes at a commit of its choice.
package final class FaultyStore: Store {
    /// When a crash strikes.
    package enum Crash: String, CaseIterable, Sendable {
        /// The program dies before the batch is durable: nothing of it happens.
        case before
        /// The program dies once the batch is durable, without having learnt of it.
        case after
    }

    /// While set, every batch is refused with this error.
    package var refusal: StoreError?
    /// While set, every call that reads throws this error.
    package var readRefusal: StoreError?
    /// Called before each batch is written: a slow disk lets time pass here.
    package var beforeCommit: () -> Void = {}
    /// Cases whose snapshots this program cannot read, until they are written again.
    private var lostSnapshots: Set<String> = []
    /// While set, every batch that changes this case is refused as `failed`.
    package var refusedCase: String?
    /// Batches that became durable.
    package private(set) var commits = 0
    /// Calls that read, since this was last set.
    package var reads = 0
    /// True from a crash until ``restart()``: every call throws `failed`.
    package private(set) var hasCrashed = false
    private var armed: (commitsLeft: Int, crash: Crash)?
    private var base: any Store
    private let reopen: (any Store) throws -> any Store

    /// Makes a store of another.
    ///
    /// - Parameter reopen: What a program that starts after a crash finds of it.
    package init(_ base: any Store, reopen: @escaping (any Store) throws -> any Store = { $0 }) {
        self.base = base
        self.reopen = reopen
    }

    /// Lets the program die, after so many more commits.
    package func crash(after commits: Int, _ crash: Crash) { armed = (commits, crash) }

    /// True while a crash is to come.
    package var isArmed: Bool { armed != nil }

    /// Nothing is to come any more.
    package func disarm() { armed = nil }

    /// Opens the store as a new program does.
    package func restart() throws {
        base = try reopen(base)
        hasCrashed = false
    }

    /// The store itself, as one who looks at it from outside sees it.
    package var sound: any Store { base }

    /// Lets a program start that writes other snapshots: it reads none of those that are there.
    package func loseSnapshots() throws {
        lostSnapshots = Set(try base.cases(after: nil, workflow: nil, limit: .max).map(\.id))
    }

    private func seen(_ row: StoredCase) -> StoredCase {
        guard lostSnapshots.contains(row.id) else { return row }
        var row = row
        row.snapshot = []
        return row
    }

    private static let crashed = StoreError(.failed, "the program has crashed")

    /// As ``Store`` says, unless a fault is due.
    package func apply(_ changes: [StoreChange]) throws(StoreError) {
        if hasCrashed { throw Self.crashed }
        if let refusal { throw refusal }
        for case .caseCommit(let commit) in changes where commit.state.id == refusedCase {
            throw StoreError(.failed, "the row of \(commit.state.id) is refused")
        }
        let crash = armed.flatMap { $0.commitsLeft == 0 ? $0.crash : nil }
        armed = armed.flatMap { $0.commitsLeft == 0 ? nil : ($0.commitsLeft - 1, $0.crash) }
        beforeCommit()
        if crash == .before {
            hasCrashed = true
            throw Self.crashed
        }
        try base.apply(changes)
        commits += 1
        if !lostSnapshots.isEmpty {
            for case .caseCommit(let commit) in changes { lostSnapshots.remove(commit.state.id) }
        }
        if crash == .after {
            hasCrashed = true
            throw Self.crashed
        }
    }

    private func read<Value>(_ work: (any Store) throws(StoreError) -> Value) throws(StoreError) -> Value {
        if hasCrashed { throw Self.crashed }
        if let readRefusal { throw readRefusal }
        reads += 1
        return try work(base)
    }

    /// As ``Store`` says, unless a fault is due.
    package func definitions() throws(StoreError) -> [StoredDefinition] {
        try read { store throws(StoreError) in try store.definitions() }
    }

    /// As ``Store`` says, unless a fault is due.
    package func storedCase(_ id: String) throws(StoreError) -> StoredCase? {
        try read { store throws(StoreError) in try store.storedCase(id).map(seen) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func journal(of caseID: String) throws(StoreError) -> [JournalRow] {
        try read { store throws(StoreError) in try store.journal(of: caseID) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func cases(after id: String?, workflow: String?, limit: Int) throws(StoreError) -> [StoredCase] {
        try read { store throws(StoreError) in
            try store.cases(after: id, workflow: workflow, limit: limit).map(seen)
        }
    }

    /// As ``Store`` says, unless a fault is due.
    package func counts() throws(StoreError) -> StoreCounts {
        try read { store throws(StoreError) in try store.counts() }
    }

    /// As ``Store`` says, unless a fault is due.
    package func casesDue(by instant: Timestamp, limit: Int) throws(StoreError) -> [String] {
        try read { store throws(StoreError) in try store.casesDue(by: instant, limit: limit) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func earliestDue() throws(StoreError) -> Timestamp? {
        try read { store throws(StoreError) in try store.earliestDue() }
    }

    /// As ``Store`` says, unless a fault is due.
    package func agenda(
        from: Timestamp, until: Timestamp, caseID: String?, limit: Int
    ) throws(StoreError) -> [AgendaRow] {
        try read { store throws(StoreError) in
            try store.agenda(from: from, until: until, caseID: caseID, limit: limit)
        }
    }

    /// As ``Store`` says, unless a fault is due.
    package func outbox(readyBy instant: Timestamp, limit: Int) throws(StoreError) -> [OutboxRow] {
        try read { store throws(StoreError) in try store.outbox(readyBy: instant, limit: limit) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func outbox(of caseID: String?, limit: Int) throws(StoreError) -> [OutboxRow] {
        try read { store throws(StoreError) in try store.outbox(of: caseID, limit: limit) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func earliestDelivery() throws(StoreError) -> Timestamp? {
        try read { store throws(StoreError) in try store.earliestDelivery() }
    }

    /// As ``Store`` says, unless a fault is due.
    package func earliestDelivery(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try read { store throws(StoreError) in try store.earliestDelivery(after: instant) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func latestDelivery() throws(StoreError) -> Timestamp? {
        try read { store throws(StoreError) in try store.latestDelivery() }
    }

    /// As ``Store`` says, unless a fault is due.
    package func earliestDue(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try read { store throws(StoreError) in try store.earliestDue(after: instant) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func journal(of caseID: String, after sequence: Int, limit: Int) throws(StoreError) -> [JournalRow] {
        try read { store throws(StoreError) in try store.journal(of: caseID, after: sequence, limit: limit) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func outbox(
        in state: OutboxRow.State, of caseID: String?, limit: Int
    ) throws(StoreError) -> [OutboxRow] {
        try read { store throws(StoreError) in try store.outbox(in: state, of: caseID, limit: limit) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func effect(_ key: String) throws(StoreError) -> OutboxRow? {
        try read { store throws(StoreError) in try store.effect(key) }
    }

    /// As ``Store`` says, unless a fault is due.
    package func mark(_ name: String) throws(StoreError) -> String? {
        try read { store throws(StoreError) in try store.mark(name) }
    }

    /// As ``Store`` says.
    package func integrityProblems(ofPart part: Int) -> [String]? { base.integrityProblems(ofPart: part) }

    /// As ``Store`` says, unless a fault is due.
    package func beginBackup(
        to destination: String, replacing isReplacing: Bool
    ) throws(StoreError) -> any StoreBackup {
        try read { store throws(StoreError) in try store.beginBackup(to: destination, replacing: isReplacing) }
    }
}
