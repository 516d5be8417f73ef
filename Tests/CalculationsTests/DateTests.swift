import Calculations
import CivilTime
import DefinitionFiles
import Foundation
import SeededRandom
import Testing
import WorkflowModel

@Suite("Dates")
struct DateTests {
    private func answer(
        _ question: String, calendar: String? = nil, roll: Roll? = nil, method: DeadlineMethod? = nil,
        zone: String? = nil, language: Language = .english
    ) throws -> DateAnswer {
        try DateQuestion(.init(parsing: question), roll: roll, method: method).answer(
            calendar: try calendar.map { name throws(CalculationError) in try Calendars.calendar(name) } ?? .everyDay,
            zone: zone.flatMap { Zones.files.zone($0) }, language: language)
    }

    @Test(
        "the worked examples of the rules",
        arguments: [
            ("2 months after 2021-12-31", Roll.none, "2022-02-28"), ("2 months after 2022-01-31", .none, "2022-03-31"),
            ("60 days after 2021-09-15", .none, "2021-11-14"),
            ("60 days after 2021-09-15", .nextWorkingDay, "2021-11-15"),
            ("60 days after 2021-09-15", .previousWorkingDay, "2021-11-12"),
            ("5 clear days before 2022-06-14", .none, "2022-06-08"), ("30 months from 2016-09-01", .none, "2019-02-28"),
            ("36 months from 2016-09-01", .none, "2019-08-31"),
            ("3 working days after 2026-04-30", .none, "2026-05-06"),
            ("P30D after 2021-09-15", .none, "2021-10-15"), ("36 hours after 2021-09-15", .none, "2021-09-17"),
            ("last working day of 2021-11", .none, "2021-11-30"), ("last working day of 2021-10", .none, "2021-10-29"),
            ("1st working day of quarter 2022-05-01", .none, "2022-04-01"),
            ("first working day of 2022", .none, "2022-01-03"),
            ("2nd last working day of 2021-10", .none, "2021-10-28"), ("last day of 2019-H1", .none, "2019-06-30"),
            ("last day of semester of 2019-03-15", .none, "2019-06-30"),
            ("last day of 2021-Q4", .nextWorkingDay, "2021-12-31"),
            ("1st workable day of 2022-01", .none, "2022-01-03"), ("31st day of month 2022-01-10", .none, "2022-01-31"),
            ("2021-11-14", .none, "2021-11-14"), ("2021-11-14", .nextWorkingDay, "2021-11-15"),
        ])
    func examples(question: String, roll: Roll, date: String) throws {
        #expect(try answer(question, calendar: "france", roll: roll).date.description == date)
    }

    @Test(
        "the answer tells how it was found",
        arguments: [
            (
                "60 days after 2021-09-15", Language.english,
                [
                    "the event is on Wednesday 15 September 2021; that day is not counted",
                    "counting 60 days leads to Sunday 14 November 2021",
                    "Sunday 14 November 2021 (weekend) is not worked, so the next working day is taken: "
                        + "Monday 15 November 2021",
                ]
            ),
            (
                "last working day of 2021-10", .english,
                [
                    "the month goes from Friday 1 October 2021 to Sunday 31 October 2021",
                    "2 days of weekend not counted",
                    "its last working day is Friday 29 October 2021",
                ]
            ),
            (
                "1st working day of 2022-05", .french,
                [
                    "le mois va du dimanche 1er mai 2022 au mardi 31 mai 2022", "1 jour de fin de semaine non compté",
                    "son 1er jour ouvré est le lundi 2 mai 2022",
                ]
            ),
            (
                "3rd workable day of 2021-11", .english,
                [
                    "the month goes from Monday 1 November 2021 to Tuesday 30 November 2021",
                    "Monday 1 November 2021 not counted: Toussaint", "its 3rd workable day is Thursday 4 November 2021",
                ]
            ),
            (
                "2021-11-01", .french,
                [
                    "lundi 1er novembre 2021 n'est pas un jour ouvré : Toussaint",
                    "lundi 1er novembre 2021 (Toussaint) non ouvré, reporté au premier jour ouvré suivant : "
                        + "mardi 2 novembre 2021",
                ]
            ),
            ("2021-11-02", .english, ["Tuesday 2 November 2021 is a working day"]),
        ])
    func why(question: String, language: Language, steps: [String]) throws {
        #expect(try answer(question, calendar: "france", roll: .nextWorkingDay, language: language).why == steps)
    }

    @Test(
        "hours elapse in a zone whatever its clocks do, and on a clock without zone as it shows",
        .enabled(if: Zones.arePresent, "no zone files"))
    func hours() throws {
        let floating = try answer("24 hours after 2021-03-27T12:00")
        #expect(floating.time?.iso == "2021-03-28T12:00")
        let paris = try answer("24 hours after 2021-03-27T12:00", zone: "Europe/Paris")
        #expect(paris.time?.iso == "2021-03-28T13:00")
        #expect(paris.instant?.rfc3339 == "2021-03-28T11:00:00Z")
        let method = try answer(
            "48 hours after 2021-03-27T12:20", method: .europeanUnion, zone: "Europe/Paris")
        #expect(method.time?.iso == "2021-03-29T14:00")
        let repeated = try answer("2 hours after 2021-10-31T01:30", method: .frenchContract, zone: "Europe/Paris")
        #expect(repeated.instant == Timestamp(rfc3339: "2021-10-31T01:30:00Z"))
        let back = try answer("24 hours before 2021-03-28T13:00", zone: "Europe/Paris")
        #expect(back.time?.iso == "2021-03-27T12:00")
        let day = try answer("1 days after 2021-03-27", zone: "Europe/Paris")
        #expect(day.instant?.rfc3339 == "2021-03-28T22:00:00Z")
        #expect(day.time == nil)
    }

    @Test("a date near an estimated holiday is provisional, one near a proclaimed one is not")
    func provisional() throws {
        let estimate = try #require(
            Calendars.calendar("morocco").holidays(in: 2031...2031).first { $0.name == "Aïd Al Fitr" })
        #expect(estimate.provisional)
        let question = "1 working days after \(estimate.date.adding(days: -1))"
        #expect(try answer(question, calendar: "morocco").provisional)
        // The feast lies late in January, so early days of the month are certain and late ones are not.
        #expect(try !answer("2nd working day of 2031-01", calendar: "morocco").provisional)
        #expect(try !answer("22nd day of 2031-01", calendar: "morocco").provisional)
        let ordinal = try answer("20th working day of 2031-01", calendar: "morocco")
        #expect(ordinal.provisional)
        #expect(ordinal.why.last?.hasPrefix("provisional: the date of Aïd Al Fitr") == true)
        #expect(try !answer("1 working days after 2021-07-20", calendar: "morocco").provisional)
    }

    @Test(
        "methods are those of the published texts, counted back where they can be",
        arguments: [
            ("30 days after 2026-03-05", DeadlineMethod.europeanUnion, Roll?.none, "2026-04-07"),
            ("10 days before 2026-05-11", .europeanUnion, nil, "2026-05-01"),
            ("10 days before 2026-05-11", .europeanUnionBackwards, .previousWorkingDay, "2026-04-30"),
            ("30 days after 2026-03-05", .frenchContract, Roll.none, "2026-04-04"),
        ])
    func methods(question: String, method: DeadlineMethod, roll: Roll?, date: String) throws {
        #expect(try answer(question, calendar: "france", roll: roll, method: method).date.description == date)
    }

    @Test("only questions about working days need a calendar")
    func needs() throws {
        func needs(_ text: String, _ roll: Roll? = nil, _ method: DeadlineMethod? = nil) throws -> Bool {
            try DateQuestion(.init(parsing: text), roll: roll, method: method).needsCalendar
        }
        for text in ["5 clear days before 2022-06-14", "30 months from 2016-09-01", "last day of 2021-11"] {
            #expect(try !needs(text))
            #expect(try needs(text, .nextWorkingDay))
            #expect(try !needs(text, Roll.none))
        }
        #expect(try needs("30 days after 2026-03-05", nil, .europeanUnion))
        for text in [
            "3 working days after 2022-06-14", "2 workable days from 2022-06-14", "last working day of 2021",
            "2021-11-14",
        ] {
            #expect(try needs(text))
        }
    }

    @Test(
        "what is not understood is named, with what is allowed",
        arguments: [
            ("", "'' asks for no date; write as in '60 days after 2021-09-15'"),
            ("tomorrow", "'tomorrow' asks for no date"),
            ("5 moons after 2021-09-15", "'moons' is not a unit of time"), ("after 2021-09-15", "is not a period"),
            ("5 days after 15/09/2021", "'15/09/2021' is not a date as 2021-09-24"),
            ("5 days after", "'' is not a date"),
            ("5 days from 2021-09-15T10:00", "'from' counts a first day"), ("last working day of", "'' is no span"),
            ("last working day of 2021-13", "'2021-13' is no span"), ("last day of 2021-Q5", "'2021-Q5' is no span"),
            ("last day of decade 2021-01-01", "'decade 2021-01-01' is no span"), ("day of 2021", "says not which day"),
            ("0th day of 2021", "'0th' says not which day"), ("1th working day of", "'' is no span"),
            ("third third day of 2021", "'third third' says not which day"),
            ("32nd day of 2021-01", "no such day from 2021-01-01"),
            ("30th working day of 2021-01", "there is no such day from 2021-01-01 to 2021-01-31"),
        ])
    func refused(question: String, reason: String) throws {
        let error = #expect(throws: CalculationError.self) { _ = try answer(question, calendar: "france") }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("a method that does not fit the question is refused")
    func refusedMethods() throws {
        for (question, method, roll) in [
            ("30 months from 2016-09-01", DeadlineMethod.europeanUnion, Roll?.none),
            ("30 days after 2026-03-05", .europeanUnionBackwards, nil),
            ("30 days before 2026-03-05", .frenchContract, nil),
            ("30 days after 2026-03-05", .europeanUnion, .previousWorkingDay),
            ("30 days before 2026-03-05", .europeanUnion, .nextWorkingDay), ("2021-11-14", .frenchClear, nil),
        ] {
            #expect(throws: CalculationError.self, "\(question)") {
                _ = try answer(question, calendar: "france", roll: roll, method: method)
            }
        }
    }

    @Test("any text is answered or refused")
    func fuzz() {
        var random = SeededGenerator(seed: seed)
        let words = [
            "5", "1st", "last", "2nd", "working", "workable", "clear", "days", "day", "months", "hours", "of", "after",
            "before",
            "from", "2021-09-24", "9999-12-31", "0001-01-01", "2021-09-24T16:30", "2021", "2021-Q4", "9999", "quarter",
            "73200",
            "years", "200", "366th", "é", "P1Y",
        ]
        var answered = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in words.randomElement(using: &random)
            }
            if (try? answer(text.joined(separator: " "))) != nil { answered += 1 }
        }
        #expect(answered > 50)
    }
}

@Suite("Deadlines as lines")
struct DeadlineCaseTests {
    private func ask(_ line: String, ordinary: String? = nil) throws -> [String: Any] {
        let calendar = try ordinary.map { name throws(CalculationError) in try Calendars.calendar(name) }
        return try object(
            answer(line: Array(line.utf8)) { plain throws(CalculationError) in
                try deadlineCase(
                    plain, ordinary: calendar, calendars: Calendars.names, zones: zone, calendar: Calendars.calendar)
            })
    }

    @Test(
        "the working days are those the case names",
        arguments: [
            (#""jurisdiction":"FR""#, "2026-04-27"), (#""jurisdiction":"FR-976""#, "2026-04-28"),
            (#""holidays_file":"../holidays/FR-976-mayotte.csv","jurisdiction":"FR""#, "2026-04-28"),
            (#""holidays_file":"FR-metropole.csv""#, "2026-04-27"), (#""holidays_file":"FR.csv""#, "2026-04-27"),
            (#""holidays_file":"FR-YT.csv""#, "2026-04-28"), (#""holidays_file":"mayotte.csv""#, "2026-04-28"),
            (#""holidays_file":"YT-mayotte.csv""#, "2026-04-28"), (#""jurisdiction":"FR-YT""#, "2026-04-28"),
            (#""calendar":"mayotte","jurisdiction":"FR""#, "2026-04-28"),
            (#""holidays":["2026-04-27","2026-04-28"],"jurisdiction":"MA""#, "2026-04-29"),
            (#""roll":false"#, "2026-04-27"),
        ])
    func places(named: String, last: String) throws {
        let line = #"{"id":7,"method":"eu-1182","start":"2026-03-28","duration":{"n":30,"unit":"days"},\#(named)}"#
        let given = try ask(line, ordinary: "spain")
        #expect(given["last_day"] as? String == last, "\(given)")
        #expect(given["id"] as? Int == 7)
    }

    @Test(
        "places of France are known by several names",
        arguments: [
            ("FR-AM.csv", "2026-04-03", "2026-04-07"), ("FR-alsace.csv", "2026-04-03", "2026-04-07"),
            ("FR-67-alsace.csv", "2026-04-03", "2026-04-07"), ("FR-57-moselle.csv", "2026-04-03", "2026-04-07"),
            ("FR-alsace-moselle.csv", "2026-04-03", "2026-04-07"), ("FR-métropole.csv", "2026-04-03", "2026-04-03"),
            ("FR-RE.csv", "2027-12-20", "2027-12-21"), ("FR-la-reunion.csv", "2027-12-20", "2027-12-21"),
            ("FR-974-réunion.csv", "2027-12-20", "2027-12-21"), ("FR-metropole.csv", "2027-12-20", "2027-12-20"),
        ])
    func names(file: String, day: String, last: String) throws {
        let eve = try #require(CivilDate(iso: day)).adding(days: -1)
        let given = try ask(
            #"{"id":7,"method":"fr-ccag","start":"\#(eve)","duration":{"n":1,"unit":"days"},"holidays_file":"\#(file)"}"#
        )
        #expect(given["last_day"] as? String == last, "\(given)")
    }

    @Test("a period in hours ends at a time")
    func hours() throws {
        let given = try ask(
            #"{"id":"h","method":"eu-1182","start":"2026-03-05T10:20","duration":{"n":72,"unit":"hours"},"#
                + #""holidays":[]}"#
        )
        #expect(given["end"] as? String == "2026-03-08T11:00")
        #expect(given["last_day"] == nil)
        #expect((given["why"] as? [String])?.count == 3)
    }

    @Test(
        "hours count on the clocks that the case names", .enabled(if: Zones.arePresent, "no zone files"),
        arguments: [
            (#""tz":"Europe/Paris""#, "2021-03-29T14:00"), (#""zone":"Europe/Paris""#, "2021-03-29T14:00"),
            (#""tz":"floating""#, "2021-03-29T13:00"), (#""tz":"UTC""#, "2021-03-29T13:00"),
        ])
    func zones(named: String, end: String) throws {
        let given = try ask(
            #"{"method":"eu-1182","start":"2021-03-27T12:20","duration":{"n":48,"unit":"hours"},"holidays":[],\#(named)}"#
        )
        #expect(given["end"] as? String == end, "\(given)")
    }

    @Test(
        "what cannot be computed says why",
        arguments: [
            (#""duration":{"n":1,"unit":"days"}"#, "the line names no working days"),
            (
                #""duration":{"n":1,"unit":"days"},"jurisdiction":"DE""#,
                "no calendar is known for 'DE', only for ES, FR"
            ),
            (
                #""duration":{"n":1,"unit":"days"},"holidays_file":"FR-971-guadeloupe.csv""#,
                "no calendar is known for 'FR-971-guadeloupe.csv' of 'holidays_file': name one with 'calendar'; there are "
                    + "alsace-moselle, france, mayotte"
            ),
            (
                #""duration":{"n":1,"unit":"days"},"holidays_file":"lists/FR-guadeloupe.csv""#,
                "no calendar is known for 'lists/FR-guadeloupe.csv'"
            ),
            (#""duration":{"n":1,"unit":"days"},"holidays_file":"FR-976-alsace.csv""#, "no calendar is known for"),
            (#""duration":{"n":1,"unit":"days"},"holidays_file":"MA-metropole.csv""#, "no calendar is known for"),
            (#""duration":{"n":1,"unit":"days"},"holidays_file":"""#, "no calendar is known for ''"),
            (
                #""duration":{"n":1,"unit":"days"},"holidays":[],"tz":"Mars/Olympus""#,
                "there is no time zone 'Mars/Olympus'"
            ),
            (#""duration":{"n":1,"unit":"days"},"calendar":"narnia""#, "there is no calendar 'narnia'"),
            (#""duration":{"unit":"days"},"holidays":[]"#, "'duration' has no 'n'"),
            (#""holidays":[]"#, "the line has no 'duration'"),
            (#""duration":{"n":1.5,"unit":"days"},"holidays":[]"#, "'n' of 'duration' is not a whole number"),
            (#""duration":{"n":-1,"unit":"days"},"holidays":[]"#, "whole number"),
            (
                #""duration":{"n":1,"unit":"days"},"holidays":["2021-02-30"]"#,
                "'2021-02-30' of 'holidays' is not a date"
            ),
        ])
    func refused(rest: String, reason: String) throws {
        let given = try ask(#"{"id":"x","method":"eu-1182","start":"2026-03-05",\#(rest)}"#)
        #expect((given["error"] as? String)?.contains(reason) == true, "\(given)")
    }
}

@Suite("Recurrences as lines")
struct RecurrenceCaseTests {
    private func ask(_ line: String) throws -> [String: Any] {
        try object(
            answer(line: Array(line.utf8)) { plain throws(CalculationError) in try recurrenceCase(plain, zones: zone) })
    }

    @Test("a date is left out in its own zone", .enabled(if: Zones.arePresent, "no zone files"))
    func zones() throws {
        let given = try ask(
            #"{"id":1,"rrule":"FREQ=DAILY;COUNT=3","dtstart":"20200105T100000","tz":"UTC","#
                + #""lines":["EXDATE;TZID=Europe/Paris:20200106T110000"],"count":9}"#)
        #expect(given["starts"] as? [String] == ["20200105T100000", "20200107T100000"])
    }

    @Test("starts have the form of the first, and dates can be left out and added")
    func forms() throws {
        let days = try ask(
            #"{"id":1,"rrule":"FREQ=DAILY","dtstart":"20210924","lines":["EXDATE:20210925"],"count":2}"#)
        #expect(days["starts"] as? [String] == ["20210924", "20210926"])
        #expect(days["complete"] as? Bool == false)
        let times = try ask(
            #"{"id":1,"rrule":"FREQ=DAILY;COUNT=2","dtstart":"20210924T090000","tz":"UTC","#
                + #""lines":["RDATE:20211001T120000Z"],"count":9}"#
        )
        #expect(times["starts"] as? [String] == ["20210924T090000", "20210925T090000", "20211001T120000"])
        #expect(times["complete"] as? Bool == true)
        let none = try ask(#"{"rrule":"FREQ=DAILY","dtstart":"20210924","count":0}"#)
        #expect(none["starts"] as? [String] == [])
        #expect(none["complete"] as? Bool == false)
        #expect(none["id"] == nil)
        let later = try ask(#"{"rrule":"FREQ=YEARLY","dtstart":"20010924","from":"20200101","count":1}"#)
        #expect(later["starts"] as? [String] == ["20200924"])
    }

    @Test(
        "what cannot be computed says why",
        arguments: [
            (#"{"rrule":"FREQ=DALY","dtstart":"20210924","count":1}"#, "column 6: 'DALY' is not one of"),
            (#"{"rrule":"FREQ=DAILY","dtstart":"2021-09-24","count":1}"#, "'2021-09-24' is not a date as 19970902"),
            (#"{"rrule":"FREQ=DAILY","dtstart":"20210924","count":100001}"#, "ask for 0 to 100000 occurrences"),
            (#"{"rrule":"FREQ=DAILY","dtstart":"20210924"}"#, "the line has no 'count'"),
            (
                #"{"rrule":"FREQ=DAILY","dtstart":"20210924T090000","tz":"Mars/Olympus","count":1}"#,
                "there is no time zone 'Mars/Olympus'"
            ),
            (#"{"rrule":"FREQ=DAILY","dtstart":"20210924","lines":["EXDATE"],"count":1}"#, "'EXDATE' is not a line"),
            (
                #"{"rrule":"FREQ=SECONDLY","dtstart":"20010924T000000","from":"20200101T000000","count":1}"#,
                "more than 100000 occurrences before"
            ),
            (
                #"{"rrule":"FREQ=DAILY","dtstart":"20210924","lines":"EXDATE:20210924","count":1}"#,
                "'lines' of the line is not a list"
            ),
        ])
    func refused(line: String, reason: String) throws {
        let given = try ask(line)
        #expect((given["error"] as? String)?.contains(reason) == true, "\(given)")
    }
}
