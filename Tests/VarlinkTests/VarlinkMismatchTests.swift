import Testing
import VarlinkWire

@Suite struct VarlinkMismatchTests {
    private let interface: VarlinkInterface

    init() throws {
        interface = try VarlinkInterface(
            parsing: """
                interface org.example.shapes
                type Word (one, two)
                type Person (name: string, age: ?int, friends: ?[]Person)
                method Do(
                  flag: ?bool, count: ?int, share: ?float, text: ?string, thing: ?object, all: ?any,
                  list: ?[]int, table: ?[string]Word, set: ?[string](), person: ?Person, word: ?Word
                ) -> ()
                method Must(a: int, b: any) -> ()
                """)
    }

    private func mismatch(_ json: String, _ method: String) -> String? {
        interface.method(named: method).flatMap { interface.mismatch(in: Array(json.utf8), fields: $0.input) }?
            .description
    }

    @Test(
        "values of the described types fit",
        arguments: [
            "{}", #"{"flag":true,"count":-9223372036854775808,"share":1,"text":"","thing":{"x":[]},"all":[null]}"#,
            #"{"share":-1.5e300,"list":[1,2],"table":{"x":"one"},"set":{"a":{},"b":{}}}"#,
            #"{"person":{"name":"A","age":null,"friends":[{"name":"B"}]},"word":"two"}"#,
            #"{"flag":null,"list":null,"person":null,"all":null}"#,
        ])
    func fits(json: String) {
        #expect(mismatch(json, "Do") == nil)
    }

    @Test(
        "the first value that does not fit is named, with the reason",
        arguments: [
            ("[]", "must be an object"), (#"{"flag":1}"#, "flag: must be true or false"),
            (#"{"count":1.0}"#, "count: must be a whole number of 64 bits"),
            (#"{"count":9223372036854775808}"#, "count: must be a whole number of 64 bits"),
            (#"{"count":"1"}"#, "count: must be a whole number"),
            (#"{"share":1e999}"#, "share: is too large for a number"),
            (#"{"text":true}"#, "text: must be a string"), (#"{"thing":[]}"#, "thing: must be an object"),
            (#"{"list":[1,true]}"#, "list[1]: must be a whole number"), (#"{"list":{}}"#, "list: must be an array"),
            (#"{"table":{"x":"three"}}"#, "table[x]: must be one of: one, two"),
            (#"{"set":{"a":{"b":1}}}"#, "set[a].b: is not known"), (#"{"person":{}}"#, "person.name: is missing"),
            (#"{"person":{"name":"A","friends":[{"name":null}]}}"#, "person.friends[0].name: must be a string"),
            (#"{"word":"One"}"#, "word: must be one of: one, two"), (#"{"flga":true}"#, "flga: is not known"),
            (#"{"flag":true,"flag":false}"#, "flag: is given twice"),
            (#"{"flag":tru}"#, "is not JSON: expected true at byte 8"),
            (#"{} {}"#, "is not JSON: unexpected text after the value at byte 3"),
        ])
    func names(json: String, expected: String) {
        #expect(mismatch(json, "Do") == expected)
    }

    @Test("what is not optional must be there, and not be null")
    func requires() {
        #expect(mismatch(#"{"b":1}"#, "Must") == "a: is missing")
        #expect(mismatch(#"{"a":1,"b":null}"#, "Must") == "b: must not be null")
        #expect(mismatch(#"{"a":1,"b":{}}"#, "Must") == nil)
    }
}
