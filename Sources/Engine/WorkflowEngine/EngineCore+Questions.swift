import CaseReplay
import Expressions
import WorkflowModel

extension EngineCore {
    /// Computes an expression with what a case knows now.
    package func evaluate(_ expression: String, in id: String) throws(EngineError) -> EvaluatedView {
        let (current, workflow) = try upToDate(id)
        do throws(QuestionError) {
            let value = try workflow.evaluate(expression, in: current)
            return EvaluatedView(
                type: "\(value.valueType)", words: value.words(in: workflow.language, zone: workflow.zone),
                value: PlainValue(value))
        } catch {
            throw EngineError(.badRequest, error.message, hint: "jalonctl show \(id) lists what the case knows")
        }
    }

    /// How a named date of a case came to be.
    package func why(_ date: String, in id: String) throws(EngineError) -> [String] {
        let (current, workflow) = try upToDate(id)
        do throws(QuestionError) {
            return try workflow.explain(date, in: current)
        } catch {
            throw EngineError(.badRequest, error.message, hint: "jalonctl show \(id) lists its dates")
        }
    }

    private func upToDate(_ id: String) throws(EngineError) -> (current: Case, workflow: Workflow) {
        var (_, current, workflow) = try find(id)
        var nothing: [Occurrence] = []
        workflow.advance(&current, to: clock.now(), occurrences: &nothing)
        return (current, workflow)
    }
}
