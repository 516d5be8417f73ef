import ControlClient
import Foundation
import Glibc

/// The built service in a folder of its own, started and stopped as systemd does it.
final class ServiceUnderTest {
    let folder: String
    private let programs: String
    private let notices: NoticeSocket
    private var process: Process?
    /// From the start of the process to `READY=1`, in seconds.
    private(set) var startSeconds = 0.0

    /// - Parameter workflow: The text of the one workflow there is.
    init(programs: String, workflow: String? = nil) throws {
        self.programs = programs
        folder = "\(NSTemporaryDirectory())jalon-bench-\(UUID().uuidString.prefix(8))"
        for name in ["state", "run", "workflows"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        if let workflow {
            try workflow.write(toFile: "\(folder)/workflows/bench.yaml", atomically: true, encoding: .utf8)
        }
        notices = try NoticeSocket(path: "\(folder)/notify")
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var storePath: String { "\(folder)/state/jalon.db" }
    var socketPath: String { "\(folder)/run/control.sock" }
    var client: ControlClient { ControlClient(socketPath: socketPath) }

    func start() throws {
        let process = Process()
        process.executableURL = URL(filePath: "\(programs)/jalond")
        process.arguments = [
            "--state", "\(folder)/state", "--runtime", "\(folder)/run", "--workflows", "\(folder)/workflows",
            "--plugins", "\(folder)/plugins",
        ]
        process.environment = ["NOTIFY_SOCKET": notices.path, "PATH": "/usr/bin:/bin"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        startSeconds = try seconds {
            try process.run()
            try notices.waitUntilReady()
        }
        self.process = process
    }

    func stop() {
        process?.terminate()
        process?.waitUntilExit()
        process = nil
    }

    /// Resident memory in MiB.
    var residentMebibytes: Double {
        let line = procFile("status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }

    /// How often each of its threads has gone to sleep so far, and so been woken.
    private var sleeps: [String: Int] {
        guard let pid = process?.processIdentifier else { return [:] }
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return Dictionary(
            uniqueKeysWithValues: threads.map { thread in
                let line = procFile("task/\(thread)/status").split(separator: "\n")
                    .first { $0.hasPrefix("voluntary_ctxt_switches") }
                return (thread, line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
            })
    }

    /// How often its threads wake while this lets time pass. A thread that ends meanwhile is left out.
    func wakeUps(inSeconds seconds: Double) -> Int {
        let before = sleeps
        waitSeconds(seconds)
        return sleeps.map { thread, count in count - (before[thread] ?? 0) }.reduce(0, +)
    }

    private func procFile(_ name: String) -> String {
        guard let pid = process?.processIdentifier else { return "" }
        return (try? String(contentsOfFile: "/proc/\(pid)/\(name)", encoding: .utf8)) ?? ""
    }
}

/// The end of `sd_notify` that the service manager has: reads whatever comes.
private final class NoticeSocket {
    let path: String
    private let descriptor: Int32
    private let ready = DispatchSemaphore(value: 0)

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Unusable(description: "\(path) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw Unusable(description: "\(path): \(String(cString: strerror(errno)))") }
        Thread.detachNewThread { [descriptor, ready] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                let lines = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n")
                if lines.contains("READY=1") { ready.signal() }
            }
            close(descriptor)
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func waitUntilReady() throws {
        guard ready.wait(timeout: .now() + 60) == .success else {
            throw Unusable(description: "the service did not say READY=1 within 60 s")
        }
    }
}

/// Does work on several threads at once and waits for all of them.
func onThreads(_ count: Int, _ work: @escaping @Sendable (Int) throws -> Void) throws {
    let group = DispatchGroup()
    let failures = Failures()
    for number in 0..<count {
        group.enter()
        Thread.detachNewThread {
            do { try work(number) } catch { failures.note("\(error)") }
            group.leave()
        }
    }
    group.wait()
    if let first = failures.first { throw Unusable(description: first) }
}

private final class Failures: @unchecked Sendable {
    private let lock = NSLock()
    private var words: [String] = []
    var first: String? { lock.withLock { words.first } }
    func note(_ word: String) { lock.withLock { words.append(word) } }
}
