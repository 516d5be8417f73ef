import CivilTime
import StatechartKernel
import WorkflowModel

/// A due that was over before it began to count.
struct Overdue {
    var due: Due
    /// The state whose timer or ladder it is, and its entry serial when this was noted.
    var state: StateIndex
    var serial: Int
}

extension Run {
    /// The overdue due to take first; those whose state has been left since are forgotten.
    mutating func nextOverdue() -> Due? {
        overdue.removeAll { item in
            current.entrySerials[Int(item.state.rawValue)] != item.serial
                || !current.configuration.contains(item.state)
        }
        guard let first = overdue.indices.min(by: { Due.precedes(overdue[$0].due, overdue[$1].due) }) else {
            return nil
        }
        return overdue.remove(at: first).due
    }

    /// Looks for what was over already when its state was entered or its date moved.
    mutating func noteOverdue() {
        tellPassedAlerts()
        let fresh = freshStates
        let moved = current.dates.indices.filter { current.dates[$0] != settledDates[$0] }
        guard !fresh.isEmpty || !moved.isEmpty else { return }
        freshStates = []
        settledDates = current.dates
        for state in current.configuration.active {
            let info = workflow.states[Int(state.rawValue)]
            guard !info.timers.isEmpty || !info.ladders.isEmpty, let entered = current.entered[Int(state.rawValue)]
            else { continue }
            let isFresh = fresh.contains(state)
            for index in info.timers {
                let timer = workflow.timers[index]
                if !isFresh {
                    guard case .date(let date) = timer.moment, moved.contains(date) else { continue }
                }
                guard let position = workflow.position(of: timer, entered: entered, dates: current.dates),
                    position <= current.position
                else { continue }
                note(overdue: .timer(index), since: position, of: state, order: index)
            }
            for index in info.ladders where isFresh || moved.contains(workflow.ladders[index].date) {
                guard let rung = lastPassedRung(of: workflow.ladders[index]) else { continue }
                note(
                    overdue: .rung(ladder: index, rung: rung), since: current.position, of: state,
                    order: workflow.timers.count + index)
            }
        }
    }

    private mutating func note(overdue kind: Due.Kind, since position: Position, of state: StateIndex, order: Int) {
        overdue.removeAll { $0.due.kind == kind }
        let serial = current.entrySerials[Int(state.rawValue)]
        let due = Due(position: position, kind: kind, rank: .init(serial: serial, order: order))
        overdue.append(Overdue(due: due, state: state, serial: serial))
    }

    /// The latest reminder before a date that should have left already. Somebody has to learn of a date that was
    /// close from the first, so that one leaves at once, unless the next one tells them the same day; of a date that is
    /// over, or will be at this very instant, nobody is reminded. A first day is not over before its end.
    private func lastPassedRung(of ladder: Ladder) -> Int? {
        guard let date = current.dates[ladder.date], date.limit.instant != now else { return nil }
        let end = date.time == nil ? workflow.zone.endOfDay(date.day) : date.limit.instant
        guard end > now else { return nil }
        var last: (rung: Int, position: Position)?
        for (index, rung) in ladder.rungs.enumerated() {
            switch rung.moment {
            case .before: break
            case .onOpening where date.window != nil: break
            default: continue
            }
            let position = workflow.position(of: rung, on: date)
            if position <= current.position, last.map({ $0.position <= position }) ?? true { last = (index, position) }
        }
        guard let last else { return nil }
        let today = workflow.zone.civil(at: now).date
        let isToldToday = ladder.rungs.contains { rung in
            guard rung.recipients == ladder.rungs[last.rung].recipients else { return false }
            switch rung.moment {
            case .before(let period) where period.duration == nil: break
            case .onTheDay: break
            default: return false
            }
            let position = workflow.position(of: rung, on: date)
            return position > current.position && workflow.zone.civil(at: position.instant).date == today
        }
        return isToldToday ? nil : last.rung
    }

    /// Timers that are over while a parameter or party that their transition needs is missing.
    ///
    /// Without it the deadline has no effect; it takes effect as soon as the value is known.
    func heldUpTimers() -> [Overdue] {
        guard workflow.needsValues else { return [] }
        var held: [Overdue] = []
        for state in current.configuration.active {
            let timers = workflow.states[Int(state.rawValue)].timers
            guard !timers.isEmpty, let entered = current.entered[Int(state.rawValue)] else { continue }
            let transitions = workflow.chart.transitions(of: state)
            let serial = current.entrySerials[Int(state.rawValue)]
            for index in timers {
                let timer = workflow.timers[index]
                guard let position = workflow.position(of: timer, entered: entered, dates: current.dates),
                    position <= current.position,
                    transitions.contains(where: { $0.events == [timer.eventName] && isShort($0) })
                else { continue }
                let due = Due(
                    position: position, kind: .timer(index), rank: .init(serial: serial, order: index))
                held.append(Overdue(due: due, state: state, serial: serial))
            }
        }
        return held
    }

    private func isShort(_ transition: Transition) -> Bool {
        guard let id = transition.guardID else { return false }
        let condition = workflow.guards[Int(id.rawValue)]
        return condition.neededParameters.contains { current.parameters[$0] == nil }
            || condition.neededParties.contains { current.addresses[$0] == nil }
    }
}
