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

    /// How a date, a value or what comes back in a case came to be.
    package func why(_ name: String, in id: String) throws(EngineError) -> [String] {
        let (current, workflow) = try upToDate(id)
        do throws(QuestionError) {
            return try workflow.explain(name, in: current)
        } catch {
            throw EngineError(.badRequest, error.message, hint: "jalonctl show \(id) lists what the case knows")
        }
    }

    /// Why a case does not take an event now.
    package func whyNot(_ request: SendRequest) throws(EngineError) -> WhyNotView {
        let (current, workflow) = try upToDate(request.caseID)
        do throws(QuestionError) {
            let payload = try payload(request, of: workflow)
            return WhyNotView(
                try workflow.whyNot(request.event, carrying: payload, in: current, caseID: request.caseID))
        } catch {
            throw EngineError(
                .badRequest, error.message, hint: "jalonctl events \(request.caseID) shows what the case waits for")
        }
    }

    /// What the event would carry; absent where nothing is said of it and it has to carry something.
    private func payload(_ request: SendRequest, of workflow: Workflow) throws(QuestionError) -> Value? {
        guard let declaration = workflow.event(named: request.event) else { return nil }
        if request.fields.isEmpty, declaration.fields.contains(where: { !$0.isOptional }) { return nil }
        do throws(TypeProblem) {
            return try PlainValue.object(request.fields).record(declaration.fields, zone: workflow.zone)
        } catch {
            throw QuestionError(message: error.description)
        }
    }

    private func upToDate(_ id: String) throws(EngineError) -> (current: Case, workflow: Workflow) {
        var (_, current, workflow) = try find(id)
        var nothing: [Occurrence] = []
        workflow.advance(&current, to: clock.now(), occurrences: &nothing)
        return (current, workflow)
    }
}

extension WhyNotView {
    init(_ answer: WhyNot) {
        self.init(
            title: answer.title, isAccepted: answer.isAccepted, reasons: answer.reasons,
            obstacles: answer.obstacles.map { obstacle in
                ObstacleView(
                    state: obstacle.state, title: obstacle.stateTitle, targets: obstacle.targets, unmet: obstacle.unmet,
                    clause: obstacle.clause?.line ?? 0)
            })
    }
}
