import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl reload`.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the service read the workflow files again.",
        discussion: "A file with mistakes keeps its last good version and makes the exit code 7.")

    @OptionGroup var options: GlobalOptions

    func run() throws {
        let reply = try options.client.reload()
        if options.json {
            try printJSON(reply)
        } else {
            print(reply.problems.isEmpty ? "reloaded" : reply.problems.map(safe).joined(separator: "\n"))
        }
        if !reply.problems.isEmpty { throw ExitCode(Failure.Kind.badFile.rawValue) }
    }
}
