package import CivilTime
package import Expressions

/// Numbers of the law that findings compare with, each with the days on which it holds and where it comes from.
///
/// They are data that is handed in: a rule pack's, never this program's.
package struct Thresholds: Hashable, Sendable {
    package var entries: [Threshold]

    /// Knows nothing: rules that compare with a threshold find nothing.
    package static let none = Thresholds(entries: [])

    package init(entries: [Threshold]) { self.entries = entries }

    /// What holds on a day; `nil` for an unknown name, a day nobody has a value for, and a dated value where the day is
    /// not known.
    package func value(_ name: String, on day: CivilDate?) -> Threshold? {
        entries.first { entry in
            guard entry.name == name else { return false }
            guard let day else { return entry.from == nil && entry.until == nil }
            return (entry.from ?? .earliest) <= day && day <= (entry.until ?? .latest)
        }
    }
}

/// One number of the law.
package struct Threshold: Hashable, Sendable {
    package var name: String
    package var value: Decimal
    /// The first and last day of consultations it holds for; `nil` for no limit.
    package var from: CivilDate?
    package var until: CivilDate?
    /// The text it comes from.
    package var source: String

    package init(name: String, value: Decimal, from: CivilDate?, until: CivilDate?, source: String) {
        self.name = name
        self.value = value
        self.from = from
        self.until = until
        self.source = source
    }
}
