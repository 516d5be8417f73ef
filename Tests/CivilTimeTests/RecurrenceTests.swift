import CivilTime
import SeededRandom
import Testing

struct RecurrenceTests {
    struct Case: Decodable {
        var id: String
        var rrule: String
        var dtstart: String
        var tz: String
        var lines: [String]?
        /// Occurrences before this are not listed.
        var from: String?
        var expected: [String]
        var expected_utc: [String]?
        var complete: Bool
    }

    static func start(_ text: String, _ identifier: String) throws -> Recurrence.Start {
        if let date = CivilDate(basic: text) { return .date(date) }
        let local = try #require(CivilDateTime(basic: text))
        return identifier == "floating" ? .floating(local) : .zoned(local, try zone(identifier))
    }

    static func occurrences(
        _ rule: String, _ dtstart: String, _ identifier: String = "floating", lines: [String] = [], limit: Int = 100
    ) throws -> [String] {
        let recurrence = try Recurrence(rrule: rule, from: start(dtstart, identifier), lines: lines) { try? zone($0) }
        return recurrence.prefix(limit).map { dtstart.utf8.count == 8 ? $0.local.date.basic : $0.local.basic }
    }

    @Test(
        "the sample rules occur when they should",
        .enabled(if: Conformance.isPresent && Zones.arePresent, "no sample vectors or no zone files"),
        arguments: ["dateutil", "generated", "php-rrule", "rust-rrule", "sabre-vobject"])
    func samples(file: String) throws {
        let cases = try Conformance.cases("recurrences/\(file).jsonl", as: Case.self)
        #expect(!cases.isEmpty)
        for sample in cases where !isOutdated(sample.expected, in: sample.tz) {
            let recurrence = try Recurrence(
                rrule: sample.rrule, from: Self.start(sample.dtstart, sample.tz), lines: sample.lines ?? [])
            let limit = sample.expected.count + (sample.complete ? 1 : 0)
            let found = Array(recurrence.lazy.filter { $0.local.basic >= sample.from ?? "" }.prefix(limit))
            let printed = found.map { sample.dtstart.utf8.count == 8 ? $0.local.date.basic : $0.local.basic }
            #expect(printed == sample.expected, "\(sample.id) \(sample.rrule) from \(sample.dtstart) \(sample.tz)")
            if let utc = sample.expected_utc {
                let instants = found.compactMap(\.instant).map { TimeZoneRules.utc.civil(at: $0).basic + "Z" }
                #expect(instants == utc, "\(sample.id)")
            }
        }
    }

    @Test(
        "the examples of RFC 5545 that need care",
        arguments: [
            ("FREQ=YEARLY;BYDAY=20MO;COUNT=3", "19970519T090000", ["19970519", "19980518", "19990517"]),
            ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "19970512T090000", ["19970512", "19980511", "19990517"]),
            (
                "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5", "19970902T090000",
                ["19980213", "19980313", "19981113", "19990813", "20001013"]
            ),
            (
                "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "19961105T090000",
                ["19961105", "20001107", "20041102"]
            ),
            (
                "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904T090000",
                ["19970904", "19971007", "19971106"]
            ),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000",
                ["19970805", "19970810", "19970819", "19970824"]
            ),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000",
                ["19970805", "19970817", "19970819", "19970831"]
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "20070115T090000",
                ["20070115", "20070130", "20070215", "20070315", "20070330"]
            ),
            ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR;COUNT=3", "20000101T090000", ["20041231", "20100101", "20160101"]),
        ])
    func standardExamples(rule: String, start: String, dates: [String]) throws {
        #expect(try Self.occurrences(rule, start).map { String($0.prefix(8)) } == dates)
    }

    @Test("every twenty minutes from 9:00 to 16:40 each day, two ways, is the same")
    func sameTwoWays() throws {
        let daily = "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40"
        let minutely = "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16"
        #expect(
            try Self.occurrences(daily, "19970902T090000", limit: 500)
                == Self.occurrences(minutely, "19970902T090000", limit: 500))
    }

    @Test(
        "a rule that never occurs, or never again, ends",
        arguments: [
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 0), ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 0),
            ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", 0), ("FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30", 0),
            ("FREQ=SECONDLY;INTERVAL=60;BYSECOND=5", 0), ("FREQ=HOURLY;INTERVAL=24;BYHOUR=3", 0),
            ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", 0), ("FREQ=YEARLY;INTERVAL=2147483647", 1),
            ("FREQ=SECONDLY;INTERVAL=2147483647;COUNT=3", 3), ("FREQ=DAILY;BYDAY=MO;BYSETPOS=2", 0),
            ("FREQ=YEARLY;BYYEARDAY=366;INTERVAL=4", 0), ("FREQ=HOURLY;BYYEARDAY=366;BYMONTH=1", 0),
        ])
    func ends(rule: String, count: Int) throws {
        #expect(try Self.occurrences(rule, "19970902T090000").count == count)
    }

    @Test(
        "time that clocks skip moves and does not repeat; time that they repeat occurs once",
        .enabled(if: Zones.arePresent, "no zone files"))
    func changesOfClocks() throws {
        let quarters = try Self.occurrences("FREQ=MINUTELY;INTERVAL=15;COUNT=9", "20210328T013000", "Europe/Paris")
        #expect(
            quarters.map { $0.suffix(6).prefix(4) } == [
                "0130", "0145", "0300", "0315", "0330", "0345", "0400", "0415", "0430",
            ])
        let uneven = try Self.occurrences("FREQ=MINUTELY;INTERVAL=25;COUNT=9", "20210328T014500", "Europe/Paris")
        #expect(
            uneven.map { $0.suffix(6).prefix(4) } == [
                "0145", "0300", "0310", "0325", "0335", "0350", "0415", "0440", "0505",
            ])
        let repeated = try Self.occurrences("FREQ=HOURLY;COUNT=4", "20211031T013000", "Europe/Paris")
        #expect(repeated.map { $0.suffix(6).prefix(4) } == ["0130", "0230", "0330", "0430"])
    }

    @Test("dates are added and taken out", .enabled(if: Zones.arePresent, "no zone files"))
    func lines() throws {
        let lines = [
            "EXDATE;TZID=Europe/Paris:20210308T090000,20210315T090000", "EXDATE:20210322T080000Z",
            "RDATE:20210302T090000", "RDATE;VALUE=PERIOD:20210303T080000Z/PT1H", "EXDATE;VALUE=DATE:20210405",
            "RDATE:20210301T090000",
        ]
        let found = try Self.occurrences("FREQ=WEEKLY;COUNT=7", "20210301T090000", "Europe/Paris", lines: lines)
        #expect(found.map { String($0.prefix(8)) } == ["20210301", "20210302", "20210303", "20210329", "20210412"])
        let days = try Self.occurrences(
            "FREQ=DAILY;COUNT=3", "20210301", lines: ["EXDATE;VALUE=DATE:20210302", "RDATE;VALUE=DATE:20210401"])
        #expect(days == ["20210301", "20210303", "20210401"])
    }

    @Test(
        "dates that are added and taken out may be of another zone than the start",
        .enabled(if: Zones.arePresent, "no zone files"))
    func linesOfOtherZones() throws {
        let lines = [
            "EXDATE;TZID=Europe/Paris:20200106T110000",
            "RDATE;VALUE=DATE-TIME;TZID=\"America/New_York\":20200110T200000",
            "rdate;tzid=utc:20200109T070000",
        ]
        let found = try Self.occurrences("FREQ=DAILY;COUNT=3", "20200105T100000", "UTC", lines: lines)
        #expect(
            found == ["20200105T100000", "20200107T100000", "20200109T070000", "20200111T010000"])
        let tokyo = try Self.occurrences(
            "FREQ=DAILY;COUNT=2", "20200105T100000", "Asia/Tokyo", lines: ["EXDATE;TZID=UTC:20200106T010000"])
        #expect(tokyo == ["20200105T100000"])
        let error = try #require(throws: RecurrenceError.self) {
            _ = try Self.occurrences(
                "FREQ=DAILY", "20200105T100000", "UTC",
                lines: ["EXDATE;VALUE=DATE-TIME;TZID=Mars/Olympus:20200106T010000"])
        }
        #expect(error.column == 24)
        #expect(error.message.hasPrefix("there is no time zone 'Mars/Olympus'"))
    }

    @Test("UNTIL is included, as a day, a local time or an instant", .enabled(if: Zones.arePresent, "no zone files"))
    func until() throws {
        let start = "20210301T233000"
        for until in ["20210303", "20210303T233000", "20210303T223000Z"] {
            #expect(try Self.occurrences("FREQ=DAILY;UNTIL=\(until)", start, "Europe/Paris").count == 3, "\(until)")
        }
        #expect(try Self.occurrences("FREQ=DAILY;UNTIL=20210303T222959Z", start, "Europe/Paris").count == 2)
        #expect(try Self.occurrences("FREQ=DAILY;UNTIL=20200303", "20210301").isEmpty)
    }

    @Test(
        "mistakes are placed and explained",
        arguments: [
            ("", 1, "'' is not a part as FREQ=DAILY"), ("INTERVAL=2", 1, "FREQ is missing"),
            ("FREQ=FORTNIGHTLY", 6, "is not one of SECONDLY"), ("FREQ=DAILY;", 12, "is not a part"),
            ("FREQ=DAILY;COUNT=0", 18, "'0' is not a number from 1 to"),
            ("FREQ=DAILY;COUNT=1;COUNT=2", 20, "given twice"),
            ("FREQ=DAILY;BYFOO=1", 12, "'BYFOO' is not a part; there are FREQ"),
            ("FREQ=DAILY;UNTIL=2021-01-01", 18, "not a date as 20211231"),
            ("FREQ=DAILY;COUNT=1;UNTIL=20210101", 12, "exclude each other"),
            ("FREQ=MONTHLY;BYMONTHDAY=1,32", 27, "'32' is not a number from 1 to 31"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", 25, "'0' is not"), ("FREQ=YEARLY;BYDAY=54MO", 19, "'54' is not a number"),
            ("FREQ=YEARLY;BYDAY=XX", 19, "'XX' is not one of MO"), ("FREQ=WEEKLY;BYDAY=1MO", 13, "numbered weekday"),
            ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", 24, "BYWEEKNO"), ("FREQ=DAILY;BYWEEKNO=1", 12, "YEARLY only"),
            ("FREQ=WEEKLY;BYMONTHDAY=1", 13, "cannot go with"), ("FREQ=MONTHLY;BYYEARDAY=1", 14, "cannot go with"),
            ("FREQ=DAILY;BYSETPOS=1", 12, "needs another BY part"), ("FREQ=DAILY;WKST=1MO", 17, "without number"),
            ("FREQ=DAILY;BYHOUR=24", 19, "0 to 23"), ("FREQ=DAILY;BYHOUR=-1", 19, "0 to 23"),
            ("FREQ", 1, "is not a part"),
            ("FREQ=DAILY;INTERVAL=99999999999", 21, "is not a number"), ("FREQ=DAILY;BYDAY=É", 18, "is not one of"),
        ])
    func mistakes(rule: String, column: Int, reason: String) throws {
        let error = try #require(throws: RecurrenceError.self) { _ = try RecurrenceRule(parsing: rule) }
        #expect(error.column == column, "\(error)")
        #expect(error.message.contains(reason), "\(error)")
    }

    @Test(
        "mistakes in lines are placed and explained",
        arguments: [
            ("EXDATE", 1, "is not a line"), ("EXRULE:FREQ=DAILY", 1, "neither RDATE nor EXDATE"),
            ("EXDATE:20210301T090000,2021", 24, "'2021' is not a date"),
            ("EXDATE;TZID=Europe/Paris:20210301T090000", 8, "the start has no zone"),
        ])
    func lineMistakes(line: String, column: Int, reason: String) throws {
        let error = try #require(throws: RecurrenceError.self) {
            _ = try Self.occurrences("FREQ=DAILY", "20210301T090000", lines: [line])
        }
        #expect(error.column == column, "\(error)")
        #expect(error.message.contains(reason), "\(error)")
    }

    @Test("hours cannot be counted from a date without time")
    func hoursOfDates() {
        #expect(throws: RecurrenceError.self) { try Self.occurrences("FREQ=HOURLY", "20210301") }
    }

    @Test("a rule reads with its name before it and in small letters")
    func leniency() throws {
        #expect(
            try RecurrenceRule(parsing: "rrule:freq=monthly;byday=-1fr")
                == RecurrenceRule(parsing: "FREQ=MONTHLY;BYDAY=-1FR"))
    }

    @Test(
        "every occurrence is later than the one before and satisfies the rule, by seed",
        arguments: [1, 2, 3] as [UInt64])
    func laws(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            var rule = RecurrenceRule(try #require(RecurrenceRule.Frequency.allCases.randomElement(using: &random)))
            rule.interval = .random(in: 1...4, using: &random)
            if Bool.random(using: &random) { rule.byMonth = [1, 4, 7, 10].filter { _ in Bool.random(using: &random) } }
            if rule.frequency != .weekly, Bool.random(using: &random) { rule.byMonthDay = [1, 15, -1] }
            if Bool.random(using: &random) { rule.byDay = [.init(nil, .monday), .init(nil, .friday)] }
            if Bool.random(using: &random) { rule.byHour = [9, 14] }
            if Bool.random(using: &random) { rule.byMinute = [0, 30] }
            let start = CivilDateTime(secondsSinceEpoch: .random(in: -2_000_000_000...2_000_000_000, using: &random))
            var last: CivilDateTime?
            for occurrence in try Recurrence(rule, from: .floating(start)).prefix(30) {
                let local = occurrence.local
                let (year, month, day) = local.date.fields
                let note = Comment("seed \(seed): \(rule) from \(start) gives \(local)")
                #expect(local >= start && local > last ?? CivilDateTime(secondsSinceEpoch: .min), note)
                #expect(rule.byMonth.isEmpty || rule.byMonth.contains(month), note)
                let length = CivilDate.daysInMonth(year: year, month: month)
                #expect(rule.byMonthDay.isEmpty || rule.byMonthDay.contains(day) || day == length, note)
                #expect(rule.byDay.isEmpty || rule.byDay.contains { $0.weekday == local.date.weekday }, note)
                #expect(rule.byHour.isEmpty || rule.byHour.contains(local.time.hour), note)
                #expect(rule.byMinute.isEmpty || rule.byMinute.contains(local.time.minute), note)
                last = local
            }
        }
    }

    @Test("any text is a rule or a mistake, and never a crash, by seed", arguments: [1, 2] as [UInt64])
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "FREQ=", "DAILY", "YEARLY", ";", "=", ",", "BYDAY=", "-1", "FR", "COUNT=", "9", "UNTIL=", "2021",
            "BYSETPOS=", "é", "INTERVAL=", "0", "MO", "RRULE:", "WKST=",
        ]
        let start = Recurrence.Start.floating(try clock("2021-03-01T09:00"))
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            guard let recurrence = try? Recurrence(rrule: text, from: start) else { continue }
            for _ in recurrence.prefix(3) {}
        }
    }
}
