import Foundation
import Synchronization
import Varlink
import VarlinkWire

/// The server's side of `org.varlink.certification`: hands out values, and wants them back in the next call.
final class CertificationHandler: VarlinkHandler {
    private static let methods = (["Start"] + (1...11).map { String(format: "Test%02d", $0) } + ["End"])

    /// What `Start`, `Test01` … `Test09` answer, and so what the call after each wants.
    private static let answers: [String: String] = [
        "Test01": #"{"bool":true}"#,
        "Test02": #"{"int":1}"#,
        "Test03": #"{"float":1.0}"#,
        "Test04": #"{"string":"ping"}"#,
        "Test05": #"{"bool":false,"int":2,"float":3.141592653589793,"string":"a lot of string"}"#,
        "Test06": #"{"struct":{"bool":false,"int":2,"float":3.141592653589793,"string":"a lot of string"}}"#,
        "Test07": #"{"map":{"foo":"Foo","bar":"Bar"}}"#,
        "Test08": #"{"set":{"one":{},"two":{},"three":{}}}"#,
        "Test09": """
        {"mytype":{"object":{"method":"org.varlink.certification.Test09","parameters":{"map":{"foo":"Foo",\
        "bar":"Bar"}}},"enum":"two","struct":{"first":1,"second":"2"},"array":["one","two","three"],\
        "dictionary":{"foo":"Foo","bar":"Bar"},"stringset":{"one":{},"two":{},"three":{}},"nullable":null,\
        "nullable_array_struct":null,"interface":{"foo":[null,{"foo":"foo","bar":"bar"},null,{"one":"foo",\
        "two":"bar"}],"anon":{"foo":true,"bar":false}}}}
        """,
        "Test10": "{\"last_more_replies\":[" + (1...10).map { "\"Reply number \($0)\"" }.joined(separator: ",") + "]}",
        "Test11": "{}",
    ]

    /// The method each client has to call next.
    private let nextMethod = Mutex<[String: String]>([:])

    func call(_ call: VarlinkCall, reply: VarlinkResponder) {
        do {
            if call.method == "Start" {
                let client = UUID().uuidString
                nextMethod.withLock { $0[client] = "Test01" }
                try reply.reply(["client_id": client])
                return
            }
            try check(call)
            switch call.method {
            case "Test10":
                for number in 1...10 { try reply.reply(["string": "Reply number \(number)"], continues: number < 10) }
            case "End": reply.reply(Array(#"{"all_ok":true}"#.utf8))
            default: reply.reply(Array((Self.answers[call.method] ?? "{}").utf8))
            }
        } catch {
            reply.error(error as? VarlinkError ?? .invalidParameter("\(error)"))
        }
    }

    /// Holds a call against what its client was answered before.
    private func check(_ call: VarlinkCall) throws {
        var got = try object(call.parameters)
        let client = got.removeValue(forKey: "client_id") as? String ?? ""
        let index = Self.methods.firstIndex(of: call.method) ?? 0
        let next = index + 1 < Self.methods.count ? Self.methods[index + 1] : "Start"
        let wanted = nextMethod.withLock { methods in
            defer { if methods[client] == call.method { methods[client] = next } }
            return methods[client]
        }
        if wanted == nil { throw VarlinkError("org.varlink.certification.ClientIdError") }
        let isFirst = call.method == "Test01"
        let wants = try object(Array((isFirst ? "{}" : Self.answers[Self.methods[index - 1]] ?? "{}").utf8))
        let fits = Self.withoutNulls(got).isEqual(Self.withoutNulls(wants))
        if wanted != call.method || !fits || call.isOneway != (call.method == "Test11") {
            let error = ["wants": ["method": wanted ?? ""], "got": ["method": call.method]]
            throw try VarlinkError("org.varlink.certification.CertificationError", error)
        }
    }

    private func object(_ json: [UInt8]) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any] ?? [:]
    }

    /// A client may leave out a nullable member instead of sending null.
    private static func withoutNulls(_ object: [String: Any]) -> NSDictionary {
        let members = object.filter { !($0.value is NSNull) }
        return NSDictionary(dictionary: members.mapValues { ($0 as? [String: Any]).map(withoutNulls) ?? $0 })
    }
}
