import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl send`.
struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Report an event to a case.",
        discussion: """
            'jalonctl events CASE' tells which events it waits for and what they carry. The event 'parameters.set' \
            gives parameters values. Lists and nested values go into --data. An event of a child is KIND/KEY/EVENT. \
            Examples:

              jalonctl send tanger-1 consultation.offer.received candidate=Atlas
              jalonctl send tanger-1 parameters.set penalty=1 --on 2021-10-01
              jalonctl send mayotte-1 order/BC-7/delivered
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Argument(help: "The event.")
    var event: String

    @Argument(help: ArgumentHelp("What it carries.", valueName: "field=value"))
    var fields: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("What it carries, as a JSON object.", valueName: "json"))
    var data: String?

    @Option(name: .long, help: ArgumentHelp("When it happened, if not now.", valueName: "time"))
    var on: String?

    @Flag(name: .long, help: "Only tell what would happen.")
    var dryRun = false

    func run() throws {
        try checkTime(on, "--on", isFact: true)
        let payload = try Self.payload(fields, data)
        let reply = try options.client.send(
            SendParameters(
                caseID: caseID, event: event, fields: payload.isEmpty ? nil : payload, occurredAt: on,
                dryRun: dryRun ? true : nil))
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, event: event, style: .ofOutput))
    }

    /// The event's fields: those of the JSON object and those written out.
    static func payload(_ fields: [Assignment], _ data: String?) throws(Failure) -> [String: JSONValue] {
        var payload = try Assignment.byName(fields, "the command line").mapValues(JSONValue.text)
        guard let data else { return payload }
        guard !JSONValue.hasOverlongNumber(Array(data.utf8)) else {
            throw .usage("--data has a number of more than \(JSONValue.maximumDigits) digits", hint: "write it as text")
        }
        guard case .object(let object)? = try? JSONValue(parsing: data) else {
            throw .usage("--data is no JSON object", hint: #"write --data '{"price": "100000 MAD"}'"#)
        }
        for (name, value) in object {
            if payload.updateValue(value, forKey: name) != nil {
                throw .usage("'\(name)' is given twice, in --data and beside it", hint: "give it once")
            }
        }
        return payload
    }

    static func text(_ reply: SendReply, event: String, style: Style) -> String {
        let head = style.bold(safe(reply.caseID)) + "  " + recorded(safe(event), reply)
        let moved = reply.comparison.map { [""] + ComparisonText(comparison: $0, style: style).lines() } ?? []
        return ([head] + Timeline(reply.happened).rendered(style) + moved).joined(separator: "\n")
    }

    /// Where something stands in the journal now.
    static func recorded(_ what: String, _ reply: SendReply) -> String {
        reply.sequence == 0
            ? "\(what) would be recorded; nothing was" : "\(what) is entry \(reply.sequence) of its journal"
    }
}
