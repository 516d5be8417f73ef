import CivilTime
import Expressions
import Foundation
import Testing

// Foundation has types of these names too.
typealias Decimal = Expressions.Decimal
typealias Expression = Expressions.Expression

/// A small generator of random numbers that repeats itself: SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func pick<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element {
        choices[choices.index(choices.startIndex, offsetBy: Int.random(in: 0..<choices.count, using: &self))]
    }
}

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

/// How many inputs the fuzzing tests try: few by default, more with `JALON_FUZZ=100000`.
let fuzzCount = ProcessInfo.processInfo.environment["JALON_FUZZ"].flatMap(Int.init) ?? 2000

/// Where the random tests start from: `JALON_SEED`, or always the same.
let seed = ProcessInfo.processInfo.environment["JALON_SEED"].flatMap(UInt64.init) ?? 1
