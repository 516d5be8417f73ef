/// Numbers the states of a description in document order, resolves names, and collects every structural mistake.
struct ChartChecker {
    /// A state with its names resolved.
    struct Node {
        let description: StateDescription
        let parent: Int
        /// Last descendant; the state itself if it has none.
        var last: Int
        /// In document order, history included.
        var children: [Int] = []
        /// Resolved targets of the default entry.
        var defaultTargets: [Int] = []
        /// Resolved targets of each transition.
        var transitionTargets: [[Int]] = []

        var kind: StateKind { description.kind }
    }

    private var nodes: [Node] = []
    private var numbers: [String: Int] = [:]
    private var mistakes: [ChartMistake] = []

    /// Returns the states in document order, the root first, and the number of each id.
    static func check(_ chart: ChartDescription) throws(ChartError) -> (nodes: [Node], numbers: [String: Int]) {
        var checker = ChartChecker()
        let root = StateDescription(id: "", kind: .compound, initial: chart.initial, children: chart.states)
        checker.number(root, parent: -1, depth: 0)
        for state in checker.nodes.indices { checker.check(state) }
        for state in checker.nodes.indices { checker.checkLoop(fromHistory: state) }
        if !checker.mistakes.isEmpty { throw ChartError(mistakes: checker.mistakes) }
        return (checker.nodes, checker.numbers)
    }

    private mutating func number(_ state: StateDescription, parent: Int, depth: Int) {
        let place = nodes.count
        nodes.append(Node(description: state, parent: parent, last: place))
        if parent >= 0 {
            nodes[parent].children.append(place)
            if numbers[state.id] == nil { numbers[state.id] = place }
        }
        if depth < Statechart.depthLimit {
            for child in state.children { number(child, parent: place, depth: depth + 1) }
        } else if !state.children.isEmpty {
            mistakes.append(ChartMistake(.nestedTooDeep, state: state.id))
        }
        nodes[place].last = nodes.count - 1
    }

    private mutating func check(_ state: Int) {
        let description = nodes[state].description
        func report(_ kind: ChartMistake.Kind) { mistakes.append(ChartMistake(kind, state: description.id)) }
        if state == 0 {
            if description.children.isEmpty { return report(.noStates) }
        } else if description.id.isEmpty {
            report(.emptyID)
        } else if numbers[description.id] != state {
            report(.duplicateID)
        }
        checkShape(state, description, report)
        if let initial = description.initial { checkDefault(initial, of: state) }
        for (place, transition) in description.transitions.enumerated() {
            for event in transition.events where EventTable.plain(event) == nil {
                mistakes.append(ChartMistake(.malformedDescriptor(event), state: description.id, transition: place))
            }
            let targets = resolve(transition.targets, of: state, transition: place)
            nodes[state].transitionTargets.append(targets)
        }
    }

    private func checkShape(
        _ state: Int, _ description: StateDescription, _ report: (ChartMistake.Kind) -> Void
    ) {
        let children = description.children
        let parent = nodes[state].parent
        switch description.kind {
        case .compound, .parallel:
            if children.allSatisfy(\.kind.isHistory) { report(.missingChildren) }
            if description.kind == .parallel && description.initial != nil { report(.unexpectedInitial) }
        case .atomic, .final:
            if !children.isEmpty { report(.unexpectedChildren) }
            if description.initial != nil { report(.unexpectedInitial) }
            if description.kind == .final {
                if !description.transitions.isEmpty { report(.unexpectedTransitions) }
                if nodes[parent].kind == .parallel { report(.finalRegion) }
            }
        case .shallowHistory, .deepHistory:
            if !children.isEmpty { report(.unexpectedChildren) }
            if parent == 0 { report(.historyWithoutParent) }
            if !description.transitions.isEmpty { report(.unexpectedTransitions) }
            if !description.entry.isEmpty || !description.exit.isEmpty { report(.unexpectedActions) }
            if description.initial?.targets.isEmpty ?? true { report(.missingDefault) }
        }
    }

    private mutating func checkDefault(_ initial: InitialDescription, of state: Int) {
        let scope = nodes[state].kind.isHistory ? nodes[state].parent : state
        let targets = resolve(initial.targets, of: state, transition: nil)
        for target in targets where !isDescendant(target, of: scope) {
            let outside = ChartMistake.Kind.targetOutside(nodes[target].description.id)
            mistakes.append(ChartMistake(outside, state: nodes[state].description.id))
        }
        nodes[state].defaultTargets = targets
    }

    private mutating func resolve(_ targets: [String], of state: Int, transition: Int?) -> [Int] {
        let id = nodes[state].description.id
        var resolved: [Int] = []
        for target in targets {
            guard let number = numbers[target] else {
                mistakes.append(ChartMistake(.unknownTarget(target), state: id, transition: transition))
                continue
            }
            if let other = resolved.first(where: { !canCoexist($0, number) }) {
                let conflict = ChartMistake.Kind.conflictingTargets(nodes[other].description.id, target)
                mistakes.append(ChartMistake(conflict, state: id, transition: transition))
            }
            resolved.append(number)
        }
        return resolved
    }

    /// True if two targets lie in different regions of a parallel state; a history state takes the place of its parent.
    private func canCoexist(_ first: Int, _ second: Int) -> Bool {
        let first = nodes[first].kind.isHistory ? nodes[first].parent : first
        let second = nodes[second].kind.isHistory ? nodes[second].parent : second
        if first == second || isDescendant(first, of: second) || isDescendant(second, of: first) { return false }
        var ancestor = nodes[first].parent
        while !isDescendant(second, of: ancestor) { ancestor = nodes[ancestor].parent }
        return nodes[ancestor].kind == .parallel
    }

    private func isDescendant(_ state: Int, of ancestor: Int) -> Bool {
        state > ancestor && state <= nodes[ancestor].last
    }

    /// Follows defaults from history state to history state; only siblings can form a loop.
    private mutating func checkLoop(fromHistory start: Int) {
        guard nodes[start].kind.isHistory else { return }
        var seen: Set<Int> = []
        var waiting = nodes[start].defaultTargets
        while let state = waiting.popLast() {
            if state == start {
                mistakes.append(ChartMistake(.historyLoop, state: nodes[start].description.id))
                return
            }
            if nodes[state].kind.isHistory && seen.insert(state).inserted {
                waiting += nodes[state].defaultTargets
            }
        }
    }
}
