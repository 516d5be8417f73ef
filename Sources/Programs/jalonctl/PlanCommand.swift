import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl plan`.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Tell what the newest version of a workflow would do to its running cases.",
        discussion: """
            Cases keep the version that they were started with. The plan replays each wholly under the version that the \
            service has read last ('jalonctl reload' reads files again) and tells what would move. Nothing is changed; \
            'jalonctl apply --plan DIGEST' does it, as long as all is as the plan has it.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The workflow.")
    var workflow: String

    @Argument(help: ArgumentHelp("The cases; all that are not over where absent.", valueName: "case"))
    var cases: [String] = []

    func run() throws {
        let reply = try options.client.plan(PlanParameters(workflow: workflow, cases: cases.isEmpty ? nil : cases))
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, style: .ofOutput))
    }

    static func text(_ reply: PlanReply, style: Style) -> String {
        guard !reply.cases.isEmpty else { return "no case of \(safe(reply.workflow)) is of another version" }
        var lines = [style.bold(safe(reply.workflow)) + "  to version \(reply.definition.prefix(12))"]
        for planned in reply.cases {
            lines += ["", style.bold(safe(planned.caseID)) + "  from version \(planned.from.prefix(12))"]
            lines += planned.obstacles.map { "  " + style.red("cannot move: ") + safe($0) }
            lines += planned.missing.map { "  " + style.yellow("still to be given: ") + safe($0) }
            lines += planned.comparison.map { ComparisonText(comparison: $0, style: style).lines(indent: 2) } ?? []
        }
        guard reply.cases.contains(where: { $0.comparison != nil }) else { return lines.joined(separator: "\n") }
        return (lines + ["", "to do it: jalonctl apply --plan \(reply.digest)"]).joined(separator: "\n")
    }
}
