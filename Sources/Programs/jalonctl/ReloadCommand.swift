import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl reload`.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the service read the workflow files again.",
        discussion: """
            A file with mistakes keeps its last good version and makes the exit code 7. A workflow whose file is gone is \
            offered no more, unless another file has mistakes; its cases keep the version they were started with.
            """)

    @OptionGroup var options: GlobalOptions

    func run() throws {
        let reply = try options.client.reload()
        if options.json {
            try printJSON(reply)
        } else {
            print(Self.text(reply))
        }
        if !reply.problems.isEmpty { throw ExitCode(Failure.Kind.badFile.rawValue) }
    }

    static func text(_ reply: ReloadReply) -> String {
        let withdrawn = reply.withdrawn.map { name in
            "no file holds workflow '\(safe(name))' any more: no new case of it can be started; those there are keep "
                + "their version and go on"
        }
        return ((reply.problems.isEmpty ? ["reloaded"] : reply.problems.map(safe)) + withdrawn).joined(separator: "\n")
    }
}
