package import CivilTime
import StatechartKernel
package import WorkflowModel

/// A deadline that lies ahead of a case or of one of its children.
package struct AgendaItem: Hashable, Sendable {
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
    /// The deadlines ahead: those active states wait for, and every named date still to come. Reminders are not among
    /// them.
    ///
    /// - Parameter limit: At most so many, the earliest.
    package func agenda(_ current: Case, limit: Int = .max) -> [AgendaItem] {
        var found: [Ahead] = []
        lookAhead(of: current, from: current.position, in: nil, &found)
        return found.sorted { one, other in
            one.instant == other.instant ? one.element < other.element : one.instant < other.instant
        }.prefix(limit).map { $0.item(in: language) }
    }

    private func lookAhead(
        of current: Case, from position: Position, in child: ChildReference?, _ found: inout [Ahead]
    ) {
        guard !current.isOver, current.fault == nil else { return }
        for index in dates.indices {
            guard let resolved = current.dates[index], resolved.limit > position else { continue }
            found.append(
                Ahead(
                    instant: resolved.limit.instant, workflow: self, child: child, source: .date(index, resolved)))
        }
        for state in current.configuration.active {
            for index in states[Int(state.rawValue)].timers {
                guard case .period = timers[index].moment, let entered = current.entered[Int(state.rawValue)],
                    let due = self.position(of: timers[index], entered: entered, dates: current.dates),
                    due > position
                else { continue }
                found.append(Ahead(instant: due.instant, workflow: self, child: child, source: .timer(index)))
            }
        }
        for (kind, children) in zip(kinds, current.children) {
            for inner in children {
                let step = ChildPath.Step(kind: kind.name, key: inner.key)
                let reference = ChildReference(
                    path: ChildPath(steps: (child?.path.steps ?? []) + [step]),
                    title: child.map { "\($0.title) › \(inner.title)" } ?? inner.title)
                kind.workflow.lookAhead(of: inner.current, from: position, in: reference, &found)
            }
        }
    }

    /// Whether two stages of one case, the earlier one first, have the same ``agenda(_:limit:)``, found without making
    /// it.
    package func hasSameAgenda(_ one: Case, _ other: Case) -> Bool {
        one.dates == other.dates && one.isOver == other.isOver && one.fault == other.fault
            && one.entered == other.entered && !one.passesLimit(from: one.position, to: other.position)
            && zip(kinds.indices, kinds).allSatisfy { index, kind in
                let before = one.children[index]
                let after = other.children[index]
                return before.count == after.count
                    && zip(before, after).allSatisfy { before, after in
                        before === after
                            ? !before.passesLimit(from: one.position, to: other.position)
                            : kind.workflow.hasSameAgenda(before.current, after.current)
                    }
            }
    }
}

extension Case {
    /// Whether a date of the case itself is over at one of two positions only.
    fileprivate func passesLimit(from one: Position, to other: Position) -> Bool {
        dates.contains { date in
            guard let date else { return false }
            return (date.limit > one) != (date.limit > other)
        }
    }
}

extension Child {
    /// The same for a child and its children, whose own position lies before both.
    fileprivate func passesLimit(from one: Position, to other: Position) -> Bool {
        guard let nextLimit, nextLimit <= max(one, other) else { return false }
        return current.passesLimit(from: one, to: other)
            || current.children.joined().contains { $0.passesLimit(from: one, to: other) }
    }
}

/// A deadline ahead, before it is put into words.
private struct Ahead {
    enum Source {
        case date(Int, ResolvedDate)
        case timer(Int)
    }

    var instant: Timestamp
    var workflow: Workflow
    var child: ChildReference?
    var source: Source

    var element: String {
        let name =
            switch source {
            case .date(let index, _): workflow.dates[index].name
            case .timer(let index): workflow.states[Int(workflow.timers[index].state.rawValue)].path
            }
        return child?.path.name(name) ?? name
    }

    func item(in language: Language) -> AgendaItem {
        switch source {
        case .date(let index, let resolved):
            let date = workflow.dates[index]
            return AgendaItem(
                instant: instant, element: element, title: titled(date.title),
                words: resolved.words(of: date, in: language), clause: date.clause, child: child)
        case .timer(let index):
            let timer = workflow.timers[index]
            let info = workflow.states[Int(timer.state.rawValue)]
            return AgendaItem(
                instant: instant, element: element, title: titled(info.title),
                words: workflow.zone.civil(at: instant).words(in: language), clause: timer.clause ?? info.clause,
                child: child)
        }
    }

    private func titled(_ title: String) -> String { child.map { "\($0.title) — \(title)" } ?? title }
}
