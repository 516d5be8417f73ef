import CivilTime
package import Expressions
import StatechartKernel
package import WorkflowModel

/// Why a case does not take an event, or that it does.
package struct WhyNot: Hashable, Sendable {
    /// What people call the event.
    package var title: String
    /// True where nothing stands in the way, as far as that can be said.
    package var isAccepted: Bool
    /// What holds whatever the state, in the contract's language: the case is over, it is in other states.
    package var reasons: [String]
    /// The transitions that active states have for it, each with what stands in its way.
    package var obstacles: [Obstacle]

    /// A transition of an active state, and what stands in its way.
    package struct Obstacle: Hashable, Sendable {
        /// The state's path and title.
        package var state: String
        package var stateTitle: String
        /// What people call the states it leads to; empty where it leads nowhere.
        package var targets: [String]
        /// In words; empty where nothing does.
        package var unmet: [String]
        package var clause: Clause?
    }
}

extension ChildPlace {
    /// Every condition that keeps a case or a child from taking an event.
    ///
    /// - Parameters:
    ///   - name: The event's, as the case or the child itself calls it.
    ///   - payload: What it would carry; absent while that is open, and conditions on it are told as they stand.
    ///   - caseID: The whole case's, for the commands that would help.
    /// - Throws: ``QuestionError`` for an event that the workflow does not know.
    package func whyNot(
        _ name: String, carrying payload: Value?, caseID: String
    ) throws(QuestionError) -> WhyNot {
        try workflow.whyNot(name, carrying: payload, at: self, caseID: caseID)
    }

    /// The same where it is the case itself, or the child, that a parameter or a party is told to.
    fileprivate func id(_ caseID: String, of path: ChildPath) -> String {
        path.isEmpty ? caseID : "\(caseID)/\(path)"
    }
}

extension Workflow {
    /// ``ChildPlace/whyNot(_:carrying:caseID:)`` of a case itself.
    package func whyNot(
        _ name: String, carrying payload: Value?, in current: Case, caseID: String
    ) throws(QuestionError) -> WhyNot {
        try whyNot(name, carrying: payload, at: ChildPlace(workflow: self, current: current), caseID: caseID)
    }

    fileprivate func whyNot(
        _ name: String, carrying payload: Value?, at place: ChildPlace, caseID: String
    ) throws(QuestionError) -> WhyNot {
        let current = place.current
        let listeners = (0..<chart.transitionCount)
            .map { chart.transition(TransitionIndex(rawValue: Int32($0))) }
            .filter { transition in transition.events.contains { eventDescriptor($0, matches: name) } }
        guard event(named: name) != nil || (!listeners.isEmpty && !name.hasPrefix(Timer.eventPrefix)) else {
            throw QuestionError(message: unknownEvent(name))
        }
        let french = language == .french
        var answer = WhyNot(title: event(named: name)?.title ?? name, isAccepted: false, reasons: [], obstacles: [])
        if let fault = current.fault {
            answer.reasons = [
                french ? "le dossier ne peut pas continuer : \(fault)" : "the case cannot go on: \(fault)"
            ]
        } else if current.isOver {
            answer.reasons = [french ? "le dossier est terminé" : "the case is over"]
        } else {
            let active = listeners.filter { current.configuration.contains($0.source) }
            answer.obstacles = active.map { obstacle($0, of: name, carrying: payload, at: place, caseID: caseID) }
            answer.isAccepted = takesItself(name, in: current) || answer.obstacles.contains { $0.unmet.isEmpty }
            if active.isEmpty, !answer.isAccepted { answer.reasons = elsewhere(listeners, current) }
            if !answer.isAccepted { answer.reasons += clockReasons(name, in: current) }
        }
        answer.reasons = answer.reasons.map { language.typeset($0) }
        return answer
    }

    private func unknownEvent(_ name: String) -> String {
        let known = events.map(\.name)
        if let near = nearest(to: name, among: known) { return "there is no event '\(name)'; did you mean '\(near)'?" }
        return known.isEmpty
            ? "there is no event '\(name)': the workflow has none"
            : "there is no event '\(name)'; \(offered(for: name, among: known))"
    }

    /// Which states would take it, and where the case is.
    private func elsewhere(_ listeners: [Transition], _ current: Case) -> [String] {
        let french = language == .french
        func quoted(_ states: [StateIndex]) -> String {
            var titles: [String] = []
            for state in states {
                let title = self.states[Int(state.rawValue)].title
                if !titles.contains(title) { titles.append(title) }
            }
            return titles.map { french ? "« \($0) »" : "'\($0)'" }.joined(separator: ", ")
        }
        let here = quoted(current.configuration.active.filter { chart.children(of: $0).isEmpty })
        let place = french ? "le dossier est dans \(here)" : "the case is in \(here)"
        guard !listeners.isEmpty else {
            return [place, french ? "aucun état n'attend cet événement" : "no state waits for this event"]
        }
        let there = quoted(listeners.map(\.source))
        return [
            french
                ? "\(place) ; l'événement est attendu dans \(there)" : "\(place); the event is waited for in \(there)"
        ]
    }

    private func clockReasons(_ name: String, in current: Case) -> [String] {
        let french = language == .french
        return clocks.enumerated().compactMap { index, clock in
            let stop = current.clocks[index].last
            if let stop, stop.until == nil, clock.stops.contains(name) {
                let since = zone.day(of: stop.since).words(in: language)
                return french
                    ? "« \(clock.title) » est déjà suspendu, depuis le \(since)"
                    : "'\(clock.title)' is stopped already, since \(since)"
            }
            if clock.resumes.contains(name) {
                return french ? "« \(clock.title) » n'est pas suspendu" : "'\(clock.title)' is not stopped"
            }
            return nil
        }
    }

    // MARK: Transitions

    private func obstacle(
        _ transition: Transition, of event: String, carrying payload: Value?, at place: ChildPlace, caseID: String
    ) -> WhyNot.Obstacle {
        let source = states[Int(transition.source.rawValue)]
        let condition = transition.guardID.map { guards[Int($0.rawValue)] }
        var unmet: [String] = []
        if let condition {
            unmet += missing(condition, at: place, caseID: caseID)
            if let expression = condition.condition {
                unmet += unmetParts(of: expression, condition, event, carrying: payload, in: place.current)
            }
        }
        return WhyNot.Obstacle(
            state: source.path, stateTitle: source.title,
            targets: transition.targets.map { states[Int($0.rawValue)].title },
            unmet: unmet.map { language.typeset($0) }, clause: condition?.clause ?? source.clause)
    }

    /// Values that the states behind the transition need, and how to give them.
    private func missing(_ condition: Guard, at place: ChildPlace, caseID: String) -> [String] {
        let french = language == .french
        let given = condition.neededParameters.filter { place.current.parameters[$0] == nil }.map { index in
            let parameter = parameters[index]
            let title = (parameter.title ?? parameter.name) + citedShortly(parameter.clause)
            if place.followed.contains(index) {
                return french
                    ? "« \(title) » suit le dossier qui l'a ouvert, et n'y est pas encore connu"
                    : "'\(title)' follows the case that opened this one, and is not known there yet"
            }
            let command = "jalonctl send \(place.id(caseID, of: place.path)) parameters.set \(parameter.name)=…"
            return french
                ? "le paramètre « \(title) » n'est pas encore donné : \(command)"
                : "parameter '\(title)' is not given yet: \(command)"
        }
        return given
            + condition.neededParties.filter { place.current.addresses[$0] == nil }.map { index in
                let party = parties[index]
                let title = party.title + citedShortly(party.clause)
                let owner = place.id(caseID, of: place.owner(of: index))
                let command = "jalonctl send \(owner) parties.set \(party.name)=…"
                return french
                    ? "personne n'est encore nommé pour « \(title) » : \(command)"
                    : "nobody is named for '\(title)' yet: \(command)"
            }
    }

    private func unmetParts(
        of expression: CheckedExpression, _ condition: Guard, _ event: String, carrying payload: Value?,
        in current: Case
    ) -> [String] {
        let derivation = Derivation(expression, in: current, payload: payload, of: self, event: event)
        let prefix = condition.title.map { $0 + language.colon } ?? ""
        return derivation.unmet(derivation.outline, isEventKnown: payload != nil).map {
            prefix + $0 + citedShortly(condition.clause)
        }
    }
}

/// The known name nearest to a mistyped one: at most a third of its letters differ.
private func nearest(to name: String, among known: [String]) -> String? {
    let limit = max(1, name.utf8.count / 3)
    let ranked = known.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
    return ranked.filter { $0.distance <= limit }.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// A clause that offers known names for a mistyped one: all of them, or the nearest where there are too many to read.
package func offered(for name: String, among known: [String]) -> String {
    let near = nearest(to: name, among: known, most: mostGuesses)
    let list = near.joined(separator: ", ")
    if near.isEmpty { return "none of the \(known.count) names is near it" }
    return near.count < known.count ? "of \(known.count) names the nearest are \(list)" : "there are \(list)"
}

/// How many names are offered for one that stands for nothing.
private let mostGuesses = 12

/// Known names, the nearest to a mistyped one first: those that hold it or that it holds, then by letters that differ;
/// all of them in their order where there are no more than so many. Those of which more than half differs are not near.
func nearest(to name: String, among known: [String], most: Int) -> [String] {
    guard known.count > most else { return known }
    let ranked = known.enumerated().map { index, other in
        let holds = !name.isEmpty && (other.contains(name) || name.contains(other))
        return (
            rank: (holds ? 0 : 1, distance(Array(name.utf8), Array(other.utf8)), index), name: other
        )
    }
    let near = ranked.filter { $0.rank.0 == 0 || $0.rank.1 <= max(2, name.utf8.count / 2) }
    return near.sorted { $0.rank < $1.rank }.prefix(most).map(\.name)
}

private func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var last = Array(0...other.count)
    for (row, character) in one.enumerated() {
        var current = [row + 1]
        for (column, candidate) in other.enumerated() {
            current.append(
                min(current[column] + 1, last[column + 1] + 1, last[column] + (character == candidate ? 0 : 1)))
        }
        last = current
    }
    return last[other.count]
}
