/// Cuts an expression's text into tokens.
package struct Lexer {
    /// The longest source accepted, in bytes.
    package static let largestSource = 65_536

    private let bytes: [UInt8]
    private var place = 0
    private(set) var tokens: [Token] = []
    private(set) var diagnostics: [ExpressionDiagnostic] = []

    /// Every token of the source, the last being `end`; and what could not be read.
    static func tokens(of source: String) -> ([Token], [ExpressionDiagnostic]) {
        var lexer = Lexer(bytes: Array(source.utf8))
        guard lexer.bytes.count <= largestSource else {
            let message = "the expression has \(lexer.bytes.count) bytes; at most \(largestSource) are read"
            return (
                [], [ExpressionDiagnostic(offset: 0, length: lexer.bytes.count, code: "too-large", message: message)]
            )
        }
        lexer.run()
        return (lexer.tokens, lexer.diagnostics)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() {
        while skipBlanks() {
            let start = place
            let kind = next()
            if let kind { tokens.append(Token(kind: kind, range: start..<place)) }
        }
        tokens.append(Token(kind: .end, range: bytes.count..<bytes.count))
    }

    /// Passes white space and comments; false at the end.
    private mutating func skipBlanks() -> Bool {
        while place < bytes.count {
            switch bytes[place] {
            case 0x09, 0x0A, 0x0C, 0x0D, 0x20: place += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while place < bytes.count, bytes[place] != 0x0A { place += 1 }
            default: return true
            }
        }
        return false
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        place + distance < bytes.count ? bytes[place + distance] : nil
    }

    private mutating func fail(_ message: String, from start: Int) {
        diagnostics.append(
            ExpressionDiagnostic(offset: start, length: max(place - start, 1), code: "syntax", message: message))
    }

    /// The token at the place, which is no blank; nil after a mistake.
    private mutating func next() -> Token.Kind? {
        let byte = bytes[place]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case UInt8(ascii: ".") where peek(1).map(isDigit) ?? false: return number()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return text(isRaw: false, isBytes: false)
        case UInt8(ascii: "`"): return quotedIdentifier()
        case UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return prefixedText() ?? word()
        default: return sign()
        }
    }

    // MARK: Words and signs

    private mutating func word() -> Token.Kind {
        let start = place
        while let byte = peek(), isWordByte(byte) { place += 1 }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        switch word {
        case "true", "false", "null", "in": return .sign(word)
        case "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
            "namespace", "return", "var", "void", "while":
            return .reserved(word)
        default: return .identifier(word)
        }
    }

    private mutating func quotedIdentifier() -> Token.Kind? {
        let start = place
        place += 1
        while let byte = peek(), byte != UInt8(ascii: "`") {
            guard isWordByte(byte) || "./- ".utf8.contains(byte) else { break }
            place += 1
        }
        guard peek() == UInt8(ascii: "`"), place > start + 1 else {
            fail("a name in backquotes has letters, digits, spaces and _ . / - and ends with a backquote", from: start)
            place = bytes.count
            return nil
        }
        place += 1
        return .quotedIdentifier(String(decoding: bytes[(start + 1)..<(place - 1)], as: UTF8.self))
    }

    private mutating func sign() -> Token.Kind? {
        let start = place
        for sign in ["&&", "||", "==", "!=", "<=", ">="] where bytes[place...].starts(with: sign.utf8) {
            place += 2
            return .sign(sign)
        }
        let byte = bytes[place]
        place += 1
        if "+-*/%<>!?:.,()[]{}".utf8.contains(byte) { return .sign(String(UnicodeScalar(byte))) }
        // The rest of a character of several bytes belongs to it.
        while let byte = peek(), byte & 0xC0 == 0x80 { place += 1 }
        let character = String(decoding: bytes[start..<place], as: UTF8.self)
        let hint =
            switch character {
            case "=": "; equality is =="
            case "&": "; and is &&"
            case "|": "; or is ||"
            default: ""
            }
        fail("'\(character)' means nothing here\(hint)", from: start)
        return nil
    }

    // MARK: Numbers

    private mutating func number() -> Token.Kind? {
        let start = place
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x") {
            place += 2
            let digits = run { isHexDigit($0) }
            return integer(digits, radix: 16, from: start)
        }
        let whole = run(isDigit)
        var isFraction = false
        if peek() == UInt8(ascii: "."), peek(1).map(isDigit) ?? false {
            isFraction = true
            place += 1
            _ = run(isDigit)
        }
        if let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            let signs = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if let digit = peek(1 + signs), isDigit(digit) {
                isFraction = true
                place += 1 + signs
                _ = run(isDigit)
            }
        }
        guard isFraction else { return integer(whole, radix: 10, from: start) }
        return finish(.fraction(String(decoding: bytes[start..<place], as: UTF8.self)), from: start)
    }

    private mutating func integer(_ digits: String, radix: Int, from start: Int) -> Token.Kind? {
        let isUnsigned = peek() == UInt8(ascii: "u") || peek() == UInt8(ascii: "U")
        if isUnsigned { place += 1 }
        guard let value = UInt64(digits, radix: radix) else {
            fail(digits.isEmpty ? "0x needs a hexadecimal digit" : "the integer does not fit 64 bits", from: start)
            return nil
        }
        return finish(isUnsigned ? .uint(value) : .int(value), from: start)
    }

    /// A number must not run into a word: `12abc`.
    private mutating func finish(_ kind: Token.Kind, from start: Int) -> Token.Kind? {
        guard let byte = peek(), isWordByte(byte) else { return kind }
        _ = run(isWordByte)
        fail("'\(String(decoding: bytes[start..<place], as: UTF8.self))' is neither a number nor a name", from: start)
        return nil
    }

    private mutating func run(_ isMember: (UInt8) -> Bool) -> String {
        let start = place
        while let byte = peek(), isMember(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    // MARK: Texts

    /// A string or bytes literal with the prefixes b and r, in this order and any case; nil, nothing read, for a word.
    private mutating func prefixedText() -> Token.Kind? {
        var isRaw = false, isBytes = false
        var length = 0
        while let byte = peek(length) {
            switch byte {
            case UInt8(ascii: "r"), UInt8(ascii: "R"):
                guard !isRaw else { return nil }
                isRaw = true
            case UInt8(ascii: "b"), UInt8(ascii: "B"):
                guard !isBytes, !isRaw else { return nil }
                isBytes = true
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                place += length
                return text(isRaw: isRaw, isBytes: isBytes) ?? .string("")
            default: return nil
            }
            length += 1
        }
        return nil
    }

    /// A literal from its opening quote on.
    private mutating func text(isRaw: Bool, isBytes: Bool) -> Token.Kind? {
        let start = place
        let quote = bytes[place]
        let isTriple = peek(1) == quote && peek(2) == quote
        place += isTriple ? 3 : 1
        var content: [UInt8] = []
        while true {
            guard let byte = peek(), isTriple || (byte != 0x0A && byte != 0x0D) else {
                fail("the text has no closing quote", from: start)
                return nil
            }
            if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                place += isTriple ? 3 : 1
                break
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                let escapeStart = place
                if let problem = escape(into: &content, isBytes: isBytes) {
                    place = max(place, escapeStart + 1)
                    fail(problem, from: escapeStart)
                }
            } else {
                content.append(byte)
                place += 1
            }
        }
        return isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
    }

    /// Reads one escape; the result says what is wrong with it, if anything.
    private mutating func escape(into content: inout [UInt8], isBytes: Bool) -> String? {
        guard let letter = peek(1) else { return "the text ends within an escape" }
        place += 2
        switch letter {
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            content.append(letter)
        case UInt8(ascii: "a"): content.append(0x07)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "v"): content.append(0x0B)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard let value = digits(2, radix: 16) else { return "\\x needs two hexadecimal digits" }
            append(value, to: &content, isBytes: isBytes)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            place -= 1
            guard let value = digits(3, radix: 8) else { return "an octal escape has three digits, \\000 to \\377" }
            append(value, to: &content, isBytes: isBytes)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            guard !isBytes else { return "bytes have no Unicode escapes; write \\x and two digits a byte" }
            let count = letter == UInt8(ascii: "u") ? 4 : 8
            guard var value = digits(count, radix: 16) else {
                return "\\\(UnicodeScalar(letter)) needs \(count) hexadecimal digits"
            }
            // A character beyond the basic plane may be written as a surrogate pair.
            if (0xD800..<0xDC00).contains(value), peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") {
                place += 2
                guard let low = digits(4, radix: 16), (0xDC00..<0xE000).contains(low) else {
                    return "a high surrogate needs a low one after it"
                }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard UnicodeScalar(value) != nil else { return "there is no character \(String(value, radix: 16))" }
            append(value, to: &content, isBytes: false)
        default:
            return "'\\\(UnicodeScalar(letter))' is no escape; a backslash itself is written \\\\"
        }
        return nil
    }

    private mutating func digits(_ count: Int, radix: UInt32) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let byte = peek(), isHexDigit(byte) else { return nil }
            let digit = UInt32(
                byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : (byte | 0x20) - UInt8(ascii: "a") + 10)
            guard digit < radix, value < 0x1000_0000 else { return nil }
            value = value * radix + digit
            place += 1
        }
        return value
    }

    private func append(_ value: UInt32, to content: inout [UInt8], isBytes: Bool) {
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = UnicodeScalar(value) {
            content += String(scalar).utf8
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
}

private func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}
