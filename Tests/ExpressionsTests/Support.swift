import CivilTime
import Expressions
import Foundation
import Testing
import SeededRandom

// Foundation has types of these names too.
typealias Decimal = Expressions.Decimal
typealias Expression = Expressions.Expression

/// As the workflow language reads expressions: with exact literals and the machine's time zones.
func workflowEnvironment(_ variables: [String: ValueType] = [:]) -> ExpressionEnvironment {
    ExpressionEnvironment(variables: variables, decimalLiterals: true, zones: timeZone)
}

/// The value of an expression without variables, or its mistake or error.
func outcome(_ source: String, in environment: ExpressionEnvironment = workflowEnvironment()) -> String {
    let (expression, diagnostics) = Expression.compile(source, in: environment)
    guard let expression else { return diagnostics.map { "\($0)" }.joined(separator: "; ") }
    do { return "\(try expression.evaluate())" } catch { return "\(error)" }
}

func amount(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Money {
    try #require(Money(text), sourceLocation: sourceLocation)
}

func decimal(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Decimal {
    try #require(Decimal(text), sourceLocation: sourceLocation)
}

/// How many inputs the fuzzing tests try.
let fuzzCount = 2000 * effort
