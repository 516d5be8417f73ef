import CivilTime
import YAMLReader

/// What a calendar file says that can be read and is probably not meant.
struct CalendarFindings {
    let report: Report
    let rules: [Located<HolidayRule>]
    let proclamations: [Located<HijriProclamation>]

    /// Years in which rules are compared.
    private static let years = 1970...2077
    /// Countries that watch for the crescent differ from the estimate by a day, seldom two.
    private static let largestDifference = 2

    /// Two rules that give one day the same name: one of them is superfluous, or has the wrong name or date.
    func reportRepeatedHolidays() {
        var earlier: [String: [Set<CivilDate>]] = [:]
        for rule in rules {
            let dates = Set(BusinessCalendar(name: "", rules: [rule.item]).holidays(in: Self.years).map(\.date))
            let others = earlier[rule.item.name] ?? []
            if let day = others.flatMap({ $0.intersection(dates) }).min() {
                report.warning(
                    "repeated-holiday",
                    "'\(rule.item.name)' is there twice, on \(day) for one: leave one out or give "
                        + "it 'from' and 'until'", at: rule.span)
            }
            earlier[rule.item.name] = others + [dates]
        }
    }

    /// Proclamations that name no holiday, that lie far from the estimate, or that contradict one another.
    func reportDoubtfulProclamations() {
        var firstDays: [(month: Int, first: Int, date: CivilDate)] = []
        for proclamation in proclamations {
            let (month, day, date) = (proclamation.item.month, proclamation.item.day, proclamation.item.date)
            let isUsed = rules.contains { rule in
                if case .hijri(month, _) = rule.item.occurrence { true } else { false }
            }
            if !isUsed {
                report.warning(
                    "unused-proclamation",
                    "no holiday is in month \(month) of the Hijri calendar, so this proclamation "
                        + "does nothing", at: proclamation.span)
            }
            if let estimate = estimate(month, day, near: date) {
                let difference = estimate.days(to: date)
                if abs(difference) > Self.largestDifference {
                    report.warning(
                        "far-proclamation",
                        "the day is estimated for \(estimate), \(abs(difference)) days "
                            + "\(difference > 0 ? "before" : "after") this date, where a day or two are usual: check "
                            + "month, day and year", at: proclamation.span)
                }
            }
            let first = date.dayNumber - day + 1
            // The same month comes back after 354 days.
            let other = firstDays.first { $0.month == month && abs($0.first - first) <= 177 && $0.first != first }
            if let other {
                report.warning(
                    "contradicting-proclamation",
                    "this moves the month that \(other.date) was proclaimed for; the last "
                        + "one counts, so leave one out", at: proclamation.span)
            }
            firstDays.append((month, first, date))
        }
    }

    /// The estimated day nearest to a date; absent at the ends of time.
    private func estimate(_ month: Int, _ day: Int, near date: CivilDate) -> CivilDate? {
        let calendar = BusinessCalendar(name: "", rules: [HolidayRule("", .hijri(month: month, day: day))])
        let estimates = calendar.holidays(in: date.year - 1...date.year + 1).map(\.date)
        return estimates.min { abs($0.days(to: date)) < abs($1.days(to: date)) }
    }
}
