import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel
import YAMLReader

/// Reads blocks of actions against a compiled chart.
struct ActionReader {
    let loader: WorkflowLoader
    let raised: Set<String>
    /// Keys of event names; `nil` while the chart has mistakes, and then only the mistakes of the actions matter.
    let key: (String) -> EventKey?
    private var notifications = 0
    private var report: Report { loader.report }

    init(_ loader: WorkflowLoader, raised: Set<String>, key: @escaping (String) -> EventKey?) {
        self.loader = loader
        self.raised = raised
        self.key = key
    }

    mutating func read(_ block: ChartBuilder.BlockDraft) -> ActionBlock {
        notifications = 0
        var actions: [Action] = []
        if let shorthand = block.shorthand {
            for (name, node, _) in shorthand.inOrder where ["keep", "set", "notify"].contains(name) && !node.isNull {
                actions += one(name, node, block)
            }
        }
        for node in block.nodes { actions += action(node, block) }
        return ActionBlock(name: block.name, actions: actions, clause: block.clause)
    }

    private mutating func action(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> [Action] {
        guard let reader = MappingReader(node, .action, report) else { return [] }
        if reader["if"] != nil { return [choose(reader, block)].compactMap { $0 } }
        var actions: [Action] = []
        for (name, node, span) in reader.inOrder where !node.isNull {
            if name == "then" || name == "else" {
                report.error("missing-key", "'\(name)' needs an 'if' beside it", at: span)
                continue
            }
            actions += one(name, node, block)
        }
        return actions
    }

    private mutating func one(_ name: String, _ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> [Action] {
        switch name {
        case "set": return set(node, block)
        case "keep": return report.texts(node, of: "keep").compactMap { keep($0.text, at: $0.span, block) }
        case "notify": return list(node).compactMap { notify($0, block) }
        case "raise":
            return report.texts(node, of: "raise").compactMap { name, _ in key(name).map { .raise($0, name: name) } }
        case "send": return list(node).compactMap { send($0, block) }
        case "cancel": return report.texts(node, of: "cancel").map { .cancel(id: $0.text) }
        default: return []
        }
    }

    private func set(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> [Action] {
        report.section(node, "set").compactMap { name, node, span in
            guard let index = loader.data.firstIndex(where: { $0.name == name }) else {
                report.unknown("data item", name, at: span, among: loader.data.map(\.name))
                return nil
            }
            return loader.expression(node, in: block.scope, expecting: loader.data[index].type)
                .map { .set(data: index, $0) }
        }
    }

    private func keep(_ name: String, at span: SourceSpan, _ block: ChartBuilder.BlockDraft) -> Action? {
        guard let index = loader.data.firstIndex(where: { $0.name == name }) else {
            report.unknown("data item", name, at: span, among: loader.data.map(\.name))
            return nil
        }
        guard case .list(let element) = loader.data[index].type else {
            report.error("wrong-type", "'keep' adds to a list, and '\(name)' is none", at: span)
            return nil
        }
        guard let event = block.event else {
            report.error("no-payload", "'keep' keeps what one declared event carries, and none is certain here", at: span)
            return nil
        }
        guard case .record(let rows) = element else { return .keep(data: index) }
        for field in event.fields {
            guard let row = rows.first(where: { $0.name == field.name }) else {
                report.error(
                    "wrong-type", "'\(name)' has no field '\(field.name)', which '\(event.name)' carries", at: span)
                continue
            }
            if row.type != field.type {
                report.error(
                    "wrong-type", "'\(field.name)' is \(field.type.wordsForPeople) in '\(event.name)' and "
                        + "\(row.type.wordsForPeople) in '\(name)'", at: span)
            }
        }
        if let key = loader.data[index].key, !event.fields.contains(where: { $0.name == key && !$0.isOptional }) {
            report.error("wrong-type", "'\(event.name)' does not always carry '\(key)', the key of '\(name)'", at: span)
        }
        return .keep(data: index)
    }

    private func send(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> Action? {
        if let name = node.text { return key(name).map { .send($0, name: name, payload: [], delay: nil, id: nil) } }
        guard let reader = MappingReader(node, .send, report), let name = reader.text("event") else { return nil }
        var delay: Period?
        if let text = reader.text("after"), let node = reader["after"] {
            delay = loader.period(text, at: node.span)
            if let delay, delay.duration == nil {
                report.error(
                    "bad-period", "an event is sent after hours, minutes or seconds; for days use 'after' of a state or "
                        + "a date", at: node.span)
            }
        }
        let payload = report.section(reader["data"], "data").compactMap { name, node, _ in
            loader.expression(node, in: block.scope).map { (name: expressionName(name), value: $0) }
        }
        return key(name).map { .send($0, name: name, payload: payload, delay: delay, id: reader.text("id")) }
    }

    private mutating func choose(_ reader: MappingReader, _ block: ChartBuilder.BlockDraft) -> Action? {
        guard let node = reader["if"], let condition = loader.expression(node, in: block.scope, expecting: .bool) else {
            return nil
        }
        var then: [Action] = []
        for node in list(reader["then"]) { then += action(node, block) }
        var otherwise: [Action] = []
        for node in list(reader["else"]) { otherwise += action(node, block) }
        return .choose([(condition, then)], otherwise: otherwise)
    }

    private mutating func notify(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> Action? {
        guard let reader = MappingReader(node, .notify, report), let subject = reader["subject"] else { return nil }
        notifications += 1
        guard let words = text(subject, block) else { return nil }
        return .notify(Notification(
            element: "\(block.name)/\(notifications)", recipients: reader["to"].map { loader.parties($0) } ?? [],
            subject: words, body: reader["text"].flatMap { text($0, block) }, clause: reader.clause() ?? block.clause))
    }

    /// Reads a sentence with `{{ expression }}` in it.
    private func text(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> MessageText? {
        guard case .scalar(let scalar) = node.content, let whole = report.text(node, of: "text") else { return nil }
        var parts: [MessageText.Part] = []
        var rest = Substring(whole)
        while let open = rest.range(ofWord: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            let inner = rest[open.upperBound...]
            guard let close = inner.range(ofWord: "}}") else {
                report.error("bad-text", "'{{' is not closed by '}}'", at: node.span)
                return nil
            }
            let source = String(inner[..<close.lowerBound])
            guard let expression = loader.expression(
                source, at: node.span, offset: whole.distance(from: whole.startIndex, to: inner.startIndex),
                isPlain: scalar.isPlain, in: block.scope)
            else { return nil }
            parts.append(.expression(expression))
            rest = inner[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return MessageText(parts: parts)
    }
}
