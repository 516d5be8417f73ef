import StatechartKernel

// The helpers through which the example tests speak to the kernel.

func atomic(_ id: String, _ transitions: TransitionDescription...) -> StateDescription {
    StateDescription(id: id, kind: .atomic, transitions: transitions)
}

func final(_ id: String) -> StateDescription { StateDescription(id: id, kind: .final) }

func compound(
    _ id: String, initial: String? = nil, _ transitions: [TransitionDescription] = [], _ children: StateDescription...
) -> StateDescription {
    StateDescription(
        id: id, kind: .compound, initial: initial.map { InitialDescription(targets: [$0]) }, transitions: transitions,
        children: children)
}

func parallel(
    _ id: String, _ transitions: [TransitionDescription] = [], _ children: StateDescription...
) -> StateDescription {
    StateDescription(id: id, kind: .parallel, transitions: transitions, children: children)
}

func history(_ id: String, deep: Bool = false, default target: String) -> StateDescription {
    StateDescription(
        id: id, kind: deep ? .deepHistory : .shallowHistory, initial: InitialDescription(targets: [target]))
}

/// Events are separated by spaces; none is an eventless transition.
func on(
    _ events: String, _ targets: String..., given guardID: Int32? = nil, does actions: [Int32] = []
) -> TransitionDescription {
    TransitionDescription(
        events: events.split(separator: " ").map(String.init), guardID: guardID.map { GuardID(rawValue: $0) },
        targets: targets, actions: actions.map { ActionID(rawValue: $0) })
}

func describe(_ states: StateDescription...) -> ChartDescription {
    ChartDescription(initial: InitialDescription(targets: []), states: states)
}

/// Guards answer what a test says; blocks raise what a test says; a missing answer is a failure.
struct ScriptedHost: StatechartHost {
    struct Failure: Error {}

    let chart: Statechart
    var answers: [Int32: Bool] = [:]
    var raises: [Int32: [String]] = [:]
    var log: [String] = []

    mutating func holds(
        _ guardID: GuardID, event: ChartEvent<String>?, in configuration: Configuration
    ) throws(Failure) -> Bool {
        guard let answer = answers[guardID.rawValue] else { throw Failure() }
        return answer
    }

    mutating func run(
        _ action: ActionID, event: ChartEvent<String>?, in configuration: Configuration,
        raising queue: inout InternalQueue<String>
    ) throws(Failure) {
        log.append(
            "do \(action.rawValue) (\([event?.name, event?.payload].compactMap(\.self).joined(separator: ": ")))")
        guard let names = raises[action.rawValue] else { throw Failure() }
        for name in names { queue.raise(ChartEvent(key: chart.key(for: name), name: name)) }
    }

    mutating func didEnter(_ state: StateIndex) { log.append("+" + chart.id(of: state)) }
    mutating func didExit(_ state: StateIndex) { log.append("-" + chart.id(of: state)) }
    mutating func doneData(of state: StateIndex) -> String? { "data of " + chart.id(of: state) }
    mutating func failurePayload(_ failure: Failure) -> String? { "failure" }
}

/// A chart that runs, and what it has done.
struct Run {
    var host: ScriptedHost
    var step: Step
    var chart: Statechart { host.chart }

    init(
        _ description: ChartDescription, answers: [Int32: Bool] = [:], raises: [Int32: [String]] = [:],
        microstepLimit: Int = 100
    ) throws {
        let chart = try Statechart(description, microstepLimit: microstepLimit)
        host = ScriptedHost(chart: chart, answers: answers, raises: raises)
        step = try chart.start(host: &host)
    }

    /// Sends events one after the other; returns the active leaves by id.
    @discardableResult
    mutating func send(_ names: String...) throws -> [String] {
        for name in names {
            host.log = []
            let event = ChartEvent<String>(key: chart.key(for: name), name: name)
            step = try chart.step(step.configuration, on: event, host: &host)
        }
        return leaves
    }

    var leaves: [String] {
        step.configuration.active.filter { chart.children(of: $0).isEmpty }.map { chart.id(of: $0) }
    }
}
