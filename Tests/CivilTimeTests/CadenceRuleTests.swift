import CivilTime
import SeededRandom
import Testing

@Suite("obligations that come back")
struct CadenceRuleTests {
    private func rule(_ text: String, _ basis: CadenceRule.Basis = .contract) throws -> CadenceRule {
        try CadenceRule(parsing: text, basis: basis)
    }

    /// All stretches of a whole, with what each requires.
    private func periods(_ rule: CadenceRule, _ first: String, _ last: String?) throws -> [String] {
        let (first, last) = (try day(first), try last.map { try day($0) })
        var found: [String] = []
        var start = first
        while found.count < 12, let period = rule.period(at: start, from: first, until: last) {
            found.append("\(period.days.lowerBound)..\(period.days.upperBound) \(period.required)")
            start = period.days.upperBound.adding(days: 1)
        }
        return found
    }

    @Test("two a year over 30 months of the contract: the last half-year requires one")
    func contractYears() throws {
        #expect(
            try periods(rule("at least 2 per year"), "2016-09-01", "2019-02-28") == [
                "2016-09-01..2017-08-31 2", "2017-09-01..2018-08-31 2", "2018-09-01..2019-02-28 1",
            ])
    }

    @Test("in calendar years both ends are cut, and each share is rounded half up")
    func calendarYears() throws {
        #expect(
            try periods(rule("2 per year", .calendar), "2016-09-01", "2019-02-28") == [
                "2016-09-01..2016-12-31 1", "2017-01-01..2017-12-31 2", "2018-01-01..2018-12-31 2",
                "2019-01-01..2019-02-28 0",
            ])
    }

    @Test("quarters, half-years, months and weeks")
    func others() throws {
        #expect(
            try periods(rule("1 per quarter", .calendar), "2017-01-01", "2017-07-31") == [
                "2017-01-01..2017-03-31 1", "2017-04-01..2017-06-30 1", "2017-07-01..2017-07-31 0",
            ])
        #expect(
            try periods(rule("every 6 months"), "2017-01-31", "2018-01-30") == [
                "2017-01-31..2017-07-30 1", "2017-07-31..2018-01-30 1",
            ])
        #expect(
            try periods(rule("every month"), "2017-01-31", "2017-04-29") == [
                "2017-01-31..2017-02-27 1", "2017-02-28..2017-03-30 1", "2017-03-31..2017-04-29 1",
            ])
        #expect(
            try periods(rule("3 per week"), "2017-01-04", "2017-01-12") == [
                "2017-01-04..2017-01-10 3", "2017-01-11..2017-01-12 1",
            ])
    }

    @Test("a recurrence rule asks for one up to each of its dates")
    func recurrence() throws {
        let rule = CadenceRule.recurrence(try RecurrenceRule(parsing: "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"))
        #expect(
            try periods(rule, "2017-01-10", nil) == [
                "2017-01-10..2017-01-31 1", "2017-02-01..2017-02-28 1", "2017-03-01..2017-03-31 1",
            ])
        #expect(try periods(rule, "2017-01-10", "2017-02-27") == ["2017-01-10..2017-01-31 1"])
    }

    @Test("before the first day the first stretch is meant, after the last none is")
    func ends() throws {
        let rule = try rule("1 per year")
        let (first, last) = (try day("2017-05-01"), try day("2018-04-30"))
        #expect(rule.period(at: try day("2016-01-01"), from: first, until: last)?.days == first...last)
        #expect(rule.period(at: try day("2018-05-01"), from: first, until: last) == nil)
        #expect(rule.period(at: first, from: last, until: first) == nil)
    }

    @Test("stretches follow one another without gap, and each day leads to the one that holds it")
    func contiguity() throws {
        var random = SeededGenerator(seed: seed)
        let texts = [
            "2 per year", "1 per quarter", "every 5 months", "every month", "every 2 weeks", "1 per half-year",
        ]
        for _ in 0..<300 {
            let text = texts.randomElement(using: &random) ?? ""
            let first = CivilDate(dayNumber: Int.random(in: 15_000...20_000, using: &random))
            let last = first.adding(days: Int.random(in: 0...2_000, using: &random))
            let basis: CadenceRule.Basis =
                text.contains("5") || text.contains("week") || Bool.random(using: &random) ? .contract : .calendar
            let rule = try rule(text, basis)
            var start = first
            while start <= last {
                let period = try #require(rule.period(at: start, from: first, until: last), "\(text) \(start)")
                #expect(period.days.lowerBound == start, "\(text) from \(first)")
                #expect(period.days.upperBound <= last)
                let inside = start.adding(
                    days: Int.random(in: 0...start.days(to: period.days.upperBound), using: &random))
                #expect(rule.period(at: inside, from: first, until: last) == period, "\(text) \(inside)")
                start = period.days.upperBound.adding(days: 1)
            }
        }
    }

    @Test(
        "what is no cadence is pointed at",
        arguments: [
            ("twice a year", CadenceRule.Basis.contract, "twice a year"), ("2 per yaer", .contract, "yaer"),
            ("0 per year", .contract, "0"), ("every 0 months", .contract, "0"),
            ("at least two per year", .contract, "two"),
            ("every 5 months", .calendar, "every 5 months"), ("1 per week", .calendar, "1 per week"),
            ("", .contract, ""),
        ])
    func mistakes(text: String, basis: CadenceRule.Basis, part: String) throws {
        let error = #expect(throws: CadenceError.self) { _ = try CadenceRule(parsing: text, basis: basis) }
        #expect(String(decoding: Array(text.utf8)[try #require(error).part], as: UTF8.self) == part)
    }

    @Test(
        "a cadence in words",
        arguments: [
            (
                "at least 2 per year", CadenceRule.Basis.contract, "au moins 2 par année du marché",
                "at least 2 per year of the contract"
            ),
            ("1 per quarter", .calendar, "au moins 1 par trimestre civil", "at least 1 per calendar quarter"),
            ("1 per year", .calendar, "au moins 1 par année civile", "at least 1 per calendar year"),
            (
                "every 2 weeks", .contract, "au moins 1 par période de 2 semaines du marché",
                "at least 1 per 2 weeks of the contract"
            ),
            ("every month", .contract, "au moins 1 par mois du marché", "at least 1 per month of the contract"),
        ])
    func words(text: String, basis: CadenceRule.Basis, french: String, english: String) throws {
        #expect(try rule(text, basis).words(in: .french) == french)
        #expect(try rule(text, basis).words(in: .english) == english)
    }
}
