import FoundationEssentials

/// Any JSON value: what events carry and what cases remember.
///
/// A number keeps its value exactly and never becomes a `Double`: 79.5 and 100001.01 stay what they are.
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// In plain decimal notation without superfluous zeros: `100001.01`, `-3`. At most ``maximumDigits`` digits count.
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// The most significant digits a number may have. The decoder cuts longer ones short without a word, so whoever
    /// reads JSON from outside asks ``hasOverlongNumber(_:)`` first.
    package static let maximumDigits = 38
}

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        // By far most values are text or whole numbers, so those are tried first; each failed try costs an error value.
        let single = try? decoder.singleValueContainer()
        if let text = try? single?.decode(String.self) {
            self = .text(text)
        } else if let number = try? single?.decode(Int.self) {
            self = .number(String(number))
        } else if let object = try? decoder.container(keyedBy: Name.self) {
            var members: [String: JSONValue] = [:]
            for key in object.allKeys { members[key.stringValue] = try object.decode(JSONValue.self, forKey: key) }
            self = .object(members)
        } else if var list = try? decoder.unkeyedContainer() {
            var items: [JSONValue] = []
            while !list.isAtEnd { items.append(try list.decode(JSONValue.self)) }
            self = .list(items)
        } else {
            self = try Self(scalar: decoder.singleValueContainer())
        }
    }

    private init(scalar container: any SingleValueDecodingContainer) throws {
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .boolean(flag)
        } else {
            let number = try container.decode(Decimal.self)
            guard number.isFinite else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is not a number")
            }
            self = .number(number.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: Name.self)
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                try container.encode(value, forKey: Name(name))
            }
        case .list(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(item) }
        case .text(let text): try encode(text, encoder)
        case .boolean(let flag): try encode(flag, encoder)
        case .number(let digits):
            if let whole = Int(digits) { return try encode(whole, encoder) }
            guard let number = Decimal(string: digits), number.isFinite else {
                let context = EncodingError.Context(
                    codingPath: encoder.codingPath, debugDescription: "'\(digits)' is not a number")
                throw EncodingError.invalidValue(digits, context)
            }
            try encode(number, encoder)
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        }
    }

    private func encode(_ value: some Encodable, _ encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    /// A member's name, whatever it is.
    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}

extension JSONValue {
    /// Reads a JSON text.
    ///
    /// - Throws: `DecodingError` for text that is not JSON or holds a number of more than ``maximumDigits`` digits.
    package init(parsing text: String) throws {
        guard !Self.hasOverlongNumber(Array(text.utf8)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "a number has more than \(Self.maximumDigits) digits"))
        }
        self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    /// Whether a JSON text, UTF-8, holds a number of more than ``maximumDigits`` significant digits.
    package static func hasOverlongNumber(_ json: [UInt8]) -> Bool {
        var isInString = false
        var isEscaped = false
        // Digits of the number under way from its first that is not zero; nil in its exponent.
        var digits: Int? = 0
        for byte in json {
            if isInString {
                if byte == UInt8(ascii: "\""), !isEscaped { isInString = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: "0") where digits == 0, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits = digits.map { $0 + 1 }
                if let digits, digits > maximumDigits { return true }
            case UInt8(ascii: "e"), UInt8(ascii: "E"): digits = nil
            default:
                digits = 0
                isInString = byte == UInt8(ascii: "\"")
            }
        }
        return false
    }
}
