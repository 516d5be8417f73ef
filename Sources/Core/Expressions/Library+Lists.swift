extension Library {
    /// `size`, `matches` and the lists extension.
    static let lists: [LibraryFunction] = [
        .global("size", sizes[0], sizes[1], sizes[2], sizes[3], implementation: .one(sizeOf)),
        .member("size", sizes[0], sizes[1], sizes[2], sizes[3], implementation: .one(sizeOf)),
        .global("sum", [.list(.a)] => .a, implementation: .one(plainSum)),
        .member("sum", [.list(.a)] => .a, implementation: .one(plainSum)),
        .member(
            "slice", [.list(.a), .int, .int] => .list(.a),
            implementation: .many { arguments, meter throws(EvaluationError) in
                guard case .list(let elements) = arguments[0], case .int(let start) = arguments[1],
                    case .int(let end) = arguments[2]
                else { return nil }
                guard 0 <= start, start <= end, end <= elements.count else {
                    throw EvaluationError(.outOfRange, "a list of \(elements.count) has no slice \(start) to \(end)")
                }
                try meter.charge(Int(end - start) / 4)
                return .list(Array(elements[Int(start)..<Int(end)]))
            }),
        .member(
            "flatten", [.list(.dyn)] => .list(.dyn),
            implementation: .one { list, meter throws(EvaluationError) in try flattened(list, depth: 1, &meter) }),
        .member(
            "flatten", [.list(.dyn), .int] => .list(.dyn),
            implementation: .two { list, depth, meter throws(EvaluationError) in
                guard case .int(let depth) = depth else { return nil }
                guard depth >= 0 else {
                    throw EvaluationError(.invalidArgument, "a list is not flattened \(depth) levels")
                }
                return try flattened(list, depth: depth, &meter)
            }),
        .member(
            "sort", [.list(.a)] => .list(.a),
            implementation: .one { list, meter throws(EvaluationError) in
                guard case .list(let elements) = list else { return nil }
                return .list(try sortedPlaces(elements, &meter).map { elements[$0] })
            }),
        .member(
            "distinct", [.list(.a)] => .list(.a),
            implementation: .one { list, meter throws(EvaluationError) in
                guard case .list(let elements) = list else { return nil }
                var kept: [Value] = []
                for element in elements {
                    try meter.charge(kept.count / 8 + 1)
                    if !kept.contains(where: element.isEqual(to:)) { kept.append(element) }
                }
                return .list(kept)
            }),
        .global(
            "lists.range", [.int] => .list(.int),
            implementation: .one { count, meter throws(EvaluationError) in
                guard case .int(let count) = count else { return nil }
                guard count >= 0 else { throw EvaluationError(.invalidArgument, "a list has no \(count) elements") }
                try meter.charge(Int(count))
                return .list((0..<count).map(Value.int))
            }),
        .member("reverse", [.list(.a)] => .list(.a), [.string] => .string, implementation: .one(reversed)),
        .member(
            "first", [.list(.a)] => .optional(.a),
            implementation: .one { list, _ in
                if case .list(let elements) = list { .optional(elements.first) } else { nil }
            }),
        .member(
            "last", [.list(.a)] => .optional(.a),
            implementation: .one { list, _ in
                if case .list(let elements) = list { .optional(elements.last) } else { nil }
            }),
        .member("matches", [.string, .string] => .bool, implementation: .two(matches)),
        .global("matches", [.string, .string] => .bool, implementation: .two(matches)),
    ]

    private static let sizes: [LibraryFunction.Signature] = [
        [.list(.a)] => .int, [.map(key: .a, value: .b)] => .int, [.string] => .int, [.bytes] => .int,
    ]

    /// The sum where nothing is known of the elements' type: 0 for no elements.
    @Sendable
    private static func plainSum(_ list: Value, _ meter: inout Meter) throws(EvaluationError) -> Value? {
        try sumOf(list, empty: .int(0), &meter)
    }

    private static func flattened(_ list: Value, depth: Int64, _ meter: inout Meter) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = list else { return nil }
        try meter.charge(elements.count + 1)
        guard depth > 0 else { return list }
        var flat: [Value] = []
        for element in elements {
            if case .list(let inner)? = try flattened(element, depth: depth - 1, &meter) {
                flat += inner
            } else {
                flat.append(element)
            }
        }
        return .list(flat)
    }

    @Sendable
    private static func reversed(_ value: Value, _ meter: inout Meter) throws(EvaluationError) -> Value? {
        switch value {
        case .list(let elements):
            try meter.charge(elements.count / 4)
            return .list(elements.reversed())
        case .string(let text):
            try meter.chargeText(text.utf8.count)
            var reversed = ""
            reversed.unicodeScalars.append(contentsOf: text.unicodeScalars.reversed())
            return .string(reversed)
        default: return nil
        }
    }

    @Sendable
    private static func matches(_ text: Value, _ pattern: Value, _ meter: inout Meter) throws(EvaluationError) -> Value?
    {
        guard case .string(let text) = text, case .string(let source) = pattern else { return nil }
        try meter.charge(source.utf8.count)
        let pattern: RegularExpression
        do {
            pattern = try RegularExpression(source)
        } catch {
            throw EvaluationError(.invalidArgument, "\(quoted(source)) is no pattern: \(error.message)")
        }
        try meter.charge(pattern.cost(of: text))
        return .bool(pattern.hasMatch(in: text))
    }
}
