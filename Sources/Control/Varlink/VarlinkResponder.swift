import NIOCore
package import VarlinkWire

/// Answers one call. Any thread may use it; what comes after the final answer, or after the peer went away, is dropped.
package struct VarlinkResponder: Sendable {
    private let eventLoop: any EventLoop
    private let connection: NIOLoopBound<ConnectionHandler>
    private let callNumber: UInt64

    init(eventLoop: any EventLoop, connection: ConnectionHandler, callNumber: UInt64) {
        self.eventLoop = eventLoop
        self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
        self.callNumber = callNumber
    }

    /// Answers with a result.
    ///
    /// To a call that did not ask for `more`, a reply that continues becomes `org.varlink.service.ExpectedMore`, which
    /// ends the call.
    ///
    /// - Parameters:
    ///   - parameters: A JSON object; absent, the result is empty.
    ///   - continues: Whether further replies follow.
    ///   - whenRoom: Called once, on the event loop, when the peer has read enough for the next reply to be sent; not
    ///     called if the call ends before. A stream that waits for it never holds much. One that does not is cut off,
    ///     by closing the connection, once ``VarlinkLimits/maximumUnsentBytes`` wait for a peer that does not read.
    package func reply(
        _ parameters: [UInt8] = VarlinkJSON.emptyObject, continues: Bool = false,
        whenRoom: (@Sendable () -> Void)? = nil
    ) {
        send(ReplyMessage(parameters: parameters, continues: continues), whenRoom: whenRoom)
    }

    /// Answers with a result that encodes as a JSON object.
    ///
    /// - Throws: `EncodingError` if the value has no JSON form; nothing is sent then.
    package func reply(
        _ parameters: some Encodable, continues: Bool = false, whenRoom: (@Sendable () -> Void)? = nil
    ) throws {
        reply(try VarlinkJSON.encode(parameters), continues: continues, whenRoom: whenRoom)
    }

    /// Answers with a result that is made into JSON where it is sent, on the event loop, which spares waking a further
    /// thread: for answers that are small, since the loop serves nobody else meanwhile.
    ///
    /// - Parameters:
    ///   - make: Called once, on the event loop, unless nobody waits for the answer any more.
    ///   - failure: What is answered where the value has no JSON form.
    package func reply<Reply: Encodable & Sendable>(
        small make: @escaping @Sendable () -> Reply, failure: @escaping @Sendable (any Error) -> VarlinkError
    ) {
        perform { connection in
            let message: ReplyMessage
            do {
                message = ReplyMessage(parameters: try VarlinkJSON.encode(make()))
            } catch {
                let refusal = failure(error)
                message = ReplyMessage(parameters: refusal.parameters, error: refusal.name)
            }
            connection.send(message, of: callNumber, whenRoom: nil)
        }
    }

    /// Answers with an error, which ends the call.
    package func error(_ error: VarlinkError) {
        send(ReplyMessage(parameters: error.parameters, error: error.name), whenRoom: nil)
    }

    /// Has a closure called, once and on the event loop, when the answer is no longer wanted; at once if it already is.
    ///
    /// Not called after the final answer. A `oneway` call is carried out whether or not its peer stays.
    package func onCancel(_ body: @escaping @Sendable (VarlinkCancellation) -> Void) {
        perform { $0.onCancel(of: callNumber, body) }
    }

    /// Runs a piece of work on the event loop once that has taken all that had arrived with this call.
    package func soon(_ work: @escaping @Sendable () -> Void) { eventLoop.execute(work) }

    private func send(_ message: ReplyMessage, whenRoom: (@Sendable () -> Void)?) {
        perform { $0.send(message, of: callNumber, whenRoom: whenRoom) }
    }

    private func perform(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
        if eventLoop.inEventLoop {
            body(connection.value)
        } else {
            eventLoop.execute { body(connection.value) }
        }
    }
}
