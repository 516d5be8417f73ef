/// Any JSON value, as settings, inputs and event data carry it.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number without fraction that 64 bits hold.
    case integer(Int64)
    /// Any other number. Sums of money travel as text, so that they stay exact.
    case number(Double)
    /// Text.
    case text(String)
    /// A list, in order.
    case list([JSONValue])
    /// Values by name.
    case object([String: JSONValue])

    /// The text, if this is one.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The whole number, if this is one.
    public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
    /// The truth value, if this is one.
    public var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }
    /// The list, if this is one.
    public var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
    /// The values by name, if this is an object.
    public var object: [String: JSONValue]? { if case .object(let object) = self { object } else { nil } }

    /// The value of that name, if this is an object that has one.
    public subscript(name: String) -> JSONValue? { object?[name] }
}

extension JSONValue: Codable {
    /// Reads any JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let boolean = try? container.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let boolean): try container.encode(boolean)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text, written as a literal.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A whole number, written as a literal.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A truth value, written as a literal.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// A list, written as a literal.
    public init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    /// An object, written as a literal; of two values under one name the last stays.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
