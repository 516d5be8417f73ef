package import CivilTime
package import Expressions

/// Why a plain value is not of the type asked for.
package struct TypeProblem: Error, Hashable, Sendable {
    /// Where in the value: `offers[2].price`; empty for the value itself.
    package var path: String
    /// What was expected and what was found, for people.
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// The problem with its place, as one line.
    package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension PlainValue {
    /// This value as a value of a type.
    ///
    /// Text is read as what the type says, so that `2021-09-24`, `100001.01 MAD` and `30` come from a command line as
    /// well as from JSON. A money amount may leave out the currency where the type fixes it.
    /// - Throws: ``TypeProblem`` at the first part that does not fit.
    package func typed(_ type: ValueType, zone: TimeZoneRules, path: String = "") throws(TypeProblem) -> Value {
        func problem(_ expected: String) -> TypeProblem {
            TypeProblem(path: path, message: "expected \(expected), found \(summary)")
        }
        switch type {
        case .bool:
            switch self {
            case .boolean(let flag): return .bool(flag)
            case .text("true"): return .bool(true)
            case .text("false"): return .bool(false)
            default: throw problem("true or false")
            }
        case .int:
            guard let digits, let number = Int64(digits) else { throw problem("a whole number") }
            return .int(number)
        case .decimal:
            guard let digits, let number = Decimal(digits) else { throw problem("a number such as 79.5") }
            return .decimal(number)
        case .string:
            switch self {
            case .text(let text): return .string(text)
            case .number(let digits): return .string(digits)
            default: throw problem("text")
            }
        case .money(let currency, let basis):
            return .money(try money(currency: currency, basis: basis, path: path))
        case .date:
            guard case .text(let text) = self, let date = CivilDate(iso: text) else {
                throw problem("a date such as 2021-09-24")
            }
            return .date(date)
        case .timestamp:
            guard case .text(let text) = self, let instant = Timestamp(readableByPeople: text, zone: zone) else {
                throw problem("an instant such as 2021-09-24T16:30")
            }
            return .timestamp(CELTimestamp(instant))
        case .list(let element):
            guard case .list(let items) = self else { throw problem("a list") }
            var values: [Value] = []
            for (index, item) in items.enumerated() {
                values.append(try item.typed(element, zone: zone, path: "\(path)[\(index)]"))
            }
            return .list(values)
        case .record(let fields):
            return try record(
                fields.map { Field(name: $0.name, type: $0.type, isOptional: false) }, zone: zone, path: path)
        default:
            return untyped
        }
    }

    /// This object as a map with exactly the declared fields.
    ///
    /// Names are matched with hyphens and underscores alike.
    /// - Throws: ``TypeProblem`` for an unknown, a missing or a mistyped field.
    package func record(_ fields: [Field], zone: TimeZoneRules, path: String = "") throws(TypeProblem) -> Value {
        guard case .object(let members) = self else {
            throw TypeProblem(path: path, message: "expected fields with values, found \(summary)")
        }
        for member in members where !fields.contains(where: { $0.name == expressionName(member.name) }) {
            let known = fields.isEmpty ? "it has none" : "it has " + fields.map(\.name).joined(separator: ", ")
            throw TypeProblem(path: path, message: "there is no field '\(member.name)': \(known)")
        }
        var entries: [(Value, Value)] = []
        for field in fields {
            let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            guard let member = members.first(where: { expressionName($0.name) == field.name }), member.value != .null
            else {
                if field.isOptional { continue }
                throw TypeProblem(path: fieldPath, message: "missing; it must be \(field.type.wordsForPeople)")
            }
            entries.append((.string(field.name), try member.value.typed(field.type, zone: zone, path: fieldPath)))
        }
        return .map(ValueMap(entries))
    }

    /// This value with the type its own form suggests: numbers with a point are decimals.
    package var untyped: Value {
        switch self {
        case .null: return .null
        case .boolean(let flag): return .bool(flag)
        case .number(let digits):
            if let whole = Int64(digits) { return .int(whole) }
            return Decimal(digits).map(Value.decimal) ?? .string(digits)
        case .text(let text): return .string(text)
        case .list(let items): return .list(items.map(\.untyped))
        case .object(let members):
            return .map(ValueMap(members.map { (.string($0.name), $0.value.untyped) }))
        }
    }

    private var digits: String? {
        switch self {
        case .number(let digits), .text(let digits): digits
        default: nil
        }
    }

    private func money(currency: String?, basis: TaxBasis?, path: String) throws(TypeProblem) -> Money {
        let example = "an amount such as 1234.50 \(currency ?? "EUR")"
        guard let digits else { throw TypeProblem(path: path, message: "expected \(example), found \(summary)") }
        let text = digits.contains(where: \.isLetter) || currency == nil ? digits : "\(digits) \(currency ?? "")"
        guard var money = Money(text) else {
            throw TypeProblem(path: path, message: "expected \(example), found \(summary)")
        }
        if let currency, money.currency != currency {
            throw TypeProblem(path: path, message: "expected \(currency), found \(money.currency)")
        }
        if let basis, money.basis != .unspecified, money.basis != basis {
            throw TypeProblem(path: path, message: "expected an amount '\(basis.rawValue)', found '\(digits)'")
        }
        if let basis { money.basis = basis }
        return money
    }

    /// The value in a few words, for messages.
    private var summary: String {
        switch self {
        case .null: "nothing"
        case .boolean(let flag): "\(flag)"
        case .number(let digits): digits
        case .text(let text): "'\(text.prefix(40))'"
        case .list: "a list"
        case .object: "fields with values"
        }
    }
}

/// A name as expressions write it: hyphens, which CEL reads as minus, become underscores.
package func expressionName(_ name: String) -> String {
    String(name.map { $0 == "-" ? "_" : $0 })
}

extension ValueType {
    /// The type as the workflow language and its messages call it.
    package var wordsForPeople: String {
        switch self {
        case .bool: "true or false"
        case .int: "a whole number"
        case .decimal: "a number"
        case .string: "text"
        case .money(let currency, _): "an amount" + (currency.map { " in \($0)" } ?? "")
        case .date: "a date"
        case .timestamp: "a date and time"
        case .duration: "a duration"
        case .list: "a list"
        case .record, .map: "fields with values"
        default: "a value"
        }
    }
}

extension Timestamp {
    /// An instant as people write it and as screens show it: RFC 3339 with an offset, or a local date and time with `T` or
    /// a space between them, or a day (its first moment).
    package init?(readableByPeople text: String, zone: TimeZoneRules) {
        if let instant = Timestamp(rfc3339: text) {
            self = instant
        } else if let local = CivilDateTime(iso: text.replacing(" ", with: "T", maxReplacements: 1)) {
            self = zone.timestamp(of: local).instant
        } else if let day = CivilDate(iso: text) {
            self = zone.startOfDay(day)
        } else {
            return nil
        }
    }

    /// The forms of ``init(readableByPeople:zone:)``, for whoever wrote another.
    package static let formsForPeople = "write 2021-09-24, 2021-09-24T16:30 or 2021-09-24T16:30:00+01:00"
}
