import Calculations
import CivilTime
import Expressions
import Foundation
import SeededRandom
import Testing
import WorkflowModel

@Suite("Expressions")
struct ExpressionCaseTests {
    private func evaluate(_ line: String, decimals: Bool = false) -> String {
        answer(line: Array(line.utf8)) { plain throws(CalculationError) in
            try evaluateCase(plain, decimalLiterals: decimals, zones: zone)
        }
    }

    @Test(
        "values of every type are written with it",
        arguments: [
            ("null", #"{"null":null}"#), ("-9223372036854775808", #"{"int":"-9223372036854775808"}"#),
            ("18446744073709551615u", #"{"uint":"18446744073709551615"}"#), ("1.5", #"{"double":"1.5"}"#),
            ("1e16", #"{"double":"1e+16"}"#), ("-12345678901234568.0", #"{"double":"-1.2345678901234568e+16"}"#),
            ("1e15", #"{"double":"1000000000000000.0"}"#), ("0.00001", #"{"double":"1e-05"}"#),
            ("double('NaN')", #"{"double":"nan"}"#), ("-double('Infinity')", #"{"double":"-inf"}"#),
            ("-0.0", #"{"double":"-0.0"}"#), ("b'\\\\xff\\\\x00a'", #"{"bytes":"ff0061"}"#),
            (
                "{'a': [1], 2u: true}",
                #"{"map":[[{"string":"a"},{"list":[{"int":"1"}]}],[{"uint":"2"},{"bool":true}]]}"#
            ),
            ("type(1)", #"{"type":"int"}"#),
            ("timestamp('2021-09-24T16:30:00.5+01:00')", #"{"timestamp":"2021-09-24T15:30:00.5Z"}"#),
            ("duration('90m')", #"{"duration":"5400s"}"#), ("decimal('0.70')", #"{"decimal":"0.70"}"#),
            ("money('90 EUR incl-vat')", #"{"money":"90.00 EUR incl-vat"}"#),
            ("date('2021-09-24')", #"{"date":"2021-09-24"}"#),
            ("optional.of(1)", #"{"optional":{"int":"1"}}"#), ("optional.none()", #"{"optional":null}"#),
        ])
    func tags(source: String, value: String) throws {
        #expect(evaluate(#"{"expr":"\#(source)"}"#) == #"{"value":\#(value)}"#)
        // What is written can be given back.
        let again = evaluate(#"{"expr":"x","bindings":{"x":\#(value)}}"#)
        #expect(again == #"{"value":\#(value)}"#)
    }

    @Test("declared types are checked, and only where checks are wanted")
    func declarations() throws {
        let declared =
            #""type_env":["name: \"x\" ident { type { map_type { key_type { primitive: STRING } "#
            + #"value_type { list_type { elem_type { primitive: INT64 } } } } } }"]"#
        let bindings = #""bindings":{"x":{"map":[[{"string":"a"},{"list":[{"int":"7"}]}]]}}"#
        #expect(evaluate(#"{"expr":"x.a[0] + 1",\#(declared),\#(bindings)}"#) == #"{"value":{"int":"8"}}"#)
        let wrong = #"{"expr":"x.a[0] + 'b' == 'c' || true",\#(declared),\#(bindings)"#
        #expect(try object(evaluate(wrong + "}"))["error"] is String)
        #expect(evaluate(wrong + #","disable_check":true}"#) == #"{"value":{"bool":true}}"#)
        #expect(
            evaluate(#"{"expr":"x.y","container":"x","bindings":{"x.y":{"int":"1"}}}"#) == #"{"value":{"int":"1"}}"#)
    }

    @Test("literals are decimals where asked")
    func decimals() {
        #expect(evaluate(#"{"expr":"0.1 + 0.2"}"#, decimals: true) == #"{"value":{"decimal":"0.3"}}"#)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("{}", "the line has no 'expr'"), ("[]", "the line is not a JSON object"),
            (#"{"expr":1}"#, "'expr' of the line is not a text"),
            (#"{"expr":"x","bindings":[]}"#, "'bindings' of the line is not an object"),
            (#"{"expr":"x","bindings":{"x":{"int":1}}}"#, #"{"int":1} is not a value: 'int' cannot be that"#),
            (
                #"{"expr":"x","bindings":{"x":{"bytes":"abc"}}}"#,
                #"{"bytes":"abc"} is not a value: 'bytes' cannot be that"#
            ),
            (#"{"expr":"x","bindings":{"x":{"map":[[{"list":[]},{"int":"1"}]]}}}"#, "'map' cannot be that"),
            (#"{"expr":"x","bindings":{"x":{"type":"1 + 1"}}}"#, "'type' cannot be that"),
            (#"{"expr":"x","bindings":{"x":7}}"#, #"7 is not a value with its type, as {"int": "1"}"#),
            (#"{"expr":"x","type_env":["name"]}"#, "'name' is not a declaration"),
            (#"{"expr":"1 + nam"}"#, "nam"), (#"{"expr":"1 / 0"}"#, "[divide-by-zero]"),
        ])
    func mistakes(line: String, reason: String) throws {
        let error = try #require(try object(evaluate(line))["error"] as? String)
        #expect(error.contains(reason), "\(error)")
    }

    @Test("random lines are answered, each by one line")
    func fuzz() throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "{", "}", "[", "]", ":", ",", "\"expr\"", "\"bindings\"", "\"type_env\"", "\"x\"", "\"1 + x\"",
            "{\"int\":\"1\"}",
            "{\"map\":[[", "true", "null", "1", "\"name: \\\"x\\\" ident {\"", "\\", "\u{e9}",
        ]
        for round in 0..<2000 {
            var line = Bool.random(using: &random) ? #"{"expr":"x","bindings":"# : ""
            for _ in 0..<Int.random(in: 0...12, using: &random) { line += pieces.randomElement(using: &random) ?? "" }
            let text = evaluate(line)
            #expect(!text.contains("\n"), "round \(round) of seed \(seed)")
            #expect(try object(text).count == 1, "round \(round) of seed \(seed): \(line)")
        }
    }

    @Test(
        "types are written as messages write them",
        arguments: [
            "int", "decimal", "date", "dyn", "list(int)", "list(list(map(string, dyn)))", "map(string, money)",
            "money(MAD)", "money(MAD, incl-vat)", "money(excl-vat)", "optional(date)", "{mark: decimal, name: string}",
            "timestamp", "null",
        ])
    func types(text: String) throws {
        #expect(try ValueType(parsing: text).description == text)
        #expect(try ValueType(parsing: " \(text.replacing(",", with: " ,")) ").description == text)
    }

    @Test(
        "what is no type is refused with those there are",
        arguments: [
            "", "integer", "list(", "list()", "map(int)", "money(mad)", "money(MAD, vat)", "int int", "{a}", "optional",
            String(repeating: "list(", count: 33),
        ])
    func noTypes(text: String) {
        let error = #expect(throws: CalculationError.self) { _ = try ValueType(parsing: text) }
        #expect(error?.message.contains("' is no type: there are bool, bytes, date") == true)
    }

    @Test(
        "given values are expressions, or plain where their type is written so",
        arguments: [
            ("1 + 2", nil, "3"), ("[1, 2]", "list(int)", "[1, 2]"), ("\"Atlas\"", nil, "\"Atlas\""),
            ("Atlas", "string", "\"Atlas\""), ("120000 MAD", "money", "money(\"120000.00 MAD\")"),
            ("2021-09-24", "date", "date(\"2021-09-24\")"), ("date('2021-09-24') + 1", "date", "date(\"2021-09-25\")"),
            ("72h", "duration", "duration(\"259200s\")"), ("0.70", "decimal", "decimal(\"0.70\")"),
            ("7", "decimal", "decimal(\"7\")"),
            ("1", "dyn", "1"),
        ] as [(String, String?, String)])
    func given(text: String, type: String?, value: String) throws {
        let declared = try type.map { text throws(CalculationError) in try ValueType(parsing: text) }
        let given = try Value(written: text, as: declared, in: ExpressionEnvironment(zones: zone))
        #expect(given.description == value)
    }

    @Test(
        "a given value that does not fit says why",
        arguments: [
            ("Atlas", nil, "quote a text as \"Atlas\", or declare its type"),
            ("120000 MAD", nil, "'120000 MAD' is not a value"),
            ("120000 MAD", "money(EUR)", "'120000 MAD' is not money(EUR)"), ("true", "int", "'true' is not int"),
            ("2021-02-30", "date", "'2021-02-30' is not date"), ("1 / 0", nil, "'1 / 0' has no value: "),
        ] as [(String, String?, String)])
    func notGiven(text: String, type: String?, reason: String) throws {
        let declared = try type.map { text throws(CalculationError) in try ValueType(parsing: text) }
        let error = #expect(throws: CalculationError.self) {
            _ = try Value(written: text, as: declared, in: ExpressionEnvironment(zones: zone))
        }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
}
