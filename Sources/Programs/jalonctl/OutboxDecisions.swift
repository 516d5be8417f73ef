import ArgumentParser
import ControlAPI
import ControlClient
import DefinitionFiles

/// `jalonctl outbox show`.
struct OutboxShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one message in full.",
        discussion: "'jalonctl outbox list --keys' lists keys. Times are those of this machine.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The message's key.")
    var key: String

    func run() throws {
        let reply = try options.client.message(key)
        if options.json { return try printJSON(reply) }
        print(OutboxList.full(reply.message, zone: ZoneFiles.ofEnvironment().machineZone(), style: .ofOutput))
    }
}

/// Which messages are decided about.
struct MessageSelection: ParsableArguments {
    @Argument(help: ArgumentHelp("The messages' keys.", valueName: "key"))
    var keys: [String] = []

    @Flag(name: .long, help: "All that were given up.")
    var allDead = false

    @Flag(name: .long, help: "All that are held since a backup was restored.")
    var allHeld = false

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("Of this case only: all that were given up or are held.", valueName: "case"))
    var caseID: String?

    func validate() throws {
        let isChosen = allDead || allHeld || caseID != nil
        if keys.isEmpty && !isChosen {
            throw ValidationError("Name messages, or choose --all-dead, --all-held or --case")
        }
        if !keys.isEmpty && isChosen { throw ValidationError("Name messages, or choose them by state, not both") }
    }

    /// Asks once for each state that is chosen.
    func decide(_ decision: String, reason: String?, by client: ControlClient) throws -> DecideReply {
        var asked = DecideParameters(decision: decision, caseID: caseID, reason: reason)
        guard keys.isEmpty else {
            asked.keys = keys
            return try client.decide(asked)
        }
        let isEither = !allDead && !allHeld
        var outcomes: [DecisionOutcome] = []
        for (state, isChosen) in [("dead", allDead || isEither), ("held", allHeld || isEither)] where isChosen {
            asked.state = state
            outcomes += try client.decide(asked).outcomes
        }
        return DecideReply(outcomes: outcomes)
    }

    /// Prints what became of the decisions.
    ///
    /// - Throws: ``Failure`` with the first refusal, once all is told.
    static func report(_ reply: DecideReply, done: String, asJSON: Bool) throws {
        if asJSON { try printJSON(reply) } else { print(text(reply, done: done)) }
        let refusals = reply.outcomes.compactMap(\.refusal)
        guard let first = refusals.first else { return }
        if reply.outcomes.count == 1 { throw Failure(.refused(first)) }
        let failure = Failure(.refused(first))
        throw Failure(
            failure.kind, code: failure.code,
            "\(refusals.count) of \(reply.outcomes.count) messages were refused, the first "
                + "because \(first.message)", hint: first.hint)
    }

    static func text(_ reply: DecideReply, done: String) -> String {
        guard !reply.outcomes.isEmpty else { return "no messages" }
        let taken = reply.outcomes.filter { $0.refusal == nil }
        let lines = taken.map { outcome in
            let to = outcome.to.map { ", to \(safe($0.joined(separator: ", ")))" } ?? ""
            let place = "entry \(outcome.sequence ?? 0) of the journal of \(safe(outcome.caseID ?? ""))"
            return "\(done) \(safe(outcome.key))\(to), \(place)"
        }
        return lines.isEmpty ? "nothing was done" : lines.joined(separator: "\n")
    }
}

/// `jalonctl outbox retry`.
struct OutboxRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Have messages tried again at once.",
        discussion: """
            Of messages that wait, were given up, are held or were dropped. One that nobody is named for goes to whoever is \
            named by now, and so does one to an address that the party was bound to by itself and has no more. One that was \
            delivered is refused.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: MessageSelection

    @Option(name: .long, help: "Why, for the journal.")
    var reason: String?

    func run() throws {
        let reply = try selection.decide("retry", reason: reason, by: options.client)
        try MessageSelection.report(reply, done: "to be tried again:", asJSON: options.json)
    }
}

/// `jalonctl outbox drop`.
struct OutboxDrop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Decide that nobody gets some messages.",
        discussion: "Of messages that wait, were given up or are held. 'jalonctl outbox retry' takes it back.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: MessageSelection

    @Option(name: .long, help: "Why, for the journal.")
    var reason: String

    func run() throws {
        let reply = try selection.decide("drop", reason: reason, by: options.client)
        try MessageSelection.report(reply, done: "dropped:", asJSON: options.json)
    }
}
