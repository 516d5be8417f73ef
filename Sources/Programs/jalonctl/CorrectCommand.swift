import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl correct`.
struct CorrectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "Say what was wrong with an entry of a case's journal.",
        discussion: """
            'jalonctl history CASE' numbers the entries. The journal keeps both; the case is computed again as if it had \
            always been known, and what moves is told. What was delivered already is not sent again. A correction is \
            undone by withdrawing its own entry. Examples:

              jalonctl correct tanger-1 3 --replace price='98000 MAD' --reason 'typing error'
              jalonctl correct tanger-1 4 --on 2021-09-20 --reason 'date of the postmark'
              jalonctl correct tanger-1 5 --withdraw --reason 'wrong contract' --dry-run
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Argument(help: "The entry's number.")
    var entry: Int

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A value instead: of a field, or a parameter or party of the start; may be repeated.",
            valueName: "field=value"))
    var replace: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("Values instead, as a JSON object.", valueName: "json"))
    var data: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Of the start: move all written dates by as many days, so that this date falls on that day.",
            valueName: "date=day"))
    var rebase: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("When it happened instead.", valueName: "time"))
    var on: String?

    @Flag(name: .long, help: "It never happened.")
    var withdraw = false

    @Option(name: .long, help: ArgumentHelp("Why; kept in the journal.", valueName: "text"))
    var reason: String

    @Flag(name: .long, help: "Only tell what would move.")
    var dryRun = false

    func validate() throws {
        let hasChange = !replace.isEmpty || data != nil || !rebase.isEmpty || on != nil
        if withdraw == hasChange {
            throw ValidationError("give --replace, --data, --rebase or --on, or --withdraw alone")
        }
    }

    func run() throws {
        try checkTime(on, "--on", isFact: true)
        let fields = try SendCommand.payload(replace, data)
        let reply = try options.client.correct(
            CorrectParameters(
                caseID: caseID, entry: entry, fields: fields.isEmpty ? nil : fields,
                rebase: try Assignment.only(rebase, "--rebase").map { Rebase(date: $0.name, to: $0.value) },
                occurredAt: on,
                withdraw: withdraw ? true : nil, reason: reason, dryRun: dryRun ? true : nil))
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, style: .ofOutput))
    }

    static func text(_ reply: SendReply, style: Style) -> String {
        let head = style.bold(safe(reply.caseID)) + "  " + SendCommand.recorded("the correction", reply)
        let told = reply.happened.map { safe($0.text) }
        let moved = reply.comparison.map { ComparisonText(comparison: $0, style: style).lines() } ?? []
        return ([head] + told + moved).joined(separator: "\n")
    }
}
