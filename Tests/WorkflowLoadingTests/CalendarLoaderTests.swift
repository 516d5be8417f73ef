import CivilTime
import Foundation
import Testing
import WorkflowLoading

@Suite("Calendar files")
struct CalendarLoaderTests {
    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let shared = root.deletingLastPathComponent().appending(path: "shared/conformance/holidays")
    private static let isPresent = FileManager.default.fileExists(atPath: shared.path)
    private static let shipped = ["alsace-moselle", "france", "mayotte", "morocco", "reunion", "spain"]

    private static func file(_ name: String) throws -> CalendarFile {
        let text = try String(contentsOf: root.appending(path: "workflows/calendars/\(name).yaml"), encoding: .utf8)
        return readCalendar(text, file: "\(name).yaml")
    }

    private static func calendar(_ name: String) throws -> BusinessCalendar {
        try #require(file(name).calendar)
    }

    private static func days(_ name: String, _ years: ClosedRange<Int>) throws -> [String] {
        try calendar(name).holidays(in: years).map { "\($0.date) \($0.name)" }
    }

    /// The lines of a table without its first, its fields without quotes.
    private static func rows(_ name: String) throws -> [[String]] {
        let text = try String(contentsOf: shared.appending(path: name), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    // MARK: The calendars that ship

    @Test("every calendar in the folder is one of those tested here")
    func all() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appending(path: "workflows/calendars").path)
        #expect(files.sorted() == Self.shipped.map { "\($0).yaml" })
    }

    @Test(
        "the calendars that ship have no mistakes, their own name, a title, and a source for every day",
        arguments: shipped)
    func sound(name: String) throws {
        let file = try Self.file(name)
        #expect(file.diagnostics == [])
        let calendar = try #require(file.calendar)
        #expect(calendar.name == name)
        #expect(file.title?.isEmpty == false)
        #expect(calendar.weekend == [.saturday, .sunday])
        #expect(calendar.rules.allSatisfy { !$0.source.isEmpty })
        #expect(calendar.proclamations.allSatisfy { !$0.source.isEmpty })
        let holidays = calendar.holidays(in: 2000...2040)
        #expect(Set(holidays.map { "\($0.date) \($0.name)" }).count == holidays.count)
    }

    @Test("France has the holidays of the public table", .enabled(if: isPresent, "shared/conformance is absent"))
    func franceTable() throws {
        let expected = try Self.rows("FR-metropole.csv").map { "\($0[0]) \($0[2])" }
        #expect(expected.count > 100)
        // Two feasts on one day stand in either order.
        #expect(try Self.days("france", 2015...2030).sorted() == expected.sorted())
    }

    @Test("Morocco has the feasts as they were announced", .enabled(if: isPresent, "shared/conformance is absent"))
    func moroccanTable() throws {
        let morocco = try Self.calendar("morocco")
        for row in try Self.rows("MA-official-sample.csv") {
            let date = try #require(CivilDate(iso: row[0]))
            let year = morocco.holidays(in: date.year...date.year)
            let name = row[1].contains("Fitr") ? "Aïd Al Fitr" : "Aïd Al Adha"
            let holiday = try #require(year.first { $0.name == name })
            #expect(holiday.date == date)
            #expect(!holiday.provisional)
            #expect(holiday.source.contains("communiqué"))
        }
    }

    @Test(
        "places differ from metropolitan France by the days their laws add",
        arguments: [
            ("mayotte", ["2022-04-27 Abolition de l'esclavage"]), ("reunion", ["2022-12-20 Abolition de l'esclavage"]),
            ("alsace-moselle", ["2022-04-15 Vendredi saint", "2022-12-26 Saint-Étienne"]),
        ])
    func additions(name: String, days: [String]) throws {
        let france = try Self.days("france", 2022...2022)
        #expect(try Self.days(name, 2022...2022).filter { !france.contains($0) } == days)
        #expect(try Self.days(name, 2022...2022).count == 11 + days.count)
    }

    @Test("holidays begin in the year of their law")
    func years() throws {
        #expect(try !Self.days("france", 1981...1981).contains("1981-05-08 Fête de la Victoire"))
        #expect(try Self.days("france", 1982...1982).contains("1982-05-08 Fête de la Victoire"))
        for (day, first) in [
            ("01-14 Nouvel an amazigh", 2024), ("10-31 Fête de l'unité", 2026), ("07-30 Fête du trône", 2000),
        ] {
            #expect(try !Self.days("morocco", first - 1...first - 1).contains("\(first - 1)-\(day)"))
            #expect(try Self.days("morocco", first...first).contains("\(first)-\(day)"))
        }
    }

    @Test("Morocco in 2021 as it was, and Spain in 2024")
    func wholeYears() throws {
        #expect(
            try Self.days("morocco", 2021...2021) == [
                "2021-01-01 Nouvel an", "2021-01-11 Manifeste de l'indépendance", "2021-05-01 Fête du travail",
                "2021-05-13 Aïd Al Fitr", "2021-05-14 Aïd Al Fitr (deuxième jour)", "2021-07-21 Aïd Al Adha",
                "2021-07-22 Aïd Al Adha (deuxième jour)", "2021-07-30 Fête du trône", "2021-08-09 1er Moharram",
                "2021-08-14 Journée Oued Ed-Dahab", "2021-08-20 Révolution du roi et du peuple",
                "2021-08-21 Fête de la jeunesse", "2021-10-19 Aïd Al Mawlid",
                "2021-10-20 Aïd Al Mawlid (deuxième jour)", "2021-11-06 Marche verte",
                "2021-11-18 Fête de l'indépendance",
            ])
        #expect(
            try Self.calendar("morocco").holidays(in: 2021...2021).filter(\.provisional).map(\.name) == ["1er Moharram"]
        )
        #expect(
            try Self.days("spain", 2024...2024) == [
                "2024-01-01 Año Nuevo", "2024-01-06 Epifanía del Señor", "2024-03-29 Viernes Santo",
                "2024-05-01 Fiesta del Trabajo", "2024-08-15 Asunción de la Virgen",
                "2024-10-12 Fiesta Nacional de España", "2024-11-01 Todos los Santos",
                "2024-12-06 Día de la Constitución Española", "2024-12-08 Inmaculada Concepción",
                "2024-12-25 Natividad del Señor",
            ])
    }

    // MARK: Mistakes

    private static let head = "jalon: 1\ncalendar: x\nholidays:\n"

    @Test("a file may leave out all but its name and its holidays")
    func smallest() throws {
        let file = readCalendar("jalon: 1\ncalendar: x\nholidays: []\n", file: "x.yaml")
        #expect(file.diagnostics == [])
        #expect(file.calendar == BusinessCalendar(name: "x", rules: []))
        #expect(file.title == nil)
        #expect(loadCalendar("jalon: 1\ncalendar: x\nholidays: []\n", file: "x.yaml").calendar == file.calendar)
    }

    @Test("all that a file can say is read")
    func everything() throws {
        let text = """
            jalon: 1
            calendar: x
            title: Exemple
            weekend: [friday, saturday]
            holidays:
              - { name: Fixe, date: 02-29, from: 2000, until: 2024, source: loi }
              - { name: Pâques, easter: -2 }
              - { name: Lune, hijri: 01-30 }
              - { name: Une fois, once: 2021-05-14 }
            proclaimed:
              - { hijri: 01-30, date: 2021-09-08, source: journal }

            """
        let file = readCalendar(text, file: "x.yaml")
        #expect(file.diagnostics == [])
        #expect(file.title == "Exemple")
        let rules = [
            HolidayRule("Fixe", .fixed(month: 2, day: 29), firstYear: 2000, lastYear: 2024, source: "loi"),
            HolidayRule("Pâques", .easter(offset: -2)), HolidayRule("Lune", .hijri(month: 1, day: 30)),
            HolidayRule("Une fois", .once(try #require(CivilDate(iso: "2021-05-14")))),
        ]
        let date = try #require(CivilDate(iso: "2021-09-08"))
        #expect(
            file.calendar
                == BusinessCalendar(
                    name: "x", weekend: [.friday, .saturday], rules: rules,
                    proclamations: [HijriProclamation(month: 1, day: 30, date: date, source: "journal")]))
    }

    @Test(
        "a mistake is shown once, at its place",
        arguments: [
            ("", "x.yaml: error: the file is empty; a calendar begins with 'jalon: 1' [empty-file]"),
            ("- a\n", "x.yaml:1:1: error: a calendar is written as keys with values, found a list [wrong-type]"),
            (
                "jalon: 2\ncalendar: x\nholidays: []\n",
                "x.yaml:1:8: error: this program reads version 1 of the language, and the file says 2"
            ),
            ("jalon: 1\ncalendar: x\n", "x.yaml:1:1: error: a calendar needs 'holidays' [missing-key]"),
            ("jalon: 1\ncalendar: a b\nholidays: []\n", "x.yaml:2:11: error: 'a b' is no name"),
            (
                "jalon: 1\ncalendar: x\ntitle: [a]\nholidays: []\n",
                "x.yaml:3:8: error: 'title' is text, found a list [wrong-type]"
            ),
            (
                "jalon: 1\ncalendar: x\nholidays: {}\n",
                "x.yaml:3:11: error: 'holidays' is a list, found keys with values [wrong-type]"
            ),
            (
                "jalon: 1\ncalendar: x\nweekend: [sonday]\nholidays: []\n",
                "x.yaml:3:11: error: weekday 'sonday' does not exist"
            ),
            (head + "  - { name: A }\n", "x.yaml:4:5: error: 'A' needs one of: date (MM-DD)"),
            (head + "  - { name: A, date: 01-01, easter: 1 }\n", "x.yaml:4:5: error: 'A' needs one of: date (MM-DD)"),
            (head + "  - { date: 01-01 }\n", "x.yaml:4:5: error: a holiday needs 'name' [missing-key]"),
            (
                head + "  - { name: A, date: 02-30 }\n",
                "x.yaml:4:22: error: 'date' is a month and a day such as 07-14 [bad-date]"
            ),
            (
                head + "  - { name: A, date: 1-1 }\n",
                "x.yaml:4:22: error: 'date' is a month and a day such as 07-14 [bad-date]"
            ),
            (
                head + "  - { name: A, date: +1-01 }\n",
                "x.yaml:4:22: error: 'date' is a month and a day such as 07-14 [bad-date]"
            ),
            (head + "  - { name: A, date: [] }\n", "x.yaml:4:22: error: 'date' is text, found a list [wrong-type]"),
            (
                head + "  - { name: A, hijri: 13-01 }\n",
                "x.yaml:4:23: error: 'hijri' is a month and a day of the Hijri calendar such as 10-01 [bad-date]"
            ),
            (
                head + "  - { name: A, easter: soon }\n",
                "x.yaml:4:24: error: 'easter' is a whole number, found 'soon' [wrong-type]"
            ),
            (
                head + "  - { name: A, easter: 900 }\n",
                "x.yaml:4:24: error: 'easter' is a number of days after Easter Sunday, -100 to 250, found 900"
            ),
            (
                head + "  - { name: A, once: 2021 }\n",
                "x.yaml:4:22: error: 'once' is a day such as 2021-09-24 [bad-date]"
            ),
            (
                head + "  - { name: A, date: 01-01, from: 2020, until: 2010 }\n",
                "x.yaml:4:48: error: 'A' holds until 2010, which is before it begins in 2020 [bad-years]"
            ),
            (
                head + "  - { name: A, date: 01-01, from: 20200 }\n",
                "x.yaml:4:35: error: 'from' is a year from 1 to 9999, found 20200 [bad-years]"
            ),
            (head + "  - { name: A, date: 01-01, form: 2020 }\n", "x.yaml:4:29: error: a holiday has no key 'form'"),
            (head + "  - { name: A, dat: 01-01 }\n", "x.yaml:4:16: error: a holiday has no key 'dat'"),
            (
                head
                    + "  - { name: A, hijri: 10-01 }\nproclaimed:\n  - { hijri: 10-31, date: 2021-05-13, source: a }\n",
                "x.yaml:6:14: error: 'hijri' is a month and a day"
            ),
            (
                head + "  - { name: A, hijri: 10-01 }\nproclaimed:\n  - { hijri: 10-01, date: May, source: a }\n",
                "x.yaml:6:27: error: 'date' is a day such as 2021-09-24 [bad-date]"
            ),
            (
                head + "  - { name: A, hijri: 10-01 }\nproclaimed:\n  - { hijri: 10-01, date: 2021-05-13 }\n",
                "x.yaml:6:5: error: a proclaimed day needs 'source' [missing-key]"
            ),
            ("jalon: 1\ncalendar: x\ncalendar: y\nholidays: []\n", "x.yaml:3:1: error:"),
        ])
    func mistakes(text: String, message: String) throws {
        let file = readCalendar(text, file: "x.yaml")
        #expect(file.calendar == nil)
        #expect(file.diagnostics.count == 1, "\(file.diagnostics.map(\.message))")
        let rendered = try #require(file.diagnostics.first).rendered(source: text)
        #expect(rendered.hasPrefix(message), "\(rendered)")
    }

    @Test("all mistakes are shown, not only the first")
    func several() {
        let text =
            "jalon: 3\ncalendar: x\nweekend: [sonday, mon]\nholidays:\n  - { name: A }\n  - { name: B, date: 13-01 }\n"
        #expect(
            readCalendar(text, file: "x.yaml").diagnostics.map(\.code) == [
                "unsupported-version", "unknown-weekday", "unknown-weekday", "bad-holiday", "bad-date",
            ])
    }

    // MARK: Doubts

    @Test(
        "what is probably not meant is a warning, and the calendar is there",
        arguments: [
            (
                "weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]\n", "", "always-closed",
                "x.yaml:4:10: warning: the weekend has all seven days"
            ),
            (
                "", "  - { name: A, hijri: 10-01 }\n  - { name: A, hijri: 10-01, from: 2030 }\n", "repeated-holiday",
                "x.yaml:6:5: warning: 'A' is there twice, on 2030-"
            ),
            (
                "",
                "  - { name: Noël, date: 12-25 }\n  - { name: B, date: 12-26 }\n  - { name: Noël, once: 2021-12-25 }\n",
                "repeated-holiday", "x.yaml:7:5: warning: 'Noël' is there twice, on 2021-12-25 for one"
            ),
            (
                "proclaimed:\n  - { hijri: 09-01, date: 2021-04-14, source: a }\n", "  - { name: A, hijri: 10-01 }\n",
                "unused-proclamation", "x.yaml:5:5: warning: no holiday is in month 9"
            ),
            (
                "proclaimed:\n  - { hijri: 10-01, date: 2021-05-16, source: a }\n", "  - { name: A, hijri: 10-01 }\n",
                "far-proclamation",
                "x.yaml:5:5: warning: the day is estimated for 2021-05-13, 3 days before this date"
            ),
            (
                "proclaimed:\n  - { hijri: 10-01, date: 2021-05-03, source: a }\n", "  - { name: A, hijri: 10-01 }\n",
                "far-proclamation", "x.yaml:5:5: warning: the day is estimated for 2021-05-13, 10 days after this date"
            ),
            (
                """
                proclaimed:
                  - { hijri: 10-01, date: 2021-05-13, source: a }
                  - { hijri: 10-02, date: 2021-05-15, source: b }

                """, "  - { name: A, hijri: 10-01 }\n", "contradicting-proclamation",
                "x.yaml:6:5: warning: this moves the month that 2021-05-13 was proclaimed for"
            ),
        ])
    func doubts(keys: String, holidays: String, code: String, message: String) throws {
        let text = "jalon: 1\ncalendar: x\ntitle: X\n\(keys)holidays:\(holidays.isEmpty ? " []\n" : "\n" + holidays)"
        let file = readCalendar(text, file: "x.yaml")
        #expect(file.calendar != nil)
        #expect(file.diagnostics.map(\.code) == [code])
        let rendered = try #require(file.diagnostics.first).rendered(source: text)
        #expect(rendered.hasPrefix(message), "\(rendered)")
    }

    @Test("names that differ on one day, years that do not overlap and usual proclamations are no doubts")
    func noDoubts() {
        let text = """
            jalon: 1
            calendar: x
            holidays:
              - { name: Fête du Travail, date: 05-01 }
              - { name: Ascension, easter: 39 }
              - { name: Trône, date: 03-03, until: 1999 }
              - { name: Trône, date: 07-30, from: 2000 }
              - { name: Jour, date: 01-01, until: 1999 }
              - { name: Jour, date: 01-01, from: 2000 }
              - { name: Aïd, hijri: 10-01 }
            proclaimed:
              - { hijri: 10-01, date: 2021-05-13, source: a }
              - { hijri: 10-02, date: 2021-05-14, source: a }
              - { hijri: 10-01, date: 2022-05-03, source: a }

            """
        #expect(readCalendar(text, file: "x.yaml").diagnostics == [])
    }

    @Test("any text is answered")
    func fuzz() {
        let pieces = [
            "jalon: 1\n", "calendar: x\n", "holidays:\n", "  - { name: A, date: 01-01 }\n", "  - { name: A, hijri: ",
            "10-01 }\n",
            "proclaimed:\n", "  - { hijri: 10-01, date: 0001-01-01, source: a }\n",
            "  - { hijri: 01-01, date: 9999-12-31, source: a }\n", "weekend: ", "[]\n", "{}\n", "~\n", "- \n",
            "title: ",
        ]
        var state: UInt64 = 1
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        var sound = 0
        for _ in 0..<1000 {
            var text = "jalon: 1\ncalendar: x\nholidays:\n  - { name: A, hijri: 01-01 }\n"
            if random(2) == 0 { text += "proclaimed:\n" }
            for _ in 0..<random(6) { text += pieces[random(pieces.count)] }
            let file = readCalendar(text, file: "x.yaml")
            if file.calendar != nil { sound += 1 }
            #expect((file.calendar == nil) == file.diagnostics.contains { $0.severity == .error })
        }
        #expect(sound > 10)
    }
}
