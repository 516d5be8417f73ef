import FoundationEssentials
import PluginAPI
import Testing

/// The messages as they stand on the line.
struct PluginAPITests {
    private func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("the messages are JSON-RPC 2.0, as plugins in other languages expect them")
    func messages() throws {
        let parameters = ExecuteParameters(key: "k", action: "send", input: ["to": ["a@b.example"], "count": 2])
        #expect(
            try line(Request(id: .integer(7), .execute, parameters)) == """
                {"id":7,"jsonrpc":"2.0","method":"action/execute","params":\
                {"action":"send","input":{"count":2,"to":["a@b.example"]},"key":"k"}}
                """)
        #expect(try line(Request<NoParameters>(.shutdown, nil)) == #"{"jsonrpc":"2.0","method":"shutdown"}"#)
        #expect(
            try line(Response(id: .text("e"), result: ExecuteResult.failedTemporarily("later"))) == """
                {"id":"e","jsonrpc":"2.0","result":{"detail":"later","outcome":"failed-temporarily"}}
                """)
    }

    @Test(
        "any JSON value is read and written unchanged",
        arguments: [
            "null", "true", "-12", "9223372036854775807", "1.5", #""é\n""#, #"[1,[],{}]"#, #"{"a":{"b":[null]}}"#,
        ])
    func values(json: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        #expect(try line(value) == json)
    }

    @Test("a secret shows in nothing but the message that carries it")
    func secret() throws {
        let parameters = InitializeParameters(
            plugin: "p", settings: [:], secrets: ["password": Secret("Sésame")], folder: "/f")
        var dumped = ""
        dump(parameters, to: &dumped)
        #expect(!"\(parameters) \(String(reflecting: parameters)) \(dumped)".contains("Sésame"))
        #expect(try line(parameters).contains(#""secrets":{"password":"Sésame"}"#))
    }

    @Test(
        "a field says what keeps a value from being its own",
        arguments: [
            (FieldDeclaration(.text), JSONValue.text("x"), nil),
            (FieldDeclaration(.text), 3, "is not a text"),
            (FieldDeclaration(.text, choices: ["a", "b"]), "c", "is none of a, b"),
            (FieldDeclaration(.integer), "3", "is not a whole number"),
            (FieldDeclaration(.boolean), 1, "is neither true nor false"),
            (FieldDeclaration(.address), "a@b", nil),
            (FieldDeclaration(.address), "a@b@c", "is not an address like name@domain"),
            (FieldDeclaration(.instant), "2021-09-24T16:30:00Z", nil),
            (FieldDeclaration(.instant), "2021-09-24", "is not a moment like 2021-09-24T16:30:00+01:00"),
            (FieldDeclaration(.address, isList: true), "a@b", "is not a list"),
            (
                FieldDeclaration(.address, isList: true), ["a@b", "c"],
                "has an entry, number 2, that is not an address like name@domain"
            ),
            (FieldDeclaration(.any), ["x": []], nil),
        ] as [(FieldDeclaration, JSONValue, String?)])
    func fields(field: FieldDeclaration, value: JSONValue, mismatch: String?) {
        #expect(field.mismatch(with: value) == mismatch)
    }
}
