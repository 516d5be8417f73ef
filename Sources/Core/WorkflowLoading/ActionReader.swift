import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel
import YAMLReader

/// Reads blocks of actions against a compiled chart.
struct ActionReader {
    let loader: WorkflowLoader
    /// Keys of event names; `nil` while the chart has mistakes, and then only the mistakes of the actions matter.
    let key: (String) -> EventKey?
    private var notifications = 0
    var report: Report { loader.report }

    init(_ loader: WorkflowLoader, key: @escaping (String) -> EventKey?) {
        self.loader = loader
        self.key = key
    }

    mutating func read(_ block: ChartBuilder.BlockDraft) -> ActionBlock {
        notifications = 0
        var actions: [Action] = []
        if let shorthand = block.shorthand {
            for (name, node, _) in shorthand.inOrder
            where ["keep", "set", "notify", "open", "tell"].contains(name) && !node.isNull {
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
            return report.texts(node, of: "raise").compactMap { name, _ in
                let event = loader.descriptor(name)
                return key(event).map { .raise($0, name: event) }
            }
        case "send": return list(node).compactMap { send($0, block) }
        case "open": return list(node).compactMap { open($0, block) }
        case "tell": return list(node).compactMap { tell($0, block) }
        case "cancel": return report.texts(node, of: "cancel").map { .cancel(id: loader.prefix + $0.text) }
        default: return []
        }
    }

    private func unknownData(_ name: String, at span: SourceSpan) {
        if let use = loader.uses.first(where: { name.hasPrefix($0.name + ".") }) {
            report.error(
                "foreign-data", "'\(name)' belongs to block '\(use.name)', which alone changes it; it can be read here",
                at: span)
            return
        }
        report.unknown("data item", name, at: span, among: loader.names.data.names)
    }

    private func set(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> [Action] {
        report.section(node, "set").compactMap { name, node, span in
            guard let index = loader.names.data[name] else {
                unknownData(name, at: span)
                _ = loader.expression(node, in: block.scope)
                return nil
            }
            loader.used.insert(.data(index))
            return loader.expression(node, in: block.scope, expecting: loader.data[index].type)
                .map { .set(data: index, $0) }
        }
    }

    private func keep(_ name: String, at span: SourceSpan, _ block: ChartBuilder.BlockDraft) -> Action? {
        guard let index = loader.names.data[name] else {
            unknownData(name, at: span)
            return nil
        }
        loader.used.insert(.data(index))
        if loader.data[index].type == .dyn { return .keep(data: index) }
        guard case .list(let element) = loader.data[index].type else {
            report.error("wrong-type", "'keep' adds to a list, and '\(name)' is none", at: span)
            return nil
        }
        guard let event = block.event else {
            report.error(
                "no-payload", "'keep' keeps what one declared event carries, and none is certain here", at: span)
            return nil
        }
        guard case .record(let rows) = element else { return .keep(data: index) }
        for field in event.fields {
            guard let row = rows.first(where: { $0.name == field.name }) else {
                report.error(
                    "wrong-type", "'\(name)' has no field '\(field.name)', which '\(event.name)' carries", at: span)
                continue
            }
            if row.type != field.type, row.type != .dyn, field.type != .dyn {
                report.error(
                    "wrong-type",
                    "'\(field.name)' is \(field.type.wordsForPeople) in '\(event.name)' and "
                        + "\(row.type.wordsForPeople) in '\(name)'", at: span)
            }
        }
        if let key = loader.data[index].key, !event.fields.contains(where: { $0.name == key && !$0.isOptional }) {
            report.error("wrong-type", "'\(event.name)' does not always carry '\(key)', the key of '\(name)'", at: span)
        }
        return .keep(data: index)
    }

    private func send(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> Action? {
        if let name = node.text {
            let event = loader.descriptor(name)
            return key(event).map { .send($0, name: event, payload: [], delay: nil, id: nil) }
        }
        guard let reader = MappingReader(node, .send, report) else { return nil }
        var delay: Period?
        if let text = reader.text("after"), let node = reader["after"] {
            delay = loader.period(text, at: node.span)
            if let delay, delay.duration == nil {
                report.error(
                    "bad-period",
                    "an event is sent after hours, minutes or seconds; for days use 'after' of a state or "
                        + "a date", at: node.span)
            }
        }
        let payload = report.section(reader["data"], "data").compactMap { name, node, _ in
            loader.expression(node, in: block.scope).map { (name: expressionName(name), value: $0) }
        }
        let id = reader.text("id").map { loader.prefix + $0 }
        guard let name = reader.text("event") else { return nil }
        let event = loader.descriptor(name)
        return key(event).map { .send($0, name: event, payload: payload, delay: delay, id: id) }
    }

    private mutating func choose(_ reader: MappingReader, _ block: ChartBuilder.BlockDraft) -> Action? {
        for (name, _, span) in reader.inOrder where !["if", "then", "else"].contains(name) && reader[name] != nil {
            report.error(
                "two-actions", "'\(name)' beside 'if' belongs under 'then', 'else' or an item of its own", at: span)
        }
        let condition = reader["if"].flatMap { loader.expression($0, in: block.scope, expecting: .bool) }
        var then: [Action] = []
        for node in list(reader["then"]) { then += action(node, block) }
        var otherwise: [Action] = []
        for node in list(reader["else"]) { otherwise += action(node, block) }
        return condition.map { .choose([($0, then)], otherwise: otherwise) }
    }

    private mutating func notify(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> Action? {
        guard let reader = MappingReader(node, .notify, report) else { return nil }
        notifications += 1
        let recipients = reader["to"].map { loader.parties($0) } ?? []
        let subject = reader["subject"].flatMap { text($0, block) }
        let body = reader["text"].flatMap { text($0, block) }
        let clause = reader.clause() ?? block.clause
        return subject.map {
            .notify(
                Notification(
                    element: "\(block.name)/\(notifications)", recipients: recipients, subject: $0, body: body,
                    clause: clause))
        }
    }

    /// Reads a sentence with `{{ expression }}` in it.
    func text(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> MessageText? {
        guard let node = loader.localised(node), let whole = report.text(node, of: "text") else { return nil }
        var parts: [MessageText.Part] = []
        var isSound = true
        var rest = Substring(whole)
        func offset(_ index: String.Index) -> Int { whole.utf8.distance(from: whole.startIndex, to: index) }
        while let open = rest.range(ofWord: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            let inner = rest[open.upperBound...]
            guard let close = inner.range(ofWord: "}}") else {
                let place = loader.part(of: node, from: offset(open.lowerBound), length: 2)
                report.error("bad-text", "'{{' is not closed by '}}'", at: place)
                return nil
            }
            let source = String(inner[..<close.lowerBound])
            if let expression = loader.expression(source, at: offset(inner.startIndex), of: node, in: block.scope) {
                parts.append(.expression(expression))
            } else {
                isSound = false
            }
            rest = inner[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return isSound ? MessageText(parts: parts) : nil
    }
}
