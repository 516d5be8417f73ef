import ControlAPI
package import Varlink
package import WorkflowEngine

/// Serves ``ControlInterface`` on Unix sockets: calls in, requests to the engine, its answers out.
package final class ControlServer: Sendable {
    private let server: VarlinkServer

    /// Makes a server that does not listen yet.
    ///
    /// - Parameters:
    ///   - engine: What carries the calls out.
    ///   - version: The program's, for `org.varlink.service.GetInfo`.
    ///   - roles: Asked at every call, from any thread, so that a reload may change who may do what.
    ///   - limits: What the server holds at most.
    ///   - onViolation: Called for each connection that the server closes because of its peer.
    package init(
        engine: any EngineAccess, version: String, roles: @escaping @Sendable () -> ControlRoles,
        limits: VarlinkLimits = VarlinkLimits(),
        onViolation: @escaping @Sendable (PeerCredentials, VarlinkViolation) -> Void = { _, _ in }
    ) {
        let implementation: VarlinkImplementation
        do {
            implementation = try VarlinkImplementation(
                description: ControlInterface.description, handler: ControlHandler(engine: engine, roles: roles))
        } catch {
            preconditionFailure("\(ControlInterface.name) is no interface: \(error)")
        }
        server = VarlinkServer(
            identity: VarlinkIdentity(vendor: "Jalon", product: "jalond", version: version, url: "https://jalon.org"),
            implementations: [implementation], limits: limits, onViolation: onViolation)
    }

    /// Begins to serve on one more socket; calls are answered when this returns.
    ///
    /// - Throws: `VarlinkListenError`.
    package func listen(on listener: VarlinkListener) async throws {
        try await server.listen(on: listener)
    }

    /// The number of connections that are open.
    package var connectionCount: Int { server.connectionCount }

    /// Takes no more calls, has those that have begun answered, ends streams and closes everything.
    ///
    /// - Parameter grace: How long the calls that have begun may take.
    package func shutdown(grace: Duration = .seconds(5)) async {
        await server.shutdown(grace: grace)
    }
}
