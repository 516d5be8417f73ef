import ControlAPI
import DefinitionFiles
import WorkflowLoading
import YAMLReader

/// Reads an events file for a case that runs. What the events carry is checked by the service, which knows the case.
struct SupposedEventsReader {
    private let file: String
    private var diagnostics: [Diagnostic] = []

    private init(file: String) { self.file = file }

    /// What a file supposes.
    ///
    /// - Throws: A failure for a file that cannot be read or has mistakes, which are shown before.
    static func read(file: String, asJSON: Bool) throws(Failure) -> (events: [SupposedEvent], until: String?) {
        let read = readText(file)
        guard let text = read.text else {
            throw .badFile(file, read.diagnostics, asJSON: asJSON) { $0.rendered(source: read.shown) }
        }
        var reader = SupposedEventsReader(file: file)
        let (root, problems) = readYAML(text)
        for problem in problems { reader.report(problem.code, problem.message, problem.span) }
        let supposed: (events: [SupposedEvent], until: String?) = root.map { reader.supposed($0) } ?? ([], nil)
        guard reader.diagnostics.isEmpty else {
            throw .badFile(file, reader.diagnostics, asJSON: asJSON) { $0.rendered(source: text) }
        }
        return supposed
    }

    private mutating func supposed(_ root: YAMLNode) -> (events: [SupposedEvent], until: String?) {
        var events: [SupposedEvent] = []
        var until: String?
        for (name, key, value) in members(of: root, "an events file") {
            switch name {
            case "until": until = text(value)
            case "events":
                guard case .sequence(let items) = value.content else {
                    report("wrong-type", "'events' is a list", value.span)
                    continue
                }
                events = items.compactMap { event($0) }
            case "start", "parameters", "parties":
                report(
                    "unknown-key", "the case has its '\(name)' already; suppose parameters.set or parties.set instead",
                    key.span)
            default: report("unknown-key", "an events file for a case has 'until' and 'events', no '\(name)'", key.span)
            }
        }
        return (events, until)
    }

    private mutating func event(_ node: YAMLNode) -> SupposedEvent? {
        var event: String?
        var at: String?
        var fields: [String: JSONValue] = [:]
        for (name, _, value) in members(of: node, "an event") {
            switch name {
            case "event": event = text(value)
            case "at": at = text(value)
            default: fields[name] = JSONValue(value)
            }
        }
        guard let event else {
            report("missing-key", "an event needs 'event'", node.span)
            return nil
        }
        return SupposedEvent(event: event, fields: fields.isEmpty ? nil : fields, occurredAt: at)
    }

    private mutating func members(of node: YAMLNode, _ what: String) -> [(name: String, key: YAMLNode, value: YAMLNode)]
    {
        guard case .mapping(let entries) = node.content else {
            report("wrong-type", "\(what) is written as keys with values", node.span)
            return []
        }
        return entries.compactMap { entry in
            guard case .scalar(let key) = entry.key.content else { return nil }
            return (key.text, entry.key, entry.value)
        }
    }

    private mutating func text(_ node: YAMLNode) -> String? {
        if case .scalar(let scalar) = node.content, scalar.resolved != .null { return scalar.text }
        report("wrong-type", "this is a text", node.span)
        return nil
    }

    private mutating func report(_ code: String, _ message: String, _ span: SourceSpan) {
        diagnostics.append(Diagnostic(severity: .error, code: code, message: message, file: file, span: span))
    }
}

extension JSONValue {
    /// A value as it was written; numbers keep their digits.
    fileprivate init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let scalar):
            self =
                switch scalar.resolved {
                case .null: .null
                case .bool(let flag): .boolean(flag)
                case .integer(let number): .number(String(number))
                case .float(let text): .number(text)
                case .string: .text(scalar.text)
                }
        case .sequence(let items): self = .list(items.map(JSONValue.init))
        case .mapping(let entries):
            self = .object(
                entries.reduce(into: [:]) { members, entry in
                    if case .scalar(let key) = entry.key.content { members[key.text] = JSONValue(entry.value) }
                })
        }
    }
}
