import NIOCore
import NIOPosix
import Synchronization

/// Serves interfaces on Unix sockets.
///
/// One event loop does everything: reading, finding the handler, writing. Handlers are called on it and answer from
/// where they like. ``shutdown(grace:)`` ends it.
package final class VarlinkServer: Sendable {
    private struct Listening: Sendable {
        var channel: any Channel
        var socket: ListeningSocket
    }

    private enum State: Sendable {
        case open([Listening])
        case closed
    }

    private let router: Router
    private let limits: VarlinkLimits
    private let registry: ConnectionRegistry
    private let onViolation: @Sendable (PeerCredentials, VarlinkViolation) -> Void
    private let eventLoop: any EventLoop
    private let state = Mutex(State.open([]))

    /// Makes a server that does not listen yet.
    ///
    /// - Parameters:
    ///   - identity: What `org.varlink.service.GetInfo` answers.
    ///   - implementations: The interfaces, besides `org.varlink.service`, each once.
    ///   - limits: What the server holds at most.
    ///   - onViolation: Called, on the event loop, for each connection that the server closes because of its peer.
    package init(
        identity: VarlinkIdentity, implementations: [VarlinkImplementation], limits: VarlinkLimits = VarlinkLimits(),
        onViolation: @escaping @Sendable (PeerCredentials, VarlinkViolation) -> Void = { _, _ in }
    ) {
        let service = ServiceInterface.implementation(of: identity, with: implementations)
        self.router = Router([service] + implementations)
        self.limits = limits
        self.registry = ConnectionRegistry(limits: limits)
        self.onViolation = onViolation
        // The shared group is never shut down, so a handler may answer a dead connection as late as it likes.
        self.eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    }

    /// Begins to serve on one more socket; connections are answered when this returns.
    ///
    /// - Throws: ``VarlinkListenError``.
    package func listen(on listener: VarlinkListener) async throws {
        let socket = try ListeningSocket(listener)
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause())
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [router, limits, registry, eventLoop, onViolation] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(
                            router: router, limits: limits, registry: registry, eventLoop: eventLoop,
                            onViolation: onViolation))
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.withBoundSocket(socket.descriptor).get()
        } catch {
            socket.removeFile()
            throw error
        }
        let isKept = state.withLock { state in
            guard case .open(let listening) = state else { return false }
            state = .open(listening + [Listening(channel: channel, socket: socket)])
            return true
        }
        if !isKept {
            socket.removeFile()
            try? await channel.close()
            throw VarlinkListenError.shutDown
        }
    }

    /// The number of connections that are open.
    package var connectionCount: Int { registry.count }

    /// Takes no more connections and no more calls, has the calls that have begun answered, and closes everything.
    ///
    /// Handlers are told by ``VarlinkResponder/onCancel(_:)``; streams, and calls that wait for something, should end
    /// then. Calls that were sent ahead and have not begun are not carried out.
    ///
    /// - Parameter grace: How long the calls that have begun may take; then their connections are closed.
    package func shutdown(grace: Duration = .seconds(5)) async {
        let listening = state.withLock { state in
            guard case .open(let listening) = state else { return [Listening]() }
            state = .closed
            return listening
        }
        for listener in listening {
            // First the file: who starts next must not find a socket that nobody answers.
            listener.socket.removeFile()
            try? await listener.channel.close()
        }
        let connections = registry.close()
        for connection in connections {
            connection.pipeline.fireUserInboundEventTriggered(ConnectionHandler.ShutdownEvent())
        }
        let (seconds, attoseconds) = grace.components
        let end = eventLoop.scheduleTask(in: .seconds(seconds) + .nanoseconds(attoseconds / 1_000_000_000)) {
            for connection in connections { connection.close(promise: nil) }
        }
        let allClosed = EventLoopFuture.andAllComplete(connections.map(\.closeFuture), on: eventLoop)
        try? await allClosed.get()
        end.cancel()
    }
}
