import StatechartKernel

/// SCXML 1.0, Appendix D, written down line by line over names and lists: slow, and easy to hold against the standard.
///
/// It shares the documented differences of the kernel: the configuration stays when the chart ends, a failing guard is
/// reported once in a macrostep, macrosteps are bounded, and the domain of a transition is found once.
struct ReferenceInterpreter {
    struct Loop: Error {}
    struct Event { var name: String, payload: String }
    struct Node { let state: StateDescription, parent: String?, order: Int }
    struct Enabled: Equatable { let source: String, place: Int }

    let random: RandomChart
    let limit: Int
    var nodes: [String: Node] = [:]
    var configuration: [String] = []
    var history: [String: [String]] = [:]
    var queue: [Event] = []
    var event: Event?
    var isRunning = true
    var microsteps = 0
    var reported: [Enabled] = []
    var log: [String] = []

    init(_ random: RandomChart, limit: Int) {
        self.random = random
        self.limit = limit
        let chart = random.description
        add(StateDescription(id: "", kind: .compound, initial: chart.initial, children: chart.states), parent: nil)
    }

    private mutating func add(_ state: StateDescription, parent: String?) {
        nodes[state.id] = Node(state: state, parent: parent, order: nodes.count)
        for child in state.children { add(child, parent: state.id) }
    }

    mutating func start() throws(Loop) {
        run(node("").state.initial?.actions ?? [])
        var entry = Entry()
        for target in defaultTargets("") { addDescendants(target, &entry) }
        for target in effective(defaultTargets("")) { addAncestors(target, "", &entry) }
        enter(entry)
        try mainLoop()
    }

    mutating func step(_ name: String) throws(Loop) -> Bool {
        guard isRunning else { return false }
        (microsteps, reported) = (0, [])
        event = Event(name: name, payload: "")
        let enabled = select(eventless: false)
        if !enabled.isEmpty { try microstep(enabled) }
        try mainLoop()
        return !enabled.isEmpty
    }

    var sortedConfiguration: [String] { sorted(configuration) }

    private mutating func mainLoop() throws(Loop) {
        while isRunning {
            var enabled = select(eventless: true)
            if enabled.isEmpty {
                if queue.isEmpty { return }
                event = queue.removeFirst()
                enabled = select(eventless: false)
            }
            if !enabled.isEmpty { try microstep(enabled) }
        }
        queue = []
    }

    // MARK: Selecting

    private mutating func select(eventless: Bool) -> [Enabled] {
        var enabled: [Enabled] = []
        for leaf in sorted(configuration).filter({ isAtomic($0) }) {
            search: for state in [leaf] + ancestors(leaf, below: nil) {
                for (place, transition) in node(state).state.transitions.enumerated() {
                    let candidate = Enabled(source: state, place: place)
                    let isMatch = eventless ? transition.events.isEmpty : transition.events.contains { nameMatches($0) }
                    if isMatch && conditionMatches(transition, candidate) {
                        if !enabled.contains(candidate) { enabled.append(candidate) }
                        break search
                    }
                }
            }
        }
        return withoutConflicts(enabled)
    }

    private func nameMatches(_ descriptor: String) -> Bool {
        if descriptor == "*" { return true }
        var parts = descriptor.split(separator: ".")
        if parts.last == "*" { parts.removeLast() }
        return event?.name.split(separator: ".").starts(with: parts) ?? false
    }

    private mutating func conditionMatches(_ transition: TransitionDescription, _ candidate: Enabled) -> Bool {
        guard let guardID = transition.guardID else { return true }
        if let result = random.holds(guardID, isActive: configuration.contains) { return result }
        if !reported.contains(candidate) {
            reported.append(candidate)
            queue.append(Event(name: "error.execution", payload: "failed"))
        }
        return false
    }

    private func withoutConflicts(_ enabled: [Enabled]) -> [Enabled] {
        var filtered: [Enabled] = []
        outer: for first in enabled {
            var toRemove: [Enabled] = []
            for second in filtered where !Set(exitSet([first])).isDisjoint(with: exitSet([second])) {
                if isDescendant(first.source, second.source) { toRemove.append(second) } else { continue outer }
            }
            filtered.removeAll { toRemove.contains($0) }
            filtered.append(first)
        }
        return filtered
    }

    // MARK: Taking

    private mutating func microstep(_ enabled: [Enabled]) throws(Loop) {
        microsteps += 1
        if microsteps > limit { throw Loop() }
        let domains = enabled.map { domain($0) }
        let leaving = exitSet(enabled)
        for state in sorted(leaving) {
            for child in node(state).state.children where child.kind.isHistory {
                history[child.id] = sorted(configuration).filter {
                    child.kind == .deepHistory
                        ? isAtomic($0) && isDescendant($0, state) : node($0).parent == state
                }
            }
        }
        for state in sorted(leaving).reversed() {
            run(node(state).state.exit)
            configuration.removeAll { $0 == state }
            log.append("-" + state)
        }
        for transition in enabled { run(content(transition).actions) }
        var entry = Entry()
        for (transition, domain) in zip(enabled, domains) {
            for target in content(transition).targets { addDescendants(target, &entry) }
            for target in effective(content(transition).targets) { addAncestors(target, domain ?? "", &entry) }
        }
        enter(entry)
    }

    private struct Entry { var states: [String] = [], defaults: [String] = [], historyOf: [String: String] = [:] }

    private mutating func enter(_ entry: Entry) {
        for state in sorted(Array(Set(entry.states))) {
            // a state above the domain may be active still: history reaches up to its parent
            if !configuration.contains(state) { configuration.append(state) }
            log.append("+" + state)
            run(node(state).state.entry)
            if entry.defaults.contains(state) { run(node(state).state.initial?.actions ?? []) }
            if let history = entry.historyOf[state] { run(node(history).state.initial?.actions ?? []) }
            guard kind(state) == .final else { continue }
            let parent = node(state).parent ?? ""
            if parent == "" {
                isRunning = false
                continue
            }
            queue.append(Event(name: "done.state." + parent, payload: "from " + state))
            let grandparent = node(parent).parent ?? ""
            if kind(grandparent) == .parallel && children(grandparent).allSatisfy({ isInFinalState($0) }) {
                queue.append(Event(name: "done.state." + grandparent, payload: ""))
            }
        }
    }

    private mutating func run(_ actions: [ActionID]) {
        for action in actions {
            log.append("\(action.rawValue) on \(event?.name ?? "") \(event?.payload ?? "")")
            let effect = random.effect(of: action)
            queue += effect.raised.map { Event(name: $0, payload: "") }
            if effect.fails { queue.append(Event(name: "error.execution", payload: "failed")) }
        }
    }

    private func exitSet(_ enabled: [Enabled]) -> [String] {
        var leaving: Set<String> = []
        for transition in enabled {
            guard let domain = domain(transition) else { continue }
            leaving.formUnion(configuration.filter { isDescendant($0, domain) })
        }
        return Array(leaving)
    }

    private func addDescendants(_ state: String, _ entry: inout Entry) {
        if kind(state).isHistory {
            let parent = node(state).parent ?? ""
            if history[state] == nil { entry.historyOf[parent] = state }
            let members = history[state] ?? node(state).state.initial?.targets ?? []
            for member in members { addDescendants(member, &entry) }
            for member in members { addAncestors(member, parent, &entry) }
            return
        }
        entry.states.append(state)
        if kind(state) == .compound {
            entry.defaults.append(state)
            for target in defaultTargets(state) { addDescendants(target, &entry) }
            for target in defaultTargets(state) { addAncestors(target, state, &entry) }
        } else if kind(state) == .parallel {
            addRegions(state, &entry)
        }
    }

    private func addAncestors(_ state: String, _ limit: String, _ entry: inout Entry) {
        for ancestor in ancestors(state, below: limit) where ancestor != "" {
            entry.states.append(ancestor)
            if kind(ancestor) == .parallel { addRegions(ancestor, &entry) }
        }
    }

    private func addRegions(_ state: String, _ entry: inout Entry) {
        for child in children(state) where !entry.states.contains(where: { isDescendant($0, child) }) {
            addDescendants(child, &entry)
        }
    }

    // MARK: Structure

    private func domain(_ enabled: Enabled) -> String? {
        let transition = content(enabled)
        let targets = effective(transition.targets)
        if targets.isEmpty { return nil }
        if transition.isInternal && kind(enabled.source) == .compound
            && targets.allSatisfy({ isDescendant($0, enabled.source) })
        {
            return enabled.source
        }
        return ancestors(enabled.source, below: nil).first { ancestor in
            kind(ancestor) == .compound && targets.allSatisfy { isDescendant($0, ancestor) }
        }
    }

    private func effective(_ targets: [String]) -> [String] {
        targets.flatMap { target in
            kind(target).isHistory ? history[target] ?? effective(node(target).state.initial?.targets ?? []) : [target]
        }
    }

    private func isInFinalState(_ state: String) -> Bool {
        switch kind(state) {
        case .compound: children(state).contains { kind($0) == .final && configuration.contains($0) }
        case .parallel: children(state).allSatisfy { isInFinalState($0) }
        default: false
        }
    }

    private func content(_ enabled: Enabled) -> TransitionDescription {
        node(enabled.source).state.transitions[enabled.place]
    }

    private func node(_ id: String) -> Node {
        guard let node = nodes[id] else { preconditionFailure("no state '\(id)'") }
        return node
    }

    private func kind(_ state: String) -> StateKind { node(state).state.kind }
    private func isAtomic(_ state: String) -> Bool { kind(state) == .atomic || kind(state) == .final }
    private func sorted(_ states: [String]) -> [String] { states.sorted { node($0).order < node($1).order } }

    private func children(_ state: String) -> [String] {
        node(state).state.children.filter { !$0.kind.isHistory }.map(\.id)
    }

    private func defaultTargets(_ state: String) -> [String] {
        let written = node(state).state.initial?.targets ?? []
        return written.isEmpty ? [children(state)[0]] : written
    }

    /// Nearest first, without `limit` and what is above it; the root is included when there is no limit.
    private func ancestors(_ state: String, below limit: String?) -> [String] {
        var result: [String] = []
        var next = node(state).parent
        while let ancestor = next, ancestor != limit {
            result.append(ancestor)
            next = node(ancestor).parent
        }
        return result
    }

    private func isDescendant(_ state: String, _ ancestor: String) -> Bool {
        var next = node(state).parent
        while let parent = next {
            if parent == ancestor { return true }
            next = node(parent).parent
        }
        return false
    }
}
