import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl why`.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Show how a date of a case came to be: what it counts from, and by which rule.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Argument(help: "The date's name, as 'show' lists it.")
    var date: String

    func run() throws {
        let reply = try options.client.why(date, in: caseID)
        if options.json { return try printJSON(reply) }
        for line in reply.lines { print(line) }
    }
}
