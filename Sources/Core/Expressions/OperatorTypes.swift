/// What the operators' results are, by the operands' types.
enum OperatorTypes {
    /// The kinds an operand of unknown type may turn out to be.
    private static let kinds: [ValueType] = [
        .int, .uint, .double, .string, .bytes, .list(.dyn), .timestamp, .duration, .decimal, .anyMoney, .date,
    ]

    /// The type of an arithmetic operator's result; absent when the operands have no such operator.
    static func arithmetic(_ sign: BinaryOperator, _ left: ValueType, _ right: ValueType) -> ValueType? {
        let lefts = left == .dyn ? kinds : [left], rights = right == .dyn ? kinds : [right]
        var result: ValueType?
        for left in lefts {
            for right in rights {
                guard let type = known(sign, left, right), type != result else { continue }
                if result != nil { return .dyn }
                result = type
            }
        }
        return result
    }

    private static func known(_ sign: BinaryOperator, _ left: ValueType, _ right: ValueType) -> ValueType? {
        switch (sign, left, right) {
        case (_, .int, .int): .int
        case (_, .uint, .uint): .uint
        case (.remainder, _, _): nil
        case (_, .double, .double): .double
        case (_, .decimal, .decimal), (_, .decimal, .int), (_, .decimal, .uint), (_, .int, .decimal),
            (_, .uint, .decimal):
            .decimal
        case (.add, .string, .string): .string
        case (.add, .bytes, .bytes): .bytes
        case (.add, .list, .list): left
        case (.add, .duration, .duration), (.subtract, .duration, .duration): .duration
        case (.add, .timestamp, .duration), (.add, .duration, .timestamp), (.subtract, .timestamp, .duration):
            .timestamp
        case (.subtract, .timestamp, .timestamp): .duration
        case (.add, .date, .int), (.add, .int, .date), (.subtract, .date, .int): .date
        case (.subtract, .date, .date): .int
        case (.add, .money(let aCurrency, let aBasis), .money(let bCurrency, let bBasis)),
            (.subtract, .money(let aCurrency, let aBasis), .money(let bCurrency, let bBasis)):
            .money(currency: aCurrency ?? bCurrency, basis: aBasis ?? bBasis)
        case (.divide, .money, .money): .decimal
        case (.multiply, .money, .int), (.multiply, .money, .uint), (.multiply, .money, .decimal),
            (.divide, .money, .int), (.divide, .money, .uint), (.divide, .money, .decimal):
            left
        case (.multiply, .int, .money), (.multiply, .uint, .money), (.multiply, .decimal, .money): right
        default: nil
        }
    }

    /// Why two amounts of these types never go together; absent when they may.
    static func moneyConflict(_ left: ValueType, _ right: ValueType, isStrict: Bool) -> String? {
        guard case .money(let aCurrency, let aBasis) = left, case .money(let bCurrency, let bBasis) = right else {
            return nil
        }
        if let aCurrency, let bCurrency, aCurrency != bCurrency { return "\(aCurrency) and \(bCurrency)" }
        if let aBasis, let bBasis, aBasis != bBasis, isStrict || (aBasis != .unspecified && bBasis != .unspecified) {
            return "an amount \(words(aBasis)) and one \(words(bBasis))"
        }
        return nil
    }

    private static func words(_ basis: TaxBasis) -> String {
        switch basis {
        case .exclVAT: "excluding VAT"
        case .inclVAT: "including VAT"
        case .unspecified: "without tax basis"
        }
    }

    /// Whether `==` may be asked of these types: numbers compare by value, exact ones not with binary ones.
    static func areNumbers(_ left: ValueType, _ right: ValueType) -> Bool {
        let numbers: [ValueType] = [.int, .uint, .double, .decimal]
        guard numbers.contains(left), numbers.contains(right) else { return false }
        return !((left == .double && right == .decimal) || (left == .decimal && right == .double))
    }

    /// Whether values of the type have an order.
    static func isOrdered(_ type: ValueType) -> Bool {
        switch type {
        case .dyn, .variable, .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .decimal, .money,
            .date:
            true
        default: false
        }
    }

    /// Whether values of the type can be added up by `sum`.
    static func isSummable(_ type: ValueType) -> Bool {
        switch type {
        case .dyn, .variable, .int, .uint, .double, .decimal, .money, .duration: true
        default: false
        }
    }

    /// What `sum` of no values of the type is; null when that is an error, absent currencies having no zero.
    static func zero(of type: ValueType) -> Value {
        switch type {
        case .uint: .uint(0)
        case .double: .double(0)
        case .decimal: .decimal(.zero)
        case .duration: .duration(CELDuration(nanoseconds: 0))
        case .money(let currency?, let basis):
            Money(minorUnits: 0, currency: currency, basis: basis ?? .unspecified).map(Value.money) ?? .null
        case .money: .null
        default: .int(0)
        }
    }
}
