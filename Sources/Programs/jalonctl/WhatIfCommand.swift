import ArgumentParser
import CivilTime
import ControlAPI
import ControlClient

/// `jalonctl what-if`.
struct WhatIfCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "what-if", abstract: "Tell what would move in a case if some events happened.",
        discussion: """
            Nothing is recorded and nothing sent. What would happen is held against what happens if nobody does \
            anything, which is told where no event is named; a supposed event that the case would not take makes the \
            exit code that of 'send'. An event of a child is KIND/KEY/EVENT. An events file is YAML or JSON:

              until: 2022-01-31
              events:
                - { at: 2021-09-20T10:00, event: consultation.offer.received, candidate: Atlas }

            Examples:

              jalonctl what-if tanger-1
              jalonctl what-if tanger-1 deliverable.submitted --on 2021-10-20
              jalonctl what-if tanger-1 consultation.offer.received candidate=Atlas --until 2021-12-31
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Argument(help: ArgumentHelp("Events, each with what it carries.", valueName: "event field=value"))
    var words: [String] = []

    @Option(name: .long, help: ArgumentHelp("When these happen, if not now.", valueName: "time"))
    var on: String?

    @Option(name: .long, help: ArgumentHelp("More that is supposed to happen.", valueName: "file"))
    var events: String?

    @Option(
        name: .long,
        help: ArgumentHelp("How far to look; a day is included. To the contract's end where absent.", valueName: "time")
    )
    var until: String?

    func validate() throws {
        if words.isEmpty, on != nil { throw ValidationError("--on is about events on the command line") }
        if let first = words.first, first.contains("=") { throw ValidationError("'\(first)' comes before its event") }
    }

    func run() throws {
        try checkTime(on, "--on", isFact: true)
        try checkTime(until, "--until")
        let file = try events.map { try SupposedEventsReader.read(file: $0, asJSON: options.json) }
        let reply = try options.client.whatIf(
            WhatIfParameters(
                caseID: caseID, events: try Self.supposed(words, on: on) + (file?.events ?? []),
                until: until ?? file?.until))
        if options.json {
            try printJSON(reply)
        } else {
            print(
                words.isEmpty && events == nil
                    ? CaseFuture.text(reply, caseID: caseID, style: .ofOutput)
                    : Self.text(reply, caseID: caseID, style: .ofOutput))
        }
        if let refusal = reply.refusal { throw Self.failure(refusal, notTaken: reply.notTaken.count) }
    }

    /// Events of the command line: each word without a sign begins one.
    static func supposed(_ words: [String], on: String?) throws(Failure) -> [SupposedEvent] {
        var groups: [(event: String, fields: [Assignment])] = []
        for word in words {
            if let field = Assignment(argument: word), !groups.isEmpty {
                groups[groups.count - 1].fields.append(field)
            } else {
                groups.append((word, []))
            }
        }
        var events: [SupposedEvent] = []
        for (event, fields) in groups {
            let values = try Assignment.byName(fields, event).mapValues(JSONValue.text)
            events.append(SupposedEvent(event: event, fields: values.isEmpty ? nil : values, occurredAt: on))
        }
        return events
    }

    /// Ends the command as `send` would.
    static func failure(_ refusal: ControlError, notTaken: Int) -> Failure {
        var failure = Failure(.refused(refusal))
        if notTaken > 1 { failure.message += ", and \(notTaken - 1) more supposed events are not taken" }
        return failure
    }

    static func text(_ reply: WhatIfReply, caseID: String, style: Style) -> String {
        let isFrench = reply.comparison.language == "fr"
        let day = dayWords(reply.lastDay, in: isFrench ? .french : .english)
        let place =
            isFrench
            ? "Jusqu'au \(day), à la place de « personne ne fait rien » :"
            : "Up to \(day), instead of 'nobody does anything':"
        let head = [style.bold(safe(caseID)) + "  " + safe(reply.title), place]
        return
            (head + ComparisonText(comparison: reply.comparison, style: style, notTaken: Set(reply.notTaken)).lines())
            .joined(separator: "\n")
    }
}
