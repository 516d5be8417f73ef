import Foundation
import SeededRandom
import Testing
import VarlinkWire

let certificationDescription: String = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/org.varlink.certification.varlink")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { preconditionFailure("no \(file.path)") }
    return text
}()

@Suite struct VarlinkInterfaceTests {
    @Test("an interface reads as a value")
    func readsInterface() throws {
        let text = """
            # License: none

            # Encodes things.
            # Slowly.
            interface org.example.encoder   # trailing words

            # How it is done.
            type Mode (fast, slow)
            type Person (
              # Family name first.
              name: string,  # as on paper
              age: ?int,
              tags: [string](), friends: []?Person
            )
            # Runs.
            # [Requires 'more' flag]
            method Run(who: Person, how: Mode, extra: any) -> (done: bool, share: float, rest: object)
            method Stop()->()
            error Broken (why: (cold, hot))
            """
        typealias Field = VarlinkInterface.Field
        func field(_ name: String, _ type: VarlinkType, _ documentation: String = "") -> Field {
            Field(name: name, type: type, documentation: documentation)
        }
        let interface = try VarlinkInterface(parsing: text)
        #expect(interface.name == "org.example.encoder")
        #expect(interface.documentation == "Encodes things.\nSlowly.")
        #expect(interface.type(named: "Mode") == .enumeration(["fast", "slow"]))
        #expect(interface.types[0].documentation == "How it is done.")
        #expect(
            interface.type(named: "Person")
                == .structure([
                    field("name", .string, "Family name first."), field("age", .optional(.int)),
                    field("tags", .map(.structure([]))), field("friends", .array(.optional(.named("Person")))),
                ]))
        let run = try #require(interface.method(named: "Run"))
        #expect(run.input == [field("who", .named("Person")), field("how", .named("Mode")), field("extra", .any)])
        #expect(run.output == [field("done", .bool), field("share", .float), field("rest", .object)])
        #expect(run.more == .required)
        #expect(interface.methods.map(\.name) == ["Run", "Stop"])
        #expect(interface.method(named: "Stop")?.more == .unsaid)
        #expect(interface.error(named: "Broken")?.fields == [field("why", .enumeration(["cold", "hot"]))])
    }

    @Test("a mistake is told with its place")
    func placesMistakes() {
        func check(_ text: String, _ expected: String, _ location: SourceLocation = #_sourceLocation) {
            do throws(InvalidInterface) {
                _ = try VarlinkInterface(parsing: text)
                Issue.record("accepted: \(text)", sourceLocation: location)
            } catch {
                #expect(error.description == expected, sourceLocation: location)
            }
        }
        let head = "interface org.example.test\n"
        check("", "1:1: error: expected 'interface', found the end")
        check("interface ab", "1:11: error: 'ab' is no interface name: expected one like 'org.example.service'")
        check(head + "metod Do()", "2:1: error: expected 'type', 'method' or 'error', found 'metod'")
        check(
            head + "method do() -> ()",
            "2:8: error: expected the method's name: a capital letter, then letters and digits, found 'do'")
        check(head + "method Do() ()", "2:13: error: expected '->' after the parameters, found '('")
        check(head + "method Do(a int) -> ()", "2:13: error: expected ':', ',' or ')', found 'int'")
        check(
            head + "method Do(a, b) -> ()",
            "2:10: error: a method's parameters must be fields with types: (name: type, …)")
        check(head + "method Do(a: int, b) -> ()", "2:20: error: expected ':' and a type after 'b', found ')'")
        check(head + "method Do(a: ??int) -> ()", "2:15: error: '??' says no more than '?', found '?'")
        check(
            head + "method Do(a_: int) -> ()",
            "2:11: error: expected a name: a letter, then letters, digits and single '_' between them, found 'a_'")
        check(
            head + "type T (a: text)",
            "2:12: error: 'text' is no type: expected bool, int, float, string, object, any or a type's name, "
                + "found 'text'")
        check(head + "type T (a: [int]string)", "2:13: error: expected '[]' or '[string]', found 'int'")
        check(head + "type É (a: int)", "2:6: error: unexpected 'É'")
        check(head + "type T (a: int", "2:15: error: expected ',' or ')', found the end")
        check(
            head + "type T (a: U, a: int)\n# é\nmethod T(x: V) -> ()",
            """
            2:12: error: type 'U' is not defined
            2:15: error: 'a' is already there
            4:8: error: 'T' is already defined
            4:13: error: type 'V' is not defined
            """)
    }

    @Test(
        "an interface's name follows the grammar",
        arguments: [
            ("a.b", true), ("a.1", true), ("a.0.0", true), ("com.example.0example", true),
            ("com.example.example-dash", true), ("xn--c1yn36f.xn--c1yn36f.xn--c1yn36f", true), ("ab", false),
            (".a.b", false), ("a.b.c.", false), ("a..b", false), ("1.b.c", false), ("8a.0.0", false),
            ("com.-example.x", false), ("com.example-.x", false), ("a.b.c-", false), ("-a.b.c", false),
            ("a.*.c", false), ("a.?", false), ("a.b_c", false),
        ])
    func checksInterfaceNames(name: String, isValid: Bool) {
        let interface = try? VarlinkInterface(parsing: "interface \(name)\nmethod F() -> ()")
        #expect((interface?.name == name) == isValid)
    }

    @Test("the canonical layout describes the same interface, and is its own canonical layout")
    func canonicalLayoutIsStable() throws {
        let interface = try VarlinkInterface(parsing: certificationDescription)
        let again = try VarlinkInterface(parsing: interface.description)
        #expect(again == interface)
        #expect(again.description == interface.description)
    }

    @Test("random interfaces read back from their canonical layout", arguments: 0..<200 as Range<UInt64>)
    func randomInterfacesRoundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = randomInterface(using: &random)
        let interface = try VarlinkInterface(parsing: text)
        #expect(try VarlinkInterface(parsing: interface.description) == interface, "seed \(seed)")
        #expect(interface.types.count == 3)
    }

    @Test("no text harms the parser, and a mistake lies within the text", arguments: 0..<50 as Range<UInt64>)
    func survivesDamage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let isRandom = Bool.random(using: &random)
            var bytes = Array((isRandom ? randomInterface(using: &random) : certificationDescription).utf8)
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...10, using: &random))
                let from = Int.random(in: 0..<bytes.count, using: &random)
                let patch = bytes[from..<min(bytes.count, from + Int.random(in: 0...10, using: &random))]
                bytes.replaceSubrange(start..<end, with: Bool.random(using: &random) ? Array(patch) : [random.next8()])
                if bytes.isEmpty { bytes = [0] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(InvalidInterface) {
                let interface = try VarlinkInterface(parsing: text)
                #expect((try? VarlinkInterface(parsing: interface.description)) == interface, "seed \(seed)")
            } catch {
                let lines = text.utf8.count { $0 == 0x0A } + 1
                #expect(!error.mistakes.isEmpty, "seed \(seed)")
                #expect(error.mistakes.allSatisfy { 1...lines ~= $0.line && $0.column >= 1 }, "seed \(seed)")
            }
        }
    }

    @Test("types nested too deep are refused, however deep")
    func boundsNesting() {
        for opening in ["(a: ", "[]", "[string]"] {
            let text = "interface a.b type T (x: " + String(repeating: opening, count: 100_000)
            #expect {
                _ = try VarlinkInterface(parsing: text)
            } throws: { "\($0)".contains("nested more than 64 deep") }
        }
    }

    private func randomInterface(using random: inout SeededGenerator) -> String {
        func type(_ depth: Int) -> String {
            switch Int.random(in: 0...(depth > 0 ? 12 : 8), using: &random) {
            case 0: return "bool"
            case 1: return "int"
            case 2: return "float"
            case 3: return "string"
            case 4: return "object"
            case 5: return "any"
            case 6...8: return "T\(Int.random(in: 0..<3, using: &random))"
            case 9: return "[]" + type(depth - 1)
            case 10: return "[string]" + type(depth - 1)
            case 11: return "?" + type(depth - 1).drop { $0 == "?" }
            default: return structure(depth - 1)
            }
        }
        func structure(_ depth: Int) -> String {
            let comments = ["", "# words\n", "#\n# more words \n", "# lost\n\n"]
            let fields = (0..<Int.random(in: 0...4, using: &random)).map { index in
                "\n" + (comments.randomElement(using: &random) ?? "") + "f\(index): " + type(depth)
            }
            return "(" + fields.joined(separator: ",") + ")"
        }
        var text = "interface org.example.random\n"
        for index in 0..<3 {
            text += "# about T\(index)\ntype T\(index) "
            text += Bool.random(using: &random) ? "(a, b_c, d)" : structure(3)
            text += "\nmethod M\(index)\(structure(2)) -> \(structure(2))\nerror E\(index)\(structure(1))\n"
        }
        return text
    }
}

extension SeededGenerator {
    fileprivate mutating func next8() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
