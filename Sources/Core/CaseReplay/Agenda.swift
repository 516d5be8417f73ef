package import CivilTime
import StatechartKernel
package import WorkflowModel

/// A deadline that lies ahead of a case or of one of its children, or that is over and still waited for.
package struct AgendaItem: Hashable, Sendable {
    /// As ``Position/calendarInstant``.
    package var instant: Timestamp
    /// A date's name or a state's path; of a child, after its path.
    package var element: String
    /// For people; of a child, after the child's title.
    package var title: String
    /// The day in a sentence of the contract's language.
    package var words: String
    package var clause: Clause?
    /// The child whose deadline it is; `nil` for the case itself.
    package var child: ChildReference?
}

extension Workflow {
    /// The deadlines ahead: those active states wait for, every named date still to come that no state names or that one
    /// may still wait for, and what has to happen again; and those that are over while a state still reminds somebody of
    /// them. Reminders are not among them.
    ///
    /// - Parameters:
    ///   - limit: At most so many, the earliest.
    ///   - instant: At which the words of what is over say for how long; without one they do not.
    package func agenda(_ current: Case, limit: Int = .max, asOf instant: Timestamp? = nil) -> [AgendaItem] {
        var found: [Ahead] = []
        // A case that was followed to the end of a day has not come to what begins then.
        let position =
            instant.map { $0 > current.position.instant ? Position($0, .events) : current.position } ?? current.position
        lookAhead(of: current, from: position, in: nil, limit, &found)
        return found.sorted { one, other in
            one.position == other.position ? one.element < other.element : one.position < other.position
        }.prefix(limit).map { $0.item(in: language, asOf: instant == nil ? nil : position) }
    }

    /// The deadlines that active states of the case itself remind people of, by index.
    func awaitedDates(_ current: Case) -> Set<Int> {
        var awaited: Set<Int> = []
        guard !ladders.isEmpty else { return awaited }
        for state in current.configuration.active {
            for index in states[Int(state.rawValue)].ladders where dates[ladders[index].date].kind == .deadline {
                awaited.insert(ladders[index].date)
            }
        }
        return awaited
    }

    private func lookAhead(
        of current: Case, from position: Position, in child: ChildReference?, _ limit: Int, _ found: inout [Ahead]
    ) {
        guard !current.isOver, current.fault == nil else { return }
        let awaited = awaitedDates(current)
        let awaitable = awaitableDates(in: current.configuration)
        for index in dates.indices {
            guard let resolved = current.dates[index],
                awaited.contains(index) || awaitable[index] && resolved.limit > position
            else { continue }
            found.append(
                Ahead(position: resolved.limit, workflow: self, child: child, source: .date(index, resolved)))
        }
        for index in cadences.indices {
            guard let status = openStatus(ofCadence: index, in: current, at: position.instant) else { continue }
            let end = Position(zone.endOfDay(status.period.days.upperBound), .dayEnds)
            found.append(Ahead(position: end, workflow: self, child: child, source: .cadence(status)))
        }
        for state in current.configuration.active {
            for index in states[Int(state.rawValue)].timers {
                guard case .period = timers[index].moment, let entered = current.entered[Int(state.rawValue)],
                    let due = self.position(of: timers[index], entered: entered, dates: current.dates),
                    due > position
                else { continue }
                found.append(Ahead(position: due, workflow: self, child: child, source: .timer(index)))
            }
        }
        lookAheadOfChildren(of: current, from: position, in: child, limit, &found)
    }

    /// Looks at children in the order of what may come first of each, and at no more than it takes.
    private func lookAheadOfChildren(
        of current: Case, from position: Position, in child: ChildReference?, _ limit: Int, _ found: inout [Ahead]
    ) {
        var nearest: [(instant: Timestamp, kind: Int, child: Child)] = []
        for (kind, children) in current.children.enumerated() {
            for child in children {
                guard let first = [child.nextDue, child.nextLimit].compactMap(\.self).min() else { continue }
                nearest.append((first.instant, kind, child))
            }
        }
        nearest.sort { $0.instant < $1.instant }
        for (place, next) in nearest.enumerated() {
            if place % 64 == 0, found.count >= limit, next.instant > found.map(\.position.instant).sorted()[limit - 1] {
                return
            }
            let step = ChildPath.Step(kind: kinds[next.kind].name, key: next.child.key)
            let reference = ChildReference(
                path: ChildPath(steps: (child?.path.steps ?? []) + [step]),
                title: child.map { "\($0.title) › \(next.child.title)" } ?? next.child.title)
            kinds[next.kind].workflow.lookAhead(
                of: next.child.current, from: position, in: reference, limit, &found)
        }
    }

    /// Whether two stages of one case, the earlier one first, have the same ``agenda(_:limit:)``, found without making
    /// it.
    package func hasSameAgenda(_ one: Case, _ other: Case) -> Bool {
        hasSameAgenda(one, other, from: one.position, to: other.position)
    }

    /// - Parameters:
    ///   - start: The position of the whole case at the first stage; a child's own may lie before.
    ///   - end: The same at the second.
    private func hasSameAgenda(_ one: Case, _ other: Case, from start: Position, to end: Position) -> Bool {
        one.dates == other.dates && one.isOver == other.isOver && one.fault == other.fault
            && (one.configuration == other.configuration
                || awaitedDates(one) == awaitedDates(other)
                    && awaitableDates(in: one.configuration) == awaitableDates(in: other.configuration))
            && periodTimers(one) == periodTimers(other) && !one.passesLimit(from: start, to: end)
            && !passesPeriod(one, from: start, to: end)
            && cadences.indices.allSatisfy { index in
                openStatus(ofCadence: index, in: one, at: start.instant)
                    == openStatus(ofCadence: index, in: other, at: end.instant)
            }
            && zip(kinds.indices, kinds).allSatisfy { index, kind in
                let before = one.children[index]
                let after = other.children[index]
                return before.count == after.count
                    && zip(before, after).allSatisfy { before, after in
                        // What comes back is still asked for: the end of its stretch would have been taken.
                        before === after
                            ? !before.passesLimit(from: start, to: end)
                            : before.key == after.key && before.title == after.title
                                && kind.workflow.hasSameAgenda(before.current, after.current, from: start, to: end)
                    }
            }
    }

    /// A period that runs from a state's entry.
    private struct PeriodTimer: Equatable {
        var index: Int
        var entered: Position
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

    /// Whether a period that an active state waits for is over at the later position only: it may have led nowhere.
    private func passesPeriod(_ current: Case, from start: Position, to end: Position) -> Bool {
        periodTimers(current).contains { timer in
            guard let due = position(of: timers[timer.index], entered: timer.entered, dates: current.dates) else {
                return false
            }
            return (due > start) != (due > end)
        }
    }
}

extension Case {
    /// Whether a date of the case itself is over at one of two positions only.
    fileprivate func passesLimit(from start: Position, to end: Position) -> Bool {
        dates.contains { date in
            guard let date else { return false }
            return (date.limit > start) != (date.limit > end)
        }
    }
}

extension Child {
    /// The same for a child and its children, to which nothing has happened in between.
    fileprivate func passesLimit(from start: Position, to end: Position) -> Bool {
        guard let nextLimit, nextLimit <= max(start, end) else { return false }
        return current.passesLimit(from: start, to: end)
            || current.children.joined().contains { $0.passesLimit(from: start, to: end) }
    }
}

/// A deadline ahead, before it is put into words.
private struct Ahead {
    enum Source {
        case date(Int, ResolvedDate)
        case timer(Int)
        case cadence(CadenceStatus)
    }

    var position: Position
    var workflow: Workflow
    var child: ChildReference?
    var source: Source

    var element: String {
        let name =
            switch source {
            case .date(let index, _): workflow.dates[index].name
            case .timer(let index): workflow.states[Int(workflow.timers[index].state.rawValue)].path
            case .cadence(let status): workflow.cadences[status.cadence].name
            }
        return child?.path.name(name) ?? name
    }

    /// - Parameter now: At which it is said for how long what is over has been so.
    func item(in language: Language, asOf now: Position?) -> AgendaItem {
        let instant = position.calendarInstant
        switch source {
        case .date(let index, let resolved):
            let date = workflow.dates[index]
            let words = lateness(resolved, asOf: now, in: language) + resolved.words(of: date, in: language)
            return AgendaItem(
                instant: instant, element: element, title: titled(date.title), words: language.typeset(words),
                clause: date.clause, child: child)
        case .timer(let index):
            let timer = workflow.timers[index]
            let info = workflow.states[Int(timer.state.rawValue)]
            let words =
                workflow.zone.dayEnding(at: position)?.words(in: language)
                ?? workflow.zone.civil(at: position.instant).words(in: language)
            return AgendaItem(
                instant: instant, element: element, title: titled(info.title), words: language.typeset(words),
                clause: timer.clause ?? info.clause,
                child: child)
        case .cadence(let status):
            let cadence = workflow.cadences[status.cadence]
            return AgendaItem(
                instant: instant, element: element, title: titled(cadence.title),
                words: language.typeset(status.agendaWords(in: language)), clause: cadence.clause, child: child)
        }
    }

    /// That a date is over, and for how long; empty where it is not.
    private func lateness(_ date: ResolvedDate, asOf now: Position?, in language: Language) -> String {
        guard let now, date.limit <= now else { return "" }
        let days = date.day.days(to: workflow.zone.day(of: now))
        let french = language == .french
        guard days > 0 else { return french ? "en retard : " : "overdue: " }
        return french
            ? "en retard de \(days) \(days == 1 ? "jour" : "jours") : "
            : "\(days) \(days == 1 ? "day" : "days") overdue: "
    }

    private func titled(_ title: String) -> String { child.map { "\($0.title) — \(title)" } ?? title }
}
