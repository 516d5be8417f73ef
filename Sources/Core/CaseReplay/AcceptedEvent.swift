import CivilTime
package import Expressions
import StatechartKernel
package import WorkflowModel

/// An event that somebody may report to a case now.
package struct AcceptedEvent: Sendable {
    package var declaration: EventDeclaration
    /// States it would change or act in, by path.
    package var states: [String]
    /// What stands in the way, for people; empty if nothing does, or if that depends on what the event carries.
    package var unmet: [String]
}

extension Workflow {
    /// The events that active states wait for, in the order of the file; without those that blocks raise themselves.
    package func acceptedEvents(_ current: Case) -> [AcceptedEvent] {
        acceptedEvents(current, among: events.filter { !$0.isRaisedByBlock })
    }

    private func acceptedEvents(_ current: Case, among events: [EventDeclaration]) -> [AcceptedEvent] {
        guard !current.isOver, current.fault == nil else { return [] }
        var accepted: [AcceptedEvent] = []
        let waiting = chart.transitions(in: current.configuration).filter { transition in
            !transition.events.isEmpty && !transition.events.contains { $0.hasPrefix(Timer.eventPrefix) }
        }
        for declaration in events {
            let transitions = waiting.filter { transition in
                transition.events.contains { eventDescriptor($0, matches: declaration.name) }
            }
            let isTakenAnyway = takesItself(declaration.name, in: current)
            guard isTakenAnyway || !transitions.isEmpty else { continue }
            let obstacles = transitions.map { unmet($0, in: current) }
            var paths: [String] = []
            for transition in transitions {
                let path = states[Int(transition.source.rawValue)].path
                if !paths.contains(path) { paths.append(path) }
            }
            accepted.append(
                AcceptedEvent(
                    declaration: declaration, states: paths,
                    unmet: isTakenAnyway || obstacles.contains { $0.isEmpty } ? [] : obstacles.flatMap(\.self)))
        }
        return accepted
    }

    /// Values and addressees without which a case stands still where it would go on by itself, at once or since a time was
    /// up; by index.
    package func neededToGoOn(_ current: Case) -> (parameters: [Int], parties: [PartyIndex]) {
        var needed: (parameters: [Int], parties: [PartyIndex]) = ([], [])
        guard !current.isOver, current.fault == nil, needsValues else { return needed }
        let held = Run(self, resuming: current).heldUpTimers().compactMap { overdue -> String? in
            if case .timer(let index) = overdue.due.kind { timers[index].eventName } else { nil }
        }
        for transition in chart.transitions(in: current.configuration) {
            guard transition.events.isEmpty || transition.events.contains(where: held.contains) else { continue }
            guard let id = transition.guardID else { continue }
            let condition = guards[Int(id.rawValue)]
            let parameters = condition.neededParameters.filter { current.parameters[$0] == nil }
            let parties = condition.neededParties.filter { current.addresses[$0] == nil }
            guard !parameters.isEmpty || !parties.isEmpty else { continue }
            if let expression = condition.condition {
                guard case .bool(true)? = try? Run(self, resuming: current).evaluate(expression) else { continue }
            }
            needed.parameters += parameters.filter { !needed.parameters.contains($0) }
            needed.parties += parties.filter { !needed.parties.contains($0) }
        }
        return needed
    }

    /// What keeps a transition from being taken, as far as it can be said before the event has come.
    private func unmet(_ transition: Transition, in current: Case) -> [String] {
        guard let id = transition.guardID else { return [] }
        let condition = guards[Int(id.rawValue)]
        var obstacles = condition.neededParameters.filter { current.parameters[$0] == nil }
            .map { "parameter '\(parameters[$0].name)' is not known yet" }
        obstacles += condition.neededParties.filter { current.addresses[$0] == nil }
            .map { "nobody is named for party '\(parties[$0].name)' yet" }
        if let expression = condition.condition, !expression.variables.contains(.event) {
            let run = Run(self, resuming: current)
            switch try? run.evaluate(expression) {
            case .bool(true): break
            default: obstacles.append("'\(expression.expression.source)' does not hold")
            }
        }
        return obstacles
    }

    /// Why a reported event changed nothing, for people.
    package func whyIgnored(_ name: String, in current: Case) -> [String] {
        if let fault = current.fault { return ["the case cannot go on: \(fault)"] }
        if current.isOver { return ["the case is over"] }
        guard let accepted = acceptedEvents(current, among: events.filter { $0.name == name }).first else {
            let paths = current.configuration.active.filter { chart.children(of: $0).isEmpty }
                .map { states[Int($0.rawValue)].path }
            return ["nothing waits for it in \(paths.joined(separator: ", "))"]
        }
        return accepted.unmet.isEmpty
            ? [
                "the conditions of \(accepted.states.joined(separator: ", ")) do not hold for "
                    + "what it carries"
            ] : accepted.unmet
    }
}

extension Workflow {
    /// A computed value in a case, by its index of ``values``; `nil` while it cannot be computed.
    package func computed(_ index: Int, in current: Case) -> Value? {
        try? Run(self, resuming: current).evaluate(values[index].expression)
    }
}
