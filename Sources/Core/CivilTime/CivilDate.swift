/// A day of the proleptic Gregorian calendar, without time and zone, from 0001-01-01 to 9999-12-31.
///
/// Arithmetic that would leave the range stops at its first or last day.
package struct CivilDate: Hashable, Comparable, Sendable {
    private let storage: Int32

    /// The first day of the range, 0001-01-01.
    package static let earliest = CivilDate(unchecked: -719_162)
    /// The last day of the range, 9999-12-31.
    package static let latest = CivilDate(unchecked: 2_932_896)

    private init(unchecked dayNumber: Int) { storage = Int32(truncatingIfNeeded: dayNumber) }

    /// Days since 1970-01-01, which is day 0.
    package var dayNumber: Int { Int(storage) }

    /// The day that many days after 1970-01-01; outside the range, the nearest day in it.
    package init(dayNumber: Int) {
        self.init(unchecked: min(max(dayNumber, Self.earliest.dayNumber), Self.latest.dayNumber))
    }

    /// The day with these numbers; absent when there is none, as for 30 February or a year outside 1...9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(year: year, month: month)
        else { return nil }
        self.init(unchecked: Self.dayNumber(year: year, month: month, day: day))
    }

    /// Reads `2021-09-24`, four digits of year, two of month, two of day; absent for anything else.
    package init?(iso text: some StringProtocol) {
        var scanner = ByteScanner(text)
        guard let date = CivilDate(&scanner), scanner.isAtEnd else { return nil }
        self = date
    }

    /// Reads `2021-09-24` at the scanner's place and leaves the rest.
    init?(_ scanner: inout ByteScanner) {
        guard let year = scanner.digits(4), scanner.accept("-"), let month = scanner.digits(2), scanner.accept("-"),
            let day = scanner.digits(2)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Earlier days are less.
    package static func < (left: CivilDate, right: CivilDate) -> Bool { left.storage < right.storage }
}

// MARK: Fields

extension CivilDate {
    /// Year, month (1...12) and day of the month, in one computation.
    package var fields: (year: Int, month: Int, day: Int) {
        // Years begin on 1 March here, so that the leap day is the last of a year; eras have 400 years, 146,097 days.
        // Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let sinceEpoch = dayNumber + 719_468
        let era = flooredDivision(sinceEpoch, by: 146_097)
        let dayOfEra = era.remainder
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era.quotient * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    /// 1...9999.
    package var year: Int { fields.year }
    /// 1...12.
    package var month: Int { fields.month }
    /// Day of the month, 1...31.
    package var day: Int { fields.day }
    /// Day of the year, 1...366.
    package var dayOfYear: Int { dayNumber - Self.dayNumber(year: year, month: 1, day: 1) + 1 }

    /// The day of the week.
    package var weekday: Weekday {
        Weekday.allCases[flooredDivision(dayNumber + 3, by: 7).remainder]  // day 0 was a Thursday
    }

    /// Whether the year has a 29 February.
    package static func isLeap(year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// 28...31. The month must be 1...12.
    package static func daysInMonth(year: Int, month: Int) -> Int {
        month == 2 ? (isLeap(year: year) ? 29 : 28) : 30 + (month + month / 8) % 2
    }

    /// Days since 1970-01-01 of a day that exists, for any year.
    ///
    /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let era = flooredDivision(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = era.remainder * 365 + era.remainder / 4 - era.remainder / 100 + dayOfYear
        return era.quotient * 146_097 + dayOfEra - 719_468
    }
}

// MARK: Arithmetic

extension CivilDate {
    /// The day that many days later; negative counts go back.
    package func adding(days: Int) -> CivilDate {
        let (sum, overflow) = dayNumber.addingReportingOverflow(days)
        return overflow ? (days < 0 ? .earliest : .latest) : CivilDate(dayNumber: sum)
    }

    /// The day with the same number that many months later, or that month's last day if it has no such day.
    ///
    /// Negative counts go back. 2021-12-31 plus 2 months is 2022-02-28.
    package func adding(months: Int) -> CivilDate {
        let (year, month, day) = fields
        let limited = min(max(months, -120_000), 120_000)
        let target = flooredDivision(year * 12 + month - 1 + limited, by: 12)
        guard target.quotient >= 1 else { return .earliest }
        guard target.quotient <= 9999 else { return .latest }
        let last = Self.daysInMonth(year: target.quotient, month: target.remainder + 1)
        return CivilDate(
            unchecked: Self.dayNumber(year: target.quotient, month: target.remainder + 1, day: min(day, last)))
    }

    /// The most months that can be added to this day without passing `other`, after ``adding(months:)``; negative where
    /// `other` is earlier.
    package func wholeMonths(until other: CivilDate) -> Int {
        let months = (other.year - year) * 12 + other.month - month
        return adding(months: months) > other ? months - 1 : months
    }

    /// Days from this day to `other`; negative when `other` is earlier.
    package func days(to other: CivilDate) -> Int { other.dayNumber - dayNumber }

    /// The first day of this day's month.
    package var firstOfMonth: CivilDate { adding(days: 1 - day) }

    /// The last day of this day's month.
    package var lastOfMonth: CivilDate {
        let (year, month, day) = fields
        return adding(days: Self.daysInMonth(year: year, month: month) - day)
    }
}

extension CivilDate: CustomStringConvertible {
    /// `2021-09-24`.
    package var description: String {
        let (year, month, day) = fields
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
