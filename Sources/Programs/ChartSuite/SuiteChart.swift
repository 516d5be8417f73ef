import WorkflowModel

/// A chart of the suite as the text of a workflow.
///
/// JSON is YAML, so the text is written as one JSON object. Names of the chart are replaced by plain ones.
struct SuiteChart {
    private(set) var text = ""
    /// The suite's id of each state, by its path in the workflow.
    private(set) var ids: [String: String] = [:]
    private var paths: [String: String] = [:]
    private var variables: [String: String] = [:]
    private var events: [String] = []

    /// - Throws: ``SuiteError`` for a chart with parts that the suite's form does not have.
    init(_ chart: SuiteJSON) throws {
        let states = chart["states"]?.items ?? []
        for state in states { name(state, in: nil) }
        if case .object(let data) = chart["data"] { for name in data.keys.sorted() { declare(name) } }
        for state in states { collect(state) }

        let written = try states.map { try self.state($0) }
        var initial = ""
        if let start = chart["initial"] { initial = "\"initial\": \(try entry(start)), " }
        let data = variables.keys.sorted().map { name in
            "\(variables[name] ?? ""): { \"type\": \"any\", \"initial\": "
                + "\(chart["data"]?[name].map { Self.initial($0) } ?? "null") }"
        }
        let fields =
            "{ \"fields\": { \"name\": { \"type\": \"any\", \"optional\": true }, "
            + "\"data\": { \"type\": \"any\", \"optional\": true } } }"
        text = """
            { "jalon": 1, "workflow": "suite", "title": "suite", "time-zone": "UTC",
            "events": { \(events.map { "\"\($0)\": \(fields)" }.joined(separator: ", ")) },
            "data": { \(data.joined(separator: ", ")) }, "reminders": "none", \(initial)
            "states": { \(written.joined(separator: ", ")) } }
            """
    }

    // MARK: Names

    private mutating func name(_ state: SuiteJSON, in parent: String?) {
        let name = "s\(ids.count)"
        let path = parent.map { "\($0).\(name)" } ?? name
        let id = state["id"]?.text ?? ""
        ids[path] = id
        paths[id] = path
        for child in state["states"]?.items ?? [] { self.name(child, in: path) }
    }

    private mutating func declare(_ variable: String) {
        if variables[variable] == nil { variables[variable] = "v\(variables.count)" }
    }

    /// Takes up the events that transitions wait for and the variables that actions set.
    private mutating func collect(_ state: SuiteJSON) {
        for transition in state["on"]?.items ?? [] {
            for descriptor in transition["events"]?.texts ?? [] {
                let name = self.descriptor(descriptor)
                let isOwn = name == "*" || name.hasPrefix("done") || name.hasPrefix("error") || name.hasSuffix("*")
                if !isOwn, !events.contains(name) { events.append(name) }
            }
            collect(actions: transition["do"])
        }
        for key in ["entry", "exit"] { collect(actions: state[key]) }
        for key in ["initial", "default"] { collect(actions: state[key]?["do"]) }
        for child in state["states"]?.items ?? [] { collect(child) }
    }

    private mutating func collect(actions: SuiteJSON?) {
        for action in actions?.items ?? [] {
            if let name = action["assign"]?.text { declare(name) }
            for branch in ["then", "else"] { collect(actions: action[branch]) }
        }
    }

    /// An event's name or descriptor with plain parts; parts that are no names are spelt in hexadecimal.
    static func eventName(_ name: String) -> String {
        if name == "*" { return name }
        return name.split(separator: ".").map { part in
            let isPlain = part == "*" || (part.first != "-" && part.utf8.allSatisfy(isPlain))
            return isPlain ? String(part) : "x" + part.utf8.map { String($0, radix: 16) }.joined()
        }.joined(separator: ".")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Numbers get a fraction, so that every number of the case is a decimal.
    private static func initial(_ json: SuiteJSON) -> String {
        switch json {
        case .number(let digits): digits.contains(".") ? digits : digits + ".0"
        case .list(let items): "[" + items.map { initial($0) }.joined(separator: ", ") + "]"
        case .object(let members):
            "{ "
                + members.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(initial($0.value))" }
                .joined(separator: ", ") + " }"
        default: json.literal
        }
    }

    private func path(_ id: String) throws -> String {
        guard let path = paths[id] else { throw SuiteError("there is no state '\(id)'") }
        return path
    }

    // MARK: States

    private func state(_ json: SuiteJSON) throws -> String {
        var parts: [String] = []
        switch json["kind"]?.text {
        case "atomic", "compound": break
        case "parallel": parts.append("\"type\": \"parallel\"")
        case "final": parts.append("\"type\": \"final\"")
        case "history":
            parts.append("\"type\": \"history\", \"deep\": \(json["history"]?.text == "deep")")
        default: throw SuiteError("a state has no kind that is known")
        }
        for (key, name) in [("initial", "initial"), ("default", "default")] {
            if let entry = json[key] { parts.append("\"\(name)\": \(try self.entry(entry))") }
        }
        for key in ["entry", "exit"] where !(json[key]?.items ?? []).isEmpty {
            parts.append("\"\(key)\": \(try actions(json[key]))")
        }
        parts += try transitions(json["on"]?.items ?? [])
        let children = try (json["states"]?.items ?? []).map { try state($0) }
        if !children.isEmpty { parts.append("\"states\": { \(children.joined(separator: ", ")) }") }
        let name = try path(json["id"]?.text ?? "").split(separator: ".").last ?? ""
        return "\"\(name)\": { \(parts.joined(separator: ", ")) }"
    }

    private func entry(_ json: SuiteJSON) throws -> String {
        let targets = try (json["targets"]?.texts ?? []).map { "\"\(try path($0))\"" }.joined(separator: ", ")
        return "{ \"to\": [\(targets)], \"do\": \(try actions(json["do"])) }"
    }

    private func transitions(_ list: [SuiteJSON]) throws -> [String] {
        var onEvents: [String] = []
        var always: [String] = []
        var after: [(key: String, transitions: [String])] = []
        for json in list {
            let written = try transition(json)
            let descriptors = (json["events"]?.texts ?? []).map { descriptor($0) }
            if let delay = json["after_ms"]?.whole {
                let key = "\"\(delay) seconds\""
                if let place = after.firstIndex(where: { $0.key == key }) {
                    after[place].transitions.append(written)
                } else {
                    after.append((key, [written]))
                }
            } else if descriptors.isEmpty {
                always.append(written)
            } else {
                // Transitions keep their order, so each has a key of its own; spaces only tell the keys apart.
                let padding = String(repeating: " ", count: onEvents.count)
                onEvents.append("\"\(descriptors.joined(separator: " "))\(padding)\": \(written)")
            }
        }
        var parts: [String] = []
        if !onEvents.isEmpty { parts.append("\"on\": { \(onEvents.joined(separator: ", ")) }") }
        if !after.isEmpty {
            let entries = after.map { "\($0.key): [\($0.transitions.joined(separator: ", "))]" }
            // A transition for any event takes a delay's too, so the two keep their order.
            let delayed = list.firstIndex { $0["after_ms"] != nil }
            let any = list.firstIndex { $0["events"]?.texts.contains("*") ?? false }
            let isFirst = delayed.flatMap { delayed in any.map { delayed < $0 } } ?? false
            parts.insert("\"after\": { \(entries.joined(separator: ", ")) }", at: isFirst ? 0 : parts.count)
        }
        if !always.isEmpty { parts.append("\"always\": [\(always.joined(separator: ", "))]") }
        return parts
    }

    private func transition(_ json: SuiteJSON) throws -> String {
        var parts: [String] = []
        let targets = try (json["targets"]?.texts ?? []).map { "\"\(try path($0))\"" }
        if !targets.isEmpty { parts.append("\"to\": [\(targets.joined(separator: ", "))]") }
        if let condition = json["cond"] { parts.append("\"when\": \(quoted(try expression(condition)))") }
        if json["type"]?.text == "internal" { parts.append("\"internal\": true") }
        parts.append("\"do\": \(try actions(json["do"]))")
        return "{ \(parts.joined(separator: ", ")) }"
    }

    private func descriptor(_ text: String) -> String {
        let prefix = "done.state."
        guard text.hasPrefix(prefix), !text.hasSuffix("*") else { return Self.eventName(text) }
        // That a state which there is not is done never happens.
        return paths[String(text.dropFirst(prefix.count))].map { prefix + $0 } ?? "never." + Self.eventName(text)
    }

    // MARK: Actions and expressions

    private func actions(_ json: SuiteJSON?) throws -> String {
        "[" + (try (json?.items ?? []).map { try action($0) }.joined(separator: ", ")) + "]"
    }

    private func action(_ json: SuiteJSON) throws -> String {
        if let name = json["raise"]?.text { return "{ \"raise\": \"\(Self.eventName(name))\" }" }
        if let name = json["send"]?.text {
            var parts = ["\"event\": \"\(Self.eventName(name))\""]
            if let delay = json["delay_ms"]?.whole, delay > 0 { parts.append("\"after\": \"\(delay) seconds\"") }
            if let id = json["id"]?.text { parts.append("\"id\": \(quoted(id))") }
            let data = try json["data"].map { ", \"data\": \(quoted(try expression($0)))" } ?? ""
            parts.append("\"data\": { \"name\": \(quoted(quoted(name)))\(data) }")
            return "{ \"send\": { \(parts.joined(separator: ", ")) } }"
        }
        if let id = json["cancel"]?.text { return "{ \"cancel\": \(quoted(id)) }" }
        if let name = json["assign"]?.text, let value = json["expr"] {
            return "{ \"set\": { \"\(variables[name] ?? "")\": \(quoted(try expression(value))) } }"
        }
        if let condition = json["if"] {
            return "{ \"if\": \(quoted(try expression(condition))), \"then\": \(try actions(json["then"])), "
                + "\"else\": \(try actions(json["else"])) }"
        }
        throw SuiteError("an action is not known")
    }

    private func expression(_ json: SuiteJSON) throws -> String {
        let parts = json.items
        guard let head = parts.first?.text else { return json.literal }
        func operand(_ place: Int) throws -> String {
            guard place < parts.count else { throw SuiteError("'\(head)' lacks an operand") }
            return "(\(try expression(parts[place])))"
        }
        switch head {
        case "lit":
            guard parts.count > 1 else { throw SuiteError("'lit' lacks its value") }
            return parts[1].literal
        case "in":
            guard parts.count > 1, let id = parts[1].text else { throw SuiteError("'in' lacks its state") }
            return "'\(try path(id))' in active"
        case "var":
            guard parts.count > 1, let name = parts[1].text, let variable = variables[name] else {
                throw SuiteError("a variable is not declared")
            }
            return variable
        case "event": return "event" + parts.dropFirst().compactMap(\.text).map { "[\(quoted($0))]" }.joined()
        case "not": return "!\(try operand(1))"
        case "and", "or":
            guard parts.count > 2 else { throw SuiteError("'\(head)' lacks an operand") }
            return try (1..<parts.count).map { try operand($0) }.joined(separator: head == "and" ? " && " : " || ")
        case "/": return "divide(\(try operand(1)), \(try operand(2)), 12)"
        case "==", "!=", "<", "<=", ">", ">=", "+", "-", "*": return "\(try operand(1)) \(head) \(try operand(2))"
        default: throw SuiteError("the operator '\(head)' is not known")
        }
    }
}

/// Why a case of a suite cannot be run, for people.
package struct SuiteError: Error, Sendable {
    /// One sentence without a full stop.
    package let message: String

    init(_ message: String) { self.message = message }
}
