/// A transition with its names resolved, for readers; the kernel itself runs on tables.
package struct Transition: Hashable, Sendable {
    /// Place in the chart.
    package let index: TransitionIndex
    /// The state that has it.
    package let source: StateIndex
    /// Event descriptors as written; empty for an eventless transition.
    package let events: [String]
    /// The condition; absent means always.
    package let guardID: GuardID?
    /// States to enter; empty if none is left or entered.
    package let targets: [StateIndex]
    /// As written, whether or not source and targets allow it.
    package let isInternal: Bool
    /// Blocks run between leaving and entering.
    package let actions: [ActionID]
}

extension Statechart {
    /// How many states there are, the root and history states included.
    package var stateCount: Int { tables.ids.count }

    /// How many transitions there are.
    package var transitionCount: Int { tables.transitions.count }

    /// The id of a state; empty for the root.
    package func id(of state: StateIndex) -> String { tables.ids[Int(state.rawValue)] }

    /// The state with this id; nil if there is none.
    package func index(of id: String) -> StateIndex? { tables.numbers[id].map { StateIndex($0) } }

    /// The state directly above; nil for the root.
    package func parent(of state: StateIndex) -> StateIndex? {
        state == .root ? nil : StateIndex(record(state).parent)
    }

    /// The states directly below in document order, history states included.
    package func children(of state: StateIndex) -> [StateIndex] {
        var children: [StateIndex] = []
        var child = Int(state.rawValue) + 1
        while child <= record(state).last {
            children.append(StateIndex(child))
            child = tables.shape.states[child].last + 1
        }
        return children
    }

    /// What a state is made of; the root is compound.
    package func kind(of state: StateIndex) -> StateKind { record(state).kind }

    /// True if `state` lies below `ancestor`; a state does not lie below itself.
    package func isDescendant(_ state: StateIndex, of ancestor: StateIndex) -> Bool {
        tables.shape.isDescendant(Int(state.rawValue), of: Int(ancestor.rawValue))
    }

    /// The default entry of a compound state (its first child if none is written) or of a history state.
    package func defaultTargets(of state: StateIndex) -> [StateIndex] {
        tables.shape.targets[record(state).defaultTargets].map { StateIndex($0) }
    }

    /// The transitions of a state in order of preference.
    package func transitions(of state: StateIndex) -> [Transition] {
        record(state).transitions.map { transition(TransitionIndex(rawValue: Int32($0))) }
    }

    /// One transition.
    package func transition(_ index: TransitionIndex) -> Transition {
        let record = tables.transitions[Int(index.rawValue)]
        let written = tables.written[Int(index.rawValue)]
        return Transition(
            index: index, source: StateIndex(record.source), events: written.events, guardID: written.guardID,
            targets: tables.shape.targets[record.targets].map { StateIndex($0) }, isInternal: written.isInternal,
            actions: written.actions)
    }

    /// The transitions whose source is active, in document order, be they stopped by a guard or another one or not.
    package func transitions(in configuration: Configuration) -> [Transition] {
        configuration.active.flatMap { transitions(of: $0) }
    }

    /// The event descriptors that active states listen to, as written, each once, in document order.
    package func enabledEventDescriptors(in configuration: Configuration) -> [String] {
        var seen: Set<String> = []
        return transitions(in: configuration).flatMap(\.events).filter { seen.insert($0).inserted }
    }

    /// True if a top-level final state is active.
    package func isOver(_ configuration: Configuration) -> Bool { configuration.states.intersects(tables.ends) }

    /// True if this chart can stand so: for stored configurations, and those of another version of the chart.
    ///
    /// Exactly one child is active below each active compound state and the root, all below each active parallel one,
    /// none below an inactive one; history states remember states that they can stand for.
    package func isLegal(_ configuration: Configuration) -> Bool {
        let states = tables.shape.states
        let active = configuration.states
        guard active.next(from: states.count) < 0, !active.contains(0) else { return false }
        for (state, record) in states.enumerated() {
            if record.kind.isHistory && active.contains(state) { return false }
            let activeChildren = record.children.count { active.contains(tables.shape.children[$0]) }
            guard state == 0 || active.contains(state) else {
                if activeChildren > 0 { return false }
                continue
            }
            if record.kind == .compound && activeChildren != 1 { return false }
            if record.kind == .parallel && activeChildren != record.children.count { return false }
        }
        return configuration.memory.values.allSatisfy { isLegal($0) }
    }

    private func isLegal(_ value: HistoryValue) -> Bool {
        let history = Int(value.state.rawValue)
        guard history >= 0, history < stateCount, record(value.state).kind.isHistory else { return false }
        let parent = record(value.state).parent
        let isDeep = record(value.state).kind == .deepHistory
        // the shape a completion of the value would have is legal if each compound has one way down to a member
        return !value.states.isEmpty
            && value.remembered.allSatisfy { state in
                let place = Int(state.rawValue)
                guard tables.shape.isDescendant(place, of: parent), !record(state).kind.isHistory else { return false }
                return isDeep ? tables.leaves.contains(place) : record(state).parent == parent
            } && isConsistent(value.states, below: parent, isDeep: isDeep)
    }

    private func isConsistent(_ remembered: StateSet, below state: Int, isDeep: Bool) -> Bool {
        let record = tables.shape.states[state]
        let used = record.children.map { tables.shape.children[$0] }.filter {
            remembered.intersects(from: $0, through: tables.shape.states[$0].last)
        }
        if record.kind == .compound && used.count != 1 { return false }
        if record.kind == .parallel && used.count != record.children.count { return false }
        return !isDeep || used.allSatisfy { isConsistent(remembered, below: $0, isDeep: true) }
    }

    private func record(_ state: StateIndex) -> StateRecord { tables.shape.states[Int(state.rawValue)] }
}
