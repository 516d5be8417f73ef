/// A stretch of the calendar year that rules name: `first working day of quarter`.
package enum CalendarSpan: Int, CaseIterable, Hashable, Sendable {
    case month = 1
    case quarter = 3
    case semester = 6
    case year = 12

    /// The span's first and last day, for the span that holds `date`.
    package func days(around date: CivilDate) -> ClosedRange<CivilDate> {
        let first = date.firstOfMonth.adding(months: -((date.month - 1) % rawValue))
        return first...first.adding(months: rawValue - 1).lastOfMonth
    }

    /// Which days are counted within a span.
    package enum Counting: Hashable, Sendable {
        case everyDay
        case workingDays
        case workableDays
        case weekday(Weekday)
    }

    /// The nth day of the span that holds `date`; from the end when `number` is negative: -1 is the last.
    ///
    /// Absent when the span has fewer such days, or `number` is 0.
    package func day(
        _ number: Int, counting: Counting, around date: CivilDate, calendar: BusinessCalendar
    ) -> CivilDate? {
        number == 0 ? nil : OrdinalDay(number, counting).day(in: days(around: date), calendar: calendar)
    }
}
