import DefinitionFiles
import People
import WorkflowEngine
import WorkflowLoading
import WorkflowModel
import YAMLReader

/// Workflows from folders of files; pinned ones from the text the store kept.
final class FileWorkflowSource: WorkflowSource {
    private let folders: [String]
    private let zoneFolder: String
    private let peopleFile: String?
    private var files: DefinitionFiles
    /// Of the zone data that are in use: what the files hold was read with them, and a newer version counts from the next
    /// reading on.
    private(set) var zoneDataVersion: String

    /// - Parameter peopleFile: The directory; `nil` for none.
    init(folders: [String], zoneFolder: String, peopleFile: String?) {
        self.folders = folders
        self.zoneFolder = zoneFolder
        self.peopleFile = peopleFile
        files = DefinitionFiles(zones: ZoneFiles(folder: zoneFolder))
        zoneDataVersion = files.zones.version
    }

    func readPeople() -> (directory: Directory?, problems: [String]) {
        guard let peopleFile else { return (Directory(), []) }
        let read = readText(peopleFile)
        let (directory, diagnostics) = read.text.map { loadDirectory($0, file: peopleFile) } ?? (nil, read.diagnostics)
        return (directory, diagnostics.filter { $0.severity == .error }.map(\.line))
    }

    func readFiles() -> (workflows: [LoadedWorkflow], problems: [String]) {
        // Zones and calendars may have changed too.
        files = DefinitionFiles(zones: ZoneFiles(folder: zoneFolder))
        zoneDataVersion = files.zones.version
        var workflows: [LoadedWorkflow] = []
        var problems: [String] = []
        for folder in folders {
            for name in fileNames(in: folder) where name.hasSuffix(".yaml") {
                let file = files.workflow(at: "\(folder)/\(name)")
                if let error = file.diagnostics.first(where: { $0.severity == .error }) { problems.append(error.line) }
                guard let workflow = file.workflow else { continue }
                if let other = workflows.first(where: { $0.workflow.name == workflow.name }) {
                    problems.append("\(file.path): workflow '\(workflow.name)' is in \(other.file) already; rename one")
                    continue
                }
                workflows.append(
                    LoadedWorkflow(
                        workflow: workflow, digest: JournalCoding.digest(of: file.definition), text: file.definition,
                        file: file.path))
            }
        }
        return (workflows, problems)
    }

    func compile(_ definition: StoredDefinition) -> Workflow? {
        for folder in folders.isEmpty ? ["."] : folders {
            if let workflow = files.workflow(pinned: definition.text, name: definition.name, folder: folder) {
                return workflow
            }
        }
        return nil
    }
}

extension Diagnostic {
    /// Place and message.
    fileprivate var line: String {
        let place = span.map { ":\($0.start.line):\($0.start.column)" } ?? ""
        return "\(file)\(place): \(message)"
    }
}
