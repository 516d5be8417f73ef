import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl apply`.
struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Switch the cases of a plan to the new version of their workflow.",
        discussion: """
            All of them in one go, or none: where anything the plan rests on has changed since, nothing is done and the \
            exit code is 11. What was delivered already is not sent again.
            """)

    @OptionGroup var options: GlobalOptions

    @Option(name: .long, help: ArgumentHelp("The plan, as 'jalonctl plan' names it.", valueName: "digest"))
    var plan: String

    @Option(name: .long, help: ArgumentHelp("Why; kept in the journals.", valueName: "text"))
    var reason: String?

    func run() throws {
        let reply = try options.client.apply(ApplyParameters(plan: plan, reason: reason))
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, style: .ofOutput))
    }

    static func text(_ reply: PlanReply, style: Style) -> String {
        reply.cases.map { planned in
            let place =
                planned.comparison == nil
                ? "stays at version \(planned.from.prefix(12)): \(planned.obstacles.joined(separator: "; "))"
                : "is at version \(reply.definition.prefix(12)) now"
            return style.bold(safe(planned.caseID)) + "  " + safe(place)
        }.joined(separator: "\n")
    }
}
