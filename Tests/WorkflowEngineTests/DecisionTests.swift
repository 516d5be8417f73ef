import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct DecisionTests {
    /// A message that was given up, and one that was delivered.
    private func makeDead() throws -> (world: SimulatedWorld, dead: String, delivered: String) {
        let world = try makeWorld([bell])
        try world.start("bell", id: "b")
        world.plugins.behave { $0.subject.hasSuffix("1") ? .refuses : .delivers }
        for number in 1...2 { try world.send("b", "ring", ["n": .number("\(number)")]) }
        world.settle()
        let rows = try world.core.outbox("b", limit: 9)
        let dead = try #require(rows.first { $0.state == .dead })
        let delivered = try #require(rows.first { $0.state == .delivered })
        return (world, dead.key, delivered.key)
    }

    @Test("a dead letter is tried again when somebody says so, and the journal keeps who did")
    func retry() throws {
        let (world, dead, _) = try makeDead()
        world.plugins.behave { _ in .delivers }
        let reply = try world.decide(.retried, dead, reason: "the address works again")
        #expect(reply.caseID == "b" && reply.sequence == 4)
        world.settle()
        #expect(try world.core.effect(dead).state == .delivered && world.plugins.letters.count == 2)
        let last = try #require(try world.core.history("b").last)
        #expect(last.kind == "decision" && last.entry == 4)
        #expect(last.text == "Message to be sent again: A bell — Ring 1 — reason: the address works again")
        #expect(try world.store.journal(of: "b").last?.text.contains("\"author\":1000") == true)
    }

    @Test("a dropped message stays dropped until somebody has it tried after all")
    func drop() throws {
        let (world, dead, _) = try makeDead()
        try world.decide(.dropped, dead, reason: "told by telephone")
        world.plugins.behave { _ in .delivers }
        world.clock.pass(.days(3))
        world.settle()
        #expect(world.plugins.letters.count == 1)
        #expect(try world.core.effect(dead).state == .dropped && world.store.counts().dead == 0)
        expectRefusal(.messageSettled, saying: "is dropped already") { () throws(EngineError) in
            try world.decide(.dropped, dead, reason: "again")
        }
        try world.decide(.retried, dead)
        world.settle()
        #expect(world.plugins.letters.count == 2)
    }

    @Test("nothing is decided about what was delivered, is being delivered, or is not known")
    func refusals() throws {
        let (world, _, delivered) = try makeDead()
        for kind in [MessageDecision.Kind.retried, .dropped] {
            expectRefusal(.messageSettled, saying: "was delivered on 2025-03-01T08:00:00Z") { () throws(EngineError) in
                try world.decide(kind, delivered, reason: "r")
            }
            expectRefusal(.messageNotFound, saying: "there is no message 'b/none'") { () throws(EngineError) in
                try world.decide(kind, "b/none", reason: "r")
            }
        }
        world.plugins.behave { _ in .hangs }
        try world.send("b", "ring", ["n": .number("3")])
        world.settle()
        let underWay = try #require(try world.store.outbox(in: .waiting, of: "b", limit: 1).first).key
        expectRefusal(.messageSettled, saying: "is being delivered at this moment") { () throws(EngineError) in
            try world.decide(.dropped, underWay, reason: "r")
        }
        #expect(try world.store.journal(of: "b").count == 4 && world.store.mark("none") == nil)
    }

    @Test("a message to nobody is not tried until somebody is named, and two decisions at once are one")
    func nobody() throws {
        let world = try makeWorld([bell])
        try world.start("bell", id: "b")
        try world.send("b", "call", ["n": .number("1")])
        let key = try #require(try world.core.outbox("b", limit: 1).first).key
        let error = expectRefusal(.incomplete, saying: "has nobody to go to") { () throws(EngineError) in
            try world.decide(.retried, key)
        }
        #expect(error?.hint?.contains("parties.set") == true)
        let request = WriteRequest.decide(DecideRequest(key: key, kind: .dropped, reason: "r", author: 1))
        let replies = world.write([request, request])
        #expect((try? replies[0].get()) != nil)
        expectRefusal(.messageSettled, saying: "being decided about") { () throws(EngineError) in try replies[1].get() }
        // Once it is dropped, naming somebody does not send it.
        let dropped = expectRefusal(.incomplete, saying: "it was dropped before anybody was named") {
            () throws(EngineError) in
            try world.decide(.retried, key)
        }
        #expect(dropped?.hint?.hasSuffix("parties.set PARTY=ADDRESS, then retry it") == true)
    }

    @Test("a letter to a mistyped address goes to whoever the party is now, once somebody has it tried again")
    func mistyped() throws {
        let world = try makeWorld([bell])
        world.source.people = """
            jalon: 1
            people:
              amina: { name: Amina, address: amina@example.org }
              ben: { name: Ben, address: ben@example.org }
            roles: { callers: [amina, ben] }
            """
        _ = world.core.reload()
        world.plugins.behave { $0.to == "good@example.org" || $0.to == "ben@example.org" ? .delivers : .refuses }
        try world.start("bell", id: "b", parties: ["other": "typo@example.org"])
        func call(_ number: Int) throws -> String {
            world.clock.pass(.seconds(1))
            try world.send("b", "call", ["n": .number("\(number)")])
            world.settle()
            return try #require(try world.core.outbox("b", in: .dead, limit: 1).first).key
        }
        let first = try call(1)
        #expect(try world.decide(.retried, first).addresses == ["typo@example.org"], "nobody else is named yet")
        world.settle()
        try world.send("b", "parties.set", ["other": .text("good@example.org")])
        world.settle()
        #expect(world.plugins.letters.isEmpty, "naming somebody sends nothing again by itself")
        #expect(try world.decide(.retried, first).addresses == ["good@example.org"])
        world.settle()
        #expect(world.subjects(to: "good@example.org") == ["A bell — Call 1"])
        // A role stands for several people, who get one each.
        try world.send("b", "parties.set", ["other": .text("typo@example.org")])
        let second = try call(2)
        try world.send("b", "parties.set", ["other": .text("role:callers")])
        #expect(try world.decide(.retried, second).addresses == ["amina@example.org", "ben@example.org"])
        world.settle()
        #expect(world.subjects(to: "ben@example.org") == ["A bell — Call 2"])
        // What a person behind a role did not get stays that person's.
        #expect(try world.core.effect(second).state == .dead)
        try world.send("b", "parties.set", ["other": .text("good@example.org")])
        #expect(try world.decide(.retried, second).addresses == ["amina@example.org"])
        #expect(try world.verify("b", withReplay: true).problems == [])
    }

    @Test("a decision changes nothing in the case, reads back from the journal, and fits a case that is over")
    func harmless() throws {
        let (world, dead, _) = try makeDead()
        let before = try world.core.show("b", at: nil)
        try world.decide(.dropped, dead, reason: "« raison » \"\\")
        var after = try world.core.show("b", at: nil)
        after.journalCount = before.journalCount
        #expect(after == before)
        #expect(try world.verify("b", withReplay: true).problems == [])
        let over = try makeWorld([ending])
        try over.start("ending", id: "e")
        over.plugins.behave { _ in .refuses }
        over.settle()
        let key = try #require(try over.core.outbox("e", limit: 1).first).key
        over.plugins.behave { _ in .delivers }
        try over.decide(.retried, key)
        over.settle()
        #expect(over.plugins.letters.count == 1)
        #expect(try over.verify(withReplay: true).problems == [])
    }

    private let ending = """
        jalon: 1
        workflow: ending
        title: An end
        time-zone: UTC
        parties: { one: { title: One, address: one@example.org } }
        initial: end
        states:
          end: { type: final, entry: [{ notify: { to: one, subject: It is over } }] }
        """
}
