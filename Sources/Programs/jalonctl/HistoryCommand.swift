import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl history`.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Tell all that has happened in a case.",
        discussion: """
            Entries of the journal carry their numbers in brackets; all else follows from them. What was corrected \
            stands as corrected, with the correction where it was made.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    func run() throws {
        let reply = try options.client.history(of: caseID)
        if options.json { return try printJSON(reply) }
        print(Timeline(reply.happened).rendered(.ofOutput).joined(separator: "\n"))
    }
}
