/// Operators: which operand types they take, and what they give.
extension Compiler {
    mutating func negation(_ operand: Int, _ node: Int) -> Part {
        let part = compile(operand)
        var type = solver.shallow(part.type)
        switch type {
        case .int, .double, .decimal, .money, .duration, .dyn: break
        case .variable: type = .dyn
        default:
            if environment.isChecked { report("type-mismatch", "'-' does not take \(solver.final(type))", node) }
            type = .dyn
        }
        return folded(emit(.negate, node, a: part.node, type: type), children: [part], node)
    }

    mutating func binary(_ sign: BinaryOperator, _ left: Int, _ right: Int, _ node: Int) -> Part {
        let leftPart = compile(left), rightPart = compile(right)
        let type: ValueType?
        switch sign {
        case .add, .subtract, .multiply, .divide, .remainder: type = arithmeticType(sign, leftPart, rightPart)
        case .equal, .notEqual: type = areComparable(leftPart, rightPart) ? .bool : nil
        case .less, .lessOrEqual, .greater, .greaterOrEqual: type = areOrdered(leftPart, rightPart) ? .bool : nil
        case .isIn: type = isContainer(rightPart, of: leftPart) ? .bool : nil
        }
        if type == nil, environment.isChecked { reportOperands(sign, leftPart, rightPart, node) }
        let part = emit(
            operation(sign), node, a: leftPart.node, b: rightPart.node, type: type ?? resultWithoutCheck(sign))
        return folded(part, children: [leftPart, rightPart], node)
    }

    private func resultWithoutCheck(_ sign: BinaryOperator) -> ValueType {
        switch sign {
        case .add, .subtract, .multiply, .divide, .remainder: .dyn
        default: .bool
        }
    }

    private func operation(_ sign: BinaryOperator) -> Node.Operation {
        switch sign {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .remainder: .remainder
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .isIn: .isIn
        }
    }

    private mutating func reportOperands(_ sign: BinaryOperator, _ left: Part, _ right: Part, _ node: Int) {
        let leftType = solver.final(left.type), rightType = solver.final(right.type)
        if let conflict = OperatorTypes.moneyConflict(leftType, rightType, isStrict: isStrict(sign)) {
            report("money-mismatch", "'\(sign.rawValue)' does not take \(conflict)", node)
            return
        }
        var hint = ""
        if [leftType, rightType].contains(.double),
            [leftType, rightType].contains(where: { $0 == .decimal || $0 == .int })
        {
            hint =
                leftType == .int || rightType == .int
                ? "; convert one with double(…) or decimal(…)" : "; make the double exact with decimal(…)"
        }
        report("type-mismatch", "'\(sign.rawValue)' does not take (\(leftType), \(rightType))\(hint)", node)
    }

    /// Whether amounts with and without basis are kept apart: where they would be mixed, not where they are compared.
    private func isStrict(_ sign: BinaryOperator) -> Bool {
        switch sign {
        case .add, .subtract, .equal, .notEqual: true
        default: false
        }
    }

    private mutating func arithmeticType(_ sign: BinaryOperator, _ left: Part, _ right: Part) -> ValueType? {
        var leftType = solver.shallow(left.type), rightType = solver.shallow(right.type)
        if sign == .add, case .list = leftType, case .list = rightType {
            return solver.joined(leftType, rightType)
        }
        if case .variable = leftType { leftType = .dyn }
        if case .variable = rightType { rightType = .dyn }
        if OperatorTypes.moneyConflict(leftType, rightType, isStrict: isStrict(sign)) != nil { return nil }
        return OperatorTypes.arithmetic(sign, leftType, rightType)
    }

    /// Whether `==` makes sense. Null is compared with anything: it is how an absent value is asked for.
    private mutating func areComparable(_ left: Part, _ right: Part) -> Bool {
        let leftType = solver.shallow(left.type), rightType = solver.shallow(right.type)
        if leftType == .null || rightType == .null { return true }
        if OperatorTypes.areNumbers(leftType, rightType) { return true }
        var attempt = solver
        guard attempt.fit(leftType, to: rightType) else { return false }
        solver = attempt
        return true
    }

    /// Whether two values have an order between them.
    mutating func areOrdered(_ left: Part, _ right: Part) -> Bool {
        let leftType = solver.shallow(left.type), rightType = solver.shallow(right.type)
        guard OperatorTypes.isOrdered(leftType), OperatorTypes.isOrdered(rightType) else { return false }
        if case .money = leftType, case .money = rightType {
            return OperatorTypes.moneyConflict(leftType, rightType, isStrict: false) == nil
        }
        return areComparable(left, right)
    }

    private mutating func isContainer(_ container: Part, of element: Part) -> Bool {
        let elementType = solver.shallow(element.type)
        switch solver.shallow(container.type) {
        case .dyn, .variable: return true
        case .list(let inner):
            let innerType = solver.shallow(inner)
            return OperatorTypes.areNumbers(elementType, innerType) || elementType == .null
                || adapt(element, to: inner) != nil
        case .map(let key, _):
            return OperatorTypes.areNumbers(elementType, solver.shallow(key)) || adapt(element, to: key) != nil
        case .record: return adapt(element, to: .string) != nil
        default: return false
        }
    }

    // MARK: Indexes

    mutating func index(_ operand: Int, _ index: Int, _ isOptional: Bool, _ node: Int) -> Part {
        let container = compile(operand), key = compile(index)
        let found = elementType(of: container, at: key)
        if found == nil, environment.isChecked {
            let types = "\(solver.final(container.type))[\(solver.final(key.type))]"
            report("type-mismatch", "there is no element \(types)", node)
        }
        var type = found ?? .dyn
        var isInOptional = false
        if case .optional = solver.shallow(container.type) { isInOptional = true }
        if isOptional || isInOptional { type = .optional(type) }
        let part = emit(isOptional ? .indexOptional : .index, node, a: container.node, b: key.node, type: type)
        return folded(part, children: [container, key], node)
    }

    private mutating func elementType(of container: Part, at key: Part) -> ValueType? {
        let keyType = solver.shallow(key.type)
        switch solver.shallow(container.type) {
        case .dyn, .variable: return .dyn
        case .list(let element):
            return isInteger(keyType) || adapt(key, to: .int) != nil ? element : nil
        case .map(let mapKey, let value):
            let isNumber = OperatorTypes.areNumbers(keyType, solver.shallow(mapKey))
            return isNumber || adapt(key, to: mapKey) != nil ? value : nil
        case .record(let fields):
            guard adapt(key, to: .string) != nil else { return nil }
            guard case .string(let name)? = constantValue(key) else { return .dyn }
            return fields.first { $0.name == name }?.type
        case .optional(let wrapped): return elementType(of: Part(node: container.node, type: wrapped), at: key)
        default: return nil
        }
    }
}
