package import CivilTime
package import Expressions
package import StatechartKernel
import WorkflowModel

/// Where a contract stands at one instant: all that follows from its workflow and its journal until then.
///
/// Two cases are equal when everything that will ever follow from them is.
package struct Case: Equatable, Sendable {
    /// How far this case has come. Everything due up to here has been taken.
    package internal(set) var position: Position
    /// The active states and what history states remember.
    package internal(set) var configuration: Configuration
    /// When each active state was entered, by `StateIndex.rawValue`; `nil` for states that are not active.
    package internal(set) var entered: [Position?]
    /// What ``serial`` was when each active state was entered, by `StateIndex.rawValue`; 0 for states that are not
    /// active.
    var entrySerials: [Int]
    /// Counts entries of states and sent events, so that what was set off first is known within one instant too.
    var serial: Int
    /// By index of `Workflow.parameters`; `nil` while unknown.
    package internal(set) var parameters: [Value?]
    /// By index of `Workflow.data`.
    package internal(set) var data: [Value]
    /// Addresses by index of `Workflow.parties`; `nil` while nobody is named.
    package internal(set) var addresses: [String?]
    /// By index of `Workflow.dates`; `nil` while unknown.
    package internal(set) var dates: [ResolvedDate?]
    /// Days by which every literal date of the workflow is moved.
    package internal(set) var shiftDays: Int
    /// Latest occurrence, by index of `Workflow.anchorEvents`.
    package internal(set) var eventAnchors: [Position?]
    /// Latest entry, by index of `Workflow.anchorStates`.
    package internal(set) var entryAnchors: [Position?]
    /// When each clock was stopped, in order, by index of `Workflow.clocks`; only the last stop may be without an end.
    package internal(set) var clocks: [[ClockStop]]
    /// The days on which what comes back has happened, in order, by index of `Workflow.cadences`.
    package internal(set) var cadences: [[CivilDate]]
    /// Events sent with a delay that have not arrived yet, in the order in which they were sent.
    package internal(set) var pending: [PendingEvent]
    /// Child cases, by index of `Workflow.kinds`; those of a kind in the order of their opening.
    package internal(set) var children: [[Child]] = []
    /// What the children of an opening follow, as they were told last; by index of `Workflow.openings`, `nil` before
    /// the first child.
    var bound: [[Value?]?] = []
    /// True once a top-level final state was reached. The configuration stays; nothing is due any more.
    package internal(set) var isOver: Bool
    /// Why this case cannot go on: a fault of its workflow, for people. `nil` for a sound case.
    package internal(set) var fault: String?
}

/// An event on its way to the chart.
package struct PendingEvent: Hashable, Sendable {
    /// What the case's serial was when it was sent: no other event of the case has the same.
    var serial: Int
    /// When it arrives: at once, or when hours are over.
    package var position: Position
    package var name: String
    /// A map of what the event carries.
    package var payload: Value
    /// What `cancel` calls it.
    package var id: String?
}

/// What a named date comes to in a case.
package struct ResolvedDate: Hashable, Sendable {
    /// Before it moved to a working day; dates counted from this one start here.
    package var nominal: CivilDate
    /// The day that counts.
    package var day: CivilDate
    /// `nil` means the whole day.
    package var time: TimeOfDay?
    /// When the time is up, the hour or the end of the day; of a first day, when it begins.
    package var limit: Position
    /// True where it rests on a holiday that is not proclaimed yet.
    package var isProvisional: Bool
    /// The window whose last day it is; `nil` for a date that is a single day.
    package var window: DateWindow?
}
