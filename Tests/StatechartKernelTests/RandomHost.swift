import StatechartKernel

/// Runs a random chart and logs what happens, in the same words as ``ReferenceInterpreter``.
struct RandomHost: StatechartHost {
    struct Failure: Error {}

    let random: RandomChart
    let chart: Statechart
    var log: [String] = []

    mutating func holds(
        _ guardID: GuardID, event: ChartEvent<String>?, in configuration: Configuration
    ) throws(Failure) -> Bool {
        let result = random.holds(guardID) { id in chart.index(of: id).map(configuration.contains) ?? false }
        guard let result else { throw Failure() }
        return result
    }

    mutating func run(
        _ action: ActionID, event: ChartEvent<String>?, in configuration: Configuration,
        raising queue: inout InternalQueue<String>
    ) throws(Failure) {
        log.append("\(action.rawValue) on \(event?.name ?? "") \(event?.payload ?? "")")
        let effect = random.effect(of: action)
        for name in effect.raised { queue.raise(ChartEvent(key: chart.key(for: name), name: name)) }
        if effect.fails { throw Failure() }
    }

    mutating func didEnter(_ state: StateIndex) { log.append("+" + chart.id(of: state)) }
    mutating func didExit(_ state: StateIndex) { log.append("-" + chart.id(of: state)) }
    mutating func doneData(of state: StateIndex) -> String? { "from " + chart.id(of: state) }
    mutating func failurePayload(_ failure: Failure) -> String? { "failed" }
}
