import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension WorkflowLoader {
    func readParameters(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "parameters") {
            let type: ValueType?
            var reader: MappingReader?
            if node.text != nil {
                type = self.type(node)
            } else {
                reader = MappingReader(node, .parameter, report)
                type = reader.flatMap { self.type($0) }
            }
            guard let type else { continue }
            let index = parameters.count
            parameters.append(Parameter(
                name: name, title: reader?.text("title"), type: type,
                defaultValue: reader?["default"].flatMap { literal($0, as: type) }, clause: reader?.clause()))
            scope.add(name, "a parameter", type, .parameter(index), at: span, report)
            readNeed(reader, .parameter(index))
        }
    }

    private func readNeed(_ reader: MappingReader?, _ subject: Need.Subject) {
        guard let node = reader?["needed-in"] else { return }
        for (state, span) in report.texts(node, of: "needed-in") {
            needs.append(Need(subject: subject, state: state, span: span))
        }
    }

    func readParties(_ node: YAMLNode?) {
        for (name, node, _) in report.section(node, "parties") {
            if let title = node.text {
                parties.append(Party(name: name, title: title, address: nil, clause: nil))
                continue
            }
            guard let reader = MappingReader(node, .party, report) else { continue }
            parties.append(Party(
                name: name, title: reader.text("title") ?? name, address: reader.text("address"),
                clause: reader.clause()))
            readNeed(reader, .party(parties.count - 1))
        }
    }

    func readCommittees(_ node: YAMLNode?) {
        for (name, node, _) in report.section(node, "committees") {
            guard let reader = MappingReader(node, .committee, report) else { continue }
            committees.append(Committee(name: name, title: reader.text("title") ?? name, clause: reader.clause()))
        }
    }

    func readEvents(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "events") {
            if ["parameters.set", "parties.set"].contains(name) || name.hasPrefix("done.state.") || name.hasPrefix("error.") {
                report.error("reserved-name", "'\(name)' is an event of Jalon's own", at: span)
                continue
            }
            if node.isNull || node.text != nil {
                events.append(EventDeclaration(name: name, title: node.text ?? name, fields: [], clause: nil))
                continue
            }
            guard let reader = MappingReader(node, .event, report) else { continue }
            events.append(EventDeclaration(
                name: name, title: reader.text("title") ?? name, fields: reader["fields"].flatMap(fields) ?? [],
                clause: reader.clause()))
        }
    }

    func readData(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "data") {
            guard let item = dataItem(name, node) else { continue }
            scope.add(name, "a data item", item.type, .data(data.count), at: span, report)
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
            name: name, title: reader.text("title"), type: type,
            initialValue: reader["initial"].flatMap { literal($0, as: type) } ?? emptyValue(of: type), key: key,
            clause: reader.clause())
    }

    func readValues(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "values") {
            var reader: MappingReader?
            var source: YAMLNode? = node
            if node.text == nil {
                reader = MappingReader(node, .value, report)
                source = reader?["is"]
            }
            guard let source, let checked = expression(source) else { continue }
            scope.add(name, "a value", checked.expression.type, .value(values.count), at: span, report)
            values.append(ComputedValue(
                name: name, title: reader?.text("title"), expression: checked, clause: reader?.clause()))
        }
    }
}
