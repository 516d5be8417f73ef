import Expressions
import Findings
import Testing
import WorkflowModel

@Suite("settlements")
struct SettlementTests {
    private let settled = """
        settled:
          - { finding: CHK-03/period, choice: 30, reason: l'acte d'engagement le dit, by: la directrice }

        """

    private func massif(_ more: String, replacing changes: [(String, String)] = []) throws -> Workflow {
        try Fixture.workflow("massif-central", replacing: changes + [("\nstates:\n", "\n\(more)\nstates:\n")])
    }

    @Test("a contradiction that the file settles blocks no more, and says so")
    func inFile() throws {
        let open = findings(of: try massif(""))
        #expect(open.filter(\.isBlocking).map(\.key) == ["CHK-03/period"])
        let found = findings(of: try massif(settled))
        #expect(found.map(\.key) == open.map(\.key))
        #expect(!found.contains { $0.isBlocking })
        let finding = try #require(found.first { $0.key == "CHK-03/period" })
        #expect(finding.severity == .error)
        #expect(finding.settlement?.choice == "30")
        #expect(finding.settlement?.by == "la directrice")
    }

    @Test("a settlement from elsewhere counts too, and the last one for a key")
    func given() throws {
        let workflow = try massif(settled)
        let later = Settlement(finding: "CHK-03/period", choice: "36", reason: "avenant", by: nil)
        let found = findings(of: workflow, settlements: [later])
        #expect(found.first { $0.key == "CHK-03/period" }?.settlement == later)
    }

    @Test("a parameter with 'settles' has the choice for its value")
    func parameter() throws {
        let workflow = try massif(settled)
        #expect(workflow.parameters[0].name == "months")
        #expect(workflow.parameters[0].defaultValue == .int(30))
        #expect(findings(of: workflow).first { $0.key == "CHK-03/period" }?.parameter == "months")
        #expect(try massif("").parameters[0].defaultValue == nil)
    }

    @Test("a settlement of what is no contradiction any more is told")
    func staleKeys() throws {
        let workflow = try massif(settled, replacing: [("lasts: 3 years", "lasts: 30 months")])
        let found = findings(of: workflow)
        #expect(stale(workflow.settlements, among: found).map(\.finding) == ["CHK-03/period"])
        let open = findings(of: try massif(""))
        #expect(stale(workflow.settlements, among: open).isEmpty)
    }
}
