/// A function of the language: what it is called, what it takes, what it does.
struct LibraryFunction: Sendable {
    /// Answers nil when no overload takes these values.
    enum Implementation: Sendable {
        case one(@Sendable (Value, inout Meter) throws(EvaluationError) -> Value?)
        case two(@Sendable (Value, Value, inout Meter) throws(EvaluationError) -> Value?)
        case many(@Sendable ([Value], inout Meter) throws(EvaluationError) -> Value?)
    }

    /// The types of an overload. Of a member function, the first parameter is what stands before the point.
    struct Signature: Sendable {
        let parameters: [ValueType]
        let result: ValueType
    }

    /// How a function is called.
    struct Key: Hashable {
        let name: String
        let isMember: Bool
        /// With what stands before the point.
        let count: Int
    }

    let name: String
    let isMember: Bool
    let signatures: [Signature]
    let implementation: Implementation

    var key: Key { Key(name: name, isMember: isMember, count: signatures[0].parameters.count) }

    static func member(
        _ name: String, _ signatures: Signature..., implementation: Implementation
    ) -> LibraryFunction {
        LibraryFunction(name: name, isMember: true, signatures: signatures, implementation: implementation)
    }

    static func global(
        _ name: String, _ signatures: Signature..., implementation: Implementation
    ) -> LibraryFunction {
        LibraryFunction(name: name, isMember: false, signatures: signatures, implementation: implementation)
    }
}

infix operator => : AssignmentPrecedence

/// The types of an overload: `[.string, .int] => .string`.
func => (parameters: [ValueType], result: ValueType) -> LibraryFunction.Signature {
    LibraryFunction.Signature(parameters: parameters, result: result)
}

extension ValueType {
    /// Any one type, the same wherever it stands in a signature.
    static let a = ValueType.variable(0)
    static let b = ValueType.variable(1)
}

/// The functions of the language.
enum Library {
    static let functions: [LibraryFunction.Key: LibraryFunction] = {
        var byKey: [LibraryFunction.Key: LibraryFunction] = [:]
        for group in [conversions, strings, lists, mathematics, times, amounts, optionals] {
            for function in group {
                let isNew = byKey.updateValue(function, forKey: function.key) == nil
                precondition(isNew, "\(function.name) is there twice")
            }
        }
        return byKey
    }()

    /// The functions of a name, whatever they take.
    static let names: Set<String> = Set(functions.keys.map(\.name))
}

/// `size`, of what has one.
func sizeOf(_ value: Value, _ meter: inout Meter) throws(EvaluationError) -> Value? {
    switch value {
    case .list(let elements): return .int(Int64(elements.count))
    case .map(let map): return .int(Int64(map.count))
    case .bytes(let bytes): return .int(Int64(bytes.count))
    case .string(let text):
        try meter.chargeText(text.utf8.count)
        return .int(Int64(text.unicodeScalars.count))
    default: return nil
    }
}
