import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct BatchTests {
    private func add(_ number: Int, to id: String) -> WriteRequest {
        .send(
            SendRequest(
                caseID: id, event: "add", fields: [.init(name: "n", value: .number(String(number)))], author: 1))
    }

    @Test("many writes are one transaction, and one that is refused does not harm the others")
    func groupCommit() throws {
        let world = try makeWorld()
        let commits = world.store.commits
        let starts = world.write(
            (0..<50).map { .start(StartRequest(workflow: "counter", caseID: "c\($0)", author: 1)) })
        #expect(starts.count { (try? $0.get()) != nil } == 50 && world.store.commits == commits + 1)
        var writes = (0..<200).map { add($0, to: "c\($0 % 50)") }
        writes.insert(add(1, to: "nobody"), at: 100)
        let replies = world.write(writes)
        #expect(world.store.commits == commits + 2)
        #expect(replies.count { (try? $0.get()) != nil } == 200)
        expectRefusal(.caseNotFound, saying: "nobody") { () throws(EngineError) in try replies[100].get() }
        #expect(try world.core.show("c7", at: nil).data.map(\.words) == ["\(7 + 57 + 107 + 157)"])
    }

    @Test(
        "a store that fails changes nothing, and each writer is told",
        arguments: [
            (StoreError.Code.full, EngineError.Code.storeFull), (.failed, .storeFailed), (.readOnly, .storeFailed),
        ])
    func failingStore(code: StoreError.Code, told: EngineError.Code) throws {
        let world = try makeWorld()
        try world.start("counter", id: "c")
        try world.send("c", "add", ["n": .number("1")])
        let before = try world.contents()
        let view = try world.core.show("c", at: nil)
        world.store.refusal = StoreError(code, "memory: it fails")
        let replies = world.write([
            add(5, to: "c"), .start(StartRequest(workflow: "silent", caseID: "s", author: 1)), add(1, to: "nobody"),
        ])
        for reply in replies[..<2] {
            expectRefusal(told, saying: "it fails") { () throws(EngineError) in try reply.get() }
        }
        expectRefusal(.caseNotFound, saying: "nobody") { () throws(EngineError) in try replies[2].get() }
        #expect(world.core.trouble?.code == code)
        #expect(try world.core.status().store == "memory (memory: it fails)")
        #expect(try world.contents() == before && world.core.show("c", at: nil) == view)
        #expect(world.core.nextTurn() == world.clock.now() + .seconds(5))
        world.store.refusal = nil
        #expect(try world.send("c", "add", ["n": .number("2")]).sequence == 3)
        #expect(try world.start("silent").caseID == "silent-1")
        #expect(world.core.trouble == nil)
        #expect(try world.core.show("c", at: nil).data.map(\.words) == ["3"])
        #expect(try world.core.history("c").map(\.kind) == ["started", "entered", "event", "event"])
    }

    @Test("a commit that fails although it happened is found in the store")
    func ambiguousCommit() throws {
        let world = try makeWorld()
        try world.start("counter", id: "c")
        world.store.crash(after: 0, .after)
        expectRefusal(.storeFailed, saying: "crashed") { () throws(EngineError) in
            try world.send("c", "add", ["n": .number("1")])
        }
        try world.store.restart()
        #expect(try world.send("c", "add", ["n": .number("2")]).sequence == 3)
        #expect(try world.core.show("c", at: nil).data.map(\.words) == ["3"])
    }

    @Test("what is due while the store fails is taken once it works again")
    func duesInTrouble() throws {
        let world = try makeWorld()
        try world.start("silent", id: "s")
        world.store.refusal = StoreError(.full, "memory: no room")
        world.clock.set(to: try at("2025-03-31T12:00:00Z"))
        world.settle()
        #expect(world.core.trouble != nil && world.restlessness == [])
        world.store.refusal = nil
        world.clock.pass(.seconds(5))
        world.settle()
        #expect(try world.store.storedCase("s")?.status == .over)
        #expect(try world.core.history("s").last?.localTime == "2025-03-31T12:00:00+00:00")
    }

    @Test("a turn with nothing to do neither writes nor reads")
    func quietTurns() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        world.settle()
        let commits = world.store.commits
        world.store.reads = 0
        for _ in 0..<10 { world.settle() }
        #expect(world.store.reads == 0 && world.store.commits == commits)
        for _ in 0..<10 {
            expectRefusal(.notAccepted, saying: "r") { () throws(EngineError) in try world.send("r", "report.refused") }
        }
        #expect(world.store.reads == 0)
    }

    @Test("an event reads nothing of a case that is in memory")
    func hotPath() throws {
        let world = try makeWorld()
        try world.start("counter", id: "c")
        world.settle()
        world.store.reads = 0
        for number in 1...10 {
            world.clock.pass(.seconds(1))
            _ = world.write([add(number, to: "c")])
            world.settle()
        }
        #expect(world.store.reads == 0)
    }
}
