/// What a period is counted in; the day-like units differ in the days they count.
package enum PeriodUnit: Hashable, Sendable, CaseIterable {
    /// Elapsed time, not clock readings.
    case seconds, minutes, hours
    /// Calendar days.
    case days
    /// Days of work (in French «jours ouvrés»): neither weekend nor holiday.
    case workingDays
    /// Days that may be worked (in French «jours ouvrables»): Monday to Saturday, less holidays.
    case workableDays
    /// Whole days (in French «jours francs»): neither the first nor the last day counts.
    case clearDays
    /// Seven calendar days each.
    case weeks
    /// From day number to day number.
    case months
    /// Twelve months each.
    case years

    /// Seconds in one, for the units of elapsed time; absent for the others.
    package var seconds: Int? {
        switch self {
        case .seconds: 1
        case .minutes: 60
        case .hours: 3600
        default: nil
        }
    }
}

/// A length of time as people write it: a count of one unit.
package struct Period: Hashable, Sendable {
    /// 0 or more, and no longer in all than ``longestYears`` years.
    package let count: Int
    /// What is counted.
    package let unit: PeriodUnit

    /// The longest period that can be written, in years.
    package static let longestYears = 200

    /// - Precondition: `count` is 0 or more and the period is no longer than ``longestYears`` years; text from outside
    ///   goes through ``init(parsing:)``.
    package init(_ count: Int, _ unit: PeriodUnit) {
        precondition(count >= 0 && count <= Self.largestCount(of: unit), "a period of \(count) \(unit) is out of range")
        self.count = count
        self.unit = unit
    }

    static func largestCount(of unit: PeriodUnit) -> Int {
        switch unit {
        case .seconds, .minutes, .hours: longestYears * 366 * 86_400 / (unit.seconds ?? 1)
        case .days, .workingDays, .workableDays, .clearDays: longestYears * 366
        case .weeks: longestYears * 53
        case .months: longestYears * 12
        case .years: longestYears
        }
    }

    /// The elapsed time of a period in seconds, minutes or hours; absent for the other units.
    package var duration: Duration? { unit.seconds.map { .seconds(count * $0) } }
}

// MARK: In words

extension Period {
    /// `30 days`, `1 working day`, `5 jours francs`.
    package func words(in language: Language) -> String { "\(count) \(unit.words(count, in: language))" }
}

extension PeriodUnit {
    /// The unit's name, singular or plural as `count` asks: French has 0 in the singular, English in the plural.
    package func words(_ count: Int, in language: Language) -> String {
        let (singular, plural) = names(in: language)
        switch language {
        case .english: return count == 1 ? singular : plural
        case .french: return count < 2 ? singular : plural
        }
    }

    /// `compté` as French has it after so many of the unit.
    package func counted(_ count: Int) -> String {
        let isFeminine =
            switch self {
            case .seconds, .minutes, .hours, .weeks: true
            default: false
            }
        return "compté" + (isFeminine ? "e" : "") + (count < 2 ? "" : "s")
    }

    private func names(in language: Language) -> (singular: String, plural: String) {
        switch (self, language) {
        case (.seconds, .english): ("second", "seconds")
        case (.seconds, .french): ("seconde", "secondes")
        case (.minutes, _): ("minute", "minutes")
        case (.hours, .english): ("hour", "hours")
        case (.hours, .french): ("heure", "heures")
        case (.days, .english): ("day", "days")
        case (.days, .french): ("jour", "jours")
        case (.workingDays, .english): ("working day", "working days")
        case (.workingDays, .french): ("jour ouvré", "jours ouvrés")
        case (.workableDays, .english): ("workable day", "workable days")
        case (.workableDays, .french): ("jour ouvrable", "jours ouvrables")
        case (.clearDays, .english): ("clear day", "clear days")
        case (.clearDays, .french): ("jour franc", "jours francs")
        case (.weeks, .english): ("week", "weeks")
        case (.weeks, .french): ("semaine", "semaines")
        case (.months, .english): ("month", "months")
        case (.months, .french): ("mois", "mois")
        case (.years, .english): ("year", "years")
        case (.years, .french): ("an", "ans")
        }
    }

    /// The unit with this English name, singular or plural.
    static func named(_ name: String) -> PeriodUnit? {
        allCases.first { unit in
            let names = unit.names(in: .english)
            return name == names.singular || name == names.plural
        }
    }
}

extension Period: CustomStringConvertible {
    /// The English words, which ``init(parsing:)`` reads back.
    package var description: String { words(in: .english) }
}
