import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

extension Run {
    /// Whether what a due of an obligation says still holds.
    func stands(_ due: CadenceDue) -> Bool { status(of: due) != nil }

    private func status(of due: CadenceDue) -> CadenceStatus? {
        let status = workflow.status(ofCadence: due.cadence, on: due.period.days.lowerBound, in: current)
        guard let status, status.period == due.period, status.missing > 0 else { return nil }
        return status
    }

    /// Tells what is missing; at the end, the chart hears of it too.
    mutating func take(_ due: CadenceDue) {
        guard let status = status(of: due) else { return }
        tell(status, due)
        guard due.moment == .end else { return }
        note(.cadenceMissed(status))
        guard !current.isOver, !isClosed else { return }
        let cadence = workflow.cadences[due.cadence]
        let entries: [(Value, Value)] = [
            (.string("held"), .int(Int64(status.held))), (.string("required"), .int(Int64(status.period.required))),
            (.string("missing"), .int(Int64(status.missing))), (.string("first"), .date(status.period.days.lowerBound)),
            (.string("last"), .date(status.period.days.upperBound)),
        ]
        hear(cadence.missedEvent, payload: .map(ValueMap(entries)))
    }

    private mutating func tell(_ status: CadenceStatus, _ due: CadenceDue) {
        let cadence = workflow.cadences[due.cadence]
        let days = status.period.days
        let rung =
            switch due.moment {
            case .alert(let missing): "alert \(missing)"
            case .end: "end"
            }
        for recipient in cadence.recipients {
            note(
                .message(
                    Message(
                        element: "cadence \(cadence.name)/\(rung)", version: "\(days.lowerBound)..\(days.upperBound)",
                        recipient: recipient, address: current.addresses[recipient], instant: now, state: nil,
                        clause: cadence.clause, content: .cadence(status, isOver: due.moment == .end))))
        }
    }

    /// Tells at once of an obligation whose stretch has come to lie so that its alert has passed, or that it ends now.
    mutating func tellPassedAlerts() {
        guard !workflow.cadences.isEmpty else { return }
        var before = current
        (before.dates, before.eventAnchors, before.entryAnchors) = (
            settledDates, settledAnchors.events, settledAnchors.entries
        )
        settledAnchors = (current.eventAnchors, current.entryAnchors)
        let day = workflow.zone.day(of: moment)
        for index in workflow.cadences.indices {
            guard let status = workflow.status(ofCadence: index, on: day, in: current),
                status.period.days.contains(day),
                workflow.status(ofCadence: index, on: day, in: before)?.period != status.period
            else { continue }
            for due in workflow.dues(of: status).reversed() where due.position <= current.position {
                guard case .cadence(let due) = due.kind else { continue }
                if due.moment == .end {
                    take(due)
                } else if !current.isOver {
                    tell(status, due)
                }
                break
            }
        }
    }
}
