import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl show`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a case: states, dates, values, what it waits for.",
        discussion: """
            With --at, as it was then, or as it will be if nobody does anything. A child of a case is a case too: \
            CASE/KIND/KEY, as in mayotte-1/order/BC-7.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Option(name: .long, help: ArgumentHelp("Show the case at this time.", valueName: "time"))
    var at: String?

    func run() throws {
        let reply = try options.client.show(ShowParameters(caseID: caseID, at: at))
        if options.json { return try printJSON(reply) }
        print(CaseText.text(reply, style: .ofOutput))
    }
}
