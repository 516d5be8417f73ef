import CivilTime
import Foundation
import SeededRandom
import Testing

struct CivilDateTests {
    @Test("day numbers, dates and weekdays agree with one another over the whole range")
    func roundTrip() throws {
        var number = CivilDate.earliest.dayNumber
        var weekday = 1  // 0001-01-01 was a Monday in the proleptic calendar
        for year in 1...9999 {
            for month in 1...12 {
                for day in 1...CivilDate.daysInMonth(year: year, month: month) {
                    let date = CivilDate(dayNumber: number)
                    let fields = date.fields
                    guard fields == (year, month, day), date.weekday.rawValue == weekday,
                        CivilDate(year: year, month: month, day: day) == date
                    else {
                        Issue.record("day \(number) should be \(year)-\(month)-\(day), is \(date)")
                        return
                    }
                    number += 1
                    weekday = weekday % 7 + 1
                }
            }
        }
        #expect(number == CivilDate.latest.dayNumber + 1)
    }

    @Test(
        "days that do not exist are refused",
        arguments: [
            (2021, 2, 29), (1900, 2, 29), (2021, 4, 31), (2021, 13, 1),
            (2021, 0, 1), (2021, 1, 0), (0, 1, 1), (10_000, 1, 1),
        ])
    func nonexistent(year: Int, month: Int, day: Int) { #expect(CivilDate(year: year, month: month, day: day) == nil) }

    @Test(
        "text that is not a date is refused",
        arguments: [
            "", "2021-9-24", "2021-09-24 ", "20210924", "2021-02-30",
            "+021-09-24", "2021-09-2٤", "2021/09/24",
        ])
    func notADate(_ text: String) { #expect(CivilDate(iso: text) == nil) }

    @Test("a date prints as it is read, by seed", arguments: [1, 2, 3] as [UInt64])
    func text(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let date = CivilDate(
                dayNumber: .random(in: CivilDate.earliest.dayNumber...CivilDate.latest.dayNumber, using: &random))
            #expect(CivilDate(iso: date.description) == date, "seed \(seed)")
            #expect(CivilDate(basic: date.basic) == date, "seed \(seed)")
        }
    }

    @Test(
        "months go from day number to day number, or else to the last of the month",
        arguments: [
            ("2021-12-31", 2, "2022-02-28"), ("2022-01-31", 2, "2022-03-31"), ("2024-01-31", 1, "2024-02-29"),
            ("2022-03-31", -1, "2022-02-28"), ("2021-01-15", -13, "2019-12-15"), ("2020-02-29", 12, "2021-02-28"),
            ("9999-06-01", 12, "9999-12-31"), ("0001-06-01", -12, "0001-01-01"),
        ])
    func months(from: String, count: Int, to: String) throws {
        #expect(try day(from).adding(months: count) == day(to))
    }

    @Test("adding months keeps the day's number unless the month is too short, by seed", arguments: [4, 5] as [UInt64])
    func monthLaw(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let date = CivilDate(dayNumber: .random(in: -200_000...200_000, using: &random))
            let count = Int.random(in: -2400...2400, using: &random)
            let sum = date.adding(months: count)
            let months = (sum.year - date.year) * 12 + sum.month - date.month
            #expect(months == count, "seed \(seed): \(date) + \(count) months")
            #expect(sum.day == date.day || (sum.day < date.day && sum == sum.lastOfMonth), "seed \(seed)")
        }
    }

    @Test("arithmetic stops at the ends of the range")
    func saturation() {
        #expect(CivilDate.latest.adding(days: 1) == .latest)
        #expect(CivilDate.latest.adding(days: .max) == .latest)
        #expect(CivilDate.earliest.adding(days: .min) == .earliest)
        #expect(CivilDate.earliest.adding(months: .max) == .latest)
        #expect(CivilDate.latest.adding(months: .min) == .earliest)
        #expect(CivilDate(dayNumber: .max) == .latest)
    }

    @Test("weekdays go round")
    func weekdays() {
        #expect(Weekday.sunday.adding(days: 1) == .monday)
        #expect(Weekday.monday.adding(days: -1) == .sunday)
        #expect(Weekday.friday.adding(days: 700) == .friday)
    }

    @Test("times of day are read with or without seconds")
    func times() throws {
        #expect(try #require(TimeOfDay(iso: "16:30")).secondsSinceMidnight == 59_400)
        #expect(TimeOfDay(iso: "16:30:00") == TimeOfDay(iso: "16:30"))
        #expect(TimeOfDay(iso: "16:30:05")?.description == "16:30:05")
        for wrong in ["24:00", "16:60", "16", "16:3", "16:30:60", "16:30:", " 16:30", "16:30Z"] {
            #expect(TimeOfDay(iso: wrong) == nil, "\(wrong)")
        }
        #expect(CivilDateTime(iso: "2021-09-24T16:30")?.iso == "2021-09-24T16:30")
        #expect(CivilDateTime(iso: "2021-09-24") == nil)
    }
}
