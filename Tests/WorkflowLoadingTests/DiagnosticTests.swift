import Foundation
import Testing
import WorkflowLoading
import YAMLReader

/// Each `Fixtures/RULE.yaml` is a small file that breaks a rule; `RULE.diagnostics` is exactly what its author reads.
/// `JALON_UPDATE_FIXTURES=1` writes the latter anew, for reading.
@Suite("what the author of a workflow reads")
struct DiagnosticTests {
    static let folder = projectRoot.appending(path: "Tests/WorkflowLoadingTests/Fixtures")

    static let fixtures: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test("each fixture is told what is wrong with it, in its place", arguments: fixtures)
    func fixture(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name + ".yaml"), encoding: .utf8)
        let found = rendered(text, file: name + ".yaml")
        let file = Self.folder.appending(path: name + ".diagnostics")
        if ProcessInfo.processInfo.environment["JALON_UPDATE_FIXTURES"] == "1" {
            try found.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(found == (try? String(contentsOf: file, encoding: .utf8)), "\(name)")
        #expect(!found.isEmpty, "\(name) breaks no rule")
    }

    @Test("every code the loader can report has a fixture that shows it")
    func codes() throws {
        let sources = projectRoot.appending(path: "Sources/Core/WorkflowLoading")
        var codes: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: sources.path)
        where file.hasSuffix(".swift") && !file.hasPrefix("Calendar") {
            let source = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            for match in source.matches(of: /(?:error|warning|note)\(\s*"([a-z-]+)",/) { codes.insert(String(match.1)) }
            for match in source.matches(of: /unknown\(\s*"([a-z ]+)",/) {
                codes.insert("unknown-" + match.1.replacing(" ", with: "-"))
            }
        }
        var shown = ""
        for name in Self.fixtures {
            shown += try String(contentsOf: Self.folder.appending(path: name + ".diagnostics"), encoding: .utf8)
        }
        #expect(codes.count > 40)
        // It takes large files to show these: FuzzTests does.
        codes.subtract(["too-large", "too-many-mistakes"])
        #expect(codes.filter { !shown.contains("[\($0)]") }.sorted() == [])
    }

    @Test("of a long line stands what is around the mistake, and control characters are shown as such")
    func longLines() throws {
        let line = "title: \u{1B}[31m" + String(repeating: "x", count: 5000) + "!" + String(repeating: "y", count: 5000)
        let place = SourceMark(line: 1, column: 5013, offset: 5012)
        let next = SourceMark(line: 1, column: 5014, offset: 5013)
        let diagnostic = Diagnostic(
            severity: .error, code: "test", message: "here", file: "a.yaml", span: SourceSpan(start: place, end: next))
        let lines = diagnostic.rendered(source: line).split(separator: "\n").map(Array.init)
        #expect(lines.count == 3)
        #expect(lines[1].count < 180)
        #expect(lines[1][lines[2].count - 1] == "!")
        let short = Diagnostic(
            severity: .error, code: "test", message: "here", file: "a.yaml",
            span: SourceSpan(
                start: SourceMark(line: 1, column: 1, offset: 0),
                end: SourceMark(line: 1, column: 2, offset: 1)))
        #expect(!short.rendered(source: line).contains("\u{1B}"))
    }
}
