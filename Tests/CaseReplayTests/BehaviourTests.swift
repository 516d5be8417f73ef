import CaseReplay
import CivilTime
import Expressions
import JalonTestSupport
import SeededRandom
import Testing
import WorkflowModel

/// What a case does, on workflows as small as the rule.
@Suite("what a case does")
struct BehaviourTests {
    private static let head = """
        jalon: 1
        workflow: test
        title: Test
        language: fr
        time-zone: Africa/Casablanca
        calendar: morocco
        parties: { buyer: Acheteur, supplier: Prestataire }

        """

    private struct Told {
        let workflow: Workflow
        let current: Case
        let occurrences: [Occurrence]

        /// What happened, as people read it, without dates and entries.
        var lines: [String] {
            occurrences.compactMap { occurrence in
                let told = occurrence.narration(in: workflow)
                guard !["started", "date", "entered", "left"].contains(told.kind) else { return nil }
                return "\(workflow.zone.civil(at: occurrence.instant)) \(told.text)".replacing("\u{A0}", with: " ")
            }
        }

        var state: [String] { workflow.leaves(current) }
    }

    /// Replays `instant event` lines, from 1 February 2021 at 8:00 on.
    private func tell(
        _ text: String, _ events: [String] = [], parameters: [String: String] = [:], until: String = "2021-12-31"
    ) throws -> Told {
        let workflow = try load(Self.head + text)
        var journal = [try workflow.start(at: "2021-02-01T08:00", parameters)]
        for line in events {
            let words = line.split(separator: " ").map(String.init)
            var fields: [String: String] = [:]
            for word in words.dropFirst(2) {
                let parts = word.split(separator: "=").map(String.init)
                fields[parts[0]] = parts[1]
            }
            journal.append(try workflow.event(words[1], at: words[0], fields))
        }
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(until), occurrences: &occurrences)
        return Told(workflow: workflow, current: try #require(current), occurrences: occurrences)
    }

    @Test(
        "an event at the hour is too late before a strict limit and in time until an inclusive one",
        arguments: [
            (strict: true, state: "late"), (strict: false, state: "in-time"),
        ])
    func limits(strict: Bool, state: String) throws {
        let told = try tell(
            """
            dates: { due: { at: 2021-03-01T16:30, strict: \(strict) } }
            reminders: none
            states:
              open: { on: { offer: in-time }, at: { due: late } }
              in-time: {}
              late: {}
            """, ["2021-03-01T16:30 offer"])
        #expect(told.state == [state])
    }

    @Test("a date without an hour lasts until the end of its day")
    func wholeDay() throws {
        let text = """
            dates: { due: 2021-03-01 }
            reminders: none
            states: { open: { on: { offer: in-time }, at: { due: late } }, in-time: {}, late: {} }
            """
        #expect(try tell(text, ["2021-03-01T23:59 offer"]).state == ["in-time"])
        #expect(try tell(text, ["2021-03-02T00:00 offer"]).state == ["late"])
    }

    @Test("a fact that nothing waits for moves no date and takes no deadline a second time")
    func ignoredFact() throws {
        let told = try tell(
            """
            events: { signed: }
            dates: { due: { at: 2021-03-01, or: signed } }
            reminders: none
            states:
              one: { at: { due: { notify: { to: buyer, subject: Passée } } }, after: { 60 days: two } }
              two: { on: { signed: one } }
            """, ["2021-03-15T10:00 signed"], until: "2021-03-31")
        #expect(
            told.lines == [
                "2021-03-02T00:00 Échéance : due", "2021-03-02T00:00 Message → Acheteur : Passée",
                "2021-03-15T10:00 signed — sans effet",
            ])
    }

    @Test("a date counts from an event that the workflow itself raises")
    func raisedAnchor() throws {
        let told = try tell(
            """
            dates: { due: 10 days after accepted }
            reminders: none
            states:
              one: { on: { go: { to: two, do: [{ raise: accepted }] } } }
              two: { on: { accepted: { notify: { to: buyer, subject: "Jusqu'au {{ due }}" } } }, at: { due: three } }
              three: {}
            """, ["2021-03-01T10:00 go"])
        #expect(
            told.lines == [
                "2021-03-01T10:00 go", "2021-03-01T10:00 Message → Acheteur : Jusqu'au jeudi 11 mars 2021",
                "2021-03-12T00:00 Échéance : due",
            ])
    }

    @Test("an event sent twice arrives twice, and cancelling one name leaves the other")
    func sentTwice() throws {
        let told = try tell(
            """
            data: { n: integer }
            states:
              one:
                entry:
                  - { send: { event: ping, after: 2 hours } }
                  - { send: { event: ping, after: 2 hours } }
                  - { send: { event: ping, after: 3 hours, id: third } }
                  - { send: { event: ping, after: 4 hours, id: fourth } }
                  - { cancel: third }
                on: { ping: { set: { n: n + 1 } } }
            """)
        #expect(told.current.data == [.int(3)])
        #expect(told.current.pending.isEmpty)
    }

    @Test("events that send one another without end are a fault, not a flood")
    func flood() throws {
        let told = try tell(
            """
            states:
              one:
                entry: { send: { event: ping, after: 1 hours } }
                on: { ping: { do: [{ send: { event: ping, after: 1 hours } }, { send: { event: ping, after: 2 hours } }] } }
            """)
        #expect(told.current.fault == "more than 256 events are on their way: they send one another")
    }

    @Test("a workflow that never comes to rest leaves its case where it was, with the reason")
    func fault() throws {
        let told = try tell(
            """
            data: { n: integer }
            states:
              one: { on: { go: two } }
              two: { entry: { set: { n: n + 1 } }, always: three }
              three: { always: two }
            """, ["2021-03-01T10:00 go", "2021-03-02T10:00 go"])
        #expect(told.state == ["one"])
        #expect(told.current.data == [.int(0)])
        #expect(told.current.fault?.hasPrefix("transitions of 'two', 'three' still follow one another") == true)
        #expect(told.workflow.whyIgnored("go", in: told.current)[0].hasPrefix("the case cannot go on: "))
        #expect(Case(snapshot: told.current.snapshot(), of: told.workflow) == told.current)
    }

    @Test("deadlines that chase one another at one instant are a fault, not a hang")
    func chasingDeadlines() throws {
        let told = try tell(
            "dates: { due: 2021-02-10 }\nstates: { one: { at: { due: two } }, two: { at: { due: one } } }")
        #expect(told.current.fault == "it never comes to rest at 2021-02-10T23:00:00Z: two")
    }

    @Test("a deadline that passed for want of a value takes effect when the value is known")
    func heldUp() throws {
        let workflow = try load(
            Self.head + """
                parameters: { rate: { type: integer, needed-in: running } }
                dates: { due: 2021-03-01 }
                reminders: none
                states: { waiting: { at: { due: running } }, running: { after: { 1 days: over } }, over: { type: final } }
                """)
        var journal = [try workflow.start(at: "2021-02-01T08:00")]
        let before = try #require(workflow.replay(journal, until: try workflow.time("2021-03-10")))
        #expect(workflow.leaves(before) == ["waiting"])
        let given = try workflow.parameterValue(.init(name: "rate", value: .number("3")))
        journal.append(JournalEntry(occurredAt: try workflow.time("2021-03-10T10:00"), fact: .parameters([given])))
        let after = try #require(workflow.replay(journal, until: try workflow.time("2021-03-10T10:00")))
        #expect(workflow.leaves(after) == ["running"])
    }

    @Test("a deadline that was over when its state is entered falls due at once")
    func overdue() throws {
        let told = try tell(
            """
            dates: { due: 2021-02-10 }
            states: { one: { on: { go: two } }, two: { at: { due: three } }, three: {} }
            """, ["2021-03-01T10:00 go"], until: "2021-03-01T10:00")
        #expect(told.state == ["three"])
    }

    @Test("a date that moves takes its deadline and reminders along")
    func moved() throws {
        let told = try tell(
            """
            events: { prolonged: { fields: { day: date } } }
            data: { end: { type: date, initial: 2021-03-10 } }
            dates: { due: { is: end } }
            reminders: { to: buyer, before: [7 days], after: [1 days] }
            states:
              one: { on: { prolonged: { set: { end: event.day } } }, at: { due: two } }
              two: {}
            """, ["2021-03-05T10:00 prolonged day=2021-03-31"])
        #expect(
            told.lines.filter { !$0.contains("prolonged") } == [
                "2021-03-03T09:00 Message → Acheteur : Rappel : due, dans 7 jours",
                "2021-03-24T09:00 Message → Acheteur : Rappel : due, dans 7 jours", "2021-04-01T00:00 Échéance : due",
            ])
    }

    @Test("reminders leave on working days, one a day, and climb until the state is left")
    func ladder() throws {
        let told = try tell(
            """
            dates: { due: 2021-03-15 }
            reminders: none
            states:
              one:
                remind:
                  of: due
                  to: supplier
                  before: [3 days, 2 days, 1 days]
                  on-the-day: true
                  after: [1 days]
                  every: 7 days
                  escalate: { after: 3 days, to: buyer }
                on: { done: two }
              two: {}
            """, ["2021-03-30T10:00 done"])
        // Friday 12 March is three days before, and the last working day two days and one day before.
        #expect(
            told.lines == [
                "2021-03-12T09:00 Message → Prestataire : Rappel : due, dans 3 jours",
                "2021-03-15T09:00 Message → Prestataire : Rappel : due, aujourd'hui",
                "2021-03-16T09:00 Message → Prestataire : Échéance dépassée : due, hier",
                "2021-03-18T09:00 Message → Acheteur : Relance, échéance dépassée : due, il y a 3 jours",
                "2021-03-22T09:00 Message → Prestataire : Échéance dépassée : due, il y a 7 jours",
                "2021-03-29T09:00 Message → Prestataire : Échéance dépassée : due, il y a 14 jours",
                "2021-03-30T10:00 done",
            ])
    }

    @Test("a reminder that should have left already leaves at once, unless the next one leaves the same day")
    func passedReminder() throws {
        func told(entered: String) throws -> [String] {
            try tell(
                """
                dates: { due: 2021-03-15 }
                reminders: none
                states:
                  zero: { on: { go: one } }
                  one: { remind: { of: due, to: buyer, before: [7 days, 1 day] } }
                """, ["\(entered) go"]
            ).lines.filter { $0.contains("Message") }
        }
        // The last working day before Monday 15 March is Friday 12 March.
        let last = "2021-03-12T09:00 Message → Acheteur : Rappel : due, dans 3 jours"
        #expect(
            try told(entered: "2021-03-11T18:00") == [
                "2021-03-11T18:00 Message → Acheteur : Rappel : due, dans 4 jours", last,
            ])
        #expect(try told(entered: "2021-03-12T08:00") == [last])
        #expect(
            try told(entered: "2021-03-12T10:00") == [
                "2021-03-12T10:00 Message → Acheteur : Rappel : due, dans 3 jours"
            ])
    }

    @Test("a text tells the hour of a date that has one, though expressions know its day alone")
    func hourInText() throws {
        let told = try tell(
            """
            dates: { offers: 2021-03-15T16:30, opening: 2021-03-16, hours: 48 hours after opening }
            states: { one: { entry: [{ notify: { to: buyer, subject: "{{ offers }}, {{ opening }}, {{ hours }}, {{ offers + 1 }}" } }] } }
            """)
        #expect(
            told.lines.first
                == "2021-02-01T08:00 Message → Acheteur : lundi 15 mars 2021 à 16 h 30, mardi 16 mars 2021, "
                + "vendredi 19 mars 2021 à 0 h, mardi 16 mars 2021")
    }

    @Test("a daily reminder goes on for years, and is found at once", arguments: ["days", "working days", "months"])
    func longRepetition(unit: String) throws {
        let told = try tell(
            """
            dates: { due: 2021-03-01 }
            reminders: none
            states: { one: { remind: { of: due, to: buyer, every: 1 \(unit) } } }
            """, until: "2021-03-01")
        var current = told.current
        var occurrences: [Occurrence] = []
        told.workflow.advance(&current, to: try told.workflow.time("2021-12-31"), occurrences: &occurrences)
        let next = try #require(told.workflow.nextDue(current)?.instant)
        #expect(occurrences.count == ["days": 208, "working days": 208, "months": 9][unit])
        #expect(next > current.position.instant && next < current.position.instant + .seconds(86_400 * 32))
        let far = try told.workflow.time("2028-01-01")
        let jumped = told.workflow.replay([try told.workflow.start(at: "2027-12-01")], until: far)
        #expect(try told.workflow.nextDue(#require(jumped)).map { $0.instant > far } == true)
    }

    @Test("what one due undoes at an instant, by leaving its state, is not done")
    func undone() throws {
        let told = try tell(
            """
            dates: { due: 2021-03-01 }
            reminders: none
            states:
              one:
                type: parallel
                states:
                  a: { at: { due: out } }
                  b: { at: { due: { notify: { to: buyer, subject: Jamais } } } }
              out: {}
            """)
        #expect(told.lines == ["2021-03-02T00:00 Échéance : due"])
        #expect(told.state == ["out"])
    }

    @Test("dues of one instant are taken in the order in which they were set off")
    func order() throws {
        let told = try tell(
            """
            data: { order: text }
            states:
              all:
                type: parallel
                states:
                  a: { initial: x, states: { x: { on: { go: y } }, y: { after: { 2 hours: { set: { order: order + 'a' } } } } } }
                  b: { initial: x, states: { x: { on: { now: y } }, y: { after: { 2 hours: { set: { order: order + 'b' } } } } } }
            """, ["2021-03-01T10:00 now", "2021-03-01T10:00 go"])
        #expect(told.current.data == [.string("ba")])
    }

    @Test("a value used many times over is computed once")
    func sharedValues() throws {
        let values = (1...60).map { "  v\($0): v\($0 - 1) + v\($0 - 1) - v\($0 - 1)" }.joined(separator: "\n")
        let told = try tell(
            "data: { n: { type: integer, initial: 1 } }\nvalues:\n  v0: n + 1\n\(values)\nstates:\n"
                + "  one: { entry: { notify: { to: buyer, subject: \"{{ v60 }}\" } } }")
        #expect(told.lines == ["2021-02-01T08:00 Message → Acheteur : 2"])
    }

    @Test("an event is accepted, or it is said why not")
    func acceptance() throws {
        let told = try tell(
            """
            events: { go: { fields: { n: integer } }, stop: , never: }
            parameters: { rate: { type: integer, needed-in: two } }
            data: { ready: boolean }
            states:
              one: { on: { go: { to: two, when: event.n > 3 }, stop: { to: three, when: ready } } }
              two: { on: { never: three } }
              three: { type: final }
            """)
        #expect(told.workflow.acceptedEvents(told.current).map(\.declaration.name) == ["go", "stop"])
        #expect(told.workflow.whyIgnored("go", in: told.current) == ["parameter 'rate' is not known yet"])
        #expect(told.workflow.whyIgnored("stop", in: told.current) == ["'ready' does not hold"])
        #expect(told.workflow.whyIgnored("never", in: told.current) == ["nothing waits for it in one"])
    }

    @Test("bytes that are no snapshot of the workflow are not read, whatever they are")
    func spoiltSnapshots() throws {
        let told = try tell(
            """
            data: { rows: { list: { a: text, m: { type: money, currency: MAD } } }, d: date }
            dates: { due: 2021-03-01 }
            events: { go: { fields: { a: text, m: { type: money, currency: MAD } } } }
            states: { one: { on: { go: { keep: rows } }, entry: { send: { event: x, after: 9000 hours } } } }
            """, ["2021-03-01T10:00 go a=é m=3.50"])
        let bytes = told.current.snapshot()
        #expect(Case(snapshot: bytes, of: told.workflow) == told.current)
        for length in bytes.indices { #expect(Case(snapshot: Array(bytes[..<length]), of: told.workflow) == nil) }
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            var spoilt = bytes
            for _ in 0...random.below(3) { spoilt[random.below(spoilt.count)] = UInt8(random.below(256)) }
            if let read = Case(snapshot: spoilt, of: told.workflow) {
                #expect(Case(snapshot: read.snapshot(), of: told.workflow) == read)
            }
        }
        let other = try load(Self.head + "states: { a: {}, b: {} }")
        #expect(Case(snapshot: bytes, of: other) == nil)
    }

    @Test("the agenda tells deadlines ahead, not reminders; questions are answered or refused with a reason")
    func questions() throws {
        let told = try tell(
            """
            data: { n: { type: integer, initial: 4 } }
            dates: { due: { title: Remise, at: 30 days after start }, start: { title: Début, at: 2021-03-01 } }
            states: { one: { title: Attente, at: { due: two }, after: { 3 days: two } }, two: {} }
            """, until: "2021-02-02")
        #expect(told.workflow.agenda(told.current).map(\.element) == ["one", "start", "due"])
        #expect(told.workflow.agenda(told.current).first?.words == "jeudi 4 février 2021")
        #expect(try told.workflow.evaluate("due - start + n", in: told.current) == .int(34))
        let refused = #expect(throws: QuestionError.self) { try told.workflow.evaluate("m", in: told.current) }
        #expect(refused?.message == "column 1: there is no 'm' here")
        let why = try told.workflow.explain("due", in: told.current)
        #expect(why.first == "Remise\u{A0}: au plus tard le mercredi 31 mars 2021")
        #expect(why.contains { $0.contains("30 jours") } && why.contains { $0.contains("Début") })
    }

    @Test(
        "a deadline is on the agenda while a state that waits for it is active or may still come; one no state names stays",
        arguments: [
            ("", "asked due meeting period"), ("go", "due meeting period"), ("stop", "due meeting period"),
            ("go report.submitted", "meeting period"), ("go report.submitted paid", "meeting period"),
            ("go report.submitted paid close", "period"), ("go break", "due meeting period"),
            ("go report.submitted break", "meeting period"), ("go report.submitted break resume", "meeting period"),
        ])
    func agendaOfReachable(events: String, names: String) throws {
        let lines = events.split(separator: " ").enumerated().map { "2021-02-0\($0 + 2)T10:00 \($1)" }
        let told = try tell(
            """
            events: { go: Go, stop: Stop, report.submitted: Remis, paid: Payé, break: Pause, resume: Reprise, close: Fin }
            dates: { asked: 2021-03-01, due: 2021-03-02, meeting: { at: 2021-03-03, kind: day }, period: 2021-03-04 }
            initial: asking
            states:
              asking:
                remind: { of: asked, to: buyer, before: [1 day] }
                on: { go: running, stop: pause }
              running:
                type: parallel
                on: { break: pause, close: closing }
                states:
                  work:
                    states:
                      working: { remind: { of: due, to: supplier, before: [1 day] }, on: { report.submitted: later } }
                      later: {}
                      last: { type: history, default: working }
                  payment:
                    states:
                      waiting: { at: { meeting: held }, on: { paid: held } }
                      held: {}
              pause: { on: { resume: running.work.last } }
              closing: {}
            """, lines, until: "2021-02-20")
        #expect(told.workflow.agenda(told.current).map(\.element).joined(separator: " ") == names)
    }
}
