/// A date by its place in the calendar: `last working day of 2021`, `first day of month of start`, `November 2016`.
///
/// A phrase is a window of the calendar, or an ordinal day of one. A window is fixed (see ``DateWindow``), or it is the
/// `month`, `quarter`, `half` or `year` `of`, `after` or `before` an anchor: the one that holds it, the next or the last.
package struct DatePhrase: Hashable, Sendable {
    /// Which day of the window; absent where the window itself is meant.
    package var day: OrdinalDay?
    package var span: Span

    /// Which window.
    package enum Span: Hashable, Sendable {
        case fixed(DateWindow)
        case relative(CalendarSpan, Relation, Anchor)
    }

    /// Which window of its kind, seen from the anchor's day.
    package enum Relation: String, CaseIterable, Hashable, Sendable {
        /// The one that holds it.
        case of
        /// The next one.
        case after
        /// The one before.
        case before
    }

    /// What a window is found from, as it is written: a date's name, an event, a day.
    package struct Anchor: Hashable, Sendable {
        package var text: String
        /// UTF-8 bytes of the phrase before it.
        package var offset: Int
    }
}

/// Why a text that begins as a ``DatePhrase`` is none.
package struct DatePhraseError: Error, Equatable, Sendable {
    /// What is wrong, and what is allowed.
    package var message: String
    /// The part at fault, in UTF-8 bytes of the text.
    package var part: Range<Int>
    /// Words that may stand in its place.
    package var known: [String]
}

extension CalendarSpan {
    /// The days of the span that an anchor's day leads to.
    package func window(_ relation: DatePhrase.Relation, _ day: CivilDate) -> DateWindow {
        let around = days(around: day)
        let found =
            switch relation {
            case .of: around
            case .after: days(around: around.upperBound.adding(days: 1))
            case .before: days(around: around.lowerBound.adding(days: -1))
            }
        return DateWindow(found.lowerBound, found.upperBound)
    }
}

// MARK: Reading

extension DatePhrase {
    private typealias Word = (text: Substring, part: Range<Int>)

    /// Reads a phrase.
    ///
    /// - Returns: Nothing for a text of another form, such as `30 days after start`.
    /// - Throws: ``DatePhraseError`` for a text that can be meant as nothing else.
    package init?(parsing text: String) throws(DatePhraseError) {
        let words: [Word] = text.split(separator: " ").map { word in
            let start = text.utf8.distance(from: text.startIndex, to: word.startIndex)
            return (word, start..<start + word.utf8.count)
        }
        guard let first = words.first else { return nil }
        if let place = words.firstIndex(where: { $0.text == "of" }), place > 0,
            Self.counting(words[place - 1].text) != nil
        {
            day = try Self.ordinal(words[..<place])
            let rest = words[(place + 1)...]
            guard let span = Self.span(rest, of: text) else { throw Self.noSpan(rest, of: text) }
            self.span = span
        } else if let span = Self.span(words[...], of: text) {
            self.span = span
        } else if let mistake = Self.mistake(first, words) {
            throw mistake
        } else {
            return nil
        }
    }

    private static let dayWords = ["day"] + Weekday.allCases.map { $0.words(in: .english) }

    /// What the word before `of` makes of the days: every one, or those of a weekday.
    private static func counting(_ word: Substring) -> CalendarSpan.Counting? {
        if word == "day" { return .everyDay }
        return Weekday.allCases.first { $0.words(in: .english).lowercased() == word.lowercased() }
            .map(CalendarSpan.Counting.weekday)
    }

    private static func ordinal(_ words: ArraySlice<Word>) throws(DatePhraseError) -> OrdinalDay {
        var rest = words
        guard let last = rest.popLast(), var counting = counting(last.text) else {
            preconditionFailure("no kind of day")
        }
        if counting == .everyDay, let kind = rest.last {
            switch kind.text {
            case "working": counting = .workingDays
            case "workable": counting = .workableDays
            default: break
            }
            if counting != .everyDay { rest.removeLast() }
        }
        let isFromEnd = rest.last?.text == "last"
        if isFromEnd { rest.removeLast() }
        if rest.isEmpty, isFromEnd { return OrdinalDay(-1, counting) }
        if rest.count == 1, let word = rest.first, let number = OrdinalDay.rank(word.text) {
            return OrdinalDay(isFromEnd ? -number : number, counting)
        }
        // Of two words the first may be a sound rank, and the second what is wrong.
        let wrong =
            rest.first { $0.text != "last" && OrdinalDay.rank($0.text) == nil } ?? rest.first ?? last
        let written = rest.map(\.text).joined(separator: " ")
        throw DatePhraseError(
            message: "'\(written)' says not which day: write 1st, 2nd, 3rd and so on, last, or 2nd last, and day, "
                + "working day, workable day or a weekday",
            part: wrong.part, known: OrdinalDay.ranks + ["last", "working", "workable"])
    }

    private static func span(_ words: ArraySlice<Word>, of text: String) -> Span? {
        if let window = DateWindow(words.map(\.text)) { return .fixed(window) }
        guard words.count >= 2, let unit = words.first, let span = CalendarSpan(named: unit.text) else { return nil }
        let second = words[words.startIndex + 1]
        let relation = Relation(rawValue: String(second.text))
        // `quarter 2022-05-01` says what `quarter of 2022-05-01` says.
        guard relation != nil || (words.count == 2 && CivilDate(iso: second.text) != nil) else { return nil }
        let anchor = words.dropFirst(relation == nil ? 1 : 2)
        guard let start = anchor.first?.part.lowerBound else { return nil }
        let index = text.utf8.index(text.startIndex, offsetBy: start)
        return .relative(span, relation ?? .of, Anchor(text: String(text[index...]), offset: start))
    }

    private static func noSpan(_ words: ArraySlice<Word>, of text: String) -> DatePhraseError {
        let part = words.first.map { $0.part.lowerBound..<text.utf8.count } ?? text.utf8.count..<text.utf8.count
        return DatePhraseError(
            message: "'\(words.map(\.text).joined(separator: " "))' is no span: write 2021, 2021-11, 2021-Q4, 2021-H2, "
                + "November 2016, first half of 2019, or month, quarter, half or year, then of, after or before, and a date",
            part: words.first?.part ?? part, known: CalendarSpan.names + DateWindow.months)
    }

    /// What is wrong with a text that can only be meant as a phrase.
    private static func mistake(_ first: Word, _ words: [Word]) -> DatePhraseError? {
        if words.count > 1, OrdinalDay.rank(first.text) != nil || first.text == "last" {
            let wrong = words.first { word in
                OrdinalDay.rank(word.text) == nil && !["last", "working", "workable"].contains(word.text)
            }
            guard let wrong else { return nil }
            return DatePhraseError(
                message:
                    "'\(wrong.text)' is neither a kind of day (day, working day, workable day, a weekday) nor a part "
                    + "of a year (half, quarter); write 'first working day of 2021' or 'first half of 2019'",
                part: wrong.part, known: dayWords + ["half", "quarter", "working", "workable"])
        }
        if words.count == 2, words[1].text.utf8.count == 4, words[1].text.allSatisfy(\.isNumber) {
            return DatePhraseError(
                message: "'\(first.text)' is no month; write November 2016, 2016-11, early 2017, or the days as "
                    + "2016-11-01..2016-11-30",
                part: first.part, known: DateWindow.months + ["early"])
        }
        if words.count == 1, first.text.contains("..") {
            return DatePhraseError(
                message: "'\(first.text)' is no range: write the first and the last day as 2016-11-01..2016-11-30, "
                    + "the earlier one first",
                part: first.part, known: [])
        }
        return nil
    }
}
