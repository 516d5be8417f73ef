import Foundation
import SeededRandom
import Testing
import VarlinkWire

@Suite struct JSONReaderTests {
    private func isAccepted(_ text: some Sequence<UInt8>) -> Bool {
        var reader = JSONReader(Array(text))
        do throws(JSONSyntaxError) {
            try reader.skipValue()
            try reader.finish()
            return true
        } catch {
            return false
        }
    }

    @Test(
        "valid JSON is accepted",
        arguments: [
            "{}", "[]", "null", " true ", "-0", "1.5e+10", "\"\\u00e9\\uD83D\\uDE00\"", "\"é😀\"",
            #"{"a":[1,2,{"b":null}],"c":"\n"}"#, "[1 ,2 , [ ] ]", "\"\\u0000\"",
        ])
    func accepts(text: String) {
        #expect(isAccepted(text.utf8))
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", "{", "}", "{]", "[1,]", "[,1]", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "+1", "1e",
            "--1", "tru", "nulll", "\"", "\"\\x\"", "\"\\u12\"", "\"\\uD83D\"", "\"\\uDE00\"", "\"\\uD83D\\u0041\"",
            "\"\u{1}\"", "\"\\", "{} {}", "NaN", "'a'", "[1 2]", "{\"a\":1 \"b\":2}", "// comment\n1",
        ])
    func refuses(text: String) {
        #expect(!isAccepted(text.utf8))
    }

    @Test("text that is not UTF-8 is refused, in names and values")
    func refusesInvalidUTF8() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            #expect(!isAccepted(bytes))
            #expect(!isAccepted([UInt8(ascii: "{")] + bytes + Array(":1}".utf8)))
            #expect(!isAccepted([0x22] + bytes.dropFirst().dropLast() + Array("\\n\"".utf8)))
        }
    }

    @Test("nesting is bounded")
    func boundsNesting() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(isAccepted(nested(maximumJSONDepth).utf8))
        #expect(!isAccepted(nested(maximumJSONDepth + 1).utf8))
        #expect(!isAccepted(String(repeating: "[", count: 1_000_000).utf8))
    }

    @Test("an error tells where it is")
    func placesErrors() {
        var reader = JSONReader(Array(#"{"a": tru}"#.utf8))
        let error = #expect(throws: JSONSyntaxError.self) { try reader.skipValue() }
        #expect(error?.description == "expected true at byte 6")
    }

    @Test(
        "a random text is accepted exactly when Foundation accepts it without a comma at an end",
        arguments: 0..<20 as Range<UInt64>)
    func agreesWithFoundation(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", " 1", "-2.5", "1E+2", "true", "false", "null", " ",
            "\"\\n\"",
        ]
        for _ in 0..<2000 {
            var text = "["
            for _ in 0..<Int.random(in: 0...7, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
            text += "]"
            // Foundation lets a comma stand before the closing bracket; RFC 8259 does not.
            let hasFinalComma = text.replacing(" ", with: "").contains(/,[\]}]/)
            let foundation = !hasFinalComma && (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil
            #expect(isAccepted(text.utf8) == foundation, "seed \(seed): \(text)")
        }
    }

    @Test("a string that was quoted reads as it was", arguments: 0..<20 as Range<UInt64>)
    func quotesStrings(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<(Bool.random(using: &random) ? 0x80 : 0x11_0000), using: &random))
            }
            let string = String(String.UnicodeScalarView(scalars))
            var bytes: [UInt8] = []
            VarlinkJSON.append(string, to: &bytes)
            var reader = JSONReader(bytes)
            #expect(try reader.readString().unicodeScalars.elementsEqual(scalars), "seed \(seed)")
            try reader.finish()
            #expect(try VarlinkJSON.decode([String].self, from: [0x5B] + bytes + [0x5D])[0] == string, "seed \(seed)")
        }
    }
}
