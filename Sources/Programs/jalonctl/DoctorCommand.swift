import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Compute every case again from its journal and tell what differs.",
        discussion: """
            Run it after an upgrade of the service, of the calendars or of the zone data: where a case does not come to \
            the same states and dates, it is named with what differs, and the exit code is 1. A page of cases at a time, \
            so that the service goes on meanwhile.
            """)

    @OptionGroup var options: GlobalOptions

    @Flag(name: .long, help: "Compute every case again. (default)")
    var replay = false

    func run() throws {
        let client = options.client
        var checked = 0
        var differing: [Difference] = []
        var after: String?
        repeat {
            let page = try client.replay(ReplayParameters(after: after))
            checked += page.checked
            differing += page.differing
            after = page.next
        } while after != nil
        if options.json {
            try printJSON(ReplayReply(checked: checked, differing: differing))
        } else {
            print(Self.text(checked, differing, style: .ofOutput))
        }
        if !differing.isEmpty { throw ExitCode(Failure.Kind.other.rawValue) }
    }

    static func text(_ checked: Int, _ differing: [Difference], style: Style) -> String {
        let lines = differing.flatMap { one in
            [style.bold(safe(one.caseID))] + one.differences.map { "  " + style.red(safe($0)) }
        }
        let all = "\(checked) \(checked == 1 ? "case" : "cases") computed again"
        let sum =
            differing.isEmpty ? "\(all): \(style.green("all come to the same"))" : "\(all): \(differing.count) differ"
        return (lines + [sum]).joined(separator: "\n")
    }
}
