/// An expression as it is written: nodes by number, children before their parents.
struct SyntaxTree {
    var nodes: [SyntaxNode] = []
    var root = 0

    subscript(node: Int) -> SyntaxNode { nodes[node] }
}

struct SyntaxNode {
    indirect enum Kind {
        case literal(Value)
        /// `isRooted`: written with a leading point, so neither a macro's variable nor a container's.
        case name(String, isRooted: Bool)
        case select(operand: Int, field: String)
        case selectOptional(operand: Int, field: String)
        case has(operand: Int, field: String)
        case index(operand: Int, index: Int, isOptional: Bool)
        /// `target.function(arguments)` or `function(arguments)`.
        case call(function: String, target: Int?, arguments: [Int])
        case not(Int)
        case negate(Int)
        case binary(BinaryOperator, Int, Int)
        /// As many operands as were written in a row.
        case and([Int])
        case or([Int])
        case conditional(Int, then: Int, otherwise: Int)
        case list([Element])
        case map([Pair])
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`
        case bind(name: String, value: Int, body: Int)
    }

    /// A list's element; an optional one is left out when empty.
    struct Element {
        let value: Int
        let isOptional: Bool
    }

    struct Pair {
        let key: Int
        let value: Int
        let isOptional: Bool
    }

    /// A macro over the elements of a list or the keys of a map.
    struct Comprehension {
        let macro: Macro
        let range: Int
        /// The element or key; with two variables, index or key, then element or value.
        let variables: [String]
        /// Absent where the macro has none: `map` and the transformations may have one.
        let filter: Int?
        let body: Int
    }

    let kind: Kind
    /// In UTF-8 bytes of the source.
    let range: Range<Int>
    /// Levels of nodes below and with this one.
    let depth: Int
}

enum Macro: String {
    case all, exists
    case existsOne = "exists_one"
    case map, filter, transformList, transformMap, transformMapEntry, sortBy, optMap, optFlatMap
}

enum BinaryOperator: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
}
