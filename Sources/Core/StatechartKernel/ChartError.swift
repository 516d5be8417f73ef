/// Why a description is not a statechart: every structural mistake, in document order.
package struct ChartError: Error, Hashable, CustomStringConvertible {
    /// At least one.
    package let mistakes: [ChartMistake]

    /// One mistake a line.
    package var description: String { mistakes.map(\.description).joined(separator: "\n") }
}

/// One structural mistake of a description and the state that has it.
package struct ChartMistake: Hashable, Sendable, CustomStringConvertible {
    /// What can be wrong.
    package enum Kind: Hashable, Sendable {
        /// The chart has no states.
        case noStates
        /// The id is empty.
        case emptyID
        /// An earlier state has the same id.
        case duplicateID
        /// Deeper than ``Statechart/depthLimit``.
        case nestedTooDeep
        /// A compound or parallel state without children other than history.
        case missingChildren
        /// An atomic, final or history state with children.
        case unexpectedChildren
        /// A default entry on a kind of state that has none.
        case unexpectedInitial
        /// Transitions on a final or history state.
        case unexpectedTransitions
        /// Entry or exit blocks on a history state.
        case unexpectedActions
        /// A history state without default targets.
        case missingDefault
        /// A history state at top level, where there is no parent to remember.
        case historyWithoutParent
        /// A history state whose default leads back to itself.
        case historyLoop
        /// A final state that is a region of a parallel state.
        case finalRegion
        /// No state has this id.
        case unknownTarget(String)
        /// A default target that is not below the state it is the default of.
        case targetOutside(String)
        /// Two targets that cannot be active together: they are not in different regions of a parallel state.
        case conflictingTargets(String, String)
        /// An event descriptor that is empty, has an empty part, or a `*` elsewhere than as last part.
        case malformedDescriptor(String)
    }

    /// Id of the state at fault; empty for the chart itself or a state without id.
    package let state: String
    /// Place of the transition at fault among those of the state, from 0; absent when it is not a transition.
    package let transition: Int?
    /// What is wrong.
    package let kind: Kind

    init(_ kind: Kind, state: String, transition: Int? = nil) {
        self.state = state
        self.transition = transition
        self.kind = kind
    }

    /// A sentence naming the state, the mistake and what to do.
    package var description: String {
        let place = state.isEmpty ? "the chart" : "state '\(state)'"
        return place + (transition.map { ", transition \($0 + 1)" } ?? "") + ": " + reason
    }

    private var reason: String {
        switch kind {
        case .noStates: "there are no states; give at least one"
        case .emptyID: "a state here has an empty id; name it"
        case .duplicateID: "the id is used twice; rename one of the two states"
        case .nestedTooDeep: "nested deeper than \(Statechart.depthLimit) levels; flatten the chart"
        case .missingChildren: "a compound or parallel state needs a child that is not a history state"
        case .unexpectedChildren: "only compound and parallel states have children"
        case .unexpectedInitial: "only compound and history states have a default entry"
        case .unexpectedTransitions: "final and history states have no transitions; put them on the parent"
        case .unexpectedActions: "a history state is never active, so it has no entry or exit; use its default entry"
        case .missingDefault: "a history state needs default targets for when it remembers nothing"
        case .historyWithoutParent: "a history state remembers its parent, so it cannot stand at top level"
        case .historyLoop: "the default of this history state leads back to itself; name a real state"
        case .finalRegion: "a final state cannot be a region; put it inside a compound region"
        case .unknownTarget(let target): "there is no state '\(target)'"
        case .targetOutside(let target): "the default target '\(target)' is not below this state's parent or itself"
        case .conflictingTargets(let first, let second):
            "targets '\(first)' and '\(second)' cannot be active together; keep one, or use different regions"
        case .malformedDescriptor(let descriptor):
            "'\(descriptor)' is no event descriptor; write parts separated by dots, with '*' only as the last part"
        }
    }
}
