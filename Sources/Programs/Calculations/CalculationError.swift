/// Why a calculation was not made: names the part that is at fault and says what is allowed.
package struct CalculationError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    package var description: String { message }

    package init(_ message: String) { self.message = message }
}
