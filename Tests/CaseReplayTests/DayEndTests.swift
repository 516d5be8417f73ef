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
