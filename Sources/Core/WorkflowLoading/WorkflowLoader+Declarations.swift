import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension WorkflowLoader {
    // What could not be read is taken up all the same, of any type: whoever uses the name has made no mistake.

    func readParameters(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "parameters") {
            let reader = node.text == nil ? MappingReader(node, .parameter, report) : nil
            let type = node.text == nil ? reader.flatMap { self.type($0) } : self.type(node)
            let index = parameters.count
            parameters.append(
                Parameter(
                    name: name, title: reader.flatMap { words($0, "title") }, type: type ?? .dyn,
                    defaultValue: reader?["default"].flatMap { literal($0, as: type ?? .dyn) }, clause: reader?.clause()
                ))
            parameters[index].settles = reader?.text("settles")
            declare(.parameter(index), "parameter", name, type ?? .dyn, at: span)
            readNeed(reader, .parameter(index))
        }
    }

    /// Takes up a name that expressions may use.
    func declare(
        _ reference: VariableReference, _ kind: String, _ name: String, _ type: ValueType, at span: SourceSpan
    ) {
        scope.add(name, "a \(kind)", type, reference, at: span, report)
        declared.append(Declared(subject: .variable(reference), kind: kind, name: name, span: span))
    }

    private func readNeed(_ reader: MappingReader?, _ subject: Need.Subject) {
        guard let node = reader?["needed-in"] else { return }
        for (state, span) in report.texts(node, of: "needed-in") {
            needs.append(Need(subject: subject, state: state, span: span))
        }
    }

    func readParties(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "parties") {
            if let index = parties.firstIndex(where: { expressionName($0.name) == expressionName(name) }) {
                let message =
                    index < sharedParties
                    ? "'\(parties[index].name)' is a party of the case around, which is this one's too; leave it out, or "
                        + "choose another name for somebody else"
                    : "'\(name)' and party '\(parties[index].name)' differ in hyphens and underscores only; "
                        + "choose another name"
                report.error("duplicate-name", message, at: span)
            }
            let reader = node.text == nil ? MappingReader(node, .party, report) : nil
            parties.append(
                Party(
                    name: name, title: node.text ?? reader.flatMap { words($0, "title") } ?? name,
                    address: reader?.text("address"), clause: reader?.clause()))
            names.parties[name] = [parties.count - 1]
            declared.append(Declared(subject: .party(parties.count - 1), kind: "party", name: name, span: span))
            readNeed(reader, .party(parties.count - 1))
        }
    }

    func readEvents(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "events") {
            if ["parameters.set", "parties.set"].contains(name) || name.hasPrefix("done.state.")
                || name.hasPrefix("error.") || name.hasPrefix(Cadence.eventPrefix)
            {
                report.error("reserved-name", "'\(name)' is an event of Jalon's own", at: span)
                continue
            }
            declared.append(Declared(subject: .event(name), kind: "event", name: name, span: span))
            let isTitle = node.text != nil || isLocalised(node)
            let reader = node.isNull || isTitle ? nil : MappingReader(node, .event, report)
            let fields = reader?["fields"].map { self.fields($0) } ?? []
            if fields == nil || (reader == nil && !node.isNull && !isTitle) { brokenEvents.insert(prefix + name) }
            let title = isTitle ? words(node, of: "title") : reader.flatMap { words($0, "title") }
            names.events[name] = prefix + name
            events.append(
                EventDeclaration(
                    name: prefix + name, title: title ?? prefix + name, fields: fields ?? [],
                    clause: reader?.clause() ?? clause))
        }
    }

    func readData(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "data") {
            let item =
                dataItem(prefix + name, node)
                ?? DataItem(
                    name: prefix + name, title: nil, type: .dyn, initialValue: .null, key: nil, clause: nil)
            declare(.data(data.count), "data item", name, item.type, at: span)
            names.data[name] = data.count
            data.append(item)
        }
    }

    private func dataItem(_ name: String, _ node: YAMLNode) -> DataItem? {
        if node.text != nil {
            return type(node).map {
                DataItem(name: name, title: nil, type: $0, initialValue: emptyValue(of: $0), key: nil, clause: nil)
            }
        }
        guard let reader = MappingReader(node, .dataItem, report), let type = type(reader) else { return nil }
        var key: String?
        if let node = reader["key"], let text = reader.text("key") {
            if case .list(.record(let fields)) = type {
                key = expressionName(text)
                if !fields.contains(where: { $0.name == key }) {
                    report.unknown("field", text, at: node.span, among: fields.map(\.name))
                }
            } else {
                report.error("wrong-type", "only a list of rows has a key", at: node.span)
            }
        }
        return DataItem(
            name: name, title: words(reader, "title"), type: type,
            initialValue: reader["initial"].flatMap { literal($0, as: type) } ?? emptyValue(of: type), key: key,
            clause: reader.clause() ?? clause)
    }

    func readValues(_ node: YAMLNode?) {
        let section = report.section(node, "values")
        for (name, node, span) in section {
            let reader = node.text == nil ? MappingReader(node, .value, report) : nil
            let source = node.text == nil ? reader?["is"] : node
            let checked = source.flatMap { expression($0) }
            if let source, checked?.variables.contains(.event) == true {
                report.error(
                    "unstable-value",
                    "a value can be asked for when no event is being handled, so it cannot use 'event'",
                    at: source.span)
            }
            let depth = 1 + (checked?.variables.map { valueDepth($0) }.max() ?? 0)
            if depth > Self.deepestChain {
                report.error("too-large", "more than \(Self.deepestChain) values rest on one another here", at: span)
            }
            valueDepths.append(min(depth, Self.deepestChain))
            declare(.value(values.count), "value", name, checked?.expression.type ?? .dyn, at: span)
            if let checked {
                values.append(
                    ComputedValue(
                        name: prefix + name, title: reader.flatMap { words($0, "title") }, expression: checked,
                        clause: reader?.clause() ?? clause))
            } else if let placeholder = Expression.compile("null", in: scope.environment).0 {
                values.append(
                    ComputedValue(
                        name: prefix + name, title: nil,
                        expression: CheckedExpression(expression: placeholder, variables: []),
                        clause: nil))
            }
        }
    }

    private func valueDepth(_ variable: VariableReference) -> Int {
        if case .value(let index) = variable { valueDepths[index] } else { 0 }
    }
}
