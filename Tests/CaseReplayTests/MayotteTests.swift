import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowModel

/// The shipped workflow of Mayotte; the numbers are those of DOMAIN.md §5.
@Suite("the contract of Mayotte")
struct MayotteTests {
    private let workflow: Workflow
    private let life: Scenario

    init() throws {
        let file = projectRoot.appending(path: "workflows/mayotte-m21-11.yaml")
        workflow = try load(try String(contentsOf: file, encoding: .utf8), file: "mayotte-m21-11.yaml")
        life = try Scenario("mayotte/whole-life", of: workflow)
    }

    @Test("its whole life reads as the fixtures do: history, messages, payments, agenda")
    func story() throws {
        let end = "2024-07-31"
        try expectFixture("mayotte/whole-life.history", try life.history(until: end))
        try expectFixture("mayotte/whole-life.messages", try life.messages(until: end))
        try expectFixture("mayotte/whole-life.payments", try life.payments(until: end))
        try expectFixture(
            "mayotte/whole-life.agenda",
            try life.agenda(on: ["2021-07-01", "2022-02-01", "2022-12-01", "2023-07-02", "2024-07-02"]))
    }

    @Test("it ends with three years, all orders settled and all reports admitted")
    func end() throws {
        let (current, occurrences) = try life.run(until: "2024-07-31")
        #expect(current.isOver && current.fault == nil)
        #expect(workflow.leaves(current) == ["ended"])
        #expect(!occurrences.contains { if case .failure = $0.kind { true } else { false } })
        #expect(try Scenario.date("term.last-day", of: current, workflow) == "2024-06-30")
    }

    @Test("nobody is asked to report what blocks tell the contract themselves, and it can be sent all the same")
    func raised() throws {
        let current = try life.run(until: "2022-02-01").current
        let names = workflow.acceptedEvents(current).map(\.declaration.name)
        #expect(names.contains("orders.placed") && names.contains("orders.cancelled"))
        for name in ["orders.accepted", "term.begun", "meetings.met", "meetings.counted"] {
            #expect(!names.contains(name) && workflow.event(named: name) != nil)
        }
    }

    private func value(_ expression: String, at time: String) throws -> String {
        try workflow.evaluate(expression, in: try life.run(until: time).current).plain
    }

    @Test("orders of 60 000 and 30 000 leave 7 500: one of 7 500.01 is refused, one of 7 500 is taken and is the last")
    func ceiling() throws {
        #expect(try value("orders.ordered == money('90000 EUR excl-vat')", at: "2023-10-02T12:00") == "true")
        #expect(try value("orders.share", at: "2023-10-02T12:00") == "92.31")
        #expect(try value("cases.order.map(o, o.key)", at: "2023-10-02T12:00") == "BC-1, BC-3")
        #expect(try value("orders.left == money('0 EUR excl-vat')", at: "2023-10-03T12:00") == "true")
        #expect(try value("cases.order.map(o, o.key)", at: "2024-07-31") == "BC-1, BC-3, BC-5")
        #expect(
            workflow.leaves(try life.run(until: "2023-10-03T12:00").current).contains(
                "execution.orders.counting.ordering.exhausted"))
    }

    @Test("at the pace of the orders the maximum would be reached on 11 October 2022")
    func forecast() throws {
        // 90 000 of 97 500 in 432 days: 468 days from 1 July 2021.
        #expect(try value("orders.forecast", at: "2022-09-05T10:00") == "2022-10-11")
    }

    @Test("a cancelled order leaves its amount to others, under a number of their own")
    func cancelled() throws {
        let day = try workflow.time("2022-09-01")
        let facts = life.journal.prefix { $0.occurredAt < day }
        let more = try [
            workflow.event(
                "orders.placed", at: "2022-09-01T10:00", ["number": "A", "amount": "37500 EUR", "quantity": "5"]),
            workflow.event("order/A/cancelled", at: "2022-09-02T10:00"),
            workflow.event(
                "orders.placed", at: "2022-09-03T10:00", ["number": "A", "amount": "1 EUR", "quantity": "1"]),
            workflow.event(
                "orders.placed", at: "2022-09-04T10:00", ["number": "B", "amount": "37500 EUR", "quantity": "50"]),
        ]
        let current = try #require(workflow.replay(facts + more, until: try workflow.time("2022-09-04T12:00")))
        #expect(
            try workflow.evaluate("cases.order.map(o, o.key + ' ' + o.outcome)", in: current).plain
                == "BC-1 settled, A cancelled, B ")
        #expect(try workflow.evaluate("orders.units", in: current).plain == "50")
    }

    @Test("45 days late on 60 000 cost 900, which is not due; 12 on 30 000 make it 1 020, all due")
    func penalties() throws {
        #expect(try value("penalties == money('0 EUR excl-vat')", at: "2022-11-16T09:00") == "true")
        #expect(try value("penalties == money('1020 EUR excl-vat')", at: "2022-11-16T11:00") == "true")
    }

    @Test("silence renews on 31 March 2022; after two renewals there is no third")
    func renewals() throws {
        #expect(try value("[term.decision_due, term.period_end]", at: "2022-03-30") == "2022-03-31, 2022-06-30")
        #expect(try value("[term.decision_due, term.period_end]", at: "2022-07-02") == "2023-03-31, 2023-06-30")
        #expect(try value("[string(term.done), string(term.period_end)]", at: "2024-02-16") == "2, 2024-06-30")
    }

    @Test("a report keeps its day when the contract is renewed")
    func reports() throws {
        let current = try life.run(until: "2023-07-02").current
        let days = try ["1", "2", "3"].map { key in
            let child = try workflow.child(at: try #require(ChildPath("report/\(key)")), of: current)
            return try Scenario.date("due", of: child.current, child.workflow)
        }
        #expect(days == ["2022-06-30", "2023-06-30", "2024-07-01"])
    }
}
