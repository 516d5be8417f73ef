import CaseReplay
import CivilTime
import Expressions
import JalonTestSupport
import Testing
import WorkflowModel

/// Clocks, cadences, questions and corrections of child cases.
@Suite("time and truth in child cases")
struct ChildTimeTests {
    private let workflow: Workflow

    init() throws {
        workflow = try load(
            """
            jalon: 1
            workflow: network
            title: Réseau
            language: fr
            time-zone: Europe/Paris
            calendar: france
            document: network.txt
            parameters: { supervision: { title: Encadrement, type: text } }
            parties: { buyer: { title: Acheteur } }
            events:
              lot.ordered: { title: Lot commandé, fields: { key: { title: lot, type: text }, days: { title: jours, type: integer } } }
              reviewed: { title: Revue rapportée, fields: { key: { title: lot, type: text } } }
              extended: { title: Prolongation }
            dates:
              start: { title: Début, at: 2021-01-04 }
              end: { title: Fin, at: 2021-12-31, or: extended }
              closing: { title: Bilan, at: 10 days after lot.over }
            reminders: none
            cadences:
              reports: { title: Revues rapportées, event: reviewed, at: at least 1 per half-year, from: start, until: end, to: buyer }
              endings: { title: Lots terminés, event: lot.over, at: at least 1 per half-year, from: start, until: end, to: buyer }
            cases:
              lot:
                title: Lot
                clause: 95
                parameters:
                  days: { title: Jours, type: integer }
                  first: { title: Premier jour, type: date }
                  last: { title: Dernier jour, type: date }
                  supervision: { title: Encadrement, type: text, needed-in: done }
                parties: { holder: { title: Référent, needed-in: done } }
                events:
                  review.held: { title: Revue de projet tenue, fields: { mark: { title: note, type: integer } } }
                  work.stopped: Ordre d'arrêt
                  work.resumed: Ordre de reprise
                  delivered: { title: Remis }
                data: { mark: { title: Note, type: integer } }
                clocks: { work: { title: Délai d'exécution, stop: work.stopped, resume: work.resumed, clause: 12 } }
                dates:
                  opening: { title: Ouverture, is: first }
                  due: { title: Remise, at: 30 days after opening, clock: work, clause: 97 }
                  over: { title: Terme, is: last }
                cadences:
                  reviews:
                    title: Revues de projet
                    event: review.held
                    at: at least 2 per year
                    basis: calendar
                    from: opening
                    until: over
                    lead: 45 days
                    to: [holder, buyer]
                    clause: 95
                result: { days: days }
                states:
                  running:
                    title: En cours
                    on:
                      review.held: { set: { mark: event.mark }, tell: { event: reviewed } }
                      delivered: { when: marked, to: done }
                      cadence.reviews.missed: failed
                    at: { due: late }
                  late:
                    title: En retard
                    on: { delivered: done, review.held: { tell: { event: reviewed } }, cadence.reviews.missed: failed }
                  done: { title: Remis, type: final }
                  failed: { title: Manqué, type: final }
                values: { marked: { title: Note donnée, is: mark > 0 } }
            states:
              running:
                on:
                  lot.ordered:
                    open:
                      case: lot
                      key: event.key
                      title: "Lot {{ event.key }}"
                      with: { days: event.days, first: start, last: end, supervision: supervision }
                  extended: {}
                  reviewed: {}
            """)
    }

    private typealias Event = (time: String, name: String, fields: [String: String])

    /// A journal that begins with its start.
    ///
    /// - Parameter lots: Those that have all they need to end: a holder each, and the supervision that they follow.
    private func journal(_ events: [Event], ready lots: [String] = []) throws -> [JournalEntry] {
        let start = try workflow.start(at: "2021-01-04T08:00", lots.isEmpty ? [:] : ["supervision": "deux visites"])
        let holders = try lots.map { key in
            JournalEntry(
                occurredAt: try workflow.time("2021-01-06"),
                fact: .parties([PartyBinding(party: 1, address: "holder-\(key)@example.org")]),
                child: ChildPath(steps: [.init(kind: "lot", key: key)]))
        }
        let facts = try events.map { try workflow.event($0.name, at: $0.time, $0.fields) }
        return ([start] + facts + holders).enumerated().map { index, entry in
            var entry = entry
            entry.sequence = index + 1
            return entry
        }
    }

    private func life(_ journal: [JournalEntry], until: String) throws -> Life {
        try #require(try Life(of: workflow, journal, until: try workflow.time(until)))
    }

    private func lines(_ life: Life, _ kinds: String...) -> [String] {
        life.occurrences.compactMap { occurrence in
            let told = occurrence.narration(in: workflow)
            let day = workflow.zone.civil(at: occurrence.instant).date
            return kinds.contains(told.kind) ? plain("\(day) \(told.text)") : nil
        }
    }

    private func plain(_ text: String) -> String {
        text.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ")
    }

    private func lot(_ key: String, at time: String = "2021-01-05T10:00") -> Event {
        (time, "lot.ordered", ["key": key, "days": "5"])
    }

    private func place(_ path: String, _ life: Life) throws -> ChildPlace {
        try workflow.child(at: try #require(ChildPath(path)), of: life.current)
    }

    // MARK: Clocks and cadences

    @Test("what comes back is counted, told before it is late and missed in each child for itself")
    func cadences() throws {
        let told = try life(
            journal([
                lot("1"), lot("2"), ("2021-02-01T10:00", "lot/1/review.held", ["mark": "3"]),
                ("2021-06-01T10:00", "lot/1/review.held", ["mark": "4"]),
                ("2021-06-02T10:00", "lot/2/review.held", ["mark": "4"]),
            ]), until: "2022-01-02")
        #expect(
            lines(told, "message").filter { $0.contains("Revues de projet") } == [
                "2021-11-17 Lot 2 : Message → Référent : Alerte : Revues de projet, il en manque 1, il reste 44 jours",
                "2021-11-17 Lot 2 : Message → Acheteur : Alerte : Revues de projet, il en manque 1, il reste 44 jours",
                "2022-01-01 Lot 2 : Message → Référent : Manquement : Revues de projet, il en manque 1",
                "2022-01-01 Lot 2 : Message → Acheteur : Manquement : Revues de projet, il en manque 1",
            ])
        #expect(
            lines(told, "breach").last
                == "2022-01-01 Lot 2 : Manquement : Revues de projet, 1 sur 2, il en manque 1 "
                + "(du lundi 4 janvier 2021 au vendredi 31 décembre 2021)")
        #expect(try place("lot/2", told).workflow.leaves(place("lot/2", told).current) == ["failed"])
    }

    @Test("a clock that stands still in one child moves the dates of that one")
    func clocks() throws {
        let told = try life(
            journal([
                lot("1"), lot("2"), ("2021-01-10T10:00", "lot/1/work.stopped", [:]),
                ("2021-01-20T10:00", "lot/1/work.resumed", [:]),
            ]), until: "2021-03-01")
        #expect(
            lines(told, "date").suffix(2) == [
                "2021-01-10 Lot 1 : Remise : suspendu",
                "2021-01-20 Lot 1 : Remise : au plus tard le lundi 15 février 2021 (reporté du samedi 13 février 2021)",
            ])
        #expect(
            lines(told, "due") == ["2021-02-04 Lot 2 : Échéance : Remise", "2021-02-16 Lot 1 : Échéance : Remise"])
    }

    @Test("the case around counts what children tell, and their ends")
    func around() throws {
        let events: [Event] = [
            lot("1"), lot("2"), ("2021-02-01T10:00", "lot/1/review.held", ["mark": "3"]),
            ("2021-02-03T10:00", "lot/1/delivered", [:]), ("2021-02-04T10:00", "lot/2/review.held", ["mark": "3"]),
        ]
        let told = try life(journal(events, ready: ["1"]), until: "2021-03-01")
        #expect(try workflow.evaluate("[reports.held, endings.held]", in: told.current).description == "[2, 1]")
        // Nothing waits for the end of a lot, and it has happened all the same.
        #expect(try Scenario.date("closing", of: told.current, workflow) == "2021-02-15")
    }

    @Test("the agenda has what comes back in children, with the child before it, and keeps while nothing of it moves")
    func agenda() throws {
        let facts = try journal([lot("1"), ("2021-02-01T10:00", "lot/1/review.held", ["mark": "3"])])
        let told = try life(facts, until: "2021-02-10")
        let items = workflow.agenda(told.current).map { plain("\($0.element) | \($0.title) | \($0.words)") }
        #expect(
            items == [
                "endings | Lots terminés | au plus tard le samedi 3 juillet 2021, 0 sur 1, il en manque 1",
                "end | Fin | le vendredi 31 décembre 2021", "lot/1/over | Lot 1 — Terme | le vendredi 31 décembre 2021",
                "lot/1/reviews | Lot 1 — Revues de projet | au plus tard le vendredi 31 décembre 2021, 1 sur 2, il en manque 1",
                "reports | Revues rapportées | au plus tard le vendredi 31 décembre 2021, 0 sur 1, il en manque 1",
            ])
        var later = told.current
        var nothing: [Occurrence] = []
        workflow.advance(&later, to: try workflow.time("2021-02-20"), occurrences: &nothing)
        #expect(workflow.hasSameAgenda(told.current, later) && workflow.agenda(later) == workflow.agenda(told.current))
        let again = try life(
            facts + [try workflow.event("lot/1/review.held", at: "2021-02-15T10:00", ["mark": "3"])],
            until: "2021-02-20")
        #expect(!workflow.hasSameAgenda(told.current, again.current))
    }

    // MARK: Questions

    @Test("why and why not are asked of a child as of a case, and say who has to be told what is missing")
    func questions() throws {
        let told = try life(
            journal([lot("1"), ("2021-01-10T10:00", "lot/1/work.stopped", [:])]), until: "2021-01-20")
        let child = try place("lot/1", told)
        let start = [
            "  « Premier jour » suit le dossier autour : start", "    Début : le lundi 4 janvier 2021",
            "      écrite dans le document",
        ]
        #expect(
            try child.explain("reviews").map(plain) == [
                "Revues de projet (network.txt, ligne 95) : 0 sur 2, il en manque 2 "
                    + "(du lundi 4 janvier 2021 au vendredi 31 décembre 2021)",
                "  règle : au moins 2 par année civile", "  Revue de projet tenue : jamais",
                "  alerte le lundi 4 octobre 2021 : il reste alors moins de 2 × 45 jours",
                "  alerte le mercredi 17 novembre 2021 : il reste alors moins de 1 × 45 jours",
                "  manquement à la fin du vendredi 31 décembre 2021", "  Ouverture : le lundi 4 janvier 2021",
                "    calculée : first", "    Premier jour [first], paramètre : lundi 4 janvier 2021",
            ] + start + [
                "  « Dernier jour » suit le dossier autour : end", "    Fin : le vendredi 31 décembre 2021",
                "      écrite dans le document",
            ])
        #expect(
            try child.explain("due").map(plain) == [
                "Remise (network.txt, ligne 97) : suspendu depuis le dimanche 10 janvier 2021",
                "  compté par « Délai d'exécution » (network.txt, ligne 12) : arrêt le dimanche 10 janvier 2021, "
                    + "sans reprise à ce jour",
            ] + start)
        #expect(
            try child.explain("days").map(plain) == ["Jours, paramètre : 5"], "what an event carried is not followed")
        func obstacles(_ event: String) throws -> [String] {
            let answer = try child.whyNot(event, carrying: nil, caseID: "n-1")
            return (answer.reasons + answer.obstacles.flatMap(\.unmet)).map(plain)
        }
        let (delivered, stopped) = (try obstacles("delivered"), try obstacles("work.stopped"))
        #expect(
            delivered == [
                "« Encadrement » suit le dossier qui l'a ouvert, et n'y est pas encore connu",
                "personne n'est encore nommé pour « Référent » : jalonctl send n-1/lot/1 parties.set holder=…",
                "Note donnée vaut non, et il faut oui",
            ])
        #expect(
            stopped == [
                "le dossier est dans « En cours »", "aucun état n'attend cet événement",
                "« Délai d'exécution » est déjà suspendu, depuis le dimanche 10 janvier 2021",
            ])
        #expect(throws: QuestionError.self) { try child.whyNot("lot.ordered", carrying: nil, caseID: "n-1") }
    }

    // MARK: Corrections

    @Test("an entry about a child is corrected in the child's own terms, and what moves there is told")
    func corrections() throws {
        let facts = try journal(
            [
                lot("1"), lot("2"), ("2021-02-01T10:00", "lot/1/review.held", ["mark": "3"]),
                ("2021-02-02T10:00", "lot/1/delivered", [:]),
            ], ready: ["1"])
        var correction = Correction(entry: 4, reason: "procès-verbal")
        correction.child = try #require(ChildPath("lot/1"))
        correction.event = "review.held"
        correction.fields = ValueMap([(.string("mark"), .int(0))])
        let entry = JournalEntry(
            occurredAt: try workflow.time("2021-03-01T10:00"), fact: .corrected(correction), sequence: 7)
        let before = try life(facts, until: "2021-03-02")
        let after = try life(facts + [entry], until: "2021-03-02")
        #expect(
            lines(after, "corrected") == [
                "2021-03-01 Écriture 4 corrigée : Lot 1 : Revue de projet tenue (note : 3), le lundi 1er février 2021 à 10 h "
                    + "→ note : 0 — motif : procès-verbal"
            ])
        let moved = Comparison(before, after, caseID: "n-1")
        func told(_ moves: [Comparison.Move]) -> [String] {
            moves.map { plain("\($0.element) | \($0.title) | \($0.before ?? "-") | \($0.after ?? "-")") }
        }
        #expect(
            told(moved.states) == [
                "lot/1/done | Lot 1 — Remis | Lot 1 — Remis | -",
                "lot/1/late | Lot 1 — En retard | - | Lot 1 — En retard",
            ])
        #expect(told(moved.children) == ["lot/1 | Lot 1 | terminé | en cours"])
        #expect(told(moved.dates) == ["closing | Bilan | le vendredi 12 février 2021 | -"])
        #expect(
            told(moved.values) == [
                "lot/1/mark | Lot 1 — Note | 3 | 0", "lot/1/marked | Lot 1 — Note donnée | oui | non",
            ])
        #expect(moved.skipped.map(\.path) == ["lot/1/done"] && moved.passed.map(\.path) == ["lot/1/late"])
        #expect(
            moved.dropped.map { plain("\($0.recipient): \($0.subject)") } == [] && moved.owed.isEmpty,
            "nobody is reminded here")
        #expect(moved.effects.map { plain("\($0.entry) \($0.text) \($0.hasEffect)") } == ["5 Lot 1 — Remis false"])
    }

    @Test("a child whose opening is withdrawn is gone, with all it knew, and its entries have no effect")
    func withdrawnOpening() throws {
        let facts = try journal([lot("1"), lot("2"), ("2021-02-01T10:00", "lot/2/review.held", ["mark": "3"])])
        let withdrawal = JournalEntry(
            occurredAt: try workflow.time("2021-03-01T10:00"),
            fact: .corrected(Correction(entry: 3, isWithdrawal: true, reason: "doublon")), sequence: 5)
        let (before, after) = (
            try life(facts, until: "2021-03-02"), try life(facts + [withdrawal], until: "2021-03-02")
        )
        let moved = Comparison(before, after, caseID: "n-1")
        #expect(moved.children.map { "\($0.element) \($0.before ?? "-") \($0.after ?? "-")" } == ["lot/2 en cours -"])
        #expect(moved.effects.map { plain($0.text) } == ["Lot 2 — Revue de projet tenue"])
        #expect(moved.dates.allSatisfy { $0.element.hasPrefix("lot/2/") && $0.after == nil } && !moved.dates.isEmpty)
        #expect(
            lines(after, "ignored") == ["2021-02-01 Lot 2 — Revue de projet tenue (note : 3) — sans effet"])
        // Seen the other way round, the child is new.
        let back = Comparison(after, before, caseID: "n-1")
        #expect(back.children.map(\.after) == ["en cours"] && back.children.map(\.before) == [nil])
    }

    @Test("parameters and parties of a child that is not there leave a trace, and change nothing")
    func absent() throws {
        let path = try #require(ChildPath("lot/7"))
        var facts = try journal([lot("1")])
        let binding = PartyBinding(party: 1, address: "x@example.org")
        facts.append(
            JournalEntry(
                occurredAt: try workflow.time("2021-02-01"), fact: .parties([binding]), child: path, sequence: 3))
        let told = try life(facts, until: "2021-02-02")
        #expect(lines(told, "ignored") == ["2021-02-01 Lot 7 — parties.set — sans effet"])
        #expect(told.occurrences.contains { $0.entry == 3 })
    }
}
