import CaseReplay
import CivilTime
import DefinitionFiles
import Expressions
import WorkflowLoading
import WorkflowModel

/// A contract of 36 months with a report, its reminders and its payment every month, told from its start to its end.
enum LongContract {
    static func run() throws {
        let files = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder))
        let text = text(months: 36)
        let (loaded, diagnostics) = loadWorkflow(text, file: "months.yaml", environment: files.environment(for: "."))
        guard let workflow = loaded, let start = Timestamp(rfc3339: "2026-01-05T09:00:00+01:00") else {
            throw Unusable(description: "the contract of 36 months: \(diagnostics.first?.message ?? "")")
        }
        let parties = workflow.parties.indices.map { PartyBinding(party: $0, address: "\($0)@example.org") }
        let idle = [JournalEntry(occurredAt: start, fact: .started(Start(parties: parties)), sequence: 1)]
        let busy =
            idle
            + (0..<36).map { month in
                JournalEntry(
                    occurredAt: start + .seconds((month * 30 + 25) * 86_400),
                    fact: .event(name: "report.submitted", payload: .map(.init())), sequence: month + 2)
            }
        try measure("36-month-contract-idle-ms", workflow, idle)
        try measure("36-month-contract-ms", workflow, busy)
    }

    private static func measure(_ metric: String, _ workflow: Workflow, _ journal: [JournalEntry]) throws {
        let lives = 200
        var happened = 0
        let elapsed = try seconds {
            for _ in 0..<lives { happened = try Life(of: workflow, journal, until: nil)?.occurrences.count ?? 0 }
        }
        guard happened > 36 else { throw Unusable(description: "\(metric): only \(happened) things happen") }
        Figure(workload: "W2", metric: metric, value: elapsed / Double(lives) * 1000).print()
    }

    private static func text(months: Int) -> String {
        let dates = (1...months).map { month in
            "  due-\(month): { title: Rapport \(month), at: \(month) months after start, clause: \(month) }"
        }
        let states = (1...months).map { month in
            """
              month-\(month):
                title: Mois \(month)
                remind: { of: due-\(month), to: [holder, buyer], before: [7 days, 1 day], after: [1 day], every: 7 days }
                on: { report.submitted: { to: \(month == months ? "end" : "month-\(month + 1)"), set: { paid: paid + 1 } } }
                at: { due-\(month): { notify: { to: buyer, subject: "Rapport \(month) attendu" } } }
                after: { 2 months: \(month == months ? "end" : "month-\(month + 1)") }
            """
        }
        return """
            jalon: 1
            workflow: months
            title: Marché de trente-six mois
            document: marche.txt
            language: fr
            time-zone: Europe/Paris
            parties: { holder: Titulaire, buyer: Acheteur }
            events: { report.submitted: Rapport remis }
            data: { paid: integer }
            values: { due-sum: paid * 1000 }
            dates:
              start: 2026-01-05
            \(dates.joined(separator: "\n"))
            initial: month-1
            states:
            \(states.joined(separator: "\n"))
              end: { title: Fin, type: final }
            """
    }
}
