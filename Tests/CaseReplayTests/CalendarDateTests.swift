import CaseReplay
import CivilTime
import Expressions
import Testing
import WorkflowModel

/// Windows, days of the calendar and clocks in a case.
@Suite("windows, days of the calendar and clocks")
struct CalendarDateTests {
    private static let head = """
        jalon: 1
        workflow: test
        title: Test
        document: test.txt
        language: fr
        time-zone: Europe/Paris
        calendar: france
        parties: { buyer: Acheteur }
        events: { order.stopped: Ordre d'arrêt, order.resumed: Ordre de reprise, started: Démarrage, held: Séminaire tenu }

        """

    private struct Told {
        let workflow: Workflow
        let current: Case
        let occurrences: [Occurrence]

        func date(_ name: String) throws -> String { try Scenario.date(name, of: current, workflow) }

        func why(_ name: String) throws -> [String] {
            try workflow.explain(name, in: current).map { $0.replacing("\u{A0}", with: " ") }
        }

        func words(_ name: String) throws -> String {
            let index = try #require(workflow.date(named: name))
            return workflow.words(ofDate: index, in: current).replacing("\u{A0}", with: " ")
        }

        /// Subjects of messages with their moments.
        var messages: [String] {
            occurrences.compactMap { occurrence in
                guard case .message = occurrence.kind else { return nil }
                let text = occurrence.narration(in: workflow).text.replacing("\u{A0}", with: " ")
                return "\(workflow.zone.civil(at: occurrence.instant)) \(text)"
            }
        }
    }

    private func tell(
        _ text: String, _ events: [String] = [], start: String = "2016-09-01T08:00", until: String, shiftDays: Int = 0
    ) throws -> Told {
        let workflow = try load(Self.head + text)
        var journal = [try workflow.start(at: start, shiftDays: shiftDays)]
        for line in events {
            let words = line.split(separator: " ").map(String.init)
            journal.append(try workflow.event(words[1], at: words[0]))
        }
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(until), occurrences: &occurrences)
        return Told(workflow: workflow, current: try #require(current), occurrences: occurrences)
    }

    // MARK: Windows

    private static let seminar = """
        dates:
          seminar: { title: Premier séminaire, at: November 2016, or: held, clause: 257 }
          invitations: { at: 10 days before opens of seminar, roll: none }
          report: { at: 1 month after seminar }
        states:
          a: { at: { seminar: b }, on: { held: {} } }
          b: { type: final }
        """

    @Test("a window counts to its last day, opens on its first, and reminders leave when it opens")
    func window() throws {
        let told = try tell(Self.seminar, until: "2016-11-15")
        #expect(try told.date("seminar") == "2016-11-30")
        #expect(try told.date("invitations") == "2016-10-22")
        #expect(try told.date("report") == "2016-12-30")
        let days = "en novembre 2016 (du mardi 1er novembre 2016 au mercredi 30 novembre 2016)"
        #expect(try told.words("seminar") == days)
        #expect(
            try told.why("invitations").dropFirst(3) == [
                "Ouverture de « Premier séminaire » : le mardi 1er novembre 2016",
                "Premier séminaire (test.txt, ligne 257) : \(days)", "  écrite dans le document",
            ])
        // All Saints' is not worked.
        #expect(
            told.messages == ["2016-11-02T09:00 Message → Acheteur : Ouverture : Premier séminaire, en novembre 2016"])
        #expect(told.workflow.leaves(try tell(Self.seminar, until: "2016-12-01").current) == ["b"])
    }

    @Test("what has happened replaces the window, not the day it opened")
    func replaced() throws {
        let told = try tell(Self.seminar, ["2016-11-15T10:00 held"], until: "2016-11-16")
        #expect(try told.words("seminar") == "au plus tard le mardi 15 novembre 2016")
        #expect(try told.date("invitations") == "2016-10-22")
    }

    @Test("a default that is a date moves with the dates of the file")
    func rebasedDefault() throws {
        let text = """
            parameters: { day: { type: date, default: 2017-06-30 } }
            dates: { due: { is: day } }
            initial: open
            states: { open: { at: { due: closed } }, closed: { type: final } }
            """
        for (shift, day) in [(0, "2017-06-30"), (365, "2018-06-30")] {
            let told = try tell(text, until: "2016-12-31", shiftDays: shift)
            #expect(told.current.parameters == [.date(try #require(CivilDate(iso: day)))])
        }
    }

    @Test("a rebased window moves by as many days")
    func rebased() throws {
        let told = try tell(Self.seminar, until: "2016-09-02", shiftDays: 365)
        #expect(try told.date("seminar") == "2017-11-30")
        #expect(try told.why("seminar").last == "  écrite dans le document pour en novembre 2016, décalée de 365 jours")
    }

    @Test("an imprecise window says how it is read")
    func fuzzy() throws {
        let told = try tell(
            "dates: { launch: { title: Lancement, at: early 2017 } }\nstates: { a: { at: { launch: b } }, b: { type: final } }",
            until: "2016-09-02")
        #expect(
            try told.why("launch") == [
                "Lancement : début 2017 (du dimanche 1er janvier 2017 au vendredi 31 mars 2017)",
                "  écrite dans le document",
                "  texte imprécis : lu comme les trois premiers mois de l'année",
            ])
    }

    // MARK: Days

    @Test("days of the calendar are found from dates, events and days, and stay there unless told to move")
    func days() throws {
        let told = try tell(
            """
            dates:
              start: 2021-09-15
              first: { at: first day of month of start }
              year-end: { title: Fin d'exercice, at: last working day of year of start, clause: 7 }
              quarter: { at: 3rd working day of quarter after started }
              sunday: { at: last day of 2021-10 }
              rolled: { at: last day of 2021-10, roll: next-working-day }
              window: { at: quarter after start }
              none: { at: 23rd working day of month after start }
              notice: { at: 3 clear days before start }
              moved-notice: { at: 3 clear days before start, roll: previous-working-day }
            states: { a: { on: { started: {} } } }
            """, ["2021-09-20T10:00 started"], start: "2021-09-01T08:00", until: "2021-09-21")
        for (name, day) in [
            ("first", "2021-09-01"), ("year-end", "2021-12-31"), ("quarter", "2021-10-05"), ("sunday", "2021-10-31"),
            ("rolled", "2021-11-02"), ("window", "2021-12-31"), ("none", "unknown"),
            // Saturday: a notice is not made shorter.
            ("notice", "2021-09-11"), ("moved-notice", "2021-09-10"),
        ] {
            #expect(try told.date(name) == day, "\(name)")
        }
        #expect(
            try told.why("year-end") == [
                "Fin d'exercice (test.txt, ligne 7) : le vendredi 31 décembre 2021",
                "  l'année va du vendredi 1er janvier 2021 au vendredi 31 décembre 2021",
                "  son dernier jour ouvré est le vendredi 31 décembre 2021", "start : le mercredi 15 septembre 2021",
                "  écrite dans le document",
            ])
    }

    // MARK: Clocks

    private static let work = """
        clocks: { work: { title: Délai d'exécution, stop: order.stopped, resume: order.resumed, clause: 12 } }
        dates:
          delivery: { title: Livraison, at: 30 days after started, clock: work, clause: 9 }
          payment: { title: Paiement, at: 30 days after delivery }
          call: { at: 48 hours after started, clock: work }
        states:
          a: { on: { started: b } }
          b: { at: { delivery: late } }
          late: { type: final }
        """

    @Test("a stopped clock takes the date away until it runs again, and every dependent date moves")
    func clock() throws {
        let events = ["2021-09-15T10:00 started", "2021-10-04T11:00 order.stopped"]
        let stopped = try tell(Self.work, events, start: "2021-09-01T08:00", until: "2022-03-01")
        #expect(stopped.workflow.leaves(stopped.current) == ["b"])
        #expect(try stopped.date("delivery") == "unknown")
        #expect(try stopped.date("payment") == "unknown")
        #expect(try stopped.date("call") == "2021-09-17T10:00")
        let told = stopped.occurrences.map { $0.narration(in: stopped.workflow).text.replacing("\u{A0}", with: " ") }
        #expect(told.contains("Livraison : suspendu") && told.contains("Paiement : inconnue"), "\(told)")
        #expect(try stopped.words("delivery") == "suspendu depuis le lundi 4 octobre 2021")
        #expect(
            try stopped.why("delivery").prefix(2) == [
                "Livraison (test.txt, ligne 9) : suspendu depuis le lundi 4 octobre 2021",
                "  compté par « Délai d'exécution » (test.txt, ligne 12) : arrêt le lundi 4 octobre 2021, sans reprise à ce jour",
            ])
        let resumed = try tell(
            Self.work, events + ["2021-10-18T09:00 order.resumed"], start: "2021-09-01T08:00", until: "2021-10-19")
        #expect(try resumed.date("delivery") == "2021-10-29")
        #expect(try resumed.date("payment") == "2021-11-29")
        #expect(
            try resumed.why("delivery") == [
                "Livraison (test.txt, ligne 9) : au plus tard le vendredi 29 octobre 2021",
                "  l'événement est du mercredi 15 septembre 2021 ; ce jour ne compte pas",
                "  30 jours après : vendredi 15 octobre 2021",
                "  délai suspendu du lundi 4 octobre 2021 au dimanche 17 octobre 2021 : 14 jours ne comptent pas",
                "  reporté d'autant, le délai expire le vendredi 29 octobre 2021",
                "  compté par « Délai d'exécution » (test.txt, ligne 12) : arrêt le lundi 4 octobre 2021, "
                    + "reprise le lundi 18 octobre 2021", "Démarrage : le mercredi 15 septembre 2021 à 10 h",
            ])
    }

    @Test("elapsed hours stand still too")
    func hours() throws {
        let told = try tell(
            Self.work,
            ["2021-09-15T10:00 started", "2021-09-15T20:00 order.stopped", "2021-09-16T08:00 order.resumed"],
            start: "2021-09-01T08:00", until: "2021-09-17")
        #expect(try told.date("call") == "2021-09-17T22:00")
    }

    @Test("a clock that stands still is not stopped again, nor one that runs resumed")
    func twice() throws {
        let workflow = try load(Self.head + Self.work)
        var current = try #require(
            workflow.replay([workflow.start(at: "2021-09-01T08:00")], until: workflow.time("2021-09-01T08:00")))
        var occurrences: [Occurrence] = []
        func receive(_ event: String, _ time: String) throws -> Reception {
            workflow.record(try workflow.event(event, at: time), in: &current, occurrences: &occurrences)
        }
        #expect(try receive("order.resumed", "2021-09-02T08:00") == .ignored)
        #expect(try receive("order.stopped", "2021-09-03T08:00") == .handled)
        #expect(try receive("order.stopped", "2021-09-04T08:00") == .ignored)
        let why = try workflow.whyNot("order.stopped", carrying: nil, in: current, caseID: "c")
        #expect(!why.isAccepted)
        #expect(
            why.reasons.last?.replacing("\u{A0}", with: " ")
                == "« Délai d'exécution » est déjà suspendu, depuis le vendredi 3 septembre 2021")
        #expect(try receive("order.resumed", "2021-09-05T08:00") == .handled)
        #expect(workflow.acceptedEvents(current).map(\.declaration.name) == ["order.stopped", "started"])
    }

    @Test("a deadline that was over before the stop stays over")
    func overBefore() throws {
        let events = ["2021-09-15T10:00 started", "2021-10-18T11:00 order.stopped"]
        let told = try tell(Self.work, events, start: "2021-09-01T08:00", until: "2021-10-18T12:00")
        #expect(told.workflow.leaves(told.current) == ["late"])
    }
}
