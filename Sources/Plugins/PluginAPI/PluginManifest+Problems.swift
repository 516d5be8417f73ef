/// One mistake in a manifest.
public struct ManifestProblem: Equatable, Sendable {
    /// Where: names and keys from the top down, such as `["actions", "send", "timeout"]`.
    public var path: [String]
    /// What is wrong, why, and what to write instead.
    public var message: String

    /// Makes a problem.
    public init(path: [String], message: String) {
        self.path = path
        self.message = message
    }
}

extension PluginManifest {
    /// The longest time an action may ask for: an answer later than this is a matter for an event.
    public static let longestTimeout = Duration.seconds(600)
    /// How many actions a plugin may perform at once, at most.
    public static let highestConcurrency = 16
    /// The memory a plugin may ask for, in bytes.
    public static let memoryBounds = (16 << 20)...(4 << 30)

    /// Everything in the manifest that its types do not already exclude, names in alphabetical order; empty when it
    /// is right.
    public func problems() -> [ManifestProblem] {
        var problems: [ManifestProblem] = []
        func expect(_ condition: Bool, _ path: [String], _ message: @autoclosure () -> String) {
            if !condition { problems.append(ManifestProblem(path: path, message: message())) }
        }
        func expectName(_ name: String, _ path: [String]) {
            expect(Self.isName(name), path, "'\(name)' is not a name: use lower-case letters, digits and hyphens")
        }
        expectName(name, ["name"])
        expect(
            protocolVersion == Self.currentProtocol, ["protocol"],
            "protocol \(protocolVersion) is not spoken here, only \(Self.currentProtocol)")
        expect(!summary.isEmpty, ["summary"], "the summary is empty: say in one sentence what the plugin does")
        expect(
            !executable.isEmpty && !executable.contains("/") && !executable.hasPrefix("."), ["executable"],
            "'\(executable)' is not a file of the plugin's own folder: give the file's name alone")
        expect(
            (1...Self.highestConcurrency).contains(concurrency), ["concurrency"],
            "concurrency \(concurrency) is out of range: from 1 to \(Self.highestConcurrency)")
        if let memory {
            expect(Self.memoryBounds.contains(memory), ["memory"], "memory is out of range: from 16 MiB to 4 GiB")
        }
        for (name, field) in settings.sorted(by: { $0.key < $1.key }) {
            let path = ["settings", name]
            expectName(name, path)
            problems += field.problems(at: path)
            expect(
                !(field.kind == .secret && (field.isList || field.defaultValue != nil)), path,
                "a secret is one text and has no default")
        }
        for (name, action) in actions.sorted(by: { $0.key < $1.key }) {
            expectName(name, ["actions", name])
            if let timeout = action.timeout {
                expect(
                    timeout > .zero && timeout <= Self.longestTimeout, ["actions", name, "timeout"],
                    "the timeout is out of range: more than 0s, at most 10m")
            }
            problems += Self.fieldProblems(action.input, at: ["actions", name, "input"])
        }
        for (name, event) in events.sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            expect(
                parts.allSatisfy { Self.isName(String($0)) }, ["events", name],
                "'\(name)' is not an event's name: use names joined by dots, such as message.bounced")
            problems += Self.fieldProblems(event.data, at: ["events", name, "data"])
        }
        expect(!actions.isEmpty || !events.isEmpty, [], "the plugin has neither actions nor events")
        return problems
    }

    private static func fieldProblems(_ fields: [String: FieldDeclaration], at path: [String]) -> [ManifestProblem] {
        fields.sorted { $0.key < $1.key }.flatMap { name, field in
            let path = path + [name]
            var problems = field.problems(at: path)
            if !isName(name) {
                problems.append(ManifestProblem(path: path, message: "'\(name)' is not a name"))
            }
            if field.kind == .secret {
                problems.append(ManifestProblem(path: path, message: "a secret can only be a setting"))
            }
            if field.defaultValue != nil {
                problems.append(ManifestProblem(path: path, message: "only a setting has a default"))
            }
            return problems
        }
    }

    /// Whether a text is a name: lower-case letters, digits and hyphens, a letter first, at most 64.
    private static func isName(_ text: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.utf8.first, letters.contains(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") }
    }
}

extension FieldDeclaration {
    fileprivate func problems(at path: [String]) -> [ManifestProblem] {
        var problems: [ManifestProblem] = []
        if !choices.isEmpty, kind != .text {
            problems.append(ManifestProblem(path: path, message: "only a text can have 'one-of'"))
        }
        if let defaultValue, let problem = mismatch(with: defaultValue) {
            problems.append(ManifestProblem(path: path, message: "the default \(problem)"))
        }
        return problems
    }

    /// What keeps a value from being one of this field, to follow its name in a sentence ("is not a whole number");
    /// absent if nothing does. The value itself is not shown: it may be a secret.
    public func mismatch(with value: JSONValue) -> String? {
        guard isList else { return mismatch(withSingle: value) }
        guard let list = value.list else { return "is not a list" }
        for (index, element) in list.enumerated() {
            if let problem = mismatch(withSingle: element) {
                return "has an entry, number \(index + 1), that \(problem)"
            }
        }
        return nil
    }

    private func mismatch(withSingle value: JSONValue) -> String? {
        switch kind {
        case .any: return nil
        case .integer: return value.integer == nil ? "is not a whole number" : nil
        case .boolean: return value.boolean == nil ? "is neither true nor false" : nil
        case .secret: return value.text == nil ? "is not a text" : nil
        case .text:
            guard let text = value.text else { return "is not a text" }
            if choices.isEmpty || choices.contains(text) { return nil }
            return "is none of \(choices.joined(separator: ", "))"
        case .address:
            guard let text = value.text else { return "is not a text" }
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } ? nil : "is not an address like name@domain"
        case .instant:
            guard let text = value.text else { return "is not a text" }
            let isShaped = text.utf8.count >= 20 && text.utf8.dropFirst(10).first == UInt8(ascii: "T")
            return isShaped ? nil : "is not a moment like 2021-09-24T16:30:00+01:00"
        }
    }
}
