/// Macros over the elements of a list or the entries of a map.
extension Evaluation {
    mutating func comprehension(
        _ plan: ComprehensionPlan, _ node: Node, _ slots: Slots
    ) throws(EvaluationError) -> Value {
        let range = try value(of: plan.range, slots)
        switch plan.macro {
        case .all: return try quantified(plan, range, node, deciding: false, slots)
        case .exists: return try quantified(plan, range, node, deciding: true, slots)
        case .existsOne:
            var count = 0
            try forEach(of: range, plan, node) { evaluation, _ throws(EvaluationError) in
                if try evaluation.holds(plan.body, node, slots) { count += 1 }
                return true
            }
            return .bool(count == 1)
        case .filter:
            var kept: [Value] = []
            try forEach(of: range, plan, node) { evaluation, element throws(EvaluationError) in
                if try evaluation.holds(plan.body, node, slots) { kept.append(element) }
                return true
            }
            return .list(kept)
        case .map, .transformList:
            var results: [Value] = []
            try forEach(of: range, plan, node) { evaluation, _ throws(EvaluationError) in
                if let filter = plan.filter, try !evaluation.holds(filter, node, slots) { return true }
                results.append(try evaluation.value(of: plan.body, slots))
                return true
            }
            return .list(results)
        case .transformMap, .transformMapEntry: return try transformedMap(plan, range, node, slots)
        case .sortBy: return try sorted(plan, range, node, slots)
        case .optMap, .optFlatMap:
            guard case .optional(let wrapped) = range else { throw noOverload(plan.macro.rawValue, [range], node) }
            guard let wrapped else { return range }
            locals[plan.first] = wrapped
            let result = try value(of: plan.body, slots)
            if plan.macro == .optMap { return .optional(result) }
            guard case .optional = result else { throw noOverload(plan.macro.rawValue, [range, result], node) }
            return result
        }
    }

    /// Calls the body with each element, the variables set; it answers whether to go on.
    private mutating func forEach(
        of range: Value, _ plan: ComprehensionPlan, _ node: Node,
        _ body: (inout Evaluation, _ element: Value) throws(EvaluationError) -> Bool
    ) throws(EvaluationError) {
        switch range {
        case .list(let elements):
            for (place, element) in elements.enumerated() {
                if let second = plan.second {
                    locals[plan.first] = .int(Int64(place))
                    locals[second] = element
                } else {
                    locals[plan.first] = element
                }
                if try !body(&self, element) { return }
            }
        case .map(let map):
            for entry in map.entries {
                locals[plan.first] = entry.key
                if let second = plan.second { locals[second] = entry.value }
                if try !body(&self, entry.key) { return }
            }
        default: throw noOverload(plan.macro.rawValue, [range], node)
        }
    }

    private mutating func holds(_ body: Int32, _ node: Node, _ slots: Slots) throws(EvaluationError) -> Bool {
        let result = try value(of: body, slots)
        guard case .bool(let flag) = result else { throw noOverload("a condition", [result], node) }
        return flag
    }

    /// `all` (deciding: false) or `exists` (deciding: true), with the errors of `&&` and `||`.
    private mutating func quantified(
        _ plan: ComprehensionPlan, _ range: Value, _ node: Node, deciding: Bool, _ slots: Slots
    ) throws(EvaluationError) -> Value {
        var firstError: EvaluationError?
        var isDecided = false
        try forEach(of: range, plan, node) { evaluation, _ throws(EvaluationError) in
            do throws(EvaluationError) {
                isDecided = try evaluation.holds(plan.body, node, slots) == deciding
            } catch {
                if error.code == .costExceeded { throw error }
                if firstError == nil { firstError = error }
            }
            return !isDecided
        }
        if isDecided { return .bool(deciding) }
        if let firstError { throw firstError }
        return .bool(!deciding)
    }

    private mutating func transformedMap(
        _ plan: ComprehensionPlan, _ range: Value, _ node: Node, _ slots: Slots
    ) throws(EvaluationError) -> Value {
        var results = ValueMap()
        try forEach(of: range, plan, node) { evaluation, _ throws(EvaluationError) in
            if let filter = plan.filter, try !evaluation.holds(filter, node, slots) { return true }
            let key = evaluation.locals[plan.first]
            let result = try evaluation.value(of: plan.body, slots)
            if plan.macro == .transformMap {
                try evaluation.insert(result, at: key, into: &results, node)
            } else {
                guard case .map(let entries) = result else {
                    throw evaluation.noOverload("transformMapEntry", [result], node)
                }
                for entry in entries.entries { try evaluation.insert(entry.value, at: entry.key, into: &results, node) }
            }
            return true
        }
        return .map(results)
    }

    private mutating func sorted(
        _ plan: ComprehensionPlan, _ range: Value, _ node: Node, _ slots: Slots
    ) throws(EvaluationError) -> Value {
        guard case .list = range else { throw noOverload("sortBy", [range], node) }
        var keyed: [(key: Value, element: Value)] = []
        try forEach(of: range, plan, node) { evaluation, element throws(EvaluationError) in
            keyed.append((try evaluation.value(of: plan.body, slots), element))
            return true
        }
        do {
            let order = try sortedPlaces(keyed.map(\.key), &meter)
            return .list(order.map { keyed[$0].element })
        } catch {
            throw error.placed(at: node.offset)
        }
    }
}

/// The places of the values in ascending order, equal ones in the order they have.
///
/// - Throws: When two values cannot be compared.
func sortedPlaces(_ values: [Value], _ meter: inout Meter) throws(EvaluationError) -> [Int] {
    guard var model = values.first else { return [] }
    for value in values {
        switch model.compare(value) {
        case .less, .equal, .greater:
            // An amount without basis compares with both others, which do not compare with each other.
            if case .money(let amount) = model, amount.basis == .unspecified { model = value }
        case .unordered: throw EvaluationError(.invalidArgument, "NaN has no place in an order")
        case .incomparable:
            if case .money(let left) = model, case .money(let right) = value {
                throw moneyMismatch("put in order", left, right)
            }
            throw EvaluationError(.noSuchOverload, "\(model.valueType) and \(value.valueType) have no order")
        }
    }
    try meter.charge(values.count * (Int.bitWidth - values.count.leadingZeroBitCount))
    return values.indices.sorted { left, right in
        switch values[left].compare(values[right]) {
        case .less: true
        case .equal: left < right
        default: false
        }
    }
}
