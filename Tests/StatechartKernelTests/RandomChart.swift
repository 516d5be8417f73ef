import SeededRandom
import StatechartKernel

/// Makes charts by seed: hierarchy, regions, history, guards that fail, blocks that raise and fail, wild descriptors.
struct RandomChart {
    static let events = ["a", "b", "c", "a.x", "a.x.y", "b.y", "unknown", "error.execution"]

    private(set) var description: ChartDescription
    let seed: UInt64
    private var random: SeededGenerator
    private var ids: [String] = []
    private var parents: [String: String] = [:]
    private var kinds: [String: StateKind] = [:]
    private var actionCount: Int32 = 0

    /// - Parameter size: About how many states.
    init(seed: UInt64, size: Int) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        description = ChartDescription(initial: InitialDescription(targets: []), states: [])
        var budget = size
        var states: [StateDescription] = []
        while budget > 0 || states.isEmpty { states.append(tree(parent: "", depth: 1, &budget)) }
        if random.once(in: 3) { states.append(leaf(.final, parent: "")) }
        description.states = states.map { decorated($0) }
        description.initial = InitialDescription(
            targets: random.once(in: 2) ? [] : targets(below: ""), actions: block())
    }

    private mutating func leaf(_ kind: StateKind, parent: String) -> StateDescription {
        let id = "s\(ids.count + 1)"
        ids.append(id)
        parents[id] = parent
        kinds[id] = kind
        return StateDescription(id: id, kind: kind)
    }

    private mutating func tree(parent: String, depth: Int, _ budget: inout Int) -> StateDescription {
        budget -= 1
        if depth > 4 || budget <= 0 || random.once(in: 3) {
            let isRegion = kinds[parent] == .parallel
            return leaf(!isRegion && parent != "" && random.once(in: 4) ? .final : .atomic, parent: parent)
        }
        var state = leaf(random.once(in: 3) ? .parallel : .compound, parent: parent)
        if random.once(in: 3) { state.children.append(leaf(history(), parent: state.id)) }
        for _ in 0..<random.below(3) + (state.kind == .parallel ? 2 : 1) {
            state.children.append(tree(parent: state.id, depth: depth + 1, &budget))
        }
        if random.once(in: 4) { state.children.append(leaf(history(), parent: state.id)) }
        return state
    }

    private mutating func history() -> StateKind { random.once(in: 2) ? .shallowHistory : .deepHistory }

    /// Adds what needs all ids to be known.
    private mutating func decorated(_ state: StateDescription) -> StateDescription {
        var state = state
        switch state.kind {
        case .shallowHistory, .deepHistory:
            let parent = parents[state.id] ?? ""
            let real = targets(below: parent).filter { kinds[$0]?.isHistory != true }
            let fallback = ids.filter { parents[$0] == parent && kinds[$0]?.isHistory != true }
            state.initial = InitialDescription(targets: real.isEmpty ? [fallback[0]] : real, actions: block())
            return state
        case .compound where random.once(in: 2):
            state.initial = InitialDescription(targets: targets(below: state.id), actions: block())
        default: break
        }
        state.entry = block()
        state.exit = block()
        if state.kind != .final {
            for _ in 0...random.below(3) { state.transitions.append(transition()) }
        }
        state.children = state.children.map { decorated($0) }
        return state
    }

    private mutating func block() -> [ActionID] {
        (0..<random.below(2)).map { _ in
            actionCount += 1
            return ActionID(rawValue: actionCount)
        }
    }

    private mutating func transition() -> TransitionDescription {
        let rare = ["*", "a.*", "b.*", "error", "done.state", "done.state.\(random.pick(ids))"]
        let descriptors = random.once(in: 6) ? rare : RandomChart.events.dropLast(2)
        let isEventless = random.once(in: 40)
        return TransitionDescription(
            events: isEventless ? [] : (0...random.below(3)).map { _ in random.pick(descriptors) },
            guardID: isEventless || random.once(in: 3) ? GuardID(rawValue: Int32(random.below(1000))) : nil,
            targets: random.once(in: 6) ? [] : targets(below: ""), isInternal: random.once(in: 3), actions: block())
    }

    /// One state below `ancestor`, or several in different regions of a parallel one.
    private mutating func targets(below ancestor: String) -> [String] {
        let below = ids.filter { isBelow($0, ancestor) }
        let first = random.pick(below)
        guard kinds[first] == .parallel, random.once(in: 2) else { return [first] }
        let regions = ids.filter { parents[$0] == first && kinds[$0]?.isHistory != true }
        var chosen = regions.filter { _ in random.once(in: 2) }
        for place in chosen.indices {
            let inside = ids.filter { isBelow($0, chosen[place]) }
            if !inside.isEmpty && random.once(in: 2) { chosen[place] = random.pick(inside) }
        }
        return chosen.isEmpty ? [first] : chosen.shuffled(using: &random)
    }

    private func isBelow(_ id: String, _ ancestor: String) -> Bool {
        guard let parent = parents[id] else { return false }
        return parent == ancestor || isBelow(parent, ancestor)
    }

    // MARK: What conditions and blocks do, a function of their number alone

    /// Nil if the guard fails.
    func holds(_ guardID: GuardID, isActive: (String) -> Bool) -> Bool? {
        var random = SeededGenerator(seed: seed &+ UInt64(guardID.rawValue) &* 977)
        let state = random.pick(ids)
        switch random.below(8) {
        case 0: return isActive(state) && guardID.rawValue % 3 == 0 ? nil : true
        case 1...4: return isActive(state)
        default: return !isActive(state)
        }
    }

    /// Names of the events that a block raises, and whether it fails afterwards.
    func effect(of action: ActionID) -> (raised: [String], fails: Bool) {
        var random = SeededGenerator(seed: seed &+ UInt64(action.rawValue) &* 1_000_003)
        let raised = random.once(in: 20) ? (0...random.below(2)).map { _ in random.pick(RandomChart.events) } : []
        return (raised, random.once(in: 50))
    }
}
