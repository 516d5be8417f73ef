package import WorkflowModel

/// Answers one line of JSON by one line of JSON; what cannot be handled is answered by `{"error": …}`.
///
/// - Parameters:
///   - line: One JSON object, without the end of the line.
///   - calculate: What is done with it.
package func answer(
    line: [UInt8], _ calculate: (PlainValue) throws(CalculationError) -> PlainValue
) -> String {
    do throws(CalculationError) {
        return try calculate(PlainValue(json: line)).canonicalJSON
    } catch {
        return errorLine(error.message)
    }
}

/// The answer to a line that cannot be handled.
package func errorLine(_ message: String) -> String {
    PlainValue.object([("error", .text(message))]).canonicalJSON
}
