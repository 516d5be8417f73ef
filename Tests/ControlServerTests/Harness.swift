import ControlClient
import ControlServer
import Dispatch
import Foundation
import Synchronization
import Varlink
import VarlinkClient
import WorkflowEngine

/// A control server over a fake engine, on a socket of its own.
final class Harness: Sendable {
    let engine = FakeEngine()
    let path: String
    let server: ControlServer
    private let folder: URL

    /// Who may do what; this process administers unless a test says otherwise.
    let roles = Mutex(ControlRoles(administrators: [getuid()]))

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "jalon-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "control.sock").path
        let box = RolesBox()
        server = ControlServer(engine: engine, version: "1.2.3", roles: { box.roles })
        box.harness = self
    }

    /// Lets the server ask a harness that is made after it.
    private final class RolesBox: @unchecked Sendable {
        weak var harness: Harness?
        var roles: ControlRoles { harness?.roles.withLock(\.self) ?? ControlRoles(administrators: [], others: nil) }
    }

    /// Runs a test against a server that is stopped afterwards.
    static func run(_ body: (Harness) async throws -> Void) async throws {
        let harness = try Harness()
        try await harness.server.listen(on: .path(harness.path, mode: 0o600))
        do {
            try await body(harness)
        } catch {
            await harness.stop()
            throw error
        }
        await harness.stop()
    }

    private func stop() async {
        engine.release()
        await server.shutdown()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Calls the server from a thread that may wait.
    func ask<Answer: Sendable>(
        _ body: @escaping @Sendable (ControlClient) throws -> Answer
    ) async throws -> Answer {
        try await onThread { [path] in try body(ControlClient(socketPath: path)) }
    }

    /// Makes calls that the client has no words for.
    func call<Answer: Sendable>(
        _ body: @escaping @Sendable (VarlinkConnection) throws -> Answer
    ) async throws -> Answer {
        try await onThread { [path] in try body(VarlinkConnection(path: path)) }
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
}

/// Something that a test waits for, once.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func fire() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}
