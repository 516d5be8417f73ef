import ArgumentParser
import ControlAPI
import ControlClient
import DefinitionFiles

/// `jalonctl show`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a case: states, dates, values, what it waits for.",
        discussion: """
            With --at, as it was then, or as it will be if nobody does anything. A child of a case is a case too: \
            CASE/KIND/KEY, as in mayotte-1/order/BC-7.

            With --clauses, a workflow file instead of a case: the lines of the contract's document and what became of \
            each. Where the document is at hand, lines that seem to oblige somebody and have no element are marked \
            with '?'. Needs no service.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case, or with --clauses the workflow file.", valueName: "case"))
    var caseID: String

    @Option(name: .long, help: ArgumentHelp("Show the case at this time.", valueName: "time"))
    var at: String?

    @Flag(name: .long, help: "Show what became of the document's lines.")
    var clauses = false

    @Option(
        name: .long,
        help: ArgumentHelp("The document, if it is not beside the workflow file.", valueName: "file"))
    var document: String?

    func run() throws {
        if clauses { return try ClausesText.print(ofFile: caseID, document: document, json: options.json) }
        if document != nil { throw Failure.usage("--document goes with --clauses", hint: "add --clauses") }
        try checkTime(at, "--at")
        let reply = try options.client.show(ShowParameters(caseID: caseID, at: at))
        if options.json { return try printJSON(reply) }
        print(CaseText.text(reply, style: .ofOutput))
    }
}
