import CaseReplay
import CivilTime
import Expressions
import WorkflowModel

extension EngineCore {
    /// Computes an expression with what a case knows, now or at an instant as people write it.
    package func evaluate(
        _ expression: String, in id: String, at text: String? = nil
    ) throws(EngineError) -> EvaluatedView {
        let asked = try subject(id, at: text)
        let workflow = asked.workflow
        do throws(QuestionError) {
            let value = try workflow.evaluate(expression, in: asked.current)
            return EvaluatedView(
                type: "\(value.valueType)", words: value.words(in: workflow),
                value: PlainValue(value))
        } catch {
            throw EngineError(.badRequest, error.message, hint: "jalonctl show \(id) lists what the case knows")
        }
    }

    /// How a date, a value or what comes back in a case came to be; of a child, named after its path: `order/BC-7/due`.
    package func why(_ name: String, in id: String) throws(EngineError) -> [String] {
        let (asked, name) = try subject(id, named: name)
        do throws(QuestionError) {
            return try asked.place.explain(name)
        } catch {
            throw EngineError(.badRequest, error.message, hint: "jalonctl show \(id) lists what the case knows")
        }
    }

    /// Why a case does not take an event now.
    package func whyNot(_ request: SendRequest) throws(EngineError) -> WhyNotView {
        let (asked, event) = try subject(request.caseID, named: request.event)
        do throws(QuestionError) {
            let payload = try payload(request.fields, of: asked.workflow.event(named: event), in: asked.workflow)
            return WhyNotView(
                try asked.place.whyNot(event, carrying: payload, caseID: asked.stored.id))
        } catch {
            throw EngineError(
                .badRequest, error.message, hint: "jalonctl events \(asked.id) shows what the case waits for")
        }
    }

    /// What the event would carry; absent where nothing is said of it and it has to carry something.
    private func payload(
        _ fields: [PlainValue.Member], of declaration: EventDeclaration?, in workflow: Workflow
    ) throws(QuestionError) -> Value? {
        guard let declaration else { return nil }
        if fields.isEmpty, declaration.fields.contains(where: { !$0.isOptional }) { return nil }
        do throws(TypeProblem) {
            return try PlainValue.object(fields).record(declaration.fields, zone: workflow.zone)
        } catch {
            throw QuestionError(message: error.description)
        }
    }

    /// A case now, or at an instant as people write it; the future is what happens if nobody does anything.
    func standing(
        _ id: String, at text: String?
    ) throws(EngineError) -> (stored: StoredCase, current: Case, workflow: Workflow) {
        var (stored, current, workflow) = try find(id)
        guard let text else {
            var nothing: [Occurrence] = []
            workflow.advance(&current, to: clock.now(), occurrences: &nothing)
            return (stored, current, workflow)
        }
        guard let limit = Position(readableByPeople: text, zone: workflow.zone) else {
            throw EngineError(noTime: text)
        }
        guard let life = try life(of: workflow, try journal(of: stored, workflow: workflow), until: limit) else {
            throw EngineError(
                .badRequest, "case '\(id)' had not begun by \(workflow.zone.civil(at: limit.calendarInstant))",
                hint: "it began on \(workflow.zone.civil(at: stored.startedAt))")
        }
        return (stored, life.current, workflow)
    }

    /// Follows a case through facts; `nil` if it has not begun by then.
    ///
    /// - Parameter most: How much may happen in a future; a case may have come further than a clock that was set back.
    /// - Throws: `badRequest` for a future in which more happens than anybody reads.
    func life(
        of workflow: Workflow, _ journal: [JournalEntry], until limit: Position?, most: Int = Life.mostOccurrences
    ) throws(EngineError) -> Life? {
        // What has happened is what it is; only the future is asked for at will.
        let isPast = limit.map { $0.instant <= clock.now() } ?? false
        do throws(Life.TooLong) {
            return try Life(
                of: workflow, journal, until: limit, from: clock.now(),
                most: isPast ? .max : most)
        } catch {
            throw EngineError(
                .badRequest,
                "more than \(Life.mostOccurrences) things happen before "
                    + "\(workflow.zone.civil(at: error.until))", hint: "ask about an earlier time")
        }
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
