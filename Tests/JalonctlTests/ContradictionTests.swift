import ControlAPI
import DefinitionFiles
import Testing

@testable import jalonctl

@Suite("Contradictions of a contract")
struct ContradictionTests {
    private let path = Fixture.path("contradictions.yaml")
    /// Named without the folder that this tree happens to stand in.
    private let file: WorkflowFile = {
        let library = [Fixture.path("../../../workflows")]
        let zones = ZoneFiles(folder: ZoneFiles.systemFolder)
        return DefinitionFiles(zones: zones, libraryFolders: library).workflow(at: Fixture.path("contradictions.yaml"))
    }()

    private func shown(_ text: String) -> String { text.replacing(path, with: "contradictions.yaml") }

    @Test("check lists them by severity, with the lines they stand in, and what to type")
    func check() throws {
        try Fixture.expect(shown(CheckCommand.text(file, style: .plain)), is: "screen-contradictions.txt")
    }

    @Test("check lists them for programs")
    func json() throws {
        let report = CheckReport([file])
        let found = report.files[0].findings
        #expect(found.map(\.key).contains("CHK-03/period"))
        let period = try #require(found.first { $0.key == "CHK-03/period" })
        #expect(period.lines == [3, 6])
        #expect(period.blocks)
        #expect(period.parameter == "months")
        #expect(found.first { $0.key == "CHK-01/start" }?.settled?.reason == "accord des deux parties")
        #expect(compactJSON(report).contains(#""key":"CHK-03/period""#))
    }

    @Test("show --clauses tells what became of each line, and which lines became nothing")
    func clauses() throws {
        let workflow = try #require(file.workflow)
        let document = try #require(ContractDocument(named: "contradictions.txt", besideWorkflowAt: path))
        let text = ClausesText(workflow: workflow, document: document).text(style: .plain)
        try Fixture.expect(text, is: "screen-clauses.txt")
        let bare = ClausesText(workflow: workflow, document: nil)
        #expect(bare.lines.allSatisfy { $0.text == nil && !$0.elements.isEmpty })
    }

    @Test("--settle takes a reason, and --reason something that it is for")
    func settle() throws {
        let period = try #require(Assignment(argument: "CHK-03/period=30 mois"))
        #expect(
            try StartCommand.settlements([period], reason: "avenant")
                == [Settlement(finding: "CHK-03/period", choice: "30 mois", reason: "avenant")])
        #expect(try StartCommand.settlements([], reason: nil).isEmpty)
        for (settle, reason, words) in [
            ([period], nil, "no reason"), ([], "avenant", "--settle"), ([period, period], "a", "twice"),
        ] {
            let failure = #expect(throws: Failure.self) { try StartCommand.settlements(settle, reason: reason) }
            #expect(failure?.kind == .usage)
            #expect(failure?.message.contains(words) == true)
        }
    }
}
