import WorkflowLoading
import WorkflowModel

extension DefinitionFiles {
    /// Reads and checks the file of a rule pack by itself; it has no workflow.
    package func rulePack(at path: String) -> WorkflowFile {
        let read = readText(path)
        guard let text = read.text else { return workflow(at: path) }
        // Other packs are looked for where the workflows beside which this one lies look for them.
        let (pack, diagnostics) = readRulePack(
            text, file: path, environment: environment(for: "\(Self.folder(of: path))/.."))
        var sources = [path: text]
        for other in Set(diagnostics.map(\.file)).subtracting([path]) { sources[other] = readText(other).shown }
        var file = WorkflowFile(
            path: path, text: text, definition: text, workflow: nil, diagnostics: diagnostics, sources: sources)
        file.rulePack = pack
        return file
    }
}
