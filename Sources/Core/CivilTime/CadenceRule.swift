/// How often something has to happen at the least, and over which stretches of time that is counted (RULES.md C-10).
package enum CadenceRule: Equatable, Sendable {
    /// So many times in each stretch.
    case times(Int, per: CadenceUnit, Basis)
    /// Once up to each occurrence of a rule, and after the one before.
    case recurrence(RecurrenceRule)

    /// Where stretches begin.
    package enum Basis: String, CaseIterable, Sendable {
        /// On the first day of the whole, and so many months or weeks later each time.
        case contract
        /// With the calendar's months, quarters, halves and years.
        case calendar
    }
}

/// What the stretches of a cadence are measured in.
package enum CadenceUnit: Hashable, Sendable {
    case weeks(Int)
    case months(Int)
}

/// One stretch of a cadence.
package struct CadencePeriod: Hashable, Sendable {
    /// Its first and last day.
    package var days: ClosedRange<CivilDate>
    /// How often it has to happen in it.
    package var required: Int

    package init(_ days: ClosedRange<CivilDate>, required: Int) {
        self.days = days
        self.required = required
    }
}

/// Why a text is no cadence: what is wrong and what is allowed.
package struct CadenceError: Error, Equatable, Sendable {
    package var message: String
    /// The part at fault, in UTF-8 bytes of the text.
    package var part: Range<Int>
    /// Words that may stand in its place.
    package var known: [String]
}

// MARK: Stretches

extension CadenceRule {
    /// More stretches than this nobody keeps.
    private static let mostPeriods = 10_000

    /// The stretch that a day is in; the first one for a day before it.
    ///
    /// A stretch that the first or the last day of the whole cuts short requires its share: the number times its days
    /// divided by the days of a whole one, rounded half up. So two a year are one in a last half-year, and one a quarter
    /// is none in a last month.
    /// - Parameters:
    ///   - first: The first day of the whole.
    ///   - last: Its last day; absent where it has none.
    /// - Returns: Nothing after the last day, or where the recurrence has ended.
    package func period(at day: CivilDate, from first: CivilDate, until last: CivilDate?) -> CadencePeriod? {
        guard first <= last ?? first else { return nil }
        let day = max(day, first)
        if let last, day > last { return nil }
        switch self {
        case .times(let number, let unit, .calendar):
            guard case .months(let months) = unit, let span = CalendarSpan(rawValue: months) else { return nil }
            return Self.cut(span.days(around: day), number, first, last)
        case .times(let number, let unit, .contract):
            return Self.cut(unit.stretch(holding: day, from: first), number, first, last)
        case .recurrence(let rule):
            guard let recurrence = try? Recurrence(rule, from: .date(first)) else { return nil }
            var start = first
            for occurrence in recurrence.prefix(Self.mostPeriods) {
                let end = occurrence.local.date
                if let last, end > last { return nil }
                if end >= day { return CadencePeriod(start...end, required: 1) }
                start = end.adding(days: 1)
            }
            return nil
        }
    }

    private static func cut(
        _ whole: ClosedRange<CivilDate>, _ number: Int, _ first: CivilDate, _ last: CivilDate?
    ) -> CadencePeriod {
        let days = max(whole.lowerBound, first)...min(whole.upperBound, last ?? whole.upperBound)
        let (part, all) = (length(days), length(whole))
        return CadencePeriod(days, required: (2 * number * part + all) / (2 * all))
    }

    private static func length(_ days: ClosedRange<CivilDate>) -> Int { days.lowerBound.days(to: days.upperBound) + 1 }
}

extension CadenceUnit {
    /// The stretch with a day in it, counted from a first day that is not later.
    fileprivate func stretch(holding day: CivilDate, from first: CivilDate) -> ClosedRange<CivilDate> {
        switch self {
        case .weeks(let weeks):
            let start = first.adding(days: first.days(to: day) / (7 * weeks) * 7 * weeks)
            return start...start.adding(days: 7 * weeks - 1)
        case .months(let months):
            let apart = (day.year - first.year) * 12 + day.month - first.month
            var place = apart / months
            // The day's number in its month may be before the anniversary's.
            while place > 0, first.adding(months: place * months) > day { place -= 1 }
            let start = first.adding(months: place * months)
            return start...max(start, first.adding(months: (place + 1) * months).adding(days: -1))
        }
    }
}

// MARK: Reading

extension CadenceRule {
    private static let units: [(word: String, unit: CadenceUnit)] = [
        ("week", .weeks(1)), ("month", .months(1)), ("quarter", .months(3)), ("half-year", .months(6)),
        ("semester", .months(6)), ("year", .months(12)),
    ]
    private static let mostTimes = 1_000

    /// Reads `at least 2 per year`, `1 per quarter`, `every 6 months`, `every week`, `1 per calendar quarter`.
    ///
    /// - Parameter basis: Where stretches begin, unless the text says `per calendar` or `per contract` something.
    /// - Throws: ``CadenceError`` for any other text, and for a calendar basis of what the calendar does not divide.
    package init(parsing text: String, basis: Basis) throws(CadenceError) {
        var words = text.split(separator: " ").map { word in
            let start = text.utf8.distance(from: text.startIndex, to: word.startIndex)
            return (text: String(word), part: start..<start + word.utf8.count)
        }
        let all = 0..<text.utf8.count
        var basis = basis
        if words.count > 2, words[0].text == "at", words[1].text == "least" { words.removeFirst(2) }
        if words.count == 4, words[1].text == "per", let named = Basis(rawValue: words[2].text) {
            basis = named
            words.remove(at: 2)
        }
        let number: Int
        let unit: CadenceUnit
        switch (words.count, words.first?.text) {
        case (3, let count?) where words[1].text == "per":
            guard let times = Int(count), (1...Self.mostTimes).contains(times) else {
                throw CadenceError(
                    message: "'\(count)' is no number of times from 1 to \(Self.mostTimes)", part: words[0].part,
                    known: [])
            }
            number = times
            unit = try Self.unit(words[2].text, times: 1, at: words[2].part)
        case (2, "every"?):
            number = 1
            unit = try Self.unit(words[1].text, times: 1, at: words[1].part)
        case (3, "every"?):
            guard let times = Int(words[1].text), (1...120).contains(times) else {
                throw CadenceError(
                    message: "'\(words[1].text)' is no number of weeks, months or years from 1 to 120",
                    part: words[1].part, known: [])
            }
            number = 1
            unit = try Self.unit(words[2].text, times: times, at: words[2].part)
        default:
            throw CadenceError(
                message: "'\(text)' is no cadence: write 'at least 2 per year', '1 per quarter' or 'every 6 months'",
                part: all, known: [])
        }
        if basis == .calendar {
            guard case .months(let months) = unit, CalendarSpan(rawValue: months) != nil else {
                throw CadenceError(
                    message: "the calendar has no stretches of this length: per month, quarter, half-year or year, or "
                        + "'basis: contract'", part: all, known: [])
            }
        }
        self = .times(number, per: unit, basis)
    }

    private static func unit(_ word: String, times: Int, at part: Range<Int>) throws(CadenceError) -> CadenceUnit {
        let singular = word.hasSuffix("s") ? String(word.dropLast()) : word
        switch units.first(where: { $0.word == singular })?.unit {
        case .weeks(let weeks)?: return .weeks(weeks * times)
        case .months(let months)?: return .months(months * times)
        case nil:
            throw CadenceError(
                message: "'\(word)' is no stretch of time that a cadence has: week, month, quarter, half-year or year",
                part: part, known: units.map(\.word))
        }
    }
}

// MARK: In words

extension CadenceRule {
    /// `at least 2 per year of the contract`, `au moins 1 par trimestre civil`.
    package func words(in language: Language) -> String {
        let french = language == .french
        switch self {
        case .recurrence:
            return french ? "une fois jusqu'à chaque date de la règle" : "once up to each date of the rule"
        case .times(let number, let unit, let basis):
            let name =
                switch unit {
                case .weeks(let count): PeriodUnit.weeks.stretch(count, in: language)
                case .months(3): french ? "trimestre" : "quarter"
                case .months(6): french ? "semestre" : "half-year"
                case .months(let count) where count % 12 == 0: PeriodUnit.years.stretch(count / 12, in: language)
                case .months(let count): PeriodUnit.months.stretch(count, in: language)
                }
            switch (basis, french) {
            case (.contract, true): return "au moins \(number) par \(name) du marché"
            case (.calendar, true):
                return "au moins \(number) par \(name) \(name.hasSuffix("née") ? "civile" : "civil")"
            case (.contract, false): return "at least \(number) per \(name) of the contract"
            case (.calendar, false): return "at least \(number) per calendar \(name)"
            }
        }
    }
}

extension PeriodUnit {
    /// One stretch of so many units: `year`, `2 weeks`, `période de 4 mois`.
    fileprivate func stretch(_ count: Int, in language: Language) -> String {
        switch (count, language) {
        case (1, .french) where self == .years: "année"
        case (1, _): words(1, in: language)
        case (_, .french): "période de \(Period(count, self).words(in: .french))"
        case (_, .english): Period(count, self).words(in: .english)
        }
    }
}
