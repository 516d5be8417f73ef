import FoundationEssentials

/// Any JSON value: what events carry and what cases remember.
///
/// A number keeps its value exactly and never becomes a `Double`: 79.5 and 100001.01 stay what they are.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// In plain decimal notation without superfluous zeros: `100001.01`, `-3`. At most ``maximumDigits`` digits count.
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// The most significant digits a number may have; more are refused.
    package static let maximumDigits = 38
}

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        // By far most values are text, so that is tried first; each failed try costs an error value.
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
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
            let digits = number.description
            let significant = digits.filter(\.isNumber).drop { $0 == "0" }.reversed().drop { $0 == "0" }
            guard number.isFinite, significant.count <= Self.maximumDigits else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "the number has more than \(Self.maximumDigits) digits")
            }
            self = .number(digits)
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
    /// - Throws: `DecodingError` for text that is not JSON.
    package init(parsing text: String) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }
}
