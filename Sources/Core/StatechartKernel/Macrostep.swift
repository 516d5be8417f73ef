/// One macrostep under way: the main loop of SCXML 1.0, Appendix D, from one stable configuration to the next.
@usableFromInline
struct Macrostep<Host: StatechartHost> {
    @usableFromInline let tables: ChartTables
    @usableFromInline var configuration: Configuration
    @usableFromInline var queue = InternalQueue<Host.Payload>()
    /// The event being processed; it stays in view of the eventless transitions that follow it.
    @usableFromInline var event: ChartEvent<Host.Payload>?
    @usableFromInline var isOver: Bool
    @usableFromInline var microsteps = 0
    /// Sources of the transitions taken after half of the allowed microsteps.
    @usableFromInline var lateSources = StateSet()
    /// Transitions whose guard has failed. Each failure is reported once: the report must not make it fail for ever.
    @usableFromInline var failedGuards: [Int] = []

    @inlinable
    init(_ tables: ChartTables, from configuration: Configuration, event: ChartEvent<Host.Payload>? = nil) {
        self.tables = tables
        self.configuration = configuration
        self.event = event
        isOver = configuration.states.intersects(tables.ends)
    }

    @inlinable
    func outcome(handled: Bool) -> Step { Step(configuration: configuration, handled: handled, isOver: isOver) }

    /// Takes the transitions that the current event enables; false if there are none.
    @inlinable
    mutating func process(key: EventKey, _ host: inout Host) throws(MacrostepError) -> Bool {
        let interested = tables.interested[Int(key.rawValue)]
        if !configuration.states.intersects(interested) { return false }
        let enabled = select(key, interested, &host)
        if enabled.count == 0 { return false }
        try take(enabled, &host)
        return true
    }

    /// Takes eventless transitions, then raised events, until neither is left.
    @inlinable
    mutating func complete(_ host: inout Host) throws(MacrostepError) {
        while !isOver {
            if configuration.states.intersects(tables.eventless) {
                let enabled = select(nil, tables.eventless, &host)
                if enabled.count > 0 {
                    try take(enabled, &host)
                    continue
                }
            }
            guard let next = queue.next() else { return }
            event = next
            _ = try process(key: next.key, &host)
        }
    }

    /// `selectTransitions` and `selectEventlessTransitions` (`key` nil): the innermost match above each active leaf.
    @inlinable
    mutating func select(_ key: EventKey?, _ interested: StateSet, _ host: inout Host) -> TransitionList {
        var enabled = TransitionList()
        var visited = StateSet()
        let leaves = configuration.states.intersection(tables.leaves)
        var leaf = leaves.next(from: 0)
        while leaf >= 0 {
            var state = leaf
            // what an earlier leaf has met needs no second look: it selected there, or found nothing further up
            while state > 0 && !visited.contains(state) {
                visited.insert(state)
                if interested.contains(state) {
                    let match = firstMatch(of: state, key, &host)
                    if match >= 0 {
                        enabled.append(match)
                        break
                    }
                }
                state = tables.shape.states[state].parent
            }
            leaf = leaves.next(from: leaf &+ 1)
        }
        return enabled
    }

    @inlinable
    mutating func firstMatch(of state: Int, _ key: EventKey?, _ host: inout Host) -> Int {
        for transition in tables.shape.states[state].transitions {
            let ranges = tables.transitions[transition].keyRanges
            var matches = false
            if let key {
                for range in ranges where tables.keyRanges[range].contains(key.rawValue) { matches = true }
            } else {
                matches = ranges.isEmpty
            }
            if matches && holds(transition, &host) { return transition }
        }
        return -1
    }

    @inlinable
    mutating func holds(_ transition: Int, _ host: inout Host) -> Bool {
        let guardID = tables.transitions[transition].guardID
        if guardID < 0 { return true }
        do throws(Host.HostFailure) {
            return try host.holds(GuardID(rawValue: guardID), event: event, in: configuration)
        } catch {
            if !failedGuards.contains(transition) {
                failedGuards.append(transition)
                raise(error, &host)
            }
            return false
        }
    }

    /// `microstep`: leaves states in reverse document order, runs the transitions, enters states in document order.
    @inlinable
    mutating func take(_ enabled: TransitionList, _ host: inout Host) throws(MacrostepError) {
        try count(enabled)
        let taken = enabled.count == 1 ? enabled : tables.withoutConflicts(enabled, memory: configuration.memory)
        var leaving = StateSet()
        var plan = EntryPlan()
        // domains come before leaving: what history states remember then is what the transitions were selected by
        var domains = TransitionList()
        for place in 0..<taken.count {
            let domain = tables.domain(of: taken[place], memory: configuration.memory)
            domains.append(domain)
            if domain >= 0 {
                leaving.formUnion(
                    configuration.states, from: domain &+ 1, through: tables.shape.states[domain].last)
            }
        }
        tables.remember(&configuration, leaving: leaving)
        for place in 0..<taken.count where domains[place] >= 0 {
            let own = tables.plan(of: taken[place], domain: domains[place], memory: configuration.memory)
            plan.states.formUnion(own.states)
            plan.defaults.formUnion(own.defaults)
            if !own.defaultHistories.isEmpty { plan.defaultHistories += own.defaultHistories }
        }
        exit(leaving, &host)
        for place in 0..<taken.count { run(tables.transitions[taken[place]].actions, &host) }
        enter(plan, &host)
    }

    @inlinable
    mutating func exit(_ leaving: StateSet, _ host: inout Host) {
        var state = leaving.previous(before: tables.shape.states.count)
        while state >= 0 {
            run(tables.shape.states[state].exitActions, &host)
            configuration.states.remove(state)
            host.didExit(StateIndex(state))
            state = leaving.previous(before: state)
        }
    }

    /// `enterStates`. As in the standard, a state that history leads through is entered again even if it is active.
    @inlinable
    mutating func enter(_ plan: EntryPlan, _ host: inout Host) {
        var state = plan.states.next(from: 0)
        while state >= 0 {
            configuration.states.insert(state)
            host.didEnter(StateIndex(state))
            run(tables.shape.states[state].entryActions, &host)
            if plan.defaults.contains(state) { run(tables.shape.states[state].defaultActions, &host) }
            for history in plan.defaultHistories where tables.shape.states[history].parent == state {
                run(tables.shape.states[history].defaultActions, &host)
            }
            if tables.shape.states[state].kind == .final { finish(state, &host) }
            state = plan.states.next(from: state &+ 1)
        }
    }

    @inlinable
    mutating func finish(_ state: Int, _ host: inout Host) {
        let parent = tables.shape.states[state].parent
        if parent == 0 {
            isOver = true
            return
        }
        raiseDone(parent, payload: host.doneData(of: StateIndex(state)))
        let grandparent = tables.shape.states[parent].parent
        if tables.shape.states[grandparent].kind == .parallel
            && tables.shape.isInFinalState(grandparent, active: configuration.states)
        {
            raiseDone(grandparent, payload: nil)
        }
    }

    @inlinable
    mutating func raiseDone(_ state: Int, payload: Host.Payload?) {
        queue.raise(ChartEvent(key: tables.doneKeys[state], name: tables.doneNames[state], payload: payload))
    }

    @inlinable
    mutating func run(_ actions: Range<Int>, _ host: inout Host) {
        for place in actions {
            do throws(Host.HostFailure) {
                try host.run(tables.actions[place], event: event, in: configuration, raising: &queue)
            } catch {
                raise(error, &host)
            }
        }
    }

    @inlinable
    mutating func raise(_ failure: Host.HostFailure, _ host: inout Host) {
        let payload = host.failurePayload(failure)
        queue.raise(ChartEvent(key: tables.failureKey, name: ChartTables.failureName, payload: payload))
    }

    @inlinable
    mutating func count(_ enabled: TransitionList) throws(MacrostepError) {
        microsteps &+= 1
        if microsteps > tables.microstepLimit / 2 {
            for place in 0..<enabled.count { lateSources.insert(tables.transitions[enabled[place]].source) }
            if microsteps > tables.microstepLimit { throw tables.loopError(lateSources) }
        }
    }
}

extension ChartTables {
    @usableFromInline
    func loopError(_ sources: StateSet) -> MacrostepError {
        let states = sources.elements
        return MacrostepError(
            states: states, stateIDs: states.map { ids[Int($0.rawValue)] }, microstepLimit: microstepLimit)
    }
}
