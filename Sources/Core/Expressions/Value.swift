package import CivilTime

/// A value of an expression: what CEL has, and Jalon's decimals, amounts of money and dates.
///
/// `==` is identity of type and content, for storing and comparing states: `1`, `1u` and `1.0` differ, a NaN is itself.
/// CEL's own equality is ``isEqual(to:)``.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    /// Compared by code points, never by Unicode equivalence.
    case string(String)
    case bytes([UInt8])
    case list([Value])
    /// Also the value of a record.
    case map(ValueMap)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    case type(ValueType)
    indirect case decimal(Decimal)
    case money(Money)
    case date(CivilDate)
    indirect case optional(Value?)
}

extension Value: Hashable {
    package static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.uint(let a), .uint(let b)): a == b
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): a.hasSameCodePoints(as: b)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.type(let a), .type(let b)): a == b
        case (.decimal(let a), .decimal(let b)): a == b
        case (.money(let a), .money(let b)): a == b
        case (.date(let a), .date(let b)): a == b
        case (.optional(let a), .optional(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .uint(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value.isNaN ? 0 : value)
        case .string(let value): hasher.combine(value)
        case .bytes(let value): hasher.combine(value)
        case .list(let value): hasher.combine(value)
        case .map(let value): hasher.combine(value)
        case .timestamp(let value): hasher.combine(value)
        case .duration(let value): hasher.combine(value)
        case .type(let value): hasher.combine(value)
        case .decimal(let value): hasher.combine(value)
        case .money(let value): hasher.combine(value)
        case .date(let value): hasher.combine(value)
        case .optional(let value): hasher.combine(value)
        }
    }
}

extension Value {
    /// The type as `type(x)` gives it: without the types of elements, keys, currencies.
    package var valueType: ValueType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(key: .dyn, value: .dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .decimal: .decimal
        case .money: .money(currency: nil, basis: nil)
        case .date: .date
        case .optional: .optional(.dyn)
        }
    }

    /// Whether `optional.ofNonZeroValue` would keep the value: it is not its type's zero, empty or null.
    var isZeroValue: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.isEmpty
        case .bytes(let value): value.isEmpty
        case .list(let value): value.isEmpty
        case .map(let value): value.isEmpty
        case .timestamp(let value): value == CELTimestamp(secondsSinceEpoch: 0)
        case .duration(let value): value.nanoseconds == 0
        case .decimal(let value): value.isZero
        case .money(let value): value.minorUnits == 0
        case .type, .date: false
        case .optional(let value): value == nil
        }
    }
}

extension Value: CustomStringConvertible {
    /// The value as CEL source text that evaluates to it (types and unusual numbers by a conversion).
    package var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)u"
        case .double(let value): Self.source(of: value)
        case .string(let value): quoted(value)
        case .bytes(let value): "b\"" + value.map(Self.source(of:)).joined() + "\""
        case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
        case .map(let map): "{" + map.entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
        case .timestamp(let value): "timestamp(\"\(value)\")"
        case .duration(let value): "duration(\"\(value)\")"
        case .type(let type): type.runtimeName
        case .decimal(let value): "decimal(\"\(value)\")"
        case .money(let value): "money(\"\(value.textWithBasis)\")"
        case .date(let value): "date(\"\(value)\")"
        case .optional(let value): value.map { "optional.of(\($0))" } ?? "optional.none()"
        }
    }

    private static func source(of value: Double) -> String {
        guard value.isFinite else { return "double(\"\(generalText(value))\")" }
        let text = generalText(value)
        return text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") } ? text : text + ".0"
    }

    private static func source(of byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case 0x20..<0x7F: String(UnicodeScalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}

extension String {
    /// Whether both have the same code points; Swift's `==` also accepts equivalent ones.
    func hasSameCodePoints(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
