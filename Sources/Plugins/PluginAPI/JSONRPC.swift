/// The name by which a JSON-RPC answer finds its request: the sender's choice.
public enum MessageID: Hashable, Sendable, Codable {
    /// A whole number, as the host numbers its requests.
    case integer(Int64)
    /// A text.
    case text(String)

    /// Reads a number or a text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Writes the number or the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let integer): try container.encode(integer)
        case .text(let text): try container.encode(text)
        }
    }
}

/// The methods of the protocol: who calls, and what a call carries.
public enum PluginMethod: String, Codable, Sendable {
    /// Host to plugin, once, first: ``InitializeParameters``, answered by ``InitializeResult``.
    case initialize
    /// Host to plugin: ``ExecuteParameters``, answered by ``ExecuteResult``.
    case execute = "action/execute"
    /// Host to plugin, unanswered: ``CancelParameters``. The action it names is still answered.
    case cancel
    /// Host to plugin, unanswered: finish what is under way, take nothing new, exit. End of input means the same.
    case shutdown
    /// Plugin to host: ``EmitParameters``, answered by ``EmitResult`` once the event is kept for good.
    case emit = "event/emit"
}

/// A JSON-RPC 2.0 request, or, without an id, a notification: one line, in UTF-8, ended by a line feed.
public struct Request<Parameters: Codable & Sendable>: Codable, Sendable {
    /// Always "2.0".
    public var jsonrpc = "2.0"
    /// What the answer will repeat; absent, none is wanted.
    public var id: MessageID?
    /// The method's name, one of ``PluginMethod``.
    public var method: String
    /// What the call carries; absent for `shutdown`.
    public var params: Parameters?

    /// Makes a request, or a notification where `id` is absent.
    public init(id: MessageID? = nil, _ method: PluginMethod, _ params: Parameters?) {
        self.id = id
        self.method = method.rawValue
        self.params = params
    }
}

/// A JSON-RPC 2.0 answer: either a result or an error.
public struct Response<Outcome: Codable & Sendable>: Codable, Sendable {
    /// Always "2.0".
    public var jsonrpc = "2.0"
    /// The request's id; absent only where the request could not be read.
    public var id: MessageID?
    /// What came of it.
    public var result: Outcome?
    /// Why nothing came of it.
    public var error: RPCFailure?

    /// Makes an answer.
    public init(id: MessageID?, result: Outcome) {
        self.id = id
        self.result = result
    }

    /// Makes an answer that reports a failure.
    public init(id: MessageID?, error: RPCFailure) {
        self.id = id
        self.error = error
    }
}

/// What every message has, read first to learn which kind it is.
public struct MessageHead: Codable, Sendable {
    /// "2.0" in a message of this protocol.
    public var jsonrpc: String
    /// The request's id.
    public var id: MessageID?
    /// The method of a request; absent from an answer.
    public var method: String?
}

/// The error of a JSON-RPC answer.
public struct RPCFailure: Error, Codable, Equatable, Sendable, CustomStringConvertible {
    /// The kind of error: one of the constants here, or the plugin's own above -32000.
    public var code: Int
    /// What is wrong, for people.
    public var message: String

    /// Makes an error.
    public init(code: Int, message: String) {
        self.code = code
        self.message = message
    }

    /// The message is not JSON.
    public static let parseError = -32700
    /// The message is not a request.
    public static let invalidRequest = -32600
    /// There is no such method or action.
    public static let methodNotFound = -32601
    /// The parameters are not those of the method or action.
    public static let invalidParameters = -32602
    /// The program that should answer failed.
    public static let internalError = -32603
    /// The plugin cannot work with its settings, or the host cannot take the event now.
    public static let refused = -32000

    /// The message.
    public var description: String { message }
}
