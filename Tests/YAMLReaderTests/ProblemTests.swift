import Testing
import YAMLReader

struct ProblemTests {
    @Test("every refusal of a text is found in one go, in the order of places")
    func allAtOnce() throws {
        let text = """
            a: &one 1
            b: *one
            a: 2
            c: !!int "3"
            ? [x, y]
            : 4
            d: { e: 1, e: 2 }
            ? # no key
            : 3
            *one : 5
            """
        let (node, problems) = readYAML(text)
        #expect(
            problems.map(brief) == [
                "1:4 yaml-anchor", "2:4 yaml-alias", "3:1 yaml-duplicate-key", "4:4 yaml-tag", "5:3 yaml-key-not-text",
                "7:12 yaml-duplicate-key", "8:2 yaml-key-not-text", "10:1 yaml-alias",
            ])
        #expect(problems.map { slice(text, $0.span) } == ["&one", "*one", "a", "!!int", "[x, y]", "e", "", "*one"])
        #expect(problems[2].related.map { place($0.start) } == "1:1")
        let entries = try #require(node).all.filter { $0.text != nil }.compactMap(\.text)
        #expect(entries == ["a", "1", "b", "", "c", "3", "x", "y", "4", "d", "e", "1", "", "3", "", "5"])
    }

    @Test(
        "anchors and tags are found wherever they hide, and the value keeps its own span",
        arguments: [
            ("! x", ["1:1 yaml-tag"], "x"), ("!<tag:a,b> 'x'", ["1:1 yaml-tag"], "'x'"),
            ("&a !t x", ["1:1 yaml-anchor", "1:4 yaml-tag"], "x"),
            ("!t # note\n &a x", ["1:1 yaml-tag", "2:2 yaml-anchor"], "x"),
            ("&a [x]", ["1:1 yaml-anchor"], nil), ("! {a: x}", ["1:1 yaml-tag"], nil),
            ("&a\n&b x: 1", ["1:1 yaml-anchor", "2:1 yaml-anchor"], nil), ("&b x: 1", ["1:1 yaml-anchor"], nil),
            ("[&a , !t ]", ["1:2 yaml-anchor", "1:7 yaml-tag"], nil),
        ] as [(String, [String], String?)])
    func properties(text: String, expected: [String], value: String?) throws {
        let (node, problems) = readYAML(text)
        #expect(problems.map(brief) == expected)
        if let value { #expect(slice(text, try #require(node).span) == value) }
    }

    @Test("keys are compared by their text, quoted or not, each mapping for itself")
    func duplicates() {
        #expect(readYAML("a: {b: 1}\nc: {b: 1}\n").1.isEmpty)
        #expect(
            readYAML("'a': 1\na: 2\n\"\\x61\": 3").1.map(brief) == ["2:1 yaml-duplicate-key", "3:1 yaml-duplicate-key"])
        #expect(readYAML("1: x\n'1': y").1.map(brief) == ["2:1 yaml-duplicate-key"])
    }

    @Test("a second document is refused and the first one kept")
    func documents() throws {
        let (node, problems) = readYAML("a: 1\n--- # next\nb: 2\n--- 3\n")
        #expect(problems.map(brief) == ["2:1 yaml-multiple-documents"])
        #expect(try Value(#require(node)) == .map([("a", .integer("1"))]))
    }

    @Test(
        "a syntax error stands where the mistake is and says what to do",
        arguments: [
            ("a: b: c", "1:5", "in quotes"), ("a: 1\nfoo\nb: 2", "2:1", "missing ':'"),
            ("a: \"x\nb: 1\n", "1:4", "closing quote"),
            ("a:\n\t- x", "2:1", "tab"), ("a: @x", "1:4", "in quotes"), ("a: [1, 2\nb: 3", "2:2", "']'"),
            ("a: {b: 1]", "1:9", "'}'"),
            ("a: \"\\d\"", "1:5", "backslash"), ("a: 1\n b: 2", "2:3", "indent"),
            ("  a: 1\nb: 2", "2:1", "indentation"),
            ("- a\nb: 1", "2:1", "indentation"), ("a: [", "1:5", "missing"), ("a: - b", "1:4", "line of its own"),
            ("a: \"\\uD800\"", "1:7", "escape"), ("%YAML 3.0\n--- a", "1:1", "incompatible"),
        ])
    func syntax(text: String, mark: String, advice: String) {
        let problems = readYAML(text).1
        #expect(problems.map(brief) == ["\(mark) yaml-syntax"])
        #expect(problems.allSatisfy { $0.message.contains(advice) }, "\(problems.map(\.message))")
    }

    @Test("what stood before a syntax error is returned, with the problems before it")
    func partial() throws {
        let (node, problems) = readYAML("a: 1\na: 2\nb:\n  - x\n  - {y: 1, z: [2, }\n")
        #expect(problems.map(\.code) == ["yaml-duplicate-key", "yaml-syntax"])
        #expect(
            try Value(#require(node))
                == .map([
                    ("a", .integer("1")),
                    ("b", .list([.text("x"), .map([("y", .integer("1")), ("z", .list([.integer("2")]))])])),
                ]))
    }

    @Test("bytes that are not UTF-8 are named with their place")
    func bytes() {
        let latin = readYAML(utf8: Array("a: 1\nclé".utf8.dropLast(2)) + [0xE9, 0x3A, 0x20]).1
        #expect(latin.map(brief) == ["2:3 yaml-not-utf8"])
        #expect(latin.first?.message.contains("0xE9") == true)
        #expect(readYAML(utf8: [0xFF, 0xFE, 0x61, 0x00]).1.first?.message.contains("UTF-16") == true)
        let broken: [[UInt8]] = [
            [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0x80],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28], [0xE2, 0x28, 0xA1],
        ]
        for bytes in broken {
            #expect(readYAML(utf8: [0x61] + bytes).1.map(brief) == ["1:2 yaml-not-utf8"], "\(bytes)")
        }
    }

    @Test("control characters and invisible line separators are all named")
    func controls() {
        let problems = readYAML("a: \u{7}b\nc: \u{0}\nd: x\u{2028}y\ne: \u{FEFF}\n\u{85}\u{9F}\u{FFFE}é\u{E000}").1
        #expect(problems.map(brief) == ["1:4", "2:4", "3:5", "4:4", "5:1", "5:2", "5:3"].map { "\($0) yaml-syntax" })
        #expect(problems.map { $0.message.contains("U+2028") } == [false, false, true, false, false, false, false])
        #expect(problems.first?.message.contains("U+0007") == true)
    }
}
