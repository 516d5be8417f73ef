extension Library {
    /// The math extension. Decimals, and for `greatest` and `least` amounts and times, are Jalon's addition.
    static let mathematics: [LibraryFunction] = [
        // Of one argument, which may be a list; with more, the compiler makes a list of them.
        .global(
            "math.greatest", [.dyn] => .dyn,
            implementation: .one { value, _ throws(EvaluationError) in
                try extreme(value, .greater)
            }),
        .global(
            "math.least", [.dyn] => .dyn,
            implementation: .one { value, _ throws(EvaluationError) in
                try extreme(value, .less)
            }),
        rounding("math.ceil", { $0.rounded(.up) }, .ceiling),
        rounding("math.floor", { $0.rounded(.down) }, .floor),
        rounding("math.round", { $0.rounded(.toNearestOrAwayFromZero) }, .halfUp),
        rounding("math.trunc", { $0.rounded(.towardZero) }, .down),
        .global(
            "math.abs", [.int] => .int, [.uint] => .uint, [.double] => .double, [.decimal] => .decimal,
            [.anyMoney] => .anyMoney,
            implementation: .one { value, _ throws(EvaluationError) in
                switch value {
                case .int(let number):
                    guard number != .min else { throw .overflow("math.abs(\(number))") }
                    return .int(abs(number))
                case .uint: return value
                case .double(let number): return .double(number.magnitude)
                case .decimal(let number): return .decimal(number.magnitude)
                case .money(let amount):
                    return .money(try fitting(amount.minorUnits < 0 ? amount.negated : amount, "math.abs(\(amount))"))
                default: return nil
                }
            }),
        .global(
            "math.sign", [.int] => .int, [.uint] => .uint, [.double] => .double, [.decimal] => .decimal,
            implementation: .one { value, _ in
                switch value {
                case .int(let number): .int(number.signum())
                case .uint(let number): .uint(number == 0 ? 0 : 1)
                case .double(let number): .double(number > 0 ? 1 : number < 0 ? -1 : number.isNaN ? .nan : 0)
                case .decimal(let number): .decimal(Decimal(number.isZero ? 0 : number.isNegative ? -1 : 1))
                default: nil
                }
            }),
        .global(
            "math.sqrt", [.double] => .double, [.int] => .double, [.uint] => .double,
            implementation: .one { value, _ in
                switch value {
                case .double(let number): .double(number.squareRoot())
                case .int(let number): .double(Double(number).squareRoot())
                case .uint(let number): .double(Double(number).squareRoot())
                default: nil
                }
            }),
        classification("math.isInf") { $0.isInfinite },
        classification("math.isNaN") { $0.isNaN },
        classification("math.isFinite") { $0.isFinite },
        bits("math.bitAnd", { $0 & $1 }),
        bits("math.bitOr", { $0 | $1 }),
        bits("math.bitXor", { $0 ^ $1 }),
        .global(
            "math.bitNot", [.int] => .int, [.uint] => .uint,
            implementation: .one { value, _ in
                switch value {
                case .int(let number): .int(~number)
                case .uint(let number): .uint(~number)
                default: nil
                }
            }),
        shift("math.bitShiftLeft") { $1 >= 64 ? 0 : $0 << $1 },
        shift("math.bitShiftRight") { $1 >= 64 ? 0 : $0 >> $1 },
    ]

    private static func extreme(_ value: Value, _ wanted: Comparison) throws(EvaluationError) -> Value? {
        guard case .list(let values) = value else {
            switch value {
            case .int, .uint, .double, .decimal, .money, .date, .timestamp, .duration: return value
            default: return nil
            }
        }
        guard var best = values.first else {
            throw EvaluationError(.invalidArgument, "an empty list has no greatest or least element")
        }
        for candidate in values {
            switch candidate {
            case .int, .uint, .double, .decimal, .money, .date, .timestamp, .duration: break
            default: return nil
            }
            switch (candidate.compare(best), wanted) {
            case (.greater, .greater), (.less, .less): best = candidate
            case (.incomparable, _):
                if case .money(let left) = best, case .money(let right) = candidate {
                    throw moneyMismatch("compared", left, right)
                }
                return nil
            default: break
            }
        }
        return best
    }

    private static func rounding(
        _ name: String, _ ofDouble: @escaping @Sendable (Double) -> Double, _ ofDecimal: Rounding
    ) -> LibraryFunction {
        .global(
            name, [.double] => .double, [.decimal] => .decimal,
            implementation: .one { value, _ throws(EvaluationError) in
                switch value {
                case .double(let number): return .double(ofDouble(number))
                case .decimal(let number):
                    return .decimal(try fitting(number.rounded(places: 0, ofDecimal), "\(name)(\(number))"))
                default: return nil
                }
            })
    }

    private static func classification(_ name: String, _ test: @escaping @Sendable (Double) -> Bool) -> LibraryFunction
    {
        .global(
            name, [.double] => .bool,
            implementation: .one { value, _ in if case .double(let number) = value { .bool(test(number)) } else { nil }
            })
    }

    private static func bits(_ name: String, _ body: @escaping @Sendable (UInt64, UInt64) -> UInt64) -> LibraryFunction
    {
        .global(
            name, [.int, .int] => .int, [.uint, .uint] => .uint,
            implementation: .two { left, right, _ in
                switch (left, right) {
                case (.int(let a), .int(let b)):
                    .int(Int64(bitPattern: body(UInt64(bitPattern: a), UInt64(bitPattern: b))))
                case (.uint(let a), .uint(let b)): .uint(body(a, b))
                default: nil
                }
            })
    }

    private static func shift(_ name: String, _ body: @escaping @Sendable (UInt64, Int64) -> UInt64) -> LibraryFunction
    {
        .global(
            name, [.int, .int] => .int, [.uint, .int] => .uint,
            implementation: .two { left, right, _ throws(EvaluationError) in
                guard case .int(let places) = right else { return nil }
                switch left {
                case .int, .uint: break
                default: return nil
                }
                guard places >= 0 else {
                    throw EvaluationError(.invalidArgument, "bits are not shifted by \(places) places")
                }
                if case .uint(let bits) = left { return .uint(body(bits, places)) }
                guard case .int(let number) = left else { return nil }
                return .int(Int64(bitPattern: body(UInt64(bitPattern: number), places)))
            })
    }
}
