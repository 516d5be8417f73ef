import ArgumentParser
import CivilTime
import ControlAPI
import ControlClient
import DefinitionFiles

/// `jalonctl outbox`.
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Messages, what has become of them, and what is to.",
        discussion: """
            A message is waiting until it is delivered. It is dead once it was given up, and obsolete where it was not owed \
            any more before it could leave, or not worth sending so late. It is held where it may have been sent before a \
            backup was restored, and nobody knows. A person then has it tried again, or drops it; the case's journal keeps \
            who did, and why. What was delivered is never sent again. Late messages that are told together in one stand \
            as that one does.
            """,
        subcommands: [OutboxList.self, OutboxShow.self, OutboxRetry.self, OutboxDrop.self],
        defaultSubcommand: OutboxList.self)

    /// Taken up here too, so that it may stand before the subcommand.
    @OptionGroup var options: GlobalOptions
}

/// `jalonctl outbox list`.
struct OutboxList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List messages and what has become of them, the latest first.",
        discussion: "Times are those of this machine.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case; all where absent.", valueName: "case"))
    var caseID: String?

    @Option(name: .long, help: "Only waiting, delivered, dead, held, dropped or obsolete ones.")
    var state: String?

    @Option(name: .long, help: ArgumentHelp("At most this many.", valueName: "count"))
    var limit = ControlInterface.defaultRows

    @Flag(name: .long, help: "The messages' full text.")
    var messages = false

    @Flag(name: .long, help: "The messages' keys instead of their subjects.")
    var keys = false

    func validate() throws {
        if !(1...ControlInterface.maximumRows).contains(limit) {
            throw ValidationError("--limit must be between 1 and \(ControlInterface.maximumRows)")
        }
    }

    func run() throws {
        let reply = try options.client.outbox(OutboxParameters(caseID: caseID, state: state, limit: limit))
        if options.json { return try printJSON(reply) }
        let zone = ZoneFiles.ofEnvironment().machineZone()
        print(
            messages
                ? Self.full(reply, zone: zone, style: .ofOutput)
                : Self.list(reply, zone: zone, style: .ofOutput, withKeys: keys))
    }

    static func list(_ reply: OutboxReply, zone: TimeZoneRules, style: Style, withKeys: Bool = false) -> String {
        guard !reply.messages.isEmpty else { return "no messages" }
        let rows = reply.messages.map { message in
            [
                clockTime(message.owedAt, in: zone), state(message), message.caseID,
                message.address ?? "(nobody is named)", withKeys ? message.key : message.subject,
            ]
        }
        let heading = ["OWED", "STATE", "CASE", "TO", withKeys ? "KEY" : "SUBJECT"]
        return table(rows, heading: heading, style: style).joined(separator: "\n")
    }

    static func full(_ reply: OutboxReply, zone: TimeZoneRules, style: Style) -> String {
        guard !reply.messages.isEmpty else { return "no messages" }
        return reply.messages.map { full($0, zone: zone, style: style) }.joined(separator: "\n\n")
    }

    static func full(_ message: Message, zone: TimeZoneRules, style: Style) -> String {
        var rows = [
            ["case", message.caseID], ["to", message.address ?? "nobody is named"],
            ["owed", clockTime(message.owedAt, in: zone)], ["state", state(message)],
        ]
        if message.attempts > 0 { rows.append(["tries", "\(message.attempts)"]) }
        if message.state == "waiting" { rows.append(["next try", clockTime(message.nextAttempt, in: zone)]) }
        if !message.detail.isEmpty { rows.append(["last said", message.detail]) }
        rows.append(["key", message.key])
        var lines = [style.bold(safe(message.subject))] + table(rows, indent: 2, style: style) + [""]
        for line in message.body.split(separator: "\n", omittingEmptySubsequences: false) {
            lines += wrapped(safe(String(line)), to: style.width.map { $0 - 2 }).map { $0.isEmpty ? "" : "  \($0)" }
        }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    private static func state(_ message: Message) -> String {
        message.isLate ? "\(message.state), late" : message.state
    }
}
