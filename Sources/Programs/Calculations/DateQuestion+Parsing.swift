import CivilTime

extension DateQuestion.Subject {
    /// The forms of a question, for help and messages.
    package static let examples = [
        "60 days after 2021-09-15", "5 clear days before 2022-06-14", "72 hours after 2021-09-24T16:30",
        "30 months from 2016-09-01", "last working day of 2021-11", "1st working day of quarter 2022-05-01",
        "2021-11-14",
    ]

    /// Reads a question: a period after or before a date, or from a first day on, an ordinal day of a span, or a day.
    ///
    /// - Throws: ``CalculationError`` naming the part that cannot be read and what is allowed.
    package init(parsing text: String) throws(CalculationError) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if words.count == 1, let date = CivilDate(iso: words[0]) {
            self = .day(date)
        } else if let place = words.firstIndex(where: { ["after", "before", "from"].contains($0) }) {
            let period = words[..<place].joined(separator: " ")
            self = try Self.counted(period, words[place], words[(place + 1)...].joined(separator: " "))
        } else if let place = words.firstIndex(of: "of"), place > 0, words[place - 1] == "day" {
            self = try Self.ordinal(Array(words[..<(place - 1)]), Array(words[(place + 1)...]))
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

    // MARK: Days of a span

    private static func ordinal(
        _ words: [String], _ spanWords: [String]
    ) throws(CalculationError) -> DateQuestion.Subject {
        var words = words
        var counting = CalendarSpan.Counting.everyDay
        switch words.last {
        case "working": counting = .workingDays
        case "workable": counting = .workableDays
        default: break
        }
        if counting != .everyDay { words.removeLast() }
        let isFromEnd = words.last == "last"
        if isFromEnd { words.removeLast() }
        let number = words.isEmpty && isFromEnd ? 1 : words.count == 1 ? rank(words[0]) : nil
        guard let number else {
            throw CalculationError(
                "'\(words.joined(separator: " "))' says not which day: write 1st, 2nd, 3rd and so on, last, or 2nd last"
            )
        }
        let (span, date) = try span(spanWords)
        return .ordinal(isFromEnd ? -number : number, counting, span, date)
    }

    private static func rank(_ word: String) -> Int? {
        if let place = ["first", "second", "third", "fourth", "fifth"].firstIndex(of: word) { return place + 1 }
        let digits = word.prefix { ("0"..."9").contains($0) }
        guard ["st", "nd", "rd", "th"].contains(word.dropFirst(digits.count)), let number = Int(digits), number > 0,
            number <= 366
        else { return nil }
        return number
    }

    private static func span(_ words: [String]) throws(CalculationError) -> (CalendarSpan, CivilDate) {
        let names: [String: CalendarSpan] = [
            "month": .month, "quarter": .quarter, "semester": .semester, "half-year": .semester, "year": .year,
        ]
        if words.count == 1, let (span, date) = span(named: words[0]) { return (span, date) }
        if let name = words.first, let span = names[name] {
            let rest = words.dropFirst(words.count > 1 && words[1] == "of" ? 2 : 1)
            if rest.count == 1,
                let date = CivilDate(iso: rest[rest.startIndex]) ?? Self.span(named: rest[rest.startIndex])?.1
            {
                return (span, date)
            }
        }
        throw CalculationError(
            "'\(words.joined(separator: " "))' is no span: write 2021, 2021-11, 2021-Q4, 2021-H2, or month, quarter, "
                + "semester or year and a date in it")
    }

    /// `2021`, `2021-11`, `2021-Q4` or `2021-H2`.
    private static func span(named text: String) -> (CalendarSpan, CivilDate)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts[0].count == 4, let year = Int(parts[0]) else { return nil }
        let span: CalendarSpan
        let month: Int?
        switch parts.count == 1 ? nil : parts[1].first {
        case nil: (span, month) = (.year, parts.count == 1 ? 1 : nil)
        case "Q": (span, month) = (.quarter, number(parts[1].dropFirst(), 1...4).map { $0 * 3 })
        case "H": (span, month) = (.semester, number(parts[1].dropFirst(), 1...2).map { $0 * 6 })
        default: (span, month) = (.month, parts[1].count == 2 ? number(parts[1], 1...12) : nil)
        }
        guard let month, let date = CivilDate(year: year, month: month, day: 1) else { return nil }
        return (span, date)
    }

    private static func number(_ digits: Substring, _ range: ClosedRange<Int>) -> Int? {
        guard let number = Int(digits), range.contains(number) else { return nil }
        return number
    }
}
