import ArgumentParser
import CivilTime
import ControlAPI
import ControlClient
import DefinitionFiles

/// `jalonctl outbox`.
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "List messages and what has become of them, the latest first.",
        discussion: """
            A message waits until it is delivered; it is dead once it was given up, and obsolete where it was not owed \
            any more before it could leave. Times are those of this machine.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case; all where absent.", valueName: "case"))
    var caseID: String?

    @Option(name: .long, help: ArgumentHelp("At most this many.", valueName: "count"))
    var limit = ControlInterface.defaultRows

    @Flag(name: .long, help: "The messages' full text.")
    var messages = false

    func validate() throws {
        if !(1...ControlInterface.maximumRows).contains(limit) {
            throw ValidationError("--limit must be between 1 and \(ControlInterface.maximumRows)")
        }
    }

    func run() throws {
        let reply = try options.client.outbox(OutboxParameters(caseID: caseID, limit: limit))
        if options.json { return try printJSON(reply) }
        let zone = ZoneFiles.ofEnvironment().machineZone()
        print(
            messages
                ? Self.full(reply, zone: zone, style: .ofOutput) : Self.list(reply, zone: zone, style: .ofOutput))
    }

    static func list(_ reply: OutboxReply, zone: TimeZoneRules, style: Style) -> String {
        guard !reply.messages.isEmpty else { return "no messages" }
        let rows = reply.messages.map { message in
            [
                clockTime(message.owedAt, in: zone), state(message), message.caseID,
                message.address ?? "(nobody is named)", message.subject,
            ]
        }
        return table(rows, heading: ["OWED", "STATE", "CASE", "TO", "SUBJECT"], style: style).joined(separator: "\n")
    }

    static func full(_ reply: OutboxReply, zone: TimeZoneRules, style: Style) -> String {
        guard !reply.messages.isEmpty else { return "no messages" }
        return reply.messages.map { message in
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
        }.joined(separator: "\n\n")
    }

    private static func state(_ message: Message) -> String {
        message.isLate ? "\(message.state), late" : message.state
    }
}
