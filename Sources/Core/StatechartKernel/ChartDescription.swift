/// A statechart as a tree with names, the form in which it is written; ``Statechart`` is its compiled form.
package struct ChartDescription: Hashable, Sendable {
    /// Where the chart begins. No targets: the first state.
    package var initial: InitialDescription
    /// Top-level states in document order; at least one.
    package var states: [StateDescription]

    /// Makes a description; nothing is checked before ``Statechart/init(_:microstepLimit:)``.
    package init(initial: InitialDescription, states: [StateDescription]) {
        self.initial = initial
        self.states = states
    }
}

/// Where a compound state begins, or what a history state stands for while it remembers nothing.
package struct InitialDescription: Hashable, Sendable {
    /// Ids of descendants; several must lie in different regions of a parallel state.
    package var targets: [String]
    /// Blocks run after the entry blocks of the state and before its children are entered.
    package var actions: [ActionID]

    /// Makes a default entry. Empty `targets` mean the first child (not allowed for a history state).
    package init(targets: [String], actions: [ActionID] = []) {
        self.targets = targets
        self.actions = actions
    }
}

/// What a state is made of.
@usableFromInline
package enum StateKind: Hashable, Sendable {
    /// No children.
    case atomic
    /// Exactly one child is active while it is.
    case compound
    /// All its children (regions) are active while it is.
    case parallel
    /// The end of its parent; at top level, the end of the chart.
    case final
    /// Stands for the children of its parent that were active when the parent was last left.
    case shallowHistory
    /// Stands for the atomic descendants of its parent that were active when the parent was last left.
    case deepHistory

    /// True for the two kinds that are never active themselves.
    @inlinable package var isHistory: Bool { self == .shallowHistory || self == .deepHistory }
}

/// One state with all below it.
package struct StateDescription: Hashable, Sendable {
    /// Unique in the chart and not empty.
    package var id: String
    /// What it is made of; must agree with `children`.
    package var kind: StateKind
    /// Default entry of a compound state (absent: its first child) or of a history state (required).
    package var initial: InitialDescription?
    /// Blocks run, in order, when the state is entered.
    package var entry: [ActionID]
    /// Blocks run, in order, when the state is left.
    package var exit: [ActionID]
    /// In order of preference.
    package var transitions: [TransitionDescription]
    /// In document order.
    package var children: [StateDescription]

    /// Makes a description of one state; nothing is checked before ``Statechart/init(_:microstepLimit:)``.
    package init(
        id: String, kind: StateKind, initial: InitialDescription? = nil, entry: [ActionID] = [],
        exit: [ActionID] = [], transitions: [TransitionDescription] = [], children: [StateDescription] = []
    ) {
        self.id = id
        self.kind = kind
        self.initial = initial
        self.entry = entry
        self.exit = exit
        self.transitions = transitions
        self.children = children
    }
}

/// One transition of a state.
package struct TransitionDescription: Hashable, Sendable {
    /// Event descriptors, any of which may match: `foo` and `foo.*` match `foo` and `foo.bar`, `*` matches all.
    ///
    /// Empty: an eventless transition, taken as soon as its guard holds.
    package var events: [String]
    /// The condition; absent means always.
    package var guardID: GuardID?
    /// Ids of the states to enter; empty: no state is left or entered, the actions run.
    package var targets: [String]
    /// Asks that a compound source stay active when all targets are its descendants; otherwise without effect.
    package var isInternal: Bool
    /// Blocks run, in order, between leaving and entering.
    package var actions: [ActionID]

    /// Makes a description of one transition.
    package init(
        events: [String], guardID: GuardID? = nil, targets: [String], isInternal: Bool = false,
        actions: [ActionID] = []
    ) {
        self.events = events
        self.guardID = guardID
        self.targets = targets
        self.isInternal = isInternal
        self.actions = actions
    }
}
