import ControlAPI
import Testing
import VarlinkWire

struct JSONValueTests {
    private func read(_ json: String) throws -> JSONValue {
        try #require(try VarlinkJSON.decode([String: JSONValue].self, from: Array("{\"v\":\(json)}".utf8))["v"])
    }

    private func write(_ value: JSONValue) throws -> String {
        String(decoding: try VarlinkJSON.encode(["v": value]).dropFirst(5).dropLast(), as: UTF8.self)
    }

    @Test(
        "a number keeps its value exactly",
        arguments: [
            ("79.5", "79.5"), ("100001.01", "100001.01"), ("0.1", "0.1"), ("-0.30", "-0.3"), ("1e3", "1000"),
            ("1E-5", "0.00001"), ("9223372036854775808", "9223372036854775808"),
            ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
            ("0.12345678901234567890123456789012345678", "0.12345678901234567890123456789012345678"),
        ])
    func exactNumbers(json: String, digits: String) throws {
        #expect(try read(json) == .number(digits))
        #expect(try write(.number(digits)) == digits)
    }

    @Test(
        "a number of more digits than a decimal holds is refused rather than rounded",
        arguments: [
            "123456789012345678901234567890123456789", "1000000000000000000000000000000000000000000001", "1e400",
            "[\"\\\"\", {\"a\": -0.0123456789012345678901234567890123456789}]",
            "77777777777777777777777777777777777777777777777777",
        ])
    func tooManyDigits(json: String) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: json) }
    }

    @Test(
        "only the digits of one number count, not those of text, exponents and neighbours",
        arguments: [
            "[1234567890123456789,1234567890123456789,12345678901234567890]",
            "\"123456789012345678901234567890123456789\"", "0.00000000000000000000000000000000000000000001",
            "-12345678901234567890123456789012345678", "12345678901234567890123456789012345678E10",
            "{\"\\\\\": 1, \"12345678901234567890123456789012345678901\": 2}",
        ])
    func enoughRoom(json: String) throws {
        _ = try JSONValue(parsing: json)
    }

    @Test("text that is not a number is not written as one", arguments: ["", "seven", "NaN"])
    func notANumber(digits: String) {
        #expect(throws: EncodingError.self) { try write(.number(digits)) }
    }

    @Test("each kind of value is what it is")
    func kinds() throws {
        #expect(try read("null") == .null)
        #expect(try read("true") == .boolean(true))
        #expect(try read("0") == .number("0"))
        #expect(try read(#""79.5""#) == .text("79.5"))
        #expect(try read(#"[1,{"a":null}]"#) == .list([.number("1"), .object(["a": .null])]))
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "{") }
    }

    @Test("any value is the same after writing and reading", arguments: UInt64(0)..<300)
    func roundTrip(seed: UInt64) throws {
        var maker = RandomJSON(seed: seed, try VarlinkInterface(parsing: ControlInterface.description))
        let value = maker.any(depth: 4)
        #expect(try read(write(value)) == value, "seed \(seed)")
    }
}
