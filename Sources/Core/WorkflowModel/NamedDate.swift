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
    /// A date without an hour lasts until the end of its day whichever this says.
    package var isStrict: Bool
    /// Where a computed date that is no working day goes. A literal date never moves.
    package var roll: Roll
    /// True where a state waits for the date or somebody is reminded of it: something has to be done by then.
    package var isDeadline = false
    /// Where the period that it counts comes from if not from the contract.
    package var origin: ValueOrigin?
    package var clause: Clause?

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

    /// Which way a period is counted.
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
}
