import Expressions
import Testing

@Suite("patterns")
struct PatternTests {
    private func matches(_ text: String, _ pattern: String) throws -> Value {
        let environment = ExpressionEnvironment(variables: ["text": .string, "pattern": .string])
        return try #require(Expression.compile("text.matches(pattern)", in: environment).0)
            .evaluate(["text": .string(text), "pattern": .string(pattern)])
    }

    @Test(
        "a match may be any part of the text",
        arguments: [
            ("abcd", "bc", true), ("abcd", "^bc", false), ("grey", "gr(a|e)y", true), ("", "", true),
            ("a\nb", "a.b", false),
            ("a\nb", "(?s)a.b", true), ("ABC", "(?i)abc", true), ("É", "(?i)é", true), ("a1", #"^\w\d$"#, true),
            ("é", #"^\w$"#, false), ("é", #"^\pL$"#, true), ("é", #"^\p{Lu}$"#, false), ("x", #"[^\d]"#, true),
            ("-", "[a-]", true), ("]", "[]]", true), ("a.b", #"\Qa.b\E"#, true), ("axb", #"\Qa.b\E"#, false),
            ("aaa", "^a{2}$", false),
            ("aaa", "^a{2,}$", true), ("aaa", "^a{1,2}$", false), ("a{,2}", "^a{,2}$", true), ("b\na", "(?m)^a$", true),
            ("b\na", "^a$", false), ("foo bar", #"\bbar"#, true), ("foobar", #"\bbar"#, false),
            ("\u{1F600}", "^.$", true),
            ("A", #"\x41"#, true), ("A", #"\101"#, true), ("😀", #"\x{1F600}"#, true), ("ab", "(?P<x>a)(?:b)", true),
            ("_", "[[:word:]]", true),
            ("5", "[[:^digit:]]", false), ("aB", "(?i:a)b", false), ("ac", "a|b", true), ("c", "a|b|", true),
            ("aXb", "a.*?b", true),
        ])
    func matching(text: String, pattern: String, isMatch: Bool) throws {
        #expect(try matches(text, pattern) == .bool(isMatch))
    }

    @Test(
        "what RE2 refuses is refused",
        arguments: [
            "(", ")", "[a", "*a", "a**", "[z-a]", #"\1"#, "a{1001}", "(?=a)", "(?<!a)", #"\8"#, "a\\",
            "((a{99}){99}){99}", #"\p{Greek}"#,
        ])
    func refusals(pattern: String) {
        let error = #expect(throws: EvaluationError.self) { try matches("a", pattern) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("time is linear in the text for patterns that make others hang")
    func linearity() throws {
        let text = String(repeating: "a", count: 2000)
        for pattern in ["(a*)*b", "(a|aa)+$b", "(a?){50}a{50}b", "(.*)(.*)(.*)(.*)b"] {
            #expect(try matches(text, pattern) == .bool(false))
        }
    }
}
