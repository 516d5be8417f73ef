package import CivilTime
package import WorkflowLoading

/// A block's file as it was read by itself.
package struct BlockReading: Sendable {
    /// The file with its diagnostics; it has no workflow.
    package var file: WorkflowFile
    /// `nil` where the file could not be read at all.
    package var block: BlockDescription?
}

extension DefinitionFiles {
    /// Reads and checks a file of whatever kind: a block where its first key that says so is `block`, a rule pack where it
    /// has `rules` and is neither a block nor a workflow, else a workflow.
    package func definition(at path: String) -> WorkflowFile {
        let lines = readText(path).shown.split(separator: "\n")
        let kind = lines.first { $0.hasPrefix("workflow:") || $0.hasPrefix("block:") }
        if kind == nil, lines.contains(where: { $0.hasPrefix("rules:") }) { return rulePack(at: path) }
        if kind == nil, let other = Self.otherKind(lines) {
            let text = readText(path)
            let problem = Diagnostic(severity: .error, code: "other-kind", message: other, file: path, span: nil)
            return WorkflowFile(
                path: path, text: text.shown, definition: text.shown, workflow: nil, diagnostics: [problem],
                sources: [path: text.shown])
        }
        return kind?.hasPrefix("block:") == true ? block(at: path).file : workflow(at: path)
    }

    /// What a file is that holds neither a workflow nor a block nor a rule pack, and what to do with it.
    private static func otherKind(_ lines: [Substring]) -> String? {
        func has(_ key: String) -> Bool { lines.contains { $0.hasPrefix("\(key):") } }
        guard !has("states") else { return nil }
        if has("calendar") { return "this is a calendar; 'jalonctl calendar check FILE' checks it" }
        if has("thresholds") {
            return "these are the thresholds of the law, which workflows are checked with; check a workflow"
        }
        if has("people") || has("roles") || has("organs") {
            return "this is a file of people; 'jalonctl people FILE' checks it"
        }
        if has("events"), has("start") || !has("jalon") {
            return "these are the events of a simulation; 'jalonctl simulate WORKFLOW --events FILE' reads them"
        }
        return nil
    }

    /// Reads and checks the file of a block by itself.
    ///
    /// - Parameter language: Of the description.
    package func block(at path: String, language: Language = .english) -> BlockReading {
        let read = readText(path)
        guard let text = read.text else {
            return BlockReading(
                file: WorkflowFile(
                    path: path, text: read.shown, definition: read.shown, workflow: nil,
                    diagnostics: read.diagnostics, sources: [path: read.shown]), block: nil)
        }
        // Other blocks are looked for where the workflows beside which this one lies look for them.
        let folder = Self.folder(of: path)
        let (block, diagnostics) = readBlock(
            text, file: path, language: language, environment: environment(for: "\(folder)/.."))
        var sources = [path: text]
        for other in Set(diagnostics.map(\.file)).subtracting([path]) { sources[other] = readText(other).shown }
        return BlockReading(
            file: WorkflowFile(
                path: path, text: text, definition: text, workflow: nil, diagnostics: diagnostics, sources: sources),
            block: block)
    }

    /// Where the file of a block is that workflows in a folder can use; `nil` for an unknown one.
    package func pathOfBlock(_ name: String, from folder: String) -> String? {
        environment(for: folder).library(LibraryFile(.block, name))?.path
    }

    /// The blocks that workflows in a folder can use.
    package func blockNames(from folder: String) -> [String] { environment(for: folder).libraryNames(.block) }
}

extension WorkflowFile {
    /// No diagnostic is an error.
    package var isSound: Bool { !diagnostics.contains { $0.severity == .error } }
}
