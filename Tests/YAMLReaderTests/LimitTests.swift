import Testing
import YAMLReader

struct LimitTests {
    @Test("a text may be as long as its limit and no longer")
    func bytes() {
        let limits = YAMLLimits(bytes: 5, depth: 64, nodes: 100, problems: 10)
        #expect(readYAML("a: bc", limits: limits).1.isEmpty)
        let (node, problems) = readYAML("a: bcd", limits: limits)
        #expect(node == nil)
        #expect(problems.map(brief) == ["1:1 yaml-too-large"])
    }

    @Test("collections may stand as deep as the limit and no deeper", arguments: ["[", "{a: ", "- ", "? "])
    func depth(_ opening: String) {
        func depthOf(_ levels: Int) -> [String] {
            let closing = opening == "[" ? "]" : opening == "{a: " ? "}" : ""
            let text = String(repeating: opening, count: levels) + "x" + String(repeating: closing, count: levels)
            return readYAML(text).1.map(\.code).filter { $0 != "yaml-key-not-text" }
        }
        #expect(depthOf(64).isEmpty)
        #expect(depthOf(65) == ["yaml-too-deep"])
    }

    @Test("a text may hold as many values as the limit and no more")
    func nodes() throws {
        let limits = YAMLLimits(bytes: 1000, depth: 64, nodes: 4, problems: 10)
        #expect(readYAML("[1, 2, 3]", limits: limits).1.isEmpty)
        let (node, problems) = readYAML("[1, 2, 3, 4]", limits: limits)
        #expect(problems.map(brief) == ["1:11 yaml-too-large"])
        #expect(try Value(#require(node)) == .list([.integer("1"), .integer("2"), .integer("3")]))
    }

    @Test("reading stops after as many problems as the limit")
    func problems() {
        let text = String(repeating: "- *x\n", count: 50)
        #expect(readYAML(text, limits: YAMLLimits(bytes: 1000, depth: 64, nodes: 100, problems: 7)).1.count == 7)
    }

    @Test("hostile megabytes end quickly", arguments: Hostile.allCases)
    func hostile(_ hostile: Hostile) {
        let text = hostile.text
        let elapsed = ContinuousClock().measure {
            _ = readYAML(text, limits: .init(bytes: 2 << 20, depth: 64, nodes: 100_000, problems: 100))
        }
        // Milliseconds in a release build; this bound leaves room for an unoptimised build on a busy machine.
        #expect(elapsed < .seconds(5), "\(hostile) took \(elapsed)")
    }

    enum Hostile: CaseIterable {
        case laughs, aliasKeys, deepFlow, deepBlock, deepMappings, longLine, manyKeys, sameKeys, quotes, percent,
            anchors
        case explicitKeys, colons, backslashes, longKey, comments, blanks, tags

        var text: String {
            func fill(_ part: String) -> String { String(repeating: part, count: (1 << 20) / part.utf8.count) }
            return switch self {
            case .laughs:
                "a: &a [x]\n" + (1..<40).map { "k\($0): &k\($0) [" + fillList("*a") + "]\n" }.joined()
            case .aliasKeys: "&a [&b [&c {}]]\n" + String(repeating: "? *a\n: *b\n", count: 40) + fill("*a : *b\n")
            case .deepFlow: fill("[")
            case .deepBlock: fill("- ")
            case .deepMappings: fill("{a: ")
            case .longLine: "a: " + fill("é")
            case .manyKeys: (0..<90_000).map { "k\($0): 1\n" }.joined()
            case .sameKeys: fill("a: 1\n")
            case .quotes: fill("\"\n\" ")
            case .percent: fill("%a\n")
            case .anchors: fill("&a \n")
            case .explicitKeys: fill("? ")
            case .colons: fill(": ")
            case .backslashes: "\"" + fill("\\\\") + "\""
            case .longKey: fill("k") + ": 1"
            case .comments: fill("#\n")
            case .blanks: "a: |\n" + fill("\n")
            case .tags: "!" + fill("%41")
            }
        }

        private func fillList(_ item: String) -> String { Array(repeating: item, count: 500).joined(separator: ", ") }
    }
}
