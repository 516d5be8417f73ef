import Foundation
import Synchronization
import Varlink
import VarlinkClient
import VarlinkWire

/// How long a test waits for what must happen before it fails; long, for machines that do much else.
let patienceInSeconds = 60

/// What happened at the server, in order; a test waits for it instead of sleeping.
final class EventLog: Sendable {
    private let condition = NSCondition()
    private nonisolated(unsafe) var events: [String] = []

    func add(_ event: String) {
        condition.withLock {
            events.append(event)
            condition.broadcast()
        }
    }

    /// Waits until an event has happened; false if it has not while patience lasts.
    func waits(for event: String) -> Bool {
        let end = Date(timeIntervalSinceNow: Double(patienceInSeconds))
        return condition.withLock {
            while !events.contains(event) { if !condition.wait(until: end) { return events.contains(event) } }
            return true
        }
    }

    var all: [String] { condition.withLock { events } }
}

/// The interface the tests call.
final class TestHandler: VarlinkHandler {
    static let description = """
        interface org.example.test
        method Echo(text: string, number: ?int) -> (text: string, number: ?int)
        method Later(text: string) -> (text: string)
        method Hold(name: string) -> (name: string)
        method Note(name: string) -> ()
        method Whoami() -> (process_id: int, user_id: int, group_id: int)
        # [Requires 'more' flag]
        method Count(to: int, padding: ?string) -> (number: int, padding: ?string)
        # [Requires 'more' flag]
        method Flood(padding: string) -> (padding: string)
        method Streams() -> (number: int)
        method Fail(reason: string) -> ()
        method Unwritten() -> ()
        error Failed (reason: string)
        """

    struct Text: Codable, Equatable { var text: String; var number: Int? }
    struct Name: Codable, Equatable { var name: String }
    struct Number: Codable, Equatable { var number: Int; var padding: String? }
    struct Peer: Codable, Equatable { var process_id: Int32; var user_id, group_id: UInt32 }
    private struct CountRequest: Codable { var to: Int; var padding: String? }
    private struct Reason: Codable { var reason: String }

    let log = EventLog()
    /// How many replies the counts have produced.
    let counted = Atomic(0)
    private let held = Mutex<[String: VarlinkResponder]>([:])

    func call(_ call: VarlinkCall, reply: VarlinkResponder) {
        do {
            switch call.method {
            case "Echo": reply.reply(call.parameters)
            case "Later":
                let parameters = call.parameters
                Thread.detachNewThread { reply.reply(parameters) }
            case "Hold":
                let name = try call.decodeParameters(as: Name.self).name
                held.withLock { $0[name] = reply }
                reply.onCancel { [log] in log.add("\(name) \($0)") }
                log.add("\(name) held")
            case "Note":
                log.add("noted \(try call.decodeParameters(as: Name.self).name)")
                reply.reply()
            case "Whoami":
                let peer = call.peer
                try reply.reply(Peer(process_id: peer.processID, user_id: peer.userID, group_id: peer.groupID))
            case "Count":
                let request = try call.decodeParameters(as: CountRequest.self)
                count(1, to: request.to, padding: request.padding, reply)
            case "Flood": flood(call, reply)
            case "Streams":
                try reply.reply(Number(number: 1), continues: true)
                try reply.reply(Number(number: 2))
            case "Fail":
                reply.error(try VarlinkError("org.example.test.Failed", call.decodeParameters(as: Reason.self)))
            default: reply.error(.methodNotImplemented("\(call.interface).\(call.method)"))
            }
        } catch {
            reply.error(error as? VarlinkError ?? .invalidParameter("\(error)"))
        }
    }

    /// Answers a call that is held.
    func release(_ name: String) {
        let responder = held.withLock { $0.removeValue(forKey: name) }
        try? responder?.reply(Name(name: name))
    }

    private func count(_ number: Int, to last: Int, padding: String?, _ reply: VarlinkResponder) {
        counted.add(1, ordering: .relaxed)
        let next: @Sendable () -> Void = { [self] in count(number + 1, to: last, padding: padding, reply) }
        let value = Number(number: number, padding: padding)
        try? reply.reply(value, continues: number < last, whenRoom: number < last ? next : nil)
    }

    /// Sends for ever, whether there is room or not.
    private func flood(_ call: VarlinkCall, _ reply: VarlinkResponder) {
        let isOver = Flag()
        reply.onCancel { [log] in
            isOver.raise()
            log.add("flood \($0)")
        }
        let parameters = call.parameters
        Thread.detachNewThread { while !isOver.isRaised { reply.reply(parameters, continues: true) } }
    }
}

final class Flag: Sendable {
    private let value = Atomic(false)
    func raise() { value.store(true, ordering: .relaxed) }
    var isRaised: Bool { value.load(ordering: .relaxed) }
}

/// A server with the test interface on a socket of its own.
final class TestService: Sendable {
    let directory: String
    let path: String
    let handler = TestHandler()
    let server: VarlinkServer
    var log: EventLog { handler.log }

    /// Runs a test against a server, on threads that may block, and stops the server.
    static func run(
        limits: VarlinkLimits = VarlinkLimits(), listening: Bool = true,
        _ body: @escaping @Sendable (TestService) async throws -> Void
    ) async throws {
        let service = try TestService(limits: limits)
        if listening { try await service.server.listen(on: .path(service.path, mode: 0o666)) }
        do {
            try await withTaskExecutorPreference(BlockingExecutor()) { try await body(service) }
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
    }

    private init(limits: VarlinkLimits) throws {
        var template = Array((NSTemporaryDirectory() + "/varlink-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(directory, 0o755)
        path = directory + "/socket"
        let log = handler.log
        server = VarlinkServer(
            identity: VarlinkIdentity(vendor: "Example", product: "Tests", version: "1.2", url: "https://example.org"),
            implementations: [
                try VarlinkImplementation(description: TestHandler.description, handler: handler),
                try VarlinkImplementation(description: certificationDescription, handler: CertificationHandler()),
            ],
            limits: limits, onViolation: { _, violation in log.add("violation: \(violation)") })
    }

    private func stop() async {
        await server.shutdown(grace: .milliseconds(1))
        try? FileManager.default.removeItem(atPath: directory)
    }

    func connect() throws -> VarlinkConnection {
        try VarlinkConnection(path: path, timeout: .seconds(patienceInSeconds))
    }

    func connectRaw() throws -> RawPeer { try RawPeer(path: path) }

    /// Whether a fresh connection is served.
    func serves() throws -> Bool {
        let text = TestHandler.Text(text: "still here")
        return try connect().call("org.example.test.Echo", text, as: TestHandler.Text.self) == text
    }
}

/// Runs tasks on threads that may wait for one another: the shared ones are no more than there are cores.
private final class BlockingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "test", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// A peer that sends whatever bytes a test wants.
final class RawPeer {
    private let descriptor: Int32
    private var framer = MessageFramer(maximumMessageBytes: 64 << 20)

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard let address = UnixSocketAddress(path: path), address.connect(descriptor) == 0 else {
            throw POSIXError(.ECONNREFUSED)
        }
        var limit = timeval(tv_sec: patienceInSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes; false if the other side no longer takes them.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Sends as many bytes as there is room for now and returns how many.
    func sendAtOnce(_ bytes: ArraySlice<UInt8>) throws -> Int {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        if count < 0, errno != EAGAIN { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return max(count, 0)
    }

    @discardableResult
    func call(_ method: String, _ parameters: String = "{}", oneway: Bool = false, more: Bool = false) -> Bool {
        let name = "org.example.test.\(method)"
        return send(CallMessage(method: name, parameters: Array(parameters.utf8), oneway: oneway, more: more).encoded())
    }

    func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Returns the next reply, or nil at the end; throws when patience ends.
    func receive() throws -> ReplyMessage? {
        while true {
            if let message = try framer.next() { return try ReplyMessage(parsing: message) }
            guard try fill() else { return nil }
        }
    }

    /// Reads to the end and returns how many bytes came.
    func drain() throws -> Int {
        while try fill() {}
        return framer.unreadBytes
    }

    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { buffer[..<count].withUnsafeBytes { framer.append($0) } }
        if count < 0, errno != ECONNRESET { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return count > 0
    }
}

extension ReplyMessage {
    var text: String { String(decoding: parameters, as: UTF8.self) }
}
