/// The number of a state in document order: a state's descendants are the numbers that follow it.
@usableFromInline
package struct StateIndex: Hashable, Comparable, Sendable {
    /// Position in document order; 0 is the root, which has no id.
    @usableFromInline package let rawValue: Int32

    /// Names the state at this position; the chart it belongs to is the caller's to remember.
    @inlinable package init(rawValue: Int32) { self.rawValue = rawValue }

    @inlinable init(_ position: Int) { rawValue = Int32(truncatingIfNeeded: position) }

    /// The chart itself, parent of the top-level states.
    package static let root = StateIndex(rawValue: 0)

    @inlinable package static func < (left: StateIndex, right: StateIndex) -> Bool { left.rawValue < right.rawValue }
}

/// The number of a transition: by source state in document order, then as written in that state.
package struct TransitionIndex: Hashable, Comparable, Sendable {
    /// Position among all transitions of the chart, from 0.
    package let rawValue: Int32

    /// Names the transition at this position.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static func < (left: TransitionIndex, right: TransitionIndex) -> Bool {
        left.rawValue < right.rawValue
    }
}
