/// What can be said of a chart without running it: mistakes that leave it well formed but are hardly meant.
///
/// Guards are taken to hold sometimes and fail sometimes, and events to come in any order, so nothing is reported that
/// could happen; not all that cannot happen is found.
package struct ChartAnalysis: Hashable, Sendable {
    /// States that no sequence of transitions from the initial state enters; history states that none aims at.
    package let unreachable: [StateIndex]
    /// Atomic states that, once active, stay so for ever: neither they nor an ancestor or another region leaves them.
    ///
    /// A transition that leads back to the state does not count. Final states are not among them.
    package let deadEnds: [StateIndex]
    /// Final states below top level that nothing leaves: their parent is done, yet the chart never ends.
    package let stuckFinals: [StateIndex]
    /// Transitions that are never taken.
    package let shadowed: [ShadowedTransition]

    /// Examines a chart; the time is about (transitions × states).
    package init(_ chart: Statechart) {
        var analyst = ChartAnalyst(tables: chart.tables)
        shadowed = analyst.findShadowed()
        unreachable = analyst.findUnreachable()
        let stuck = analyst.findStuck()
        deadEnds = stuck.filter { chart.kind(of: $0) == .atomic }
        stuckFinals = stuck.filter { chart.kind(of: $0) == .final }
    }
}

/// A transition that is never taken, because another always comes first.
package struct ShadowedTransition: Hashable, Sendable {
    /// The transition that is never taken.
    package let transition: TransitionIndex
    /// One that comes first: earlier in the same state, or in a descendant; eventless ones come before all events.
    package let winner: TransitionIndex
}

private struct ChartAnalyst {
    let tables: ChartTables
    private var dead: Set<Int> = []
    private var reached = StateSet()
    private var shape: ChartShape { tables.shape }

    init(tables: ChartTables) { self.tables = tables }

    // MARK: Transitions that are never taken

    mutating func findShadowed() -> [ShadowedTransition] {
        var found: [ShadowedTransition] = []
        for transition in tables.transitions.indices {
            guard let winner = winner(over: transition) else { continue }
            dead.insert(transition)
            found.append(
                ShadowedTransition(
                    transition: TransitionIndex(rawValue: Int32(transition)),
                    winner: TransitionIndex(rawValue: Int32(winner))))
        }
        return found
    }

    /// A transition that always comes first; nil unless each descriptor of `transition` has one.
    private func winner(over transition: Int) -> Int? {
        let record = tables.transitions[transition]
        var winner: Int?
        let written: [Range<Int32>?] = record.keyRanges.map { tables.keyRanges[$0] }
        let descriptors = written.isEmpty ? [nil] : written
        for keys in descriptors {
            let own = shape.states[record.source].transitions
            guard
                let found = covering(keys, among: own.lowerBound..<transition)
                    ?? coveringEventless(own, unless: keys == nil)
                    ?? coveringBelow(record.source, keys)
            else { return nil }
            winner = winner ?? found
        }
        return winner
    }

    /// A transition without guard that takes all the given keys (nil: eventless), or is eventless.
    private func covering(_ keys: Range<Int32>?, among transitions: Range<Int>) -> Int? {
        transitions.first { candidate in
            let record = tables.transitions[candidate]
            if record.guardID >= 0 { return false }
            guard let keys else { return record.keyRanges.isEmpty }
            return record.keyRanges.isEmpty
                || record.keyRanges.contains { tables.keyRanges[$0].clamped(to: keys) == keys }
        }
    }

    /// An eventless transition anywhere in the state comes before all that wait for an event.
    private func coveringEventless(_ transitions: Range<Int>, unless isEventless: Bool) -> Int? {
        isEventless ? nil : covering(nil, among: transitions)
    }

    /// One that wins in a descendant, if every way down has one.
    private func coveringBelow(_ state: Int, _ keys: Range<Int32>?) -> Int? {
        var winner: Int?
        for place in shape.states[state].children {
            let child = shape.children[place]
            guard let found = covering(keys, among: shape.states[child].transitions) ?? coveringBelow(child, keys)
            else {
                return nil
            }
            winner = winner ?? found
        }
        return winner
    }

    // MARK: States that are never entered

    mutating func findUnreachable() -> [StateIndex] {
        enter(tables.startPlan)
        var before: StateSet
        repeat {
            before = reached
            for transition in tables.transitions.indices where isLive(transition) {
                if let plan = plan(of: transition) { enter(plan) }
            }
            for history in tables.histories where reached.contains(history) { enterRemembered(by: history) }
        } while reached != before
        return shape.states.indices.dropFirst().filter { !reached.contains($0) }.map { StateIndex($0) }
    }

    private mutating func enter(_ plan: EntryPlan) {
        reached.formUnion(plan.states)
        reached.formUnion(plan.histories)
    }

    /// A shallow history enters the child it remembers by its default; a deep one enters only what was entered before.
    private mutating func enterRemembered(by history: Int) {
        let parent = shape.states[history].parent
        guard shape.states[history].kind == .shallowHistory else { return }
        for place in shape.states[parent].children where reached.contains(shape.children[place]) {
            enter(shape.plan(entering: shape.children[place]))
        }
    }

    private func isLive(_ transition: Int) -> Bool {
        !dead.contains(transition) && reached.contains(tables.transitions[transition].source)
    }

    /// What a transition enters while history states remember nothing; nil without targets.
    private func plan(of transition: Int) -> EntryPlan? {
        let domain = tables.domain(of: transition, memory: HistoryMemory())
        return domain < 0 ? nil : tables.plan(of: transition, domain: domain, memory: HistoryMemory())
    }

    // MARK: States that are never left

    /// Leaves below top level, or not final, that no transition leaves for something else. After `findUnreachable`.
    func findStuck() -> [StateIndex] {
        let exits = tables.transitions.indices.filter(isLive).compactMap(wayOut)
        var stuck: [StateIndex] = []
        var leaf = tables.leaves.next(from: 0)
        while leaf >= 0 {
            let canLeave = exits.contains { exit in
                shape.isDescendant(leaf, of: exit.domain) && canCoexist(leaf, exit.source)
                    && (!exit.plan.histories.isEmpty || !exit.plan.states.contains(leaf))
            }
            if reached.contains(leaf) && !tables.ends.contains(leaf) && !canLeave { stuck.append(StateIndex(leaf)) }
            leaf = tables.leaves.next(from: leaf + 1)
        }
        return stuck
    }

    private struct WayOut {
        let source: Int
        let domain: Int
        let plan: EntryPlan
    }

    private func wayOut(by transition: Int) -> WayOut? {
        let record = tables.transitions[transition]
        guard let plan = plan(of: transition) else { return nil }
        // what history remembers decides how much is left; the most is what counts here
        let varies = record.domain == TransitionRecord.varying
        return WayOut(
            source: record.source, domain: varies ? tables.widestDomain(of: record) : record.domain, plan: plan)
    }

    private func canCoexist(_ first: Int, _ second: Int) -> Bool {
        if first == second || shape.isDescendant(first, of: second) || shape.isDescendant(second, of: first) {
            return true
        }
        var ancestor = shape.states[first].parent
        while !shape.isDescendant(second, of: ancestor) { ancestor = shape.states[ancestor].parent }
        return shape.states[ancestor].kind == .parallel
    }
}
