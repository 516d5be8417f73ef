import WorkflowModel
import YAMLReader

extension YAMLNode {
    /// The text of a scalar; `nil` for anything else and for nothing.
    var text: String? {
        guard case .scalar(let scalar) = content, scalar.resolved != .null else { return nil }
        return scalar.text
    }

    /// The text of a key, `null` too; `nil` for what the YAML reader has refused as a key.
    var keyText: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.resolved == .null } else { false }
    }

    /// What the node is, for messages.
    var kindInWords: String {
        switch content {
        case .scalar(let scalar): scalar.resolved == .null ? "nothing" : "'\(scalar.text.prefix(40))'"
        case .sequence: "a list"
        case .mapping: "keys with values"
        }
    }

    /// The node as a plain value; numbers keep their digits.
    var plainValue: PlainValue {
        switch content {
        case .scalar(let scalar):
            switch scalar.resolved {
            case .null: .null
            case .bool(let flag): .boolean(flag)
            case .integer(let number): .number(String(number))
            case .float(let text): .number(text)
            case .string: .text(scalar.text)
            }
        case .sequence(let items): .list(items.map(\.plainValue))
        case .mapping(let entries):
            .object(
                entries.compactMap { entry in
                    entry.key.keyText.map { .init(name: $0, value: entry.value.plainValue) }
                })
        }
    }
}

/// The keys a mapping may have. Every mapping of the language has its row in `Shape`'s constants.
struct Shape {
    /// What the mapping is, for messages: `a state`.
    var name: String
    var required: [String] = []
    var optional: [String] = []

    var keys: [String] { required + optional }
}

/// A mapping whose keys have been checked against a shape.
struct MappingReader {
    let node: YAMLNode
    let report: Report
    private let entries: [YAMLEntry]

    /// Reports unknown and missing keys; `nil` where the node is no mapping at all (reported too).
    init?(_ node: YAMLNode, _ shape: Shape, _ report: Report) {
        guard case .mapping(let entries) = node.content else {
            report.error(
                "wrong-type", "\(shape.name) is written as keys with values, found \(node.kindInWords)",
                at: node.span)
            return nil
        }
        self.node = node
        self.report = report
        self.entries = entries
        for entry in entries {
            guard let key = entry.key.keyText, !shape.keys.contains(key) else { continue }
            report.error(
                "unknown-key", "\(shape.name) has no key '\(key)'; it may have \(shape.keys.joined(separator: ", "))",
                at: entry.key.span, guess: report.guess(key, among: shape.keys))
        }
        for key in shape.required where self[key] == nil {
            report.error("missing-key", "\(shape.name) needs '\(key)'", at: node.span.firstCharacter)
        }
    }

    /// The value of a key; `nil` where it is absent or null.
    subscript(key: String) -> YAMLNode? {
        entries.first { $0.key.keyText == key }.flatMap { $0.value.isNull ? nil : $0.value }
    }

    /// The entries in the order of the file.
    var inOrder: [(key: String, node: YAMLNode, keySpan: SourceSpan)] {
        entries.map { ($0.key.keyText ?? "", $0.value, $0.key.span) }
    }

    func text(_ key: String) -> String? {
        self[key].flatMap { report.text($0, of: key) }
    }

    func integer(_ key: String) -> Int64? {
        guard let node = self[key] else { return nil }
        if case .scalar(let scalar) = node.content, case .integer(let number) = scalar.resolved { return number }
        report.error("wrong-type", "'\(key)' is a whole number, found \(node.kindInWords)", at: node.span)
        return nil
    }

    func flag(_ key: String) -> Bool? {
        guard let node = self[key] else { return nil }
        if case .scalar(let scalar) = node.content, case .bool(let flag) = scalar.resolved { return flag }
        report.error("wrong-type", "'\(key)' is true or false, found \(node.kindInWords)", at: node.span)
        return nil
    }

    func clause(_ key: String = "clause") -> Clause? {
        guard let line = integer(key), let node = self[key] else { return nil }
        guard (1...1_000_000).contains(line) else {
            report.error("bad-clause", "a clause is the number of a line of the document, from 1", at: node.span)
            return nil
        }
        return Clause(line: Int(line))
    }
}

extension Report {
    func text(_ node: YAMLNode, of key: String) -> String? {
        if let text = node.text { return text }
        error("wrong-type", "'\(key)' is text, found \(node.kindInWords)", at: node.span)
        return nil
    }

    /// One text, or a list of texts.
    func texts(_ node: YAMLNode, of key: String) -> [(text: String, span: SourceSpan)] {
        if case .sequence(let items) = node.content {
            return items.compactMap { item in text(item, of: key).map { ($0, item.span) } }
        }
        return text(node, of: key).map { [($0, node.span)] } ?? []
    }

    /// More names than this in one place nobody writes by hand.
    private static let mostNames = 2_000

    /// The named entries of a section such as `parameters`, names checked.
    func section(_ node: YAMLNode?, _ kind: String) -> [(name: String, node: YAMLNode, span: SourceSpan)] {
        guard let node else { return [] }
        guard case .mapping(let entries) = node.content else {
            error("wrong-type", "'\(kind)' holds names with values, found \(node.kindInWords)", at: node.span)
            return []
        }
        if entries.count > Self.mostNames {
            error(
                "too-large", "'\(kind)' holds \(entries.count) names, and \(Self.mostNames) are allowed",
                at: entries[Self.mostNames].key.span)
        }
        return entries.prefix(Self.mostNames).compactMap { entry in
            guard let name = entry.key.keyText, checkName(name, at: entry.key.span) else { return nil }
            return (name, entry.value, entry.key.span)
        }
    }

    /// Names are letters, digits, `-` and `_`, and dots between them for events.
    func checkName(_ name: String, allowingDots: Bool = true, at span: SourceSpan) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isSound =
            (allowingDots || parts.count == 1)
            && parts.allSatisfy { part in
                part.first.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } == true
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            }
        if !isSound {
            let dots = allowingDots || parts.count == 1 ? "" : "; only events have dots in their names"
            error(
                "bad-name",
                "'\(name)' is no name: letters without accents, digits, '-' and '_', starting with a "
                    + "letter or a digit\(dots)", at: span)
        }
        return isSound
    }

    /// Names that expressions write begin with a letter or `_`, have no dots, and are none of the words CEL keeps for
    /// itself.
    func checkWord(_ name: String, at span: SourceSpan) -> Bool {
        guard checkName(name, allowingDots: false, at: span) else { return false }
        guard name.first?.isNumber != true else {
            error("bad-name", "'\(name)' begins with a digit, so expressions could not tell it from a number", at: span)
            return false
        }
        guard !Self.wordsOfCEL.contains(name) else {
            error("reserved-name", "'\(name)' is a word of the expression language; choose another name", at: span)
            return false
        }
        return true
    }

    /// Source: CEL language definition, "Syntax", IDENT and RESERVED; and what stands before the dot in the names of
    /// functions (`math.least`), which a name of the file would hide.
    private static let wordsOfCEL: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while", "math", "optional", "lists", "strings",
    ]
}

extension SourceSpan {
    /// The place where the span begins, one character wide.
    var firstCharacter: SourceSpan {
        var end = start
        end.column += 1
        end.offset += 1
        return SourceSpan(start: start, end: end)
    }
}
