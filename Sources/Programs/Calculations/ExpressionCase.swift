package import CivilTime
import Expressions
package import WorkflowModel

/// Answers a case of the CEL samples: `{expr, bindings?, type_env?, container?, disable_check?}` by `{"value": …}`.
///
/// - Parameters:
///   - plain: The case; other fields are not looked at.
///   - decimalLiterals: Whether `0.70` is a decimal rather than a double.
///   - zones: The rules of a time zone by its name.
/// - Throws: ``CalculationError`` with the mistakes in the expression, or why it has no value.
package func evaluateCase(
    _ plain: PlainValue, decimalLiterals: Bool = false, zones: @escaping @Sendable (String) -> TimeZoneRules?
) throws(CalculationError) -> PlainValue {
    let fields = try Fields(plain, of: "the line")
    let isChecked = try fields.flag("disable_check") != true
    var bindings: [String: Value] = [:]
    var variables: [String: ValueType] = [:]
    for member in try fields.members("bindings") {
        bindings[member.name] = try Value(tagged: member.value)
        variables[member.name] = .dyn
    }
    for text in try fields.texts("type_env") ?? [] {
        let declaration = try TypeDeclaration(parsing: text)
        variables[declaration.name] = declaration.type
    }
    let environment = ExpressionEnvironment(
        variables: variables, container: try fields.text("container") ?? "", decimalLiterals: decimalLiterals,
        isChecked: isChecked, zones: zones)
    let (expression, diagnostics) = Expression.compile(try fields.required("expr"), in: environment)
    guard let expression else {
        throw CalculationError(diagnostics.map(\.description).joined(separator: "; "))
    }
    do throws(EvaluationError) {
        return .object([("value", PlainValue(tagging: try expression.evaluate(bindings)))])
    } catch {
        throw CalculationError(error.description)
    }
}
