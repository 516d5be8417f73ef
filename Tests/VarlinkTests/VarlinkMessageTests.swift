import Testing
import VarlinkWire

@Suite struct VarlinkMessageTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a call reads as it was written")
    func callsRoundTrip() throws {
        for oneway in [false, true] {
            for more in [false, true] {
                for parameters in ["{}", #"{"a":[1,"x\"y"]}"#] {
                    let call = CallMessage(
                        method: "org.example.\"Odd\"", parameters: bytes(parameters), oneway: oneway, more: more)
                    let encoded = call.encoded()
                    #expect(encoded.last == 0)
                    #expect(try CallMessage(parsing: encoded.dropLast()) == call)
                }
            }
        }
    }

    @Test("a reply reads as it was written")
    func repliesRoundTrip() throws {
        for reply in [
            ReplyMessage(), ReplyMessage(parameters: bytes(#"{"a":1}"#), continues: true),
            ReplyMessage(parameters: bytes(#"{"a":1}"#), error: "org.example.Failed"),
        ] {
            #expect(try ReplyMessage(parsing: reply.encoded().dropLast()) == reply)
        }
    }

    @Test("null, absent and empty parameters are the same, and unknown members are skipped")
    func toleratesVariants() throws {
        let plain = CallMessage(method: "a.b.C")
        #expect(try CallMessage(parsing: bytes(#"{"method":"a.b.C"}"#)) == plain)
        #expect(try CallMessage(parsing: bytes(#"{"method":"a.b.C","parameters":null,"more":null}"#)) == plain)
        #expect(try CallMessage(parsing: bytes(#"{"com.example":{"x":1},"method":"a.b.C","parameters":{}}"#)) == plain)
    }

    @Test(
        "a member that is missing, repeated or of the wrong kind is named",
        arguments: [
            (#"{}"#, "method", false), (#"{"method":1}"#, "method", false), (#"{"method":""}"#, "method", false),
            (#"{"method":"a.B","parameters":[]}"#, "parameters", false), (#"{"method":"a.B","more":1}"#, "more", false),
            (#"{"method":"a.B","oneway":true,"upgrade":"x"}"#, "upgrade", true),
            (#"{"method":"a.B","method":"a.C"}"#, "method", false),
        ])
    func namesInvalidMembers(message: String, member: String, oneway: Bool) {
        #expect(throws: MessageError.invalidMember(member, oneway: oneway)) { try CallMessage(parsing: bytes(message)) }
    }

    @Test("what is no JSON object is no call", arguments: ["", "[]", "1", "{", #"{"method":"a.B"} x"#, "\u{FEFF}{}"])
    func refusesOtherText(message: String) {
        #expect {
            try CallMessage(parsing: bytes(message))
        } throws: { error in
            if case .notJSON = error as? MessageError { true } else { false }
        }
    }

    @Test("the path of a decoding error names members and indices")
    func namesPaths() {
        struct Person: Decodable { var name: String }
        struct People: Decodable { var people: [Person] }
        #expect {
            try VarlinkJSON.decode(People.self, from: bytes(#"{"people":[{"name":"a"},{"name":1}]}"#))
        } throws: { ($0 as? DecodingError).map { VarlinkJSON.path(of: $0) } == "people[1].name" }
        #expect {
            try VarlinkJSON.decode(People.self, from: bytes("{}"))
        } throws: { ($0 as? DecodingError).map { VarlinkJSON.path(of: $0) } == "people" }
    }
}
