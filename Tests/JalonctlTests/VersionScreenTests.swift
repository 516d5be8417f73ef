import ControlAPI
import Testing

@testable import jalonctl

/// What people read of corrections, questions and versions, compared with a file.
@Suite("Screens of what moves")
struct VersionScreenTests {
    private var comparison: Comparison {
        Comparison(
            language: "fr",
            states: [
                Move(element: "", title: "", before: "en cours", after: "terminé"),
                Move(element: "a.b", title: "Exécution › Étape 1", before: "Exécution › Étape 1", clause: 117),
                Move(element: "end", title: "Contrat terminé", after: "Contrat terminé"),
            ],
            skipped: [
                Passage(
                    at: "2021-10-16T00:00:00+01:00", day: "2021-10-15", path: "a.late", title: "Étape 1 en retard")
            ],
            passed: [
                Passage(at: "2021-10-12T10:00:00+01:00", day: "2021-10-12", path: "end", title: "Contrat terminé")
            ],
            shifted: [
                Move(
                    element: "a.done", title: "Étape 1 validée", before: "lundi 11 octobre 2021",
                    after: "mardi 12 octobre 2021", clause: 117)
            ],
            dates: [
                Move(
                    element: "end", title: "Fin du marché", before: "au plus tard le lundi 15 novembre 2021",
                    after: "au plus tard le mardi 16 novembre 2021", clause: 104),
                Move(element: "paid", title: "Paiement", after: "le vendredi 1er avril 2022"),
            ],
            cadences: [
                Move(
                    element: "steering", title: "Réunion de pilotage", before: "0 sur 1, il en manque 1",
                    after: "1 sur 1")
            ],
            values: [Move(element: "penalty", title: "Pénalité", before: "1\u{202F}200,00 MAD", after: "0,00 MAD")],
            parties: [
                Move(
                    element: "buyer", title: "Acheteur", before: "achat@example.org", after: "mairie@example.org",
                    clause: 31),
                Move(element: "jury", title: "Jury", after: "organ:jury"),
            ],
            notOwed: [
                message("k1", "Échéance dépassée : Étape 1, il y a 1 jour", "sent"),
                message("k2", "Relance : Étape 1, il y a 8 jours", "dropped"),
                message("k3", "Rappel : Étape 1, demain", "unsent"),
            ],
            owed: [
                message("k4", "Étape 1 validée", "owed"), message("k5", "Rappel : Étape 2, dans 7 jours", "sent"),
            ],
            entries: [
                MovedEntry(entry: 4, at: "2021-10-18T09:00:00+01:00", text: "Livrable remis", hasEffect: false),
                MovedEntry(entry: 6, at: "2021-10-19T09:00:00+01:00", text: "Livrable validé", hasEffect: true),
            ])
    }

    private func message(_ key: String, _ subject: String, _ fate: String) -> MovedMessage {
        MovedMessage(
            key: key, at: "2021-10-17T09:00:00+01:00", day: "2021-10-17", to: "Prestataire", subject: subject,
            fate: fate, clause: 117)
    }

    private var english: Comparison {
        var moves = comparison
        moves.language = "en"
        return moves
    }

    private let nothing = Comparison(
        language: "en", states: [], skipped: [], passed: [], dates: [], values: [], notOwed: [], owed: [], entries: [])

    @Test("corrections and late facts")
    func corrections() throws {
        let told = Happened(
            at: "2021-10-20T09:00:00+01:00", kind: "corrected",
            text:
                "Écriture 3 corrigée : Livrable remis, le lundi 18 octobre 2021 à 9 h → le mardi 12 octobre 2021 à 10 h",
            entry: 7)
        var reply = SendReply(caseID: "t-1", sequence: 7, happened: [told], comparison: comparison)
        let done = CorrectCommand.text(reply, style: .plain)
        (reply.sequence, reply.comparison) = (0, english)
        let tried = CorrectCommand.text(reply, style: .plain)
        reply.comparison = nothing
        reply.happened = [
            Happened(at: "2021-09-01T14:30:00+01:00", kind: "event", text: "Livrable remis", element: "e", entry: 8)
        ]
        let late = SendCommand.text(reply, event: "deliverable.submitted", style: .plain)
        try Fixture.expect([done, tried, late].joined(separator: "\n\n"), is: "screen-corrections.txt")
    }

    @Test("what would happen")
    func whatIf() throws {
        let reply = WhatIfReply(
            title: "Cluster de l'économie sociale", zone: "Africa/Casablanca", now: "2021-10-11T09:00:00+01:00",
            until: "2022-01-15T00:00:00+01:00", lastDay: "2022-01-14", comparison: comparison,
            happened: [
                Happened(
                    at: "2021-10-16T00:00:00+01:00", day: "2021-10-15", kind: "due", text: "Échéance : Étape 1"),
                Happened(
                    at: "2021-10-16T00:00:00+01:00", day: "2021-10-15", kind: "entered", text: "→ Étape 1 en retard",
                    element: "late"),
            ], status: "running", fault: nil,
            states: [State(path: "late", title: "Étape 1 en retard", since: "2021-10-16T00:00:00+01:00")],
            dates: [
                NamedDate(
                    name: "end", title: "Fin du marché", date: "2021-11-15",
                    words: "au plus tard le lundi 15 novembre 2021", isProvisional: false, clause: 104),
                NamedDate(name: "paid", title: "Paiement", isProvisional: false),
            ], data: [DataItem(name: "penalty", title: "Pénalité", words: "1\u{202F}200,00 MAD")], accepts: [])
        let supposed = WhatIfCommand.text(reply, caseID: "t-1", style: .plain)
        let future = CaseFuture.text(reply, caseID: "t-1", style: .plain)
        try Fixture.expect("\(supposed)\n\n\(future)", is: "screen-what-if.txt")
    }

    @Test("what a case would not take is told apart, and ends the command as 'send' would")
    func notTaken() throws {
        var moves = nothing
        moves.entries = [
            MovedEntry(entry: 2, at: "2021-10-18T09:00:00+01:00", text: "Handed in", hasEffect: false),
            MovedEntry(entry: 4, at: "2021-10-19T00:00:00+01:00", text: "Accepted", hasEffect: false),
        ]
        let reply = WhatIfReply(
            title: "T", zone: "UTC", now: "2021-10-11T09:00:00Z", until: "2022-01-15T00:00:00Z", lastDay: "2022-01-14",
            comparison: moves, notTaken: [4, 5], refusal: ControlError(.caseNotFound, "there is no order 'XX'"),
            happened: [], status: "running", states: [], dates: [], data: [], accepts: [])
        #expect(
            WhatIfCommand.text(reply, caseID: "t-1", style: .plain).split(separator: "\n").dropFirst(2) == [
                "Supposed events that are not taken", "  Tuesday 19 October 2021  Accepted",
                "Entries without effect now",
                "  2  Monday 18 October 2021  Handed in",
            ])
        let failure = WhatIfCommand.failure(try #require(reply.refusal), notTaken: reply.notTaken.count)
        #expect(failure.kind == .notFound && failure.code == "case-not-found")
        #expect(failure.line == "jalonctl: there is no order 'XX', and 1 more supposed events are not taken")
    }

    @Test("of reminders that repeat, what follows the third is one line for each who gets them")
    func repetitions() throws {
        let days = (1...9).map { "2022-01-0\($0)" }
        let happened = days.flatMap { day in
            ["Buyer", "Supplier"].map { party in
                Happened(
                    at: "\(day)T09:00:00Z", kind: "message", text: "Message → \(party): due",
                    element: "writing:due/every 1 day")
            } + [Happened(at: "\(day)T10:00:00Z", kind: "message", text: "Another", element: "writing entry/1")]
        }
        let owed = days.map { day in
            MovedMessage(
                key: "t-1/writing:due/every 1 day/2022-01-01@\(day)/buyer", at: "\(day)T09:00:00Z", day: day,
                to: "Buyer",
                subject: "due", fate: "owed")
        }
        for (language, more) in [
            ("fr", " — puis encore 5 fois, jusqu'au "), ("en", " — and 5 more times, until "),
        ] {
            var reply = WhatIfReply(
                title: "T", zone: "UTC", now: "2022-01-01T00:00:00Z", until: "2022-01-10T00:00:00Z",
                lastDay: "2022-01-09", comparison: nothing, happened: happened, status: "running", fault: nil,
                states: [], dates: [], data: [], accepts: [])
            reply.comparison.owed = owed
            reply.comparison.language = language
            let future = CaseFuture.text(reply, caseID: "t-1", style: .plain).split(separator: "\n")
            for party in ["Buyer", "Supplier"] {
                let lines = future.filter { $0.contains(party) }
                #expect(lines.count == 4 && lines[3].hasSuffix("due\(more)2022-01-09"), "\(lines)")
            }
            #expect(future.count { $0.contains("Another") } == 9)
            let supposed = WhatIfCommand.text(reply, caseID: "t-1", style: .plain).split(separator: "\n")
            let lines = supposed.filter { $0.contains("Buyer") }
            #expect(lines.count == 4 && lines[3].contains("due\(more)"), "\(lines)")
        }
    }

    @Test("plans, and cases computed again")
    func plans() throws {
        let (old, new) = (String(repeating: "ab", count: 32), String(repeating: "cd", count: 32))
        var plan = PlanReply(
            digest: String(repeating: "12", count: 32), workflow: "tanger-ess", definition: new,
            cases: [
                PlannedCase(
                    caseID: "t-1", from: old, obstacles: [], missing: ["parameter 'penalty' is needed in 'Étape 1'"],
                    comparison: comparison),
                PlannedCase(
                    caseID: "t-2", from: old, obstacles: ["entry 3 (Offre reçue) means nothing under the new version"],
                    missing: [], comparison: nil),
                PlannedCase(caseID: "t-3", from: old, obstacles: [], missing: [], comparison: nothing),
            ])
        let shown = PlanCommand.text(plan, style: .plain)
        let applied = ApplyCommand.text(plan, style: .plain)
        plan.cases = []
        let differing = [Difference(caseID: "t-1", differences: ["date 'end' is 2021-11-15 and comes to 2021-11-16"])]
        let doctor = DoctorCommand.text(12, differing, style: .plain)
        let sound = DoctorCommand.text(1, [], style: .plain)
        let none = PlanCommand.text(plan, style: .plain)
        try Fixture.expect([shown, applied, none, doctor, sound].joined(separator: "\n\n"), is: "screen-plans.txt")
    }

    @Test("words of a question are events with what they carry")
    func supposed() throws {
        let events = try WhatIfCommand.supposed(["a.b", "x=1", "y=2=3", "c"], on: "2021-09-24")
        #expect(
            events == [
                SupposedEvent(event: "a.b", fields: ["x": .text("1"), "y": .text("2=3")], occurredAt: "2021-09-24"),
                SupposedEvent(event: "c", occurredAt: "2021-09-24"),
            ])
        #expect(throws: Failure.self) { try WhatIfCommand.supposed(["a", "x=1", "x=2"], on: nil) }
    }
}
