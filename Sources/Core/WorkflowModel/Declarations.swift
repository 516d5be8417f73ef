package import Expressions

/// A value the contract document leaves open, given when a case starts or later by `parameters.set`.
package struct Parameter: Sendable {
    package var name: String
    package var title: String?
    package var type: ValueType
    /// The value where none is given; `nil` means it stays unknown until somebody gives one.
    package var defaultValue: Value?
    /// The key of a finding whose settlement is the value, such as `CHK-03/period`.
    package var settles: String?
    package var clause: Clause?

    package init(name: String, title: String?, type: ValueType, defaultValue: Value?, clause: Clause?) {
        self.name = name
        self.title = title
        self.type = type
        self.defaultValue = defaultValue
        self.clause = clause
    }
}

/// Somebody the contract speaks of: messages go to parties, a case says who they are.
package struct Party: Sendable {
    package var name: String
    package var title: String
    /// Where messages go when the case binds nobody; `nil` means the case has to say.
    package var address: String?
    package var clause: Clause?

    package init(name: String, title: String, address: String?, clause: Clause?) {
        self.name = name
        self.title = title
        self.address = address
        self.clause = clause
    }
}

/// A fact somebody reports to a case, and what it carries.
package struct EventDeclaration: Sendable {
    package var name: String
    package var title: String
    /// Always `ValueType.record`; an event without fields has an empty one.
    package var fields: [Field]
    package var clause: Clause?
    /// True for an event by which a block tells the contract something: it raises the event itself, and nobody is asked
    /// to report it.
    package var isRaisedByBlock = false

    package init(name: String, title: String, fields: [Field], clause: Clause?) {
        self.name = name
        self.title = title
        self.fields = fields
        self.clause = clause
    }

    /// The type of `event` in expressions that handle it.
    package var type: ValueType { .record(fields.map { ($0.name, $0.type) }) }
}

/// One named part of an event's payload or of a list's rows.
package struct Field: Sendable {
    /// As in expressions: hyphens of the file are underscores here.
    package var name: String
    /// What people read; `nil` where the file gives none.
    package var title: String?
    package var type: ValueType
    package var isOptional: Bool

    package init(name: String, title: String? = nil, type: ValueType, isOptional: Bool) {
        self.name = name
        self.title = title
        self.type = type
        self.isOptional = isOptional
    }
}

/// Something a case remembers, changed by `set` and `keep`.
package struct DataItem: Sendable {
    package var name: String
    package var title: String?
    package var type: ValueType
    package var initialValue: Value
    /// For a list of rows: the field that tells rows apart. `keep` merges into the row with the same key.
    package var key: String?
    package var clause: Clause?

    package init(
        name: String, title: String?, type: ValueType, initialValue: Value, key: String?, clause: Clause?
    ) {
        self.name = name
        self.title = title
        self.type = type
        self.initialValue = initialValue
        self.key = key
        self.clause = clause
    }
}

/// A value that follows from others: computed when asked for, stored nowhere.
package struct ComputedValue: Sendable {
    package var name: String
    package var title: String?
    package var expression: CheckedExpression
    package var clause: Clause?
    /// Where it comes from if not from the contract.
    package var origin: ValueOrigin?

    /// False for what a block or a committee only computes with: it has no title, and nobody asked for it; and for what
    /// a rule pack says, which `rules show` tells.
    package var isForPeople: Bool { origin == nil && (title != nil || !name.contains(".")) }

    package init(name: String, title: String?, expression: CheckedExpression, clause: Clause?) {
        self.name = name
        self.title = title
        self.expression = expression
        self.clause = clause
    }
}

/// A typed expression whose names are resolved to what a case holds.
package struct CheckedExpression: Sendable, Equatable {
    package var expression: Expression
    /// In the order of `expression.variables`.
    package var variables: [VariableReference]

    package init(expression: Expression, variables: [VariableReference]) {
        self.expression = expression
        self.variables = variables
    }
}

/// The names that a workflow's expressions may use.
package struct ExpressionNames: Sendable {
    /// Their types.
    package var environment: ExpressionEnvironment
    /// What each stands for.
    package var references: [String: VariableReference]

    package init(environment: ExpressionEnvironment, references: [String: VariableReference]) {
        self.environment = environment
        self.references = references
    }
}

/// What a name in an expression stands for.
package enum VariableReference: Hashable, Sendable {
    case parameter(Int)
    case data(Int)
    case value(Int)
    /// The day of a named date.
    case date(Int)
    /// What an obligation that comes back counts, of `Workflow.cadences`.
    case cadence(Int, Cadence.Count)
    /// The payload of the event being handled, as a map.
    case event
    /// The instant of the step, as a timestamp.
    case now
    /// The day of the step in the contract's zone.
    case today
    /// The paths of the active states, as a list of text.
    case active
    /// The children of a kind, as a list of rows: an index of `Workflow.kinds`.
    case children(Int)
}
