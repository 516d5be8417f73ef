import Expressions

/// A name with its type, read from the text form of CEL's declarations (`cel.expr.Decl`, a protocol buffer):
/// `name: "x" ident { type { list_type { elem_type { primitive: STRING } } } }`.
struct TypeDeclaration {
    var name: String
    /// `dyn` for what Jalon has no type for, messages among them.
    var type: ValueType

    /// - Throws: ``CalculationError`` for text of another form.
    init(parsing text: String) throws(CalculationError) {
        var parser = MessageParser(text)
        guard let fields = parser.fields(depth: 0), parser.isAtEnd, let name = fields["name"]?.text, !name.isEmpty
        else {
            throw CalculationError("'\(text)' is not a declaration as name: \"x\" ident { type { primitive: INT64 } }")
        }
        self.name = name
        type = fields["ident"]?["type"].map(ValueType.init(declared:)) ?? .dyn
    }
}

extension ValueType {
    fileprivate init(declared message: MessageParser.Field) {
        func part(_ name: String, _ inner: String) -> ValueType {
            message[name]?[inner].map(ValueType.init(declared:)) ?? .dyn
        }
        if let primitive = message["primitive"]?.text {
            let types: [String: ValueType] = [
                "BOOL": .bool, "INT64": .int, "UINT64": .uint, "DOUBLE": .double, "STRING": .string, "BYTES": .bytes,
            ]
            self = types[primitive] ?? .dyn
        } else if let known = message["well_known"]?.text ?? message["message_type"]?.text {
            let types: [String: ValueType] = [
                "TIMESTAMP": .timestamp, "DURATION": .duration, "google.protobuf.Timestamp": .timestamp,
                "google.protobuf.Duration": .duration,
            ]
            self = types[known] ?? .dyn
        } else if message["list_type"] != nil {
            self = .list(part("list_type", "elem_type"))
        } else if message["map_type"] != nil {
            self = .map(key: part("map_type", "key_type"), value: part("map_type", "value_type"))
        } else if message["abstract_type"]?["name"]?.text == "optional_type" {
            self = .optional(part("abstract_type", "parameter_types"))
        } else if message["null"] != nil {
            self = .null
        } else {
            self = message["type"] == nil ? .dyn : .type
        }
    }
}

/// Reads the text form of protocol buffers, as far as declarations need it: of repeated fields the first counts.
private struct MessageParser {
    indirect enum Field {
        case scalar(String)
        case message([String: Field])

        var text: String? { if case .scalar(let text) = self { text } else { nil } }
        subscript(name: String) -> Field? { if case .message(let fields) = self { fields[name] } else { nil } }
    }

    private static let mostNested = 32

    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

    /// Fields up to a closing bracket or the end; absent for text of another form.
    mutating func fields(depth: Int) -> [String: Field]? {
        guard depth < Self.mostNested else { return nil }
        var fields: [String: Field] = [:]
        skipSpace()
        while let first = rest.first, first != "}", first != ">" {
            let name = word()
            skipSpace()
            let hasColon = accept(":")
            skipSpace()
            guard !name.isEmpty, let value = value(afterColon: hasColon, depth: depth) else { return nil }
            if fields[name] == nil { fields[name] = value }
            skipSpace()
            if accept(";") || accept(",") { skipSpace() }
        }
        return fields
    }

    private mutating func value(afterColon: Bool, depth: Int) -> Field? {
        for (open, close) in [("{", "}"), ("<", ">")] as [(Character, Character)] where accept(open) {
            guard let fields = fields(depth: depth + 1), accept(close) else { return nil }
            return .message(fields)
        }
        guard afterColon else { return nil }
        for quote in ["\"", "'"] as [Character] where accept(quote) {
            let text = rest.prefix { $0 != quote && $0 != "\\" }
            rest = rest[text.endIndex...]
            return accept(quote) ? .scalar(String(text)) : nil
        }
        let text = word()
        return text.isEmpty ? nil : .scalar(text)
    }

    private mutating func word() -> String {
        let word = rest.prefix { $0.isLetter || $0.isNumber || "_.-+".contains($0) }
        rest = rest[word.endIndex...]
        return String(word)
    }

    private mutating func accept(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }
}
