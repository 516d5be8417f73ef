import CivilTime
package import Expressions
package import WorkflowModel

extension PlainValue {
    /// A value of an expression with its type, as the CEL samples write it: `{"int": "1"}`.
    ///
    /// Integers and doubles are texts, so that nothing is lost; bytes are hexadecimal; a map is a list of pairs.
    package init(tagging value: Value) {
        func tagged(_ tag: String, _ content: PlainValue) -> PlainValue {
            .object([Member(name: tag, value: content)])
        }
        self =
            switch value {
            case .null: tagged("null", .null)
            case .bool(let flag): tagged("bool", .boolean(flag))
            case .int(let number): tagged("int", .text(String(number)))
            case .uint(let number): tagged("uint", .text(String(number)))
            case .double(let number): tagged("double", .text(Self.text(of: number)))
            case .string(let text): tagged("string", .text(text))
            case .bytes(let bytes): tagged("bytes", .text(Self.hexadecimal(bytes)))
            case .list(let values): tagged("list", .list(values.map { PlainValue(tagging: $0) }))
            case .map(let map):
                tagged(
                    "map",
                    .list(map.entries.map { .list([PlainValue(tagging: $0.key), PlainValue(tagging: $0.value)]) }))
            case .type(let type): tagged("type", .text(type.runtimeName))
            case .timestamp(let instant): tagged("timestamp", .text(instant.description))
            case .duration(let duration): tagged("duration", .text(duration.description))
            case .decimal(let number): tagged("decimal", .text(number.description))
            case .money(let money): tagged("money", .text(money.textWithBasis))
            case .date(let date): tagged("date", .text(date.description))
            case .optional(let wrapped): tagged("optional", wrapped.map { PlainValue(tagging: $0) } ?? .null)
            }
    }

    /// The shortest digits that name a double, with a point or an exponent, as Python writes it: an exponent from 10^16
    /// up and below 10^-4; `nan`, `inf`, `-inf`.
    private static func text(of number: Double) -> String {
        let text = number.description
        guard number.isFinite, abs(number) >= 1e16, !text.contains("e") else { return text }
        // Swift writes the digits out up to 2^54.
        let digits = text.drop { $0 == "-" }.dropLast(2)
        let rest = digits.dropFirst()
        let fraction = rest.lastIndex { $0 != "0" }.map { "." + rest[...$0] } ?? ""
        return "\(number < 0 ? "-" : "")\(digits.prefix(1))\(fraction)e+\(rest.count)"
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension Value {
    /// Reads what ``PlainValue/init(tagging:)`` writes.
    ///
    /// - Throws: ``CalculationError`` naming the tag whose content does not fit.
    package init(tagged plain: PlainValue) throws(CalculationError) {
        guard case .object(let members) = plain, let member = members.first, members.count == 1 else {
            throw CalculationError("\(plain.canonicalJSON) is not a value with its type, as {\"int\": \"1\"}")
        }
        guard let value = try Self.value(member.name, member.value) else {
            throw CalculationError("\(plain.canonicalJSON) is not a value: '\(member.name)' cannot be that")
        }
        self = value
    }

    /// Absent where the content does not fit the tag.
    private static func value(_ tag: String, _ content: PlainValue) throws(CalculationError) -> Value? {
        switch (tag, content) {
        case ("null", .null): return .null
        case ("bool", .boolean(let flag)): return .bool(flag)
        case ("optional", .null): return .optional(nil)
        case ("optional", _): return .optional(try Value(tagged: content))
        case ("list", .list(let items)): return .list(try values(items))
        case ("map", .list(let pairs)):
            var map = ValueMap()
            for pair in pairs {
                guard case .list(let sides) = pair, sides.count == 2 else { return nil }
                map[try Value(tagged: sides[0])] = try Value(tagged: sides[1])
            }
            return map.count == pairs.count ? .map(map) : nil
        case (_, .text(let text)): return Value(tag: tag, text: text)
        default: return nil
        }
    }

    private static func values(_ items: [PlainValue]) throws(CalculationError) -> [Value] {
        var values: [Value] = []
        for item in items { values.append(try Value(tagged: item)) }
        return values
    }

    /// A value that is written as a text; absent where the text does not fit the tag.
    init?(tag: String, text: String) {
        let value: Value? =
            switch tag {
            case "int": Int64(text).map(Value.int)
            case "uint": UInt64(text).map(Value.uint)
            case "double": Double(text).map(Value.double)
            case "string": .string(text)
            case "bytes": Self.bytes(text).map(Value.bytes)
            case "type": Self.type(text)
            case "timestamp": CELTimestamp(text).map(Value.timestamp)
            case "duration": CELDuration(text).map(Value.duration)
            case "decimal": Decimal(text).map(Value.decimal)
            case "money": Money(text).map(Value.money)
            case "date": CivilDate(iso: text).map(Value.date)
            default: nil
            }
        guard let value else { return nil }
        self = value
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// A type by the name that expressions have for it.
    private static func type(_ name: String) -> Value? {
        let value = try? Expression.compile(name, in: ExpressionEnvironment()).0?.evaluate()
        return if case .type = value { value } else { nil }
    }
}
