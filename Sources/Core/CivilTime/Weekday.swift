/// A day of the week, numbered as in ISO 8601: Monday is 1, Sunday is 7.
package enum Weekday: Int, CaseIterable, Comparable, Hashable, Sendable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// Monday is least.
    package static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }

    /// The weekday `days` later; negative counts go back.
    package func adding(days: Int) -> Weekday {
        Weekday.allCases[flooredDivision(rawValue - 1 + days % 7, by: 7).remainder]
    }
}
