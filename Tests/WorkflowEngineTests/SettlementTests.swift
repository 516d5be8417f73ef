import CaseReplay
import CivilTime
import Expressions
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

/// Thirty months in one clause, three years in another; the end hangs on which one counts.
private let contradictory = """
    jalon: 1
    workflow: etude
    title: Étude
    language: fr
    time-zone: UTC
    parameters:
      months: { title: Durée en mois, type: integer, settles: CHK-03/period }
    dates:
      start: { title: Début, at: 2025-03-01, clause: 1 }
    events: { handed-over: Rapport remis }
    values:
      weeks: months * 4
    terms:
      period: [{ start: start, lasts: 30 months, clause: 256 }, { lasts: 3 years, clause: 67 }]
    initial: running
    states:
      running: { title: En cours, on: { handed-over: { when: weeks > 0, to: over } } }
      over: { title: Fin, type: final }
    """

@Suite("contradictions that keep a contract from starting") struct SettlementTests {
    private func world(_ text: String = contradictory) throws -> SimulatedWorld {
        try SimulatedWorld([text], at: "2025-03-09T08:00:00Z", environment: environment)
    }

    private func start(
        _ world: SimulatedWorld, _ settlements: [Settlement], set: [PlainValue.Member] = []
    ) throws(EngineError) -> WriteReply {
        let request = StartRequest(
            workflow: "etude", caseID: "e", parameters: set, settlements: settlements, author: 1000)
        return try world.write([.start(request)])[0].get()
    }

    private func choice(_ choice: String, of finding: String = "CHK-03/period") -> Settlement {
        Settlement(finding: finding, choice: choice, reason: "lettre du 3 mars", by: nil)
    }

    @Test("nothing starts before the contradiction is settled, and the refusal says what to type")
    func refused() throws {
        let world = try world()
        let error = expectRefusal(.unsettled, saying: "30 mois") { () throws(EngineError) in try start(world, []) }
        #expect(error?.hint == "say what counts with --settle CHK-03/period=CHOICE --reason TEXT")
        #expect(try world.contents().isEmpty)
    }

    @Test("settled at the start, the choice is the parameter's value, and choice and reason stand in the history")
    func settled() throws {
        let world = try world()
        _ = try start(world, [choice("30")])
        #expect(try world.core.evaluate("weeks", in: "e").words == "120")
        let line = try #require(try world.core.history("e").first { $0.kind == "settled" })
        #expect(line.text == "Contradiction réglée\u{A0}: 30 (motif\u{A0}: lettre du 3 mars)")
        #expect(line.element == "CHK-03/period")
    }

    @Test("the settlement is read back from the journal alone")
    func readBack() throws {
        let world = try world()
        _ = try start(world, [choice("30")])
        let history = try world.core.history("e")
        var stored = try #require(try world.store.storedCase("e"))
        stored.snapshot = []
        try world.store.apply([.caseCommit(CaseCommit(state: stored, journal: [], agenda: nil, outbox: []))])
        try world.restart()
        #expect(try world.core.history("e") == history)
        #expect(try world.core.evaluate("weeks", in: "e").words == "120")
    }

    @Test("a workflow that settles its contradictions itself starts, and its history says what was decided by whom")
    func settledInFile() throws {
        let text =
            contradictory + """

                settled:
                  - { finding: CHK-03/period, choice: 36, reason: clause 67, by: la directrice }
                """
        let world = try world(text)
        _ = try start(world, [])
        #expect(try world.core.evaluate("weeks", in: "e").words == "144")
        let line = try world.core.history("e").first { $0.kind == "settled" }
        #expect(line?.text == "Contradiction réglée\u{A0}: 36 (motif\u{A0}: clause 67, décidé par la directrice)")
    }

    @Test("a settlement of nothing, of the wrong type, or beside --set is refused with what to do")
    func refusals() throws {
        let world = try world()
        let unknown = expectRefusal(.badRequest, saying: "no contradiction 'CHK-03/perod'") { () throws(EngineError) in
            try start(world, [choice("30", of: "CHK-03/perod")])
        }
        #expect(unknown?.hint?.contains("CHK-03/period") == true)
        expectRefusal(.badRequest, saying: "settles 'months'") { () throws(EngineError) in
            try start(world, [choice("thirty")])
        }
        expectRefusal(.badRequest, saying: "--set") { () throws(EngineError) in
            try start(world, [choice("30")], set: [.init(name: "months", value: .text("36"))])
        }
        #expect(try world.contents().isEmpty)
    }

    @Test("a start without settlements is written as it always was")
    func unchangedRows() throws {
        let world = try makeWorld()
        try world.start("counter", id: "c")
        #expect(try world.store.journal(of: "c").allSatisfy { !$0.text.contains("settle") })
    }
}
