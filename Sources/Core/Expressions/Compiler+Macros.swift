/// Macros: their variables' types and their results'.
extension Compiler {
    mutating func comprehension(_ comprehension: SyntaxNode.Comprehension, _ node: Int) -> Part {
        let macro = comprehension.macro
        let range = compile(comprehension.range)
        let types = variableTypes(of: range, comprehension)
        let count = locals.count
        let places = zip(comprehension.variables, types).map { declare($0, $1) }
        let filter = comprehension.filter.map { condition($0, "the filter of '\(macro.rawValue)'") }
        let body: Part
        switch macro {
        case .all, .exists, .existsOne, .filter: body = condition(comprehension.body, "'\(macro.rawValue)'")
        default: body = compile(comprehension.body)
        }
        locals.removeSubrange(count...)
        let type = resultType(of: comprehension, range: range, variables: types, body: body)
        comprehensions.append(
            ComprehensionPlan(
                macro: macro, range: range.node, first: places[0], second: places.count > 1 ? places[1] : nil,
                filter: filter?.node, body: body.node))
        return emit(.comprehension, node, a: Int32(comprehensions.count - 1), type: type)
    }

    private mutating func variableTypes(of range: Part, _ comprehension: SyntaxNode.Comprehension) -> [ValueType] {
        let hasTwo = comprehension.variables.count == 2
        let type = solver.shallow(range.type)
        switch (type, comprehension.macro) {
        case (.dyn, _), (.variable, _): return [.dyn, .dyn]
        case (.optional(let wrapped), .optMap), (.optional(let wrapped), .optFlatMap): return [wrapped]
        case (_, .optMap), (_, .optFlatMap): break
        case (.list(let element), _): return hasTwo ? [.int, element] : [element]
        case (_, .sortBy): break
        case (.map(let key, let value), _): return hasTwo ? [key, value] : [key]
        case (.record, _): return hasTwo ? [.string, .dyn] : [.string]
        default: break
        }
        if environment.isChecked {
            let name = comprehension.macro.rawValue
            report("type-mismatch", "'\(name)' does not go over \(solver.final(type))", comprehension.range)
        }
        return [.dyn, .dyn]
    }

    private mutating func resultType(
        of comprehension: SyntaxNode.Comprehension, range: Part, variables: [ValueType], body: Part
    ) -> ValueType {
        switch comprehension.macro {
        case .all, .exists, .existsOne: return .bool
        case .filter: return .list(variables[0])
        case .map, .transformList: return .list(body.type)
        case .transformMap: return .map(key: keyType(range, variables), value: body.type)
        case .transformMapEntry:
            let key = solver.fresh(), value = solver.fresh()
            check(body, is: .map(key: key, value: value), comprehension)
            return .map(key: key, value: value)
        case .sortBy:
            checkOrder(body.type, comprehension.body)
            return .list(variables[0])
        case .optMap: return .optional(body.type)
        case .optFlatMap:
            let wrapped = solver.fresh()
            check(body, is: .optional(wrapped), comprehension)
            return .optional(wrapped)
        }
    }

    private func keyType(_ range: Part, _ variables: [ValueType]) -> ValueType {
        if case .list = solver.shallow(range.type) { .int } else { variables[0] }
    }

    private mutating func check(_ body: Part, is type: ValueType, _ comprehension: SyntaxNode.Comprehension) {
        guard adapt(body, to: type) == nil, environment.isChecked else { return }
        let name = comprehension.macro.rawValue
        report(
            "type-mismatch", "'\(name)' needs a \(type.runtimeName), and this is \(solver.final(body.type))",
            comprehension.body)
    }
}
