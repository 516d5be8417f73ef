extension VarlinkInterface {
    /// Reads an interface description (https://varlink.org/Interface-Definition).
    ///
    /// - Parameter text: What a `.varlink` file holds.
    /// - Throws: ``InvalidInterface`` with the first mistake in the grammar or, the grammar being right, with every
    ///   name that is used twice or never defined.
    package init(parsing text: String) throws(InvalidInterface) {
        var parser = InterfaceParser(text)
        self = try parser.parse()
    }
}

/// A text that describes no interface: every mistake that was found, in the order of the text.
package struct InvalidInterface: Error, Equatable, Sendable, CustomStringConvertible {
    /// One mistake and its place.
    package struct Mistake: Equatable, Sendable {
        /// The line, from 1.
        package var line: Int
        /// The column in characters, from 1.
        package var column: Int
        /// What is wrong, for people.
        package var message: String
    }

    /// The mistakes, at least one.
    package var mistakes: [Mistake]

    /// What is wrong, for people.
    package var description: String {
        mistakes.map { "\($0.line):\($0.column): error: \($0.message)" }.joined(separator: "\n")
    }
}

/// Reads the interface description language by recursive descent.
private struct InterfaceParser {
    /// How deeply types may be nested in one another.
    private static let maximumDepth = 64

    private struct Token: Equatable {
        enum Kind: Equatable { case word, symbol, end }
        var kind: Kind
        var text: String
        var offset: Int
        /// The comment that ends on the line above, its marks removed.
        var documentation: String
    }

    private let bytes: [UInt8]
    private var position = 0
    private var token = Token(kind: .end, text: "", offset: 0, documentation: "")
    private var depth = 0
    private var mistakes: [(offset: Int, message: String)] = []
    private var uses: [(name: String, offset: Int)] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func parse() throws(InvalidInterface) -> VarlinkInterface {
        try advance()
        guard token.text == "interface" else { throw failure("expected 'interface'") }
        let documentation = token.documentation
        let name = try interfaceName()
        var types: [VarlinkInterface.TypeDefinition] = []
        var methods: [VarlinkInterface.Method] = []
        var errors: [VarlinkInterface.ErrorDefinition] = []
        var members: Set<String> = []
        while token.kind != .end {
            let keyword = token
            guard ["type", "method", "error"].contains(keyword.text) else {
                throw failure("expected 'type', 'method' or 'error'")
            }
            try advance()
            let place = token.offset
            let member = try memberName(of: keyword.text)
            if !members.insert(member).inserted { mistakes.append((place, "'\(member)' is already defined")) }
            switch keyword.text {
            case "type":
                guard token.text == "(" else { throw failure("expected '(' after the type's name") }
                let type = try structureOrEnumeration()
                types.append(.init(name: member, type: type, documentation: keyword.documentation))
            case "method":
                let input = try fields(of: "a method's parameters")
                guard token.text == "->" else { throw failure("expected '->' after the parameters") }
                try advance()
                let output = try fields(of: "a method's reply")
                methods.append(
                    .init(name: member, input: input, output: output, documentation: keyword.documentation))
            default:
                let fields = try fields(of: "an error's parameters")
                errors.append(.init(name: member, fields: fields, documentation: keyword.documentation))
            }
        }
        let known = Set(types.map(\.name))
        for use in uses where !known.contains(use.name) {
            mistakes.append((use.offset, "type '\(use.name)' is not defined"))
        }
        if !mistakes.isEmpty { throw invalid(mistakes.sorted { $0.offset < $1.offset }) }
        return VarlinkInterface(
            name: name, documentation: documentation, types: types, methods: methods, errors: errors)
    }

    // MARK: Grammar

    private mutating func interfaceName() throws(InvalidInterface) -> String {
        // The name is the one token that may hold dots and hyphens, so it is read as a whole, not by the lexer.
        _ = skipBlanks()
        let start = position
        while position < bytes.count, bytes[position].isAlphanumeric || [0x2D, 0x2E].contains(bytes[position]) {
            position += 1
        }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        guard Self.isInterfaceName(name) else {
            throw invalid([(start, "'\(name)' is no interface name: expected one like 'org.example.service'")])
        }
        try advance()
        return name
    }

    /// `[A-Za-z](-*[A-Za-z0-9])*(\.[A-Za-z0-9](-*[A-Za-z0-9])*)+`
    private static func isInterfaceName(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, let first = labels[0].first, first.isLetter else { return false }
        return labels.allSatisfy { label in label.first?.isAlphanumeric == true && label.last?.isAlphanumeric == true }
    }

    private mutating func memberName(of keyword: String) throws(InvalidInterface) -> String {
        let name = token.text
        guard token.kind == .word, let first = name.utf8.first, first.isUppercase, !name.utf8.contains(0x5F) else {
            throw failure("expected the \(keyword)'s name: a capital letter, then letters and digits")
        }
        try advance()
        return name
    }

    private mutating func fields(of owner: String) throws(InvalidInterface) -> [VarlinkInterface.Field] {
        guard token.text == "(" else { throw failure("expected '('") }
        let place = token.offset
        guard case .structure(let fields) = try structureOrEnumeration() else {
            throw invalid([(place, "\(owner) must be fields with types: (name: type, …)")])
        }
        return fields
    }

    private mutating func structureOrEnumeration() throws(InvalidInterface) -> VarlinkType {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maximumDepth { throw failure("types are nested more than \(Self.maximumDepth) deep") }
        try advance()
        var fields: [VarlinkInterface.Field] = []
        var words: [String] = []
        var names: Set<String> = []
        while token.text != ")" {
            if !names.isEmpty {
                guard token.text == "," else { throw failure("expected ',' or ')'") }
                try advance()
            }
            let name = token
            guard name.kind == .word, Self.isFieldName(name.text) else {
                throw failure("expected a name: a letter, then letters, digits and single '_' between them")
            }
            if !names.insert(name.text).inserted {
                mistakes.append((name.offset, "'\(name.text)' is already there"))
            }
            try advance()
            if token.text == ":", words.isEmpty {
                try advance()
                fields.append(.init(name: name.text, type: try type(), documentation: name.documentation))
            } else if fields.isEmpty {
                guard token.text == "," || token.text == ")" else { throw failure("expected ':', ',' or ')'") }
                words.append(name.text)
            } else {
                throw failure("expected ':' and a type after '\(name.text)'")
            }
        }
        try advance()
        return words.isEmpty ? .structure(fields) : .enumeration(words)
    }

    private mutating func type() throws(InvalidInterface) -> VarlinkType {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maximumDepth { throw failure("types are nested more than \(Self.maximumDepth) deep") }
        switch token.text {
        case "?":
            try advance()
            if token.text == "?" { throw failure("'??' says no more than '?'") }
            return .optional(try type())
        case "[":
            try advance()
            let isMap = token.text == "string"
            if isMap { try advance() }
            guard token.text == "]" else { throw failure("expected '[]' or '[string]'") }
            try advance()
            return isMap ? .map(try type()) : .array(try type())
        case "(":
            return try structureOrEnumeration()
        default:
            guard token.kind == .word else { throw failure("expected a type") }
            let type = try namedType()
            try advance()
            return type
        }
    }

    private mutating func namedType() throws(InvalidInterface) -> VarlinkType {
        switch token.text {
        case "bool": return .bool
        case "int": return .int
        case "float": return .float
        case "string": return .string
        case "object": return .object
        case "any": return .any
        case let name:
            guard let first = name.utf8.first, first.isUppercase else {
                throw failure("'\(name)' is no type: expected bool, int, float, string, object, any or a type's name")
            }
            uses.append((name, token.offset))
            return .named(name)
        }
    }

    /// `[A-Za-z](_?[A-Za-z0-9])*`
    private static func isFieldName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isLetter else { return false }
        return name.utf8.split(separator: 0x5F, omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    // MARK: Words

    /// Reads the next token.
    private mutating func advance() throws(InvalidInterface) {
        let documentation = skipBlanks()
        let start = position
        guard position < bytes.count else {
            token = Token(kind: .end, text: "", offset: start, documentation: documentation)
            return
        }
        if bytes[position].isLetter {
            while position < bytes.count, bytes[position].isAlphanumeric || bytes[position] == 0x5F { position += 1 }
            token = Token(kind: .word, text: text(from: start), offset: start, documentation: documentation)
            return
        }
        let isArrow = bytes[position...].starts(with: "->".utf8)
        guard isArrow || "()[]:,?".utf8.contains(bytes[position]) else {
            let character = String(decoding: bytes[position...].prefix(4), as: UTF8.self).prefix(1)
            throw invalid([(start, "unexpected '\(character)'")])
        }
        position += isArrow ? 2 : 1
        token = Token(kind: .symbol, text: text(from: start), offset: start, documentation: documentation)
    }

    /// Steps over white space and comments and returns the comment lines that touch what follows.
    ///
    /// A comment behind something on its line says nothing about what comes below, and an empty line ends a comment.
    private mutating func skipBlanks() -> String {
        var lines: [String] = []
        var isLineEmpty = position == 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "\n"):
                if isLineEmpty { lines = [] }
                isLineEmpty = true
                position += 1
            case UInt8(ascii: "#"):
                let start = position + 1
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                if isLineEmpty { lines.append(Self.commentLine(bytes[start..<position])) }
                isLineEmpty = false
            default: return lines.joined(separator: "\n")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func commentLine(_ bytes: ArraySlice<UInt8>) -> String {
        var line = bytes
        if line.first == UInt8(ascii: " ") { line.removeFirst() }
        while let last = line.last, [0x20, 0x09, 0x0D].contains(last) { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    private func text(from start: Int) -> String {
        String(decoding: bytes[start..<position], as: UTF8.self)
    }

    // MARK: Mistakes

    private func failure(_ message: String) -> InvalidInterface {
        let found = token.kind == .end ? "the end" : "'\(token.text)'"
        return invalid([(token.offset, "\(message), found \(found)")])
    }

    private func invalid(_ mistakes: [(offset: Int, message: String)]) -> InvalidInterface {
        InvalidInterface(
            mistakes: mistakes.map { mistake in
                let before = bytes[..<mistake.offset]
                let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
                return .init(
                    line: before.count { $0 == UInt8(ascii: "\n") } + 1,
                    column: String(decoding: before[lineStart...], as: UTF8.self).count + 1,
                    message: mistake.message)
            })
    }
}

extension UInt8 {
    fileprivate var isUppercase: Bool { self >= 0x41 && self <= 0x5A }
    fileprivate var isLetter: Bool { isUppercase || (self >= 0x61 && self <= 0x7A) }
    fileprivate var isAlphanumeric: Bool { isLetter || (self >= 0x30 && self <= 0x39) }
}
