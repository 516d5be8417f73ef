import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension WorkflowLoader {
    /// Makes the checks of this part that can be made now: of what is written in files, whatever a case will bring.
    func makeChecks(_ node: YAMLNode?) {
        for node in list(node) {
            guard let reader = MappingReader(node, .check, report), let id = reader["id"], let code = reader.text("id"),
                report.checkName(code, allowingDots: false, at: id.span)
            else { continue }
            let severity = reader.choice("severity", Diagnostic.Severity.self) ?? .error
            guard let condition = condition(of: reader) else { continue }
            let message = reader["message"].flatMap { messageText($0) }
            // A block by itself stands for all its uses.
            guard let message, use?.isAlone != true, case .bool(let holds) = constant(condition.expression) else {
                continue
            }
            if holds == condition.isWrongWhenTrue {
                let words = message.parts.map { part in
                    switch part {
                    case .text(let text): text
                    case .expression(let expression): constant(expression)?.words(in: language) ?? "?"
                    }
                }
                tell(severity, code, words.joined(), about: condition.expression, at: id.span)
            }
        }
    }

    /// Says what a check found: where the block is told what is wrong, or in the file that has the check.
    private func tell(
        _ severity: Diagnostic.Severity, _ code: String, _ message: String, about expression: CheckedExpression,
        at span: SourceSpan
    ) {
        guard let use else { return report.add(severity, code, message, span) }
        let asked = variables(of: expression)
        let place = valueBindings.first { asked.contains(.value($0.index)) && use.bindings[$0.parameter.name] != nil }
        use.user.report.add(
            severity, code, message, place.flatMap { use.bindings[$0.parameter.name]?.node.span } ?? use.span)
    }

    private func condition(of reader: MappingReader) -> (expression: CheckedExpression, isWrongWhenTrue: Bool)? {
        switch (reader["when"], reader["unless"]) {
        case (let when?, nil): return expression(when, expecting: .bool).map { ($0, true) }
        case (nil, let unless?): return expression(unless, expecting: .bool).map { ($0, false) }
        case (nil, nil):
            report.error(
                "missing-key", "a check needs 'when' (what is wrong) or 'unless' (what is right)",
                at: reader.node.span.firstCharacter)
            return nil
        case (_?, let second?):
            report.error("two-conditions", "a check has 'when' or 'unless', not both", at: second.span)
            return nil
        }
    }

    private func messageText(_ node: YAMLNode) -> MessageText? {
        let block = ChartBuilder.BlockDraft(
            name: "", loader: self, nodes: [], shorthand: nil, scope: scope, event: nil, clause: nil)
        return ActionReader(self, key: { _ in nil }).text(node, block)
    }

    /// What an expression comes to whatever happens to a case; `nil` where that depends on it.
    private func constant(_ expression: CheckedExpression) -> Value? {
        try? expression.expression.evaluate { slot in
            guard case .value(let index) = expression.variables[slot] else { return nil }
            return constant(values[index].expression)
        }
    }
}

extension Value {
    /// The value as people read it in a check's message.
    fileprivate func words(in language: Language) -> String {
        let amounts: AmountLanguage = language == .french ? .fr : .en
        return switch self {
        case .string(let text): text
        case .int(let number): Decimal(number).formatted(in: amounts)
        case .decimal(let number): number.formatted(in: amounts)
        case .money(let money): money.formatted(in: amounts)
        case .date(let day): day.words(in: language)
        case .list(let values): values.map { $0.words(in: language) }.joined(separator: ", ")
        default: description
        }
    }
}
