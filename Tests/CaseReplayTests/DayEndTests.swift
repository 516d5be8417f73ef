import CaseReplay
import CivilTime
import Expressions
import SeededRandom
import Testing
import WorkflowModel

/// What the end of a day brings about is of the day that ends (RULES.md V: silence admits on the last day), and what
/// people report at midnight of the day that begins.
@Suite("the ends of days")
struct DayEndTests {
    /// A decision that silence takes on the last day, or somebody before; what counts from it in every way there is.
    private static let silence = """
        jalon: 1
        workflow: silence
        title: Silence
        time-zone: Europe/Paris
        parameters: { last: date }
        parties: { buyer: Buyer }
        events: { decided: Decision, order.stopped: Stop, order.resumed: Resumption }
        clocks: { work: { stop: order.stopped, resume: order.resumed } }
        dates:
          decision-due: { title: Decision due, is: last }
          days: 7 days after entry of admitted
          closed: 7 days after decision.known
          months: 1 month after entry of admitted
          hours: 48 hours after entry of admitted
          window: month after entry of admitted
          or-then: { is: last, or: decision.known }
          stopped: { title: Stopped, at: 10 days after entry of waiting, clock: work }
        data: { on: date }
        initial: waiting
        states:
          waiting: { at: { decision-due: admitted }, on: { decided: admitted } }
          admitted:
            entry: [{ set: { on: today } }, { raise: decision.known }, { raise: order.stopped }]
            after: { 7 days: paid }
          paid: { entry: { raise: order.resumed } }
        """

    private func tell(
        _ events: [String], last: String, until: String
    ) throws -> (workflow: Workflow, current: Case, occurrences: [Occurrence]) {
        let workflow = try load(Self.silence)
        let journal =
            [try workflow.start(at: "2021-12-10T08:00", ["last": last])]
            + (try events.map { try workflow.event("decided", at: $0) })
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(until), occurrences: &occurrences)
        return (workflow, try #require(current), occurrences)
    }

    @Test("days, months and windows count from the day that ends, hours from its end")
    func counted() throws {
        let (workflow, current, occurrences) = try tell([], last: "2021-12-31", until: "2022-01-03")
        let names = ["days", "closed", "months", "hours", "window", "or-then", "stopped"]
        let dates = try names.map { try Scenario.date($0, of: current, workflow) }.joined(separator: " ")
        #expect(dates == "2022-01-07 2022-01-07 2022-01-31 2022-01-03T00:00 2022-01-31 2021-12-31 2021-12-20")
        #expect(current.data[0] == .date(try #require(CivilDate(iso: "2021-12-31"))))
        #expect(
            try workflow.explain("days", in: current).last?.replacing("\u{A0}", with: " ")
                == "Entry of 'admitted': Friday 31 December 2021 at 24:00")
        #expect(
            workflow.agenda(current).filter { $0.element == "admitted" }.map(\.words) == ["Friday 7 January 2022"])
        let days = Set(occurrences.filter(\.movesCase).map { "\(workflow.zone.day(of: $0.position))" })
        #expect(days == ["2021-12-10", "2021-12-31"])
    }

    @Test("the next end of a day that counts from one comes so many days later, and a clock stands still in between")
    func chained() throws {
        let (workflow, current, occurrences) = try tell([], last: "2021-12-15", until: "2022-01-20")
        #expect(workflow.leaves(current) == ["paid"])
        let move = try #require(occurrences.last { if case .entered = $0.kind { true } else { false } })
        #expect("\(workflow.zone.day(of: move.position))" == "2021-12-22")
        // From 10 December, ten days; those from the 15th to the 21st do not count, the 22nd does.
        #expect(try Scenario.date("stopped", of: current, workflow) == "2021-12-27")
    }

    @Test("a state that is reached on another day is told, though the case stands where it did")
    func shifted() throws {
        let workflow = try load(Self.silence)
        func life(_ events: [String]) throws -> Life {
            let journal =
                [try workflow.start(at: "2021-12-10T08:00", ["last": "2021-12-15"])]
                + (try events.map { try workflow.event("decided", at: $0) })
            return try #require(try Life(of: workflow, journal, until: try workflow.time("2022-01-20")))
        }
        let moved = Comparison(try life([]), try life(["2021-12-13T09:00"]), caseID: "c")
        #expect(moved.states.isEmpty && moved.skipped.isEmpty && moved.passed.isEmpty)
        #expect(
            moved.shifted.map { "\($0.element): \($0.before ?? "") → \($0.after ?? "")".replacing("\u{A0}", with: " ") }
                == [
                    "admitted: Wednesday 15 December 2021 → Monday 13 December 2021",
                    "paid: Wednesday 22 December 2021 → Monday 20 December 2021",
                ])
    }

    @Test("hours that end at midnight are of the day that begins then, as a date counted in hours is")
    func hours() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: hours
            title: Hours
            time-zone: Europe/Paris
            dates: { lapsed: 48 hours after entry of waiting }
            data: { timer: date, date: date, told: date }
            events: { ping: Ping }
            initial: both
            states:
              both:
                type: parallel
                states:
                  one:
                    initial: waiting
                    states:
                      waiting: { entry: { send: { event: ping, after: 48 hours } }, after: { 48 hours: { set: { timer: today } } } }
                  two: { initial: two, states: { two: { at: { lapsed: { set: { date: today } } } } } }
                  three: { initial: three, states: { three: { on: { ping: { set: { told: today } } } } } }
            """)
        let current = workflow.replay(
            [try workflow.start(at: "2021-12-15T00:00")], until: try workflow.time("2022-01-01"))
        #expect(
            try #require(current).data == Array(repeating: .date(try #require(CivilDate(iso: "2021-12-17"))), count: 3))
    }

    @Test("the day that ends at an instant is over before hours and events that end then, whoever set them off first")
    func order() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: order
            title: Order
            time-zone: Europe/Paris
            dates: { first: 2026-03-31, limit: 1 day after entry of two }
            events: { ping: Ping }
            initial: one
            states:
              one: { at: { first: two } }
              two:
                entry: [{ send: { event: ping, after: 24 hours } }]
                after: { 24 hours: by-hours }
                on: { ping: by-event }
                at: { limit: by-day }
              by-hours: {}
              by-event: {}
              by-day: {}
            """)
        let current = workflow.replay(
            [try workflow.start(at: "2026-03-01T00:00")], until: try workflow.time("2026-04-05"))
        #expect(workflow.leaves(try #require(current)) == ["by-day"])
        // Another deadline of that midnight changes nothing.
        let other = try load(
            """
            jalon: 1
            workflow: order
            title: Order
            time-zone: Europe/Paris
            dates: { first: 2026-03-31, early: 2026-04-01, limit: 1 day after entry of both.b.two }
            data: { heard: date, other: date }
            events: { ping: Ping }
            initial: one
            states:
              one: { at: { first: both } }
              both:
                type: parallel
                states:
                  a: { initial: three, states: { three: { at: { early: { set: { other: today } } } } } }
                  b:
                    initial: two
                    states:
                      two:
                        entry: [{ send: { event: ping, after: 24 hours } }]
                        on: { ping: by-event }
                        at: { limit: by-day }
                      by-event: {}
                      by-day: { on: { ping: { set: { heard: today } } } }
            """)
        let told = try #require(
            other.replay([try other.start(at: "2026-03-01T00:00")], until: try other.time("2026-04-05")))
        #expect(other.leaves(told).contains("both.b.by-day"))
        #expect(told.data[0] == .date(try #require(CivilDate(iso: "2026-04-02"))))
    }

    @Test(
        "hours count from the end of a whole day, and before it from its beginning"
    )
    func wholeDays() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: hours
            title: Hours
            time-zone: Europe/Paris
            dates:
              asked: 2026-10-23
              after: 48 hours after asked
              entered: 48 hours after entry of two
              before: 48 hours before asked
            initial: one
            states:
              one: { at: { asked: two } }
              two: {}
            """)
        let current = try #require(
            workflow.replay([try workflow.start(at: "2026-10-01T00:00")], until: try workflow.time("2026-10-30")))
        let dates = try ["after", "entered", "before"].map { try Scenario.date($0, of: current, workflow) }
        // The night to 25 October has an hour more.
        #expect(dates == ["2026-10-25T23:00", "2026-10-25T23:00", "2026-10-21T00:00"])
    }

    @Test("a first day begins what waits for it, once the day before is over")
    func firstDay() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: first
            title: First
            time-zone: Europe/Paris
            parties: { buyer: Buyer }
            dates:
              asked: 2026-04-09
              opening: { title: Opening, at: 2026-04-10, kind: earliest }
              follow-up: 3 days after entry of open
              hours: 36 hours after opening
            reminders: { to: buyer, before: [5 days] }
            data: { on: date }
            initial: asking
            states:
              asking: { remind: none, at: { asked: waiting } }
              waiting: { at: { opening: open } }
              open:
                entry: { set: { on: today } }
                remind: { of: opening, to: buyer, on-the-day: true }
            """)
        let journal = [try workflow.start(at: "2026-04-01T08:00")]
        let day = try #require(CivilDate(iso: "2026-04-10"))
        let eve = try #require(Position(readableByPeople: "2026-04-09", zone: workflow.zone, includesDay: true))
        let before = try #require(try Life(of: workflow, journal, until: eve))
        #expect(workflow.leaves(before.current) == ["waiting"] && before.lastDay == day.adding(days: -1))
        let ahead = try #require(workflow.agenda(before.current, asOf: before.current.position.instant).first)
        #expect(ahead.instant == workflow.zone.startOfDay(day) && ahead.words == "from Friday 10 April 2026")
        let after = try #require(try Life(of: workflow, journal, until: try workflow.time("2026-04-10")))
        #expect(workflow.leaves(after.current) == ["open"] && after.current.data[0] == .date(day))
        #expect(try Scenario.date("follow-up", of: after.current, workflow) == "2026-04-13")
        #expect(try Scenario.date("hours", of: after.current, workflow) == "2026-04-11T12:00")
        let told = try #require(try Life(of: workflow, journal, until: try workflow.time("2026-05-01")))
        let reminders = told.occurrences.filter { if case .message = $0.kind { true } else { false } }
        #expect(reminders.map { "\(workflow.zone.civil(at: $0.instant))" } == ["2026-04-10T09:00"])
        // Copied from a screen, the end of a day is a day's end.
        let copied = try #require(Position(readableByPeople: "2026-04-09 24:00", zone: workflow.zone))
        #expect(copied == eve && copied < Position(readableByPeople: "2026-04-10", zone: workflow.zone) ?? copied)
        // However it is gone on with, it is the same.
        var cut = before
        try cut.advance(to: Position(after: try workflow.time("2026-04-10")))
        #expect(cut.current == after.current)
        let entry = try #require(after.occurrences.last { if case .entered = $0.kind { true } else { false } })
        #expect(workflow.zone.day(of: entry.position) == day && entry.position.instant == workflow.zone.startOfDay(day))
    }

    @Test("who learns of a first day on that day is told at once, and not the day after that it is over")
    func firstDayAnnounced() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: announced
            title: Announced
            time-zone: Europe/Paris
            parties: { buyer: Buyer }
            events: { announced: { fields: { on: date } } }
            data: { day: date }
            dates: { opening: { title: Opening, is: day, kind: earliest } }
            states:
              waiting:
                on: { announced: { set: { day: event.on } } }
                remind: { of: opening, to: buyer, before: [7 days] }
            """)
        let journal = [
            try workflow.start(at: "2026-04-01T08:00"),
            try workflow.event("announced", at: "2026-04-10T10:00", ["on": "2026-04-10"]),
        ]
        let life = try #require(try Life(of: workflow, journal, until: try workflow.time("2026-05-01")))
        let told = life.occurrences.filter { if case .message = $0.kind { true } else { false } }
        #expect(told.map { "\(workflow.zone.civil(at: $0.instant))" } == ["2026-04-10T10:00"])
    }

    @Test("a contract that ends as a stretch of an obligation does answers for it")
    func lastStretch() throws {
        let text = """
            jalon: 1
            workflow: last
            title: Last
            time-zone: Europe/Paris
            parties: { buyer: Buyer }
            events: { met: Meeting }
            dates: { stop: 2026-06-30 }
            cadences:
              steering: { event: met, at: 2 per quarter, basis: calendar, from: entry of running, until: UNTIL, lead: 5 days, to: buyer }
            initial: running
            states:
              running: { at: { stop: over } }
              over: { type: final }
            """
        // Cut short, a stretch asks for the share of it that was left.
        for (stop, until, breach) in [
            ("2026-06-30", "stop", "2026-06-30 1 of 2"), ("2026-06-30", "entry of over", "2026-06-30 1 of 2"),
            ("2026-06-20", "entry of over", "2026-06-20 1 of 2"),
        ] {
            let workflow = try load(text.replacing("UNTIL", with: until).replacing("2026-06-30", with: stop))
            var occurrences: [Occurrence] = []
            let current = workflow.replay(
                [try workflow.start(at: "2026-04-01T00:00"), try workflow.event("met", at: "2026-05-05T10:00")],
                until: try workflow.time("2026-08-01"), occurrences: &occurrences)
            #expect(try #require(current).isOver)
            let breaches = occurrences.compactMap { occurrence -> String? in
                guard case .cadenceMissed(let status) = occurrence.kind else { return nil }
                return "\(workflow.zone.day(of: occurrence.position)) \(status.held) of \(status.period.required)"
            }
            #expect(breaches == [breach], "until \(until)")
        }
    }

    @Test(
        "where a contract ends with a stretch of a child, or of a child's child, that is answered for and nothing else")
    func lastStretchOfChildren() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: last
            title: Last
            time-zone: Europe/Paris
            parties: { buyer: Buyer }
            events: { started: Started }
            dates: { stop: 2026-06-30 }
            cases:
              lot:
                title: Lot
                parameters: { last: date }
                events: { met: Meeting }
                dates: { limit: { is: last } }
                cadences:
                  steering: { event: met, at: 2 per quarter, basis: calendar, from: entry of going, until: limit, lead: 5 days, to: buyer }
                  longer: { event: met, at: 2 per year, basis: calendar, from: entry of going, lead: 5 days, to: buyer }
                cases:
                  site:
                    title: Site
                    parameters: { last: date }
                    events: { seen: Visit }
                    dates: { limit: { is: last } }
                    cadences:
                      visits: { event: seen, at: 1 per month, basis: calendar, from: entry of open, until: limit, lead: 5 days, to: buyer }
                    states: { open: {} }
                states:
                  going:
                    entry: [{ open: { case: site, key: "'A'", with: { last: last } } }]
                    on: { cadence.steering.missed: failed }
                    at: { limit: late }
                  late: {}
                  failed: {}
            states:
              running:
                on: { started: { open: { case: lot, key: "'1'", with: { last: stop } } } }
                at: { stop: over }
              over: { type: final }
            """)
        var occurrences: [Occurrence] = []
        let current = try #require(
            workflow.replay(
                [
                    try workflow.start(at: "2026-04-01T00:00"), try workflow.event("started", at: "2026-04-01T00:00"),
                    try workflow.event("lot/1/site/A/seen", at: "2026-04-05T10:00"),
                    try workflow.event("lot/1/met", at: "2026-05-05T10:00"),
                    try workflow.event("lot/1/site/A/seen", at: "2026-05-05T10:00"),
                ], until: try workflow.time("2026-08-01"), occurrences: &occurrences))
        #expect(current.isOver)
        let breaches = occurrences.compactMap { occurrence -> String? in
            guard case .cadenceMissed(let status) = occurrence.kind else { return nil }
            let day = workflow.zone.day(of: occurrence.position)
            return "\(occurrence.child?.path.name("") ?? "") \(day) \(status.held) of \(status.period.required)"
        }
        #expect(breaches == ["lot/1/ 2026-06-30 1 of 2", "lot/1/site/A/ 2026-06-30 0 of 1"])
        #expect(
            occurrences.contains { occurrence in
                guard case .message(let message) = occurrence.kind, case .cadence(_, isOver: true) = message.content
                else { return false }
                return occurrence.child?.path.steps.count == 1
            })
        let place = try workflow.child(at: try #require(ChildPath("lot/1")), of: current)
        #expect(place.workflow.leaves(place.current) == ["going"])
    }

    @Test("what has to happen again until a day's end brings a state about is looked at then, as until a decision")
    func cadence() throws {
        let workflow = try load(
            Self.silence.replacing(
                "data:",
                with: """
                    cadences:
                      steering: { event: decided, at: 4 per month, basis: calendar, from: entry of waiting, until: entry of admitted, lead: 1 day, to: buyer }
                    data:
                    """))
        func breaches(_ events: [String]) throws -> [String] {
            let journal =
                [try workflow.start(at: "2021-12-01T08:00", ["last": "2021-12-15"])]
                + (try events.map { try workflow.event("decided", at: $0) })
            var occurrences: [Occurrence] = []
            _ = workflow.replay(journal, until: try workflow.time("2022-02-01"), occurrences: &occurrences)
            return occurrences.compactMap { occurrence in
                guard case .cadenceMissed(let status) = occurrence.kind else { return nil }
                return "\(workflow.zone.day(of: occurrence.position)) \(status.held) of \(status.period.required)"
            }
        }
        #expect(try breaches([]) == ["2021-12-15 0 of 2"])
        #expect(try breaches(["2021-12-15T12:00"]) == ["2021-12-15 1 of 2"])
    }

    @Test("what is reported at midnight counts from the day that begins, whatever the end of the day would have done")
    func midnight() throws {
        let (workflow, current, _) = try tell(["2021-12-15T00:00"], last: "2021-12-15", until: "2021-12-15T12:00")
        #expect(try Scenario.date("days", of: current, workflow) == "2021-12-22")
        let (_, late, _) = try tell(["2021-12-16T00:00"], last: "2021-12-15", until: "2021-12-16T12:00")
        #expect(try Scenario.date("days", of: late, workflow) == "2021-12-22")
    }

    @Test("in every zone and on every day, silence on a day counts as a decision of that day does")
    func law() throws {
        var random = SeededGenerator(seed: 7)
        for zone in ["Europe/Paris", "Indian/Mayotte", "Africa/Casablanca", "America/Sao_Paulo", "Africa/Cairo"] {
            let workflow = try load(Self.silence.replacing("Europe/Paris", with: zone))
            for _ in 0..<200 {
                let last = try #require(CivilDate(iso: "2010-01-01")).adding(
                    days: Int.random(in: 0..<7000, using: &random))
                let start = try workflow.start(at: "\(last.adding(days: -3))T08:00", ["last": "\(last)"])
                let silent = try #require(
                    workflow.replay([start], until: workflow.zone.endOfDay(last.adding(days: 2))))
                let said = try #require(
                    workflow.replay(
                        [start, try workflow.event("decided", at: "\(last)T12:00")],
                        until: workflow.zone.endOfDay(last.adding(days: 2))))
                for name in ["days", "closed", "months", "window", "or-then"] {
                    #expect(
                        try Scenario.date(name, of: silent, workflow) == Scenario.date(name, of: said, workflow),
                        "\(name) after \(last) in \(zone)")
                }
                #expect(silent.data == said.data, "today on \(last) in \(zone)")
            }
        }
    }
}
