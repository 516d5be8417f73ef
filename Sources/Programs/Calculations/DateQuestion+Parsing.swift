import CivilTime

extension DateQuestion.Subject {
    /// The forms of a question, for help and messages.
    package static let examples = [
        "60 days after 2021-09-15", "5 clear days before 2022-06-14", "72 hours after 2021-09-24T16:30",
        "30 months from 2016-09-01", "last working day of 2021-11", "1st working day of quarter of 2022-05-01",
        "2nd Tuesday of month after 2021-09-15", "first half of 2019", "2021-11-14",
    ]

    /// Reads a question: a period after or before a date, or from a first day on, an ordinal day of a span, or a day.
    ///
    /// - Throws: ``CalculationError`` naming the part that cannot be read and what is allowed.
    package init(parsing text: String) throws(CalculationError) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if words.count == 1, let date = CivilDate(iso: words[0]) {
            self = .day(date)
        } else if let subject = try Self.calendar(text) {
            self = subject
        } else if let place = words.firstIndex(where: { ["after", "before", "from"].contains($0) }) {
            let period = words[..<place].joined(separator: " ")
            self = try Self.counted(period, words[place], words[(place + 1)...].joined(separator: " "))
        } else {
            let forms = Self.examples.map { "'\($0)'" }.joined(separator: ", ")
            throw CalculationError("'\(text)' asks for no date; write as in \(forms)")
        }
    }

    private static func counted(
        _ periodText: String, _ word: String, _ anchor: String
    ) throws(CalculationError) -> DateQuestion.Subject {
        let period: Period
        do throws(PeriodError) { period = try Period(parsing: periodText) } catch {
            throw CalculationError(error.message)
        }
        if let date = CivilDate(iso: anchor) {
            return word == "from"
                ? .duration(period, date) : .delay(period, word == "after" ? .after : .before, date, nil)
        }
        guard let start = CivilDateTime(iso: anchor) else {
            throw CalculationError("'\(anchor)' is not a date as 2021-09-24 or a time as 2021-09-24T16:30")
        }
        guard word != "from" else {
            throw CalculationError("'from' counts a first day: write it without the time, or write 'after'")
        }
        return .delay(period, word == "after" ? .after : .before, start.date, start.time)
    }

    /// A window of the calendar or a day of one; nothing where the text has another form.
    private static func calendar(_ text: String) throws(CalculationError) -> DateQuestion.Subject? {
        let phrase: DatePhrase?
        do throws(DatePhraseError) { phrase = try DatePhrase(parsing: text) } catch {
            throw CalculationError(error.message)
        }
        guard let phrase else { return nil }
        switch phrase.span {
        case .fixed(let window): return phrase.day.map { .ordinal($0, nil, window) } ?? .window(window)
        case .relative(let span, let relation, let anchor):
            guard let day = CivilDate(iso: anchor.text) ?? (try? DatePhrase(parsing: anchor.text))??.fixedWindow?.first
            else { throw CalculationError("'\(anchor.text)' is not a date as 2021-09-24") }
            let window = span.window(relation, day)
            return phrase.day.map { .ordinal($0, span, window) } ?? .window(window)
        }
    }
}

extension DatePhrase {
    /// The window of a phrase that is one and rests on nothing.
    fileprivate var fixedWindow: DateWindow? {
        if day == nil, case .fixed(let window) = span { window } else { nil }
    }
}
