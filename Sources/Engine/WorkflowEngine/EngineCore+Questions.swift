import CaseReplay
import Expressions
import WorkflowModel

extension EngineCore {
    /// Computes an expression with what a case knows now.
    package func evaluate(_ expression: String, in id: String) throws(EngineError) -> EvaluatedView {
        let asked = try subject(id)
        let workflow = asked.workflow
        do throws(QuestionError) {
            let value = try workflow.evaluate(expression, in: asked.current)
            return EvaluatedView(
                type: "\(value.valueType)", words: value.words(in: workflow.language, zone: workflow.zone),
                value: PlainValue(value))
        } catch {
            throw EngineError(.badRequest, error.message, hint: "jalonctl show \(id) lists what the case knows")
        }
    }

    /// How a named date of a case came to be; one of a child is named after the child's path, `order/BC-7/due`.
    package func why(_ date: String, in id: String) throws(EngineError) -> [String] {
        guard let (path, name) = ChildPath.split(date) else {
            throw EngineError(
                .badRequest, "'\(date)' is no date's name", hint: "a date of a child is written KIND/KEY/DATE")
        }
        let asked = try subject(path.isEmpty ? id : "\(id)/\(path)")
        do throws(QuestionError) {
            return try asked.workflow.explain(name, in: asked.current)
        } catch {
            throw EngineError(.badRequest, error.message, hint: "jalonctl show \(id) lists its dates")
        }
    }
}
