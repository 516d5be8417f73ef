/// A compiled statechart with the semantics of SCXML 1.0, Appendix D.
///
/// It differs from the standard in this: a chart that reaches a top-level final state keeps its last configuration
/// (SCXML leaves all states), a guard that fails raises `error.execution` once in a macrostep (SCXML: at each
/// evaluation, for ever if the chart reacts to it), and macrosteps are bounded. There is no `invoke` and no `script`.
@usableFromInline
package struct Statechart: Sendable {
    @usableFromInline let tables: ChartTables

    /// Deepest nesting of states that is accepted; top-level states have depth 1.
    package static let depthLimit = 256

    /// Compiles a description.
    ///
    /// - Parameters:
    ///   - description: The chart as written.
    ///   - microstepLimit: How many microsteps a macrostep may take; at least 1. Charts that come to rest rarely need
    ///     more than a few dozen.
    /// - Throws: ``ChartError`` with every structural mistake.
    package init(_ description: ChartDescription, microstepLimit: Int = 10_000) throws(ChartError) {
        precondition(microstepLimit > 0, "a macrostep needs at least one microstep")
        tables = try ChartTables(description, microstepLimit: microstepLimit)
    }

    /// Enters the initial states and comes to rest.
    ///
    /// - Throws: ``MacrostepError`` if it does not come to rest; what the host has done by then is the caller's to
    ///   undo.
    @inlinable
    package func start<Host: StatechartHost>(host: inout Host) throws(MacrostepError) -> Step {
        let empty = Configuration(states: StateSet(), memory: HistoryMemory())
        var macrostep = Macrostep<Host>(tables, from: empty)
        macrostep.run(tables.shape.states[0].defaultActions, &host)
        macrostep.enter(tables.startPlan, &host)
        try macrostep.complete(&host)
        return macrostep.outcome(handled: false)
    }

    /// Processes one external event to completion. An event that nothing handles leaves the configuration as it was.
    ///
    /// - Parameters:
    ///   - configuration: Where the chart stands: the result of ``start(host:)`` or of an earlier step. When it is
    ///     over, nothing happens.
    ///   - event: Its key must come from this chart.
    ///   - host: Answers guards and runs actions.
    /// - Throws: ``MacrostepError`` if it does not come to rest; what the host has done by then is the caller's to
    ///   undo.
    @inlinable
    package func step<Host: StatechartHost>(
        _ configuration: Configuration, on event: ChartEvent<Host.Payload>, host: inout Host
    ) throws(MacrostepError) -> Step {
        var macrostep = Macrostep<Host>(tables, from: configuration, event: event)
        if macrostep.isOver { return macrostep.outcome(handled: false) }
        let handled = try macrostep.process(key: event.key, &host)
        try macrostep.complete(&host)
        return macrostep.outcome(handled: handled)
    }

    /// Takes the eventless transitions that have become possible because the host's data changed between events.
    ///
    /// - Returns: A step that is `handled` if the configuration may have changed: at least one transition was taken.
    /// - Throws: ``MacrostepError`` as ``step(_:on:host:)``.
    @inlinable
    package func settle<Host: StatechartHost>(
        _ configuration: Configuration, host: inout Host
    ) throws(MacrostepError) -> Step {
        var macrostep = Macrostep<Host>(tables, from: configuration)
        try macrostep.complete(&host)
        return macrostep.outcome(handled: macrostep.microsteps > 0)
    }

    /// The event that a chart hears when a condition or a block fails.
    package static var failureName: String { ChartTables.failureName }

    /// The class of an event name: which descriptors of this chart match it. Worth keeping, as it looks names up.
    package func key(for eventName: String) -> EventKey { tables.events.key(for: eventName) }

    /// The key of `done.state.ID` for a state.
    package func doneKey(of state: StateIndex) -> EventKey { tables.doneKeys[Int(state.rawValue)] }
}

extension Statechart: Equatable {
    /// True if both were compiled from equal descriptions with the same limit.
    @usableFromInline package static func == (left: Statechart, right: Statechart) -> Bool {
        left.tables === right.tables
            || left.tables.microstepLimit == right.tables.microstepLimit
                && left.tables.description == right.tables.description
    }
}
