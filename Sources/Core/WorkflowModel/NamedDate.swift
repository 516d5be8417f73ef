package import CivilTime

/// A date of the contract with a name: given, or computed from an event, a state or another date.
package struct NamedDate: Sendable {
    package var name: String
    package var title: String
    package var source: DateSource
    /// An event that replaces the date by its own day once it has happened (`or:`), as an index of
    /// `Workflow.anchorEvents`.
    package var replacedBy: Int?
    /// True for "before 16:30", where 16:30 itself is too late; false for "at the latest at 16:30".
    /// A date without an hour lasts until the end of its day, and a first one begins with it, whichever this says.
    package var isStrict: Bool
    /// Where a computed date that is no working day goes. A literal date never moves.
    package var roll: Roll
    package var kind = Kind.deadline
    /// True where the file says so, a state waits for the date or somebody is reminded of it: something has to be done
    /// by then.
    package var isDeadline = false
    /// Where the period that it counts comes from if not from the contract.
    package var origin: ValueOrigin?
    /// The clock that the date counts by, as an index of `Workflow.clocks`; absent for one that nothing stops.
    package var clock: Int?
    package var clause: Clause?

    /// What the day is to people.
    package enum Kind: String, CaseIterable, Sendable {
        /// The last on which something can be done.
        case deadline
        /// That on which something is: a meeting, the end of a period.
        case day
        /// The first on which something can be done.
        case earliest
    }

    package init(
        name: String, title: String, source: DateSource, replacedBy: Int?, isStrict: Bool, roll: Roll, clause: Clause?
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.replacedBy = replacedBy
        self.isStrict = isStrict
        self.roll = roll
        self.clause = clause
    }
}

/// Where a named date comes from.
package enum DateSource: Sendable {
    /// Written in the contract. Without an hour, the whole day.
    case literal(CivilDate, TimeOfDay?)
    /// A period counted from something else.
    case counted(Period, Direction, DateAnchor)
    /// Computed from data; unknown while its data are.
    case expression(CheckedExpression)
    /// A window of the calendar, whose last day is the date, or a day by its place in one.
    case calendar(OrdinalDay?, WindowSource)

    /// Which way a period counts from its anchor.
    package enum Direction: Hashable, Sendable { case before, after }
}

/// What a period counts from.
package enum DateAnchor: Hashable, Sendable {
    /// The nominal day of another named date: before it rolls to a working day.
    case date(Int)
    /// The latest occurrence of an event, as an index of `Workflow.anchorEvents`.
    case event(Int)
    /// The latest entry of a state, as an index of `Workflow.anchorStates`.
    case entry(Int)
    /// The first day of a named date's window.
    case opening(Int)
}

/// Where a window of the calendar comes from.
package enum WindowSource: Hashable, Sendable {
    /// Written in the contract.
    case fixed(DateWindow)
    /// The month, quarter, half or year of an anchor, or the one after or before.
    case relative(CalendarSpan, DatePhrase.Relation, DateAnchor)
}

extension DateSource {
    /// False for a window.
    package var isSingleDay: Bool { if case .calendar(nil, _) = self { false } else { true } }

    /// What the date counts from; absent where it counts from nothing.
    package var anchor: DateAnchor? {
        switch self {
        case .counted(_, _, let anchor), .calendar(_, .relative(_, _, let anchor)): anchor
        case .literal, .expression, .calendar(_, .fixed): nil
        }
    }
}
