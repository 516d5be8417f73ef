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
            parameters: try [("penalty", "1"), ("follow-up-seats", "5")].map {
                try workflow.parameterValue(.init(name: $0, value: .number($1)))
            },
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

    private typealias Fact = (String, String, [(String, String)])

    private static let events: [Fact] =
        [
            ("2021-09-10", "consultation.offer.received", [("candidate", "A")]),
            ("2021-09-20", "consultation.offer.received", [("candidate", "B")]),
            ("2021-09-27", "consultation.offer.marked", mark("A", "80")),
            ("2021-09-27", "consultation.offer.marked", mark("B", "72")),
            ("2021-09-27", "consultation.marking.closed", []),
            ("2021-09-27", "consultation.price.opened", [("candidate", "A"), ("price", "100001.01")]),
            ("2021-09-27", "consultation.price.opened", [("candidate", "B"), ("price", "90000")]),
            ("2021-09-27", "consultation.award.decided", [("candidate", "A")]),
            ("2021-09-27", "award.rejections.sent", []), ("2021-09-28", "award.signed", []),
            ("2021-09-28", "award.contract.notified", []),
        ]
        + vote("method-1.decision", convened: "2021-09-28", on: "2021-10-04")
        + items("stage-1", ["document de présentation du cluster", "rapport du diagnostic"], on: "2021-10-18")
        + vote("stage-1.vote", convened: "2021-10-18", on: "2021-10-25", "contre")
        + [("2021-10-26", "stage-1.delivery.submitted", [])]
        + vote("stage-1.vote", convened: "2021-10-26", on: "2021-11-02")
        + vote("selection-vote", convened: "2021-11-02", on: "2021-11-09")
        + [("2021-11-09", "projects.selected", [("projects", "Miel")])]
        + vote("method-2.decision", convened: "2021-11-09", on: "2021-11-16")
        + items(
            "stage-2",
            [
                "feuille de route", "compte rendu de Tanger", "compte rendu de Larache", "compte rendu de Tétouan",
                "rapport global",
            ], on: "2021-11-17")
        + vote("stage-2.vote", convened: "2021-11-17", on: "2021-11-24")
        + vote("method-3.decision", convened: "2021-11-24", on: "2021-12-01")
        + items(
            "stage-3",
            [
                "statut", "règlement", "formulaire d'adhésion", "registre des membres", "modèles de documents",
                "plan stratégique", "planning d'un an",
            ], on: "2021-12-06")
        + vote("stage-3.vote", convened: "2021-12-06", on: "2021-12-13")
        + [("2021-12-14", "final-report.delivery.submitted", [])]
        + vote("final-report.vote", convened: "2021-12-14", on: "2021-12-21")
        + [("1", "30000.30"), ("2", "30000.30"), ("3", "30000.30"), ("4", "10000.11")].flatMap {
            number, amount -> [Fact] in
            [
                ("2021-12-22", "tranche-\(number).invoice.received", [("amount", amount + " MAD")]),
                ("2021-12-22", "tranche-\(number).payment.made", []),
            ]
        }

    private static func mark(_ candidate: String, _ mark: String) -> [(String, String)] {
        [("candidate", candidate), ("criterion", "Note technique"), ("mark", mark)]
    }

    private static func items(_ stage: String, _ items: [String], on day: String) -> [Fact] {
        items.map { (day, stage + ".delivery.item.submitted", [("item", $0)]) }
    }

    /// A decision of three members of the committee.
    private static func vote(
        _ block: String, convened: String, on day: String, _ vote: String = "pour"
    ) -> [Fact] {
        let seats = ["présidence", "trésorerie", "secrétariat"]
        return [(convened, block + ".convened", [("on", day), ("agenda", "A")])]
            + seats.map { (day, block + ".attended", [("seat", $0)]) } + [(day, block + ".opened", [])]
            + seats.map { (day, block + ".voted", [("seat", $0), ("vote", vote)]) } + [(day, block + ".closed", [])]
    }
}
