import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl cases`.
struct CasesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cases", abstract: "List cases.")

    @OptionGroup var options: GlobalOptions

    @Option(name: .long, help: "Only cases of this workflow.")
    var workflow: String?

    @Option(name: .long, help: ArgumentHelp("Only cases whose id sorts after this one.", valueName: "case"))
    var after: String?

    @Option(name: .long, help: ArgumentHelp("At most this many.", valueName: "count"))
    var limit = ControlInterface.defaultRows

    @Flag(name: .long, help: "All there are, however many.")
    var all = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() throws {
        let client = options.client
        var asked = CasesParameters(after: after, workflow: workflow)
        var found = CasesReply(cases: [])
        repeat {
            let missing = all ? ControlInterface.maximumRows : limit - found.cases.count
            asked.limit = min(missing, ControlInterface.maximumRows)
            let page = try client.cases(asked)
            found = CasesReply(cases: found.cases + page.cases, next: page.next)
            asked.after = page.next
        } while found.next != nil && (all || found.cases.count < limit)
        if options.json { return try printJSON(found) }
        print(Self.text(found, style: .ofOutput))
    }

    static func text(_ reply: CasesReply, style: Style) -> String {
        guard !reply.cases.isEmpty else { return "no cases" }
        let rows = reply.cases.map { item in
            let due = item.nextDue.map(dueTime) ?? "-"
            return [item.caseID, item.workflow, item.status, due, item.states.joined(separator: ", ")]
        }
        var lines = table(rows, heading: ["CASE", "WORKFLOW", "STATUS", "NEXT DUE", "STATE"], style: style)
        if let next = reply.next { lines.append(style.dim("more with --after \(safe(next)), or --all")) }
        return lines.joined(separator: "\n")
    }
}
