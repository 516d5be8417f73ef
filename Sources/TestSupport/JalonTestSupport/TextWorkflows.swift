package import People
package import WorkflowEngine
package import WorkflowLoading
package import WorkflowModel

/// Workflows from texts that a test holds, as if each were a file.
package final class TextWorkflows: WorkflowSource {
    /// The texts; the next ``readFiles()`` reads them.
    package var texts: [String]
    /// Who people are, as a file would say it; `nil` for no file.
    package var people: String?
    /// Definitions whose text holds this word cannot be compiled, as if a later program had written them.
    package var unreadableWord: String?
    private let environment: LoadingEnvironment
    /// What was loaded before, and need not be again.
    private let loaded: [LoadedWorkflow]
    private let directory: Directory

    /// Makes a source of some texts.
    package init(_ texts: [String], environment: LoadingEnvironment) {
        self.texts = texts
        self.environment = environment
        loaded = []
        directory = Directory()
    }

    /// Makes a source of the texts of workflows that are loaded already.
    ///
    /// - Parameter directory: Who people are, where no text says otherwise.
    package init(_ loaded: [LoadedWorkflow], directory: Directory, environment: LoadingEnvironment) {
        texts = loaded.map(\.text)
        self.loaded = loaded
        self.directory = directory
        self.environment = environment
    }

    /// As ``WorkflowSource`` says.
    package var zoneDataVersion: String { "simulated" }

    /// As ``WorkflowSource`` says.
    package func readFiles() -> (workflows: [LoadedWorkflow], problems: [String]) {
        var workflows: [LoadedWorkflow] = []
        var problems: [String] = []
        for (number, text) in texts.enumerated() {
            if let known = loaded.first(where: { $0.text == text }) {
                workflows.append(known)
                continue
            }
            let file = "\(number + 1).yaml"
            let (workflow, diagnostics) = loadWorkflow(text, file: file, environment: environment)
            if let workflow {
                workflows.append(
                    LoadedWorkflow(
                        workflow: workflow, digest: JournalCoding.digest(of: text), text: text, file: file))
            }
            problems += diagnostics.filter { $0.severity == .error }.map { "\(file): \($0.message)" }
        }
        return (workflows, problems)
    }

    /// As ``WorkflowSource`` says.
    package func readPeople() -> (directory: Directory?, problems: [String]) {
        guard let people else { return (directory, []) }
        let (directory, diagnostics) = loadDirectory(people, file: "people.yaml")
        return (directory, diagnostics.map { "people.yaml: \($0.message)" })
    }

    /// As ``WorkflowSource`` says.
    package func compile(_ definition: StoredDefinition) -> Workflow? {
        if let unreadableWord, definition.text.contains(unreadableWord) { return nil }
        if let known = loaded.first(where: { $0.digest == definition.digest }) { return known.workflow }
        return loadWorkflow(definition.text, file: definition.name, environment: environment).workflow
    }
}
