import CAllocations
import StatechartKernel

/// Macrosteps of a chart with hierarchy, two parallel regions and guards, and nothing else around them.
enum PureSteps {
    static func run() throws {
        try measure("mixed-events", history: false, events: ["tick", "tock", "tick", "tock.now"])
        try measure("both-regions", history: false, events: ["tick"])
        try measure("enter-and-leave", history: false, events: ["stop", "go"])
        try measure("deep-history", history: true, events: ["tick", "stop", "go"])
    }

    private static func measure(_ name: String, history: Bool, events names: [String]) throws {
        let chart = try Statechart(chart(history: history))
        let events = names.map { ChartEvent<Int>(key: chart.key(for: $0), name: $0) }
        var host = CountingHost()
        var step = try chart.start(host: &host)
        step = try chart.step(step.configuration, on: ChartEvent(key: chart.key(for: "go"), name: "go"), host: &host)
        let steps = 4_000_000
        let allocations = jalon_allocations()
        let elapsed = try seconds {
            for number in 0..<steps {
                step = try chart.step(step.configuration, on: events[number % events.count], host: &host)
            }
        }
        let perStep = Double(jalon_allocations() - allocations) / Double(steps)
        Figure(workload: "W2", metric: "steps-per-second:\(name)", value: (Double(steps) / elapsed).rounded()).print()
        Figure(workload: "W2", metric: "allocations-per-step:\(name)", value: perStep).print()
    }

    /// idle ⇄ running; running has two regions of compound states with guards, the second two levels deep.
    private static func chart(history: Bool) -> ChartDescription {
        let left = StateDescription(
            id: "left", kind: .compound,
            children: [
                state("l1", on("tick", "l3", given: 0), on("tick", "l2", does: true)),
                state("l2", on("tick", "l1", does: true)), state("l3", on("tick", "l1", does: true)),
            ])
        var right = StateDescription(
            id: "right", kind: .compound, transitions: [on("tock", "r1")],
            children: [
                StateDescription(
                    id: "r1", kind: .compound, transitions: [on("tick", "r2", given: 1)],
                    children: [state("r1a", on("tock.now", "r1b")), state("r1b")]),
                state("r2", on("tick", "r1", does: true)),
            ])
        if history {
            right.children.append(
                StateDescription(id: "h", kind: .deepHistory, initial: InitialDescription(targets: ["r1"])))
        }
        return ChartDescription(
            initial: InitialDescription(targets: ["idle"]),
            states: [
                state("idle", on("go", history ? "h" : "running")),
                StateDescription(
                    id: "running", kind: .parallel, transitions: [on("stop", "idle")], children: [left, right]),
            ])
    }

    private static func state(_ id: String, _ transitions: TransitionDescription...) -> StateDescription {
        StateDescription(id: id, kind: .atomic, transitions: transitions)
    }

    private static func on(
        _ event: String, _ target: String, given guardID: Int32? = nil, does: Bool = false
    ) -> TransitionDescription {
        TransitionDescription(
            events: [event], guardID: guardID.map { GuardID(rawValue: $0) }, targets: [target],
            actions: does ? [ActionID(rawValue: 0)] : [])
    }
}

/// Two guards of one comparison each and a counter: as little data as a chart can have.
private struct CountingHost: StatechartHost {
    struct HostFailure: Error {}
    var counter = 0

    mutating func holds(
        _ guardID: GuardID, event: ChartEvent<Int>?, in configuration: Configuration
    ) throws(HostFailure) -> Bool {
        guardID.rawValue == 0 ? counter % 3 == 0 : counter % 2 == 0
    }

    mutating func run(
        _ action: ActionID, event: ChartEvent<Int>?, in configuration: Configuration,
        raising queue: inout InternalQueue<Int>
    ) throws(HostFailure) {
        counter &+= 1
    }

    mutating func didEnter(_ state: StateIndex) {}
    mutating func didExit(_ state: StateIndex) {}
    mutating func doneData(of state: StateIndex) -> Int? { nil }
    mutating func failurePayload(_ failure: HostFailure) -> Int? { nil }
}
