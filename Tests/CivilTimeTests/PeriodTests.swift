import CivilTime
import SeededRandom
import Testing

struct PeriodTests {
    @Test(
        "words and ISO 8601 are read",
        arguments: [
            ("30 days", 30, .days), ("1 day", 1, .days), ("5 clear days", 5, .clearDays),
            ("2 working days", 2, .workingDays),
            ("3 workable days", 3, .workableDays), ("1 week", 1, .weeks), ("2 months", 2, .months),
            ("1 year", 1, .years),
            ("36 hours", 36, .hours), ("90 minutes", 90, .minutes), ("0 days", 0, .days), ("10 seconds", 10, .seconds),
            ("P30D", 30, .days), ("P2M", 2, .months), ("P1W", 1, .weeks), ("PT36H", 36, .hours), ("P1Y", 1, .years),
            ("P1Y6M", 18, .months), ("P1W2D", 9, .days), ("PT1H30M", 90, .minutes), ("PT1H0M", 1, .hours),
            ("PT1M1S", 61, .seconds), ("P0D", 0, .days), ("P1YT0H", 1, .years),
        ] as [(String, Int, PeriodUnit)])
    func reading(text: String, count: Int, unit: PeriodUnit) throws {
        #expect(try Period(parsing: text) == Period(count, unit))
    }

    @Test(
        "other text is refused with what is allowed",
        arguments: [
            ("", "write a number and a unit"), ("days", "write a number and a unit"), ("-1 days", "whole number"),
            ("1.5 days", "whole number"), ("x days", "whole number"), ("3 fortnights", "'fortnights' is not a unit"),
            ("3  days", "' days' is not a unit"), ("300 years", "longer than 200 years"),
            ("99999999999999999999 days", "whole number"), ("P", "not an ISO 8601 period"), ("PT", "not an ISO 8601"),
            ("P1DT", "not an ISO 8601"), ("P1M1Y", "in the order"), ("P1H", "in the order"), ("P1.5D", "whole numbers"),
            ("P1M2D", "mixes months and days"), ("P1DT12H", "mixes days and hours"),
            ("P200Y1M", "longer than 200 years"),
            ("P-1D", "whole numbers"), ("P1D1D", "in the order"),
        ])
    func refused(text: String, reason: String) throws {
        let error = try #require(throws: PeriodError.self) { _ = try Period(parsing: text) }
        #expect(error.message.contains(reason), "\(error.message)")
    }

    @Test("a period reads back from its English words, by seed", arguments: [1, 2] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let unit = try #require(PeriodUnit.allCases.randomElement(using: &random))
            let period = Period(.random(in: 0...200, using: &random), unit)
            #expect(try Period(parsing: period.description) == period, "seed \(seed)")
        }
    }

    @Test(
        "periods are told in French and English",
        arguments: [
            (Period(1, .days), "1 day", "1 jour"), (Period(0, .days), "0 days", "0 jour"),
            (Period(5, .clearDays), "5 clear days", "5 jours francs"),
            (Period(1, .workingDays), "1 working day", "1 jour ouvré"),
            (Period(2, .workableDays), "2 workable days", "2 jours ouvrables"),
            (Period(2, .months), "2 months", "2 mois"),
            (Period(2, .years), "2 years", "2 ans"), (Period(3, .weeks), "3 weeks", "3 semaines"),
            (Period(36, .hours), "36 hours", "36 heures"), (Period(1, .minutes), "1 minute", "1 minute"),
        ])
    func words(period: Period, english: String, french: String) {
        #expect(period.words(in: .english) == english)
        #expect(period.words(in: .french) == french)
    }

    @Test(
        "dates and times are told in French and English",
        arguments: [
            ("2021-09-24T16:30", "Friday 24 September 2021 at 16:30", "vendredi 24 septembre 2021 à 16 h 30"),
            ("2021-11-14T16:00", "Sunday 14 November 2021 at 16:00", "dimanche 14 novembre 2021 à 16 h"),
            ("2021-12-01T00:05", "Wednesday 1 December 2021 at 00:05", "mercredi 1er décembre 2021 à 0 h 05"),
            ("2022-02-28T23:59:59", "Monday 28 February 2022 at 23:59:59", "lundi 28 février 2022 à 23 h 59 min 59 s"),
        ])
    func dates(time: String, english: String, french: String) throws {
        #expect(try clock(time).words(in: .english) == english)
        #expect(try clock(time).words(in: .french) == french)
    }

    @Test(
        "distances are told in French and English",
        arguments: [
            (0, "today", "aujourd'hui"), (1, "tomorrow", "demain"), (-1, "yesterday", "hier"),
            (7, "in 7 days", "dans 7 jours"),
            (-3, "3 days ago", "il y a 3 jours"),
        ])
    func distances(days: Int, english: String, french: String) throws {
        let today = try day("2021-09-17")
        #expect(today.adding(days: days).distanceWords(from: today, in: .english) == english)
        #expect(today.adding(days: days).distanceWords(from: today, in: .french) == french)
    }
}
