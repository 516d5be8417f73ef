/// Macros: calls that mean more than a function's call, found by name and number of arguments.
extension Parser {
    /// A call, or the macro that it is.
    mutating func call(
        _ function: String, target: Int?, _ arguments: [Int], _ range: Range<Int>, nameRange: Range<Int>
    ) throws(Stop) -> Int {
        if let target {
            if case .name("cel", _) = tree[target].kind, function == "bind", arguments.count == 3 {
                let name = try variable(arguments[0])
                return try add(
                    .bind(name: name, value: arguments[1], body: arguments[2]), range, children: Array(arguments[1...]))
            }
            if let comprehension = try comprehension(function, target, arguments) {
                let children = [target, comprehension.filter, comprehension.body].compactMap(\.self)
                return try add(.comprehension(comprehension), range, children: children)
            }
        } else if function == "has" {
            guard arguments.count == 1, case .select(let operand, let field) = tree[arguments[0]].kind else {
                throw fail("has() takes one field selection, as has(offer.price)", at: range, code: "invalid-macro")
            }
            return try add(.has(operand: operand, field: field), range, children: [operand])
        }
        let children = arguments + (target.map { [$0] } ?? [])
        return try add(.call(function: function, target: target, arguments: arguments), range, children: children)
    }

    private mutating func comprehension(
        _ function: String, _ target: Int, _ arguments: [Int]
    ) throws(Stop) -> SyntaxNode.Comprehension? {
        func make(_ macro: Macro, _ variables: [String], filter: Int? = nil, _ body: Int) -> SyntaxNode.Comprehension {
            SyntaxNode.Comprehension(macro: macro, range: target, variables: variables, filter: filter, body: body)
        }
        switch (function, arguments.count) {
        case ("all", 2), ("exists", 2), ("filter", 2), ("map", 2), ("sortBy", 2), ("optMap", 2), ("optFlatMap", 2):
            guard let macro = Macro(rawValue: function) else { return nil }
            return make(macro, [try variable(arguments[0])], arguments[1])
        case ("exists_one", 2), ("existsOne", 2): return make(.existsOne, [try variable(arguments[0])], arguments[1])
        case ("map", 3): return make(.map, [try variable(arguments[0])], filter: arguments[1], arguments[2])
        case ("all", 3), ("exists", 3), ("transformList", 3), ("transformMap", 3), ("transformMapEntry", 3):
            guard let macro = Macro(rawValue: function) else { return nil }
            return make(macro, try variables(arguments), arguments[2])
        case ("exists_one", 3), ("existsOne", 3): return make(.existsOne, try variables(arguments), arguments[2])
        case ("transformList", 4), ("transformMap", 4), ("transformMapEntry", 4):
            guard let macro = Macro(rawValue: function) else { return nil }
            return make(macro, try variables(arguments), filter: arguments[2], arguments[3])
        default: return nil
        }
    }

    private mutating func variables(_ arguments: [Int]) throws(Stop) -> [String] {
        let names = [try variable(arguments[0]), try variable(arguments[1])]
        guard names[0] != names[1] else {
            throw fail("the two variables need two names", at: tree[arguments[1]].range, code: "invalid-macro")
        }
        return names
    }

    /// The simple name that an argument must be.
    private mutating func variable(_ node: Int) throws(Stop) -> String {
        guard case .name(let name, isRooted: false) = tree[node].kind else {
            throw fail("a macro's variable is a simple name", at: tree[node].range, code: "invalid-macro")
        }
        return name
    }
}
