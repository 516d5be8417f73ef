import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl why`.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Show how a date, a value or a cadence of a case came to be.",
        discussion: """
            Of a date, what it counts from, the days left out and why; of a value, its expression and the values that \
            went in; of a cadence, what was held in its stretch and when somebody is alerted. With the clause of each. What \
            a child has is KIND/KEY/NAME, as in order/BC-7/due.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Argument(help: "The name of a date, a value, a parameter or a cadence, as 'show' lists it.")
    var name: String

    func run() throws {
        let reply = try options.client.why(name, in: caseID)
        if options.json { return try printJSON(reply) }
        for line in reply.lines { print(safe(line)) }
    }
}
