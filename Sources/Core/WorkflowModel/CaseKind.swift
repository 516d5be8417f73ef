package import Expressions

/// A kind of child case: lots, territories, orders, each on a path of its own inside the case around it.
package struct CaseKind: Sendable {
    package var name: String
    package var title: String
    package var clause: Clause?
    /// What a child of this kind does. It shares place, document and language with the case around it, and its parties
    /// begin with those of the case around it: `Workflow.sharedParties` of them.
    package var workflow: Workflow
    /// What the case around it sees of a child, beside key, title, states and outcome.
    package var result: [ResultField]

    package init(name: String, title: String, clause: Clause?, workflow: Workflow, result: [ResultField]) {
        self.name = name
        self.title = title
        self.clause = clause
        self.workflow = workflow
        self.result = result
    }

    /// The type of `cases.KIND` in expressions.
    package var rows: ValueType {
        .list(.record((Self.rowFields + result.map(\.field)).map { ($0.name, $0.type) }))
    }

    /// More levels of children in children nobody can oversee.
    package static let deepest = 4
    /// The fields that every row of `cases.KIND` has, with their types.
    package static let rowFields: [Field] = [
        Field(name: "key", type: .string, isOptional: false), Field(name: "title", type: .string, isOptional: false),
        Field(name: "over", type: .bool, isOptional: false), Field(name: "outcome", type: .string, isOptional: false),
        Field(name: "states", type: .list(.string), isOptional: false),
    ]
    /// The event that the case around gets when a child of a kind is over.
    package static func overEvent(of kind: String) -> String { "\(kind).over" }
}

/// Something that the case around a child sees of it, computed in the child.
package struct ResultField: Sendable {
    /// As expressions write it.
    package var name: String
    package var expression: CheckedExpression

    package init(name: String, expression: CheckedExpression) {
        self.name = name
        self.expression = expression
    }

    /// The same as a field of a row, absent while it cannot be computed.
    fileprivate var field: Field { Field(name: name, type: expression.expression.type, isOptional: true) }
}

/// An action that opens a child case.
package struct Opening: Sendable {
    /// An index of `Workflow.kinds`.
    package var kind: Int
    /// What tells the child from the others of its kind: text, computed when it is opened.
    package var key: CheckedExpression
    /// What people call the child; `nil` for the kind's title with the key.
    package var title: MessageText?
    package var bindings: [Binding]
    /// Who the child's own parties are, by index of its parties; text, computed when it is opened.
    package var addresses: [(party: PartyIndex, value: CheckedExpression)]
    package var clause: Clause?

    package init(
        kind: Int, key: CheckedExpression, title: MessageText?, bindings: [Binding],
        addresses: [(party: PartyIndex, value: CheckedExpression)], clause: Clause?
    ) {
        self.kind = kind
        self.key = key
        self.title = title
        self.bindings = bindings
        self.addresses = addresses
        self.clause = clause
    }

    /// A parameter of the child, bound in the case around it.
    package struct Binding: Sendable {
        /// An index of the child's parameters.
        package var parameter: Int
        package var value: CheckedExpression
        /// True where the child follows the value as it changes; false for what is as it was at the opening: what the
        /// event carried, the day it was, what other children stood at.
        package var isLive: Bool

        package init(parameter: Int, value: CheckedExpression, isLive: Bool) {
            self.parameter = parameter
            self.value = value
            self.isLive = isLive
        }
    }
}
