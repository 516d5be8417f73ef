// Legal time limits: delays, which an event starts, and durations, which have a first day (RULES T-01, T-03, T-09).

/// What happens to a limit that ends on a day that is not worked.
package enum Roll: Hashable, Sendable {
    /// It stays.
    case none
    /// It ends on the next working day.
    case nextWorkingDay
    /// It ends on the working day before.
    case previousWorkingDay
}

/// A date and how it was found.
package struct DerivedDate: Hashable, Sendable {
    /// The date before it was moved off a day that is not worked.
    package var nominal: CivilDate
    /// The date that counts; a limit ends with this day.
    package var date: CivilDate
    /// Whether an estimated holiday lies so near that its proclamation could change the date.
    package var provisional: Bool
    /// The reasoning, in order.
    package var steps: [DerivationStep]

    /// Puts together what was found.
    package init(nominal: CivilDate, date: CivilDate, provisional: Bool, steps: [DerivationStep]) {
        self.nominal = nominal
        self.date = date
        self.provisional = provisional
        self.steps = steps
    }
}

/// An instant and how it was found.
package struct DerivedInstant: Hashable, Sendable {
    /// When the limit is over.
    package var instant: Timestamp
    /// Whether an estimated holiday lies so near that its proclamation could change the instant.
    package var provisional: Bool
    /// The reasoning, in order.
    package var steps: [DerivationStep]

    /// Puts together what was found.
    package init(instant: Timestamp, provisional: Bool, steps: [DerivationStep]) {
        self.instant = instant
        self.provisional = provisional
        self.steps = steps
    }
}

/// The last day of a period that an event starts.
///
/// The day of the event is not counted. Months go from day number to day number, or else to the last day of the month;
/// of clear days neither the first nor the last counts, so the limit is one day later; working and workable days are
/// counted alone. Hours, minutes and seconds after a whole day are rounded up to days.
/// - Parameters:
///   - anchor: The day of the event.
///   - calendar: For working days and for `roll`.
/// - Returns: A date that is not before the anchor.
package func limit(
    _ period: Period, after anchor: CivilDate, calendar: BusinessCalendar, roll: Roll = .none
) -> DerivedDate {
    var derivation = Derivation(calendar: calendar, steps: [.event(anchor)])
    let nominal = derivation.count(period, .after, from: anchor)
    return derivation.finish(nominal, roll)
}

/// The last day on which something can be done that must precede an event by a period.
///
/// The mirror of ``limit(_:after:calendar:roll:)``: 5 clear days before 14 June is 8 June.
package func limit(
    _ period: Period, before anchor: CivilDate, calendar: BusinessCalendar, roll: Roll = .none
) -> DerivedDate {
    var derivation = Derivation(calendar: calendar, steps: [.event(anchor)])
    let nominal = derivation.count(period, .before, from: anchor)
    return derivation.finish(nominal, roll)
}

/// The last day of a duration whose first day is counted: 30 months from 2016-09-01 end on 2019-02-28.
///
/// A duration in months ends on the eve of the day with the same number, or on the last day of a month without such a
/// day. Clear days are counted as days. A period of no length ends on the day before its first.
package func duration(
    _ period: Period, from firstDay: CivilDate, calendar: BusinessCalendar, roll: Roll = .none
) -> DerivedDate {
    var derivation = Derivation(calendar: calendar, steps: [.firstDay(firstDay)])
    let unit = period.unit == .clearDays ? .days : period.unit
    let months = unit == .months ? period.count : unit == .years ? period.count * 12 : nil
    let last: CivilDate
    if let months {
        let anniversary = firstDay.adding(months: months)
        let clamped = anniversary.day < firstDay.day
        last = clamped ? anniversary : anniversary.adding(days: -1)
        if clamped { derivation.steps.append(.noSuchDay(number: firstDay.day, lastDay: anniversary)) }
        derivation.steps.append(.counted(period, .after, to: last))
    } else {
        // Counting from the eve makes the first day the first one counted.
        last = derivation.count(Period(period.count, unit), .after, from: firstDay.adding(days: -1))
    }
    return derivation.finish(last, roll)
}

/// The instant at which a period from an instant is over.
///
/// Hours, minutes and seconds elapse, whatever clocks do. The other units count days in the zone, as
/// ``limit(_:after:calendar:roll:)`` does, and are over when the last day is.
package func limit(
    _ period: Period, after anchor: Timestamp, in zone: TimeZoneRules, calendar: BusinessCalendar, roll: Roll = .none
) -> DerivedInstant {
    instant(period, .after, anchor, zone)
        ?? limit(period, after: zone.civil(at: anchor).date, calendar: calendar, roll: roll)
        .end(in: zone)
}

/// The last instant for something that must precede an instant by a period.
///
/// Hours, minutes and seconds elapse, whatever clocks do. The other units count days in the zone, as
/// ``limit(_:before:calendar:roll:)`` does, and leave time until the end of the day found.
package func limit(
    _ period: Period, before anchor: Timestamp, in zone: TimeZoneRules, calendar: BusinessCalendar, roll: Roll = .none
) -> DerivedInstant {
    instant(period, .before, anchor, zone)
        ?? limit(period, before: zone.civil(at: anchor).date, calendar: calendar, roll: roll)
        .end(in: zone)
}

/// The result for a period of elapsed time; absent for the other units.
private func instant(
    _ period: Period, _ direction: DerivationStep.Direction, _ anchor: Timestamp, _ zone: TimeZoneRules
) -> DerivedInstant? {
    guard let elapsed = period.duration else { return nil }
    let end = direction == .after ? anchor + elapsed : anchor - elapsed
    let steps: [DerivationStep] = [
        .eventTime(zone.civil(at: anchor)), .elapsed(period, direction, to: zone.civil(at: end)),
    ]
    return DerivedInstant(instant: end, provisional: false, steps: steps)
}

extension DerivedDate {
    /// The instant this date is over in a zone: its 24:00.
    package func end(in zone: TimeZoneRules) -> DerivedInstant {
        DerivedInstant(instant: zone.endOfDay(date), provisional: provisional, steps: steps)
    }
}

// MARK: Counting

/// A computation under way: counts, moves, and notes what it did.
struct Derivation {
    let calendar: BusinessCalendar
    var steps: [DerivationStep]
    private var estimate: Holiday?

    init(calendar: BusinessCalendar, steps: [DerivationStep]) {
        self.calendar = calendar
        self.steps = steps
    }

    /// The day a period leads to; `anchor` is not counted.
    mutating func count(_ period: Period, _ direction: DerivationStep.Direction, from anchor: CivilDate) -> CivilDate {
        let sign = direction == .after ? 1 : -1
        let end: CivilDate
        switch period.unit {
        case .seconds, .minutes, .hours:
            let days = (period.count * (period.unit.seconds ?? 1) + 86_399) / 86_400
            steps.append(.roundedToDays(period, days: days))
            end = anchor.adding(days: sign * days)
        case .days: end = anchor.adding(days: sign * period.count)
        case .clearDays: end = anchor.adding(days: sign * (period.count + 1))
        case .weeks: end = anchor.adding(days: sign * period.count * 7)
        case .months: end = addMonths(sign * period.count, to: anchor)
        case .years: end = addMonths(sign * period.count * 12, to: anchor)
        case .workingDays: end = countWorked(period.count, .working, sign, from: anchor)
        case .workableDays: end = countWorked(period.count, .workable, sign, from: anchor)
        }
        steps.append(.counted(period, direction, to: end))
        return end
    }

    private mutating func addMonths(_ months: Int, to anchor: CivilDate) -> CivilDate {
        let end = anchor.adding(months: months)
        let number = anchor.day
        if end.day < number, end != .earliest { steps.append(.noSuchDay(number: number, lastDay: end)) }
        return end
    }

    private mutating func countWorked(
        _ count: Int, _ kind: BusinessCalendar.DayKind, _ step: Int, from anchor: CivilDate
    ) -> CivilDate {
        var day = anchor
        var left = count
        var weekendDays = 0
        var closedInARow = 0
        while left > 0, day != (step > 0 ? CivilDate.latest : .earliest) {
            day = day.adding(days: step)
            guard let closure = calendar.closure(on: day, of: kind), closedInARow < BusinessCalendar.longestClosure
            else {
                left -= 1
                closedInARow = 0
                continue
            }
            closedInARow += 1
            switch closure {
            case .weekend: weekendDays += 1
            case .holiday(let holiday): steps.append(.skippedHoliday(holiday))
            }
        }
        if weekendDays > 0 { steps.append(.skippedWeekend(days: weekendDays)) }
        noteEstimates(anchor, day)
        return day
    }

    mutating func noteEstimates(_ one: CivilDate, _ other: CivilDate) {
        estimate = estimate ?? calendar.estimate(near: min(one, other)...max(one, other))
    }

    /// The working day that `roll` asks for.
    mutating func move(_ nominal: CivilDate, _ roll: Roll) -> CivilDate {
        guard roll != .none else { return nominal }
        let step = roll == .nextWorkingDay ? 1 : -1
        let date = calendar.nextDay(.working, from: nominal, step: step)
        if date != nominal {
            var closed: [DerivationStep.ClosedDay] = []
            var day = nominal
            while day != date, let closure = calendar.closure(on: day, of: .working) {
                closed.append(DerivationStep.ClosedDay(date: day, closure: closure))
                day = day.adding(days: step)
            }
            steps.append(.rolled(closed, to: date))
        }
        noteEstimates(nominal, date)
        return date
    }

    /// Moves the day found as `roll` asks and closes the computation.
    mutating func finish(_ nominal: CivilDate, _ roll: Roll) -> DerivedDate {
        result(nominal: nominal, date: move(nominal, roll))
    }

    mutating func result(nominal: CivilDate, date: CivilDate) -> DerivedDate {
        if let estimate { steps.append(.estimated(estimate)) }
        return DerivedDate(nominal: nominal, date: date, provisional: estimate != nil, steps: steps)
    }
}
