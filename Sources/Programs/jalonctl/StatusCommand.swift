import ArgumentParser
import CivilTime
import ControlAPI
import ControlClient
import DefinitionFiles

/// `jalonctl status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the service is and what is due next.",
        discussion: "Times are those of this machine.")

    @OptionGroup var options: GlobalOptions

    func run() throws {
        let reply = try options.client.status()
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, zone: ZoneFiles.ofEnvironment().machineZone(), style: .ofOutput))
    }

    static func text(_ reply: StatusReply, zone: TimeZoneRules, style: Style) -> String {
        let cases = "\(reply.cases.running) running, \(reply.cases.over) over"
        let messages = "\(reply.messages.waiting) waiting"
        let due = reply.nextDue.map { "\(clockTime($0, in: zone))\(distance(to: $0, from: reply.now))" }
        let rows =
            [
                ["cases", cases + (reply.cases.fault == 0 ? "" : ", \(reply.cases.fault) with a fault")],
                [
                    "messages",
                    messages + (reply.messages.dead == 0 ? "" : ", \(reply.messages.dead) given up")
                        + (reply.messages.held == 0
                            ? "" : ", \(reply.messages.held) held (jalonctl outbox list --state held)"),
                ],
                ["workflows", "\(reply.workflows)"],
                ["next due", due ?? "nothing"],
                ["zone data", reply.zoneData],
                ["store", reply.store],
            ] + (reply.journals.map { [["journals", journals($0, zone: zone)]] } ?? [])
        let broken = reply.brokenFiles.map { ["not loaded", $0] } + reply.problems.map { ["problem", $0] }
        let since = clockTime(reply.startedAt, in: zone)
        var lines = [style.bold("jalond \(safe(reply.version))") + " running since \(since)"]
        lines += table(rows + broken, indent: 2, style: style)
        return lines.joined(separator: "\n")
    }

    private static func journals(_ check: JournalCheck, zone: TimeZoneRules) -> String {
        let found = check.problems == 0 ? "sound" : "\(check.problems) broken"
        let looked = "\(check.entries) entries of \(check.cases) cases"
        guard let end = check.finishedAt else { return "being looked at, \(looked) so far, \(found)" }
        return "\(found), \(looked) looked at until \(clockTime(end, in: zone))"
    }

    private static func distance(to due: String, from now: String) -> String {
        guard let due = Timestamp(rfc3339: due), let now = Timestamp(rfc3339: now), due > now else { return "" }
        let minutes = (due - now).components.seconds / 60
        switch minutes {
        case 0: return ", in less than a minute"
        case ..<120: return ", in \(minutes) min"
        case ..<(48 * 60): return ", in \(minutes / 60) h"
        default: return ", in \(minutes / 60 / 24) days"
        }
    }
}
