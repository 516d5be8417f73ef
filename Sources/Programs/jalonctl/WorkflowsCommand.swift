import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl workflows`.
struct WorkflowsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflows", abstract: "List the workflows that cases can be started of.",
        discussion: "With a name, what that workflow needs to start.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Show this workflow's parameters, parties and dates.", valueName: "workflow"))
    var name: String?

    func run() throws {
        var reply = try options.client.workflows()
        if let name {
            reply.workflows.removeAll { $0.name != name }
            guard !reply.workflows.isEmpty else {
                throw Failure(
                    .notFound, code: "workflow-not-found", "there is no workflow '\(name)'",
                    hint: "list them with 'jalonctl workflows'")
            }
        }
        if options.json { return try printJSON(reply) }
        let style = Style.ofOutput
        print(name == nil ? Self.list(reply, style: style) : Self.text(reply.workflows[0], style: style))
    }

    static func list(_ reply: WorkflowsReply, style: Style) -> String {
        guard !reply.workflows.isEmpty else { return "no workflows are loaded" }
        let rows = reply.workflows.map { workflow in
            [workflow.name, workflow.title, workflow.zone, String(workflow.digest.prefix(12)), workflow.file]
        }
        let heading = ["WORKFLOW", "TITLE", "ZONE", "VERSION", "FILE"]
        return table(rows, heading: heading, style: style).joined(separator: "\n")
    }

    static func text(_ workflow: Workflow, style: Style) -> String {
        var lines = [style.bold(safe(workflow.name)) + "  " + safe(workflow.title)]
        lines += table(
            [["file", workflow.file], ["version", workflow.digest], ["zone", workflow.zone]], indent: 2, style: style)
        lines += CaseText.section("Parameters", workflow.parameters.map(CaseText.row), style)
        lines += CaseText.section("Parties", workflow.parties.map(CaseText.row), style)
        lines += CaseText.section("Dates", workflow.dates.map { [$0] }, style)
        lines += CaseText.section("Problems", workflow.problems.map { [$0] }, style)
        return lines.joined(separator: "\n")
    }
}
