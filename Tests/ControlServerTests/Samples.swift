import CaseReplay
import CivilTime
import WorkflowModel

@testable import WorkflowEngine

/// One of everything the engine says.
enum Samples {
    static let noon = Timestamp(secondsSinceEpoch: 1_632_484_800)
    static let noonDay = TimeZoneRules.utc.civil(at: noon).date

    static let happened = HappenedView(
        instant: noon, localTime: "2021-09-24T13:00:00+01:00", kind: "event", text: "Offre reçue",
        element: "offer.received", clause: 126)

    static let status = StatusView(
        now: noon, startedAt: noon - .seconds(60), version: "1.2.3",
        counts: StoreCounts(running: 1, over: 2, faults: 3, waiting: 4, dead: 5), workflows: 6,
        brokenFiles: ["a.yaml: broken"], nextDue: noon + .seconds(1), zoneData: "2025b", store: "memory")

    static let audit = AuditView(
        state: .done, startedAt: noon, finishedAt: noon + .milliseconds(1500), cases: 3, entries: 70, head: "ab12",
        problems: [JournalProblem(caseID: "t-1", entry: 4, message: "entry 4 does not follow")], storeProblems: ["torn"]
    )

    static let parameter = ParameterView(
        name: "penalty", title: "Pénalité", type: "a number", value: nil, clause: 122)
    static let party = PartyView(name: "buyer", title: "Maître d'ouvrage", address: "a@example.org")

    static let workflow = WorkflowView(
        name: "tanger", title: "Cluster", digest: "ab", file: "tanger.yaml", language: "fr",
        zone: "Africa/Casablanca", parameters: [parameter], parties: [party], dates: ["start"], problems: ["p"])

    static func summary(_ id: String) -> CaseSummary {
        CaseSummary(id: id, workflow: "tanger", title: "Cluster", status: "running", states: ["Étape 1"], nextDue: nil)
    }

    static let accepted = AcceptedView(
        name: "offer.received", title: "Offre reçue",
        fields: [FieldView(name: "price", type: "an amount in MAD", isOptional: true)], unmet: ["not yet"], clause: 126)

    static let agenda = AgendaRow(
        caseID: "t-1", instant: noon, element: "offers-due", title: "Remise des offres", words: "avant midi", clause: 0)

    static let caseView = CaseView(
        id: "t-1", workflow: "tanger", title: "Cluster", digest: "ab", document: "tanger.txt",
        zone: "Africa/Casablanca", status: "fault", fault: "a loop", at: "2021-09-24T13:00:00+01:00",
        startedAt: "2021-09-01T09:00:00+01:00",
        states: [StateView(path: "a.b", title: "B", since: "2021-09-01T09:00:00+01:00", clause: 5)],
        dates: [
            DateView(
                name: "end", title: "Fin", date: "2021-11-15", nominal: "2021-11-14", opens: "2021-11-01",
                words: "au plus tard lundi",
                isProvisional: true, clause: 104),
            DateView(name: "x", title: "X", date: nil, nominal: nil, words: "", isProvisional: false, clause: 0),
        ],
        cadences: [
            CadenceView(name: "steering", title: "COPIL", words: "1 sur 2", held: 1, required: 2, clause: 261)
        ],
        parameters: [parameter], parties: [party],
        data: [
            DataView(name: "offer", title: "Offre", words: "100 001,01 MAD", value: .number("100001.01")),
            DataView(name: "none", title: "Rien", words: "rien", value: .null),
        ],
        accepts: [accepted], next: [agenda],
        children: [
            ChildView(
                path: "order/BC-7", kind: "Bon de commande", key: "BC-7", title: "Bon de commande BC-7",
                status: "running", fault: nil, states: ["Passé"], next: "Livraison : demain",
                nextAt: "2021-09-25T13:00:00+01:00")
        ], childCount: 1, journalCount: 3)

    static let comparison: ComparisonView = {
        var moves = Comparison()
        moves.states = [Comparison.Move(element: "", title: "", before: "en cours", after: "terminé")]
        moves.dates = [
            Comparison.Move(element: "end", title: "Fin", before: "le 14", after: "le 15", clause: Clause(line: 104))
        ]
        moves.cadences = [Comparison.Move(element: "steering", title: "COPIL", before: "0 sur 2", after: "1 sur 2")]
        moves.parties = [Comparison.Move(element: "buyer", title: "Acheteur", before: nil, after: "b@example.org")]
        moves.passed = [Comparison.Passage(instant: noon, day: noonDay, path: "a.b", title: "B")]
        moves.shifted = [Comparison.Move(element: "a.c", title: "C", before: "lundi 4", after: "mardi 5")]
        moves.dropped = [
            Comparison.Letter(key: "k1", instant: noon, day: noonDay, recipient: "Prestataire", subject: "Rappel")
        ]
        moves.owed = [
            Comparison.Letter(key: "k2", instant: noon, day: noonDay, recipient: "Prestataire", subject: "Fin")
        ]
        moves.effects = [Comparison.Effect(entry: 4, instant: noon, text: "Offre", hasEffect: false)]
        return ComparisonView(moves, fates: ["k1": .sent, "k2": .owed], language: .french, zone: .utc)
    }()

    static let whatIf = WhatIfView(
        now: noon, until: noon + .seconds(60), lastDay: noonDay, comparison: comparison, notTaken: [4],
        refusal: EngineError(.notAccepted, "no", hint: "h"), happened: [happened],
        end: caseView)

    static let plan = PlanView(
        digest: "dd", workflow: "tanger", definition: "new",
        cases: [
            .init(caseID: "t-1", from: "old", obstacles: [], missing: ["m"], comparison: comparison),
            .init(caseID: "t-2", from: "old", obstacles: ["o"], missing: [], comparison: nil),
        ])

    static let outbox = OutboxRow(
        key: "k", caseID: "t-1", address: nil, subject: "Rappel", body: "Bonjour", owedAt: noon, isLate: true,
        state: .dead, attempts: 5, nextAttempt: noon, detail: "550")
}
