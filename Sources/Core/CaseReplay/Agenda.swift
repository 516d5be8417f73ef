package import CivilTime
import StatechartKernel
package import WorkflowModel

/// A deadline that lies ahead of a case.
package struct AgendaItem: Hashable, Sendable {
    package var instant: Timestamp
    /// A date's name or a state's path.
    package var element: String
    package var title: String
    /// The day in a sentence of the contract's language.
    package var words: String
    package var clause: Clause?
}

extension Workflow {
    /// The deadlines ahead: those active states wait for, and every named date still to come. Reminders are not among
    /// them.
    package func agenda(_ current: Case) -> [AgendaItem] {
        guard !current.isOver, current.fault == nil else { return [] }
        var items: [AgendaItem] = []
        for (index, date) in dates.enumerated() {
            guard let resolved = current.dates[index], resolved.limit > current.position else { continue }
            items.append(
                AgendaItem(
                    instant: resolved.limit.instant, element: date.name, title: date.title,
                    words: resolved.words(of: date, in: language), clause: date.clause))
        }
        for index in cadences.indices {
            guard let status = openStatus(ofCadence: index, in: current) else { continue }
            let cadence = cadences[index]
            items.append(
                AgendaItem(
                    instant: zone.endOfDay(status.period.days.upperBound), element: cadence.name, title: cadence.title,
                    words: language.typeset(status.agendaWords(in: language)), clause: cadence.clause))
        }
        for due in dues(current) {
            guard case .timer(let index) = due.kind, case .period = timers[index].moment else { continue }
            let info = states[Int(timers[index].state.rawValue)]
            items.append(
                AgendaItem(
                    instant: due.position.instant, element: info.path, title: info.title,
                    words: zone.civil(at: due.position.instant).words(in: language),
                    clause: timers[index].clause ?? info.clause))
        }
        return items.sorted { ($0.instant, $0.element) < ($1.instant, $1.element) }
    }

    /// Whether two stages of one case have the same ``agenda(_:)``, found without making it.
    package func hasSameAgenda(_ one: Case, _ other: Case) -> Bool {
        one.dates == other.dates && one.isOver == other.isOver && one.fault == other.fault
            && periodTimers(one) == periodTimers(other)
            && !cadences.indices.contains { openStatus(ofCadence: $0, in: one) != openStatus(ofCadence: $0, in: other) }
            && !one.dates.contains { date in
                guard let date else { return false }
                return (date.limit > one.position) != (date.limit > other.position)
            } && !hasTimer(of: one, between: one.position, and: other.position)
    }

    /// A period that runs from a state's entry.
    private struct PeriodTimer: Equatable {
        var index: Int
        var entered: Timestamp
    }

    /// The periods that run from the entries of active states.
    private func periodTimers(_ current: Case) -> [PeriodTimer] {
        current.configuration.active.flatMap { state -> [PeriodTimer] in
            guard let entered = current.entered[Int(state.rawValue)] else { return [] }
            return states[Int(state.rawValue)].timers.compactMap { index in
                if case .period = timers[index].moment { PeriodTimer(index: index, entered: entered) } else { nil }
            }
        }
    }

    /// Whether a period from a state's entry ends between two positions, whichever is the later.
    private func hasTimer(of current: Case, between one: Position, and other: Position) -> Bool {
        one != other
            && periodTimers(current).contains { timer in
                guard let end = position(of: timers[timer.index], entered: timer.entered, dates: current.dates) else {
                    return false
                }
                return (end > one) != (end > other)
            }
    }
}
