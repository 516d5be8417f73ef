import SeededRandom
import Testing
import YAMLReader

struct LawTests {
    @Test("a written tree is read back, each scalar at the place it was written", arguments: 0..<60)
    func roundTrip(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for round in 0..<20 {
            var writer = TreeWriter()
            let value = writer.write(random: &random)
            let text = writer.text
            let (node, problems) = readYAML(text)
            try #require(problems.isEmpty, "seed \(seed), round \(round): \(problems)\n\(text)")
            let root = try #require(node)
            #expect(Value(root) == value, "seed \(seed), round \(round):\n\(text)")
            let spans = root.all.filter { $0.text != nil }.map(\.span)
            #expect(spans.map { slice(text, $0) } == writer.slices, "seed \(seed), round \(round):\n\(text)")
            #expect(spans.map(\.start.offset) == writer.offsets, "seed \(seed), round \(round):\n\(text)")
            for span in root.all.flatMap({ [$0.span.start, $0.span.end] }) {
                #expect(span == counted(text, offset: span.offset), "seed \(seed), round \(round)")
            }
        }
    }

    @Test("random bytes of YAML never harm: spans lie in the text and inside one another", arguments: 0..<80)
    func fuzz(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &+ 1000)
        let parts = [
            " ", "  ", "\n", "\n  ", "\r\n", "\t", ": ", ":", "- ", "? ", ", ", "[", "]", "{", "}", "&a ", "*a ", "!t ",
            "!", "'", "\"",
            "|\n", ">-\n", "#", "%", "---\n", "...\n", "a", "key", "é", "😀", "0x1", "~", "\\", "\u{FEFF}", "\u{0}",
            "\u{2028}", "@", "`",
            "<<: ", "|2\n", "'\\''", "\\u00e9", "!<x>",
        ]
        for round in 0..<150 {
            let count = Int.random(in: 0..<60, using: &random)
            var bytes = (0..<count).flatMap { _ in Array(parts.randomElement(using: &random, orElse: "").utf8) }
            if Int.random(in: 0..<4, using: &random) == 0, !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let (node, problems) = readYAML(utf8: bytes)
            let message: Comment =
                "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            for span in problems.map(\.span) + problems.compactMap(\.related) + (node?.all.map(\.span) ?? []) {
                #expect(
                    0 <= span.start.offset && span.start.offset <= span.end.offset && span.end.offset <= bytes.count,
                    message)
            }
            for parent in node?.all ?? [] {
                var last = parent.span.start.offset
                for child in parent.children {
                    #expect(last <= child.span.start.offset && child.span.end.offset <= parent.span.end.offset, message)
                    last = child.span.end.offset
                }
            }
            #expect(problems.map(\.span.start.offset) == problems.map(\.span.start.offset).sorted(), message)
            #expect(problems.allSatisfy { !$0.message.isEmpty }, message)
            let again = readYAML(utf8: bytes)
            #expect(again.0 == node && again.1 == problems, message)
        }
    }

    /// The place of a byte offset, counted the slow and obvious way.
    private func counted(_ text: String, offset: Int) -> SourceMark {
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        return SourceMark(line: lines.count, column: (lines.last?.count ?? 0) + 1, offset: offset)
    }
}

/// Writes a random tree as YAML and remembers what each scalar looked like and where it was put.
struct TreeWriter {
    private(set) var text = ""
    private(set) var slices: [String] = []
    private(set) var offsets: [Int] = []

    mutating func write(random: inout SeededGenerator) -> Value {
        let value = collection(indent: 0, depth: 0, random: &random)
        return value
    }

    private mutating func collection(indent: Int, depth: Int, random: inout SeededGenerator) -> Value {
        let count = Int.random(in: 1...4, using: &random)
        let isList = Bool.random(using: &random)
        var items: [Value] = []
        var entries: [(String, Value)] = []
        for number in 0..<count {
            text += String(repeating: " ", count: indent)
            if isList {
                text += "-"
                items.append(item(indent: indent, depth: depth, random: &random))
            } else {
                let key = scalar(prefix: "k\(number)", random: &random)
                text += ":"
                entries.append((key.text, item(indent: indent, depth: depth, random: &random)))
            }
        }
        return isList ? .list(items) : .map(entries)
    }

    /// Writes one value after a dash or a colon, and the line's end.
    private mutating func item(indent: Int, depth: Int, random: inout SeededGenerator) -> Value {
        if depth < 4, Int.random(in: 0..<3, using: &random) == 0 {
            text += Bool.random(using: &random) ? "  # é\n" : "\n"
            return collection(
                indent: indent + 1 + Int.random(in: 0..<3, using: &random), depth: depth + 1, random: &random)
        }
        text += " "
        let value: Value
        if Int.random(in: 0..<4, using: &random) == 0 {
            value = flow(depth: depth, random: &random)
        } else {
            value = scalar(prefix: "", random: &random).value
        }
        text += ["\n", "   \n", " # ç: [\n", "\n\n"].randomElement(using: &random, orElse: "\n")
        return value
    }

    private mutating func flow(depth: Int, random: inout SeededGenerator) -> Value {
        var items: [Value] = []
        text += "["
        for number in 0..<Int.random(in: 0...3, using: &random) {
            if number > 0 { text += Bool.random(using: &random) ? ", " : " ,\n        " }
            if depth < 6, Int.random(in: 0..<3, using: &random) == 0 {
                items.append(flow(depth: depth + 1, random: &random))
            } else {
                items.append(scalar(prefix: "", random: &random).value)
            }
        }
        text += Bool.random(using: &random) ? " ]" : "]"
        return .list(items)
    }

    private mutating func scalar(prefix: String, random: inout SeededGenerator) -> (text: String, value: Value) {
        let words = [
            "été", "12", "0.5", "true", "~", "a b", "on", "30 days", "😀x", "x#y", "a:b", "2021-09-24T16:30", "null",
        ]
        let word = prefix + words.randomElement(using: &random, orElse: "x")
        let form = Int.random(in: 0..<3, using: &random)
        let written = [word, "'\(word)'", "\"\(word)\\t\\u00e9\""][form]
        let meaning = form == 2 ? word + "\té" : word
        slices.append(written)
        offsets.append(text.utf8.count)
        text += written
        return (meaning, .scalar(meaning, YAMLScalar(text: meaning, isPlain: form == 0).resolved))
    }
}

extension Array {
    /// A random element, or `other` of an empty array.
    func randomElement(using generator: inout some RandomNumberGenerator, orElse other: Element) -> Element {
        randomElement(using: &generator) ?? other
    }
}
