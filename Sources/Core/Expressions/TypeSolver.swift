/// Finds what unknown types stand for, by making types agree.
struct TypeSolver {
    private var solutions: [ValueType?] = []

    /// A type that is not known yet.
    mutating func fresh() -> ValueType {
        solutions.append(nil)
        return .variable(solutions.count - 1)
    }

    /// The types with their variables replaced by fresh ones, the same in all of them.
    mutating func instance(of types: [ValueType]) -> [ValueType] {
        var names: [Int: ValueType] = [:]
        return types.map {
            replaceVariables(in: $0) { solver, name in
                if let known = names[name] { return known }
                let new = solver.fresh()
                names[name] = new
                return new
            }
        }
    }

    /// What is known of a type at its top.
    func shallow(_ type: ValueType) -> ValueType {
        var type = type
        while case .variable(let name) = type, let solution = solutions[name] { type = solution }
        return type
    }

    /// What is known of a type, wholly; what is not stays `dyn`.
    mutating func final(_ type: ValueType) -> ValueType {
        switch shallow(type) {
        case .variable: .dyn
        case .list(let element): .list(final(element))
        case .map(let key, let value): .map(key: final(key), value: final(value))
        case .optional(let wrapped): .optional(final(wrapped))
        case let known: known
        }
    }

    private mutating func replaceVariables(
        in type: ValueType, _ replacement: (inout TypeSolver, Int) -> ValueType
    ) -> ValueType {
        switch type {
        case .variable(let name): replacement(&self, name)
        case .list(let element): .list(replaceVariables(in: element, replacement))
        case .map(let key, let value):
            .map(key: replaceVariables(in: key, replacement), value: replaceVariables(in: value, replacement))
        case .optional(let wrapped): .optional(replaceVariables(in: wrapped, replacement))
        default: type
        }
    }

    /// Makes a value's type fit where another is expected; false, with nothing useful learnt, when it cannot.
    mutating func fit(_ actual: ValueType, to expected: ValueType) -> Bool {
        let actual = shallow(actual), expected = shallow(expected)
        switch (actual, expected) {
        case (.variable(let left), .variable(let right)) where left == right: return true
        case (_, .variable(let name)):
            guard !occurs(name, in: actual) else { return false }
            solutions[name] = actual
            return true
        case (.variable(let name), _):
            guard !occurs(name, in: expected) else { return false }
            solutions[name] = expected
            return true
        case (.dyn, _), (_, .dyn): return true
        case (.list(let a), .list(let b)): return fit(a, to: b)
        case (.map(let aKey, let aValue), .map(let bKey, let bValue)):
            return fit(aKey, to: bKey) && fit(aValue, to: bValue)
        case (.optional(let a), .optional(let b)): return fit(a, to: b)
        case (.money(let aCurrency, let aBasis), .money(let bCurrency, let bBasis)):
            return (aCurrency == nil || bCurrency == nil || aCurrency == bCurrency)
                && (aBasis == nil || bBasis == nil || aBasis == bBasis)
        case (.record(let fields), .record(let wanted)):
            return wanted.allSatisfy { field in
                fields.first { $0.name == field.name }.map { fit($0.type, to: field.type) } ?? false
            }
        case (.record, .map(let key, let value)): return fit(.string, to: key) && fit(.dyn, to: value)
        case (.map(let key, let value), .record(let wanted)):
            return fit(key, to: .string) && wanted.allSatisfy { fit(value, to: $0.type) }
        default: return actual == expected
        }
    }

    private func occurs(_ name: Int, in type: ValueType) -> Bool {
        switch shallow(type) {
        case .variable(let other): other == name
        case .list(let element): occurs(name, in: element)
        case .map(let key, let value): occurs(name, in: key) || occurs(name, in: value)
        case .optional(let wrapped): occurs(name, in: wrapped)
        default: false
        }
    }

    /// The type that values of both types have; absent when there is none but `dyn`.
    ///
    /// What only one of the types knows, a currency say, is forgotten.
    mutating func joined(_ left: ValueType, _ right: ValueType) -> ValueType? {
        let left = shallow(left), right = shallow(right)
        switch (left, right) {
        case (.dyn, _), (_, .dyn): return .dyn
        case (.money(let aCurrency, let aBasis), .money(let bCurrency, let bBasis)):
            return .money(currency: aCurrency == bCurrency ? aCurrency : nil, basis: aBasis == bBasis ? aBasis : nil)
        case (.list(let a), .list(let b)): return joined(a, b).map(ValueType.list)
        case (.optional(let a), .optional(let b)): return joined(a, b).map(ValueType.optional)
        case (.map(let aKey, let aValue), .map(let bKey, let bValue)):
            guard let key = joined(aKey, bKey), let value = joined(aValue, bValue) else { return nil }
            return .map(key: key, value: value)
        case (.record, .record): return left == right ? left : nil
        default:
            var attempt = self
            guard attempt.fit(left, to: right) else { return nil }
            self = attempt
            return right
        }
    }
}
