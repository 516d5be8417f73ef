/// Which states of a chart can still be entered from where it stands.
///
/// Guards are taken to hold and events to come in any order, so that what can happen is always found, and some of what
/// cannot happen too.
package struct ChartReach: Sendable {
    private let shape: ChartShape
    /// For each state, what its transitions enter, apart from what history states stand for.
    private var entered: [StateSet]
    /// For each state, the history states that its transitions aim at.
    private var histories: [StateSet]

    /// Examines a chart; the time is about (transitions × states).
    package init(_ chart: Statechart) {
        let tables = chart.tables
        shape = tables.shape
        entered = Array(repeating: StateSet(), count: shape.states.count)
        histories = entered
        for (index, record) in tables.transitions.enumerated() where record.domain != TransitionRecord.none {
            let domain = record.domain == TransitionRecord.varying ? tables.widestDomain(of: record) : record.domain
            let plan = tables.plan(of: index, domain: domain, memory: HistoryMemory())
            let byDefault = StateSet(
                plan.histories.elements.flatMap { shape.plan(entering: Int($0.rawValue)).states.elements })
            entered[record.source].formUnion(
                StateSet(plan.states.elements.filter { !byDefault.contains(Int($0.rawValue)) }))
            histories[record.source].formUnion(plan.histories)
        }
    }

    /// The states that are active or can still be entered, by `StateIndex.rawValue`; the root is among them.
    package func states(from configuration: Configuration) -> [Bool] {
        var found = StateSet()
        var met = StateSet()
        add(configuration.states, to: &found, &met)
        add(StateSet([.root]), to: &found, &met)
        var before: StateSet
        repeat {
            before = found
            for history in met.elements {
                add(restored(by: Int(history.rawValue), configuration, found), to: &found, &met)
            }
        } while before != found
        return shape.states.indices.map(found.contains)
    }

    /// Adds states and all that follows from them.
    private func add(_ states: StateSet, to found: inout StateSet, _ met: inout StateSet) {
        var open = states
        while true {
            let state = open.next(from: 0)
            if state < 0 { return }
            open.remove(state)
            if found.contains(state) { continue }
            found.insert(state)
            open.formUnion(entered[state])
            met.formUnion(histories[state])
        }
    }

    /// What a history state may bring back: what it remembers, its default while its parent has never been left, and of
    /// what can still be entered all that it may come to remember.
    private func restored(by history: Int, _ configuration: Configuration, _ found: StateSet) -> StateSet {
        let parent = shape.states[history].parent
        var states = StateSet()
        if let remembered = configuration.memory[history] {
            for member in remembered.elements {
                var state = Int(member.rawValue)
                states.formUnion(shape.plan(entering: state).states)
                while state != parent {
                    states.insert(state)
                    state = shape.states[state].parent
                }
            }
        } else if !configuration.states.contains(parent) {
            states.formUnion(shape.plan(entering: history).states)
        }
        // A deep one brings back what was active itself, which has been found.
        guard shape.states[history].kind == .shallowHistory else { return states }
        for place in shape.states[parent].children where found.contains(shape.children[place]) {
            states.formUnion(shape.plan(entering: shape.children[place]).states)
        }
        return states
    }
}

extension ChartTables {
    /// The most that a transition leaves, whatever history states remember.
    func widestDomain(of record: TransitionRecord) -> Int {
        let targets = shape.targets[record.targets]
        var ancestor = shape.states[record.source].parent
        while ancestor > 0 {
            let isWide = targets.allSatisfy { shape.isDescendant($0, of: ancestor) }
            if isWide && shape.states[ancestor].kind == .compound { break }
            ancestor = shape.states[ancestor].parent
        }
        return ancestor
    }
}
