/// A function written as an expression: what it computes from its arguments and from constants.
package struct Formula: Sendable {
    /// Something the arguments have to fulfil.
    package struct Condition: Sendable {
        /// True for sound arguments; of the parameters and constants too.
        package var expression: Expression
        /// For people: what is wrong with the others.
        package var message: String

        package init(expression: Expression, message: String) {
            self.expression = expression
            self.message = message
        }
    }

    /// What the arguments are called in ``expression``, in order.
    package var parameters: [String]
    package var expression: Expression
    /// Values of the other names in ``expression``.
    package var constants: [String: Value]
    /// In the order in which they are looked at.
    package var conditions: [Condition]

    package init(
        parameters: [String], expression: Expression, constants: [String: Value], conditions: [Condition] = []
    ) {
        self.parameters = parameters
        self.expression = expression
        self.constants = constants
        self.conditions = conditions
    }

    /// Computes the value.
    ///
    /// - Parameters:
    ///   - arguments: As many as ``parameters``.
    ///   - budget: Steps that may be taken; what is left afterwards.
    /// - Throws: ``EvaluationError`` without a place: the formula stands in another text than the call.
    package func value(of arguments: [Value], budget: inout Int) throws(EvaluationError) -> Value {
        for condition in conditions {
            guard case .bool(true) = try evaluate(condition.expression, arguments, &budget) else {
                var refusal = EvaluationError(.invalidArgument, condition.message)
                refusal.isForPeople = true
                throw refusal
            }
        }
        return try evaluate(expression, arguments, &budget)
    }

    /// What a name of the formula stands for; absent for a constant that has no value.
    package func binding(of name: String, _ arguments: [Value]) -> Value? {
        parameters.firstIndex(of: name).map { arguments[$0] } ?? constants[name]
    }

    private func evaluate(
        _ expression: Expression, _ arguments: [Value], _ budget: inout Int
    ) throws(EvaluationError) -> Value {
        let bindings = expression.variables.map { binding(of: $0, arguments) }
        var evaluation = Evaluation(program: expression.program, costLimit: budget)
        defer { budget = evaluation.meter.remaining }
        do {
            return try evaluation.value(of: expression.program.root) { bindings[$0] }
        } catch {
            var elsewhere = error
            elsewhere.offset = nil
            throw elsewhere
        }
    }
}

extension Expression {
    /// Names of the host's functions that it calls, each once, sorted.
    package var hostFunctions: [String] { Set(program.hostFunctions.map(\.name)).sorted() }
}
