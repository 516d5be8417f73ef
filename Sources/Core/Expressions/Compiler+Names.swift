/// Names, qualified names and selections.
extension Compiler {
    /// A name or a selection, which may be a part of a longer, declared name.
    ///
    /// Source: CEL language definition, "Name Resolution": the longest prefix that is declared counts, in the container
    /// first, then in those around it; a macro's variable hides everything else.
    mutating func named(_ node: Int) -> Part {
        guard let chain = chain(node) else {
            guard case .select(let operand, let field) = tree[node].kind else { preconditionFailure("no name") }
            return select(compile(operand), field, node)
        }
        let names = chain.names.map(\.name)
        if !chain.isRooted, let local = locals.last(where: { $0.name == names[0] }) {
            let part = emit(.local, chain.names[0].node, a: Int32(local.place), type: local.type)
            return select(part, chain.names.dropFirst())
        }
        for count in stride(from: names.count, to: 0, by: -1) {
            let name = names.prefix(count).joined(separator: ".")
            if let part = declared(name, isRooted: chain.isRooted, chain.names[count - 1].node) {
                return select(part, chain.names.dropFirst(count))
            }
        }
        let first = chain.names[0]
        guard environment.isChecked else {
            return emitFailure("'\(names.joined(separator: "."))' is not declared", kind: 0, node)
        }
        // A name that something else has a part of, as the title of a committee, is mistaken as a whole.
        if names.count > 1, environment.variables.keys.contains(where: { $0.hasPrefix("\(first.name).") }) {
            let whole = names.joined(separator: ".")
            let ofOwner = environment.variables.keys.filter { $0.hasPrefix("\(first.name).") }.sorted()
            report("unknown-name", "there is no '\(whole)' here", node, guess: closest(to: whole, among: ofOwner))
            return emitFailure(whole, kind: 0, node)
        }
        // In a container, its names can be written without it.
        let prefix = environment.container.isEmpty ? "." : "\(environment.container)."
        let ofContainer = environment.variables.keys.filter { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
        let known = environment.variables.keys.sorted() + ofContainer.sorted() + locals.map(\.name)
        report(
            "unknown-name", "there is no '\(first.name)' here", first.node, guess: closest(to: first.name, among: known)
        )
        return emitFailure(first.name, kind: 0, node)
    }

    /// The names of `a.b.c`, each with the node that ends there; nil when the selections start from something else.
    func chain(_ node: Int) -> (names: [(name: String, node: Int)], isRooted: Bool)? {
        var names: [(String, Int)] = []
        var current = node
        while true {
            switch tree[current].kind {
            case .name(let name, let isRooted): return (((names + [(name, current)]).reversed()), isRooted)
            case .select(let operand, let field):
                names.append((field, current))
                current = operand
            default: return nil
            }
        }
    }

    /// A variable or a type of that name.
    private mutating func declared(_ name: String, isRooted: Bool, _ node: Int) -> Part? {
        for candidate in isRooted ? [name] : qualified(name) {
            if let type = environment.variables[candidate] {
                let slot = slots.firstIndex(of: candidate) ?? slots.count
                if slot == slots.count { slots.append(candidate) }
                return emit(.variable, node, a: Int32(slot), type: type)
            }
            if let type = ValueType.named[candidate], type != .dyn { return emitConstant(.type(type), node) }
        }
        return nil
    }

    /// The name in the container and those around it: in `a.b`, `a.b.x`, `a.x`, `x`.
    func qualified(_ name: String) -> [String] {
        guard !environment.container.isEmpty else { return [name] }
        let parts = environment.container.split(separator: ".")
        return (0...parts.count).reversed().map { (parts.prefix($0) + [name[...]]).joined(separator: ".") }
    }

    // MARK: Selections

    private mutating func select(_ part: Part, _ fields: some Sequence<(name: String, node: Int)>) -> Part {
        var part = part
        for field in fields { part = select(part, field.name, field.node) }
        return part
    }

    private mutating func select(_ operand: Part, _ field: String, _ node: Int) -> Part {
        let type = fieldType(operand.type, field, node)
        let part = emit(.select, node, a: operand.node, b: constant(.string(field)), type: type)
        return folded(part, children: [operand], node)
    }

    mutating func selectOptional(_ operand: Int, _ field: String, _ node: Int) -> Part {
        let part = compile(operand)
        var type = fieldType(part.type, field, node)
        if case .optional = solver.shallow(type) {} else { type = .optional(type) }
        return emit(.selectOptional, node, a: part.node, b: constant(.string(field)), type: type)
    }

    mutating func has(_ operand: Int, _ field: String, _ node: Int) -> Part {
        let part = compile(operand)
        _ = fieldType(part.type, field, node)
        let result = emit(.has, node, a: part.node, b: constant(.string(field)), type: .bool)
        return folded(result, children: [part], node)
    }

    /// The type of a field; a diagnostic when there is none.
    private mutating func fieldType(_ operand: ValueType, _ field: String, _ node: Int) -> ValueType {
        switch solver.shallow(operand) {
        case .dyn, .variable: return .dyn
        case .map(let key, let value):
            var attempt = solver
            if attempt.fit(.string, to: key) {
                solver = attempt
                return value
            }
        case .record(let fields):
            if let found = fields.first(where: { $0.name == field }) { return found.type }
            if environment.isChecked {
                let names = fields.map(\.name)
                let known = names.isEmpty ? "it has none" : "it has " + names.joined(separator: ", ")
                report(
                    "unknown-field", "there is no field '\(field)'; \(known)", fieldRange(field, node),
                    guess: closest(to: field, among: names))
            }
            return .dyn
        case .optional(let wrapped): return .optional(fieldType(wrapped, field, node))
        default: break
        }
        if environment.isChecked {
            report("type-mismatch", "\(solver.final(operand)) has no fields", fieldRange(field, node))
        }
        return .dyn
    }

    /// The field's name at the end of its selection, to point at in a message.
    private func fieldRange(_ field: String, _ node: Int) -> Range<Int> {
        let range = tree[node].range
        return max(range.lowerBound, range.upperBound - field.utf8.count)..<range.upperBound
    }
}
