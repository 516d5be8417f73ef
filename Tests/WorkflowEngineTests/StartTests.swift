import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct StartTests {
    @Test("a case gets the workflow's name and the first number that is free")
    func ids() throws {
        let world = try makeWorld()
        #expect(try world.start("counter").caseID == "counter-1")
        try world.start("counter", id: "counter-3")
        #expect(try world.start("counter").caseID == "counter-2")
        #expect(try world.start("counter").caseID == "counter-4")
        try world.restart()
        #expect(try world.start("counter").caseID == "counter-5")
        let replies = world.write(
            (1...3).map { _ in
                .start(StartRequest(workflow: "counter", caseID: nil, author: 1))
            })
        #expect(try replies.map { try $0.get().caseID } == ["counter-6", "counter-7", "counter-8"])
    }

    @Test("an id that is taken, or no plain word, is refused")
    func badIDs() throws {
        let world = try makeWorld()
        try world.start("counter", id: "a")
        expectRefusal(.caseExists, saying: "'a'") { () throws(EngineError) in try world.start("counter", id: "a") }
        for id in ["", "a b", "é", "+late/x", "a/b", String(repeating: "a", count: 101)] {
            expectRefusal(.badRequest, saying: "no id") { () throws(EngineError) in try world.start("counter", id: id) }
        }
        let twice = world.write((1...2).map { _ in .start(StartRequest(workflow: "counter", caseID: "b", author: 1)) })
        #expect(try twice[0].get().caseID == "b")
        expectRefusal(.caseExists, saying: "'b'") { () throws(EngineError) in try twice[1].get() }
    }

    @Test("a workflow that is not there is refused with those that are")
    func unknownWorkflow() throws {
        let error = expectRefusal(.workflowNotFound, saying: "'countre'") { () throws(EngineError) in
            try makeWorldOrNone()?.start("countre")
        }
        #expect(error?.hint == "there are counter, rapport, silent")
    }

    private func makeWorldOrNone() -> SimulatedWorld? { try? makeWorld() }

    @Test("a case that lacks a value where it begins is refused, and starts with it")
    func needs() throws {
        let world = try makeWorld()
        expectRefusal(.incomplete, saying: "party 'titulaire' is needed in 'Rédaction'") { () throws(EngineError) in
            try world.start("rapport")
        }
        #expect(try world.start("rapport", parties: ["titulaire": "anne@example.org"]).sequence == 1)
    }

    @Test("values that are not of their type, and names there are not, are refused by name")
    func badValues() throws {
        let world = try makeWorld()
        let cases: [(KeyValuePairs<String, PlainValue>, KeyValuePairs<String, String>, String)] = [
            (["price": .text("dear")], both, "price"), (["prize": .text("1 EUR")], both, "prize"),
            (["price": .text("1 MAD")], both, "MAD"), ([:], ["maire": "a@b"], "maire"),
            ([:], ["acheteur": ""], "acheteur"),
        ]
        for (values, parties, words) in cases {
            expectRefusal(.badRequest, saying: words) { () throws(EngineError) in
                try world.start("rapport", set: values, parties: parties)
            }
        }
        #expect(try world.contents().isEmpty)
    }

    @Test("rebasing moves the dates that the file gives")
    func rebase() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both, rebase: ("due", "2026-06-15"))
        #expect(try world.core.show("r", at: nil).dates.map(\.date) == ["2026-06-15"])
        expectRefusal(.badRequest, saying: "nothing") { () throws(EngineError) in
            try world.start("rapport", parties: both, rebase: ("nothing", "2026-06-15"))
        }
        expectRefusal(.badRequest, saying: "'soon'") { () throws(EngineError) in
            try world.start("rapport", parties: both, rebase: ("due", "soon"))
        }
    }

    @Test("a case that began in the past stands where time has brought it, and nobody is told what was")
    func past() throws {
        let world = try makeWorld(at: "2025-04-02T08:00:00Z")
        let reply = try world.start("rapport", id: "r", parties: both, on: "2025-01-01")
        #expect(reply.happened.map(\.kind).contains("due"))
        world.settle()
        #expect(world.plugins.letters.isEmpty)
        #expect(try world.core.outbox("r", limit: 9).isEmpty)
        let view = try world.core.show("r", at: nil)
        #expect(view.startedAt == "2025-01-01T00:00:00+01:00" && view.states.map(\.path) == ["writing"])
        expectRefusal(.badRequest, saying: "future") { () throws(EngineError) in
            try world.start("rapport", parties: both, on: "2025-04-03")
        }
        expectRefusal(.badRequest, saying: "'hier'") { () throws(EngineError) in
            try world.start("rapport", parties: both, on: "hier")
        }
    }
}
