import CivilTime
import SeededRandom
import Testing

@Suite("dates by their place in the calendar")
struct DatePhraseTests {
    /// The days a phrase leads to in France, anchors being days: `first..last`, or one day.
    private func answer(_ text: String) throws -> String? {
        guard let phrase = try DatePhrase(parsing: text) else { return nil }
        let window: DateWindow =
            switch phrase.span {
            case .fixed(let window): window
            case .relative(let span, let relation, let anchor): span.window(relation, try day(anchor.text))
            }
        guard let ordinal = phrase.day else { return "\(window.first)..\(window.last)" }
        return ordinal.day(in: window.days, calendar: Places.france)?.description ?? "none"
    }

    @Test(
        "windows are read as the calendar has them",
        arguments: [
            ("November 2016", "2016-11-01..2016-11-30"), ("november 2016", "2016-11-01..2016-11-30"),
            ("first half of 2019", "2019-01-01..2019-06-30"), ("1st half of 2019", "2019-01-01..2019-06-30"),
            ("2nd semester of 2019", "2019-07-01..2019-12-31"), ("second quarter of 2018", "2018-04-01..2018-06-30"),
            ("2018", "2018-01-01..2018-12-31"), ("early 2017", "2017-01-01..2017-03-31"),
            ("2016-11", "2016-11-01..2016-11-30"), ("2018-Q4", "2018-10-01..2018-12-31"),
            ("2019-H1", "2019-01-01..2019-06-30"), ("2016-11-05..2016-11-20", "2016-11-05..2016-11-20"),
            ("2016-11..2017-02", "2016-11-01..2017-02-28"), ("2016..2017", "2016-01-01..2017-12-31"),
            ("month of 2021-09-15", "2021-09-01..2021-09-30"), ("quarter after 2021-09-15", "2021-10-01..2021-12-31"),
            ("half before 2021-09-15", "2021-01-01..2021-06-30"), ("year of 2021-09-15", "2021-01-01..2021-12-31"),
            ("quarter 2022-05-01", "2022-04-01..2022-06-30"),
        ])
    func windows(text: String, days: String) throws { #expect(try answer(text) == days) }

    @Test(
        "ordinal days are counted from either end",
        arguments: [
            ("last working day of 2021", "2021-12-31"), ("last working day of 2021-10", "2021-10-29"),
            ("first day of month of 2021-09-15", "2021-09-01"),
            ("3rd working day of quarter after 2021-09-15", "2021-10-05"),
            ("last day of year of 2021-09-15", "2021-12-31"), ("2nd last working day of 2021-10", "2021-10-28"),
            ("first workable day of 2021-05", "2021-05-03"), ("second Tuesday of month after 2021-09-15", "2021-10-12"),
            ("last Friday of November 2016", "2016-11-25"), ("last day of first half of 2019", "2019-06-30"),
            ("first Monday of 2016-11-08..2016-11-13", "none"), ("366th day of 2021", "none"),
        ])
    func ordinals(text: String, day: String) throws { #expect(try answer(text) == day) }

    @Test(
        "texts of other forms are left to others",
        arguments: [
            "30 days after start", "2021-09-24", "1 week after entry of review", "5 clear days before opens of kickoff",
            "start",
            "", "  ", "month", "day after start",
        ])
    func others(text: String) throws { #expect(try DatePhrase(parsing: text) == nil) }

    @Test(
        "what is wrong is pointed at",
        arguments: [
            ("lsat working day of 2021", "lsat"), ("last wroking day of 2021", "wroking"),
            ("last working dya of 2021", "dya"),
            ("0th day of 2021", "0th"), ("first haf of 2019", "haf"), ("Novembre 2016", "Novembre"),
            ("last day of Novembr 2016", "Novembr"), ("last day of decade of 2021-01-01", "decade"),
            ("2016-11-30..2016-11-01", "2016-11-30..2016-11-01"), ("third half of 2019", "half"),
        ])
    func mistakes(text: String, part: String) throws {
        let error = #expect(throws: DatePhraseError.self) { _ = try DatePhrase(parsing: text) }
        let found = try #require(error)
        #expect(String(decoding: Array(text.utf8)[found.part], as: UTF8.self) == part, "\(found.message)")
    }

    @Test(
        "windows have the calendar's names, and others their days",
        arguments: [
            ("2016-11-01", "2016-11-30", false, "en novembre 2016", "in November 2016"),
            ("2019-01-01", "2019-06-30", false, "au premier semestre 2019", "in the first half of 2019"),
            ("2018-04-01", "2018-06-30", false, "au deuxième trimestre 2018", "in the second quarter of 2018"),
            ("2018-01-01", "2018-12-31", false, "en 2018", "in 2018"),
            ("2017-01-01", "2017-03-31", true, "début 2017", "in early 2017"),
            (
                "2016-11-05", "2016-12-01", false, "du samedi 5 novembre 2016 au jeudi 1er décembre 2016",
                "from Saturday 5 November 2016 to Thursday 1 December 2016"
            ),
            (
                "2018-02-01", "2018-04-30", false, "du jeudi 1er février 2018 au lundi 30 avril 2018",
                "from Thursday 1 February 2018 to Monday 30 April 2018"
            ),
        ])
    func words(first: String, last: String, isFuzzy: Bool, french: String, english: String) throws {
        let window = DateWindow(try day(first), try day(last), isFuzzy: isFuzzy)
        #expect(window.words(in: .french) == french)
        #expect(window.words(in: .english) == english)
    }

    @Test("any text is read, left or refused, and never crashes")
    func fuzz() {
        var random = SeededGenerator(seed: seed)
        let words = [
            "first", "last", "2nd", "third", "working", "workable", "day", "Monday", "of", "after", "before", "half",
            "quarter",
            "month", "year", "early", "November", "2016", "2016-11", "2016-Q3", "9999-H2", "0001", "..",
            "2016-11-01..2017",
            "9999-12-31", "start", "é", "366th", "-",
        ]
        var read = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            .joined(separator: " ")
            guard let phrase = try? DatePhrase(parsing: text) else { continue }
            read += 1
            if case .fixed(let window) = phrase.span {
                #expect(window.first <= window.last)
                if let found = phrase.day?.day(in: window.days, calendar: Places.france) {
                    #expect(window.days.contains(found), "\(text)")
                }
            }
        }
        #expect(read > 200)
    }
}
