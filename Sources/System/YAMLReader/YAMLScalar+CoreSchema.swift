extension YAMLScalar.Resolved {
    /// Resolves a plain scalar by the table of YAML 1.2.2 §10.3.2 (core schema, tag resolution).
    init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        case ".nan", ".NaN", ".NAN": self = .float(text)
        default: self = Self.number(text) ?? .string
        }
    }

    private static func number(_ text: String) -> Self? {
        let characters = Substring(text).utf8
        if characters.starts(with: "0o".utf8) {
            let digits = characters.dropFirst(2)
            guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
            return whole(text.dropFirst(2), radix: 8, asWritten: text)
        }
        if characters.starts(with: "0x".utf8) {
            let digits = characters.dropFirst(2)
            guard !digits.isEmpty, digits.allSatisfy(isHexadecimal) else { return nil }
            return whole(text.dropFirst(2), radix: 16, asWritten: text)
        }
        var rest = characters
        if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { rest.removeFirst() }
        if [".inf", ".Inf", ".INF"].contains(Substring(rest)) { return .float(text) }
        var digits = takeDigits(&rest)
        if rest.isEmpty, digits > 0 { return whole(Substring(text), radix: 10, asWritten: text) }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            digits += takeDigits(&rest)
        }
        guard digits > 0 else { return nil }
        if let first = rest.first {
            guard first == UInt8(ascii: "e") || first == UInt8(ascii: "E") else { return nil }
            rest.removeFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
            guard takeDigits(&rest) > 0 else { return nil }
        }
        return rest.isEmpty ? .float(text) : nil
    }

    private static func whole(_ digits: Substring, radix: Int, asWritten text: String) -> Self {
        Int64(digits, radix: radix).map(Self.integer) ?? .float(text)
    }

    /// Removes the digits at the front and returns how many there were.
    private static func takeDigits(_ rest: inout Substring.UTF8View) -> Int {
        let before = rest.count
        rest = rest.drop { (0x30...0x39).contains($0) }
        return before - rest.count
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
