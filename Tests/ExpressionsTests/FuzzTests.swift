import Expressions
import SeededRandom
import Testing

@Suite("hostile input")
struct FuzzTests {
    private static let pieces = [
        "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "!", "-", "+", "*", "/", "%", "<", ">=", "==", "&&", "||",
        "in", "1", "0u",
        "1.5", ".5e9", "0x", "'a'", "\"", "'''", "b'\\xff'", "r'", "`", "\\", "true", "null", "x", "xs", "r",
        ".map(x, ", ".all(", "has(r.a)",
        "size(xs)", ".?a", "[?0]", "money('1 EUR')", "date('2021-09-15')", "sum(", "'%f'.format([", ".matches('(a*)*')",
        "lists.range(99)", "cel.bind(y, ",
        "é", "😀", "\u{0}", "\n", "//", "return", "9223372036854775807", "99999999999999999999", "decimal('0.1')",
        ".sortBy(x, x)", "optional.of(",
    ]

    private static let environment = ExpressionEnvironment(
        variables: ["x": .int, "xs": .list(.dyn), "r": .record([("a", .decimal)])], decimalLiterals: true,
        zones: timeZone)

    private func run(_ source: String, random: inout SeededGenerator) {
        var environment = Self.environment
        environment.isChecked = random.chance(50)
        environment.decimalLiterals = random.chance(50)
        let (expression, diagnostics) = Expression.compile(source, in: environment)
        #expect((expression == nil) != diagnostics.isEmpty)
        for diagnostic in diagnostics {
            #expect(
                diagnostic.offset >= 0 && diagnostic.offset + diagnostic.length <= source.utf8.count + 1, "\(source)")
        }
        _ = try? expression?.evaluate(
            [
                "x": .int(3), "xs": .list([.int(1), .string("a")]),
                "r": .map(ValueMap([(.string("a"), .decimal(Decimal(1)))])),
            ],
            costLimit: 20_000)
    }

    @Test("any text is read or refused, and what is read ends")
    func randomTexts() {
        var random = SeededGenerator(seed: seed)
        let samples = (try? ConformanceTests.isPresent ? ConformanceTests.cases().map(\.source) : []) ?? []
        for _ in 0..<fuzzCount {
            var source = ""
            if !samples.isEmpty, random.chance(50) {
                // A sample with some bytes changed, left out or doubled.
                var bytes = Array(random.pick(samples).utf8)
                for _ in 0..<random.pick(1...4) where !bytes.isEmpty {
                    let place = random.pick(0..<bytes.count)
                    switch random.pick(0...3) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    case 2: bytes.insert(bytes[random.pick(0..<bytes.count)], at: place)
                    default: bytes.insert(contentsOf: random.pick(Self.pieces).utf8, at: place)
                    }
                }
                source = String(decoding: bytes, as: UTF8.self)
            } else {
                for _ in 0..<random.pick(1...25) { source += random.pick(Self.pieces) + (random.chance(30) ? " " : "") }
            }
            run(source, random: &random)
        }
    }

    @Test(
        "nesting of any depth is refused, not followed until the stack ends",
        arguments: [
            "(", "[", "{1:", "!", "-", "- ", "x.", "x[", "x?x:", "1+", "x&&", "size(", "[x].map(x,", "x.f(", ".x",
            "''+", "x==", "x?(", "1,", "[[]+",
            "cel.bind(y,1,",
        ])
    func depth(piece: String) {
        var random = SeededGenerator(seed: seed)
        for count in [40, 130, 1000, 20_000 / piece.utf8.count] {
            run(String(repeating: piece, count: count), random: &random)
            run(String(repeating: piece, count: count) + "1", random: &random)
            let close = String(piece.reversed().compactMap { ["(": ")", "[": "]", "{": "}"][$0] }.joined())
            run(String(repeating: piece, count: count) + "1" + String(repeating: close, count: count), random: &random)
        }
        run("x.matches('" + String(repeating: piece, count: 1000) + "')", random: &random)
    }

    @Test("a source too long is refused")
    func length() {
        let (_, diagnostics) = Expression.compile(
            String(repeating: " ", count: Lexer.largestSource) + "1", in: Self.environment)
        #expect(diagnostics.map(\.code) == ["too-large"])
    }

    @Test("32 levels and 32 repetitions are read, as the language asks")
    func leastDepth() {
        func repeated(_ text: String, _ separator: String = "") -> String {
            Array(repeating: text, count: 32).joined(separator: separator)
        }
        for source in [
            repeated("(") + "1" + repeated(")"), repeated("[") + "1" + repeated("]"), repeated("1", " + "),
            repeated("true", " && "),
            repeated("false", " || "), "{'a': 1}" + repeated("") + ".a", repeated("1 > 2 ? 3 : ") + "4",
            "[" + repeated("1", ", ") + "]",
            repeated("!") + "true", repeated("-") + "x", repeated("[") + "7" + repeated("]") + repeated("[0]"),
        ] {
            let environment = ExpressionEnvironment(variables: ["x": .int])
            #expect(Expression.compile(source, in: environment).1 == [], "\(source)")
        }
    }
}
