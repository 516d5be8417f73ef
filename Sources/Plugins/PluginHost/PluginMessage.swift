import FoundationEssentials
import PluginAPI

/// What a line from a plugin means.
enum PluginMessage: Equatable {
    /// The answer to `initialize`.
    case initialized(Answer<InitializeResult>)
    /// The answer to the action of that id.
    case executed(id: Int64, Answer<ExecuteResult>)
    /// An event.
    case emit(id: MessageID, EmitParameters)
    /// A request the host does not answer, to be refused with this error.
    case refused(id: MessageID, RPCFailure)
    /// Nothing this protocol knows; the text says what is wrong with it and shows how it begins.
    case notUnderstood(String)

    /// An answer: what was asked for, or an error.
    enum Answer<Value: Equatable>: Equatable {
        case success(Value)
        case failure(RPCFailure)
    }

    /// The id of `initialize`; actions count from 1.
    static let initializeID: Int64 = 0

    /// Reads a line.
    init(_ line: [UInt8]) {
        let data = Data(line)
        let decoder = JSONDecoder()
        func complain(_ what: String) -> PluginMessage {
            .notUnderstood("\(what): \(PluginMessage.excerpt(line))")
        }
        guard let head = try? decoder.decode(MessageHead.self, from: data), head.jsonrpc == "2.0" else {
            self = complain("what it wrote is not a JSON-RPC 2.0 message")
            return
        }
        if let method = head.method {
            guard let id = head.id else {
                self = complain("it sent '\(method)' without an id")
                return
            }
            guard method == PluginMethod.emit.rawValue else {
                let error = RPCFailure(code: RPCFailure.methodNotFound, message: "the host has no method '\(method)'")
                self = .refused(id: id, error)
                return
            }
            if let parameters = try? decoder.decode(Request<EmitParameters>.self, from: data).params {
                self = .emit(id: id, parameters)
            } else {
                let message = "event/emit takes event, key and data"
                self = .refused(id: id, RPCFailure(code: RPCFailure.invalidParameters, message: message))
            }
            return
        }
        guard case .integer(let id)? = head.id else {
            self = complain("it answered without the number of a request")
            return
        }
        if id == Self.initializeID {
            let answer: Answer<InitializeResult>? = Self.answer(data, decoder)
            self = answer.map { .initialized($0) } ?? complain("its answer to 'initialize' is not understood")
        } else {
            let answer: Answer<ExecuteResult>? = Self.answer(data, decoder)
            self = answer.map { .executed(id: id, $0) } ?? complain("its answer to an action is not understood")
        }
    }

    private static func answer<Value: Codable & Sendable>(_ data: Data, _ decoder: JSONDecoder) -> Answer<Value>? {
        guard let response = try? decoder.decode(Response<Value>.self, from: data) else { return nil }
        switch (response.result, response.error) {
        case (let value?, nil): return .success(value)
        case (nil, let error?): return .failure(error)
        default: return nil
        }
    }

    /// The first characters of a line, with nothing a terminal would act upon.
    static func excerpt(_ line: [UInt8], characters: Int = 80) -> String {
        let text = String(decoding: line.prefix(4 * characters), as: UTF8.self)
        let shown = text.unicodeScalars.prefix(characters).map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : String(scalar)
        }
        return "'\(shown.joined())\(text.unicodeScalars.count > characters ? "…" : "")'"
    }

    /// A message as the line to send, line feed included.
    static func line(_ message: some Encodable) -> [UInt8] { bytes(message) + [UInt8(ascii: "\n")] }

    /// A value as JSON on one line.
    static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            // Only a number that is not finite cannot be encoded, and JSON, where all values come from, has none.
            preconditionFailure("a value cannot be written as JSON: \(error)")
        }
    }
}
