import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowModel

/// Child cases: what opens them, moves them, and what the case around sees of them.
@Suite("child cases")
struct ChildTests {
    private let workflow: Workflow

    init() throws {
        workflow = try load(
            String(contentsOf: Scenario.folder.appending(path: "children/framework.yaml"), encoding: .utf8))
    }

    private func tell(
        _ events: [(String, String, [String: String])], until: String
    ) throws -> (current: Case, occurrences: [Occurrence]) {
        var journal = [try workflow.start(at: "2021-01-04T08:00")]
        for (time, name, fields) in events { journal.append(try workflow.event(name, at: time, fields)) }
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(until), occurrences: &occurrences)
        return (try #require(current), occurrences)
    }

    @Test("print")
    func printIt() throws {
        let (current, occurrences) = try tell([
            ("2021-02-01T10:00", "order.placed", ["number": "BC-1", "amount": "60000 EUR", "due": "2021-03-01"]),
            ("2021-02-02T10:00", "order.placed", ["number": "BC-2", "amount": "30000 EUR", "due": "2021-03-01"]),
            ("2021-02-03T10:00", "order.placed", ["number": "BC-3", "amount": "7500.01 EUR", "due": "2021-03-01"]),
            ("2021-02-03T10:00", "order.placed", ["number": "BC-2", "amount": "500.01 EUR", "due": "2021-03-01"]),
            ("2021-02-04T10:00", "order.placed", ["number": "BC-3", "amount": "7500 EUR", "due": "2021-03-01"]),
            ("2021-02-04T11:00", "order/BC-1/delivered", [:]),
            ("2021-02-04T11:00", "lot/2/lot.dropped", [:]),
            ("2021-02-04T11:00", "lot/1/lot.awarded", [:]),
        ], until: "2022-03-01")
        for occurrence in occurrences {
            let told = occurrence.narration(in: workflow)
            print(workflow.zone.civil(at: occurrence.instant), told.kind, told.text, told.element ?? "")
            if case .message(let message) = occurrence.kind { print(message.key(caseID: "f", workflow: workflow), message.words(caseID: "f", workflow: workflow)) }
        }
        for item in workflow.agenda(current) { print(item.instant, item.element, item.title, item.words) }
    }
}
