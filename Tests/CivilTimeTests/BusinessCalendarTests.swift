import CivilTime
import Foundation
import Testing

struct BusinessCalendarTests {
    @Test("Easter is as the other published algorithm has it, every year of the Gregorian calendar")
    func easter() {
        for year in 1583...9999 {
            // J.-M. Oudin (1940), in the Explanatory Supplement to the Astronomical Almanac.
            let century = year / 100
            let golden = year % 19
            var moon = (century - century / 4 - (century - (century - 17) / 25) / 3 + 19 * golden + 15) % 30
            moon -= (moon / 28) * (1 - (moon / 28) * (29 / (moon + 1)) * ((21 - golden) / 11))
            let weekday = (year + year / 4 + moon + 2 - century + century / 4) % 7
            let offset = moon - weekday
            let month = 3 + (offset + 40) / 44
            let day = offset + 28 - 31 * (month / 4)
            #expect(CivilDate.easterSunday(year: year) == CivilDate(year: year, month: month, day: day))
        }
    }

    @Test("French holidays are those of the published list", .enabled(if: Conformance.isPresent, "no sample vectors"))
    func france() throws {
        let rows = try Conformance.rows("holidays/FR-metropole.csv")
        let found = Places.france.holidays(in: 2015...2030)
        #expect(found.map(\.date.description) == rows.map { $0[0] })
        #expect(found.map(\.name) == rows.map { $0[2] })
        #expect(found.allSatisfy { !$0.provisional })
    }

    @Test(
        "Moroccan feasts are estimated, and a proclaimed date replaces the estimate with its source",
        .enabled(if: Conformance.isPresent, "no sample vectors"))
    func morocco() throws {
        for row in try Conformance.rows("holidays/MA-official-sample.csv") {
            let proclaimed = try day(row[0])
            let feast = row[1].contains("Fitr") ? "Aïd al-Fitr" : "Aïd al-Adha"
            let estimates = Places.morocco.holidays(in: proclaimed.year...proclaimed.year).filter { $0.name == feast }
            let estimate = try #require(estimates.first)
            #expect(estimate.provisional)
            if row[2] != "n/a" { #expect(estimate.date.description == row[2]) }
            let announced = HijriProclamation(
                month: feast == "Aïd al-Fitr" ? 10 : 12, day: feast == "Aïd al-Fitr" ? 1 : 10, date: proclaimed,
                source: row[3])
            let calendar = BusinessCalendar(
                name: "morocco", rules: Places.moroccanRules, proclamations: [announced])
            let settled = calendar.holidays(in: proclaimed.year...proclaimed.year)
            #expect(settled.contains(Holiday(date: proclaimed, name: feast, source: row[3])))
            #expect(
                settled.contains {
                    $0.name == "\(feast), 2e jour" && $0.date == proclaimed.adding(days: 1)
                        && !$0.provisional
                })
            #expect(settled.filter(\.provisional).count == settled.filter { $0.name.contains("Moharram") }.count + 2)
        }
    }

    @Test("lunar dates of 1356 to 1500 are those of the Umm al-Qura calendar")
    func ummAlQura() throws {
        var calendar = Calendar(identifier: .islamicUmmAlQura)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for month in 1...12 {
            let rule = HolidayRule("1", .hijri(month: month, day: 1))
            let found = BusinessCalendar(name: "hijri", rules: [rule]).holidays(in: 1937...2077)
            let expected = try (1355...1501).map { year in
                let date = try #require(calendar.date(from: DateComponents(year: year, month: month, day: 1)))
                return CivilDate(dayNumber: Int(date.timeIntervalSince1970 / 86_400))
            }
            let first = try day("1937-03-14")
            let last = try day("2077-11-16")
            let inTable = { (date: CivilDate) in date >= first && date <= last }
            #expect(found.map(\.date).filter(inTable) == expected.filter(inTable), "month \(month)")
        }
    }

    @Test("outside the table lunar dates go on, and months have 29 or 30 days across its ends")
    func arithmeticalYears() throws {
        let rules = (1...12).map { HolidayRule("\($0)", .hijri(month: $0, day: 1)) }
        let calendar = BusinessCalendar(name: "hijri", rules: rules)
        let starts = calendar.holidays(in: 1900...2150).map(\.date)
        for (one, next) in zip(starts, starts.dropFirst()) {
            #expect((28...32).contains(one.days(to: next)), "\(one) to \(next)")
        }
        // 1 Muharram of year 1 in the arithmetical calendar is 19 July 622 (Gregorian).
        let epoch = BusinessCalendar(name: "hijri", rules: [rules[0]]).holidays(in: 622...622)
        #expect(epoch.map(\.date.description) == ["0622-07-19"])
    }

    @Test("a rule holds from its first to its last year")
    func years() throws {
        let rule = HolidayRule("Jour", .fixed(month: 2, day: 29), firstYear: 2016, lastYear: 2024)
        let calendar = BusinessCalendar(
            name: "x", rules: [rule, HolidayRule("Une fois", .once(try day("2021-05-14")))])
        #expect(
            calendar.holidays(in: 2000...2050).map(\.date.description)
                == ["2016-02-29", "2020-02-29", "2021-05-14", "2024-02-29"])
        #expect(calendar.holidays(in: 2030...2050) == [])
    }

    @Test("working days leave out weekend and holidays, workable days Sundays and holidays")
    func kinds() throws {
        let france = Places.france
        #expect(try france.isWorkingDay(day("2026-04-03")))
        #expect(try !france.isWorkingDay(day("2026-04-04")) && france.isWorkableDay(day("2026-04-04")))
        #expect(try !france.isWorkableDay(day("2026-04-05")) && !france.isWorkableDay(day("2026-04-06")))
        #expect(try france.nextWorkingDay(onOrAfter: day("2026-04-04")) == day("2026-04-07"))
        #expect(try france.previousWorkingDay(onOrBefore: day("2026-04-06")) == day("2026-04-03"))
        #expect(try france.holiday(on: day("2008-05-01"))?.name == "Fête du Travail")  // and Ascension
        #expect(try france.holidays(in: 2008...2008).filter { $0.date == (try day("2008-05-01")) }.count == 2)
        #expect(try france.holiday(on: day("2500-07-14"))?.name == "Fête nationale")
        #expect(try BusinessCalendar.everyDay.isWorkingDay(day("2026-04-05")))
    }

    @Test("a calendar that never opens does not hang")
    func neverOpen() throws {
        let calendar = BusinessCalendar(name: "closed", weekend: Weekday.allCases, rules: [])
        let date = try day("2026-04-04")
        #expect(calendar.nextWorkingDay(onOrAfter: date) == date)
        #expect(limit(Period(3, .workingDays), after: date, calendar: calendar).date > date)
    }

    @Test(
        "spans of the year and their first, last and nth days",
        arguments: [
            (CalendarSpan.month, 1, CalendarSpan.Counting.workingDays, "2026-05-20", "2026-05-04"),
            (.month, -1, .workingDays, "2026-05-20", "2026-05-29"),
            (.month, 5, .workingDays, "2026-05-20", "2026-05-11"),
            (.quarter, -1, .everyDay, "2026-02-10", "2026-03-31"), (.quarter, 1, .everyDay, "2026-12-31", "2026-10-01"),
            (.semester, -1, .everyDay, "2019-03-01", "2019-06-30"),
            (.semester, 1, .workingDays, "2019-07-31", "2019-07-01"),
            (.year, -1, .workingDays, "2022-06-01", "2022-12-30"),
            (.year, 1, .workableDays, "2022-06-01", "2022-01-03"),
            (.year, 256, .everyDay, "2024-06-01", "2024-09-12"), (.month, 31, .everyDay, "2026-02-01", nil),
            (.month, 0, .everyDay, "2026-02-01", nil), (.month, -23, .workingDays, "2026-02-01", nil),
            (.month, .min, .workingDays, "9999-12-15", nil), (.month, -1, .everyDay, "9999-12-15", "9999-12-31"),
        ] as [(CalendarSpan, Int, CalendarSpan.Counting, String, String?)])
    func spans(span: CalendarSpan, number: Int, counting: CalendarSpan.Counting, around: String, is expected: String?)
        throws
    {
        let found = span.day(number, counting: counting, around: try day(around), calendar: Places.france)
        #expect(found?.description == expected)
    }
}
