import Foundation
import SeededRandom
import Testing
import VarlinkWire

@Suite struct JSONCodingTests {
    /// A part of every kind that a type may have.
    private struct Part: Codable, Equatable {
        var text: String
        var flag: Bool
        var whole: Int
        var sizes: [Int8]
        var large: UInt64
        var share: Double
        var exact: Decimal
        var absent: String?
        var word: Word?
        var parts: [Part]
        var byName: [String: [Bool?]]

        enum Word: String, Codable, CaseIterable { case one, two }

        init(_ random: inout SeededGenerator, depth: Int) {
            text = Self.text(&random)
            flag = Bool.random(using: &random)
            whole = Int(truncatingIfNeeded: random.next())
            sizes = (0..<Int.random(in: 0...3, using: &random)).map { _ in Int8.random(in: -128...127, using: &random) }
            large = random.next()
            share = Double(Int.random(in: -999_999...999_999, using: &random)) / 64
            exact = Decimal(Int.random(in: -999_999_999...999_999_999, using: &random)) / 1000
            absent = Bool.random(using: &random) ? nil : Self.text(&random)
            word = Bool.random(using: &random) ? nil : Word.allCases.randomElement(using: &random)
            parts = []
            if depth > 0 {
                for _ in 0..<Int.random(in: 0...3, using: &random) { parts.append(Part(&random, depth: depth - 1)) }
            }
            byName = [:]
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                byName[Self.text(&random)] = [Bool.random(using: &random), nil]
            }
        }

        private static func text(_ random: inout SeededGenerator) -> String {
            let letters = ["a", "Z", "é", "\"", "\\", "/", "\n", "\u{1}", "\u{7F}", "€", "𝄞", "0", "."]
            let count = Int.random(in: 0...20, using: &random)
            return (0..<count).map { _ in letters.randomElement(using: &random) ?? "" }.joined()
        }
    }

    @Test("what is written here Foundation reads, and the other way round", arguments: 0..<60 as Range<UInt64>)
    func agreesWithFoundation(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let part = Part(&random, depth: 2)
        let bytes = try VarlinkJSON.encode(part)
        #expect(try JSONDecoder().decode(Part.self, from: Data(bytes)) == part, "seed \(seed)")
        #expect(try VarlinkJSON.decode(Part.self, from: bytes) == part, "seed \(seed)")
        for formatting in [[], [.prettyPrinted], [.sortedKeys]] as [JSONEncoder.OutputFormatting] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = formatting
            #expect(try VarlinkJSON.decode(Part.self, from: [UInt8](encoder.encode(part))) == part, "seed \(seed)")
        }
        #expect(try VarlinkJSON.encode(try VarlinkJSON.decode(Part.self, from: bytes)) == bytes, "seed \(seed)")
    }

    /// Writes and reads by hand what synthesised types never do.
    private struct ByHand: Codable, Equatable {
        var first: Int
        var second: String
        var inner: Bool

        private enum Keys: String, CodingKey { case z, list, base }
        private enum InnerKeys: String, CodingKey { case inner }

        init(first: Int, second: String, inner: Bool) {
            (self.first, self.second, self.inner) = (first, second, inner)
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Keys.self)
            inner = try members.nestedContainer(keyedBy: InnerKeys.self, forKey: .z).decode(Bool.self, forKey: .inner)
            var list = try members.nestedUnkeyedContainer(forKey: .list)
            first = try list.decode(Int.self)
            guard try list.decodeNil(), try !list.decodeNil(), list.currentIndex == 2 else {
                throw DecodingError.dataCorruptedError(in: list, debugDescription: "the second item is null")
            }
            second = try list.nestedContainer(keyedBy: Keys.self).decode(String.self, forKey: .base)
            _ = try String(from: try members.superDecoder(forKey: .base))
            guard list.isAtEnd, try !members.decodeNil(forKey: .list) else {
                throw DecodingError.dataCorruptedError(in: list, debugDescription: "there are three items")
            }
        }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Keys.self)
            var innermost = members.nestedContainer(keyedBy: InnerKeys.self, forKey: .z)
            var list = members.nestedUnkeyedContainer(forKey: .list)
            try list.encode(first)
            try list.encodeNil()
            var last = list.nestedContainer(keyedBy: Keys.self)
            try second.encode(to: members.superEncoder(forKey: .base))
            // What was begun earlier may be gone on with.
            try last.encode(second, forKey: .base)
            try innermost.encode(inner, forKey: .inner)
        }
    }

    @Test("containers within containers come in their places, whatever the order they are filled in")
    func nested() throws {
        let value = ByHand(first: 7, second: "x", inner: true)
        let bytes = try VarlinkJSON.encode(value)
        #expect(
            String(decoding: bytes, as: UTF8.self) == #"{"base":"x","list":[7,null,{"base":"x"}],"z":{"inner":true}}"#)
        #expect(try VarlinkJSON.decode(ByHand.self, from: bytes) == value)
    }

    @Test("members are sorted, and what is empty has its brackets")
    func layout() throws {
        struct Empty: Encodable {}
        #expect(try VarlinkJSON.encode(Empty()) == Array("{}".utf8))
        #expect(try VarlinkJSON.encode([String]()) == Array("[]".utf8))
        #expect(try VarlinkJSON.encode(["b": 1, "a": 2, "B": 3]) == Array(#"{"B":3,"a":2,"b":1}"#.utf8))
        #expect(try VarlinkJSON.encode([2.0, 0.5, -1e300]) == Array("[2,0.5,-1e+300]".utf8))
        #expect(throws: EncodingError.self) { try VarlinkJSON.encode([Double.infinity]) }
    }

    @Test(
        "what does not fit is told with its place",
        arguments: [
            ("{", ""), ("[1,2", ""), (#"{"a":[]} x"#, ""), ("[]", ""), (#"{"a":{}}"#, "a"), (#"{"a":null}"#, "a"),
            (#"{"b":[]}"#, "a"), (#"{"a":["x",1]}"#, "a[0]"), (#"{"x":[[],{}],"a":[1,2.5]}"#, "a[1]"),
            (#"{"a":[1,128]}"#, "a[1]"), (#"{"a":[1,null]}"#, "a[1]"), (#"{"x":{"a":[3]},"\u0061":[true]}"#, "a[0]"),
        ])
    func places(json: String, path: String) {
        struct Wanted: Decodable { var a: [Int8] }
        #expect {
            try VarlinkJSON.decode(Wanted.self, from: Array(json.utf8))
        } throws: { error in
            (error as? DecodingError).map { VarlinkJSON.path(of: $0) } == path
        }
    }

    @Test("text that is not UTF-8 is refused")
    func notText() {
        for bytes in [[0x22, 0xFF, 0x22], [0x5B, 0x22, 0xC3, 0x22, 0x5D]] as [[UInt8]] {
            #expect(throws: DecodingError.self) { try VarlinkJSON.decode(String.self, from: bytes) }
            #expect(throws: DecodingError.self) { try VarlinkJSON.decode([String].self, from: bytes) }
        }
    }

    @Test("of a member given twice the first counts, among few and among many")
    func twice() throws {
        let many = (0..<40).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        for others in ["", "," + many] {
            let read = try VarlinkJSON.decode([String: Int].self, from: Array(#"{"a":1,"a":2\#(others)}"#.utf8))
            #expect(read["a"] == 1 && read.count == (others.isEmpty ? 1 : 41))
        }
    }
}
