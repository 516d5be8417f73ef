/// What a macrostep led to.
@usableFromInline
package struct Step: Hashable, Sendable {
    /// Where the chart stands now.
    @usableFromInline package var configuration: Configuration
    /// True if the external event itself selected a transition; what followed from it does not count.
    @usableFromInline package var handled: Bool
    /// True if a top-level final state is active: the chart takes no more events and keeps this configuration.
    @usableFromInline package var isOver: Bool

    @inlinable
    init(configuration: Configuration, handled: Bool, isOver: Bool) {
        self.configuration = configuration
        self.handled = handled
        self.isOver = isOver
    }
}

/// A macrostep did not come to rest: eventless transitions or raised events go round in a loop.
@usableFromInline
package struct MacrostepError: Error, Hashable, CustomStringConvertible {
    /// States whose transitions form the loop, in document order.
    package let states: [StateIndex]
    /// Their ids.
    package let stateIDs: [String]
    /// How many microsteps were taken before giving up.
    package let microstepLimit: Int

    /// A sentence naming the states.
    @usableFromInline package var description: String {
        let names = stateIDs.map { "'\($0)'" }.joined(separator: ", ")
        return "transitions of \(names) still follow one another after \(microstepLimit) steps; "
            + "give one of them a guard that becomes false, or an event"
    }
}
