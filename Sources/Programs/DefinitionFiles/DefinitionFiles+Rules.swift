import Synchronization
import WorkflowLoading
import WorkflowModel

extension DefinitionFiles {
    /// Reads and checks a file that people wrote: a workflow, or a rule pack.
    package func checked(at path: String) -> WorkflowFile {
        let read = readText(path)
        guard let text = read.text, holdsRulePack(text) else { return workflow(at: path) }
        let used = Mutex<[String: String]>([path: text])
        var environment = environment(for: folder(ofPackAt: path))
        let library = environment.library
        environment.library = { wanted in
            let found = library(wanted)
            if let found { used.withLock { $0[found.path] = found.text } }
            return found
        }
        let (pack, diagnostics) = readRulePack(text, file: path, environment: environment)
        var file = WorkflowFile(
            path: path, text: text, definition: text, workflow: nil, diagnostics: diagnostics, sources: used.withLock(\.self))
        file.rulePack = pack
        return file
    }

    /// The folder whose folder `rules` a pack is in: what it rests on is looked for there too.
    private func folder(ofPackAt path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return folder.isEmpty ? "/" : "\(folder)/.."
    }
}
