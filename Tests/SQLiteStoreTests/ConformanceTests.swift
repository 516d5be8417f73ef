import CivilTime
import JalonTestSupport
import SQLiteStore
import Testing
import WorkflowEngine

struct ConformanceTests {
    @Test("a file keeps every promise of a store, also when it is opened anew")
    func sqlite() throws {
        let folder = try TemporaryFolder()
        var made = 0
        let conformance = StoreConformance {
            made += 1
            return try SQLiteCaseStore(path: folder.path("\(made).sqlite"))
        } reopen: { store in
            let store = try #require(store as? SQLiteCaseStore)
            #expect(store.integrityProblems().filter { !$0.contains("as many rows as they say") } == [])
            try store.close()
            return try SQLiteCaseStore(path: store.path)
        }
        try conformance.run()
    }

    @Test("the store of simulations keeps every promise of a store")
    func inMemory() throws {
        try StoreConformance { InMemoryStore() }.run()
    }

    @Test(
        "a store that forgets something does not conform",
        arguments: [ForgetfulStore.Lapse.obsolescence, .agenda, .dueMovement, .rollback, .laterDelivery])
    func forgetful(_ lapse: ForgetfulStore.Lapse) {
        #expect(throws: StoreConformance.Failure.self) {
            try StoreConformance { ForgetfulStore(lapse) }.run(seeds: 1...1)
        }
    }
}

struct InMemoryFaultTests {
    @Test("a batch is refused after so many, has not happened, and is taken the next time")
    func refusal() throws {
        let store = InMemoryStore()
        let full = StoreError(.full, "no room")
        store.failNextApply(after: 2, .refusal(full))
        try store.apply([change("a", 1)])
        try store.apply([change("a", 2)])
        #expect(throws: full) { try store.apply([change("a", 3), change("b", 1)]) }
        #expect(try store.journal(of: "a").count == 2)
        #expect(try store.storedCase("b") == nil)
        try store.apply([change("a", 3), change("b", 1)])
        #expect(try store.journal(of: "a").count == 3)
        #expect(store.commits == 3)
    }

    @Test(
        "a crash loses what was not durable and nothing else, and nothing answers until the restart",
        arguments: [(InMemoryStore.Fault.crashBefore, 1), (.crashAfter, 2)])
    func crash(_ fault: InMemoryStore.Fault, rows: Int) throws {
        let store = InMemoryStore()
        try store.apply([change("a", 1)])
        store.failNextApply(fault)
        #expect(throws: StoreError.self) { try store.apply([change("a", 2)]) }
        #expect(store.hasCrashed)
        #expect(throws: StoreError.self) { try store.journal(of: "a") }
        #expect(throws: StoreError.self) { try store.apply([]) }
        store.restart()
        #expect(try store.journal(of: "a").count == rows)
        try store.apply([change("a", rows + 1)])
        #expect(store.commits == rows + 1)
    }
}

/// A store that does not do one thing it should.
final class ForgetfulStore: Store {
    enum Lapse: Sendable { case obsolescence, agenda, dueMovement, rollback, laterDelivery }

    private let store = InMemoryStore()
    private let lapse: Lapse

    init(_ lapse: Lapse) { self.lapse = lapse }

    func apply(_ changes: [StoreChange]) throws(StoreError) {
        if lapse == .rollback {
            for change in changes { try store.apply([change]) }
            return
        }
        var kept: [StoreChange] = []
        for change in changes {
            guard case .caseCommit(var commit) = change else {
                kept.append(change)
                continue
            }
            switch lapse {
            case .obsolescence: commit.obsolete = []
            case .agenda: if commit.agenda == [] { commit.agenda = nil }
            case .dueMovement: commit.state.due = try store.storedCase(commit.state.id)?.due ?? commit.state.due
            case .rollback, .laterDelivery: break
            }
            kept.append(.caseCommit(commit))
        }
        try store.apply(kept)
    }

    func definitions() throws(StoreError) -> [StoredDefinition] { try store.definitions() }
    func storedCase(_ id: String) throws(StoreError) -> StoredCase? { try store.storedCase(id) }
    func journal(of caseID: String) throws(StoreError) -> [JournalRow] { try store.journal(of: caseID) }
    func cases(after id: String?, workflow: String?, limit: Int) throws(StoreError) -> [StoredCase] {
        try store.cases(after: id, workflow: workflow, limit: limit)
    }
    func counts() throws(StoreError) -> StoreCounts { try store.counts() }
    func casesDue(by instant: Timestamp, limit: Int) throws(StoreError) -> [String] {
        try store.casesDue(by: instant, limit: limit)
    }
    func earliestDue() throws(StoreError) -> Timestamp? { try store.earliestDue() }
    func agenda(from: Timestamp, until: Timestamp, caseID: String?, limit: Int) throws(StoreError) -> [AgendaRow] {
        try store.agenda(from: from, until: until, caseID: caseID, limit: limit)
    }
    func outbox(readyBy instant: Timestamp, limit: Int) throws(StoreError) -> [OutboxRow] {
        try store.outbox(readyBy: instant, limit: limit)
    }
    func outbox(of caseID: String?, limit: Int) throws(StoreError) -> [OutboxRow] {
        try store.outbox(of: caseID, limit: limit)
    }
    func earliestDelivery() throws(StoreError) -> Timestamp? { try store.earliestDelivery() }
    func earliestDelivery(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try lapse == .laterDelivery ? store.earliestDelivery() : store.earliestDelivery(after: instant)
    }
    func latestDelivery() throws(StoreError) -> Timestamp? { try store.latestDelivery() }
    func earliestDue(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try store.earliestDue(after: instant)
    }
    func journal(of caseID: String, after sequence: Int, limit: Int) throws(StoreError) -> [JournalRow] {
        try store.journal(of: caseID, after: sequence, limit: limit)
    }
    func outbox(in state: OutboxRow.State, of caseID: String?, limit: Int) throws(StoreError) -> [OutboxRow] {
        try store.outbox(in: state, of: caseID, limit: limit)
    }
    func effect(_ key: String) throws(StoreError) -> OutboxRow? { try store.effect(key) }
    func mark(_ name: String) throws(StoreError) -> String? { try store.mark(name) }
    func integrityProblems(ofPart part: Int) -> [String]? { store.integrityProblems(ofPart: part) }
    func beginBackup(
        to destination: String, replacing isReplacing: Bool
    ) throws(StoreError) -> any StoreBackup {
        try store.beginBackup(to: destination, replacing: isReplacing)
    }
}
