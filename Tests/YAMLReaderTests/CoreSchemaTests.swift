import Testing
import YAMLReader

struct CoreSchemaTests {
    @Test(
        "a plain scalar means what the core schema of YAML 1.2 says",
        arguments: [
            ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null),
            ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)), ("false", .bool(false)),
            ("0", .integer(0)), ("-0", .integer(0)), ("+12", .integer(12)), ("-19", .integer(-19)),
            ("007", .integer(7)), ("0o17", .integer(15)), ("0x1F", .integer(31)), ("0xffff", .integer(65535)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .float("9223372036854775808")),
            ("0xFFFFFFFFFFFFFFFF", .float("0xFFFFFFFFFFFFFFFF")),
            ("0.70", .float("0.70")), (".5", .float(".5")), ("-.5", .float("-.5")), ("5.", .float("5.")),
            ("12e03", .float("12e03")), ("-2E+05", .float("-2E+05")), ("1.5e-3", .float("1.5e-3")),
            (".inf", .float(".inf")), ("-.Inf", .float("-.Inf")), ("+.INF", .float("+.INF")), (".nan", .float(".nan")),
        ] as [(String, YAMLScalar.Resolved)])
    func meaning(text: String, expected: YAMLScalar.Resolved) {
        #expect(YAMLScalar(text: text, isPlain: true).resolved == expected)
        #expect(YAMLScalar(text: text, isPlain: false).resolved == .string)
    }

    @Test(
        "what only YAML 1.1 or nobody resolves stays text",
        arguments: [
            "yes", "no", "on", "off", "On", "y", "n", "12:30:45", "2021-09-24T16:30", "2021-09-15", "1_000", "0b1",
            "017x",
            "0o8", "0o", "0x", "0xG", "0X1F", "0O17", "-0x1", "nULL", "tRUE", "+", "-", ".", "+.", "e5", "+e5", ".e5",
            "1e",
            "1e+", "1.2.3", "1.e", "--1", "+-1", ".Nan", "+.nan", "inf", "nan", "12e03.5", "30 %", "1,5", "٣", "½",
            "<<", "=",
        ])
    func text(_ text: String) {
        #expect(YAMLScalar(text: text, isPlain: true).resolved == .string)
    }

    @Test("'on' is text as a key and as a value, in block and in flow")
    func on() throws {
        #expect(
            try read("on: { on: on, no: [off, yes] }")
                == .map([
                    ("on", .map([("on", .text("on")), ("no", .list([.text("off"), .text("yes")]))]))
                ]))
    }

    @Test("quotes and blocks make text of anything", arguments: ["'12'", "\"12\"", "|-\n  12", ">-\n  12"])
    func quoted(_ text: String) throws {
        #expect(try read(text) == .text("12"))
    }
}
