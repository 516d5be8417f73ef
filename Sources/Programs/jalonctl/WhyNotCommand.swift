import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl why-not`.
struct WhyNotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why-not", abstract: "Show what keeps a case from taking an event.",
        discussion: """
            Every condition that does not hold, with the values it was computed from; values that are still to be given, \
            and how to give them; the states that would take the event. Conditions on what the event carries are told as \
            they stand, or tried with the fields given here. An event of a child is KIND/KEY/EVENT. Nothing is recorded.

              jalonctl why-not tanger-1 consultation.price.opened price=100000
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Argument(help: "The event.")
    var event: String

    @Argument(help: ArgumentHelp("What it would carry.", valueName: "field=value"))
    var fields: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("What it would carry, as a JSON object.", valueName: "json"))
    var data: String?

    func run() throws {
        let payload = try SendCommand.payload(fields, data)
        let reply = try options.client.whyNot(
            WhyNotParameters(caseID: caseID, event: event, fields: payload.isEmpty ? nil : payload))
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, event: event, style: .ofOutput))
    }

    static func text(_ reply: WhyNotReply, event: String, style: Style) -> String {
        let mark = reply.isAccepted ? style.green("accepted") : style.yellow("not accepted")
        var lines = [style.bold(safe(reply.title)) + "  \(safe(event))  " + mark]
        lines += reply.reasons.map { "  " + safe($0) }
        for obstacle in reply.obstacles {
            let targets = obstacle.targets.isEmpty ? "" : " → " + obstacle.targets.joined(separator: ", ")
            let head = [safe(obstacle.title + targets), clauseMark(obstacle.clause)].filter { !$0.isEmpty }
            lines.append("  " + head.joined(separator: "  "))
            lines += obstacle.unmet.map { "    - " + safe($0) }
        }
        return lines.joined(separator: "\n")
    }
}
