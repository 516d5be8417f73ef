import CaseReplay
import CivilTime
import Testing
import WorkflowModel

/// Obligations that come back (RULES.md C-10).
@Suite("what comes back")
struct CadenceTests {
    private static func text(
        _ cadence: String = "at: at least 2 per year, basis: contract, lead: 45 days", states: String = ""
    ) -> String {
        """
        jalon: 1
        workflow: massif
        title: Massif central
        document: massif-central.txt
        language: fr
        time-zone: Europe/Paris
        calendar: france
        parties: { buyer: Groupement }
        reminders: none
        events: { meeting.held: Réunion tenue }
        dates:
          start: { at: 2016-09-01, clause: 255 }
          end: { title: Fin du marché, at: 2019-02-28, clause: 256 }
        cadences:
          steering:
            { title: Réunions du comité de pilotage, event: meeting.held, \(cadence), from: start, until: end, to: buyer, clause: 261 }
        states:
          running: { title: Exécution, on: { over: done\(states) } }
          done: { type: final }
        """
    }

    private struct Told {
        let workflow: Workflow
        let current: Case
        let occurrences: [Occurrence]

        /// Subjects of messages and breaches, with their moments.
        var lines: [String] {
            occurrences.compactMap { occurrence in
                let told = occurrence.narration(in: workflow)
                guard ["message", "breach", "failure", "fault"].contains(told.kind) else { return nil }
                return "\(workflow.zone.civil(at: occurrence.instant)) \(told.text)".replacing("\u{A0}", with: " ")
            }
        }
    }

    private func tell(_ text: String, held: [String] = [], until: String) throws -> Told {
        let workflow = try load(text)
        let journal =
            try [workflow.start(at: "2016-09-01T08:00")] + held.map { try workflow.event("meeting.held", at: $0) }
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(until), occurrences: &occurrences)
        return Told(workflow: workflow, current: try #require(current), occurrences: occurrences)
    }

    @Test("one of two held by June: 91 days left on 1 June are enough, the alert leaves on 18 July with 44")
    func workedExample() throws {
        let june = try tell(Self.text(), held: ["2017-01-12T14:00"], until: "2017-06-01T12:00")
        #expect(june.lines == [])
        let status = try #require(june.workflow.status(ofCadence: 0, in: june.current))
        #expect(status.held == 1 && status.missing == 1)
        #expect(try #require(CivilDate(iso: "2017-06-01")).days(to: status.period.days.upperBound) == 91)
        let eve = try tell(Self.text(), held: ["2017-01-12T14:00"], until: "2017-07-18T08:59")
        #expect(eve.lines == [])
        let july = try tell(Self.text(), held: ["2017-01-12T14:00"], until: "2017-07-18T09:00")
        #expect(
            july.lines == [
                "2017-07-18T09:00 Message → Groupement : Alerte : Réunions du comité de pilotage, il en manque 1, il reste 44 jours"
            ])
    }

    @Test("with none held there is an alert for each that is missing, and a breach at the end of the year")
    func breach() throws {
        let told = try tell(Self.text(), until: "2017-09-01T00:00")
        let title = "Réunions du comité de pilotage"
        #expect(
            told.lines == [
                "2017-06-06T09:00 Message → Groupement : Alerte : \(title), il en manque 2, il reste 86 jours",
                "2017-07-18T09:00 Message → Groupement : Alerte : \(title), il en manque 2, il reste 44 jours",
                "2017-09-01T00:00 Message → Groupement : Manquement : \(title), il en manque 2",
                "2017-09-01T00:00 Manquement : \(title), 0 sur 2, il en manque 2 (du jeudi 1er septembre 2016 au jeudi 31 août 2017)",
            ])
    }

    @Test("the message in full")
    func message() throws {
        let told = try tell(Self.text(), held: ["2017-01-12T14:00"], until: "2017-07-18T09:00")
        guard case .message(let message)? = told.occurrences.last?.kind else {
            return #expect(Bool(false), "no message")
        }
        let words = message.words(caseID: "m-1", workflow: told.workflow)
        #expect(
            words.subject.replacing("\u{A0}", with: " ")
                == "Massif central — Alerte : Réunions du comité de pilotage, il en manque 1, il reste 44 jours")
        #expect(
            words.body.replacing("\u{A0}", with: " ") == """
                L'obligation « Réunions du comité de pilotage » : au moins 2 par année du marché. Sur la période du jeudi 1er septembre 2016 au jeudi 31 août 2017 : 1 sur 2.

                À ce jour, il en manque 1 et il reste 44 jours ; chaque préparation demande 45 jours.

                Référence : massif-central.txt, ligne 261.

                Marché : Massif central (dossier m-1).

                """)
        #expect(
            message.key(caseID: "m-1", workflow: told.workflow)
                == "m-1/cadence steering/alert 1/2016-09-01..2017-08-31/buyer")
    }

    @Test("the chart may hear of the breach, with what was missing")
    func heard() throws {
        let states =
            ", cadence.steering.missed: { to: done, when: event.missing == 2 && event.last == date(\"2017-08-31\") }"
        let told = try tell(Self.text(states: states), until: "2017-09-01T00:00")
        #expect(told.workflow.leaves(told.current) == ["done"])
        let one = try tell(Self.text(states: states), held: ["2017-08-31T23:59"], until: "2017-09-01T00:00")
        #expect(one.workflow.leaves(one.current) == ["running"])
    }

    @Test("meetings count in the stretch of their own day, to its last minute, and no state has to wait for them")
    func days() throws {
        let held = ["2017-08-31T23:59", "2016-09-01T09:00", "2017-09-01T00:00"]
        let told = try tell(Self.text(), held: held.sorted(), until: "2017-09-02")
        #expect(told.lines.count == 1 && told.lines[0].hasPrefix("2017-07-18"), "\(told.lines)")
        #expect(told.workflow.words(ofCadence: 0, in: told.current).contains("1 sur 2, il en manque 1"))
    }

    @Test("a case that is over owes nothing more")
    func over() throws {
        let workflow = try load(Self.text())
        let journal = [
            try workflow.start(at: "2016-09-01T08:00"), try workflow.event("over", at: "2017-01-01T10:00"),
        ]
        let current = try #require(workflow.replay(journal, until: try workflow.time("2019-12-31")))
        #expect(current.isOver)
        #expect(workflow.nextDue(current) == nil)
        #expect(workflow.agenda(current) == [])
    }

    @Test("a stretch shorter than the lead alerts on its first day, once")
    func shortStretch() throws {
        let told = try tell(
            Self.text("at: 1 per month, basis: calendar"), held: ["2016-09-02T10:00"], until: "2016-11-01T08:00")
        #expect(
            told.lines.map { $0.prefix(10) } == ["2016-09-01", "2016-10-03", "2016-11-01", "2016-11-01"],
            "\(told.lines)")
    }

    @Test("an alert that has passed when the obligation begins leaves at once")
    func lateStart() throws {
        let text = Self.text().replacing("start: { at: 2016-09-01, clause: 255 }", with: "start: { at: 2016-07-01 }")
            .replacing("at least 2 per year", with: "1 per quarter")
        #expect(try tell(text, until: "2016-09-01T08:00").lines.count == 1)
        #expect(try tell(text, until: "2016-09-30T12:00").lines.count == 1)
    }

    @Test("what is held, required and missing are values, of the stretch under way")
    func values() throws {
        let told = try tell(Self.text(), held: ["2017-01-12T14:00"], until: "2017-06-01")
        func value(_ source: String) throws -> String { "\(try told.workflow.evaluate(source, in: told.current))" }
        #expect(try value("steering.held") == "1")
        #expect(try value("steering.required + steering.missing") == "3")
    }

    @Test("agenda and why say where it stands")
    func words() throws {
        let told = try tell(Self.text(), held: ["2017-01-12T14:00"], until: "2017-06-01")
        let items = told.workflow.agenda(told.current).map { "\($0.element) \($0.words)" }
        #expect(items.contains("steering au plus tard le jeudi 31 août 2017, 1 sur 2, il en manque 1"), "\(items)")
        let why = try told.workflow.explain("steering", in: told.current).map { $0.replacing("\u{A0}", with: " ") }
        #expect(
            why == [
                "Réunions du comité de pilotage (massif-central.txt, ligne 261) : 1 sur 2, il en manque 1 "
                    + "(du jeudi 1er septembre 2016 au jeudi 31 août 2017)",
                "  règle : au moins 2 par année du marché", "  Réunion tenue : jeudi 12 janvier 2017",
                "  alerte le mardi 18 juillet 2017 : il reste alors moins de 1 × 45 jours",
                "  manquement à la fin du jeudi 31 août 2017",
                "  start (massif-central.txt, ligne 255) : le jeudi 1er septembre 2016", "    écrite dans le document",
            ], "\(why.joined(separator: "\n"))")
    }

    /// A block that counts meetings and has a clock, used twice.
    private static let blocks = """
        jalon: 1
        workflow: test
        title: Test
        language: fr
        time-zone: Europe/Paris
        calendar: france
        parties: { buyer: Acheteur, state: État }
        reminders: none
        data: { heard: integer }
        dates: { start: 2016-09-01, end: 2019-02-28 }
        blocks:
          gatherings:
            title: "{{ name }}"
            parameters: { name: text, rule: cadence, first: date, last: date, lead: { type: period, default: 45 days }, who: party }
            outcomes: {}
            events: { met: Réunion tenue, paused: Pause, resumed: Reprise }
            data: { breaches: integer }
            clocks: { work: { stop: paused, resume: resumed } }
            dates: { half-time: { title: Mi-temps, at: 12 months after first, clock: work } }
            cadences: { meetings: { title: "{{ name }}", event: met, at: rule, from: first, until: last, lead: lead, to: who } }
            states:
              running:
                on: { cadence.meetings.missed: { set: { breaches: breaches + 1 } } }
                at: { half-time: { notify: { to: who, subject: "Mi-temps : {{ name }}" } } }
        states:
          running:
            type: parallel
            on: { cadence.steering.meetings.missed: { set: { heard: heard + event.missing } } }
            states:
              a: { use: gatherings, as: steering, with: { name: Pilotage, rule: at least 2 per year, first: start, last: end, who: buyer } }
              b: { use: gatherings, as: accounts, with: { name: Comptes rendus, rule: 1 per calendar quarter, first: start, last: 2016-12-31, lead: 10 days, who: state } }
        """

    @Test("each use of a block keeps its own count, and its own clock")
    func inBlocks() throws {
        let workflow = try load(Self.blocks)
        #expect(workflow.cadences.map(\.name) == ["steering.meetings", "accounts.meetings"])
        let journal =
            try [workflow.start(at: "2016-09-01T08:00")]
            + [
                ("accounts.met", "2016-09-20T10:00"), ("steering.met", "2016-11-03T10:00"),
                ("steering.paused", "2016-12-01T10:00"), ("steering.resumed", "2016-12-12T10:00"),
            ].map { try workflow.event($0.0, at: $0.1) }
        var occurrences: [Occurrence] = []
        let until = try workflow.time("2017-10-01")
        let current = try #require(workflow.replay(journal, until: until, occurrences: &occurrences))
        let told = Told(workflow: workflow, current: current, occurrences: occurrences)
        #expect(
            told.lines == [
                "2016-12-22T09:00 Message → État : Alerte : Comptes rendus, il en manque 1, il reste 9 jours",
                "2017-01-01T00:00 Message → État : Manquement : Comptes rendus, il en manque 1",
                "2017-01-01T00:00 Manquement : Comptes rendus, 0 sur 1, il en manque 1 (du samedi 1er octobre 2016 au samedi 31 décembre 2016)",
                "2017-07-18T09:00 Message → Acheteur : Alerte : Pilotage, il en manque 1, il reste 44 jours",
                "2017-09-01T00:00 Message → Acheteur : Manquement : Pilotage, il en manque 1",
                "2017-09-01T00:00 Manquement : Pilotage, 1 sur 2, il en manque 1 (du jeudi 1er septembre 2016 au jeudi 31 août 2017)",
                "2017-09-02T00:00 Message → État : Mi-temps : Comptes rendus",
                "2017-09-13T00:00 Message → Acheteur : Mi-temps : Pilotage",
            ])
        func value(_ source: String) throws -> String { "\(try workflow.evaluate(source, in: current))" }
        #expect(try value("[steering.breaches, accounts.breaches, heard]") == "[1, 1, 1]")
        #expect(try value("steering.meetings.required") == "2")
    }

    @Test("two lives differ in what was held, in the stretch under way and in those that are over")
    func comparison() throws {
        let workflow = try load(Self.text())
        func moves(_ before: [String], _ after: [String], until: String) throws -> [String] {
            let lives = try [before, after].map { held in
                let journal =
                    try [workflow.start(at: "2016-09-01T08:00")]
                    + held.map { try workflow.event("meeting.held", at: $0) }
                return try #require(try Life(of: workflow, journal, until: try workflow.time(until)))
            }
            return Comparison(lives[0], lives[1], caseID: "c").cadences.map { move in
                "\(move.title) : \(move.before ?? "-") → \(move.after ?? "-")".replacing("\u{A0}", with: " ")
            }
        }
        let title = "Réunions du comité de pilotage"
        let (one, two) = ("2017-01-12T14:00", "2017-02-15T14:00")
        let (first, second) = (
            "(du jeudi 1er septembre 2016 au jeudi 31 août 2017)",
            "(du vendredi 1er septembre 2017 au vendredi 31 août 2018)"
        )
        #expect(try moves([one], [one], until: "2017-03-01") == [])
        #expect(
            try moves([], [one], until: "2017-03-01")
                == ["\(title) : 0 sur 2, il en manque 2 \(first) → 1 sur 2, il en manque 1 \(first)"])
        #expect(
            try moves([one], [one, two], until: "2017-03-01") == [
                "\(title) : 1 sur 2, il en manque 1 \(first) → 2 sur 2 \(first), puis au plus tard le vendredi 31 août 2018"
            ])
        #expect(
            try moves([one], [], until: "2017-10-01")
                == ["\(title) : 1 sur 2, il en manque 1 \(first) → 0 sur 2, il en manque 2 \(first)"])
        #expect(
            try moves([one], [one, two, "2017-10-02T10:00"], until: "2017-11-01") == [
                "\(title) : 0 sur 2, il en manque 2 \(second) → 1 sur 2, il en manque 1 \(second)",
                "\(title) : 1 sur 2, il en manque 1 \(first) → 2 sur 2 \(first)",
            ])
    }
}
