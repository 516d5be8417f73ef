import CivilTime
import SeededRandom
import Testing

/// What holds of every period, anchor and calendar.
@Suite("the laws of time limits")
struct LimitLawTests {
    private static let calendars = [Places.france, Places.mayotte, Places.morocco, .everyDay]

    private struct Draw {
        var period: Period
        var anchor: CivilDate
        var calendar: BusinessCalendar
    }

    private static func draw(_ random: inout SeededGenerator, units: [PeriodUnit] = PeriodUnit.allCases) -> Draw {
        let unit = units.randomElement(using: &random) ?? .days
        let anchor = CivilDate(dayNumber: Int.random(in: 10_000...25_000, using: &random))
        return Draw(
            period: Period(Int.random(in: 0...(unit == .years ? 20 : 120), using: &random), unit), anchor: anchor,
            calendar: calendars.randomElement(using: &random) ?? .everyDay)
    }

    @Test("a period after an anchor never ends before it, and one before it never after")
    func direction() {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let draw = Self.draw(&random)
            for roll in [Roll.none, .nextWorkingDay] {
                #expect(limit(draw.period, after: draw.anchor, calendar: draw.calendar, roll: roll).date >= draw.anchor)
            }
            for roll in [Roll.none, .previousWorkingDay] {
                #expect(
                    limit(draw.period, before: draw.anchor, calendar: draw.calendar, roll: roll).date <= draw.anchor)
            }
        }
    }

    @Test("a longer period never ends earlier, nor does the same one after a later anchor")
    func monotony() {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let draw = Self.draw(&random)
            let longer = Period(draw.period.count + 1, draw.period.unit)
            let later = draw.anchor.adding(days: 1)
            for roll in [Roll.none, .nextWorkingDay] {
                let end = limit(draw.period, after: draw.anchor, calendar: draw.calendar, roll: roll).date
                #expect(limit(longer, after: draw.anchor, calendar: draw.calendar, roll: roll).date >= end, "\(draw)")
                #expect(limit(draw.period, after: later, calendar: draw.calendar, roll: roll).date >= end, "\(draw)")
            }
        }
    }

    @Test("rolling a date that has rolled leaves it where it is")
    func rolling() {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let draw = Self.draw(&random)
            for roll in [Roll.nextWorkingDay, .previousWorkingDay] {
                let once = limit(Period(0, .days), after: draw.anchor, calendar: draw.calendar, roll: roll).date
                #expect(limit(Period(0, .days), after: once, calendar: draw.calendar, roll: roll).date == once)
                #expect(draw.calendar.isWorkingDay(once))
            }
        }
    }

    @Test("counting back undoes counting forth in working and workable days")
    func inverse() {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let draw = Self.draw(&random, units: [.workingDays, .workableDays, .days, .weeks, .clearDays])
            let isCounted =
                switch draw.period.unit {
                case .workingDays: draw.calendar.isWorkingDay(draw.anchor)
                case .workableDays: draw.calendar.isWorkableDay(draw.anchor)
                default: true
                }
            guard isCounted else { continue }
            let end = limit(draw.period, after: draw.anchor, calendar: draw.calendar).date
            #expect(limit(draw.period, before: end, calendar: draw.calendar).date == draw.anchor, "\(draw)")
        }
    }

    // MARK: Suspensions

    private static func suspensions(_ random: inout SeededGenerator, from anchor: CivilDate) -> [Suspension] {
        var day = anchor.adding(days: Int.random(in: -20...40, using: &random))
        var suspensions: [Suspension] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let resumed = day.adding(days: Int.random(in: 0...40, using: &random))
            suspensions.append(Suspension(from: day, until: resumed))
            day = resumed.adding(days: Int.random(in: 0...30, using: &random))
        }
        return suspensions
    }

    @Test("a period stands still for as many counted days as are suspended")
    func suspended() throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            let draw = Self.draw(&random, units: [.days, .weeks, .months, .workingDays, .workableDays, .clearDays])
            let suspensions = Self.suspensions(&random, from: draw.anchor)
            let undisturbed = limit(draw.period, after: draw.anchor, calendar: draw.calendar).date
            let derived = limit(draw.period, after: draw.anchor, calendar: draw.calendar, suspensions: suspensions)
            let end = try #require(derived).date
            #expect(end >= undisturbed)
            // Counted day by day, whatever the way of computing it.
            func counts(_ day: CivilDate) -> Bool {
                switch draw.period.unit {
                case .workingDays: draw.calendar.isWorkingDay(day)
                case .workableDays: draw.calendar.isWorkableDay(day)
                default: true
                }
            }
            func isSuspended(_ day: CivilDate) -> Bool {
                suspensions.contains { $0.first <= day && day < ($0.resumed ?? .latest) }
            }
            func counted(to end: CivilDate, _ including: (CivilDate) -> Bool) -> Int {
                (draw.anchor.dayNumber...end.dayNumber).dropFirst().count { number in
                    let day = CivilDate(dayNumber: number)
                    return counts(day) && including(day)
                }
            }
            let running = counted(to: end) { !isSuspended($0) }
            #expect(running == counted(to: undisturbed) { _ in true }, "\(draw) \(suspensions)")
            // It ends on a day that counts, unless it never moved.
            #expect(end == undisturbed || (counts(end) && !isSuspended(end)), "\(draw) \(suspensions)")
        }
    }

    @Test("a clock that stands still leaves a period without an end, unless it had ended before")
    func standing() throws {
        let start = try day("2021-09-15")
        func end(_ stop: String) throws -> String? {
            let suspension = Suspension(from: try day(stop), until: nil)
            return limit(Period(30, .days), after: start, calendar: .everyDay, suspensions: [suspension])?.date
                .description
        }
        #expect(try end("2021-10-16") == "2021-10-15")
        #expect(try end("2021-10-15") == nil)
        #expect(try end("2021-09-01") == nil)
    }

    @Test(
        "periods of every way of counting, stopped on 2021-10-04 and resumed on 2021-10-18",
        arguments: [
            ("30 days", "2021-10-29"), ("2 months", "2021-11-29"), ("10 days", "2021-09-25"), ("5 weeks", "2021-11-03"),
            ("15 working days", "2021-10-20"), ("20 workable days", "2021-10-22"), ("29 clear days", "2021-10-29"),
        ])
    func ways(period: String, end: String) throws {
        let stop = Suspension(from: try day("2021-10-04"), until: try day("2021-10-18"))
        let found = limit(
            try Period(parsing: period), after: try day("2021-09-15"), calendar: Places.france, suspensions: [stop])
        #expect(found?.date.description == end)
    }

    @Test("the reasoning tells each stop")
    func reasoning() throws {
        let stops = [
            Suspension(from: try day("2021-10-04"), until: try day("2021-10-18")),
            Suspension(from: try day("2021-10-20"), until: try day("2021-10-21")),
        ]
        let found = try #require(
            limit(Period(30, .days), after: try day("2021-09-15"), calendar: Places.france, suspensions: stops))
        #expect(
            found.steps.map { $0.words(in: .french) } == [
                "l'événement est du mercredi 15 septembre 2021 ; ce jour ne compte pas",
                "30 jours après : vendredi 15 octobre 2021",
                "délai suspendu du lundi 4 octobre 2021 au dimanche 17 octobre 2021 : 14 jours ne comptent pas",
                "délai suspendu du mercredi 20 octobre 2021 au mercredi 20 octobre 2021 : 1 jour ne compte pas",
                "reporté d'autant, le délai expire le samedi 30 octobre 2021",
            ])
    }

    @Test("elapsed time stands still between a stop and its end")
    func elapsed() throws {
        let start = try instant("2021-09-15T10:00:00Z")
        func end(_ hours: Int, _ stops: [(String, String?)]) throws -> String? {
            var instants: [(since: Timestamp, until: Timestamp?)] = []
            for (since, until) in stops { instants.append((try instant(since), try until.map { try instant($0) })) }
            return limit(.seconds(hours * 3600), after: start, stops: instants)?.rfc3339
        }
        #expect(try end(4, []) == "2021-09-15T14:00:00Z")
        #expect(try end(4, [("2021-09-15T12:00:00Z", "2021-09-15T13:30:00Z")]) == "2021-09-15T15:30:00Z")
        #expect(try end(4, [("2021-09-15T08:00:00Z", "2021-09-15T11:00:00Z")]) == "2021-09-15T15:00:00Z")
        #expect(try end(4, [("2021-09-15T08:00:00Z", "2021-09-15T09:00:00Z")]) == "2021-09-15T14:00:00Z")
        #expect(try end(4, [("2021-09-15T14:00:00Z", nil)]) == "2021-09-15T14:00:00Z")
        #expect(try end(4, [("2021-09-15T13:59:00Z", nil)]) == nil)
    }
}
