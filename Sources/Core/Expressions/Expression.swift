/// A checked expression, ready to be evaluated any number of times.
package struct Expression: Sendable {
    /// The text it was compiled from.
    package let source: String
    /// The type of its value; `dyn` when only evaluation can tell.
    package let type: ValueType
    /// The declared names it uses, sorted; a name's place is its slot.
    package let variables: [String]
    let program: Program

    /// Reads and checks an expression.
    ///
    /// - Parameters:
    ///   - source: CEL, at most ``Lexer/largestSource`` bytes of UTF-8.
    ///   - environment: Names, functions and options.
    ///   - expected: The type its value must have; absent for any. An integer is accepted, and becomes a decimal, where
    ///     a decimal is expected.
    /// - Returns: The expression, absent when there is any diagnostic; and all mistakes found, by place.
    package static func compile(
        _ source: String, in environment: ExpressionEnvironment, expecting expected: ValueType? = nil
    ) -> (Expression?, [ExpressionDiagnostic]) {
        let (tree, syntaxDiagnostics) = Parser.parse(source, decimalLiterals: environment.decimalLiterals)
        guard let tree else { return (nil, syntaxDiagnostics) }
        var compiler = Compiler(tree: tree, environment: environment)
        let (type, program, variables) = compiler.compile(expecting: expected)
        guard compiler.diagnostics.isEmpty else {
            return (nil, compiler.diagnostics.sorted { ($0.offset, $0.length) < ($1.offset, $1.length) })
        }
        return (Expression(source: source, type: type, variables: variables, program: program), [])
    }

    /// Evaluates with a value for each slot; the fastest way.
    ///
    /// - Parameters:
    ///   - slots: The value of `variables[slot]`, asked for each use; absent makes the use an error.
    ///   - costLimit: Steps allowed; absent for the environment's.
    /// - Throws: ``EvaluationError``
    package func evaluate(
        costLimit: Int? = nil, slots: (_ slot: Int) -> Value?
    ) throws(EvaluationError) -> Value {
        var evaluation = Evaluation(program: program, costLimit: costLimit ?? program.costLimit)
        return try evaluation.value(of: program.root, slots)
    }

    /// Evaluates with values by name; a name without value is an error where it is used.
    ///
    /// - Throws: ``EvaluationError``
    package func evaluate(_ bindings: [String: Value] = [:], costLimit: Int? = nil) throws(EvaluationError) -> Value {
        try evaluate(costLimit: costLimit) { slot in bindings[variables[slot]] }
    }
}

extension Expression: Equatable {
    /// Whether both are the same text with the same meaning: types, names and options, host functions aside.
    package static func == (left: Expression, right: Expression) -> Bool {
        left.source == right.source && left.type == right.type && left.variables == right.variables
            && left.program.nodes == right.program.nodes && left.program.constants == right.program.constants
    }
}

extension Expression: CustomStringConvertible {
    package var description: String { source }
}
