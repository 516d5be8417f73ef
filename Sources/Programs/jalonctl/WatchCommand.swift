import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

/// `jalonctl watch`.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Tell what happens from now on, until interrupted.",
        discussion: "With --json, one object a line, each with 'case' and 'happened'.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case; all where absent.", valueName: "case"))
    var caseID: String?

    func run() throws {
        let style = Style.ofOutput
        try options.client.watch(caseID) { caseID, happened in
            if options.json {
                print(compactJSON(WatchReply(caseID: caseID, happened: happened)))
            } else {
                print(Self.line(caseID, happened, namesCase: self.caseID == nil, style: style))
            }
            // Whoever reads through a pipe sees each as it happens.
            fflush(nil)
        }
    }

    static func line(_ caseID: String, _ happened: Happened, namesCase: Bool, style: Style) -> String {
        let name = namesCase ? style.bold(safe(caseID)) + "  " : ""
        let clause = happened.clause == nil ? "" : "  " + clauseMark(happened.clause)
        return style.dim(clockTime(happened.at)) + "  " + name + safe(happened.text) + clause
    }
}
