import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowModel

/// The shipped workflow of the Ecosolies; the numbers are those of DOMAIN.md §5.
@Suite("the contract of the Ecosolies")
struct EcosoliesTests {
    private let workflow: Workflow
    private let life: Scenario

    init() throws {
        let file = projectRoot.appending(path: "workflows/ecosolies-nantes.yaml")
        workflow = try load(try String(contentsOf: file, encoding: .utf8), file: "ecosolies-nantes.yaml")
        life = try Scenario("ecosolies/whole-life", of: workflow)
    }

    @Test("the whole life of its lots reads as the fixtures do: history, messages, payments, agenda")
    func story() throws {
        let end = "2021-05-31"
        try expectFixture("ecosolies/whole-life.history", try life.history(until: end))
        try expectFixture("ecosolies/whole-life.messages", try life.messages(until: end))
        try expectFixture("ecosolies/whole-life.payments", try life.payments(until: end))
        try expectFixture(
            "ecosolies/whole-life.agenda",
            try life.agenda(on: ["2018-03-01", "2018-04-17", "2019-04-17", "2020-04-17"]))
    }

    @Test("it ends once all four lots have")
    func end() throws {
        let (current, occurrences) = try life.run(until: "2021-05-31")
        #expect(current.isOver && current.fault == nil)
        #expect(!occurrences.contains { if case .failure = $0.kind { true } else { false } })
        let lots = try life.run(until: "2021-05-12T09:00").current
        #expect(
            try workflow.evaluate("cases.lot.map(l, l.key + ' ' + l.outcome)", in: lots).plain
                == "1 , 2 ended, 3 abandoned, 4 abandoned")
    }

    /// The last day of each period of lot 1, and when its renewal has to be decided.
    private func periods(_ life: Scenario) throws -> [String] {
        try ["2018-05-01", "2019-05-01", "2020-05-01"].map { day in
            let current = try life.run(until: day).current
            let lot = try workflow.child(at: try #require(ChildPath("lot/1")), of: current)
            return try Scenario.date("term.period-end", of: lot.current, lot.workflow) + " "
                + Scenario.date("term.decision-due", of: lot.current, lot.workflow)
        }
    }

    @Test("notified on 16 April 2018, years end on 15 April as anniversaries and on 31 December as calendar years")
    func readings() throws {
        #expect(try periods(life) == ["2019-04-15 2019-02-15", "2020-04-15 2020-02-15", "2021-04-15 2021-02-15"])
        let calendar = try Scenario("ecosolies/calendar-years", of: workflow, given: ["year-counted": "civile"])
        #expect(try periods(calendar) == ["2018-12-31 2018-10-31", "2019-12-31 2019-10-31", "2020-12-31 2020-10-31"])
        let last = try calendar.run(until: "2020-05-01").current
        #expect(try workflow.evaluate("cases.lot[0].ends", in: last).plain == "2020-12-31")
    }

    @Test("the call is not published with weights that do not make 100, nor without them")
    func weights() throws {
        let early = try life.run(until: "2018-02-26T10:30").current
        #expect(workflow.leaves(early) == ["preparation"])
        let journal = try [
            workflow.start(at: "2018-02-26T09:00", ["tacit": "false", "notice": "2"]),
            workflow.event("call.published", at: "2018-02-26T10:00"),
        ]
        let current = try #require(workflow.replay(journal, until: try workflow.time("2018-02-27")))
        #expect(workflow.leaves(current) == ["preparation"])
    }

    @Test("where something else is missing, the weights are not blamed")
    func missing() throws {
        let weights = [
            "weight-context": "10", "weight-technical": "40", "weight-competence": "20", "weight-price": "30",
        ]
        for (given, isTold) in [(weights, false), (weights.merging(["weight-price": "29"]) { $1 }, true)] {
            let journal = try [
                workflow.start(at: "2018-02-26T09:00", given), workflow.event("call.published", at: "2018-02-26T10:00"),
            ]
            var occurrences: [Occurrence] = []
            let end = try workflow.time("2018-02-27")
            _ = workflow.replay(journal, until: Position(end, .events), occurrences: &occurrences)
            let messages = occurrences.count { if case .message = $0.kind { true } else { false } }
            #expect((messages > 0) == isTold)
        }
    }

    @Test("where the maximum is that of the whole term, a lot is renewed as often as it allows")
    func span() throws {
        let life = try Scenario("ecosolies/whole-life", of: workflow, given: ["maximum-span": "durée"])
        let current = try life.run(until: "2018-05-01").current
        let lot = try workflow.child(at: try #require(ChildPath("lot/1")), of: current)
        #expect(try Scenario.value("renewals", of: lot.current, lot.workflow) == "0")
    }
}
