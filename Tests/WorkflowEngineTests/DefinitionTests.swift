import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct DefinitionTests {
    @Test("a changed file affects new cases only, across restarts")
    func pinned() throws {
        let world = try makeWorld()
        try world.start("counter", id: "old")
        try world.send("old", "add", ["n": .number("2")])
        world.source.texts[2] = counter.replacing("total + event.n", with: "total + 10 * event.n")
        #expect(world.core.reload() == ReloadView())
        try world.start("counter", id: "new")
        func addBoth() throws -> [String] {
            world.clock.pass(.seconds(1))
            return try ["old", "new"].map { id in
                try world.send(id, "add", ["n": .number("1")])
                return try world.core.show(id, at: nil).data[0].words
            }
        }
        #expect(try addBoth() == ["3", "10"])
        try world.restart()
        #expect(try addBoth() == ["4", "20"])
        #expect(try world.store.definitions().count == 2)
        #expect(try Set(["old", "new"].map { try world.core.show($0, at: nil).digest }).count == 2)
    }

    @Test("a file that is broken keeps its last good version, one that is gone is offered no more")
    func reload() throws {
        let world = try makeWorld()
        world.source.texts[2] = "jalon: 1\nworkflow: counter\n"
        let problems = world.core.reload().problems
        #expect(!problems.isEmpty && world.core.fileProblems == problems)
        #expect(try world.core.status().brokenFiles == problems)
        #expect(world.core.workflows().map(\.name) == ["counter", "rapport", "silent"])
        try world.start("counter", id: "c")
        world.source.texts.removeLast()
        #expect(world.core.reload() == ReloadView(withdrawn: ["counter"]))
        #expect(world.core.reload() == ReloadView())
        #expect(world.core.workflows().map(\.name) == ["rapport", "silent"])
        expectRefusal(.workflowNotFound, saying: "counter") { () throws(EngineError) in try world.start("counter") }
        #expect(try world.send("c", "add", ["n": .number("1")]).sequence == 2)
    }

    @Test("a case whose version cannot be read is named, is tried again later, and keeps nobody waiting")
    func unreadable() throws {
        let world = try makeWorld()
        try world.start("silent", id: "s")
        try world.start("rapport", id: "r", parties: both)
        world.source.unreadableWord = "workflow: silent"
        try world.sleep(to: "2025-04-01T12:00:00Z")
        #expect(world.restlessness == [] && world.subjects(to: "anne@example.org").count == 1)
        #expect(world.core.nextTurn() == (try at("2025-04-01T13:00:00Z")))
        expectRefusal(.workflowNotFound, saying: "cannot read") { () throws(EngineError) in
            try world.core.show("s", at: nil)
        }
        #expect(try world.core.status().brokenFiles.count == 1)
        #expect(try world.core.cases(after: nil, workflow: nil, limit: 9).map(\.status) == ["running", "unreadable"])
        // A program that reads it takes the due at its legal instant.
        world.source.unreadableWord = nil
        _ = world.core.reload()
        world.pass(to: "2025-04-01T14:00:00Z")
        #expect(try world.core.status().brokenFiles == [])
        #expect(try world.core.history("s").last?.localTime == "2025-03-31T12:00:00+00:00")
    }
}
