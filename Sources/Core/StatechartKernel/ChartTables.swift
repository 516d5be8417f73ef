/// A transition in the tables of a chart; ranges point into the arrays beside them.
@usableFromInline
struct TransitionRecord: Sendable {
    @usableFromInline var source: Int
    /// What leaving and entering is relative to; ``none`` without targets, ``varying`` if a history state decides.
    @usableFromInline var domain: Int
    /// Place of the entry plan in ``ChartTables/plans``; ``none`` without targets, ``varying`` if history decides.
    @usableFromInline var plan: Int
    /// Place of the guard in the host's table; ``none`` without guard.
    @usableFromInline var guardID: Int32
    /// In ``ChartTables/keyRanges``; empty for an eventless transition.
    @usableFromInline var keyRanges: Range<Int>
    /// In ``ChartShape/targets``.
    @usableFromInline var targets: Range<Int>
    /// In ``ChartTables/actions``.
    @usableFromInline var actions: Range<Int>
    var isInternal: Bool

    @usableFromInline static let none = -1
    static let varying = -2
}

/// A compiled chart: flat arrays, numbers for names, everything that does not depend on history worked out.
@usableFromInline
final class ChartTables: Sendable {
    let description: ChartDescription
    @usableFromInline let microstepLimit: Int
    let ids: [String]
    let numbers: [String: Int]
    let events: EventTable
    /// Transitions as described, in the order of ``transitions``.
    let written: [TransitionDescription]

    @usableFromInline let shape: ChartShape
    @usableFromInline let transitions: [TransitionRecord]
    @usableFromInline let keyRanges: [Range<Int32>]
    @usableFromInline let actions: [ActionID]
    @usableFromInline let plans: [EntryPlan]

    /// States that are atomic or final.
    @usableFromInline let leaves: StateSet
    /// Top-level final states.
    @usableFromInline let ends: StateSet
    /// States with eventless transitions.
    @usableFromInline let eventless: StateSet
    /// For each key, the states with a transition that it matches.
    @usableFromInline let interested: [StateSet]
    /// States with history children.
    let remembered: StateSet
    let histories: [Int]

    /// Names and keys of the `done.state` events, by state.
    @usableFromInline let doneNames: [String]
    @usableFromInline let doneKeys: [EventKey]
    @usableFromInline let failureKey: EventKey

    init(_ description: ChartDescription, microstepLimit: Int) throws(ChartError) {
        let (nodes, numbers) = try ChartChecker.check(description)
        let plainDescriptors = nodes.flatMap {
            $0.description.transitions.flatMap(\.events).compactMap(EventTable.plain)
        }
        let events = EventTable(plainDescriptors: Set(plainDescriptors))
        var builder = TableBuilder(events: events)
        for node in nodes { builder.add(node) }
        let shape = ChartShape(states: builder.states, children: builder.children, targets: builder.targets)
        builder.planEntries(in: shape)

        var leaves = StateSet()
        var remembered = StateSet()
        var eventless = StateSet()
        var interested = [StateSet](repeating: StateSet(), count: events.count)
        for (state, record) in shape.states.enumerated() {
            if record.kind == .atomic || record.kind == .final { leaves.insert(state) }
            if record.kind.isHistory { remembered.insert(record.parent) }
        }
        for transition in builder.transitions {
            if transition.keyRanges.isEmpty { eventless.insert(transition.source) }
            for range in builder.keyRanges[transition.keyRanges] {
                for key in range { interested[Int(key)].insert(transition.source) }
            }
        }

        self.description = description
        self.microstepLimit = microstepLimit
        self.numbers = numbers
        self.events = events
        self.shape = shape
        self.leaves = leaves
        self.remembered = remembered
        self.eventless = eventless
        self.interested = interested
        ids = nodes.map(\.description.id)
        written = nodes.flatMap(\.description.transitions)
        transitions = builder.transitions
        keyRanges = builder.keyRanges
        actions = builder.actions
        plans = builder.plans
        ends = StateSet(
            nodes.indices.filter { nodes[$0].parent == 0 && nodes[$0].kind == .final }.map { StateIndex($0) })
        histories = nodes.indices.filter { nodes[$0].kind.isHistory }
        doneNames = ids.map { "done.state.\($0)" }
        doneKeys = doneNames.map(events.key)
        failureKey = events.key(for: ChartTables.failureName)
    }

    /// Name of the event that a failure of the host raises (SCXML 1.0, 3.13).
    @usableFromInline static let failureName = "error.execution"

    @usableFromInline
    func domain(of transition: Int, memory: HistoryMemory) -> Int {
        let record = transitions[transition]
        if record.domain != TransitionRecord.varying { return record.domain }
        return shape.domain(
            source: record.source, targets: record.targets, isInternal: record.isInternal, memory: memory)
    }

    @usableFromInline
    func plan(of transition: Int, domain: Int, memory: HistoryMemory) -> EntryPlan {
        let record = transitions[transition]
        if record.plan >= 0 { return plans[record.plan] }
        return shape.plan(targets: record.targets, domain: domain, memory: memory)
    }

    /// What the chart enters when it starts.
    @usableFromInline var startPlan: EntryPlan {
        shape.plan(targets: shape.states[0].defaultTargets, domain: 0, memory: HistoryMemory())
    }

    /// `removeConflictingTransitions`: of two that leave a common state the inner one stays, else the first selected.
    ///
    /// Exit sets meet exactly if one domain is or contains the other: a domain always has an active descendant.
    @usableFromInline
    func withoutConflicts(_ enabled: TransitionList, memory: HistoryMemory) -> TransitionList {
        func conflict(_ first: Int, _ second: Int) -> Bool {
            let first = domain(of: first, memory: memory)
            let second = domain(of: second, memory: memory)
            if first < 0 || second < 0 { return false }
            return first == second || shape.isDescendant(first, of: second) || shape.isDescendant(second, of: first)
        }
        var kept = TransitionList()
        next: for place in 0..<enabled.count {
            let candidate = enabled[place]
            var hasConflict = false
            for other in 0..<kept.count where conflict(candidate, kept[other]) {
                let source = transitions[candidate].source
                if !shape.isDescendant(source, of: transitions[kept[other]].source) { continue next }
                hasConflict = true
            }
            if hasConflict { kept.removeAll { conflict(candidate, $0) } }
            kept.append(candidate)
        }
        return kept
    }

    /// Lets the history children of states about to be left remember what is active.
    @usableFromInline
    func remember(_ configuration: inout Configuration, leaving: StateSet) {
        if !remembered.intersects(leaving) { return }
        for history in histories where leaving.contains(shape.states[history].parent) {
            let parent = shape.states[history].parent
            var value = StateSet()
            if shape.states[history].kind == .deepHistory {
                value.formUnion(
                    configuration.states.intersection(leaves), from: parent + 1, through: shape.states[parent].last)
            } else {
                for place in shape.states[parent].children where configuration.states.contains(shape.children[place]) {
                    value.insert(shape.children[place])
                }
            }
            configuration.memory.record(value, for: history)
        }
    }
}

/// Fills the flat arrays, state by state in document order.
private struct TableBuilder {
    let events: EventTable
    var states: [StateRecord] = []
    var children: [Int] = []
    var targets: [Int] = []
    var transitions: [TransitionRecord] = []
    var keyRanges: [Range<Int32>] = []
    var actions: [ActionID] = []
    var plans: [EntryPlan] = []

    init(events: EventTable) { self.events = events }

    mutating func add(_ node: ChartChecker.Node) {
        let regions = zip(node.children, node.description.children).filter { !$1.kind.isHistory }.map(\.0)
        let isDefaultNeeded = node.kind == .compound && node.defaultTargets.isEmpty
        let firstTransition = transitions.count
        for (transition, ownTargets) in zip(node.description.transitions, node.transitionTargets) {
            let ranges = transition.events.compactMap(EventTable.plain).map(events.keys)
            transitions.append(
                TransitionRecord(
                    source: states.count, domain: TransitionRecord.none, plan: TransitionRecord.none,
                    guardID: transition.guardID?.rawValue ?? Int32(TransitionRecord.none),
                    keyRanges: append(ranges, to: &keyRanges), targets: append(ownTargets, to: &targets),
                    actions: append(transition.actions, to: &actions), isInternal: transition.isInternal))
        }
        states.append(
            StateRecord(
                parent: node.parent, last: node.last, kind: node.kind, children: append(regions, to: &children),
                defaultTargets: append(isDefaultNeeded ? [regions[0]] : node.defaultTargets, to: &targets),
                defaultActions: append(node.description.initial?.actions ?? [], to: &actions),
                entryActions: append(node.description.entry, to: &actions),
                exitActions: append(node.description.exit, to: &actions),
                transitions: firstTransition..<transitions.count))
    }

    private func append<Element>(_ elements: [Element], to array: inout [Element]) -> Range<Int> {
        array += elements
        return array.count - elements.count..<array.count
    }

    /// Works out what each transition leaves and enters, unless a history state decides it.
    mutating func planEntries(in shape: ChartShape) {
        for place in transitions.indices where !transitions[place].targets.isEmpty {
            let transition = transitions[place]
            let domain = shape.domain(
                source: transition.source, targets: transition.targets, isInternal: transition.isInternal,
                memory: HistoryMemory())
            let plan = shape.plan(targets: transition.targets, domain: domain, memory: HistoryMemory())
            let aimsAtHistory = targets[transition.targets].contains { shape.states[$0].kind.isHistory }
            transitions[place].domain = aimsAtHistory ? TransitionRecord.varying : domain
            transitions[place].plan = plan.histories.isEmpty ? plans.count : TransitionRecord.varying
            if plan.histories.isEmpty { plans.append(plan) }
        }
    }
}
