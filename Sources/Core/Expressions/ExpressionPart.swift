/// A part of an expression as it is written: what explanations of its value are made of.
///
/// Each part's source is an expression of the same names, so that it can be evaluated alone; what stands inside a macro,
/// where other names hold, is no part.
package struct ExpressionPart: Hashable, Sendable {
    /// What the part is.
    package indirect enum Kind: Hashable, Sendable {
        case literal
        /// A name, or a chain of fields from one: `offer`, `event.price`.
        case name([String])
        /// Parts of which every one has to hold.
        case all([ExpressionPart])
        /// Parts of which one has to hold.
        case any([ExpressionPart])
        case not(ExpressionPart)
        case comparison(Comparison, ExpressionPart, ExpressionPart)
        /// `condition ? then : otherwise`
        case choice(condition: ExpressionPart, then: ExpressionPart, otherwise: ExpressionPart)
        /// A function with its arguments, that before the point first.
        case call(function: String, arguments: [ExpressionPart])
        /// Anything else, of these parts.
        case operation([ExpressionPart])
    }

    /// An operator that compares.
    package enum Comparison: String, Hashable, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case isIn = "in"
    }

    /// The part's text.
    package var source: String
    package var kind: Kind

    /// The parts directly in this one, in their order.
    package var children: [ExpressionPart] {
        switch kind {
        case .literal, .name: []
        case .all(let parts), .any(let parts), .operation(let parts), .call(_, let parts): parts
        case .not(let part): [part]
        case .comparison(_, let left, let right): [left, right]
        case .choice(let condition, let then, let otherwise): [condition, then, otherwise]
        }
    }
}

extension Expression {
    /// The expression in its parts.
    package var outline: ExpressionPart {
        let whole = ExpressionPart(source: source, kind: .operation([]))
        guard let tree = Parser.parse(source, decimalLiterals: true).0 else { return whole }
        return Outline(tree: tree, source: Array(source.utf8)).part(tree.root)
    }
}

/// Turns syntax into parts.
private struct Outline {
    let tree: SyntaxTree
    let source: [UInt8]

    func part(_ node: Int) -> ExpressionPart {
        ExpressionPart(source: String(decoding: source[tree[node].range], as: UTF8.self), kind: kind(node))
    }

    private func kind(_ node: Int) -> ExpressionPart.Kind {
        if let name = name(node) { return .name(name) }
        switch tree[node].kind {
        case .literal: return .literal
        case .name(let name, _): return .name([name])
        case .select(let operand, _), .selectOptional(let operand, _), .has(let operand, _):
            return .operation([part(operand)])
        case .index(let operand, let index, _): return .operation([part(operand), part(index)])
        case .call(let function, let target, let arguments):
            let namespace = target.flatMap { tree.isNamespace($0, of: function) }
            let operands = (namespace == nil ? target.map { [$0] } ?? [] : []) + arguments
            return .call(
                function: namespace.map { "\($0).\(function)" } ?? function, arguments: operands.map { part($0) })
        case .not(let operand): return .not(part(operand))
        case .negate(let operand): return .operation([part(operand)])
        case .binary(let sign, let left, let right):
            guard let comparison = ExpressionPart.Comparison(rawValue: sign.rawValue) else {
                return .operation([part(left), part(right)])
            }
            return .comparison(comparison, part(left), part(right))
        case .and(let operands): return .all(operands.map { part($0) })
        case .or(let operands): return .any(operands.map { part($0) })
        case .conditional(let condition, let then, let otherwise):
            return .choice(condition: part(condition), then: part(then), otherwise: part(otherwise))
        case .list(let elements): return .operation(elements.map { part($0.value) })
        case .map(let pairs): return .operation(pairs.flatMap { [part($0.key), part($0.value)] })
        case .comprehension(let comprehension): return .operation([part(comprehension.range)])
        case .bind(_, let value, _): return .operation([part(value)])
        }
    }

    /// A chain of fields from a name.
    private func name(_ node: Int) -> [String]? {
        switch tree[node].kind {
        case .name(let name, _): [name]
        case .select(let operand, let field): name(operand).map { $0 + [field] }
        default: nil
        }
    }
}

extension SyntaxTree {
    /// The namespace that stands before a function's point, as in `math.least`; absent where a value stands there.
    fileprivate func isNamespace(_ target: Int, of function: String) -> String? {
        guard case .name(let name, _) = self[target].kind,
            ["math", "optional", "lists", "strings", "rules"].contains(name)
        else { return nil }
        return name
    }
}
