import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowLoading
import WorkflowModel

/// A contract and a block that ship with nothing: what people can write for themselves.
@Suite("a fifth contract with a block of its own")
struct FifthContractTests {
    private let workflow: Workflow
    private let life: Scenario

    init() throws {
        let folder = Scenario.folder.appending(path: "fifth")
        let text = try String(contentsOf: folder.appending(path: "maintenance-ascenseurs.yaml"), encoding: .utf8)
        var environment = shippedEnvironment
        environment.library = { wanted in
            let own = folder.appending(path: "\(wanted.kind.rawValue)/\(wanted.name).yaml")
            guard let text = try? String(contentsOf: own, encoding: .utf8) else {
                return shippedEnvironment.library(wanted)
            }
            return LibraryText(text: text, path: own.path)
        }
        let (loaded, diagnostics) = loadWorkflow(text, file: "maintenance-ascenseurs.yaml", environment: environment)
        let problems = diagnostics.filter { $0.severity == .error }.map { $0.rendered(source: text) }
        #expect(problems == [])
        workflow = try #require(loaded)
        life = try Scenario("fifth/whole-life", of: workflow)
    }

    private func why(_ name: String, of child: String, at time: String) throws -> [String] {
        let current = try life.run(until: time).current
        let path = try #require(ChildPath(child))
        return try workflow.child(at: path, of: current).explain(name).map {
            $0.replacing("\u{A0}", with: " ")
        }
    }

    @Test("its whole life reads as the fixture does")
    func story() throws {
        try expectFixture("fifth/whole-life.history", try life.history(until: "2029-06-30"))
        let (current, _) = try life.run(until: "2029-06-30")
        #expect(current.isOver && current.fault == nil)
        #expect(workflow.leaves(current) == ["finished"])
    }

    @Test("why of a penalty cites the formula, those it calls and each value of the pack that went in")
    func penalty() throws {
        try expectFixture(
            "fifth/penalty.why", try why("penalty", of: "order/BC-1", at: "2026-07-01").joined(separator: "\n") + "\n")
    }

    @Test("why of a payment's date cites the pack that its block was given the period of")
    func periodOfBlock() throws {
        let lines = try why("payment.payment-due", of: "instalment/V-1", at: "2026-07-01")
        #expect(lines.contains { $0.contains("Délai de paiement") && $0.contains("source : ") })
    }

    @Test("a rate that the pack does not have keeps no message from leaving, and is told without expressions")
    func unknownRate() throws {
        let messages = try life.messages(until: "2026-08-02").replacing("\u{A0}", with: " ")
        let late = try #require(messages.components(separatedBy: "----- ").first { $0.contains("Paiement en retard") })
        #expect(late.contains("devaient être payés au plus tard le"))
        #expect(late.contains("n'a pas de valeur au"))
        #expect(late.contains("au 30 juin 2026"))
        let history = try life.history(until: "2026-08-02")
        let failures = history.split(separator: "\n").filter { $0.contains("  failure  ") }
        #expect(!failures.isEmpty)
        #expect(failures.allSatisfy { !$0.contains("rate >") && !$0.contains("==") })
    }

    @Test("the second report is due on the Monday after the Sunday that the months lead to")
    func reportDates() throws {
        let current = try life.run(until: "2027-05-01").current
        let index = try #require(workflow.date(named: "reports.due"))
        let due = try #require(current.dates[index])
        #expect("\(due.nominal)" == "2028-04-09")
        #expect("\(due.day)" == "2028-04-10")
        #expect(due.day.weekday == .monday)
    }
}
