/// A type of values, as the checker knows it.
package indirect enum ValueType: Hashable, Sendable {
    /// Any value; what is done with it is checked at run time.
    case dyn
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case list(ValueType)
    case map(key: ValueType, value: ValueType)
    /// A map with these fields and no others; a selection of another field is a mistake.
    case record([RecordField])
    case timestamp
    case duration
    /// The type of types.
    case type
    case decimal
    /// An amount; an absent currency or basis is known at run time only.
    case money(currency: String?, basis: TaxBasis?)
    case date
    case optional(ValueType)
    /// A type still being found; never in a checked expression's type.
    case variable(Int)

    /// A record with these fields.
    package static func record(_ fields: [(String, ValueType)]) -> ValueType {
        .record(fields.map { RecordField(name: $0.0, type: $0.1) })
    }

    /// An amount of any currency and basis.
    package static let anyMoney = ValueType.money(currency: nil, basis: nil)
}

/// A field of a record type.
package struct RecordField: Hashable, Sendable {
    /// As it stands after the point.
    package let name: String
    /// The type of its values.
    package let type: ValueType

    /// A field with its type.
    package init(name: String, type: ValueType) {
        self.name = name
        self.type = type
    }
}

extension ValueType: CustomStringConvertible {
    /// The type as messages show it: `list(int)`, `map(string, dyn)`, `money(MAD, incl-vat)`.
    package var description: String {
        switch self {
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .record(let fields): "{" + fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ") + "}"
        case .money(let currency, let basis):
            currency == nil && basis == nil
                ? "money" : "money(" + [currency, basis?.rawValue].compactMap(\.self).joined(separator: ", ") + ")"
        case .optional(let wrapped): "optional(\(wrapped))"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .null: "null"
        default: runtimeName
        }
    }

    /// The type's name in the language, as `type(x)` prints it.
    package var runtimeName: String {
        switch self {
        case .dyn, .variable: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map, .record: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .decimal: "decimal"
        case .money: "money"
        case .date: "date"
        case .optional: "optional_type"
        }
    }

    /// The types that can be named in an expression.
    static let named: [String: ValueType] = {
        let types: [ValueType] = [
            .dyn, .null, .bool, .int, .uint, .double, .string, .bytes, .list(.dyn), .map(key: .dyn, value: .dyn),
            .timestamp, .duration, .type, .decimal, .anyMoney, .date, .optional(.dyn),
        ]
        return Dictionary(uniqueKeysWithValues: types.map { ($0.runtimeName, $0) })
    }()
}
