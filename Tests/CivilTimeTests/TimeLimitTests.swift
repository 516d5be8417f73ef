import CivilTime
import SeededRandom
import Testing

struct TimeLimitTests {
    @Test(
        "delays after an event end as the rules' worked examples say",
        arguments: [
            ("2 months", "2021-12-31", "2022-02-28", "2022-02-28"),
            ("2 months", "2022-01-31", "2022-03-31", "2022-03-31"),
            ("60 days", "2021-09-15", "2021-11-14", "2021-11-15"),
            ("30 days", "2022-05-02", "2022-06-01", "2022-06-01"),
            ("11 days", "2022-05-02", "2022-05-13", "2022-05-13"),
            ("11 clear days", "2022-05-02", "2022-05-14", "2022-05-16"),
            ("8 days", "2026-04-23", "2026-05-01", "2026-05-04"),
            ("3 working days", "2026-04-30", "2026-05-06", "2026-05-06"),
            ("3 workable days", "2026-04-30", "2026-05-05", "2026-05-05"),
            ("1 week", "2026-05-18", "2026-05-25", "2026-05-26"),
            ("1 year", "2024-02-29", "2025-02-28", "2025-02-28"), ("0 days", "2026-04-03", "2026-04-03", "2026-04-03"),
            ("25 hours", "2026-04-07", "2026-04-09", "2026-04-09"),
        ])
    func after(period: String, anchor: String, nominal: String, date: String) throws {
        let found = try limit(
            Period(parsing: period), after: day(anchor), calendar: Places.france, roll: .nextWorkingDay)
        #expect(found.nominal.description == nominal)
        #expect(found.date.description == date)
        #expect(!found.provisional)
    }

    @Test(
        "limits before an event",
        arguments: [
            ("5 clear days", "2022-06-14", "2022-06-08"), ("3 months", "2022-07-01", "2022-04-01"),
            ("1 month", "2022-03-31", "2022-02-28"), ("6 days", "2021-09-24", "2021-09-17"),
            ("2 working days", "2026-05-04", "2026-04-29"), ("1 week", "2026-05-18", "2026-05-11"),
        ])
    func before(period: String, anchor: String, date: String) throws {
        let found = try limit(
            Period(parsing: period), before: day(anchor), calendar: Places.france, roll: .previousWorkingDay)
        #expect(found.date.description == date)
    }

    @Test("notice of a renewal is the eve of the day three months before the next period")
    func renewalNotice() throws {
        let next = try day("2022-07-01")
        let notice = limit(Period(3, .months), before: next, calendar: Places.france).date.adding(days: -1)
        #expect(notice.description == "2022-03-31")
    }

    @Test(
        "durations count their first day",
        arguments: [
            ("30 months", "2016-09-01", "2019-02-28"), ("36 months", "2016-09-01", "2019-08-31"),
            ("3 years", "2018-04-16", "2021-04-15"), ("1 month", "2026-01-31", "2026-02-28"),
            ("1 day", "2026-01-31", "2026-01-31"),
            ("2 weeks", "2026-01-01", "2026-01-14"), ("2 working days", "2026-04-03", "2026-04-07"),
            ("12 months", "2021-07-01", "2022-06-30"), ("12 months", "2024-02-29", "2025-02-28"),
            ("0 months", "2026-01-31", "2026-01-30"),
        ])
    func durations(period: String, first: String, last: String) throws {
        #expect(
            try duration(Period(parsing: period), from: day(first), calendar: Places.france).date.description == last)
    }

    @Test("the chained phases of the Tangier contract end on the days of its table")
    func chain() throws {
        var due = try day("2021-09-15")
        let found = [30, 30, 30, 7].map { days in
            due = limit(Period(days, .days), after: due, calendar: Places.morocco).nominal
            return due.description
        }
        #expect(found == ["2021-10-15", "2021-11-14", "2021-12-14", "2021-12-21"])
    }

    @Test("a derivation tells each step in both languages")
    func words() throws {
        let found = limit(
            Period(60, .days), after: try day("2021-09-15"), calendar: Places.france, roll: .nextWorkingDay)
        #expect(
            found.steps.map { $0.words(in: .english) } == [
                "the event is on Wednesday 15 September 2021; that day is not counted",
                "counting 60 days leads to Sunday 14 November 2021",
                "Sunday 14 November 2021 (weekend) is not worked, so the next working day is taken: Monday 15 November 2021",
            ])
        #expect(
            found.steps.map { $0.words(in: .french) } == [
                "l'événement est du mercredi 15 septembre 2021 ; ce jour ne compte pas",
                "60 jours après : dimanche 14 novembre 2021",
                "dimanche 14 novembre 2021 (fin de semaine) non ouvré, reporté au premier jour ouvré suivant : "
                    + "lundi 15 novembre 2021",
            ])
    }

    @Test(
        "a derivation tells skipped days and short months",
        arguments: [
            ("3 working days", "2026-04-30", "vendredi 1er mai 2026 non compté : Fête du Travail"),
            ("3 working days", "2026-04-30", "2 jours de fin de semaine non comptés"),
            (
                "2 months", "2021-12-31",
                "ce mois n'a pas de quantième 31 ; son dernier jour est retenu : lundi 28 février 2022"
            ),
            (
                "5 clear days", "2022-06-08",
                "5 jours francs après, ni le premier ni le dernier jour ne comptant : mardi 14 juin 2022"
            ),
            (
                "8 days", "2026-04-23",
                "vendredi 1er mai 2026 (Fête du Travail), samedi 2 mai 2026 (fin de semaine) et "
                    + "dimanche 3 mai 2026 (fin de semaine) non ouvrés, reporté au premier jour ouvré suivant : lundi 4 mai 2026"
            ),
        ])
    func skipped(period: String, anchor: String, step: String) throws {
        let found = try limit(
            Period(parsing: period), after: day(anchor), calendar: Places.france, roll: .nextWorkingDay)
        #expect(
            found.steps.map { $0.words(in: .french) }.contains(step), "\(found.steps.map { $0.words(in: .french) })")
    }

    @Test("a limit at or beside an estimated holiday is provisional, and certain once it is proclaimed")
    func provisional() throws {
        // Aïd al-Adha 1445: estimated 16 June 2024, proclaimed for 17 June.
        let calendar = Places.morocco
        let rolled = limit(Period(10, .days), after: try day("2024-06-07"), calendar: calendar, roll: .nextWorkingDay)
        #expect(rolled.provisional)
        #expect(rolled.date.description == "2024-06-18")
        #expect(
            rolled.steps.last?.words(in: .english)
                == "provisional: the date of Aïd al-Adha, Sunday 16 June 2024, is an estimate")
        let beside = limit(Period(11, .days), after: try day("2024-06-07"), calendar: calendar, roll: .nextWorkingDay)
        #expect(beside.provisional && beside.date == beside.nominal)
        let away = limit(Period(13, .days), after: try day("2024-06-07"), calendar: calendar, roll: .nextWorkingDay)
        #expect(!away.provisional)
        #expect(limit(Period(20, .workingDays), after: try day("2024-06-03"), calendar: calendar).provisional)
        #expect(!limit(Period(20, .days), after: try day("2024-06-03"), calendar: calendar).provisional)

        let announced = HijriProclamation(month: 12, day: 10, date: try day("2024-06-17"), source: "communiqué")
        let settled = BusinessCalendar(name: "morocco", rules: Places.moroccanRules, proclamations: [announced])
        let certain = limit(Period(10, .days), after: try day("2024-06-07"), calendar: settled, roll: .nextWorkingDay)
        #expect(!certain.provisional)
        #expect(certain.date.description == "2024-06-19")
    }

    @Test("hours elapse whatever clocks do; days end with the local day", .enabled(if: Zones.arePresent, "no zones"))
    func instants() throws {
        let paris = try zone("Europe/Paris")
        let anchor = try instant("2021-03-27T12:00:00Z")
        let hours = limit(Period(36, .hours), after: anchor, in: paris, calendar: Places.france)
        #expect(hours.instant.rfc3339 == "2021-03-29T00:00:00Z")
        #expect(hours.steps.last?.words(in: .french) == "36 heures après : lundi 29 mars 2021 à 2 h")
        let days = limit(Period(1, .days), after: anchor, in: paris, calendar: Places.france, roll: .nextWorkingDay)
        #expect(days.instant.rfc3339 == "2021-03-29T22:00:00Z")
        let before = limit(Period(90, .minutes), before: anchor, in: paris, calendar: Places.france)
        #expect(before.instant.rfc3339 == "2021-03-27T10:30:00Z")
        let eve = limit(Period(1, .days), before: anchor, in: paris, calendar: Places.france)
        #expect(eve.instant.rfc3339 == "2021-03-26T23:00:00Z")
    }

    @Test("laws of limits, by seed", arguments: [1, 2, 3] as [UInt64])
    func laws(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let calendars = [Places.france, Places.morocco, Places.mayotte, .everyDay]
        let rolls: [Roll] = [.none, .nextWorkingDay]
        for _ in 0..<1500 {
            let calendar = try #require(calendars.randomElement(using: &random))
            let unit = try #require(PeriodUnit.allCases.randomElement(using: &random))
            let roll = try #require(rolls.randomElement(using: &random))
            let count = Int.random(in: 0...90, using: &random)
            let anchor = CivilDate(dayNumber: .random(in: 10_000...25_000, using: &random))
            let note = Comment("seed \(seed): \(count) \(unit) after \(anchor), \(calendar.name), \(roll)")

            let one = limit(Period(count, unit), after: anchor, calendar: calendar, roll: roll)
            let more = limit(Period(count + 1, unit), after: anchor, calendar: calendar, roll: roll)
            #expect(one.date >= anchor && one.date >= one.nominal, note)
            #expect(more.date >= one.date, note)
            #expect(roll == .none || calendar.isWorkingDay(one.date), note)
            #expect(calendar.nextWorkingDay(onOrAfter: one.date) == one.date || roll == .none, note)
            let back = limit(Period(count, unit), before: anchor, calendar: calendar, roll: .previousWorkingDay)
            #expect(back.date <= anchor && calendar.isWorkingDay(back.date), note)

            let start = calendar.nextWorkingDay(onOrAfter: anchor)
            let forth = limit(Period(count, .workingDays), after: start, calendar: calendar)
            #expect(limit(Period(count, .workingDays), before: forth.date, calendar: calendar).date == start, note)
            #expect(limit(Period(count, .workingDays), after: start, calendar: calendar) == forth, note)
        }
    }

    @Test("limits stop at the end of time", arguments: PeriodUnit.allCases)
    func endOfTime(unit: PeriodUnit) {
        #expect(
            limit(Period(200, unit), after: .latest, calendar: Places.france, roll: .nextWorkingDay).date == .latest)
        #expect(limit(Period(200, unit), before: .earliest, calendar: Places.france).date == .earliest)
    }
}
