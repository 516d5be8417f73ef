import CivilTime
import WorkflowModel

/// A stop of a clock.
package struct ClockStop: Hashable, Sendable {
    package var since: Position
    /// `nil` while the clock stands still.
    package var until: Position?
}

extension Run {
    /// Lets an event have the effects that it has whatever the state: it stops or resumes clocks, and counts for what
    /// comes back.
    ///
    /// - Returns: Whether it has any.
    mutating func take(_ event: String) -> Bool {
        let isTaken = takeByClocks(event)
        for index in workflow.cadences.indices where workflow.cadences[index].event == event {
            current.cadences[index].append(workflow.zone.day(of: moment))
        }
        return isTaken || workflow.cadences.contains { $0.event == event }
    }

    private mutating func takeByClocks(_ event: String) -> Bool {
        var isTaken = false
        for (index, clock) in workflow.clocks.enumerated() where workflow.takes(event, by: index, in: current) {
            isTaken = true
            if clock.stops.contains(event) {
                current.clocks[index].append(ClockStop(since: moment, until: nil))
            } else {
                current.clocks[index][current.clocks[index].count - 1].until = moment
            }
        }
        if isTaken { resolveDates() }
        return isTaken
    }
}

extension Workflow {
    /// Whether an event stops a clock that runs, or resumes one that stands still.
    func takes(_ event: String, by clock: Int, in current: Case) -> Bool {
        let stands = current.clocks[clock].last.map { $0.until == nil } ?? false
        return (stands ? clocks[clock].resumes : clocks[clock].stops).contains(event)
    }

    /// Whether an event has effects of its own now, whatever the state.
    func takesItself(_ event: String, in current: Case) -> Bool {
        cadences.contains { $0.event == event } || clocks.indices.contains { takes(event, by: $0, in: current) }
    }
}
