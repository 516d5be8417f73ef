/// Where a chart stands: its active states and what its history states remember.
///
/// A plain value without reference to its chart, cheap to copy; charts of up to 127 states need no heap memory for the
/// active ones.
@usableFromInline
package struct Configuration: Hashable, Sendable {
    @usableFromInline var states: StateSet
    @usableFromInline var memory: HistoryMemory

    @inlinable
    init(states: StateSet, memory: HistoryMemory) {
        self.states = states
        self.memory = memory
    }

    /// Rebuilds a configuration from what ``active`` and ``history`` gave; ``Statechart/isLegal(_:)`` checks it.
    ///
    /// - Parameters:
    ///   - active: Active states in any order, ancestors included, the root left out.
    ///   - history: One value for each history state that remembers something, in any order; of two for the same
    ///     state the last counts.
    package init(active: [StateIndex], history: [HistoryValue] = []) {
        states = StateSet(active)
        memory = HistoryMemory()
        for value in history { memory.record(value.states, for: Int(value.state.rawValue)) }
    }

    /// True if the state is active.
    @inlinable package func contains(_ state: StateIndex) -> Bool { states.contains(Int(state.rawValue)) }

    /// The active states in document order, ancestors included, the root left out.
    package var active: [StateIndex] { states.elements }

    /// What history states remember, in document order; one that remembers nothing is absent.
    package var history: [HistoryValue] { memory.values }

    /// What one history state remembers, in document order; nil if its parent was never left.
    package func history(of state: StateIndex) -> [StateIndex]? { memory[Int(state.rawValue)]?.elements }
}

/// What one history state remembers.
package struct HistoryValue: Hashable, Sendable {
    /// The history state.
    package let state: StateIndex
    let states: StateSet

    /// Pairs a history state with the states it stands for.
    package init(state: StateIndex, remembered: [StateIndex]) {
        self.init(state: state, states: StateSet(remembered))
    }

    init(state: StateIndex, states: StateSet) {
        self.state = state
        self.states = states
    }

    /// The states to enter again: children of the parent (shallow) or atomic descendants (deep), in document order.
    package var remembered: [StateIndex] { states.elements }
}

/// The values of all history states, ordered by state so that equal memories compare equal.
@usableFromInline
struct HistoryMemory: Hashable, Sendable {
    private(set) var values: [HistoryValue] = []

    @usableFromInline init() {}

    subscript(state: Int) -> StateSet? {
        for value in values where Int(value.state.rawValue) == state { return value.states }
        return nil
    }

    /// Remembers `states`; an unchanged value is not written, so that a shared array is not copied for nothing.
    mutating func record(_ states: StateSet, for state: Int) {
        let value = HistoryValue(state: StateIndex(state), states: states)
        let place = values.firstIndex { $0.state >= value.state } ?? values.endIndex
        if place == values.endIndex || values[place].state != value.state {
            values.insert(value, at: place)
        } else if values[place] != value {
            values[place] = value
        }
    }
}
