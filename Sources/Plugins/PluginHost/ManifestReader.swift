package import PluginAPI
package import YAMLReader

/// Reads `plugin.yaml`.
///
/// - Parameter text: The file's text.
/// - Returns: The manifest, absent if it has any problem, and all problems with their places, in the file's order.
package func readManifest(_ text: String) -> (PluginManifest?, [YAMLProblem]) {
    let (root, problems) = readYAML(text)
    guard let root else { return (nil, problems) }
    var reader = ManifestReader(problems: problems)
    let manifest = reader.manifest(root)
    guard reader.problems.isEmpty else {
        return (nil, reader.problems.sorted { $0.span.start.offset < $1.span.start.offset })
    }
    let mistakes = manifest.problems().map { problem in
        YAMLProblem(code: "manifest", message: problem.message, span: root.place(of: problem.path))
    }
    return (mistakes.isEmpty ? manifest : nil, mistakes)
}

/// Turns a tree of YAML into a manifest and collects what is wrong on the way.
private struct ManifestReader {
    var problems: [YAMLProblem]

    mutating func manifest(_ root: YAMLNode) -> PluginManifest {
        let keys = [
            "name", "protocol", "summary", "executable", "settings", "actions", "events", "memory", "concurrency",
        ]
        let fields = self.fields(root, "the manifest", allowed: keys, required: ["name", "protocol", "summary"])
        return PluginManifest(
            name: fields["name"].flatMap { text($0) } ?? "",
            protocolVersion: fields["protocol"].flatMap { integer($0) } ?? 0,
            summary: fields["summary"].flatMap { text($0) } ?? "",
            executable: fields["executable"].flatMap { text($0) },
            settings: named(fields["settings"]) { $0.field($1, isSetting: true) },
            actions: named(fields["actions"]) { $0.action($1) },
            events: named(fields["events"]) { $0.event($1) },
            memory: fields["memory"].flatMap { memory($0) },
            concurrency: fields["concurrency"].flatMap { integer($0) } ?? 1)
    }

    private mutating func action(_ node: YAMLNode) -> ActionDeclaration {
        let keys = ["summary", "repeatable", "timeout", "input"]
        let fields = self.fields(node, "an action", allowed: keys, required: ["repeatable"])
        if let summary = fields["summary"] { _ = text(summary) }
        return ActionDeclaration(
            isRepeatable: fields["repeatable"].flatMap { boolean($0) } ?? false,
            timeout: fields["timeout"].flatMap { duration($0) },
            input: named(fields["input"]) { $0.field($1, isSetting: false) })
    }

    private mutating func event(_ node: YAMLNode) -> EventDeclaration {
        let fields = self.fields(node, "an event", allowed: ["summary", "data"], required: [])
        if let summary = fields["summary"] { _ = text(summary) }
        return EventDeclaration(data: named(fields["data"]) { $0.field($1, isSetting: false) })
    }

    /// A kind alone (`text`, or `[address]` for a list of them), or a mapping that says more.
    private mutating func field(_ node: YAMLNode, isSetting: Bool) -> FieldDeclaration {
        guard case .mapping = node.content else {
            let (kind, isList) = self.kind(node)
            return FieldDeclaration(kind, isList: isList)
        }
        let keys = ["type", "required", "one-of", "summary"] + (isSetting ? ["default"] : [])
        let fields = self.fields(node, isSetting ? "a setting" : "a field", allowed: keys, required: ["type"])
        if let summary = fields["summary"] { _ = text(summary) }
        let (kind, isList) = fields["type"].map { self.kind($0) } ?? (.any, false)
        var choices: [String] = []
        if let node = fields["one-of"] {
            if case .sequence(let elements) = node.content {
                choices = elements.compactMap { text($0) }
            } else {
                complain(node, "'one-of' is a list of texts, such as [required, none]")
            }
        }
        return FieldDeclaration(
            kind, isList: isList, isRequired: fields["required"].flatMap { boolean($0) } ?? !isSetting,
            defaultValue: fields["default"].flatMap { value($0) }, choices: choices)
    }

    private mutating func kind(_ node: YAMLNode) -> (FieldDeclaration.Kind, isList: Bool) {
        if case .sequence(let elements) = node.content, elements.count == 1 { return (kind(elements[0]).0, true) }
        guard let name = text(node) else { return (.any, false) }
        guard let kind = FieldDeclaration.Kind(rawValue: name) else {
            let known = FieldDeclaration.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            complain(node, "there is no type '\(name)'; the types are \(known), and [text] and so on for lists")
            return (.any, false)
        }
        return (kind, false)
    }

    // MARK: Shapes

    private mutating func fields(
        _ node: YAMLNode, _ what: String, allowed: [String], required: [String]
    ) -> [String: YAMLNode] {
        guard case .mapping(let entries) = node.content else {
            complain(node, "\(what) is keys and values: \(allowed.joined(separator: ", "))")
            return [:]
        }
        var fields: [String: YAMLNode] = [:]
        for entry in entries {
            let key = entry.key.text ?? ""
            if allowed.contains(key) {
                fields[key] = entry.value
            } else {
                complain(entry.key, "there is no key '\(key)' here; the keys are \(allowed.joined(separator: ", "))")
            }
        }
        for key in required where fields[key] == nil { complain(node, "\(what) needs the key '\(key)'") }
        return fields
    }

    private mutating func named<Value>(
        _ node: YAMLNode?, _ read: (inout ManifestReader, YAMLNode) -> Value
    ) -> [String: Value] {
        guard let node else { return [:] }
        guard case .mapping(let entries) = node.content else {
            complain(node, "this is names, each with what it stands for")
            return [:]
        }
        var values: [String: Value] = [:]
        for entry in entries { values[entry.key.text ?? ""] = read(&self, entry.value) }
        return values
    }

    // MARK: Scalars

    private mutating func text(_ node: YAMLNode) -> String? {
        if case .scalar(let scalar) = node.content, scalar.resolved == .string { return scalar.text }
        complain(node, "this is not a text; put it between quotes if it is meant as one")
        return nil
    }

    private mutating func integer(_ node: YAMLNode) -> Int? {
        if case .scalar(let scalar) = node.content, case .integer(let integer) = scalar.resolved { return Int(integer) }
        complain(node, "this is not a whole number")
        return nil
    }

    private mutating func boolean(_ node: YAMLNode) -> Bool? {
        if case .scalar(let scalar) = node.content, case .bool(let boolean) = scalar.resolved { return boolean }
        complain(node, "this is neither true nor false")
        return nil
    }

    private mutating func value(_ node: YAMLNode) -> JSONValue? {
        switch node.content {
        case .sequence(let elements): return .list(elements.compactMap { value($0) })
        case .scalar(let scalar):
            switch scalar.resolved {
            case .bool(let boolean): return .boolean(boolean)
            case .integer(let integer): return .integer(integer)
            case .string: return .text(scalar.text)
            case .null, .float: break
            }
        case .mapping: break
        }
        complain(node, "a default is a text, a whole number, true, false or a list of these")
        return nil
    }

    private mutating func duration(_ node: YAMLNode) -> Duration? {
        let units = ["ms": Duration.milliseconds(1), "s": .seconds(1), "m": .seconds(60)]
        guard let (count, unit) = quantity(node), let unit = units[unit], count <= 1_000_000 else {
            complain(node, "this is not a time such as 500ms, 30s or 2m")
            return nil
        }
        return unit * count
    }

    private mutating func memory(_ node: YAMLNode) -> Int? {
        let units = ["KiB": 10, "MiB": 20, "GiB": 30]
        guard let (count, unit) = quantity(node), let shift = units[unit], count <= 1 << 20 else {
            complain(node, "this is not an amount of memory such as 128MiB or 1GiB")
            return nil
        }
        return count << shift
    }

    /// A whole number with a unit, with or without a space between.
    private func quantity(_ node: YAMLNode) -> (Int, unit: String)? {
        guard case .scalar(let scalar) = node.content else { return nil }
        let digits = scalar.text.prefix { ("0"..."9").contains($0) }
        guard let count = Int(digits) else { return nil }
        return (count, String(scalar.text.dropFirst(digits.count).drop { $0 == " " }))
    }

    private mutating func complain(_ node: YAMLNode, _ message: String) {
        problems.append(YAMLProblem(code: "manifest", message: message, span: node.span))
    }
}

extension YAMLNode {
    fileprivate var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    /// Where the value at a path of keys stands, or the last of its keys that exists.
    fileprivate func place(of path: [String]) -> SourceSpan {
        guard let key = path.first, case .mapping(let entries) = content,
            let entry = entries.first(where: { $0.key.text == key })
        else { return span }
        if path.count == 1 { return entry.value.span }
        return entry.value.place(of: Array(path.dropFirst()))
    }
}
