import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl start`.
struct StartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start a case of a workflow.",
        discussion: """
            'jalonctl workflows WORKFLOW' tells which parameters, parties and dates it has. Example:

              jalonctl start tanger-ess --set offer='120000 MAD' --party buyer=marches@example.org

            Where the contract's document contradicts itself, 'jalonctl check FILE' lists what is to be settled, and the \
            case starts once --settle says what counts:

              jalonctl start massif-central --settle CHK-03/period=30 --reason 'CCTP, l. 256'
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The workflow.")
    var workflow: String

    @Option(name: .customLong("case"), help: ArgumentHelp("The case's id; chosen where absent.", valueName: "id"))
    var caseID: String?

    @Option(name: .long, help: ArgumentHelp("A parameter's value; may be repeated.", valueName: "name=value"))
    var set: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("A party's address; may be repeated.", valueName: "name=address"))
    var party: [Assignment] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Move all written dates by as many days, so that this date falls on that day.", valueName: "date=day"))
    var rebase: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("When it began, if not now.", valueName: "time"))
    var on: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What counts where the document contradicts itself; may be repeated.", valueName: "finding=choice"))
    var settle: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("Why --settle decides so.", valueName: "text"))
    var reason: String?

    func run() throws {
        try checkTime(on, "--on", isFact: true)
        let settlements = try Self.settlements(settle, reason: reason)
        let parameters = try Assignment.byName(set, "--set").mapValues(JSONValue.text)
        let parties = try Assignment.byName(party, "--party")
        let reply = try options.client.start(
            StartParameters(
                workflow: workflow, caseID: caseID, parameters: parameters.isEmpty ? nil : parameters,
                parties: parties.isEmpty ? nil : parties,
                rebase: try Assignment.only(rebase, "--rebase").map { Rebase(date: $0.name, to: $0.value) },
                occurredAt: on, settlements: settlements.isEmpty ? nil : settlements))
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, style: .ofOutput))
    }

    /// What is settled, with the reason that all of them have.
    static func settlements(_ settle: [Assignment], reason: String?) throws(Failure) -> [Settlement] {
        let choices = try Assignment.byName(settle, "--settle").sorted { $0.key < $1.key }
        guard let reason, !reason.isEmpty else {
            guard let first = choices.first else { return [] }
            throw .usage(
                "--settle \(first.key) has no reason", hint: "say why with --reason TEXT: it stands in the journal")
        }
        guard !choices.isEmpty else {
            throw .usage("--reason gives the reason of --settle", hint: "add --settle FINDING=CHOICE")
        }
        return choices.map { Settlement(finding: $0.key, choice: $0.value, reason: reason) }
    }

    static func text(_ reply: SendReply, style: Style) -> String {
        let lines = [style.bold(safe(reply.caseID)) + " started"] + Timeline(reply.happened).rendered(style)
        return lines.joined(separator: "\n")
    }
}
