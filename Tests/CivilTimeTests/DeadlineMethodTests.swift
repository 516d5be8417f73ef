import CivilTime
import Testing

struct DeadlineMethodTests {
    struct Case: Decodable, CustomTestStringConvertible {
        struct Length: Decodable {
            var n: Int
            var unit: String
        }
        var id: String
        var method: String
        var jurisdiction: String
        var start: String
        var duration: Length
        var expected_last_day: String?
        var expected_end: String?
        var holidays: [String]?
        var roll: Bool?
        var two_working_days: Bool?
        var testDescription: String { id }

        var calendar: BusinessCalendar {
            if let holidays {
                let rules = holidays.compactMap { CivilDate(iso: $0) }.map { HolidayRule("holiday", .once($0)) }
                return BusinessCalendar(name: "given", rules: rules)
            }
            return ["FR": Places.france, "FR-976": Places.mayotte, "MA": Places.morocco][jurisdiction] ?? .everyDay
        }
    }

    @Test("the published cases end when they should", .enabled(if: Conformance.isPresent, "no sample vectors"))
    func published() throws {
        let cases = try Conformance.cases("deadlines.jsonl", as: Case.self)
        #expect(!cases.isEmpty)
        for sample in cases {
            let answer = try DeadlineQuestion(
                method: sample.method, start: sample.start, count: sample.duration.n, unit: sample.duration.unit,
                calendar: sample.calendar, rolls: sample.roll, twoWorkingDays: sample.two_working_days
            ).answer()
            switch answer.end {
            case .lastDay(let date): #expect(date.description == sample.expected_last_day, "\(sample.id)")
            case .time(let time): #expect(time.iso == sample.expected_end, "\(sample.id)")
            }
            #expect(!answer.steps.isEmpty)
        }
    }

    @Test(
        "methods end as their texts say",
        arguments: [
            ("eu-1182", "2026-03-05T10:20", 72, "hours", "2026-03-08T11:00"),  // the hour of the event is not counted
            ("eu-1182", "2026-03-05T10:00", 24, "hours", "2026-03-06T11:00"),
            ("eu-1182-retro", "2026-03-05T10:20", 24, "hours", "2026-03-04T10:00"),
            ("eu-1182", "2026-07-10", 1, "day", "2026-07-13"),
            ("eu-1182-retro", "2026-05-11", 1, "months", "2026-04-11"),
            ("fr-franc", "2013-01-21", 2, "months", "2013-03-22"), ("fr-franc", "2022-05-02", 11, "days", "2022-05-16"),
            ("fr-quantieme", "2026-01-31", 1, "months", "2026-03-02"),
            ("fr-ccag", "2021-09-15", 60, "days", "2021-11-15"),
            ("fr-ccag", "2026-03-05T10:20", 24, "hours", "2026-03-06T10:20"),
        ])
    func methods(method: String, start: String, count: Int, unit: String, end: String) throws {
        let answer = try DeadlineQuestion(
            method: method, start: start, count: count, unit: unit, calendar: Places.france
        ).answer()
        switch answer.end {
        case .lastDay(let date): #expect(date.description == end)
        case .time(let time): #expect(time.iso == end)
        }
    }

    @Test(
        "hours are those of the zone where one is given, over both changes of clocks",
        .enabled(if: Zones.arePresent, "no zone files"),
        arguments: [
            ("eu-1182", "2021-03-27T12:20", 48, "hours", "2021-03-29T14:00", "2021-03-29T12:00:00Z"),
            ("eu-1182", "2021-10-30T12:20", 48, "hours", "2021-11-01T12:00", "2021-11-01T11:00:00Z"),
            ("eu-1182-retro", "2021-03-29T12:20", 48, "hours", "2021-03-27T11:00", "2021-03-27T10:00:00Z"),
            ("eu-1182-retro", "2021-11-01T12:20", 48, "hours", "2021-10-30T13:00", "2021-10-30T11:00:00Z"),
            // The next hour begins where clocks are at 3:00 already, or once more at 2:00.
            ("eu-1182", "2021-03-28T01:20", 1, "hours", "2021-03-28T04:00", "2021-03-28T02:00:00Z"),
            ("eu-1182", "2021-10-31T02:20", 1, "hours", "2021-10-31T03:00", "2021-10-31T02:00:00Z"),
            ("fr-ccag", "2021-03-27T12:20", 24, "hours", "2021-03-28T13:20", "2021-03-28T11:20:00Z"),
            // Clocks show this twice; the second time is meant.
            ("fr-ccag", "2021-10-31T01:30", 120, "minutes", "2021-10-31T02:30", "2021-10-31T01:30:00Z"),
        ])
    func zones(method: String, start: String, count: Int, unit: String, end: String, utc: String) throws {
        let answer = try DeadlineQuestion(
            method: method, start: start, count: count, unit: unit, calendar: Places.france, zone: zone("Europe/Paris")
        ).answer()
        #expect(answer.end == .time(try clock(end)))
        #expect(answer.instant == (try instant(utc)))
    }

    @Test("two working days are made up backwards too when asked for")
    func twoDaysBackwards() throws {
        let answer = try DeadlineQuestion(
            method: "eu-1182-retro", start: "2026-05-11", count: 2, unit: "days", calendar: Places.france,
            twoWorkingDays: true
        ).answer()
        #expect(answer.end == .lastDay(try day("2026-05-06")))
        #expect(
            answer.steps.map { $0.words(in: .english) }.suffix(2) == [
                "a period counted backwards is not moved to a working day",
                "a period of two days or more has at least two working days, so it ends on Wednesday 6 May 2026",
            ])
    }

    @Test(
        "a question that cannot be read says which part and what is allowed",
        arguments: [
            ("eu-1183", "2026-05-11", 2, "days", "'eu-1183' is not a method: use one of eu-1182, eu-1182-retro"),
            ("eu-1182", "11/05/2026", 2, "days", "'11/05/2026' is not a date as 2021-09-24"),
            ("eu-1182", "2026-05-11", 2, "moons", "'moons' is not a unit of time"),
            ("eu-1182", "2026-05-11", -2, "days", "whole number"),
        ])
    func refused(method: String, start: String, count: Int, unit: String, reason: String) throws {
        let error = try #require(throws: DeadlineError.self) {
            _ = try DeadlineQuestion(method: method, start: start, count: count, unit: unit, calendar: .everyDay)
        }
        #expect(error.message.contains(reason), "\(error.message)")
    }
}
