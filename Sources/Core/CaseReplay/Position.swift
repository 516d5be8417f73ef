package import CivilTime
import WorkflowModel

/// How far a case has come on the time line.
///
/// One instant has four parts, in this order: the day that ends then is over, what had to happen strictly before it runs
/// out, what people did at it, what may happen up to and including it. So an event at 16:30 is too late for "before
/// 16:30" and in time for "at the latest at 16:30", and at midnight a day's deadline comes before all that begins then.
package struct Position: Hashable, Comparable, Sendable {
    /// The parts of an instant, in their order.
    package enum Phase: UInt8, Sendable {
        /// Deadlines of the day that ends at the instant.
        case dayEnds = 1
        /// Deadlines strictly before the instant, the ends of hours, and what begins at it.
        case strictDues = 2
        /// What people report.
        case events = 3
        /// Deadlines that include the instant, and reminders.
        case inclusiveDues = 4
    }

    package var instant: Timestamp
    package var phase: Phase

    package init(_ instant: Timestamp, _ phase: Phase) {
        self.instant = instant
        self.phase = phase
    }

    /// The end of an instant: all that happens at it has happened.
    package init(after instant: Timestamp) { self.init(instant, .inclusiveDues) }

    /// How far people want to look, as they write it: an instant and all that happens at it, or the end of a day as
    /// screens show it, `2021-09-24 24:00`, which leaves out what begins then.
    ///
    /// - Parameter includesDay: Whether a day alone means its end rather than its beginning.
    package init?(readableByPeople text: String, zone: TimeZoneRules, includesDay: Bool = false) {
        let isEnd = text.hasSuffix(" 24:00") || text.hasSuffix("T24:00")
        if isEnd || includesDay, let day = CivilDate(iso: text.dropLast(isEnd ? 6 : 0)) {
            self.init(zone.endOfDay(day), .dayEnds)
        } else if let instant = Timestamp(readableByPeople: text, zone: zone) {
            self.init(after: instant)
        } else {
            return nil
        }
    }

    /// Where a calendar has it: what is over when a day ends stands on that day, in its last microsecond.
    package var calendarInstant: Timestamp {
        phase == .dayEnds ? Timestamp(microseconds: instant.microseconds - 1) : instant
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
    /// all else at midnight is of the day that begins.
    package func day(of position: Position) -> CivilDate {
        civil(at: position.calendarInstant).date
    }

    /// The same where it is not the day that clocks show: the day that ends then.
    package func dayEnding(at position: Position) -> CivilDate? {
        let day = day(of: position)
        return day == civil(at: position.instant).date ? nil : day
    }
}
