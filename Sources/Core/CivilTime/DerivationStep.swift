/// One step of the reasoning that led to a date, in the order it was made.
package enum DerivationStep: Hashable, Sendable {
    /// A day a closed calendar keeps out, and why.
    package struct ClosedDay: Hashable, Sendable {
        /// The day that is not worked.
        package var date: CivilDate
        /// Why it is not.
        package var closure: Closure
    }

    /// Which way a period is counted from its anchor.
    package enum Direction: Hashable, Sendable { case after, before }

    /// The day of the event, which is not counted.
    case event(CivilDate)
    /// The instant of the event, as clocks showed it.
    case eventTime(CivilDateTime)
    /// The first day of a duration, which is counted.
    case firstDay(CivilDate)
    /// The period was counted and led to this day.
    case counted(Period, Direction, to: CivilDate)
    /// A period of elapsed time was counted and led to this instant, as clocks showed it.
    case elapsed(Period, Direction, to: CivilDateTime)
    /// A period of elapsed time from a whole day was taken as so many days.
    case roundedToDays(Period, days: Int)
    /// The hour of the event is not counted; counting starts at this time.
    case hourNotCounted(from: CivilDateTime)
    /// The month has no day of this number; its last day was taken.
    case noSuchDay(number: Int, lastDay: CivilDate)
    /// Days of the weekend that were not counted.
    case skippedWeekend(days: Int)
    /// A holiday that was not counted.
    case skippedHoliday(Holiday)
    /// The date found is closed, and so are the days up to the one taken instead.
    case rolled([ClosedDay], to: CivilDate)
    /// The period would have had fewer than two working days, so it was made to end here.
    case twoWorkingDays(to: CivilDate)
    /// The period is clear: its last day is not counted either, so it ends one day later.
    case clearPeriod(to: CivilDate)
    /// A period counted backwards is not moved to another day.
    case notRolledBackwards
    /// The stretch of days in which a day is looked for, and what it is called.
    case stretch(CalendarSpan?, CivilDate, CivilDate)
    /// The day found by its place in the stretch.
    case place(OrdinalDay, CivilDate)
    /// The clock stood still from a day to another, both left out, and so much of the period with it.
    case suspended(CivilDate, CivilDate, Period)
    /// The end moved by what was suspended.
    case postponed(to: CivilDate)
    /// The result rests on the estimated date of this holiday.
    case estimated(Holiday)
}

// MARK: In words

extension DerivationStep {
    /// The step as a sentence without its full stop.
    package func words(in language: Language) -> String {
        switch language {
        case .english: english
        case .french: french
        }
    }

    private var english: String {
        func day(_ date: CivilDate) -> String { date.words(in: .english) }
        switch self {
        case .event(let date): return "the event is on \(day(date)); that day is not counted"
        case .eventTime(let time): return "the event is on \(time.words(in: .english))"
        case .firstDay(let date): return "the first day is \(day(date)); that day is counted"
        case .counted(let period, .after, let date):
            return "counting \(period.words(in: .english))\(period.countingNote(in: .english)) leads to \(day(date))"
        case .counted(let period, .before, let date):
            return
                "counting \(period.words(in: .english)) back\(period.countingNote(in: .english)) leads to \(day(date))"
        case .elapsed(let period, let direction, let time):
            let back = direction == .before ? " back" : ""
            return "counting \(period.words(in: .english))\(back) leads to \(time.words(in: .english))"
        case .roundedToDays(let period, let days):
            return "from a whole day, \(period.words(in: .english)) is taken as \(Period(days, .days))"
        case .hourNotCounted(let time):
            return "the hour of the event is not counted; the period starts on \(time.words(in: .english))"
        case .noSuchDay(let number, let date):
            return "that month has no day \(number), so its last day is taken: \(day(date))"
        case .skippedWeekend(let days):
            return "\(days) \(days == 1 ? "day" : "days") of weekend not counted"
        case .skippedHoliday(let holiday):
            return "\(day(holiday.date)) not counted: \(holiday.name)\(holiday.provisional ? " (estimated)" : "")"
        case .rolled(let closed, let date):
            let days = closed.map { "\(day($0.date)) (\($0.closure.words(in: .english)))" }
            let backwards = closed.first.map { date < $0.date } ?? false
            let target = backwards ? "the working day before" : "the next working day"
            return
                "\(Self.list(days, and: "and")) \(days.count == 1 ? "is" : "are") not worked, so \(target) is taken: "
                + day(date)
        case .twoWorkingDays(let date):
            return "a period of two days or more has at least two working days, so it ends on \(day(date))"
        case .clearPeriod(let date): return "the last day is not counted either, so the period ends on \(day(date))"
        case .notRolledBackwards: return "a period counted backwards is not moved to a working day"
        case .stretch(let span, let first, let last):
            return "\(span?.nameWords(in: .english) ?? "the period") goes from \(day(first)) to \(day(last))"
        case .place(let ordinal, let date): return "its \(ordinal.words(in: .english)) is \(day(date))"
        case .suspended(let first, let last, let length):
            return
                "the clock stands still from \(day(first)) to \(day(last)): \(length.words(in: .english)) not counted"
        case .postponed(let date): return "moved by as much, the period ends on \(day(date))"
        case .estimated(let holiday):
            return "provisional: the date of \(holiday.name), \(day(holiday.date)), is an estimate"
        }
    }

    private var french: String {
        func day(_ date: CivilDate) -> String { date.words(in: .french) }
        switch self {
        case .event(let date): return "l'événement est du \(day(date)) ; ce jour ne compte pas"
        case .eventTime(let time): return "l'événement est du \(time.words(in: .french))"
        case .firstDay(let date): return "le premier jour est le \(day(date)) ; ce jour compte"
        case .counted(let period, let direction, let date):
            let way = direction == .after ? "après" : "avant"
            return "\(period.words(in: .french)) \(way)\(period.countingNote(in: .french)) : \(day(date))"
        case .elapsed(let period, let direction, let time):
            return
                "\(period.words(in: .french)) \(direction == .after ? "après" : "avant") : \(time.words(in: .french))"
        case .roundedToDays(let period, let days):
            let rounded = Period(days, .days).words(in: .french)
            return "à partir d'un jour entier, délai de \(period.words(in: .french)) pris pour \(rounded)"
        case .hourNotCounted(let time):
            return "l'heure de l'événement ne compte pas ; le délai part du \(time.words(in: .french))"
        case .noSuchDay(let number, let date):
            return "ce mois n'a pas de quantième \(number) ; son dernier jour est retenu : \(day(date))"
        case .skippedWeekend(let days):
            return days == 1 ? "1 jour de fin de semaine non compté" : "\(days) jours de fin de semaine non comptés"
        case .skippedHoliday(let holiday):
            return "\(day(holiday.date)) non compté : \(holiday.name)\(holiday.provisional ? " (date estimée)" : "")"
        case .rolled(let closed, let date):
            let days = closed.map { "\(day($0.date)) (\($0.closure.words(in: .french)))" }
            let backwards = closed.first.map { date < $0.date } ?? false
            let target = backwards ? "avancé au jour ouvré précédent" : "reporté au premier jour ouvré suivant"
            return "\(Self.list(days, and: "et")) non \(days.count == 1 ? "ouvré" : "ouvrés"), \(target) : \(day(date))"
        case .twoWorkingDays(let date):
            return "un délai de deux jours ou plus comprend au moins deux jours ouvrés ; il expire le \(day(date))"
        case .clearPeriod(let date): return "le dernier jour ne compte pas non plus ; le délai expire le \(day(date))"
        case .notRolledBackwards: return "un délai compté à rebours n'est pas reporté"
        case .stretch(let span, let first, let last):
            return "\(span?.nameWords(in: .french) ?? "la période") va du \(day(first)) au \(day(last))"
        case .place(let ordinal, let date): return "son \(ordinal.words(in: .french)) est le \(day(date))"
        case .suspended(let first, let last, let length):
            let counted = length.count < 2 ? "ne compte pas" : "ne comptent pas"
            return "délai suspendu du \(day(first)) au \(day(last)) : \(length.words(in: .french)) \(counted)"
        case .postponed(let date): return "reporté d'autant, le délai expire le \(day(date))"
        case .estimated(let holiday):
            return "provisoire : la date \(frenchOf(holiday.name)), \(day(holiday.date)), est estimée"
        }
    }

    private static func list(_ items: [String], and: String) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return "\(items.dropLast().joined(separator: ", ")) \(and) \(last)"
    }
}

extension Closure {
    /// `weekend`, `Easter Monday`, with a word when the date is an estimate.
    package func words(in language: Language) -> String {
        switch (self, language) {
        case (.weekend, .english): "weekend"
        case (.weekend, .french): "fin de semaine"
        case (.holiday(let holiday), .english): holiday.provisional ? "\(holiday.name), estimated" : holiday.name
        case (.holiday(let holiday), .french): holiday.provisional ? "\(holiday.name), date estimée" : holiday.name
        }
    }
}

extension Period {
    /// How the days are counted, where the unit's name may not say it.
    fileprivate func countingNote(in language: Language) -> String {
        switch (unit, language) {
        case (.clearDays, .english): ", neither the first nor the last day counted,"
        case (.clearDays, .french): ", ni le premier ni le dernier jour ne comptant"
        default: ""
        }
    }
}
