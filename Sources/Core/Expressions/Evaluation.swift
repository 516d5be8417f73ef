import CivilTime

/// What an evaluation may still spend, and what functions need of its environment.
struct Meter {
    var remaining: Int
    let zones: @Sendable (String) -> TimeZoneRules?

    /// Pays for `steps`; an error when there are not as many left.
    mutating func charge(_ steps: Int) throws(EvaluationError) {
        remaining -= steps
        if remaining < 0 {
            throw EvaluationError(.costExceeded, "the expression takes more steps than allowed")
        }
    }

    /// Pays for reading or making a text or bytes of that many bytes.
    mutating func chargeText(_ bytes: Int) throws(EvaluationError) { try charge(bytes / 16 + 1) }
}

/// One run of a program. Recursion is as deep as the syntax tree, which is bounded.
struct Evaluation {
    typealias Slots = (_ slot: Int) -> Value?

    let program: Program
    var meter: Meter
    var locals: [Value]

    init(program: Program, costLimit: Int) {
        self.program = program
        meter = Meter(remaining: costLimit, zones: program.zones)
        locals = program.localCount == 0 ? [] : [Value](repeating: .null, count: program.localCount)
    }

    mutating func value(of index: Int32, _ slots: Slots) throws(EvaluationError) -> Value {
        let node = program.nodes[Int(index)]
        meter.remaining -= 1
        if meter.remaining < 0 { try meter.charge(0) }
        switch node.operation {
        case .constant: return program.constants[Int(node.a)]
        case .variable: return try variable(node, slots)
        case .local: return locals[Int(node.a)]
        case .equal: return .bool(try value(of: node.a, slots).isEqual(to: value(of: node.b, slots)))
        case .notEqual: return .bool(!(try value(of: node.a, slots).isEqual(to: value(of: node.b, slots))))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let left = try value(of: node.a, slots)
            let right = try value(of: node.b, slots)
            if case .int(let left) = left, case .int(let right) = right {
                switch node.operation {
                case .less: return .bool(left < right)
                case .lessOrEqual: return .bool(left <= right)
                case .greater: return .bool(left > right)
                default: return .bool(left >= right)
                }
            }
            return try ordered(node, left, right)
        case .and: return try conjunction(node, deciding: false, slots)
        case .or: return try conjunction(node, deciding: true, slots)
        case .not:
            let operand = try value(of: node.a, slots)
            guard case .bool(let flag) = operand else { throw noOverload("!", [operand], node) }
            return .bool(!flag)
        case .conditional:
            let condition = try value(of: node.a, slots)
            guard case .bool(let flag) = condition else { throw noOverload("?:", [condition], node) }
            return try value(of: flag ? node.b : node.c, slots)
        case .select: return try select(node, slots)
        case .size:
            let operand = try value(of: node.a, slots)
            if case .list(let elements) = operand { return .int(Int64(elements.count)) }
            guard let size = try sizeOf(operand, &meter) else { throw noOverload("size", [operand], node) }
            return size
        case .add, .subtract, .multiply, .divide, .remainder:
            let left = try value(of: node.a, slots)
            let right = try value(of: node.b, slots)
            return try arithmetic(node, left, right)
        default: return try rarer(node, slots)
        }
    }

    /// The operations that guards seldom have; apart, to keep the frames of the others small.
    @inline(never)
    private mutating func rarer(_ node: Node, _ slots: Slots) throws(EvaluationError) -> Value {
        switch node.operation {
        case .fail: throw failure(node)
        case .has:
            let operand = try value(of: node.a, slots)
            guard let field = try optionalField(of: operand, node) else { throw noOverload("has", [operand], node) }
            return .bool(field != nil)
        case .selectOptional:
            let operand = try value(of: node.a, slots)
            guard let field = try optionalField(of: operand, node) else { throw noOverload(".?", [operand], node) }
            return .optional(field)
        case .index:
            let operand = try value(of: node.a, slots)
            return try element(of: operand, at: value(of: node.b, slots), node)
        case .indexOptional:
            let operand = try value(of: node.a, slots)
            return try optionalElement(of: operand, at: value(of: node.b, slots), node)
        case .negate:
            let operand = try value(of: node.a, slots)
            guard let result = try negated(operand, node) else { throw noOverload("-", [operand], node) }
            return result
        case .toDecimal:
            let operand = try value(of: node.a, slots)
            return operand.asDecimal.map(Value.decimal) ?? operand
        case .isIn:
            let element = try value(of: node.a, slots)
            let container = try value(of: node.b, slots)
            return .bool(try contains(container, element, node))
        case .list, .optionalList: return try list(node, slots)
        case .map, .optionalMap: return try map(node, slots)
        case .call: return try call(node, slots)
        case .hostCall: return try hostCall(node, slots)
        case .matches:
            let operand = try value(of: node.a, slots)
            guard case .string(let text) = operand else { throw noOverload("matches", [operand], node) }
            let pattern = program.patterns[Int(node.b)]
            try placed(node) { meter throws(EvaluationError) in try meter.charge(pattern.cost(of: text)) }
            return .bool(pattern.hasMatch(in: text))
        case .comprehension: return try comprehension(program.comprehensions[Int(node.a)], node, slots)
        case .bind:
            locals[Int(node.c)] = try value(of: node.a, slots)
            return try value(of: node.b, slots)
        default:  // .sum, the last one
            let operand = try value(of: node.a, slots)
            let zero = program.constants[Int(node.b)]
            guard
                let sum = try placed(node, { meter throws(EvaluationError) in try sumOf(operand, empty: zero, &meter) })
            else { throw noOverload("sum", [operand], node) }
            return sum
        }
    }

    // MARK: Errors

    /// Runs a part that knows no place of its own, so that its errors get this node's.
    private mutating func placed<Result>(
        _ node: Node, _ body: (inout Meter) throws(EvaluationError) -> Result
    ) throws(EvaluationError) -> Result {
        do { return try body(&meter) } catch { throw error.placed(at: node.offset) }
    }

    func noOverload(_ name: String, _ operands: [Value], _ node: Node) -> EvaluationError {
        let types = operands.map { "\($0.valueType)" }.joined(separator: ", ")
        return EvaluationError(.noSuchOverload, "'\(name)' does not take (\(types))", offset: Int(node.offset))
    }

    private func failure(_ node: Node) -> EvaluationError {
        guard case .string(let message) = program.constants[Int(node.a)] else {
            preconditionFailure("message of no text")
        }
        return EvaluationError(
            node.b == 0 ? .unboundVariable : .unknownFunction, message, offset: Int(node.offset))
    }

    @inline(never)
    private func unbound(_ node: Node) -> EvaluationError {
        let name = program.slotNames[Int(node.a)]
        var error = EvaluationError(.unboundVariable, "'\(name)' has no value", offset: Int(node.offset))
        error.variable = name
        return error
    }

    private func variable(_ node: Node, _ slots: Slots) throws(EvaluationError) -> Value {
        guard let value = slots(Int(node.a)) else { throw unbound(node) }
        return value
    }

    // MARK: Logic

    /// `&&` (deciding: false) or `||` (deciding: true): one deciding operand decides, whatever errors the others give.
    private mutating func conjunction(
        _ node: Node, deciding: Bool, _ slots: Slots
    ) throws(EvaluationError) -> Value {
        var firstError: EvaluationError?
        for place in Int(node.a)..<Int(node.a + node.b) {
            do {
                let operand = try value(of: program.operands[place], slots)
                if case .bool(let flag) = operand {
                    if flag == deciding { return .bool(deciding) }
                } else if firstError == nil {
                    firstError = noOverload(deciding ? "||" : "&&", [operand], node)
                }
            } catch {
                if error.code == .costExceeded { throw error }
                if firstError == nil { firstError = error }
            }
        }
        if let firstError { throw firstError }
        return .bool(!deciding)
    }

    private func ordered(_ node: Node, _ left: Value, _ right: Value) throws(EvaluationError) -> Value {
        let comparison = left.compare(right)
        switch (comparison, node.operation) {
        case (.incomparable, _): throw incomparable(node, left, right)
        case (.unordered, _): return .bool(false)
        case (.less, .less), (.less, .lessOrEqual), (.equal, .lessOrEqual), (.equal, .greaterOrEqual),
            (.greater, .greater), (.greater, .greaterOrEqual):
            return .bool(true)
        default: return .bool(false)
        }
    }

    @inline(never)
    private func incomparable(_ node: Node, _ left: Value, _ right: Value) -> EvaluationError {
        if case .money(let left) = left, case .money(let right) = right {
            return moneyMismatch("compared", left, right).placed(at: node.offset)
        }
        return noOverload("<", [left, right], node)
    }

    // MARK: Calls

    private mutating func call(_ node: Node, _ slots: Slots) throws(EvaluationError) -> Value {
        let function = program.functions[Int(node.a)]
        let operands = program.operands
        let first = Int(node.b)
        let result: Value?
        let arguments: [Value]
        switch function.implementation {
        case .one(let body):
            let argument = try value(of: operands[first], slots)
            do { result = try body(argument, &meter) } catch { throw error.placed(at: node.offset) }
            if let result { return result }
            arguments = [argument]
        case .two(let body):
            let left = try value(of: operands[first], slots)
            let right = try value(of: operands[first + 1], slots)
            do { result = try body(left, right, &meter) } catch { throw error.placed(at: node.offset) }
            if let result { return result }
            arguments = [left, right]
        case .many(let body):
            arguments = try values(of: node, slots)
            do { result = try body(arguments, &meter) } catch { throw error.placed(at: node.offset) }
            if let result { return result }
        }
        throw noOverload(function.name, arguments, node)
    }

    private mutating func hostCall(_ node: Node, _ slots: Slots) throws(EvaluationError) -> Value {
        let call = program.hostFunctions[Int(node.a)]
        let arguments = try values(of: node, slots)
        for candidate in call.candidates {
            let adapted = zip(candidate.parameters, arguments).map { $1.adapted(to: $0) }
            guard adapted.allSatisfy({ $0 != nil }) else { continue }
            do {
                guard let formula = candidate.formula else { return try candidate.body(adapted.compactMap(\.self)) }
                // A formula spends what its caller has, so that formulas that call one another are bounded too.
                return try formula.value(of: adapted.compactMap(\.self), budget: &meter.remaining)
            } catch {
                throw error.placed(at: node.offset)
            }
        }
        throw noOverload(call.name, arguments, node)
    }

    /// The values of a call's operands.
    private mutating func values(of node: Node, _ slots: Slots) throws(EvaluationError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(Int(node.c))
        for place in Int(node.b)..<Int(node.b + node.c) { values.append(try value(of: program.operands[place], slots)) }
        return values
    }
}

extension Value {
    /// The number as a decimal, if it is one or an integer.
    var asDecimal: Decimal? {
        switch self {
        case .decimal(let value): value
        case .int(let value): Decimal(value)
        case .uint(let value): Decimal(value)
        default: nil
        }
    }

    /// The value for a parameter of a type; absent when it has another type.
    func adapted(to type: ValueType) -> Value? {
        switch type {
        case .dyn, .variable: self
        case .decimal: asDecimal.map(Value.decimal)
        case .record: if case .map = self { self } else { nil }
        default: valueType.runtimeName == type.runtimeName ? self : nil
        }
    }
}

func moneyMismatch(_ verb: String, _ left: Money, _ right: Money) -> EvaluationError {
    EvaluationError(.moneyMismatch, "\(left.textWithBasis) and \(right.textWithBasis) cannot be \(verb)")
}
