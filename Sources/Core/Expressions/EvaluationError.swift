/// Why an expression has no value.
package struct EvaluationError: Error, Hashable, Sendable {
    /// Stable names of the causes, for programs.
    package enum Code: String, Sendable {
        /// The operator or function does not take values of these types.
        case noSuchOverload = "no-such-overload"
        /// The map or record has no such key or field.
        case noSuchKey = "no-such-key"
        /// An index or a position is outside the list or string.
        case outOfRange = "out-of-range"
        case divideByZero = "divide-by-zero"
        /// The exact result does not fit its type.
        case overflow = "overflow"
        /// An argument has the right type and an impossible value.
        case invalidArgument = "invalid-argument"
        /// The variable has no value here.
        case unboundVariable = "unbound-variable"
        case unknownFunction = "unknown-function"
        /// Amounts of different currencies, or one with and one without VAT.
        case moneyMismatch = "money-mismatch"
        /// The evaluation took more steps than allowed.
        case costExceeded = "cost-exceeded"
    }

    /// The cause, for programs.
    package var code: Code
    /// For people: what was asked and what is wrong with it.
    package var message: String
    /// Where in the expression's source, in UTF-8 bytes; absent when the value itself is at fault.
    package var offset: Int?
    /// The variable that has no value, where that is the cause.
    package var variable: String?
    /// True for a sentence in the language of those who are told it, as rule packs have them.
    package var isForPeople = false

    /// An error; the offset is usually the evaluation's to fill in.
    package init(_ code: Code, _ message: String, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// The same error, placed unless it already has a place.
    func placed(at offset: Int32) -> EvaluationError {
        guard self.offset == nil else { return self }
        var placed = self
        placed.offset = Int(offset)
        return placed
    }

    static func overflow(_ what: String) -> EvaluationError { EvaluationError(.overflow, "\(what) does not fit") }
}

extension EvaluationError: CustomStringConvertible {
    package var description: String { "\(message) [\(code.rawValue)]" }
}
