import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl events`.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "List the events that a case waits for, with what they carry.",
        discussion: "Fields in [brackets] may be left out.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    func run() throws {
        let reply = try options.client.events(of: caseID)
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, style: .ofOutput))
    }

    static func text(_ reply: EventsReply, style: Style) -> String {
        guard !reply.events.isEmpty else { return "the case waits for no event" }
        return CaseText.events(reply.events, style).joined(separator: "\n")
    }
}
