package import CivilTime

/// How far a case has come on the time line.
///
/// One instant has three parts, in this order: what had to happen strictly before it runs out, what people did at it,
/// what may happen up to and including it. So an event at 16:30 is too late for "before 16:30" and in time for
/// "at the latest at 16:30".
package struct Position: Hashable, Comparable, Sendable {
    /// The parts of an instant, in their order.
    package enum Phase: UInt8, Sendable {
        /// Deadlines strictly before the instant, and all that has no hour of its own.
        case strictDues = 1
        /// What people report.
        case events = 2
        /// Deadlines that include the instant, and reminders.
        case inclusiveDues = 3
    }

    package var instant: Timestamp
    package var phase: Phase

    package init(_ instant: Timestamp, _ phase: Phase) {
        self.instant = instant
        self.phase = phase
    }

    /// The last position before this one.
    var predecessor: Position {
        Phase(rawValue: phase.rawValue - 1).map { Position(instant, $0) }
            ?? Position(Timestamp(microseconds: instant.microseconds - 1), .inclusiveDues)
    }

    package static func < (one: Position, other: Position) -> Bool {
        (one.instant, one.phase.rawValue) < (other.instant, other.phase.rawValue)
    }
}

extension TimeZoneRules {
    /// The day that a position is of: what is over when a day ends is of the day that ends, though it is midnight, and
    /// what people report at midnight is of the day that begins.
    package func day(of position: Position) -> CivilDate {
        let isEnd = position.phase == .strictDues
        return civil(at: isEnd ? Timestamp(microseconds: position.instant.microseconds - 1) : position.instant).date
    }

    /// The same where it is not the day that clocks show: the day that ends then.
    package func dayEnding(at position: Position) -> CivilDate? {
        let day = day(of: position)
        return day == civil(at: position.instant).date ? nil : day
    }
}
