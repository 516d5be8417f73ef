import CivilTime
import JalonTestSupport
import Synchronization
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct ViewTests {
    @Test("a case is shown as it is, as it was and as it will be if nobody does anything")
    func show() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        world.pass(to: "2025-03-20T10:00:00Z")
        try world.send("r", "report.submitted", ["pages": .number("40")])
        func states(_ at: String?) throws -> [String] { try world.core.show("r", at: at).states.map(\.path) }
        #expect(try states(nil) == ["review"])
        #expect(try states("2025-03-19") == ["writing"])
        #expect(try states("2025-04-19") == ["review"])
        // The price is needed in 'accepted', and is not known.
        #expect(try states("2025-04-30") == ["review"])
        try world.send("r", "parameters.set", ["price": .text("12")])
        #expect(try states("2025-04-30") == ["accepted"])
        #expect(try world.core.show("r", at: "2025-04-30").status == "over")
        #expect(try world.core.show("r", at: nil).status == "running")
        expectRefusal(.badRequest, saying: "had not begun") { () throws(EngineError) in
            try world.core.show("r", at: "2025-02-28")
        }
        expectRefusal(.badRequest, saying: "no date") { () throws(EngineError) in try world.core.show("r", at: "soon") }
        expectRefusal(.caseNotFound, saying: "'q'") { () throws(EngineError) in try world.core.show("q", at: nil) }
    }

    @Test("the events that a case waits for are told with what they carry and what stands in their way")
    func events() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        let events = try world.core.events("r")
        #expect(events.map(\.name) == ["report.submitted"])
        #expect(
            events[0].fields.map(\.name) == ["pages", "mark"] && events[0].fields.map(\.isOptional) == [false, true])
        try world.start("silent", id: "s")
        world.clock.set(to: try at("2025-03-31T12:00:00Z"))
        #expect(try world.core.events("s").isEmpty, "it was due by now, though no turn has taken it")
    }

    @Test("a case that stands still for want of a value or an addressee says so among what it waits for")
    func needed() throws {
        let text = """
            jalon: 1
            workflow: gate
            title: Gate
            time-zone: UTC
            parties: { supplier: { title: Supplier, needed-in: on } }
            parameters: { penalty: { type: integer, needed-in: on }, other: { type: integer, needed-in: never } }
            events: { go: Go }
            initial: a
            states:
              a: { on: { go: b } }
              b: { always: [{ to: on }, { to: never, when: "penalty > 3" }] }
              on: { type: final }
              never: {}
            """
        let world = try makeWorld([text, report])
        try world.start("gate", id: "g")
        #expect(try world.core.events("g").map(\.name) == ["go"])
        try world.send("g", "go")
        let waiting = try world.core.events("g")
        #expect(waiting.map(\.name) == ["parameters.set", "parties.set"])
        #expect(waiting.map { $0.fields.map(\.name) } == [["penalty"], ["supplier"]])
        #expect(try world.core.show("g", at: nil).accepts == waiting)
        try world.send("g", "parameters.set", ["penalty": .number("1")])
        #expect(try world.core.events("g").map(\.name) == ["parties.set"])
        try world.send("g", "parties.set", ["supplier": .text("anne@example.org")])
        #expect(try world.core.show("g", at: nil).status == "over")

        try world.start("rapport", id: "r", parties: both)
        try world.send("r", "report.submitted", ["pages": .number("12")])
        #expect(try world.core.events("r").map(\.name) == ["report.refused"])
        world.pass(to: "2025-06-01T00:00:00Z")
        #expect(try world.core.events("r").map(\.name) == ["parameters.set", "report.refused"])
        #expect(try world.core.events("r").first?.title == "Valeurs sans lesquelles le dossier n'avance pas")
    }

    @Test("an agenda tells what lies ahead of one case and of all, and follows what happens")
    func agenda() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        try world.start("silent", id: "s")
        func agenda(_ id: String? = nil, limit: Int = 99) throws -> [String] {
            try world.core.agenda(from: nil, until: nil, caseID: id, limit: limit).map { "\($0.caseID) \($0.element)" }
        }
        #expect(try agenda() == ["s due", "r due"])
        #expect(try agenda("r") == ["r due"])
        #expect(try agenda(limit: 1) == ["s due"])
        try world.send("r", "report.submitted", ["pages": .number("40")])
        #expect(try agenda("r") == ["r due", "r review"])
        #expect(
            try world.core.show("r", at: nil).next == world.core.agenda(from: nil, until: nil, caseID: "r", limit: 9))
        world.pass(to: "2025-03-31T22:00:00Z")
        #expect(try agenda().isEmpty)
        expectRefusal(.caseNotFound, saying: "'q'") { () throws(EngineError) in
            try world.core.agenda(from: nil, until: nil, caseID: "q", limit: 9)
        }
    }

    @Test("a long agenda, of which the store keeps what came first, is whole once some of that has passed")
    func longAgenda() throws {
        let dates = (1...60).map { "  d\($0): 2025-0\($0 <= 12 ? 4 : 5)-15" }.joined(separator: "\n")
        let world = try makeWorld([
            "jalon: 1\nworkflow: long\ntitle: Long\ntime-zone: UTC\ndates:\n\(dates)\nstates: { open: {} }\n"
        ])
        try world.start("long", id: "l")
        world.pass(to: "2025-04-16T09:00:00Z")
        let agenda = try world.core.agenda(from: nil, until: nil, caseID: "l", limit: 99)
        #expect(Set(agenda.map(\.element)) == Set((13...60).map { "d\($0)" }))
    }

    @Test("what is over stays on the agenda while somebody is reminded of it, and says for how long")
    func overdue() throws {
        let world = try makeWorld([report, silent])
        try world.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        try world.start("silent", id: "s")
        func first(from: Timestamp? = nil, _ id: String? = nil) throws -> String? {
            try world.core.agenda(from: from, until: nil, caseID: id, limit: 9).first?.words.plain
        }
        let due = "au plus tard le lundi 31 mars 2025"
        world.pass(to: "2025-03-31T21:00:00Z")
        #expect(try first() == due)
        world.pass(to: "2025-03-31T22:30:00Z")
        #expect(try first() == "en retard de 1 jour : \(due)")
        world.pass(to: "2025-04-10T09:00:00Z")
        for id in [nil, "r"] { #expect(try first(from: nil, id) == "en retard de 10 jours : \(due)") }
        #expect(try world.core.show("r", at: nil).next.map(\.words.plain) == ["en retard de 10 jours : \(due)"])
        #expect(try world.core.show("r", at: "2025-04-02").next.map(\.words.plain) == ["en retard de 2 jours : \(due)"])
        #expect(try first(from: world.clock.now()) == nil)
        #expect(try world.core.replayDifferences(after: nil, limit: 9).differing == [])
        try world.send("r", "report.submitted", ["pages": .number("12")])
        #expect(try first()?.hasPrefix("en retard") == false)
    }

    @Test("cases are listed by id, a page at a time, of one workflow or of all")
    func paging() throws {
        let world = try makeWorld()
        for id in ["d", "a", "c"] { try world.start("silent", id: id) }
        try world.start("counter", id: "b")
        #expect(try world.core.cases(after: nil, workflow: nil, limit: 3).map(\.id) == ["a", "b", "c"])
        #expect(try world.core.cases(after: "c", workflow: nil, limit: 3).map(\.id) == ["d"])
        #expect(try world.core.cases(after: nil, workflow: "counter", limit: 3).map(\.id) == ["b"])
        let first = try #require(try world.core.cases(after: nil, workflow: nil, limit: 0).first)
        #expect(first.nextDue == "2025-03-31T12:00:00+00:00" && first.status == "running" && first.states == ["open"])
    }

    @Test("watchers hear what happens in their case once it is durable, and nothing else")
    func watch() throws {
        let heard = Mutex<[String]>([])
        let world = try makeWorld()
        world.core.watchers = [
            .init(number: 1, caseID: nil) { seen in
                heard.withLock { $0.append("all \(seen.caseID) \(seen.happened.kind)") }
            },
            .init(number: 2, caseID: "s") { seen in
                heard.withLock { $0.append("one \(seen.caseID) \(seen.happened.kind)") }
            },
        ]
        func news() -> [String] {
            heard.withLock { heard in
                defer { heard = [] }
                return heard
            }
        }
        try world.start("counter", id: "c")
        #expect(news() == ["all c started", "all c entered"])
        try world.start("silent", id: "s")
        _ = news()
        world.store.refusal = StoreError(.full, "no room")
        _ = try? world.send("c", "add", ["n": .number("1")])
        #expect(news() == [])
        world.store.refusal = nil
        world.pass(to: "2025-03-31T13:00:00Z")
        #expect(news() == ["due", "left", "entered", "over"].flatMap { ["all s \($0)", "one s \($0)"] })
        // A fact entered late is news, what happened before it is not.
        try world.send("c", "add", ["n": .number("1")])
        _ = news()
        try world.send("c", "add", ["n": .number("1")], on: "2025-03-02")
        #expect(news() == ["all c event"])
    }

    @Test("status counts and tells the next due")
    func status() throws {
        let world = try makeWorld()
        try world.start("silent")
        try world.start("counter")
        try world.send("counter-1", "stop")
        let status = try world.core.status()
        #expect(status.counts == StoreCounts(running: 1, over: 1, faults: 0, waiting: 0, dead: 0))
        #expect(status.nextDue == (try at("2025-03-31T12:00:00Z")) && status.workflows == 3 && status.store == "memory")
    }
}
