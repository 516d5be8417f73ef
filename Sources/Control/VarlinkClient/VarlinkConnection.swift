import VarlinkWire

/// A connection to a Varlink service, for a program that makes a call and waits for the answer.
///
/// Plain blocking system calls: a command starts, asks and is gone before an event loop would have started. One thread
/// uses it. After an error other than ``VarlinkClientError/server(_:)`` and
/// ``VarlinkClientError/unexpectedShape(_:)`` the connection is closed, since what it would bring next is not known.
package final class VarlinkConnection {
    private let socket: ClientSocket
    private let timeout: Duration?
    private var framer = MessageFramer()
    private var isStreaming = false

    /// Connects to a service.
    ///
    /// - Parameters:
    ///   - path: The path of its socket.
    ///   - connectTimeout: How long the service may take to accept.
    ///   - timeout: How long it may take to take a call and to send each reply to it; absent, for ever.
    /// - Throws: ``VarlinkClientError/cannotConnect(path:reason:)``.
    package init(
        path: String, connectTimeout: Duration = .seconds(5), timeout: Duration? = .seconds(30)
    ) throws(VarlinkClientError) {
        self.socket = try ClientSocket(path: path, timeout: connectTimeout)
        self.timeout = timeout
    }

    /// Makes a call and returns its reply's parameters: a JSON object, UTF-8.
    ///
    /// - Parameters:
    ///   - method: The full name: interface, dot, method.
    ///   - parameters: A JSON object; absent, there are none.
    package func call(
        _ method: String, json parameters: [UInt8] = VarlinkJSON.emptyObject
    ) throws(VarlinkClientError) -> [UInt8] {
        try send(CallMessage(method: method, parameters: parameters))
        let reply = try receive(timeout)
        if reply.continues {
            socket.close()
            throw .malformedReply("one reply was asked for and several are announced")
        }
        return reply.parameters
    }

    /// Makes a call with a value for parameters and returns another from its reply.
    package func call<Reply: Decodable>(
        _ method: String, _ parameters: some Encodable, as type: Reply.Type = Reply.self
    ) throws(VarlinkClientError) -> Reply {
        try Self.decode(type, from: call(method, json: try Self.encode(parameters)))
    }

    /// Sends a call that is not answered.
    package func callOneway(
        _ method: String, json parameters: [UInt8] = VarlinkJSON.emptyObject
    ) throws(VarlinkClientError) {
        try send(CallMessage(method: method, parameters: parameters, oneway: true))
    }

    /// Makes a call that is answered by a stream of replies.
    ///
    /// The connection serves nothing else until the stream has ended; giving it up early means closing the connection.
    ///
    /// - Parameters:
    ///   - method: The full name: interface, dot, method.
    ///   - parameters: A JSON object; absent, there are none.
    ///   - timeout: How long each reply may take; absent, for ever.
    package func stream(
        _ method: String, json parameters: [UInt8] = VarlinkJSON.emptyObject, timeout: Duration? = nil
    ) throws(VarlinkClientError) -> VarlinkReplies {
        try send(CallMessage(method: method, parameters: parameters, more: true))
        isStreaming = true
        return VarlinkReplies(connection: self, timeout: timeout)
    }

    /// Makes a call with a value for parameters that is answered by a stream of replies.
    package func stream(
        _ method: String, _ parameters: some Encodable, timeout: Duration? = nil
    ) throws(VarlinkClientError) -> VarlinkReplies {
        try stream(method, json: try Self.encode(parameters), timeout: timeout)
    }

    fileprivate func nextStreamed(_ timeout: Duration?) throws(VarlinkClientError) -> [UInt8]? {
        guard isStreaming else { return nil }
        isStreaming = false
        let reply = try receive(timeout)
        isStreaming = reply.continues
        return reply.parameters
    }

    private func send(_ message: CallMessage) throws(VarlinkClientError) {
        precondition(!isStreaming, "a call on a connection whose stream has not ended")
        do {
            try socket.send(message.encoded(), deadline: Deadline(after: timeout))
        } catch {
            socket.close()
            throw error
        }
    }

    private func receive(_ timeout: Duration?) throws(VarlinkClientError) -> ReplyMessage {
        let reply: ReplyMessage
        do throws(VarlinkClientError) {
            reply = try nextReply(Deadline(after: timeout))
        } catch {
            socket.close()
            throw error
        }
        if let name = reply.error { throw .server(VarlinkError(name, json: reply.parameters)) }
        return reply
    }

    private func nextReply(_ deadline: Deadline) throws(VarlinkClientError) -> ReplyMessage {
        while true {
            let message: [UInt8]?
            do { message = try framer.next() } catch { throw .malformedReply("\(error)") }
            if let message {
                do { return try ReplyMessage(parsing: message) } catch { throw .malformedReply("\(error)") }
            }
            try socket.receive(into: &framer, deadline: deadline)
        }
    }

    private static func encode(_ value: some Encodable) throws(VarlinkClientError) -> [UInt8] {
        do { return try VarlinkJSON.encode(value) } catch { throw .unexpectedShape("\(error)") }
    }

    fileprivate static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(VarlinkClientError) -> Value {
        do {
            return try VarlinkJSON.decode(type, from: bytes)
        } catch {
            let path = (error as? DecodingError).map { VarlinkJSON.path(of: $0) } ?? ""
            throw .unexpectedShape("the reply's \(path.isEmpty ? "parameters do" : "'\(path)' does") not fit \(type)")
        }
    }
}

/// The replies of a stream, one after another.
package struct VarlinkReplies {
    fileprivate let connection: VarlinkConnection
    fileprivate let timeout: Duration?

    /// Waits for the next reply and returns its parameters, a JSON object; `nil` after the last one.
    package func next() throws(VarlinkClientError) -> [UInt8]? {
        try connection.nextStreamed(timeout)
    }

    /// Waits for the next reply and returns it as a value; `nil` after the last one.
    package func next<Reply: Decodable>(as type: Reply.Type) throws(VarlinkClientError) -> Reply? {
        guard let reply = try next() else { return nil }
        return try VarlinkConnection.decode(type, from: reply)
    }
}
