/// Reads one JSON text (RFC 8259) from front to back, strictly, without building a tree.
///
/// A call's parameters stay bytes until the layer that knows their type decodes them; what has to be known before that
/// (is it JSON, which method, does it fit the interface) is read here. The caller walks the text:
/// ``openObject()`` then ``nextKey()`` until `nil`, ``openArray()`` then ``nextElement()`` until `false`, and one
/// `read…` or ``skipValue()`` for each value in between.
package struct JSONReader {
    /// What the next value is, told from its first byte.
    package enum Kind: Equatable, Sendable {
        case object, array, string, number, boolean, null
    }

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var depth = 0
    private var isAtStart = false

    /// The offset of the next byte to read.
    package private(set) var position: Int

    /// Prepares to read a text.
    ///
    /// - Parameters:
    ///   - bytes: The text, UTF-8.
    ///   - maximumDepth: How deeply arrays and objects may be nested; more is an error.
    package init(_ bytes: [UInt8], maximumDepth: Int = maximumJSONDepth) {
        self.init(bytes, from: 0, maximumDepth: maximumDepth)
    }

    /// Prepares to read a value that stands within a text.
    init(_ bytes: [UInt8], from position: Int, maximumDepth: Int = maximumJSONDepth) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.position = position
    }

    /// Returns the kind of the next value without reading it.
    ///
    /// - Throws: ``JSONSyntaxError`` if no value can begin here.
    package mutating func nextKind() throws(JSONSyntaxError) -> Kind {
        skipWhitespace()
        switch peek {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: throw error("expected a value")
        }
    }

    /// Enters an object; its members follow by ``nextKey()``.
    package mutating func openObject() throws(JSONSyntaxError) {
        try open(UInt8(ascii: "{"), named: "an object")
    }

    /// Returns the next member's name, with its value next to be read, or `nil` at the object's end.
    package mutating func nextKey() throws(JSONSyntaxError) -> String? {
        guard try advance(to: UInt8(ascii: "}")) else { return nil }
        let key = try readString()
        try expect(UInt8(ascii: ":"), named: "':' after a member's name")
        return key
    }

    /// Enters an array; its elements follow by ``nextElement()``.
    package mutating func openArray() throws(JSONSyntaxError) {
        try open(UInt8(ascii: "["), named: "an array")
    }

    /// Returns whether there is one more element, next to be read; `false` at the array's end.
    package mutating func nextElement() throws(JSONSyntaxError) -> Bool {
        try advance(to: UInt8(ascii: "]"))
    }

    /// Reads a string, its escapes resolved.
    ///
    /// - Throws: ``JSONSyntaxError``, also for text that is not UTF-8 and for half a surrogate pair.
    package mutating func readString() throws(JSONSyntaxError) -> String {
        let (content, hasEscapes) = try scanString()
        if hasEscapes { return try unescape(content) }
        guard let string = String(validating: bytes[content], as: UTF8.self) else {
            throw error("invalid UTF-8", at: content.lowerBound)
        }
        return string
    }

    /// Reads a number and returns its text; the grammar is checked, the range is not.
    package mutating func readNumber() throws(JSONSyntaxError) -> String {
        skipWhitespace()
        let start = position
        try skipNumber()
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipNumber() throws(JSONSyntaxError) {
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") { position += 1 } else { try readDigits() }
        if peek == UInt8(ascii: ".") {
            position += 1
            try readDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try readDigits()
        }
    }

    /// Reads `true` or `false`.
    package mutating func readBoolean() throws(JSONSyntaxError) -> Bool {
        skipWhitespace()
        let value = peek == UInt8(ascii: "t")
        try readWord(value ? "true" : "false")
        return value
    }

    /// Reads `null`.
    package mutating func readNull() throws(JSONSyntaxError) {
        skipWhitespace()
        try readWord("null")
    }

    /// Reads a value of any kind and returns where it stands, without whitespace around it.
    @discardableResult
    package mutating func skipValue() throws(JSONSyntaxError) -> Range<Int> {
        let kind = try nextKind()
        let start = position
        switch kind {
        case .object:
            try openObject()
            while try advance(to: UInt8(ascii: "}")) {
                try skipString()
                try expect(UInt8(ascii: ":"), named: "':' after a member's name")
                try skipValue()
            }
        case .array:
            try openArray()
            while try nextElement() { try skipValue() }
        case .string: try skipString()
        case .number: try skipNumber()
        case .boolean: _ = try readBoolean()
        case .null: try readNull()
        }
        return start..<position
    }

    /// Reads a value of any kind and adds it, and all in it, to `nodes`.
    mutating func readNodes(into nodes: inout [JSONNodes.Node]) throws(JSONSyntaxError) {
        let kind = try nextKind()
        let place = nodes.count
        let start = position
        nodes.append(JSONNodes.Node(kind: kind))
        switch kind {
        case .object:
            try openObject()
            while try advance(to: UInt8(ascii: "}")) {
                let (content, hasEscapes) = try scanString()
                nodes.append(.init(kind: .string, content: content, hasEscapes: hasEscapes, next: nodes.count + 1))
                try expect(UInt8(ascii: ":"), named: "':' after a member's name")
                try readNodes(into: &nodes)
                nodes[place].count += 1
            }
        case .array:
            try openArray()
            while try nextElement() {
                try readNodes(into: &nodes)
                nodes[place].count += 1
            }
        case .string: (nodes[place].content, nodes[place].hasEscapes) = try scanString()
        case .number:
            try skipNumber()
            nodes[place].content = start..<position
        case .boolean:
            _ = try readBoolean()
            nodes[place].content = start..<position
        case .null: try readNull()
        }
        nodes[place].next = nodes.count
    }

    /// Checks that nothing but whitespace is left.
    package mutating func finish() throws(JSONSyntaxError) {
        skipWhitespace()
        if position < bytes.count { throw error("unexpected text after the value") }
    }

    // MARK: Parts

    /// The next byte; NUL, which stands nowhere in JSON, at the end.
    private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    private mutating func open(_ bracket: UInt8, named name: String) throws(JSONSyntaxError) {
        try expect(bracket, named: name)
        depth += 1
        if depth > maximumDepth { throw error("nested more than \(maximumDepth) deep", at: position - 1) }
        isAtStart = true
    }

    /// Goes to the next member or element; at the closing bracket, leaves the container and returns `false`.
    private mutating func advance(to bracket: UInt8) throws(JSONSyntaxError) -> Bool {
        skipWhitespace()
        if peek == bracket {
            position += 1
            depth -= 1
            isAtStart = false
            return false
        }
        if !isAtStart { try expect(UInt8(ascii: ","), named: "',' or the closing bracket") }
        isAtStart = false
        return true
    }

    private mutating func expect(_ byte: UInt8, named name: String) throws(JSONSyntaxError) {
        skipWhitespace()
        guard peek == byte else { throw error("expected \(name)") }
        position += 1
    }

    private mutating func readDigits() throws(JSONSyntaxError) {
        let start = position
        while peek >= UInt8(ascii: "0"), peek <= UInt8(ascii: "9") { position += 1 }
        if position == start { throw error("expected a digit") }
    }

    private mutating func readWord(_ word: StaticString) throws(JSONSyntaxError) {
        let end = position + word.utf8CodeUnitCount
        let matches =
            end <= bytes.count
            && word.withUTF8Buffer { letters in bytes[position..<end].elementsEqual(letters) }
        guard matches else { throw error("expected \(word)") }
        position = end
    }

    /// Steps over a string and returns where its content stands and whether it holds escapes.
    private mutating func scanString() throws(JSONSyntaxError) -> (content: Range<Int>, hasEscapes: Bool) {
        try expect(UInt8(ascii: "\""), named: "a string")
        let start = position
        var hasEscapes = false
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return (start..<(position - 1), hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += 1
            case 0..<0x20: throw error("control character in a string", at: position - 1)
            default: break
            }
        }
        position = min(position, bytes.count)
        throw error("a string has no end", at: start - 1)
    }

    private mutating func skipString() throws(JSONSyntaxError) {
        let (content, hasEscapes) = try scanString()
        if hasEscapes {
            _ = try unescape(content)
        } else if bytes[content].contains(where: { $0 >= 0x80 }),
            String(validating: bytes[content], as: UTF8.self) == nil
        {
            throw error("invalid UTF-8", at: content.lowerBound)
        }
    }

    private func unescape(_ content: Range<Int>) throws(JSONSyntaxError) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var index = content.lowerBound
        while index < content.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard index < content.upperBound else { throw error("an escape has no end", at: index - 1) }
            let escape = bytes[index]
            index += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                let scalar = try unescapeScalar(at: &index, before: content.upperBound)
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            default: throw error("unknown escape", at: index - 2)
            }
        }
        guard let string = String(validating: result, as: UTF8.self) else {
            throw error("invalid UTF-8", at: content.lowerBound)
        }
        return string
    }

    private func unescapeScalar(at index: inout Int, before end: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = index - 2
        let first = try hexadecimal(at: &index, before: end)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), index + 2 <= end, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw error("half a surrogate pair", at: start) }
        index += 2
        let second = try hexadecimal(at: &index, before: end)
        guard UTF16.isTrailSurrogate(second) else { throw error("half a surrogate pair", at: start) }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private func hexadecimal(at index: inout Int, before end: Int) throws(JSONSyntaxError) -> UInt16 {
        guard index + 4 <= end else { throw error("expected four hexadecimal digits", at: index) }
        var value: UInt16 = 0
        for byte in bytes[index..<(index + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("expected four hexadecimal digits", at: index)
            }
            value = value << 4 | UInt16(digit)
        }
        index += 4
        return value
    }

    private func error(_ reason: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(offset: offset ?? position, reason: reason)
    }
}

/// How deeply arrays and objects may be nested in a message, unless a reader is told otherwise.
package let maximumJSONDepth = 128

/// Text that is not JSON: where, and what is wrong there.
package struct JSONSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The offset of the byte at fault.
    package var offset: Int
    /// What is wrong, for people.
    package var reason: String

    /// What is wrong, for people.
    package var description: String { "\(reason) at byte \(offset)" }
}
