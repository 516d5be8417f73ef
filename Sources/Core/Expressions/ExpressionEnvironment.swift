package import CivilTime

/// What an expression may use, and how it is read.
package struct ExpressionEnvironment: Sendable {
    /// Declared names with their types; a name may be qualified, as `contract.notified`.
    package var variables: [String: ValueType]
    /// Functions of the host, beside the standard ones.
    package var functions: [HostFunction]
    /// The namespace names are looked up in first, as `a.b`; empty for the root.
    package var container: String
    /// Whether `0.70` is a decimal rather than a double, so that binary floating point never touches a sum.
    package var decimalLiterals: Bool
    /// Whether types and names are checked before evaluation. Without, mistakes become evaluation errors, and only
    /// syntax is diagnosed.
    package var isChecked: Bool
    /// The rules of an IANA time zone; absent for an unknown one. Fixed offsets and UTC need none.
    package var zones: @Sendable (String) -> TimeZoneRules?
    /// Steps an evaluation may take unless it says otherwise; about one per operation, element or 16 bytes of text.
    package var costLimit: Int

    /// Enough for lists of thousands in nested macros; some tens of milliseconds at worst.
    package static let defaultCostLimit = 1_000_000

    /// An environment of the standard language, with what is given.
    package init(
        variables: [String: ValueType] = [:], functions: [HostFunction] = [], container: String = "",
        decimalLiterals: Bool = false, isChecked: Bool = true,
        zones: @escaping @Sendable (String) -> TimeZoneRules? = { _ in nil }, costLimit: Int = defaultCostLimit
    ) {
        self.variables = variables
        self.functions = functions
        self.container = container
        self.decimalLiterals = decimalLiterals
        self.isChecked = isChecked
        self.zones = zones
        self.costLimit = costLimit
    }
}

/// A function that the host adds: pure, with declared types.
package struct HostFunction: Sendable {
    /// As it is called; `namespace.name` for a function with a namespace.
    package var name: String
    /// Whether it is called as `x.name(…)`, `x` being the first argument, rather than `name(x, …)`.
    package var isMember: Bool
    /// The types of the arguments, in order.
    package var parameters: [ValueType]
    /// The type of every value it returns.
    package var result: ValueType
    /// Called with values of the declared types; an integer given for a decimal arrives as a decimal.
    package var body: @Sendable ([Value]) throws(EvaluationError) -> Value
    /// The formula that computes its values, where it is one: ``body`` is not called then.
    package var formula: Formula?
    /// Where it comes from, for people: a text of law, a page of a contract. Absent where there is nothing to say.
    package var source: String?
    /// What it is, for people.
    package var title: String?
    /// What its formula names beside its parameters: values and other functions, as expressions call them.
    package var uses: [String] = []

    /// A function; the body must return the same for the same arguments.
    package init(
        _ name: String, isMember: Bool = false, parameters: [ValueType], result: ValueType,
        body: @escaping @Sendable ([Value]) throws(EvaluationError) -> Value
    ) {
        self.name = name
        self.isMember = isMember
        self.parameters = parameters
        self.result = result
        self.body = body
    }

    /// A function written as an expression.
    package init(_ name: String, parameters: [ValueType], result: ValueType, formula: Formula, source: String?) {
        self.init(name, parameters: parameters, result: result) { arguments throws(EvaluationError) in
            var budget = ExpressionEnvironment.defaultCostLimit
            return try formula.value(of: arguments, budget: &budget)
        }
        self.formula = formula
        self.source = source
    }
}
