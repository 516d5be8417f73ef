// Periods whose clock is stopped and started again, as by service orders.

/// Days on which a clock stands still.
///
/// The day of the stop is the first that does not count, and the day of the resumption counts again: what is left of the
/// period is as long as it was when the clock was stopped.
package struct Suspension: Hashable, Sendable {
    /// The first day that does not count.
    package var first: CivilDate
    /// The first day that counts again, not before ``first``; absent while the clock stands still.
    package var resumed: CivilDate?

    package init(from first: CivilDate, until resumed: CivilDate?) {
        self.first = first
        self.resumed = resumed
    }

    /// The suspended days among those after one day and up to another; absent where there are none.
    fileprivate func days(after anchor: CivilDate, through end: CivilDate) -> ClosedRange<CivilDate>? {
        let from = max(first, anchor.adding(days: 1))
        let to = resumed.map { min($0.adding(days: -1), end) } ?? end
        return from <= to ? from...to : nil
    }
}

/// The last day of a period that an event starts and a clock measures; absent while the clock stands still before it.
///
/// Of days and weeks, the suspended calendar days are not counted; a period in months or years is made longer by as many
/// calendar days, because months have no parts; of working and workable days, those that are suspended are not counted.
/// Hours and less from a whole day are days.
/// - Parameter suspensions: In order, none over another.
package func limit(
    _ period: Period, after anchor: CivilDate, calendar: BusinessCalendar, roll: Roll = .none,
    suspensions: [Suspension]
) -> DerivedDate? {
    guard !suspensions.isEmpty else { return limit(period, after: anchor, calendar: calendar, roll: roll) }
    var derivation = Derivation(calendar: calendar, steps: [.event(anchor)])
    let undisturbed = derivation.count(period, .after, from: anchor)
    var end = undisturbed
    // What is suspended moves the end, and the end may thereby reach into another suspension.
    while true {
        var suspended = 0
        for suspension in suspensions {
            guard let days = suspension.days(after: anchor, through: end) else { continue }
            guard suspension.resumed != nil else { return nil }
            suspended += calendar.count(days, countedIn: period.unit)
        }
        let later = calendar.end(of: period, undisturbed: undisturbed, longerBy: suspended, after: anchor)
        guard later > end else { break }
        end = later
    }
    for suspension in suspensions {
        guard let days = suspension.days(after: anchor, through: end) else { continue }
        let count = calendar.count(days, countedIn: period.unit)
        let unit: PeriodUnit = period.unit.countsWorkedDays ? period.unit : .days
        derivation.steps.append(.suspended(days.lowerBound, days.upperBound, Period(count, unit)))
    }
    if end != undisturbed { derivation.steps.append(.postponed(to: end)) }
    return derivation.finish(end, roll)
}

/// The instant at which a period of elapsed time is over whose clock is stopped between instants; absent while it stands
/// still before the end.
///
/// - Parameter stops: In order, none over another; without an end while the clock stands still.
package func limit(
    _ elapsed: Duration, after anchor: Timestamp, stops: [(since: Timestamp, until: Timestamp?)]
) -> Timestamp? {
    var start = anchor
    var left = elapsed
    for stop in stops where stop.until.map({ $0 > start }) ?? true {
        if start + left <= stop.since { break }
        if stop.since > start { left -= stop.since - start }
        guard let until = stop.until else { return nil }
        start = max(start, until)
    }
    return start + left
}

extension PeriodUnit {
    /// Whether only days that are worked count.
    fileprivate var countsWorkedDays: Bool { self == .workingDays || self == .workableDays }
}

extension BusinessCalendar {
    /// How many of some days a unit counts.
    fileprivate func count(_ days: ClosedRange<CivilDate>, countedIn unit: PeriodUnit) -> Int {
        guard unit.countsWorkedDays else { return days.lowerBound.days(to: days.upperBound) + 1 }
        let kind: DayKind = unit == .workingDays ? .working : .workable
        return (days.lowerBound.dayNumber...days.upperBound.dayNumber)
            .count { closure(on: CivilDate(dayNumber: $0), of: kind) == nil }
    }

    /// The end of a period made longer by some of the days it counts.
    fileprivate func end(
        of period: Period, undisturbed: CivilDate, longerBy days: Int, after anchor: CivilDate
    ) -> CivilDate {
        guard period.unit.countsWorkedDays else { return undisturbed.adding(days: days) }
        let longer = Period(min(period.count + days, Period.largestCount(of: period.unit)), period.unit)
        var derivation = Derivation(calendar: self, steps: [])
        return derivation.count(longer, .after, from: anchor)
    }
}
