/// A stretch of days within which something happens: `November 2016`, `first half of 2019`, `early 2017`.
///
/// Source of the readings: RULES.md C-11.
package struct DateWindow: Hashable, Sendable {
    /// The first day.
    package let first: CivilDate
    /// The last day, which counts; not before the first.
    package let last: CivilDate
    /// True where the text says less than the days do: `early 2017` is read as January to March.
    package let isFuzzy: Bool

    /// - Precondition: `last` is not before `first`.
    package init(_ first: CivilDate, _ last: CivilDate, isFuzzy: Bool = false) {
        precondition(first <= last, "a window from \(first) to \(last) has no days")
        self.first = first
        self.last = last
        self.isFuzzy = isFuzzy
    }

    /// The first and the last day.
    package var days: ClosedRange<CivilDate> { first...last }

    /// The window so many days later; its length stays.
    package func adding(days: Int) -> DateWindow {
        days == 0 ? self : DateWindow(first.adding(days: days), last.adding(days: days), isFuzzy: isFuzzy)
    }

    /// So many months of a year from one on, 1...12; absent for a year that there is not.
    private init?(year: Int, month: Int, months: Int, isFuzzy: Bool = false) {
        guard let first = CivilDate(year: year, month: month, day: 1) else { return nil }
        self.init(first, first.adding(months: months - 1).lastOfMonth, isFuzzy: isFuzzy)
    }
}

// MARK: Reading

extension DateWindow {
    /// Reads words that stand for a window; absent for words that are none.
    ///
    /// They are `2018`, `2016-11`, `2018-Q2`, `2019-H1`, `November 2016`, `first half of 2019`, `second quarter of 2018`,
    /// `early 2017`, or `A..B` of two days, months or years.
    init?(_ words: [Substring]) {
        switch words.count {
        case 1: self.init(word: words[0])
        case 2: self.init(words[0], of: words[1])
        case 4 where words[2] == "of": self.init(OrdinalDay.rank(words[0]), words[1], of: words[3])
        default: return nil
        }
    }

    private init?(word: Substring) {
        if let dots = word.firstRange(of: "..") {
            guard let first = Self.part(word[..<dots.lowerBound]), let last = Self.part(word[dots.upperBound...]),
                first.first <= last.last
            else { return nil }
            self.init(first.first, last.last)
        } else if let window = Self.calendarWord(word) {
            self = window
        } else {
            return nil
        }
    }

    /// One end of a range.
    private static func part(_ word: Substring) -> DateWindow? {
        CivilDate(iso: word).map { DateWindow($0, $0) } ?? calendarWord(word)
    }

    /// `2021`, `2021-11`, `2021-Q4` or `2021-H2`.
    private static func calendarWord(_ word: Substring) -> DateWindow? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let year = year(parts[0]) else { return nil }
        guard parts.count == 2 else { return DateWindow(year: year, month: 1, months: 12) }
        guard parts[1].utf8.count == 2 else { return nil }
        switch parts[1].first {
        case "Q": return number(parts[1].dropFirst(), 1...4).flatMap { Self(year: year, month: $0 * 3 - 2, months: 3) }
        case "H": return number(parts[1].dropFirst(), 1...2).flatMap { Self(year: year, month: $0 * 6 - 5, months: 6) }
        default: return number(parts[1], 1...12).flatMap { Self(year: year, month: $0, months: 1) }
        }
    }

    private init?(_ word: Substring, of yearWord: Substring) {
        guard let year = Self.year(yearWord) else { return nil }
        if word == "early" {
            self.init(year: year, month: 1, months: 3, isFuzzy: true)
        } else if let month = Self.months.firstIndex(where: { $0.lowercased() == word.lowercased() }) {
            self.init(year: year, month: month + 1, months: 1)
        } else {
            return nil
        }
    }

    private init?(_ rank: Int?, _ part: Substring, of yearWord: Substring) {
        guard let rank, let span = CalendarSpan(named: part), span == .quarter || span == .semester,
            rank <= 12 / span.rawValue, let year = Self.year(yearWord)
        else { return nil }
        self.init(year: year, month: (rank - 1) * span.rawValue + 1, months: span.rawValue)
    }

    private static func year(_ word: Substring) -> Int? {
        word.utf8.count == 4 ? number(word, 1...9999) : nil
    }

    private static func number(_ digits: Substring, _ range: ClosedRange<Int>) -> Int? {
        var scanner = ByteScanner(digits)
        guard let number = scanner.number(), scanner.isAtEnd, range.contains(number) else { return nil }
        return number
    }

    /// The months' names as files write them.
    static let months = (1...12).map { CivilDate.monthName($0, in: .english) }
}

extension CalendarSpan {
    /// A span by the word that files use.
    init?(named word: some StringProtocol) {
        switch word {
        case "month": self = .month
        case "quarter": self = .quarter
        case "half", "half-year", "semester": self = .semester
        case "year": self = .year
        default: return nil
        }
    }

    /// The words that ``init(named:)`` reads.
    static let names = ["month", "quarter", "half", "half-year", "semester", "year"]
}

// MARK: In words

extension DateWindow {
    /// When that is: `in November 2016`, `au premier semestre 2019`, `du … au …`.
    package func words(in language: Language) -> String { name(in: language) ?? boundsWords(in: language) }

    /// From which day to which: `du mardi 1er novembre 2016 au mercredi 30 novembre 2016`.
    package func boundsWords(in language: Language) -> String {
        let (first, last) = (first.words(in: language), last.words(in: language))
        return language == .french ? "du \(first) au \(last)" : "from \(first) to \(last)"
    }

    /// The name and the days: `in November 2016 (from … to …)`; the days alone where they have no name.
    package func wordsWithBounds(in language: Language) -> String {
        name(in: language).map { "\($0) (\(boundsWords(in: language)))" } ?? boundsWords(in: language)
    }

    /// The span of the calendar that has exactly these days; absent where there is none.
    package var span: CalendarSpan? {
        guard first.day == 1, last == last.lastOfMonth else { return nil }
        let months = (last.year - first.year) * 12 + last.month - first.month + 1
        guard let span = CalendarSpan(rawValue: months), (first.month - 1) % months == 0 else { return nil }
        return span
    }

    /// The name that the calendar has for exactly these days; absent where it has none.
    private func name(in language: Language) -> String? {
        let (year, month, _) = first.fields
        let french = language == .french
        if isFuzzy { return french ? "début \(year)" : "in early \(year)" }
        guard let span else { return nil }
        let rank = (month - 1) / span.rawValue
        switch span {
        case .month: return "\(french ? "en" : "in") \(CivilDate.monthName(month, in: language)) \(year)"
        case .year: return "\(french ? "en" : "in") \(year)"
        case .quarter:
            return french
                ? "au \(Self.frenchRanks[rank]) trimestre \(year)"
                : "in the \(OrdinalDay.ranks[rank]) quarter of \(year)"
        case .semester:
            return french
                ? "au \(Self.frenchRanks[rank]) semestre \(year)" : "in the \(OrdinalDay.ranks[rank]) half of \(year)"
        }
    }

    private static let frenchRanks = ["premier", "deuxième", "troisième", "quatrième"]
}
