package import People
package import WorkflowModel

/// A workflow with the text it was loaded from.
package struct LoadedWorkflow: Sendable {
    package var workflow: Workflow
    /// SHA-256 of `text`, as hexadecimal: what cases are pinned to.
    package var digest: String
    package var text: String
    /// Where it was read, for people.
    package var file: String

    package init(workflow: Workflow, digest: String, text: String, file: String) {
        self.workflow = workflow
        self.digest = digest
        self.text = text
        self.file = file
    }
}

/// Where workflows come from: files for new cases, the store's own texts for cases that run.
package protocol WorkflowSource: AnyObject {
    /// Reads the workflow files again.
    ///
    /// - Returns: What is sound, by name; and for each file that is not, one line for people.
    func readFiles() -> (workflows: [LoadedWorkflow], problems: [String])

    /// Reads again who people are.
    ///
    /// - Returns: The directory, empty where there is no file of it; `nil` where the file has mistakes, a line each.
    func readPeople() -> (directory: Directory?, problems: [String])

    /// Compiles a definition that a case is pinned to; `nil` if this program cannot read it any more.
    func compile(_ definition: StoredDefinition) -> Workflow?

    /// The version of the zone data that compiled workflows use, such as `2025b`.
    var zoneDataVersion: String { get }
}
