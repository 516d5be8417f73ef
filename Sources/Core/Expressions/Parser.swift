/// Reads tokens into a tree, by recursive descent and precedence climbing.
///
/// Source: CEL language definition, "Syntax". Nesting and the tree's depth are bounded, so that neither reading nor
/// checking nor evaluating can exhaust the stack.
struct Parser {
    /// Levels of nesting, and of the tree; the language asks for 32.
    static let greatestDepth = 128
    static let mostNodes = 20_000

    /// Reading stops at the first mistake; a tree of half an expression would only bring false alarms.
    struct Stop: Error {}

    let decimalLiterals: Bool
    private let tokens: [Token]
    private var place = 0
    private var nesting = 0
    private(set) var tree = SyntaxTree()
    private(set) var diagnostics: [ExpressionDiagnostic] = []

    /// The tree of a source; absent, with diagnostics, when it cannot be read.
    static func parse(_ source: String, decimalLiterals: Bool) -> (SyntaxTree?, [ExpressionDiagnostic]) {
        let (tokens, diagnostics) = Lexer.tokens(of: source)
        guard diagnostics.isEmpty else { return (nil, diagnostics) }
        var parser = Parser(decimalLiterals: decimalLiterals, tokens: tokens)
        do {
            parser.tree.root = try parser.expression()
            if parser.token.kind != .end { throw parser.unexpected("the expression should end here") }
            return (parser.tree, [])
        } catch {
            return (nil, parser.diagnostics)
        }
    }

    private init(decimalLiterals: Bool, tokens: [Token]) {
        self.decimalLiterals = decimalLiterals
        self.tokens = tokens
    }

    // MARK: Tokens

    private var token: Token { tokens[place] }

    private mutating func take() -> Token {
        let taken = token
        if taken.kind != .end { place += 1 }
        return taken
    }

    private mutating func accept(_ sign: String) -> Bool {
        guard token.kind == .sign(sign) else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ sign: String, _ purpose: String) throws(Stop) {
        guard accept(sign) else { throw unexpected("'\(sign)' is missing \(purpose)") }
    }

    mutating func fail(_ message: String, at range: Range<Int>, code: String = "syntax") -> Stop {
        diagnostics.append(
            ExpressionDiagnostic(offset: range.lowerBound, length: range.count, code: code, message: message))
        return Stop()
    }

    private mutating func unexpected(_ message: String) -> Stop {
        let found =
            switch token.kind {
            case .end: "the expression ends"
            case .identifier(let word), .reserved(let word), .sign(let word): "found '\(word)'"
            case .quotedIdentifier(let word): "found `\(word)`"
            case .int, .uint, .fraction: "found a number"
            case .string, .bytes: "found a text"
            }
        return fail("\(message); \(found)", at: token.range)
    }

    mutating func add(_ kind: SyntaxNode.Kind, _ range: Range<Int>, children: [Int] = []) throws(Stop) -> Int {
        let depth = 1 + (children.map { tree[$0].depth }.max() ?? 0)
        guard depth <= Self.greatestDepth else {
            throw fail(
                "the expression is nested more than \(Self.greatestDepth) levels deep", at: range, code: "too-large")
        }
        guard tree.nodes.count < Self.mostNodes else {
            throw fail("the expression has more than \(Self.mostNodes) parts", at: range, code: "too-large")
        }
        tree.nodes.append(SyntaxNode(kind: kind, range: range, depth: depth))
        return tree.nodes.count - 1
    }

    func range(from start: Int) -> Range<Int> { start..<tokens[max(place - 1, 0)].range.upperBound }

    // MARK: Operators

    /// `a ? b : c`, or whatever binds closer.
    private mutating func expression() throws(Stop) -> Int {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.greatestDepth else {
            throw fail(
                "the expression is nested more than \(Self.greatestDepth) levels deep", at: token.range,
                code: "too-large")
        }
        let start = token.range.lowerBound
        let condition = try logical("||")
        guard accept("?") else { return condition }
        let then = try logical("||")
        try expect(":", "after the value for true")
        let otherwise = try expression()
        return try add(
            .conditional(condition, then: then, otherwise: otherwise), range(from: start),
            children: [condition, then, otherwise])
    }

    /// A row of `||`, or of `&&` within it.
    private mutating func logical(_ sign: String) throws(Stop) -> Int {
        let start = token.range.lowerBound
        var operands = [sign == "||" ? try logical("&&") : try binary(0)]
        while accept(sign) { operands.append(sign == "||" ? try logical("&&") : try binary(0)) }
        guard operands.count > 1 else { return operands[0] }
        return try add(sign == "||" ? .or(operands) : .and(operands), range(from: start), children: operands)
    }

    /// Relations (level 0), sums (1) and products (2), each from left to right.
    private mutating func binary(_ level: Int) throws(Stop) -> Int {
        guard level < 3 else { return try unary() }
        let start = token.range.lowerBound
        var left = try binary(level + 1)
        while case .sign(let sign) = token.kind, let binaryOperator = BinaryOperator(rawValue: sign),
            Self.level(of: binaryOperator) == level
        {
            place += 1
            let right = try binary(level + 1)
            left = try add(.binary(binaryOperator, left, right), range(from: start), children: [left, right])
        }
        return left
    }

    private static func level(of binaryOperator: BinaryOperator) -> Int {
        switch binaryOperator {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: 0
        case .add, .subtract: 1
        case .multiply, .divide, .remainder: 2
        }
    }

    private mutating func unary() throws(Stop) -> Int {
        let start = token.range.lowerBound
        guard case .sign(let sign) = token.kind, sign == "!" || sign == "-" else {
            return try member(primary(), from: start)
        }
        var starts: [Int] = []
        while token.kind == .sign(sign) {
            starts.append(token.range.lowerBound)
            place += 1
        }
        // The sign before a number belongs to it: the least integer has no positive counterpart.
        let isNegative = sign == "-" && isSignedNumber
        let operandStart = isNegative ? starts.removeLast() : token.range.lowerBound
        let first = isNegative ? try literal(isNegative: true, from: operandStart) : try primary()
        var operand = try member(first, from: operandStart)
        for start in starts.reversed() {
            operand = try add(sign == "!" ? .not(operand) : .negate(operand), range(from: start), children: [operand])
        }
        return operand
    }

    private var isSignedNumber: Bool {
        switch token.kind {
        case .int, .fraction: true
        default: false
        }
    }

    // MARK: Members

    /// What follows a primary: selections, calls, indexes.
    private mutating func member(_ primary: Int, from start: Int) throws(Stop) -> Int {
        var operand = primary
        while true {
            if accept(".") {
                let isOptional = accept("?")
                let nameRange = token.range
                let (name, isCallable) = try fieldName()
                if isCallable, !isOptional, accept("(") {
                    let arguments = try expressions(until: ")")
                    operand = try call(name, target: operand, arguments, range(from: start), nameRange: nameRange)
                } else {
                    let kind: SyntaxNode.Kind =
                        isOptional
                        ? .selectOptional(operand: operand, field: name) : .select(operand: operand, field: name)
                    operand = try add(kind, range(from: start), children: [operand])
                }
            } else if accept("[") {
                let isOptional = accept("?")
                let index = try expression()
                try expect("]", "after the index")
                operand = try add(
                    .index(operand: operand, index: index, isOptional: isOptional), range(from: start),
                    children: [operand, index])
            } else if token.kind == .sign("{"), isTypeName(operand) {
                throw fail("there are no message types here; a map is written {'name': value}", at: range(from: start))
            } else {
                return operand
            }
        }
    }

    private func isTypeName(_ node: Int) -> Bool {
        switch tree[node].kind {
        case .name, .select: true
        default: false
        }
    }

    private mutating func fieldName() throws(Stop) -> (name: String, isCallable: Bool) {
        switch token.kind {
        case .identifier(let name), .reserved(let name):
            place += 1
            return (name, true)
        case .quotedIdentifier(let name):
            place += 1
            return (name, false)
        default: throw unexpected("a name is missing after the point")
        }
    }

    private mutating func primary() throws(Stop) -> Int {
        let start = token.range.lowerBound
        switch token.kind {
        case .int, .uint, .fraction, .string, .bytes, .sign("true"), .sign("false"), .sign("null"):
            return try literal(isNegative: false, from: start)
        case .sign("("):
            place += 1
            let inner = try expression()
            try expect(")", "to close the bracket")
            return inner
        case .sign("["): return try list(from: start)
        case .sign("{"): return try map(from: start)
        case .sign("."):
            place += 1
            guard case .identifier(let name) = token.kind else { throw unexpected("a name is missing after the point") }
            return try named(name, isRooted: true, from: start)
        case .identifier(let name): return try named(name, isRooted: false, from: start)
        case .reserved(let word):
            throw fail("'\(word)' is a reserved word and cannot be a name", at: token.range)
        default: throw unexpected("a value is missing")
        }
    }
    /// A name, or a call when a bracket follows.
    private mutating func named(_ name: String, isRooted: Bool, from start: Int) throws(Stop) -> Int {
        let nameRange = token.range
        place += 1
        guard accept("(") else { return try add(.name(name, isRooted: isRooted), range(from: start)) }
        let arguments = try expressions(until: ")")
        return try call(name, target: nil, arguments, range(from: start), nameRange: nameRange)
    }

    private mutating func literal(isNegative: Bool, from start: Int) throws(Stop) -> Int {
        let taken = take()
        let value: Value
        switch taken.kind {
        case .int(let magnitude):
            guard magnitude <= Int64.max.magnitude || (isNegative && magnitude == Int64.min.magnitude) else {
                throw fail("the integer does not fit 64 bits; 18446744073709551615u would", at: taken.range)
            }
            value = .int(isNegative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude))
        case .uint(let magnitude): value = .uint(magnitude)
        case .fraction(let digits):
            let text = (isNegative ? "-" : "") + (digits.hasPrefix(".") ? "0" : "") + digits
            if decimalLiterals {
                guard let decimal = Decimal(text) else {
                    throw fail("the number has more than 38 digits or places", at: taken.range)
                }
                value = .decimal(decimal)
            } else {
                value = .double(Double(text) ?? .nan)
            }
        case .string(let text): value = .string(text)
        case .bytes(let bytes): value = .bytes(bytes)
        case .sign("true"): value = .bool(true)
        case .sign("false"): value = .bool(false)
        default: value = .null
        }
        return try add(.literal(value), range(from: start))
    }

    // MARK: Sequences

    /// Expressions with commas between them, and the closing sign.
    private mutating func expressions(until close: String) throws(Stop) -> [Int] {
        var list: [Int] = []
        guard !accept(close) else { return list }
        repeat { list.append(try expression()) } while accept(",")
        try expect(close, "after the arguments")
        return list
    }

    private mutating func list(from start: Int) throws(Stop) -> Int {
        place += 1
        var elements: [SyntaxNode.Element] = []
        while !accept("]") {
            let isOptional = accept("?")
            elements.append(SyntaxNode.Element(value: try expression(), isOptional: isOptional))
            guard accept(",") else {
                try expect("]", "to end the list")
                break
            }
        }
        return try add(.list(elements), range(from: start), children: elements.map(\.value))
    }

    private mutating func map(from start: Int) throws(Stop) -> Int {
        place += 1
        var pairs: [SyntaxNode.Pair] = []
        while !accept("}") {
            let isOptional = accept("?")
            let key = try expression()
            try expect(":", "after the map's key")
            pairs.append(SyntaxNode.Pair(key: key, value: try expression(), isOptional: isOptional))
            guard accept(",") else {
                try expect("}", "to end the map")
                break
            }
        }
        return try add(.map(pairs), range(from: start), children: pairs.flatMap { [$0.key, $0.value] })
    }
}
