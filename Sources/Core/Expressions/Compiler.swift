/// Checks a tree and turns it into a program, in one pass: types flow up, mistakes are collected.
struct Compiler {
    /// A part of the program with its type.
    struct Part {
        let node: Int32
        /// As the solver knows it; may be a variable.
        var type: ValueType
    }

    struct Local {
        let name: String
        let type: ValueType
        let place: Int
    }

    let tree: SyntaxTree
    let environment: ExpressionEnvironment
    var diagnostics: [ExpressionDiagnostic] = []
    var solver = TypeSolver()
    var locals: [Local] = []
    var localCount = 0
    var nodes: [Node] = []
    var constants: [Value] = []
    var operands: [Int32] = []
    var functions: [LibraryFunction] = []
    var hostFunctions: [HostCall] = []
    var comprehensions: [ComprehensionPlan] = []
    var patterns: [RegularExpression] = []
    /// Declared names in order of first use.
    var slots: [String] = []

    /// More diagnostics of one expression help nobody.
    private static let mostDiagnostics = 20

    init(tree: SyntaxTree, environment: ExpressionEnvironment) {
        self.tree = tree
        self.environment = environment
    }

    /// The type, program and sorted names of the whole expression; meaningless when there are diagnostics.
    mutating func compile(expecting expected: ValueType?) -> (ValueType, Program, [String]) {
        var root = compile(tree.root)
        if let expected {
            let actual = solver.shallow(root.type)
            if let adapted = adapt(root, to: expected) {
                root = adapted
            } else if environment.isChecked {
                let message = "the value must be \(expected), and this is \(solver.final(actual))"
                report("type-mismatch", message, tree.root)
            }
        }
        let sorted = slots.sorted()
        var newSlots: [Int32: Int32] = [:]
        for (slot, name) in slots.enumerated() {
            newSlots[Int32(slot)] = Int32(sorted.firstIndex(of: name) ?? 0)
        }
        let renumbered = nodes.map { node in
            var node = node
            if node.operation == .variable { node.a = newSlots[node.a] ?? node.a }
            return node
        }
        return (solver.final(root.type), program(nodes: renumbered, root: root.node, names: sorted), sorted)
    }

    private func program(nodes: [Node], root: Int32, names: [String]) -> Program {
        Program(
            nodes: nodes, root: root, constants: constants, operands: operands, functions: functions,
            hostFunctions: hostFunctions, comprehensions: comprehensions, patterns: patterns, localCount: localCount,
            slotNames: names, environment: environment)
    }

    // MARK: Building

    mutating func report(_ code: String, _ message: String, _ node: Int, guess: String? = nil) {
        let range = tree[node].range
        report(code, message, range, guess: guess)
    }

    mutating func report(_ code: String, _ message: String, _ range: Range<Int>, guess: String? = nil) {
        guard diagnostics.count < Self.mostDiagnostics else { return }
        diagnostics.append(
            ExpressionDiagnostic(
                offset: range.lowerBound, length: range.count, code: code, message: message, guess: guess))
    }

    mutating func emit(
        _ operation: Node.Operation, _ node: Int, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0, type: ValueType
    ) -> Part {
        let offset = Int32(tree[node].range.lowerBound)
        nodes.append(Node(operation: operation, a: a, b: b, c: c, offset: offset))
        return Part(node: Int32(nodes.count - 1), type: type)
    }

    mutating func constant(_ value: Value) -> Int32 {
        constants.append(value)
        return Int32(constants.count - 1)
    }

    mutating func emitConstant(_ value: Value, _ node: Int, type: ValueType? = nil) -> Part {
        emit(.constant, node, a: constant(value), type: type ?? value.valueType)
    }

    /// An error when evaluated: what an unchecked expression makes of an unknown name (0) or function (1).
    mutating func emitFailure(_ message: String, kind: Int32, _ node: Int) -> Part {
        emit(.fail, node, a: constant(.string(message)), b: kind, type: .dyn)
    }

    mutating func run(of parts: [Int32]) -> (start: Int32, count: Int32) {
        operands += parts
        return (Int32(operands.count - parts.count), Int32(parts.count))
    }

    func constantValue(_ part: Part) -> Value? {
        let node = nodes[Int(part.node)]
        return node.operation == .constant ? constants[Int(node.a)] : nil
    }

    /// Steps that folding one constant may take.
    private static let foldingCost = 10_000

    /// The part, as a constant if all its children are: then it is evaluated now. An error stays for evaluation.
    mutating func folded(_ part: Part, children: [Part], _ node: Int) -> Part {
        guard children.allSatisfy({ constantValue($0) != nil }) else { return part }
        let candidate = program(nodes: nodes, root: part.node, names: [])
        var evaluation = Evaluation(program: candidate, costLimit: Self.foldingCost)
        guard let value = try? evaluation.value(of: part.node, { _ in nil }) else { return part }
        return emitConstant(value, node, type: part.type)
    }

    /// The part as a value for a place of a type, an integer made a decimal; nil when it does not fit.
    mutating func adapt(_ part: Part, to expected: ValueType) -> Part? {
        var attempt = solver
        if attempt.fit(part.type, to: expected) {
            solver = attempt
            return part
        }
        guard solver.shallow(expected) == .decimal, isInteger(part.type) else { return nil }
        return asDecimal(part)
    }

    func isInteger(_ type: ValueType) -> Bool {
        switch solver.shallow(type) {
        case .int, .uint: true
        default: false
        }
    }

    /// An integer as a decimal.
    mutating func asDecimal(_ part: Part) -> Part {
        let offset = nodes[Int(part.node)].offset
        if let decimal = constantValue(part)?.asDecimal {
            nodes.append(Node(operation: .constant, a: constant(.decimal(decimal)), offset: offset))
        } else {
            nodes.append(Node(operation: .toDecimal, a: part.node, offset: offset))
        }
        return Part(node: Int32(nodes.count - 1), type: .decimal)
    }

    // MARK: Nodes

    mutating func compile(_ node: Int) -> Part {
        switch tree[node].kind {
        case .literal(let value): return emitConstant(value, node)
        case .name, .select: return named(node)
        case .selectOptional(let operand, let field): return selectOptional(operand, field, node)
        case .has(let operand, let field): return has(operand, field, node)
        case .index(let operand, let index, let isOptional): return self.index(operand, index, isOptional, node)
        case .call(let function, let target, let arguments): return call(function, target, arguments, node)
        case .not(let operand):
            let part = condition(operand, "'!'")
            return folded(emit(.not, node, a: part.node, type: .bool), children: [part], node)
        case .negate(let operand): return negation(operand, node)
        case .binary(let sign, let left, let right): return binary(sign, left, right, node)
        case .and(let parts): return conjunction(.and, parts, "'&&'", node)
        case .or(let parts): return conjunction(.or, parts, "'||'", node)
        case .conditional(let condition, let then, let otherwise): return conditional(condition, then, otherwise, node)
        case .list(let elements): return list(elements, node)
        case .map(let pairs): return map(pairs, node)
        case .comprehension(let comprehension): return self.comprehension(comprehension, node)
        case .bind(let name, let value, let body):
            let part = compile(value)
            let place = declare(name, part.type)
            let result = compile(body)
            locals.removeLast()
            return emit(.bind, node, a: part.node, b: result.node, c: Int32(place), type: result.type)
        }
    }

    mutating func declare(_ name: String, _ type: ValueType) -> Int {
        locals.append(Local(name: name, type: type, place: localCount))
        localCount += 1
        return localCount - 1
    }

    /// A part that must be true or false.
    mutating func condition(_ node: Int, _ purpose: String) -> Part {
        let part = compile(node)
        if environment.isChecked, adapt(part, to: .bool) == nil {
            report("type-mismatch", "\(purpose) needs true or false, and this is \(solver.final(part.type))", node)
        }
        return part
    }

    private mutating func conjunction(_ operation: Node.Operation, _ parts: [Int], _ sign: String, _ node: Int) -> Part
    {
        let compiled = parts.map { condition($0, sign) }
        let run = run(of: compiled.map(\.node))
        return folded(emit(operation, node, a: run.start, b: run.count, type: .bool), children: compiled, node)
    }

    private mutating func conditional(_ condition: Int, _ then: Int, _ otherwise: Int, _ node: Int) -> Part {
        let test = self.condition(condition, "'? :'")
        let branches = unified([compile(then), compile(otherwise)])
        let (first, second) = (branches.parts[0], branches.parts[1])
        if branches.type == nil, environment.isChecked {
            let message =
                "the value is \(solver.final(first.type)) or \(solver.final(second.type)); both must be of one type"
            report("type-mismatch", message, node)
        }
        let type = branches.type ?? .dyn
        if case .bool(let flag)? = constantValue(test) {
            return Part(node: flag ? first.node : second.node, type: type)
        }
        return emit(.conditional, node, a: test.node, b: first.node, c: second.node, type: type)
    }

    /// The parts with one type, integers made decimals beside decimals; the type is absent when they have none in common.
    mutating func unified(_ parts: [Part]) -> (parts: [Part], type: ValueType?) {
        guard var type = parts.first?.type else { return ([], solver.fresh()) }
        let types = parts.map { solver.shallow($0.type) }
        if types.contains(.decimal), types.allSatisfy({ $0 == .decimal || isInteger($0) }) {
            return (parts.map { isInteger($0.type) ? asDecimal($0) : $0 }, .decimal)
        }
        for part in parts.dropFirst() {
            guard let common = solver.joined(type, part.type) else { return (parts, nil) }
            type = common
        }
        return (parts, type)
    }

    private mutating func list(_ elements: [SyntaxNode.Element], _ node: Int) -> Part {
        let hasOptional = elements.contains(where: \.isOptional)
        var parts = elements.map { compile($0.value) }
        if hasOptional {
            for (place, element) in elements.enumerated() where element.isOptional {
                parts[place].type = wrapped(parts[place], element.value)
            }
            let type = joinedType(parts.map(\.type)) ?? .dyn
            let run = run(of: zip(parts, elements).flatMap { [$0.node, $1.isOptional ? 1 : 0] })
            return emit(.optionalList, node, a: run.start, b: run.count, type: .list(type))
        }
        let (unifiedParts, type) = unified(parts)
        parts = unifiedParts
        let run = run(of: parts.map(\.node))
        return folded(emit(.list, node, a: run.start, b: run.count, type: .list(type ?? .dyn)), children: parts, node)
    }

    private mutating func map(_ pairs: [SyntaxNode.Pair], _ node: Int) -> Part {
        let keys = pairs.map { compile($0.key) }
        var values = pairs.map { compile($0.value) }
        for (key, pair) in zip(keys, pairs) where environment.isChecked {
            switch solver.shallow(key.type) {
            case .dyn, .variable, .bool, .int, .uint, .string: break
            default:
                report(
                    "type-mismatch", "a map's key is a string, an integer or a boolean, not \(solver.final(key.type))",
                    pair.key)
            }
        }
        let hasOptional = pairs.contains(where: \.isOptional)
        for (place, pair) in pairs.enumerated() where pair.isOptional {
            values[place].type = wrapped(values[place], pair.value)
        }
        var type: ValueType?
        if hasOptional { type = joinedType(values.map(\.type)) } else { (values, type) = unified(values) }
        let mapType = ValueType.map(key: joinedType(keys.map(\.type)) ?? .dyn, value: type ?? .dyn)
        guard hasOptional else {
            let run = run(of: zip(keys, values).flatMap { [$0.node, $1.node] })
            return folded(emit(.map, node, a: run.start, b: run.count, type: mapType), children: keys + values, node)
        }
        let triples = pairs.indices.map { [keys[$0].node, values[$0].node, pairs[$0].isOptional ? 1 : 0] }
        let run = run(of: Array(triples.joined()))
        return emit(.optionalMap, node, a: run.start, b: run.count, type: mapType)
    }

    private mutating func joinedType(_ types: [ValueType]) -> ValueType? {
        guard var type = types.first else { return solver.fresh() }
        for other in types.dropFirst() {
            guard let common = solver.joined(type, other) else { return nil }
            type = common
        }
        return type
    }

    /// What is in an optional.
    private mutating func wrapped(_ part: Part, _ node: Int) -> ValueType {
        let inner = solver.fresh()
        if adapt(part, to: .optional(inner)) == nil, environment.isChecked {
            report("type-mismatch", "after '?' an optional is expected, and this is \(solver.final(part.type))", node)
        }
        return inner
    }
}
