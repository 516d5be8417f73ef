import DefinitionFiles
import Foundation
import WorkflowLoading
import WorkflowModel

/// Workflow texts of the tests, read with the zones, calendars and thresholds that are shipped.
enum Fixture {
    static let root: URL = {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath()
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }()
    static let folder = root.appending(path: "Tests/FindingsTests/Fixtures")

    private static let files = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder))

    /// A workflow without terms, for them to be added.
    static let base = """
        jalon: 1
        workflow: rule
        title: Rule
        language: en
        time-zone: Europe/Paris
        events:
          contract.notified: Contract notified
        dates:
          offers-due: { at: 2021-09-01T12:00, clause: 1 }
          start: { at: 2021-12-01, clause: 2 }
          end: { at: 2022-03-01, clause: 3 }
        states:
          open: { on: { contract.notified: done }, at: { offers-due: done } }
          done: { type: final }

        """

    struct Broken: Error, CustomStringConvertible { var description: String }

    /// The workflow as it ships.
    static func text(_ name: String) throws -> String {
        let own = folder.appending(path: name + ".yaml")
        let isOwn = FileManager.default.fileExists(atPath: own.path)
        let file = isOwn ? own : root.appending(path: "workflows/\(name).yaml")
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// A fixture, with some of its text replaced.
    static func workflow(_ name: String, replacing changes: [(String, String)] = []) throws -> Workflow {
        var text = try text(name)
        for (old, new) in changes {
            guard text.contains(old) else { throw Broken(description: "\(name) has no '\(old)'") }
            text = text.replacing(old, with: new)
        }
        return try load(text, named: name)
    }

    static func load(_ text: String, named name: String = "test") throws -> Workflow {
        let environment = files.environment(for: root.appending(path: "workflows").path)
        let (workflow, diagnostics) = loadWorkflow(text, file: name + ".yaml", environment: environment)
        guard let workflow else {
            throw Broken(description: diagnostics.map { $0.rendered(source: text) }.joined(separator: "\n"))
        }
        return workflow
    }
}
