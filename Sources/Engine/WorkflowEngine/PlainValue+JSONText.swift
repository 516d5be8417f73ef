package import WorkflowModel

extension PlainValue {
    /// Reads one JSON text (RFC 8259); `nil` for anything else. Numbers keep their digits, members their order.
    package init?(json text: String) {
        var reader = JSONTextReader(bytes: Array(text.utf8))
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }
}

/// A reader of the texts that ``PlainValue/canonicalJSON`` writes, and of any other JSON.
private struct JSONTextReader {
    let bytes: [UInt8]
    private var place = 0

    /// Deeper nesting is refused: no fact of a contract has it.
    private static let mostDepth = 100

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return place == bytes.count
        }
    }

    mutating func value(depth: Int) -> PlainValue? {
        skipSpace()
        guard depth < Self.mostDepth, place < bytes.count else { return nil }
        switch bytes[place] {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return list(depth: depth)
        case UInt8(ascii: "\""): return text().map(PlainValue.text)
        case UInt8(ascii: "t"): return accept("true") ? .boolean(true) : nil
        case UInt8(ascii: "f"): return accept("false") ? .boolean(false) : nil
        case UInt8(ascii: "n"): return accept("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> PlainValue? {
        var members: [PlainValue.Member] = []
        place += 1
        skipSpace()
        if accept("}") { return .object([]) }
        while true {
            skipSpace()
            guard let name = text() else { return nil }
            skipSpace()
            guard accept(":"), let value = value(depth: depth + 1) else { return nil }
            members.append(.init(name: name, value: value))
            skipSpace()
            if accept("}") { return .object(members) }
            guard accept(",") else { return nil }
        }
    }

    private mutating func list(depth: Int) -> PlainValue? {
        var items: [PlainValue] = []
        place += 1
        skipSpace()
        if accept("]") { return .list([]) }
        while true {
            guard let value = value(depth: depth + 1) else { return nil }
            items.append(value)
            skipSpace()
            if accept("]") { return .list(items) }
            guard accept(",") else { return nil }
        }
    }

    private mutating func number() -> PlainValue? {
        let start = place
        _ = accept("-")
        guard accept("0") || digits() else { return nil }
        if accept("."), !digits() { return nil }
        if accept("e") || accept("E") {
            _ = accept("+") || accept("-")
            guard digits() else { return nil }
        }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func digits() -> Bool {
        let start = place
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) { place += 1 }
        return place > start
    }

    private mutating func text() -> String? {
        guard accept("\"") else { return nil }
        var units: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: units, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escaped() else { return nil }
                units += Array(String(scalar).utf8)
            case ..<0x20: return nil
            default: units.append(byte)
            }
        }
        return nil
    }

    private mutating func escaped() -> Unicode.Scalar? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = hexadecimal() else { return nil }
            guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) }
            guard accept("\\u"), let low = hexadecimal(), low & 0xFC00 == 0xDC00 else { return nil }
            return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
        default: return nil
        }
    }

    private mutating func hexadecimal() -> UInt32? {
        guard place + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 + UInt32(digit)
        }
        place += 4
        return value
    }

    private mutating func accept(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard bytes[place...].starts(with: word) else { return false }
            place += word.count
            return true
        }
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
    }
}
