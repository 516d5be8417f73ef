import CivilTime

extension Evaluation {
    mutating func arithmetic(_ node: Node, _ left: Value, _ right: Value) throws(EvaluationError) -> Value {
        do {
            if let result = try Arithmetic.result(of: node.operation, left, right, &meter) { return result }
        } catch {
            throw error.placed(at: node.offset)
        }
        throw noOverload(Arithmetic.sign(node.operation), [left, right], node)
    }

    func negated(_ operand: Value, _ node: Node) throws(EvaluationError) -> Value? {
        do { return try Arithmetic.negated(operand) } catch { throw error.placed(at: node.offset) }
    }
}

/// The arithmetic operators. A result that does not fit is an error, never a wrapped number.
enum Arithmetic {
    /// Nil when the operator does not take these types.
    static func result(
        of operation: Node.Operation, _ left: Value, _ right: Value, _ meter: inout Meter
    ) throws(EvaluationError) -> Value? {
        switch (left, right) {
        case (.int(let a), .int(let b)): return .int(try integer(operation, a, b))
        case (.uint(let a), .uint(let b)): return .uint(try integer(operation, a, b))
        case (.double(let a), .double(let b)): return double(operation, a, b)
        case (.decimal, _), (_, .decimal), (.money, _), (_, .money): return try exact(operation, left, right)
        default:
            switch operation {
            case .add: return try sum(left, right, &meter)
            case .subtract: return try difference(left, right)
            default: return nil
            }
        }
    }

    static func sign(_ operation: Node.Operation) -> String {
        switch operation {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        default: "%"
        }
    }

    private static func integer<Integer: FixedWidthInteger>(
        _ operation: Node.Operation, _ a: Integer, _ b: Integer
    ) throws(EvaluationError) -> Integer {
        let (result, overflow) =
            switch operation {
            case .add: a.addingReportingOverflow(b)
            case .subtract: a.subtractingReportingOverflow(b)
            case .multiply: a.multipliedReportingOverflow(by: b)
            case .divide: a.dividedReportingOverflow(by: b)
            default: a.remainderReportingOverflow(dividingBy: b)
            }
        guard overflow else { return result }
        let text = "\(a) \(sign(operation)) \(b)"
        if b == 0, operation == .divide || operation == .remainder { throw divisionByZero(text) }
        throw .overflow(text)
    }

    private static func divisionByZero(_ text: String) -> EvaluationError {
        EvaluationError(.divideByZero, "\(text): division by zero")
    }

    private static func double(_ operation: Node.Operation, _ a: Double, _ b: Double) -> Value? {
        switch operation {
        case .add: .double(a + b)
        case .subtract: .double(a - b)
        case .multiply: .double(a * b)
        case .divide: .double(a / b)
        default: nil
        }
    }

    // MARK: Texts, lists, times

    private static func sum(
        _ left: Value, _ right: Value, _ meter: inout Meter
    ) throws(EvaluationError) -> Value? {
        switch (left, right) {
        case (.string(let a), .string(let b)):
            try meter.chargeText(a.utf8.count + b.utf8.count)
            return .string(a + b)
        case (.bytes(let a), .bytes(let b)):
            try meter.chargeText(a.count + b.count)
            return .bytes(a + b)
        case (.list(let a), .list(let b)):
            try meter.charge((a.count + b.count) / 4)
            return .list(a + b)
        case (.timestamp(let a), .duration(let b)), (.duration(let b), .timestamp(let a)):
            guard let result = a.adding(b) else { throw .overflow("\(a) + \(b)") }
            return .timestamp(result)
        case (.duration(let a), .duration(let b)):
            let (result, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
            if overflow { throw .overflow("\(a) + \(b)") }
            return .duration(CELDuration(nanoseconds: result))
        case (.date(let a), .int(let b)), (.int(let b), .date(let a)): return .date(try moved(a, by: b))
        default: return nil
        }
    }

    private static func difference(_ left: Value, _ right: Value) throws(EvaluationError) -> Value? {
        switch (left, right) {
        case (.timestamp(let a), .duration(let b)):
            guard let result = a.subtracting(b) else { throw .overflow("\(a) - \(b)") }
            return .timestamp(result)
        case (.timestamp(let a), .timestamp(let b)):
            guard let result = a.since(b) else { throw .overflow("\(a) - \(b)") }
            return .duration(result)
        case (.duration(let a), .duration(let b)):
            let (result, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
            if overflow { throw .overflow("\(a) - \(b)") }
            return .duration(CELDuration(nanoseconds: result))
        case (.date(let a), .date(let b)): return .int(Int64(b.days(to: a)))
        case (.date(let a), .int(let b)):
            let (days, overflow) = Int64(0).subtractingReportingOverflow(b)
            if overflow { throw .overflow("\(a) - \(b)") }
            return .date(try moved(a, by: days))
        default: return nil
        }
    }

    private static func moved(_ date: CivilDate, by days: Int64) throws(EvaluationError) -> CivilDate {
        let number = Int64(date.dayNumber).addingReportingOverflow(days)
        let range = Int64(CivilDate.earliest.dayNumber)...Int64(CivilDate.latest.dayNumber)
        guard !number.overflow, range.contains(number.partialValue) else { throw .overflow("\(date) + \(days) days") }
        return CivilDate(dayNumber: Int(number.partialValue))
    }

    // MARK: Decimals and money

    private static func exact(
        _ operation: Node.Operation, _ left: Value, _ right: Value
    ) throws(EvaluationError) -> Value? {
        switch (left, right) {
        case (.money(let a), .money(let b)): return try money(operation, a, b)
        case (.money(let a), _):
            guard let factor = right.asDecimal else { return nil }
            switch operation {
            case .multiply: return .money(try fitting(a.multiplied(by: factor), "\(a) * \(factor)"))
            case .divide:
                if factor.isZero { throw divisionByZero("\(a) / 0") }
                return .money(try fitting(a.divided(by: factor), "\(a) / \(factor)"))
            default: return nil
            }
        case (_, .money(let b)):
            guard operation == .multiply, let factor = left.asDecimal else { return nil }
            return .money(try fitting(b.multiplied(by: factor), "\(factor) * \(b)"))
        default:
            guard let a = left.asDecimal, let b = right.asDecimal else { return nil }
            switch operation {
            case .add: return .decimal(try fitting(a.adding(b), "\(a) + \(b)"))
            case .subtract: return .decimal(try fitting(a.subtracting(b), "\(a) - \(b)"))
            case .multiply: return .decimal(try fitting(a.multiplied(by: b), "\(a) * \(b)"))
            case .divide:
                if b.isZero { throw divisionByZero("\(a) / 0") }
                return .decimal(try fitting(a.divided(by: b), "\(a) / \(b)"))
            default: return nil
            }
        }
    }

    private static func money(_ operation: Node.Operation, _ a: Money, _ b: Money) throws(EvaluationError) -> Value? {
        switch operation {
        case .add:
            guard a.hasCurrency(of: b), a.basis == b.basis else { throw moneyMismatch("added", a, b) }
            return .money(try fitting(a.adding(b), "\(a) + \(b)"))
        case .subtract:
            guard a.hasCurrency(of: b), a.basis == b.basis else { throw moneyMismatch("subtracted", a, b) }
            return .money(try fitting(a.subtracting(b), "\(a) - \(b)"))
        case .divide:
            guard a.isComparable(with: b) else { throw moneyMismatch("divided", a, b) }
            if b.minorUnits == 0 { throw divisionByZero("\(a) / \(b)") }
            return .decimal(try fitting(a.ratio(to: b), "\(a) / \(b)"))
        default: return nil
        }
    }

    static func negated(_ operand: Value) throws(EvaluationError) -> Value? {
        switch operand {
        case .int(let value):
            guard value != .min else { throw .overflow("-(\(value))") }
            return .int(-value)
        case .double(let value): return .double(-value)
        case .decimal(let value): return .decimal(value.negated)
        case .money(let value): return .money(try fitting(value.negated, "-(\(value))"))
        case .duration(let value):
            guard value.nanoseconds != .min else { throw .overflow("-(\(value))") }
            return .duration(CELDuration(nanoseconds: -value.nanoseconds))
        default: return nil
        }
    }
}

/// The result, or the error that it does not fit.
func fitting<Result>(_ result: Result?, _ text: @autoclosure () -> String) throws(EvaluationError) -> Result {
    guard let result else { throw .overflow(text()) }
    return result
}

/// The sum of a list of numbers, durations or amounts of one currency and basis; nil for a list of anything else.
func sumOf(_ list: Value, empty: Value, _ meter: inout Meter) throws(EvaluationError) -> Value? {
    guard case .list(let values) = list else { return nil }
    guard var sum = values.first else {
        if case .null = empty {
            let message = "the sum of no amounts has no currency; give it: sum(amounts, money(\"0 MAD\"))"
            throw EvaluationError(.invalidArgument, message)
        }
        return empty
    }
    switch sum {
    case .int, .uint, .double, .decimal, .money, .duration: break
    default: return nil
    }
    try meter.charge(values.count / 4)
    for value in values.dropFirst() {
        guard let next = try Arithmetic.result(of: .add, sum, value, &meter) else { return nil }
        sum = next
    }
    return sum
}
