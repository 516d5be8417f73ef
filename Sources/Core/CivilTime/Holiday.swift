/// A holiday on one day.
package struct Holiday: Hashable, Sendable {
    /// The day it falls on.
    package var date: CivilDate
    /// As people call it: `Lundi de Pâques`.
    package var name: String
    /// Whether the date is an estimate that a proclamation may still move by a day.
    package var provisional: Bool
    /// Where the rule or the proclaimed date comes from.
    package var source: String

    /// A holiday on a day; its date is certain unless said otherwise.
    package init(date: CivilDate, name: String, provisional: Bool = false, source: String = "") {
        self.date = date
        self.name = name
        self.provisional = provisional
        self.source = source
    }
}

/// A holiday and when it falls, year after year.
package struct HolidayRule: Hashable, Sendable {
    /// When a holiday falls.
    package enum Occurrence: Hashable, Sendable {
        /// The same day every year; 29 February in leap years only. Month 1...12, day 1...31.
        case fixed(month: Int, day: Int)
        /// Days after Easter Sunday; negative before.
        case easter(offset: Int)
        /// A day of the Hijri calendar, estimated until proclaimed. Month 1...12 from Muharram, day 1...30.
        case hijri(month: Int, day: Int)
        /// One day only.
        case once(CivilDate)
    }

    /// As people call it: `Lundi de Pâques`.
    package var name: String
    /// When it falls.
    package var occurrence: Occurrence
    /// The first year the rule holds for; absent for always.
    package var firstYear: Int?
    /// The last year the rule holds for; absent for still.
    package var lastYear: Int?
    /// The text the rule comes from.
    package var source: String

    /// A rule for all years, or from and to the years given.
    package init(
        _ name: String, _ occurrence: Occurrence, firstYear: Int? = nil, lastYear: Int? = nil, source: String = ""
    ) {
        self.name = name
        self.occurrence = occurrence
        self.firstYear = firstYear
        self.lastYear = lastYear
        self.source = source
    }
}

/// An announcement of the day on which a day of the Hijri calendar falls in a country.
///
/// It settles the whole lunar month: once the first day of a feast is proclaimed, so is the second.
package struct HijriProclamation: Hashable, Sendable {
    /// 1...12 from Muharram.
    package var month: Int
    /// 1...30.
    package var day: Int
    /// The proclaimed day; the year of the Hijri calendar is the one that brings its estimate nearest.
    package var date: CivilDate
    /// Who announced it, and where.
    package var source: String

    /// An announcement that a day of a lunar month falls on a date.
    package init(month: Int, day: Int, date: CivilDate, source: String) {
        self.month = month
        self.day = day
        self.date = date
        self.source = source
    }
}
