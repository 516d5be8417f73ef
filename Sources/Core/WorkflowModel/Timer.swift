package import CivilTime
package import StatechartKernel

/// A due of a state: while the state is active, at this moment the chart gets this event.
package struct Timer: Sendable {
    package var state: StateIndex
    package var moment: Moment
    /// The event the chart gets; no other has this key.
    package var key: EventKey
    package var eventName: String
    package var clause: Clause?

    /// When the due falls.
    package enum Moment: Hashable, Sendable {
        /// When a named date is over, or a first day begins, as an index of `Workflow.dates`.
        case date(Int)
        /// A period after the state was entered.
        case period(Period)
    }

    package init(state: StateIndex, moment: Moment, key: EventKey, eventName: String, clause: Clause?) {
        self.state = state
        self.moment = moment
        self.key = key
        self.eventName = eventName
        self.clause = clause
    }
}

/// Reminders of a date, sent while a state is active.
package struct Ladder: Sendable {
    package var state: StateIndex
    /// An index of `Workflow.dates`.
    package var date: Int
    package var rungs: [Rung]
    package var clause: Clause?

    package init(state: StateIndex, date: Int, rungs: [Rung], clause: Clause?) {
        self.state = state
        self.date = date
        self.rungs = rungs
        self.clause = clause
    }
}

/// One message of a ladder.
package struct Rung: Hashable, Sendable {
    /// What tells this rung from the others of the file, such as `before 7 days`.
    package var name: String
    package var moment: Moment
    package var recipients: [PartyIndex]
    /// True where somebody higher up is told that nothing has happened.
    package var isEscalation: Bool

    /// When it is.
    /// When the message leaves: on a working day at `Workflow.reminderTime`, or exactly for hours and less.
    package enum Moment: Hashable, Sendable {
        /// So long before the date.
        case before(Period)
        /// On the first day of the date's window; never of a date that has none.
        case onOpening
        /// On the date's own day, or when its time is up where that comes first.
        case onTheDay
        /// So long after the date, if nothing has happened.
        case after(Period)
        /// Again and again after the date, this far apart, until the state is left.
        case every(Period)
    }

    package init(name: String, moment: Moment, recipients: [PartyIndex], isEscalation: Bool) {
        self.name = name
        self.moment = moment
        self.recipients = recipients
        self.isEscalation = isEscalation
    }
}

extension Timer {
    /// What the names of dues' events begin with; no name a file can write does.
    package static let eventPrefix = "$due"
}
