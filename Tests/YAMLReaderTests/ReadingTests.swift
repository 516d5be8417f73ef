import Testing
import YAMLReader

struct ReadingTests {
    @Test("keys, lists, flow collections and blocks read as written, in order")
    func document() throws {
        let value = try read(
            """
            # a contract
            workflow: tanger-ess
            parties:
              supplier: { title: Prestataire, needed-in: execution }
            seats: 7
            remind: [7 days, 1 day]
            steps:
            - one
            - two: |
                first
                second
              three: >
                folded
                text
            empty:
            """)
        #expect(
            value
                == .map([
                    ("workflow", .text("tanger-ess")),
                    (
                        "parties",
                        .map([("supplier", .map([("title", .text("Prestataire")), ("needed-in", .text("execution"))]))])
                    ),
                    ("seats", .integer("7")),
                    ("remind", .list([.text("7 days"), .text("1 day")])),
                    (
                        "steps",
                        .list([
                            .text("one"), .map([("two", .text("first\nsecond\n")), ("three", .text("folded text\n"))]),
                        ])
                    ),
                    ("empty", .null),
                ]))
    }

    @Test("a text without a value gives no node and no problem", arguments: ["", "\u{FEFF}", "# only this\n", "\n \n"])
    func nothing(_ text: String) {
        let (node, problems) = readYAML(text)
        #expect(node == nil)
        #expect(problems.isEmpty)
    }

    @Test(
        "document marks, a version line and a byte order mark change nothing",
        arguments: [
            "---\na: 1\n", "a: 1\n...\n", "%YAML 1.2\n---\na: 1\n", "\u{FEFF}a: 1", "a: 1\r\n",
        ])
    func frames(_ text: String) throws {
        #expect(try read(text) == .map([("a", .integer("1"))]))
    }

    @Test("places are lines, characters and bytes, whatever the line ends and the letters")
    func places() throws {
        let text = "\u{FEFF}clé: é\r\n😀: [ü, \"è\" ]\rb:\n  - x # ö\n\n"
        let (node, problems) = readYAML(text)
        #expect(problems.isEmpty)
        let all = try #require(node).all
        let found = all.map { "\(place($0.span.start))-\(place($0.span.end)) \(slice(text, $0.span))" }
        #expect(
            found == [
                "1:1-4:6 clé: é\r\n😀: [ü, \"è\" ]\rb:\n  - x", "1:1-1:4 clé", "1:6-1:7 é", "2:1-2:2 😀",
                "2:4-2:13 [ü, \"è\" ]", "2:5-2:6 ü", "2:8-2:11 \"è\"", "3:1-3:2 b", "4:3-4:6 - x", "4:5-4:6 x",
            ])
        #expect(all.first?.span.start.offset == 3)
    }

    @Test("a value left out is an empty span after its colon, and a block scalar ends with its last line")
    func edges() throws {
        let text = "a:\nb: |\n  text\n  more\n\nc: [d: 1 , {e}]\n"
        let (node, _) = readYAML(text)
        let all = try #require(node).all
        let found = all.dropFirst().map { "\(place($0.span.start)) '\(slice(text, $0.span))'" }
        #expect(
            found == [
                "1:1 'a'", "1:3 ''", "2:1 'b'", "2:4 '|\n  text\n  more'", "6:1 'c'", "6:4 '[d: 1 , {e}]'",
                "6:5 'd: 1'",
                "6:5 'd'", "6:8 '1'", "6:12 '{e}'", "6:13 'e'", "6:14 ''",
            ])
    }
}
