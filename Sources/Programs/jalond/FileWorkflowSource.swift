import DefinitionFiles
import WorkflowEngine
import WorkflowLoading
import WorkflowModel
import YAMLReader

/// Workflows from folders of files; pinned ones from the text the store kept.
final class FileWorkflowSource: WorkflowSource {
    private let folders: [String]
    private let zoneFolder: String
    private var files: DefinitionFiles

    init(folders: [String], zoneFolder: String) {
        self.folders = folders
        self.zoneFolder = zoneFolder
        files = DefinitionFiles(zones: ZoneFiles(folder: zoneFolder))
    }

    var zoneDataVersion: String { files.zones.version }

    func readFiles() -> (workflows: [LoadedWorkflow], problems: [String]) {
        // Zones and calendars may have changed too.
        files = DefinitionFiles(zones: ZoneFiles(folder: zoneFolder))
        var workflows: [LoadedWorkflow] = []
        var problems: [String] = []
        for folder in folders {
            for name in fileNames(in: folder) where name.hasSuffix(".yaml") {
                let file = files.workflow(at: "\(folder)/\(name)")
                if let error = file.diagnostics.first(where: { $0.severity == .error }) {
                    let place = error.span.map { ":\($0.start.line):\($0.start.column)" } ?? ""
                    problems.append("\(error.file)\(place): \(error.message)")
                }
                guard let workflow = file.workflow else { continue }
                if let other = workflows.first(where: { $0.workflow.name == workflow.name }) {
                    problems.append("\(file.path): workflow '\(workflow.name)' is in \(other.file) already; rename one")
                    continue
                }
                workflows.append(LoadedWorkflow(
                    workflow: workflow, digest: JournalCoding.digest(of: file.definition), text: file.definition, file: file.path))
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
