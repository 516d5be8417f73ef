import DefinitionFiles
import Findings
import Foundation
import Testing
import WorkflowLoading
import WorkflowModel

/// `Fixtures/CONTRACT.yaml` states what a real contract says; `CONTRACT.findings` is what has to be found in it, and
/// nothing else. `JALON_UPDATE_FIXTURES=1` writes the latter anew, for reading.
@Suite("the four contracts")
struct ContractTests {
    @Test(
        "a contract's contradictions are found, and no others",
        arguments: ["mayotte-m21-11", "massif-central", "tanger-ess", "ecosolies-nantes"])
    func contract(name: String) throws {
        let workflow = try Fixture.workflow(name)
        let found = findings(of: workflow).map(\.asText).joined(separator: "\n")
        let file = Fixture.folder.appending(path: name + ".findings")
        if ProcessInfo.processInfo.environment["JALON_UPDATE_FIXTURES"] == "1" {
            try found.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(found == (try? String(contentsOf: file, encoding: .utf8)))
    }

    /// DOMAIN.md §3, the column "expected on".
    static let expected: [(contract: String, rules: [Int])] = [
        ("mayotte-m21-11", [4, 8, 9, 11, 18, 19, 22]),
        ("massif-central", [1, 3, 8, 10, 13, 16, 18, 19, 25, 26]),
        ("tanger-ess", [1, 2, 6, 7, 9, 12, 13, 15, 16, 18, 19, 24, 27]),
        ("ecosolies-nantes", [3, 4, 6, 9, 10, 11, 14, 15, 16, 17, 19, 22, 26]),
    ]

    @Test("each contract breaks the rules that it is known to break", arguments: expected)
    func rules(contract: String, rules: [Int]) throws {
        let found = findings(of: try Fixture.workflow(contract)).map(\.rule)
        #expect(Set(found).sorted() == rules.map { "CHK-" + ($0 < 10 ? "0" : "") + "\($0)" })
    }
}

extension Finding {
    /// As a reader checks it: key, severity, lines, sentence, proposal.
    var asText: String {
        """
        \(key) \(severity.rawValue), lines \(clauses.map { "\($0.line)" }.joined(separator: ", "))
            \(message)
            → \(proposal)

        """
    }
}
