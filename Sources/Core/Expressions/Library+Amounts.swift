extension Library {
    /// Jalon's own functions: amounts, VAT, shares, rounding of decimals.
    static let amounts: [LibraryFunction] = [
        .global(
            "money", [.string] => .anyMoney, [.anyMoney] => .anyMoney,
            implementation: .one { value, _ throws(EvaluationError) in
                if case .money = value { return value }
                guard case .string(let text) = value else { return nil }
                guard let amount = Money(text) else { throw unreadable(text, "an amount such as 1234.50 EUR") }
                return .money(amount)
            }),
        .global(
            "money", [.decimal, .string] => .anyMoney,
            implementation: .two { amount, currency, _ throws(EvaluationError) in
                try money(amount, currency, .string(TaxBasis.unspecified.rawValue))
            }),
        .global(
            "money", [.decimal, .string, .string] => .anyMoney,
            implementation: .many { arguments, _ throws(EvaluationError) in
                try money(arguments[0], arguments[1], arguments[2])
            }),
        .member(
            "amount", [.anyMoney] => .decimal,
            implementation: .one { value, _ in if case .money(let money) = value { .decimal(money.amount) } else { nil }
            }),
        .member(
            "currency", [.anyMoney] => .string,
            implementation: .one { value, _ in
                if case .money(let money) = value { .string(money.currency) } else { nil }
            }),
        .member(
            "basis", [.anyMoney] => .string,
            implementation: .one { value, _ in
                if case .money(let money) = value { .string(money.basis.rawValue) } else { nil }
            }),
        .member(
            "includingVAT", [.anyMoney, .decimal] => .anyMoney,
            implementation: .two { value, rate, _ throws(EvaluationError) in
                guard case .money(let money) = value, let rate = rate.asDecimal else { return nil }
                guard money.basis != .inclVAT else {
                    throw EvaluationError(.moneyMismatch, "\(money.textWithBasis) already includes VAT")
                }
                return .money(try fitting(money.includingVAT(rate: rate), "\(money) with VAT at \(rate)"))
            }),
        .member(
            "excludingVAT", [.anyMoney, .decimal] => .anyMoney,
            implementation: .two { value, rate, _ throws(EvaluationError) in
                guard case .money(let money) = value, let rate = rate.asDecimal else { return nil }
                guard money.basis != .exclVAT else {
                    throw EvaluationError(.moneyMismatch, "\(money.textWithBasis) already excludes VAT")
                }
                return .money(try fitting(money.excludingVAT(rate: rate), "\(money) without VAT at \(rate)"))
            }),
        .global(
            "prorata", [.anyMoney, .decimal, .decimal] => .anyMoney,
            implementation: .many { arguments, _ throws(EvaluationError) in
                guard case .money(let amount) = arguments[0], let part = arguments[1].asDecimal,
                    let whole = arguments[2].asDecimal
                else { return nil }
                guard !whole.isZero else {
                    throw EvaluationError(.divideByZero, "prorata(\(amount), \(part), 0): division by zero")
                }
                return .money(try fitting(amount.prorata(part, of: whole), "\(amount) × \(part) / \(whole)"))
            }),
        .global(
            "shares", [.anyMoney, .list(.decimal)] => .list(.anyMoney), [.anyMoney, .list(.int)] => .list(.anyMoney),
            implementation: .two { total, percents, meter throws(EvaluationError) in
                guard case .money(let total) = total, case .list(let percents) = percents else { return nil }
                try meter.charge(percents.count)
                let decimals = percents.compactMap(\.asDecimal)
                guard decimals.count == percents.count else { return nil }
                guard let shares = total.shares(percents: decimals) else {
                    let list = decimals.map(\.description).joined(separator: ", ")
                    throw EvaluationError(.invalidArgument, "shares of \(list) % do not total 100 %")
                }
                return .list(shares.map(Value.money))
            }),
        .global(
            "sum", [.list(.a), .a] => .a,
            implementation: .two { list, zero, meter throws(EvaluationError) in
                guard case .list(let values) = list else { return nil }
                return try sumOf(.list([zero] + values), empty: zero, &meter)
            }),
        .global("round", [.decimal, .int] => .decimal, implementation: .two(rounded)),
        .member("round", [.decimal, .int] => .decimal, implementation: .two(rounded)),
        .global(
            "divide", [.decimal, .decimal, .int] => .decimal,
            implementation: .many { arguments, _ throws(EvaluationError) in
                guard let a = arguments[0].asDecimal, let b = arguments[1].asDecimal,
                    case .int(let places) = arguments[2]
                else { return nil }
                guard !b.isZero else { throw EvaluationError(.divideByZero, "divide(\(a), 0): division by zero") }
                let result = a.divided(by: b, places: try checked(places))
                return .decimal(try fitting(result, "\(a) / \(b) to \(places) places"))
            }),
    ]

    private static func money(_ amount: Value, _ currency: Value, _ basis: Value) throws(EvaluationError) -> Value? {
        guard let amount = amount.asDecimal, case .string(let currency) = currency, case .string(let word) = basis
        else {
            return nil
        }
        guard let basis = TaxBasis(rawValue: word) else {
            throw unreadable(word, "a tax basis: \(TaxBasis.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard Money.isCode(currency) else { throw unreadable(currency, "a currency's code such as EUR") }
        let money = Money(amount: amount, currency: currency, basis: basis)
        return .money(try fitting(money, "\(amount) \(currency)"))
    }

    /// Half up, to exactly that many places.
    @Sendable
    private static func rounded(_ value: Value, _ places: Value, _: inout Meter) throws(EvaluationError) -> Value? {
        guard let number = value.asDecimal, case .int(let places) = places else { return nil }
        return .decimal(try fitting(number.rounded(places: try checked(places)), "\(number) with \(places) places"))
    }

    private static func checked(_ places: Int64) throws(EvaluationError) -> Int {
        guard (0...Int64(Decimal.mostPlaces)).contains(places) else {
            throw EvaluationError(.invalidArgument, "a decimal has 0 to \(Decimal.mostPlaces) places, not \(places)")
        }
        return Int(places)
    }
}
