import Calculations
import CivilTime
import Foundation
import SeededRandom
import Testing
import WorkflowModel

@Suite("Lines of JSON")
struct LineTests {
    private func echo(_ line: String) -> String {
        answer(line: Array(line.utf8)) { plain throws(CalculationError) in plain }
    }

    @Test(
        "a value is read and written with every digit and character",
        arguments: [
            "{}", "[]", "null", "true", #"{"a":[1,-2.50,1e400,{"b":null}]}"#, #""é\"\\\n\u0000😀""#,
            "123456789012345678901234567890.000",
        ])
    func roundTrip(line: String) throws {
        #expect(echo(line) == line)
    }

    @Test(
        "a line that is not JSON is answered by an error that says where",
        arguments: [
            ("", "expected a value at byte 0"), ("{", "expected a string at byte 1"),
            ("{}x", "unexpected text after the value at byte 2"),
            ("[1,]", "expected a value at byte 3"), (#"{"a":01}"#, "expected ',' or the closing bracket at byte 6"),
        ])
    func notJSON(line: String, reason: String) throws {
        #expect(try object(echo(line))["error"] as? String == "the line is not JSON: \(reason)")
    }

    @Test("nesting without end is an error and not the end of the program")
    func deep() throws {
        let error = try object(echo(String(repeating: "[", count: 1 << 20)))["error"] as? String
        #expect(error?.contains("nested more than") == true)
    }

    @Test("lines come out whole however their bytes arrive")
    func splitting() {
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let limit = Int.random(in: 1...20, using: &random)
            let lines = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                String(repeating: "x", count: Int.random(in: 0...30, using: &random))
            }
            let ends = lines.map { _ in Bool.random(using: &random) ? "\r\n" : "\n" }
            var text = zip(lines, ends).map { $0 + $1 }.joined()
            let hasEnd = Bool.random(using: &random)
            if !hasEnd, let last = ends.last { text.removeLast(last.count == 1 ? 1 : 1) }
            var bytes = Array(text.utf8)[...]
            var splitter = LineSplitter(limit: limit)
            var found: [LineSplitter.Line] = []
            while !bytes.isEmpty {
                let count = min(bytes.count, Int.random(in: 1...9, using: &random))
                splitter.append(bytes.prefix(count))
                bytes.removeFirst(count)
                while let line = splitter.next() { found.append(line) }
            }
            if let line = splitter.finish() { found.append(line) }
            let expected = zip(lines, ends).enumerated().compactMap { index, pair -> LineSplitter.Line? in
                let isLast = index == lines.count - 1
                if isLast, !hasEnd, pair.0.isEmpty { return nil }
                let carriageReturn = pair.1.utf8.count == 2 && !(isLast && !hasEnd) ? 1 : 0
                return pair.0.utf8.count + carriageReturn > limit ? .tooLong : .whole(Array(pair.0.utf8))
            }
            #expect(found == expected, "round \(round) of seed \(seed)")
        }
    }

    @Test("a line without end takes no more memory than the limit allows")
    func endless() {
        var splitter = LineSplitter(limit: 10)
        for _ in 0..<1000 {
            splitter.append([UInt8](repeating: 0x78, count: 1000))
            #expect(splitter.next() == nil)
        }
        splitter.append(Array("\nok\n".utf8))
        #expect(splitter.next() == .tooLong)
        #expect(splitter.next() == .whole(Array("ok".utf8)))
        #expect(splitter.next() == nil)
        #expect(splitter.finish() == nil)
    }
}
