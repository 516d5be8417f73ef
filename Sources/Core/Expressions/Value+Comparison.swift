/// How two values stand to each other.
enum Comparison {
    case less, equal, greater
    /// One is NaN.
    case unordered
    /// The types have no order between them.
    case incomparable

    init<T: Comparable>(_ left: T, _ right: T) {
        self = left < right ? .less : right < left ? .greater : left == right ? .equal : .unordered
    }

    var reversed: Comparison {
        switch self {
        case .less: .greater
        case .greater: .less
        default: self
        }
    }
}

extension Value {
    /// CEL's equality: numbers by value whatever their type, lists and maps by content, other types never equal.
    package func isEqual(to other: Value) -> Bool {
        switch (self, other) {
        case (.int(let a), .int(let b)): a == b
        case (.string(let a), .string(let b)): a.hasSameCodePoints(as: b)
        case (.bool(let a), .bool(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isEqual(to: $1) }
        case (.map(let a), .map(let b)):
            a.count == b.count && a.entries.allSatisfy { entry in b[entry.key].map(entry.value.isEqual(to:)) ?? false }
        case (.optional(let a), .optional(let b)):
            if let a, let b { a.isEqual(to: b) } else { a == nil && b == nil }
        case (.int, _), (.uint, _), (.double, _), (.decimal, _):
            if case .equal = numericComparison(with: other) { true } else { false }
        default: self == other
        }
    }

    /// CEL's order, of two values of one type or two numbers.
    ///
    /// Amounts have an order only within one currency and not between amounts with and without VAT.
    func compare(_ other: Value) -> Comparison {
        switch (self, other) {
        case (.int(let a), .int(let b)): Comparison(a, b)
        case (.string(let a), .string(let b)): compareCodePoints(a, b)
        case (.bool(let a), .bool(let b)): Comparison(a ? 1 : 0, b ? 1 : 0)
        case (.bytes(let a), .bytes(let b)): compareBytes(a, b)
        case (.timestamp(let a), .timestamp(let b)): Comparison(a, b)
        case (.duration(let a), .duration(let b)): Comparison(a, b)
        case (.date(let a), .date(let b)): Comparison(a, b)
        case (.money(let a), .money(let b)) where a.isComparable(with: b): Comparison(a.minorUnits, b.minorUnits)
        default: numericComparison(with: other)
        }
    }

    private func numericComparison(with other: Value) -> Comparison {
        switch (self, other) {
        case (.int(let a), .int(let b)): Comparison(a, b)
        case (.uint(let a), .uint(let b)): Comparison(a, b)
        case (.double(let a), .double(let b)): Comparison(a, b)
        case (.decimal(let a), .decimal(let b)): Comparison(a, b)
        case (.int(let a), .uint(let b)): a < 0 ? .less : Comparison(UInt64(a), b)
        case (.int(let a), .double(let b)): compareInteger(a, b)
        case (.uint(let a), .double(let b)): compareInteger(a, b)
        case (.int(let a), .decimal(let b)): Comparison(Decimal(a), b)
        case (.uint(let a), .decimal(let b)): Comparison(Decimal(a), b)
        case (.double(let a), .decimal(let b)): compareExactly(a, b)
        case (.uint, .int), (.double, .int), (.double, .uint), (.decimal, .int), (.decimal, .uint), (.decimal, .double):
            other.numericComparison(with: self).reversed
        default: .incomparable
        }
    }
}

/// An integer beside a double, in doubles, as the reference implementations compare; exact where the double is outside
/// the integer's range.
private func compareInteger<Integer: FixedWidthInteger>(_ integer: Integer, _ double: Double) -> Comparison {
    if double < Double(Integer.min) { return .greater }
    if double > Double(Integer.max) { return .less }
    return Comparison(Double(integer), double)
}

/// A double's exact value beside a decimal.
private func compareExactly(_ double: Double, _ decimal: Decimal) -> Comparison {
    guard double.isFinite else { return double.isNaN ? .unordered : Comparison(double, 0) }
    let left = ExactDigits(double), right = ExactDigits(decimal)
    if left.digits.isEmpty || right.digits.isEmpty || left.isNegative != right.isNegative {
        return Comparison(
            left.digits.isEmpty ? 0 : left.isNegative ? -1 : 1, right.digits.isEmpty ? 0 : right.isNegative ? -1 : 1)
    }
    var result = Comparison(left.point, right.point)
    if case .equal = result {
        let count = max(left.digits.count, right.digits.count)
        func padded(_ digits: [UInt8]) -> [UInt8] { digits + [UInt8](repeating: 0, count: count - digits.count) }
        result = compareBytes(padded(left.digits), padded(right.digits))
    }
    return left.isNegative ? result.reversed : result
}

/// Lexicographic by unsigned bytes, a prefix first.
private func compareBytes(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Comparison {
    if left.lexicographicallyPrecedes(right) { return .less }
    return right.lexicographicallyPrecedes(left) ? .greater : .equal
}

/// Lexicographic by code points, which the bytes of UTF-8 have the order of.
private func compareCodePoints(_ left: String, _ right: String) -> Comparison {
    compareBytes(left.utf8, right.utf8)
}
