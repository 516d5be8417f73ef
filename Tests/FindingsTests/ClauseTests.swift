import Findings
import Testing
import WorkflowModel

/// The rows of DOMAIN.md §2: each line of a contract's document that obliges somebody has become something in its
/// workflow.
@Suite("what became of the contracts' obligations")
struct ClauseTests {
    /// Lines that something runs by, and lines that are only stated, such as one side of a contradiction.
    struct Rows: Sendable, CustomTestStringConvertible {
        var contract: String
        var runs: [Int]
        var stated: [Int] = []
        var testDescription: String { contract }
    }

    static let rows = [
        Rows(
            contract: "mayotte-m21-11",
            runs: [
                45, 109, 122, 81, 85, 118, 116, 63, 65, 66, 67, 68, 70, 71, 72, 73, 74, 75, 77, 95, 97, 101, 105, 113,
                128,
                143, 144, 150,
            ], stated: [43, 51, 126]),
        Rows(
            contract: "ecosolies-nantes",
            runs: [
                51, 52, 53, 54, 58, 59, 60, 61, 124, 103, 91, 95, 93, 97, 71, 107, 108, 109, 110, 132, 133, 134, 135,
                128,
            ], stated: [7, 13, 28, 49, 99, 119, 123]),
        Rows(
            contract: "massif-central",
            runs: [
                18, 255, 256, 120, 122, 124, 129, 157, 171, 181, 139, 133, 257, 225, 224, 214, 270, 261, 263, 267, 268,
                269, 271, 155, 167, 179, 229, 97, 98,
            ], stated: [67, 247, 248, 249, 108]),
        Rows(
            contract: "tanger-ess", runs: [117, 118, 119, 120, 60, 104, 126, 100, 74, 55, 140, 144, 122, 108],
            stated: [136, 137, 138, 148, 150, 152, 156, 158, 25, 78]),
    ]

    @Test("every line has an element", arguments: rows)
    func complete(rows: Rows) throws {
        let cited = citations(in: try Fixture.workflow(rows.contract))
        let running = Set(cited.filter { $0.kind != "terme" }.map(\.clause.line))
        let stated = Set(cited.map(\.clause.line))
        #expect(rows.runs.filter { !running.contains($0) } == [])
        #expect(rows.stated.filter { !stated.contains($0) } == [])
    }
}
