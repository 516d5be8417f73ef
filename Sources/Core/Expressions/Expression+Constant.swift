extension Expression {
    /// An expression that is a value and nothing else.
    ///
    /// - Parameters:
    ///   - value: What every evaluation gives.
    ///   - type: Its type as far as the checker has to know.
    ///   - source: How it was written, for people.
    package init(constant value: Value, type: ValueType, source: String) {
        self.source = source
        self.type = type
        variables = []
        program = Program(
            nodes: [Node(operation: .constant)], root: 0, constants: [value], operands: [], functions: [],
            hostFunctions: [], comprehensions: [], patterns: [], localCount: 0, slotNames: [],
            environment: ExpressionEnvironment())
    }
}
