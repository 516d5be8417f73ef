import Expressions
import FoundationEssentials
import WorkflowModel

/// A JSON value of a suite. Objects lose their order, which means nothing in JSON.
indirect enum SuiteJSON: Decodable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case list([SuiteJSON])
    case object([String: SuiteJSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(FoundationEssentials.Decimal.self) {
            self = .number("\(number)")
        } else if let list = try? container.decode([SuiteJSON].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: SuiteJSON].self))
        }
    }

    subscript(key: String) -> SuiteJSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var isTrue: Bool { if case .bool(true) = self { true } else { false } }

    /// The items of a list; empty for anything else.
    var items: [SuiteJSON] { if case .list(let items) = self { items } else { [] } }

    /// The texts of a list.
    var texts: [String] { items.compactMap(\.text) }

    /// A number without fraction, rounded towards zero.
    var whole: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits.prefix { $0 != "." })
    }

    /// The value as expressions have it: every number is a decimal, as JSON does not tell whole numbers apart.
    var value: Value {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let digits): Expressions.Decimal(digits).map(Value.decimal) ?? .null
        case .text(let text): .string(text)
        case .list(let items): .list(items.map(\.value))
        case .object(let members):
            .map(ValueMap(members.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value.value) }))
        }
    }

    /// The value as a CEL literal.
    var literal: String {
        switch self {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .number(let digits): "(\(digits.contains(".") ? digits : digits + ".0"))"
        case .text(let text): quoted(text)
        case .list(let items): "[" + items.map(\.literal).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \($0.value.literal)" }
                .joined(separator: ", ") + "}"
        }
    }
}

/// A text as JSON and CEL write it, which is YAML too.
func quoted(_ text: String) -> String {
    PlainValue.text(text).canonicalJSON
}
