import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

/// `jalonctl watch`.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Tell what happens from now on, until interrupted.",
        discussion: """
            With --json, one object a line, each with 'case' and 'happened'; or with 'missed', how much happened that is \
            left out because it was not read in time.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case; all where absent.", valueName: "case"))
    var caseID: String?

    func run() throws {
        let style = Style.ofOutput
        func tell(_ reply: WatchReply, _ line: String) {
            print(options.json ? compactJSON(reply) : line)
            // Whoever reads through a pipe sees each as it happens.
            fflush(nil)
        }
        try options.client.watch(
            caseID,
            missed: { count in tell(WatchReply(missed: count), Self.line(missing: count)) },
            body: { caseID, happened in
                tell(
                    WatchReply(caseID: caseID, happened: happened),
                    Self.line(caseID, happened, namesCase: self.caseID == nil, style: style))
            })
    }

    static func line(missing count: Int) -> String {
        "… \(count) more happened and \(count == 1 ? "is" : "are") left out, since this was not read in time; "
            + "jalonctl history CASE tells all …"
    }

    static func line(_ caseID: String, _ happened: Happened, namesCase: Bool, style: Style) -> String {
        let name = namesCase ? style.bold(safe(caseID)) + "  " : ""
        let clause = happened.clause == nil ? "" : "  " + clauseMark(happened.clause)
        return style.dim(clockTime(happened.at, of: happened.day)) + "  " + name + safe(happened.text) + clause
    }
}
