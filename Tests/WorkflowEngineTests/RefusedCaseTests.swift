import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct RefusedCaseTests {
    private func add(_ number: Int, to id: String) -> WriteRequest {
        .send(
            SendRequest(
                caseID: id, event: "add", fields: [.init(name: "n", value: .number(String(number)))], author: 1))
    }

    @Test("a case that the store refuses keeps no other from being stored, and each writer is told the truth")
    func writes() throws {
        let world = try makeWorld()
        for id in ["a", "bad", "c"] { try world.start("counter", id: id) }
        world.store.refusedCase = "bad"
        let replies = world.write([add(1, to: "a"), add(2, to: "bad"), add(3, to: "c"), add(4, to: "a")])
        #expect(replies.map { (try? $0.get()) != nil } == [true, false, true, true])
        expectRefusal(.storeFailed, saying: "the row of bad is refused") { () throws(EngineError) in
            try replies[1].get()
        }
        #expect(world.core.trouble == nil)
        #expect(world.core.problems.map(\.kind) == ["case 'bad' cannot be stored"])
        #expect(try world.core.status().problems.first?.contains("tried again at 2025-03-01T08:00:05Z") == true)
        #expect(try world.core.show("a", at: nil).data.map(\.words) == ["5"])
        #expect(try world.store.journal(of: "bad").count == 1)
        world.store.refusedCase = nil
        #expect(try world.write([add(7, to: "bad")])[0].get().sequence == 2)
        #expect(world.core.problems.isEmpty)
        #expect(try world.core.show("bad", at: nil).data.map(\.words) == ["7"])
    }

    @Test("what is due in it is tried now and then, and meanwhile dues and messages of others go on")
    func dues() throws {
        let world = try makeWorld([silent, bell])
        for id in ["s1", "s2", "s3"] { try world.start("silent", id: id) }
        world.store.refusedCase = "s2"
        world.pass(to: "2025-03-31T12:00:00Z")
        #expect(try ["s1", "s2", "s3"].map { try world.store.storedCase($0)?.status } == [.over, .running, .over])
        try world.start("bell", id: "b")
        try world.send("b", "ring", ["n": .number("1")])
        world.settle()
        #expect(world.plugins.letters.count == 1 && world.restlessness == [])
        var pauses: [Int] = []
        for _ in 0..<12 {
            let next = try #require(world.core.nextTurn())
            pauses.append(Int((next - world.clock.now()).components.seconds))
            world.clock.set(to: next)
            world.settle()
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600])
        #expect(world.restlessness == [])
        // Others that fall due are not kept waiting by its pause.
        try world.start("silent", id: "s4", rebase: ("due", "2025-04-01"))
        world.store.refusedCase = nil
        world.pass(to: "2025-04-02T12:00:00Z")
        #expect(try world.store.counts().over == 4 && world.core.problems.isEmpty && world.core.nextTurn() == nil)
    }
}
