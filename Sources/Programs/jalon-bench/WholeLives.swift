import CAllocations
import CaseReplay
import CivilTime
import DefinitionFiles
import WorkflowLoading
import WorkflowModel

/// The Tangier contract from its publication to its last payment, replayed again and again.
enum WholeLives {
    static func run(workflows: String) throws {
        let files = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder))
        let path = "\(workflows)/tanger-ess.yaml"
        let file = files.workflow(at: path)
        guard let workflow = file.workflow else {
            throw Unusable(description: "\(path) cannot be used: \(file.diagnostics.first?.message ?? "")")
        }
        let journal = try life(of: workflow)
        let until = instant("2022-01-31", workflow)
        guard let end = workflow.replay(journal, until: until), end.isOver else {
            throw Unusable(description: "the life of \(path) written here does not come to its end")
        }
        let lives = 2_000
        let allocations = jalon_allocations()
        let elapsed = seconds { for _ in 0..<lives { _ = workflow.replay(journal, until: until) } }
        let perLife = Double(jalon_allocations() - allocations) / Double(lives)
        Figure(workload: "W2", metric: "whole-lives-per-minute", value: (Double(lives) / elapsed * 60).rounded())
            .print()
        Figure(workload: "W2", metric: "allocations-per-life", value: perLife).print()
    }

    private static func life(of workflow: Workflow) throws -> [JournalEntry] {
        let start = Start(
            parameters: [try workflow.parameterValue(.init(name: "penalty", value: .number("1")))],
            parties: workflow.parties.indices.map { PartyBinding(party: $0, address: "\($0)@example.org") })
        var journal = [JournalEntry(occurredAt: instant("2021-09-01", workflow), fact: .started(start))]
        for (at, name, fields) in events {
            let members = fields.map { PlainValue.Member(name: $0.0, value: .text($0.1)) }
            let payload = try PlainValue.object(members).record(
                workflow.event(named: name)?.fields ?? [], zone: workflow.zone)
            journal.append(
                JournalEntry(
                    occurredAt: instant("\(at)T10:00", workflow), fact: .event(name: name, payload: payload)))
        }
        return journal
    }

    private static func instant(_ text: String, _ workflow: Workflow) -> Timestamp {
        Timestamp(readableByPeople: text, zone: workflow.zone) ?? .earliest
    }

    private static let events: [(String, String, [(String, String)])] = [
        ("2021-09-10", "offer.received", [("candidate", "A"), ("price", "100001.01")]),
        ("2021-09-20", "offer.received", [("candidate", "B"), ("price", "90000")]),
        ("2021-09-27", "offer.marked", [("candidate", "A"), ("technical", "80")]),
        ("2021-09-27", "offer.marked", [("candidate", "B"), ("technical", "72")]),
        ("2021-09-28", "contract.notified", [("holder", "A"), ("amount", "100001.01")]),
        ("2021-09-29", "method-1.approved", []), ("2021-10-18", "stage-1.submitted", []),
        ("2021-10-20", "stage-1.postponed", [("reason", "incomplet")]), ("2021-10-25", "stage-1.submitted", []),
        ("2021-10-26", "stage-1.admitted", []), ("2021-10-27", "projects.selected", [("projects", "Miel")]),
        ("2021-10-28", "method-2.approved", []), ("2021-11-15", "stage-2.submitted", []),
        ("2021-11-16", "stage-2.admitted", []), ("2021-11-17", "method-3.approved", []),
        ("2021-12-14", "stage-3.submitted", []), ("2021-12-15", "stage-3.admitted", []),
        ("2021-12-20", "final-report.submitted", []), ("2021-12-21", "final-report.admitted", []),
        ("2021-12-22", "tranche-1.invoice.received", [("amount", "30000.30 MAD")]),
        ("2021-12-22", "tranche-2.invoice.received", [("amount", "30000.30 MAD")]),
        ("2021-12-22", "tranche-3.invoice.received", [("amount", "30000.30 MAD")]),
        ("2021-12-22", "tranche-4.invoice.received", [("amount", "10000.11 MAD")]),
        ("2022-01-03", "tranche-1.payment.made", []), ("2022-01-03", "tranche-2.payment.made", []),
        ("2022-01-03", "tranche-3.payment.made", []), ("2022-01-03", "tranche-4.payment.made", []),
    ]
}
