/// A state in the tables of a chart; ranges point into the arrays beside them.
@usableFromInline
struct StateRecord: Sendable {
    /// -1 for the root.
    @usableFromInline var parent: Int
    /// Last descendant; the state itself if it has none.
    @usableFromInline var last: Int
    @usableFromInline var kind: StateKind
    /// In ``ChartShape/children``, history left out.
    @usableFromInline var children: Range<Int>
    /// Default targets, in ``ChartShape/targets``.
    @usableFromInline var defaultTargets: Range<Int>
    /// Actions of the default entry, of entry and of exit, in ``ChartTables/actions``.
    @usableFromInline var defaultActions: Range<Int>
    @usableFromInline var entryActions: Range<Int>
    @usableFromInline var exitActions: Range<Int>
    /// In ``ChartTables/transitions``.
    @usableFromInline var transitions: Range<Int>
}

/// What a transition makes active, apart from what it leaves.
@usableFromInline
struct EntryPlan: Sendable {
    /// States to enter.
    @usableFromInline var states = StateSet()
    /// Those of them entered by default, whose default entry has actions to run.
    @usableFromInline var defaults = StateSet()
    /// History states that remember nothing, whose default entry has actions to run when the parent is entered.
    @usableFromInline var defaultHistories: [Int] = []
    /// History states met on the way; a plan without them is the same each time.
    var histories = StateSet()

    @inlinable init() {}
}

/// The hierarchy of a chart and its defaults: who is above whom, and what entering a state brings with it.
///
/// The algorithms are those of SCXML 1.0, Appendix D, named beside each. Descendants are a range of numbers, so
/// "descendant of" is two comparisons, and all of a set are below a state if its first and last members are.
@usableFromInline
struct ChartShape: Sendable {
    @usableFromInline let states: [StateRecord]
    @usableFromInline let children: [Int]
    @usableFromInline let targets: [Int]

    func isDescendant(_ state: Int, of ancestor: Int) -> Bool {
        state > ancestor && state <= states[ancestor].last
    }

    /// `getTransitionDomain`: the state whose active descendants a transition leaves.
    ///
    /// - Parameter targets: Not empty.
    func domain(source: Int, targets: Range<Int>, isInternal: Bool, memory: HistoryMemory) -> Int {
        var first = Int.max
        var last = 0
        widen(&first, &last, to: targets, memory)
        func holdsAll(_ state: Int) -> Bool { first > state && last <= states[state].last }
        if isInternal && states[source].kind == .compound && holdsAll(source) { return source }
        var ancestor = states[source].parent
        while ancestor > 0 && !(states[ancestor].kind == .compound && holdsAll(ancestor)) {
            ancestor = states[ancestor].parent
        }
        return ancestor
    }

    /// `getEffectiveTargetStates`, of which only the first and the last matter.
    private func widen(_ first: inout Int, _ last: inout Int, to targets: Range<Int>, _ memory: HistoryMemory) {
        for place in targets {
            let target = self.targets[place]
            if !states[target].kind.isHistory {
                first = min(first, target)
                last = max(last, target)
            } else if let remembered = memory[target] {
                first = min(first, remembered.next(from: 0))
                last = max(last, remembered.previous(before: states.count))
            } else {
                widen(&first, &last, to: states[target].defaultTargets, memory)
            }
        }
    }

    /// `computeEntrySet` for one transition; those taken together never overlap, as they would be in conflict.
    func plan(targets: Range<Int>, domain: Int, memory: HistoryMemory) -> EntryPlan {
        var plan = EntryPlan()
        for place in targets { addDescendants(of: self.targets[place], to: &plan, memory) }
        addAncestors(ofEffective: targets, below: domain, to: &plan, memory)
        return plan
    }

    /// What entering one state by default brings with it, the state included.
    func plan(entering state: Int) -> EntryPlan {
        var plan = EntryPlan()
        addDescendants(of: state, to: &plan, HistoryMemory())
        return plan
    }

    private func addAncestors(
        ofEffective targets: Range<Int>, below domain: Int, to plan: inout EntryPlan, _ memory: HistoryMemory
    ) {
        for place in targets {
            let target = self.targets[place]
            if !states[target].kind.isHistory {
                addAncestors(of: target, below: domain, to: &plan, memory)
            } else if let remembered = memory[target] {
                for state in remembered.elements {
                    addAncestors(of: Int(state.rawValue), below: domain, to: &plan, memory)
                }
            } else {
                addAncestors(ofEffective: states[target].defaultTargets, below: domain, to: &plan, memory)
            }
        }
    }

    /// `addDescendantStatesToEnter`.
    private func addDescendants(of state: Int, to plan: inout EntryPlan, _ memory: HistoryMemory) {
        let record = states[state]
        switch record.kind {
        case .atomic, .final:
            plan.states.insert(state)
        case .compound:
            plan.states.insert(state)
            plan.defaults.insert(state)
            addDefaults(of: record, below: state, to: &plan, memory)
        case .parallel:
            plan.states.insert(state)
            addMissingRegions(of: record, to: &plan, memory)
        case .shallowHistory, .deepHistory:
            plan.histories.insert(state)
            guard let remembered = memory[state] else {
                plan.defaultHistories.append(state)
                addDefaults(of: record, below: record.parent, to: &plan, memory)
                return
            }
            for member in remembered.elements { addDescendants(of: Int(member.rawValue), to: &plan, memory) }
            for member in remembered.elements {
                addAncestors(of: Int(member.rawValue), below: record.parent, to: &plan, memory)
            }
        }
    }

    private func addDefaults(
        of record: StateRecord, below ancestor: Int, to plan: inout EntryPlan, _ memory: HistoryMemory
    ) {
        for place in record.defaultTargets { addDescendants(of: targets[place], to: &plan, memory) }
        for place in record.defaultTargets { addAncestors(of: targets[place], below: ancestor, to: &plan, memory) }
    }

    /// `addAncestorStatesToEnter`.
    private func addAncestors(of state: Int, below limit: Int, to plan: inout EntryPlan, _ memory: HistoryMemory) {
        var ancestor = states[state].parent
        while ancestor != limit && ancestor > 0 {
            plan.states.insert(ancestor)
            if states[ancestor].kind == .parallel { addMissingRegions(of: states[ancestor], to: &plan, memory) }
            ancestor = states[ancestor].parent
        }
    }

    private func addMissingRegions(of record: StateRecord, to plan: inout EntryPlan, _ memory: HistoryMemory) {
        for place in record.children {
            let region = children[place]
            if !plan.states.intersects(from: region + 1, through: states[region].last) {
                addDescendants(of: region, to: &plan, memory)
            }
        }
    }

    /// `isInFinalState`.
    @usableFromInline
    func isInFinalState(_ state: Int, active: StateSet) -> Bool {
        let record = states[state]
        switch record.kind {
        case .compound:
            return record.children.contains {
                states[children[$0]].kind == .final && active.contains(children[$0])
            }
        case .parallel: return record.children.allSatisfy { isInFinalState(children[$0], active: active) }
        default: return false
        }
    }
}
