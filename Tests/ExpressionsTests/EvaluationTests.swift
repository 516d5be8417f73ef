import CivilTime
import Expressions
import SeededRandom
import Testing

@Suite("evaluation")
struct EvaluationTests {
    @Test(
        "values",
        arguments: [
            ("0.1 + 0.2 == 0.3", "true"), ("round(2.345, 2)", #"decimal("2.35")"#),
            ("1 / 3.0", #"decimal("0.33333333333333333333")"#),
            ("divide(1, 3, 5)", #"decimal("0.33333")"#), ("1.50 == 1.5", "true"), ("2 == 2.0", "true"),
            ("3 > 2.5", "true"), ("''.split('')", "[]"), ("'ab'.split('')", #"["a", "b"]"#),
            ("bR'\\d' == b'\\\\d'", "true"),
            ("elided('de', 'Atlas')", #""d'Atlas""#), ("elided('de', 'Borée')", #""de Borée""#),
            ("elided('que', 'Éole')", #""qu'Éole""#), ("elided('de', '')", #""de ""#),
            ("elided('la', 'offre')", #""l'offre""#), ("elided('par', 'Anne')", #""par Anne""#),
            ("1e3", #"decimal("1000")"#), ("int(-1.9)", "-1"), ("double(0.5) == double('0.5')", "true"),
            ("dyn(0.1) == double('0.1')", "false"), ("dyn(0.5) == double('0.5')", "true"),
            ("decimal('0.70')", #"decimal("0.70")"#),
            ("date('2021-09-15') - date('2021-09-01')", "14"), ("date('2021-12-31') + 1", #"date("2022-01-01")"#),
            ("date('2021-09-15') < date('2021-10-01')", "true"), ("date('2021-09-19').getDayOfWeek()", "0"),
            ("date('2021-09-15').getMonth()", "8"),
            ("date('2016-09-01').addMonths(30) - 1", #"date("2019-02-28")"#),
            ("date('2021-12-31').addMonths(2)", #"date("2022-02-28")"#),
            ("date('2022-07-01').addMonths(-3) - 1", #"date("2022-03-31")"#),
            ("date('2022-01-31').monthsUntil(date('2022-02-28'))", "1"),
            ("date('2021-09-01').monthsUntil(date('2022-08-31'))", "11"),
            ("date('2021-09-01').monthsUntil(date('2021-08-31'))", "-1"),
            ("date(timestamp('2021-09-15T23:30:00Z'), 'Africa/Casablanca')", #"date("2021-09-16")"#),
            ("timestamp('2021-09-24T16:30:00+01:00').getHours('Indian/Mayotte')", "18"),
            ("timestamp('9999-12-31T23:59:59Z').getFullYear('+01:00')", "10000"),
            ("timestamp('0001-01-01T00:00:00Z').getDate('-01:00')", "31"),
            ("[3, 1, 2].sortBy(x, -x)", "[3, 2, 1]"), ("['b', 'a', 'b'].distinct().sort()", #"["a", "b"]"#),
            ("[[1], [2, [3]]].flatten()", "[1, 2, [3]]"), ("[1, 2, 3, 4].slice(1, 3).reverse()", "[3, 2]"),
            ("[1, 2].last().value() + [1].first().orValue(0)", "3"), ("sum([1, 2, 3])", "6"),
            ("[0.5, 1].sum()", #"decimal("1.5")"#),
            ("sum([duration('1h'), duration('90s')])", #"duration("3690s")"#),
            ("{'a': {'b': 1}}.?a.?c.hasValue()", "false"),
            ("{?'a': optional.none(), 'b': 2}", #"{"b": 2}"#), ("[?optional.of(1), 2]", "[1, 2]"),
            ("optional.of(2).optMap(x, x + 1)", "optional.of(3)"), ("cel.bind(t, 2, t * t)", "4"),
            ("{'x': 1, 'y': 2}.transformMap(k, v, v > 1, v * 10)", #"{"y": 20}"#),
            ("'%s %.1f'.format([money('1.5 MAD'), 0.25])", #""1.50 MAD 0.3""#),
            ("{'x': 1}.transformMapEntry(k, v, {v: k})", #"{1: "x"}"#), ("base64.encode(b'hello')", #""aGVsbG8=""#),
            ("money(10.005, 'EUR').amount()", #"decimal("10.01")"#),
            ("money('1 MAD incl-vat').basis()", #""incl-vat""#),
            ("math.greatest(1, 2.5)", #"decimal("2.5")"#), ("math.ceil(1.2)", #"decimal("2")"#),
            ("type(1.5) == decimal", "true"),
        ])
    func values(source: String, value: String) { #expect(outcome(source) == value) }

    @Test(
        "errors",
        arguments: [
            ("1 / 0", "1 / 0: division by zero [divide-by-zero]"),
            ("1.0 / 0", "1.0 / 0: division by zero [divide-by-zero]"),
            ("9223372036854775807 + 1", "9223372036854775807 + 1 does not fit [overflow]"),
            ("0u - 1u", "0 - 1 does not fit [overflow]"),
            ("[1][1]", "the list has 1 elements, none at 1 [out-of-range]"),
            ("{'a': 1}.b", #"there is no key "b" [no-such-key]"#),
            ("{1: 1, 1u: 2}", "the key 1u is there twice [invalid-argument]"),
            ("shares(money('1 EUR'), [50, 40])", "shares of 50, 40 % do not total 100 % [invalid-argument]"),
            ("date('9999-12-31') + 1", "9999-12-31 + 1 days does not fit [overflow]"),
            ("date('2021-01-01').addMonths(9999999)", "2021-01-01.addMonths(9999999) does not fit [overflow]"),
            (
                "timestamp('2021-01-01T00:00:00Z').getHours('Mars/Olympus')",
                #""Mars/Olympus" is not a time zone such as Africa/Casablanca or +01:00 [invalid-argument]"#
            ),
            (
                "12345678901234567890.0 * 12345678901234567890.0 * 1.5",
                "152415787532388367501905199875019052100 * 1.5 does not fit [overflow]"
            ),
        ])
    func errors(source: String, message: String) { #expect(outcome(source) == message) }

    @Test(
        "one deciding operand decides, whatever error the others give",
        arguments: [
            ("1 / 0 > 0 || true", "true"), ("1 / 0 > 0 && false", "false"), ("true || 1 / 0 > 0", "true"),
            ("[1, 0].exists(x, 1 / x > 0)", "true"), ("[0, 1].all(x, 1 / x > 5)", "false"), ("false ? 1 / 0 : 2", "2"),
            ("1 / 0 > 0 && true", "1 / 0: division by zero [divide-by-zero]"),
            ("[1, 0].exists_one(x, 1 / x > 0)", "1 / 0: division by zero [divide-by-zero]"),
        ])
    func absorption(source: String, result: String) { #expect(outcome(source) == result) }

    @Test("variables have slots in the order of their names, asked for by number or by name")
    func slots() throws {
        let environment = workflowEnvironment(["b": .int, "a": .int, "c": .int, "contract.days": .int])
        let expression = try #require(Expression.compile("b * 10 + a + contract.days - b", in: environment).0)
        #expect(expression.variables == ["a", "b", "contract.days"])
        #expect(try expression.evaluate { [.int(1), .int(2), .int(3)][$0] } == .int(22))
        #expect(
            try expression.evaluate(["a": .int(1), "b": .int(2), "contract.days": .int(3), "c": .int(9)]) == .int(22))
        var unbound = EvaluationError(.unboundVariable, "'a' has no value", offset: 9)
        unbound.variable = "a"
        #expect(throws: unbound) {
            try expression.evaluate(["b": .int(2)])
        }
    }

    @Test("names are looked up in the container first, and a macro's variable hides them")
    func names() throws {
        var environment = workflowEnvironment(["x": .int, "a.x": .int, "a.b.x": .int, "y.z": .int])
        environment.container = "a.b"
        let expression = try #require(Expression.compile("[x, .x, a.x, [{'z': 7}].map(y, y.z)[0]]", in: environment).0)
        #expect(expression.variables == ["a.b.x", "a.x", "x"])
        #expect(
            try expression.evaluate(["x": .int(1), "a.x": .int(2), "a.b.x": .int(3)])
                == .list([.int(3), .int(1), .int(2), .int(7)]))
    }

    @Test("a host's function is found by its types, and gets decimals for integers")
    func hostFunctions() throws {
        var environment = workflowEnvironment(["mark": .decimal])
        environment.functions = [
            HostFunction("penalty", parameters: [.anyMoney, .decimal], result: .anyMoney) {
                arguments throws(EvaluationError) in
                guard case .money(let amount) = arguments[0], case .decimal(let rate) = arguments[1],
                    let result = amount.multiplied(by: rate)
                else { throw EvaluationError(.invalidArgument, "no penalty") }
                return .money(result)
            },
            HostFunction("penalty", parameters: [.string, .decimal], result: .string) { arguments in arguments[0] },
        ]
        #expect(outcome("penalty(money('100 MAD'), 2)", in: environment) == #"money("200.00 MAD")"#)
        #expect(outcome("penalty('none', 2.5)", in: environment) == #""none""#)
        #expect(
            outcome("penalty(1, 2)", in: environment)
                == "there is no penalty(int, int); there is penalty(money, decimal) or penalty(string, decimal) [type-mismatch]"
        )
        #expect(
            outcome("penality('none', 2)", in: environment)
                == "there is no function 'penality'; did you mean 'penalty'? [unknown-function]")
    }

    @Test(
        "an evaluation that takes too long ends, even under || and in exists",
        arguments: [
            "lists.range(1000000).all(x, x >= 0)", "true && lists.range(100000000).size() > 0 || true == false",
            "lists.range(3000).exists(x, lists.range(3000).exists(y, x + y < 0)) || true",
            "['aaaaaaaaaaaaaaaa'].map(x, x + x + x + x + x + x + x + x).map(x, x.matches('(a*)*b'))[0] || lists.range(10000000) == []",
        ])
    func cost(source: String) throws {
        let expression = try #require(Expression.compile(source, in: workflowEnvironment()).0)
        let error = #expect(throws: EvaluationError.self) { try expression.evaluate(costLimit: 100_000) }
        #expect(error?.code == .costExceeded)
    }

    @Test("a value's description is an expression that gives it")
    func descriptions() throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<fuzzCount {
            let value = randomValue(&random, depth: 3)
            let (expression, diagnostics) = Expression.compile("\(value)", in: ExpressionEnvironment())
            #expect(diagnostics == [], "seed \(seed), round \(round): \(value)")
            #expect(try expression?.evaluate() == value, "seed \(seed), round \(round): \(value)")
        }
    }

    @Test("strings are equal by code points, not by equivalence")
    func codePoints() {
        #expect(outcome("'\u{E9}' == 'e\u{301}'") == "false")
        #expect(outcome("{'\u{E9}': 1}.?`a`.hasValue() || 'e\u{301}' in {'\u{E9}': 1}") == "false")
        #expect(Value.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test("a map finds its entries whatever their number, and ignores their order")
    func maps() {
        let pairs = (0..<40).map { (Value.string("k\($0)"), Value.int($0)) }
        for count in [0, 1, 8, 9, 40] {
            var map = ValueMap(Array(pairs.prefix(count)))
            #expect(map == ValueMap(pairs.prefix(count).reversed()))
            for (place, pair) in pairs.enumerated() { #expect(map[pair.0] == (place < count ? pair.1 : nil)) }
            map["k0"] = .null
            map["new"] = .bool(true)
            #expect(map["k0"] == .null && map["new"] == .bool(true) && map.count == max(count, 1) + 1)
            map["k0"] = nil
            #expect(map["k0"] == nil && map["new"] == .bool(true))
        }
        #expect(ValueMap([(.int(1), .null)])[.uint(1)] == .null)
        #expect(ValueMap([(.int(1), .null)])[.double(1)] == .null)
    }
}

/// Any value that has a description in CEL.
private func randomValue(_ random: inout SeededGenerator, depth: Int) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 14 : 10), using: &random) {
    case 0: return random.chance(50) ? .null : .bool(random.chance(50))
    case 1: return .int(random.chance(50) ? Int64(random.pick(-3...3)) : Int64(bitPattern: random.next()))
    case 2: return .uint(random.next() >> UInt64(random.pick(0...63)))
    case 3: return .double(Double(bitPattern: random.next()))
    case 4, 5:
        let scalars: [Unicode.Scalar] = (0..<random.pick(0...6)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &random))
                ?? Unicode.Scalar(UInt32(random.pick(0x1F600...0x1F64F)))
        }
        return .string(String(String.UnicodeScalarView(scalars)))
    case 6: return .bytes((0..<random.pick(0...5)).map { _ in UInt8.random(in: 0...255, using: &random) })
    case 7: return .duration(CELDuration(nanoseconds: Int64(bitPattern: random.next()) >> Int64(random.pick(0...60))))
    case 8:
        let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
        return CELTimestamp(secondsSinceEpoch: seconds, nanoseconds: Int32.random(in: 0...999_999_999, using: &random))
            .map(Value.timestamp) ?? .null
    case 9:
        let units = Int64(bitPattern: random.next()) >> Int64(random.pick(0...62))
        return random.chance(50)
            ? .date(CivilDate(dayNumber: random.pick(-700_000...2_000_000)))
            : Money(
                minorUnits: units, currency: random.pick(["EUR", "MAD", "XOF", "TND"]),
                basis: random.pick(TaxBasis.allCases)
            )
            .map(Value.money) ?? .null
    case 10: return .list((0..<random.pick(0...4)).map { _ in randomValue(&random, depth: depth - 1) })
    case 11:
        let entries = (0..<random.pick(0...4)).map { place in
            (random.chance(50) ? Value.int(Int64(place)) : .string("k\(place)"), randomValue(&random, depth: depth - 1))
        }
        return .map(ValueMap(entries))
    // Beside a decimal, an integer in a list would be read as a decimal too.
    case 12:
        return depth < 3
            ? .null : Decimal(Int64(bitPattern: random.next()), places: random.pick(0...30)).map(Value.decimal) ?? .null
    default: return .optional(random.chance(30) ? nil : randomValue(&random, depth: depth - 1))
    }
}
