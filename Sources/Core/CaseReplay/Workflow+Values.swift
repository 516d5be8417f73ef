import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

extension Workflow {
    /// How deep the values that a value rests on are told; the rest can be asked for by name.
    private static let deepestExplanation = 6
    /// How many children are told by their titles.
    private static let mostTitles = 12

    /// What a name comes to in a case, and how, in lines; `nil` for a name that stands for nothing.
    func explanation(ofName name: String, in current: Case) -> [String]? {
        let word = expressionName(name)
        guard let reference = names.references[word] else { return nil }
        switch reference {
        case .date(let index): return explanation(of: index, in: current)
        case .cadence(let index, _): return explanation(ofCadence: index, in: current)
        default: break
        }
        var seen: Set<VariableReference> = [reference]
        return lines(for: reference, called: title(of: reference) ?? name, in: current, indent: "", &seen)
    }

    private func lines(
        for reference: VariableReference, called title: String, in current: Case, indent: String,
        _ seen: inout Set<VariableReference>
    ) -> [String] {
        if case .value(let index) = reference, let origin = values[index].origin {
            return lines(ofRule: values[index], origin, called: title, indent: indent)
        }
        if case .date(let index) = reference {
            return explanation(of: index, in: current, &seen).map { indent + $0 }
        }
        let value = Run(self, resuming: current).value(ofName: reference)
        let words = value.map { self.words(of: $0, for: reference) } ?? unknown(reference)
        let cited = indent.isEmpty ? cited(clause(of: reference)) : citedShortly(clause(of: reference))
        var lines = ["\(indent)\(title)\(kind(of: reference))\(cited)\(language.colon)\(words)"]
        if case .value(let index) = reference {
            lines += explanation(of: values[index].expression, in: current, indent: indent + "  ", &seen)
        }
        return lines
    }

    /// What a rule pack says, or the contract in its place, and where that stands.
    private func lines(
        ofRule value: ComputedValue, _ origin: ValueOrigin, called title: String, indent: String
    ) -> [String] {
        let isCount = value.name.hasSuffix(".count")
        let constant = try? value.expression.expression.evaluate { _ in nil }
        let words = (isCount ? nil : origin.stated) ?? constant?.words(in: language, zone: zone) ?? "?"
        return ["\(indent)\(title)\(language.colon)\(words)", "\(indent)  \(origin.words(in: language))"]
    }

    /// Where a formula of a rule pack comes from, then the formulas and values it is computed with, each once.
    private func lines(
        ofFunction name: String, in current: Case, indent: String, _ seen: inout Set<VariableReference>,
        _ told: inout Set<String>
    ) -> [String] {
        guard told.insert(name).inserted, let function = names.environment.functions.first(where: { $0.name == name }),
            let source = function.source
        else { return [] }
        var lines = ["\(indent)\(function.title ?? name)\(language.colon)\(source)"]
        for used in function.uses {
            if let reference = names.references[used] {
                guard seen.insert(reference).inserted else { continue }
                lines += self.lines(
                    for: reference, called: self.title(of: reference) ?? used, in: current, indent: indent, &seen)
            } else {
                lines += self.lines(ofFunction: used, in: current, indent: indent, &seen, &told)
            }
        }
        return lines
    }

    /// A value in words; of children their titles, since each of them can be asked for itself.
    private func words(of value: Value, for reference: VariableReference) -> String {
        guard case .children = reference, case .list(let rows) = value else {
            return value.words(in: self)
        }
        guard !rows.isEmpty else { return language == .french ? "aucun" : "none" }
        let titles = rows.prefix(Self.mostTitles).compactMap { $0.field("title")?.words(in: language, zone: zone) }
        let list = titles.joined(separator: language == .french ? " ; " : "; ")
        return rows.count > Self.mostTitles ? "\(list), … (\(rows.count))" : list
    }

    /// The text of an expression and what went into it.
    func explanation(
        of checked: CheckedExpression, in current: Case, indent: String, after word: String = "= ",
        _ seen: inout Set<VariableReference>
    ) -> [String] {
        let derivation = Derivation(checked, in: current, payload: nil, of: self)
        // A written value needs no reasons.
        if case .literal = derivation.outline.kind { return [] }
        var lines = ["\(indent)\(word)\(checked.expression.source)"]
        var told: Set<String> = []
        for call in derivation.hostCalls(in: derivation.outline) {
            guard case .call(let function, let arguments) = call.kind else { continue }
            let given = arguments.map { derivation.value(of: $0).map(derivation.words) ?? "?" }
            let result = derivation.value(of: call).map(derivation.words) ?? "?"
            lines.append("\(indent)\(function)(\(given.joined(separator: " ; "))) = \(result)")
            lines += self.lines(ofFunction: function, in: current, indent: indent + "  ", &seen, &told)
        }
        for part in derivation.names(in: derivation.outline) {
            guard case .name(let path) = part.kind, let (name, reference, fields) = derivation.reference(path) else {
                continue
            }
            guard fields.isEmpty else {
                let value = derivation.value(of: part).map(derivation.words) ?? unknown(reference)
                lines.append("\(indent)\(part.source)\(language.colon)\(value)")
                continue
            }
            let title = title(of: reference).map { "\($0) [\(name)]" } ?? name
            guard seen.insert(reference).inserted else { continue }
            if indent.count >= 2 * Self.deepestExplanation {
                lines.append("\(indent)\(title)\(language.colon)…")
            } else {
                lines += self.lines(for: reference, called: title, in: current, indent: indent, &seen)
            }
        }
        return lines
    }

    /// What it is, where that says where its value is from.
    private func kind(of reference: VariableReference) -> String {
        switch (reference, language) {
        case (.parameter, .french): ", paramètre"
        case (.parameter, .english): ", parameter"
        default: ""
        }
    }

    private func unknown(_ reference: VariableReference) -> String {
        switch reference {
        case .parameter: language == .french ? "pas encore donné" : "not given yet"
        default: language == .french ? "pas encore connu" : "not known yet"
        }
    }
}

extension Run {
    /// What a name stands for now; `nil` while it is unknown.
    func value(ofName reference: VariableReference) -> Value? {
        if case .value(let index) = reference { return try? evaluate(workflow.values[index].expression) }
        return value(of: reference)
    }
}
