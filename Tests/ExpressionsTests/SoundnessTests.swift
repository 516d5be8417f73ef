import CivilTime
import Expressions
import SeededRandom
import Testing

/// Expressions made by type, now and then with a wrong part, so that some are refused.
private struct ExpressionMaker {
    static let price = ValueType.money(currency: "MAD", basis: .inclVAT)
    static let offer = ValueType.record([("price", price), ("mark", .decimal), ("name", .string)])
    static let variables: [String: ValueType] = [
        "i": .int, "u": .uint, "d": .decimal, "f": .double, "b": .bool, "s": .string, "m": price, "t": .timestamp,
        "l": .duration,
        "day": .date, "offer": offer, "ints": .list(.int), "marks": .list(.decimal), "prices": .list(price),
        "offers": .list(offer),
        "names": .list(.string), "byName": .map(key: .string, value: .int), "maybe": .optional(.int),
    ]

    var random: SeededGenerator
    var locals: [(String, ValueType)] = []
    /// How many parts in a hundred are of a wrong type.
    private var mistakes = 2

    init(random: SeededGenerator) { self.random = random }

    /// A list's element: mistakes in it could make the list one of several types, which are checked at run time.
    private mutating func element(_ type: ValueType, _ depth: Int) -> String {
        let usual = mistakes
        mistakes = 0
        defer { mistakes = usual }
        return make(type, depth)
    }

    mutating func make(_ wanted: ValueType, _ depth: Int) -> String {
        let type =
            random.chance(mistakes)
            ? random.pick([ValueType.int, .string, .bool, .decimal, Self.price, .date]) : wanted
        let named = (Self.variables.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + locals).filter {
            $0.1 == type
        }
        if !named.isEmpty, depth <= 0 || random.chance(20) { return random.pick(named).0 }
        if depth <= 0 { return leaf(type) }
        return compound(type, depth - 1)
    }

    private mutating func leaf(_ type: ValueType) -> String {
        switch type {
        case .int: random.pick(["0", "1", "2", "-3", "100"])
        case .uint: random.pick(["0u", "7u"])
        case .decimal: random.pick(["0.70", "0.30", "12.5", "100.00"])
        case .double: "double('1.5')"
        case .bool: random.pick(["true", "false"])
        case .string: random.pick(["'a'", "'MAD'", "'12'", "''"])
        case .duration: "duration('90m')"
        case .timestamp: "timestamp('2021-09-24T16:30:00Z')"
        case .date: "date('2021-09-24')"
        case .money: random.pick(["money('90000 MAD incl-vat')", "money('0.01 MAD incl-vat')"])
        case .list(.record): "offers"
        case .list(let element): "[" + (0..<random.pick(1...3)).map { _ in leaf(element) }.joined(separator: ", ") + "]"
        case .map: "{'a': 1, 'b': 2}"
        case .optional: random.pick(["optional.of(1)", "optional.none()"])
        default: "offer"
        }
    }

    private mutating func scalar() -> ValueType {
        random.pick([ValueType.int, .uint, .decimal, .double, .bool, .string, Self.price, .timestamp, .duration, .date])
    }

    private mutating func list() -> ValueType {
        random.pick([ValueType.list(.int), .list(.decimal), .list(Self.price), .list(.string), .list(Self.offer)])
    }

    private mutating func over(_ list: ValueType, _ macro: String, _ body: ValueType, _ depth: Int) -> String {
        guard case .list(let element) = list else { return "[]" }
        let range = make(list, depth), name = "v\(locals.count)"
        locals.append((name, element))
        defer { locals.removeLast() }
        return "\(range).\(macro)(\(name), \(make(body, depth)))"
    }

    private mutating func compound(_ type: ValueType, _ depth: Int) -> String {
        func two(_ a: String, _ sign: String, _ b: String) -> String { "(\(a) \(sign) \(b))" }
        let choice = random.pick(0...7)
        switch (type, choice) {
        case (.bool, 0):
            let side = scalar()
            return two(make(side, depth), random.pick(["==", "!=", "<", "<=", ">", ">="]), make(side, depth))
        case (.bool, 1): return two(make(.bool, depth), random.pick(["&&", "||"]), make(.bool, depth))
        case (.bool, 2): return "!(\(make(.bool, depth)))"
        case (.bool, 3): return over(list(), random.pick(["all", "exists", "exists_one"]), .bool, depth)
        case (.bool, 4): return two(make(.string, depth), "in", make(.list(.string), depth))
        case (.bool, 5): return two(make(.int, depth), random.pick(["<", "==", ">="]), make(.decimal, depth))
        case (.bool, 6):
            return
                "\(make(.string, depth)).\(random.pick(["contains", "startsWith", "matches"]))(\(make(.string, depth)))"
        case (.bool, _): return "has(\(make(Self.offer, 0)).price)"
        case (.int, 0...2): return two(make(.int, depth), random.pick(["+", "-", "*", "/", "%"]), make(.int, depth))
        case (.int, 3): return "\(make(list(), depth)).size()"
        case (.int, 4): return two(make(.date, depth), "-", make(.date, depth))
        case (.int, 5): return "sum(\(make(.list(.int), depth)))"
        case (.int, 6): return "\(make(.timestamp, depth)).getHours('+01:00')"
        case (.int, _): return "\(make(.optional(.int), depth)).orValue(\(make(.int, depth)))"
        case (.decimal, 0...1):
            return two(make(.decimal, depth), random.pick(["+", "-", "*", "/"]), make(.decimal, depth))
        case (.decimal, 2): return two(make(.int, depth), random.pick(["+", "-", "*", "/"]), make(.decimal, depth))
        case (.decimal, 3): return two(make(Self.price, depth), "/", make(Self.price, depth))
        case (.decimal, 4): return "round(\(make(.decimal, depth)), 2)"
        case (.decimal, 5): return "sum(\(make(.list(.decimal), depth)))"
        case (.decimal, 6): return "\(make(Self.offer, depth)).mark"
        case (.decimal, _): return "(\(make(.bool, depth)) ? \(make(.int, depth)) : \(make(.decimal, depth)))"
        case (.money, 0...1): return two(make(Self.price, depth), random.pick(["+", "-"]), make(Self.price, depth))
        case (.money, 2):
            return two(make(Self.price, depth), random.pick(["*", "/"]), make(random.pick([.int, .decimal]), depth))
        case (.money, 3): return "sum(\(make(.list(Self.price), depth)))"
        case (.money, 4): return "\(make(Self.offer, depth)).price"
        case (.money, 5): return "\(make(Self.price, depth)).excludingVAT(0.20).includingVAT(\(make(.decimal, depth)))"
        case (.money, 6): return "math.least(\(make(Self.price, depth)), \(make(Self.price, depth)))"
        case (.string, 0): return two(make(.string, depth), "+", make(.string, depth))
        case (.string, 1): return "string(\(make(scalar(), depth)))"
        case (.string, 2): return "\(make(Self.offer, depth)).name"
        case (.string, 3): return "'%s %s'.format([\(make(scalar(), depth)), \(make(.string, depth))])"
        case (.date, 0...2): return two(make(.date, depth), random.pick(["+", "-"]), make(.int, depth))
        case (.date, 3): return "date(\(make(.timestamp, depth)), 'Africa/Casablanca')"
        case (.timestamp, 0...3): return two(make(.timestamp, depth), random.pick(["+", "-"]), make(.duration, depth))
        case (.duration, 0...3): return two(make(.timestamp, depth), "-", make(.timestamp, depth))
        case (.list(let element), 0): return over(list(), "map", element, depth)
        case (.list, 1): return over(type, "filter", .bool, depth)
        case (.list, 2): return over(type, "sortBy", scalar(), depth)
        case (.list, 3): return two(make(type, depth), "+", make(type, depth))
        case (.list(let element), 4) where element == Self.price:
            return "shares(\(make(Self.price, depth)), [30, 30, 40])"
        case (.list(let element), 5): return "[\(self.element(element, depth)), \(self.element(element, depth))]"
        case (.optional, 0...3): return "\(make(.list(.int), depth)).first()"
        case (.optional, 4): return "{'a': \(make(.int, depth))}.?a"
        case (.record, 0...4): return "\(make(.list(Self.offer), depth))[\(make(.int, depth))]"
        default: return leaf(type)
        }
    }
}

@Suite("soundness of the type checker")
struct SoundnessTests {
    private func value(_ type: ValueType, _ random: inout SeededGenerator) throws -> Value {
        switch type {
        case .int: return .int(Int64(random.pick(-5...50)))
        case .uint: return .uint(UInt64(random.pick(0...9)))
        case .decimal:
            return .decimal(try #require(Decimal(Int64(random.pick(-500...20_000)), places: random.pick(0...3))))
        case .double: return .double(Double(random.pick(-10...10)) / 4)
        case .bool: return .bool(random.chance(50))
        case .string: return .string(random.pick(["", "a", "MAD", "12", "(", "été"]))
        case .timestamp:
            return .timestamp(try #require(CELTimestamp(secondsSinceEpoch: Int64(random.pick(0...2_000_000_000)))))
        case .duration: return .duration(CELDuration(nanoseconds: Int64(random.pick(-9...9)) * 1_000_000_000))
        case .date: return .date(CivilDate(dayNumber: random.pick(18_000...20_000)))
        case .money:
            return .money(
                try #require(Money(minorUnits: Int64(random.pick(-100...10_000_000)), currency: "MAD", basis: .inclVAT))
            )
        case .list(let element): return .list(try (0..<random.pick(0...3)).map { _ in try value(element, &random) })
        case .record(let fields):
            return .map(ValueMap(try fields.map { (.string($0.name), try value($0.type, &random)) }))
        case .map: return .map(ValueMap([(.string("a"), .int(1))]))
        case .optional(let wrapped): return .optional(random.chance(40) ? nil : try value(wrapped, &random))
        default: return .null
        }
    }

    /// Whether the value is of the type that was promised.
    private func conforms(_ value: Value, _ type: ValueType) -> Bool {
        switch (value, type) {
        case (_, .dyn): true
        case (.list(let elements), .list(let element)): elements.allSatisfy { conforms($0, element) }
        case (.map(let map), .map(_, let inner)): map.entries.allSatisfy { conforms($0.value, inner) }
        case (.map(let map), .record(let fields)):
            fields.allSatisfy { field in map[field.name].map { conforms($0, field.type) } ?? false }
        case (.optional(let wrapped), .optional(let inner)): wrapped.map { conforms($0, inner) } ?? true
        case (.money(let money), .money(let currency, let basis)):
            (currency == nil || currency == money.currency) && (basis == nil || basis == money.basis)
        default: value.valueType == type
        }
    }

    @Test("a checked expression never fails for a type, and its value has the type found")
    func soundness() throws {
        var maker = ExpressionMaker(random: SeededGenerator(seed: seed))
        let environment = workflowEnvironment(ExpressionMaker.variables)
        var accepted = 0, evaluated = 0
        for round in 0..<fuzzCount * 2 {
            let wanted = maker.random.pick([
                ValueType.bool, .int, .decimal, ExpressionMaker.price, .string, .date, .list(.decimal),
                .list(ExpressionMaker.price),
            ])
            let source = maker.make(wanted, maker.random.pick(1...4))
            guard let expression = Expression.compile(source, in: environment).0 else { continue }
            accepted += 1
            let bindings = try Dictionary(
                uniqueKeysWithValues: ExpressionMaker.variables.sorted { $0.key < $1.key }.map { name, type in
                    (name, try value(type, &maker.random))
                })
            do {
                let value = try expression.evaluate(bindings)
                evaluated += 1
                #expect(
                    conforms(value, expression.type),
                    "seed \(seed), round \(round): \(source) is \(value), not \(expression.type)")
            } catch {
                let isTypeError = [.noSuchOverload, .unboundVariable, .unknownFunction, .moneyMismatch, .noSuchKey]
                    .contains(error.code)
                #expect(!isTypeError, "seed \(seed), round \(round): \(source): \(error)")
            }
        }
        #expect(accepted > fuzzCount && evaluated > fuzzCount / 2, "\(accepted) accepted, \(evaluated) evaluated")
    }
}
