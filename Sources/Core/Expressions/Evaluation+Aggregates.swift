/// Lists, maps and what is in them.
extension Evaluation {
    /// The field a selection names; `.some(nil)` where there is none, nil where the operand has no fields.
    func optionalField(of operand: Value, _ node: Node) throws(EvaluationError) -> Value?? {
        guard case .string(let name) = program.constants[Int(node.b)] else { preconditionFailure("field of no name") }
        switch operand {
        case .map(let map): return .some(map[name])
        case .optional(nil): return .some(nil)
        case .optional(let wrapped?):
            guard case .map(let map) = wrapped else { return nil }
            return .some(map[name])
        default: return nil
        }
    }

    mutating func select(_ node: Node, _ slots: Slots) throws(EvaluationError) -> Value {
        let operand = try value(of: node.a, slots)
        guard case .string(let name) = program.constants[Int(node.b)] else { preconditionFailure("field of no name") }
        switch operand {
        case .map(let map):
            guard let field = map[name] else { throw noSuchKey(.string(name), node) }
            return field
        case .optional:
            guard let field = try optionalField(of: operand, node) else { throw noOverload(".", [operand], node) }
            return .optional(field)
        default: throw noOverload(".\(name)", [operand], node)
        }
    }

    @inline(never)
    private func noSuchKey(_ key: Value, _ node: Node) -> EvaluationError {
        EvaluationError(.noSuchKey, "there is no key \(key)", offset: Int(node.offset))
    }

    func element(of operand: Value, at index: Value, _ node: Node) throws(EvaluationError) -> Value {
        switch operand {
        case .list(let elements):
            guard let place = index.asPlace else { throw noOverload("[]", [operand, index], node) }
            guard let element = elements.indices.contains(place) ? elements[place] : nil else {
                let message = "the list has \(elements.count) elements, none at \(index)"
                throw EvaluationError(.outOfRange, message, offset: Int(node.offset))
            }
            return element
        case .map(let map):
            guard let value = map[index] else { throw noSuchKey(index, node) }
            return value
        case .optional: return try optionalElement(of: operand, at: index, node)
        default: throw noOverload("[]", [operand, index], node)
        }
    }

    func optionalElement(of operand: Value, at index: Value, _ node: Node) throws(EvaluationError) -> Value {
        switch operand {
        case .list(let elements):
            guard let place = index.asPlace else { throw noOverload("[?]", [operand, index], node) }
            return .optional(elements.indices.contains(place) ? elements[place] : nil)
        case .map(let map): return .optional(map[index])
        case .optional(nil): return operand
        case .optional(let wrapped?): return try optionalElement(of: wrapped, at: index, node)
        default: throw noOverload("[?]", [operand, index], node)
        }
    }

    mutating func contains(_ container: Value, _ element: Value, _ node: Node) throws(EvaluationError) -> Bool {
        switch container {
        case .list(let elements):
            try meter.charge(elements.count / 8)
            return elements.contains { $0.isEqual(to: element) }
        case .map(let map): return map[element] != nil
        default: throw noOverload("in", [element, container], node)
        }
    }

    mutating func list(_ node: Node, _ slots: Slots) throws(EvaluationError) -> Value {
        let step = node.operation == .list ? 1 : 2
        var elements: [Value] = []
        elements.reserveCapacity(Int(node.b) / step)
        for place in stride(from: Int(node.a), to: Int(node.a + node.b), by: step) {
            let element = try value(of: program.operands[place], slots)
            if step == 2, program.operands[place + 1] == 1 {
                guard case .optional(let wrapped) = element else { throw noOverload("[?]", [element], node) }
                if let wrapped { elements.append(wrapped) }
            } else {
                elements.append(element)
            }
        }
        return .list(elements)
    }

    mutating func map(_ node: Node, _ slots: Slots) throws(EvaluationError) -> Value {
        let step = node.operation == .map ? 2 : 3
        var map = ValueMap()
        for place in stride(from: Int(node.a), to: Int(node.a + node.b), by: step) {
            let key = try value(of: program.operands[place], slots)
            var entry: Value? = try value(of: program.operands[place + 1], slots)
            if step == 3, program.operands[place + 2] == 1, let present = entry {
                guard case .optional(let wrapped) = present else { throw noOverload("{?}", [key, present], node) }
                entry = wrapped
            }
            if let entry { try insert(entry, at: key, into: &map, node) }
        }
        return .map(map)
    }

    func insert(_ value: Value, at key: Value, into map: inout ValueMap, _ node: Node) throws(EvaluationError) {
        guard ValueMap.isKey(key) else {
            let message = "a \(key.valueType) cannot be a map's key"
            throw EvaluationError(.invalidArgument, message, offset: Int(node.offset))
        }
        guard map[key] == nil else {
            throw EvaluationError(.invalidArgument, "the key \(key) is there twice", offset: Int(node.offset))
        }
        map[key] = value
    }
}

extension Value {
    /// The value as a place in a list: an integer, or a whole double.
    var asPlace: Int? {
        switch self {
        case .int(let value): Int(value)
        case .uint(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }
}
