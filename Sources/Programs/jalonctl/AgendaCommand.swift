import ArgumentParser
import CivilTime
import ControlAPI
import ControlClient
import DefinitionFiles

/// `jalonctl agenda`.
struct AgendaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agenda", abstract: "List what is overdue and what lies ahead, of one case or of all.",
        discussion: """
            Times are in the case's zone, or this machine's where no case is named. With --at, what lay ahead then, or \
            will lie ahead if nobody does anything.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case; all where absent.", valueName: "case"))
    var caseID: String?

    @Option(name: .long, help: ArgumentHelp("From here on; now, and what is overdue, where absent.", valueName: "time"))
    var from: String?

    @Option(name: .long, help: ArgumentHelp("Up to here; a day is included.", valueName: "time"))
    var until: String?

    @Option(name: .long, help: ArgumentHelp("As it is at this time.", valueName: "time"))
    var at: String?

    @Option(name: .long, help: ArgumentHelp("At most this many.", valueName: "count"))
    var limit = ControlInterface.defaultRows

    func validate() throws {
        if !(1...ControlInterface.maximumRows).contains(limit) {
            throw ValidationError("--limit must be between 1 and \(ControlInterface.maximumRows)")
        }
    }

    func run() throws {
        // Refused here, so that a refusal of the service means a case that had not begun.
        try checkTime(at, "--at")
        let client = options.client
        // One more than is shown tells whether there is more.
        var asked = AgendaParameters(caseID: caseID, limit: min(limit + 1, ControlInterface.maximumRows))
        if from != nil || until != nil {
            let zone = try zone(client)
            asked.from = try from.map { try instant($0, "--from", in: zone).rfc3339 }
            asked.until = try until.map { try instant($0, "--until", in: zone, isEnd: true).rfc3339 }
        }
        asked.at = at
        var reply = try at != nil && caseID == nil ? ofAllCases(client, asked) : client.agenda(asked)
        let isMore = reply.entries.count > limit
        reply.entries = Array(reply.entries.prefix(limit))
        if options.json { return try printJSON(reply) }
        print(Self.text(reply, namesCases: caseID == nil, isMore: isMore, style: .ofOutput))
    }

    /// Another time than now is asked of each case in turn; what had not begun by then has no agenda.
    private func ofAllCases(_ client: ControlClient, _ asked: AgendaParameters) throws -> AgendaReply {
        var entries: [AgendaEntry] = []
        var after: String?
        repeat {
            let page = try client.cases(CasesParameters(after: after, limit: ControlInterface.maximumRows))
            for found in page.cases {
                var asked = asked
                asked.caseID = found.caseID
                do throws(ControlClientError) {
                    entries += try client.agenda(asked).entries
                } catch {
                    guard case .refused(let refusal) = error, refusal.code == .badRequest else { throw error }
                }
            }
            after = page.next
        } while after != nil
        return AgendaReply(entries: Array(entries.sorted { ($0.at, $0.caseID) < ($1.at, $1.caseID) }.prefix(limit + 1)))
    }

    private func zone(_ client: ControlClient) throws -> TimeZoneRules {
        let files = ZoneFiles.ofEnvironment()
        guard let caseID else { return files.machineZone() }
        let name = try client.show(ShowParameters(caseID: caseID)).zone
        guard let zone = files.zone(name) else {
            throw Failure(
                .other, code: "unknown-time-zone", "this machine has no zone data of \(name)",
                hint: "install tzdata, or write times with their offset: 2021-09-24T16:30:00+02:00")
        }
        return zone
    }

    static func text(_ reply: AgendaReply, namesCases: Bool, isMore: Bool = false, style: Style) -> String {
        guard !reply.entries.isEmpty else { return "nothing lies ahead" }
        let rows = reply.entries.map { entry in
            [entry.words, namesCases ? entry.caseID : nil, entry.title, clauseMark(entry.clause)].compactMap(\.self)
        }
        let more = isMore ? [style.dim("more with --limit or --from")] : []
        return (table(rows, style: style) + more).joined(separator: "\n")
    }
}
