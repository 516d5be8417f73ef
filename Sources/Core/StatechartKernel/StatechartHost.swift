/// What a chart needs from outside: conditions, executable content, and someone who watches states come and go.
///
/// The kernel calls it in the order of the SCXML algorithm. Conditions must have no effects: they are asked as often as
/// the algorithm needs.
@usableFromInline
package protocol StatechartHost {
    /// The data of an event.
    associatedtype Payload: Sendable
    /// What a condition or a block fails with.
    associatedtype HostFailure: Error

    /// Tells whether a condition holds.
    ///
    /// - Parameters:
    ///   - guardID: The condition.
    ///   - event: The event being processed; nil while the chart starts.
    ///   - configuration: The active states, for `In()`.
    /// - Throws: A failure counts as false and raises `error.execution`, once for each transition and macrostep.
    mutating func holds(
        _ guardID: GuardID, event: ChartEvent<Payload>?, in configuration: Configuration
    ) throws(HostFailure) -> Bool

    /// Runs one block of executable content.
    ///
    /// - Parameters:
    ///   - action: The block.
    ///   - event: The event being processed; nil while the chart starts.
    ///   - configuration: The states active now: one being left is still among them, one being entered already is.
    ///   - queue: Takes the events that the block raises.
    /// - Throws: A failure ends this block alone and raises `error.execution`; what it raised before stays raised.
    mutating func run(
        _ action: ActionID, event: ChartEvent<Payload>?, in configuration: Configuration,
        raising queue: inout InternalQueue<Payload>
    ) throws(HostFailure)

    /// A state has become active; its entry blocks come next.
    ///
    /// It also comes for a state that is active already, without ``didExit(_:)`` before, where the algorithm enters it
    /// again: a transition to a history state, from beside what that remembers, leaves less than the parent of the
    /// history state but enters all between the parent and what is remembered.
    mutating func didEnter(_ state: StateIndex)

    /// A state is no longer active; its exit blocks have run.
    mutating func didExit(_ state: StateIndex)

    /// The data of the `done.state` event of the parent of a final state just entered.
    ///
    /// The event of a parallel state whose regions are all done carries none (SCXML 1.0, 3.7).
    mutating func doneData(of state: StateIndex) -> Payload?

    /// The data of the `error.execution` event for a failure.
    mutating func failurePayload(_ failure: HostFailure) -> Payload?
}

/// One occurrence of an event.
@usableFromInline
package struct ChartEvent<Payload: Sendable>: Sendable {
    /// Decides which transitions match; comes from ``Statechart/key(for:)`` of the same chart.
    @usableFromInline package var key: EventKey
    /// The full name, for the host; the kernel does not read it.
    @usableFromInline package var name: String
    /// The data; nil if there is none.
    @usableFromInline package var payload: Payload?

    /// Makes an event; `key` must be the key of `name` in the chart that will get it.
    @inlinable
    package init(key: EventKey, name: String, payload: Payload? = nil) {
        self.key = key
        self.name = name
        self.payload = payload
    }
}

extension ChartEvent: Equatable where Payload: Equatable {}

/// Events raised inside a macrostep; they come before any external event, first in, first out.
@usableFromInline
package struct InternalQueue<Payload: Sendable>: Sendable {
    @usableFromInline var events: [ChartEvent<Payload>] = []
    @usableFromInline var head = 0

    @inlinable init() {}

    /// Appends an event; it is processed in this macrostep unless the chart ends first.
    @inlinable package mutating func raise(_ event: ChartEvent<Payload>) { events.append(event) }

    @inlinable
    mutating func next() -> ChartEvent<Payload>? {
        if head == events.count {
            if head > 0 {
                events.removeAll(keepingCapacity: true)
                head = 0
            }
            return nil
        }
        head &+= 1
        return events[head &- 1]
    }
}
