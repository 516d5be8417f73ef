package import Expressions

extension ValueType {
    /// Reads a type as messages write it: `int`, `list(decimal)`, `map(string, dyn)`, `money(MAD, incl-vat)`.
    ///
    /// - Throws: ``CalculationError`` naming what is no type and the types there are.
    package init(parsing text: String) throws(CalculationError) {
        var parser = TypeParser(rest: text[...])
        guard let type = parser.type(depth: 0), parser.rest.allSatisfy(\.isWhitespace) else {
            let names = TypeParser.simple.keys.sorted().joined(separator: ", ")
            throw CalculationError(
                "'\(text)' is no type: there are \(names), money(MAD), money(MAD, incl-vat), list(int), optional(int), "
                    + "map(string, int) and {mark: decimal}")
        }
        self = type
    }
}

private struct TypeParser {
    static let simple: [String: ValueType] = [
        "bool": .bool, "bytes": .bytes, "date": .date, "decimal": .decimal, "double": .double, "duration": .duration,
        "dyn": .dyn, "int": .int, "list": .list(.dyn), "map": .map(key: .dyn, value: .dyn), "money": .anyMoney,
        "null": .null, "string": .string, "timestamp": .timestamp, "type": .type, "uint": .uint,
    ]
    private static let mostNested = 32

    var rest: Substring

    mutating func type(depth: Int) -> ValueType? {
        guard depth < Self.mostNested else { return nil }
        if accept("{") { return record(depth: depth) }
        let name = word()
        guard accept("(") else { return Self.simple[name] }
        switch name {
        case "money": return money()
        case "list", "optional":
            guard let element = type(depth: depth + 1), accept(")") else { return nil }
            return name == "list" ? .list(element) : .optional(element)
        case "map":
            guard let key = type(depth: depth + 1), accept(","), let value = type(depth: depth + 1), accept(")") else {
                return nil
            }
            return .map(key: key, value: value)
        default: return nil
        }
    }

    private mutating func money() -> ValueType? {
        let first = word()
        let second = accept(",") ? word() : nil
        guard accept(")") else { return nil }
        if second == nil, let basis = TaxBasis(rawValue: first) { return .money(currency: nil, basis: basis) }
        let isCurrency = first.count == 3 && first.allSatisfy { $0.isASCII && $0.isUppercase }
        guard isCurrency else { return nil }
        guard let second else { return .money(currency: first, basis: nil) }
        return TaxBasis(rawValue: second).map { .money(currency: first, basis: $0) }
    }

    private mutating func record(depth: Int) -> ValueType? {
        var fields: [(String, ValueType)] = []
        while !accept("}") {
            guard fields.isEmpty || accept(",") else { return nil }
            let name = word()
            guard !name.isEmpty, accept(":"), let type = type(depth: depth + 1) else { return nil }
            fields.append((name, type))
        }
        return .record(fields)
    }

    private mutating func word() -> String {
        rest = rest.drop(while: \.isWhitespace)
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        rest = rest[word.endIndex...]
        return String(word)
    }

    private mutating func accept(_ character: Character) -> Bool {
        rest = rest.drop(while: \.isWhitespace)
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }
}

extension Value {
    /// A value as people write it after a name: CEL, or its plain text where a type is declared that is written so.
    ///
    /// - Parameters:
    ///   - text: `120`, `[1, 2]`; `Atlas` for a string, `120000 MAD` for money, `2021-09-24` for a date.
    ///   - type: The declared type; absent for CEL of any type.
    ///   - environment: How expressions are read.
    /// - Throws: ``CalculationError`` with what is wrong with the text.
    package init(
        written text: String, as type: ValueType?, in environment: ExpressionEnvironment
    ) throws(CalculationError) {
        if let type, let value = Self.plain(text, type) {
            self = value
            return
        }
        let (expression, diagnostics) = Expression.compile(text, in: environment, expecting: type)
        guard let expression else {
            let hint = type == nil ? "; quote a text as \"Atlas\", or declare its type" : ""
            throw CalculationError(
                "'\(text)' is not \(type.map { "\($0)" } ?? "a value"): "
                    + diagnostics.map(\.description).joined(separator: "; ") + hint)
        }
        do throws(EvaluationError) { self = try expression.evaluate() } catch {
            throw CalculationError("'\(text)' has no value: \(error)")
        }
    }

    /// The value of a type that is written without quotes; absent for other types, and for text that does not fit.
    private static func plain(_ text: String, _ type: ValueType) -> Value? {
        switch type {
        case .string: .string(text)
        case .date: Value(tag: "date", text: text)
        case .timestamp: Value(tag: "timestamp", text: text)
        case .duration: Value(tag: "duration", text: text)
        case .decimal: Value(tag: "decimal", text: text)
        case .money(let currency, let basis):
            Money(text).flatMap { money in
                let fits = currency ?? money.currency == money.currency && basis ?? money.basis == money.basis
                return fits ? .money(money) : nil
            }
        default: nil
        }
    }
}
