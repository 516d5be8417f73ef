import ControlAPI
import ControlClient
import Foundation
import Glibc
import Testing

/// The built service where the system gives it little.
@Suite("The built service at its limits", .serialized)
struct LimitTests {
    /// A connection that is open and says nothing, until the value goes.
    private final class SilentPeer {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)

        init(_ path: String) {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }

        /// Sends as much as the other side takes without waiting.
        func pour(_ bytes: [UInt8]) -> Int {
            max(0, send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)))
        }

        deinit { close(descriptor) }
    }

    @Test("more clients than it has descriptors for leave it well, and it takes others once they are gone")
    func descriptors() throws {
        let jalon = try NotesContract.install()
        #expect(try jalon.start(after: "ulimit -n 40") == nil, "\(jalon.logged)")
        let early = ControlClient(socketPath: jalon.socket)
        _ = try early.start(StartParameters(workflow: "notes", caseID: "n"))
        var crowd = (0..<120).map { _ in SilentPeer(jalon.socket) }
        // Who was there before is served, and what needs a descriptor of its own waits its turn.
        for number in 1...20 { _ = try early.send(NotesContract.event(number, in: "n")) }
        #expect(jalon.daemon?.isRunning == true)
        let worked = try processorTicks(of: jalon)
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 2)
        #expect(try processorTicks(of: jalon) < worked + 50, "it tries to take the others without a pause")
        crowd.removeAll()
        let answer = try jalon.ctl("status")
        #expect(answer.status == 0, "\(answer.errors)")
        let told = try NotesContract.told(of: ["n"], at: jalon.socket)
        #expect(told["n"]?.count == 20)
        #expect(Set(NotesContract.delivered(by: jalon).keys) == Set(1...20))
        #expect(jalon.stop() == 0)
    }

    @Test(
        "a plugin that there are no descriptors for is not started, which costs none, and is once there are",
        arguments: [0, 1, 3, 5, 7])
    func descriptorsOfPlugin(left: Int) throws {
        let jalon = try NotesContract.install()
        try jalon.start()
        let client = ControlClient(socketPath: jalon.socket)
        _ = try client.start(StartParameters(workflow: "notes", caseID: "n"))
        let pid = try #require(jalon.daemon).processIdentifier
        let open = try descriptors(of: jalon)
        let limit = try #require(
            (0..<1000).last { number in (0..<number).count { open[$0] == nil } == left })
        try Self.limit(pid, descriptors: limit)
        _ = try client.send(NotesContract.event(1, in: "n"))
        let reason = "could not be started: no pipe to it can be made: Too many open files"
        #expect(wait { jalon.logged.contains(reason) }, "\(jalon.logged)")
        let pipes = open.values.filter { $0.hasPrefix("pipe:") }.sorted()
        #expect(try descriptors(of: jalon).values.filter { $0.hasPrefix("pipe:") }.sorted() == pipes)
        #expect(jalon.delivered == "")
        try Self.limit(pid, descriptors: 1024)
        let keys = try client.outbox(OutboxParameters(caseID: "n", limit: 10)).messages.map(\.key)
        _ = try client.decide(DecideParameters(decision: "retry", keys: keys))
        #expect(wait { NotesContract.delivered(by: jalon) == [1: 1] }, "\(jalon.logged)")
        #expect(jalon.stop() == 0)
    }

    @Test(
        "a plugin that the system does not let go of does not keep the service from stopping",
        .enabled(if: geteuid() == 0))
    func neverEnding() throws {
        let jalon = try NotesContract.install()
        try jalon.start()
        let client = ControlClient(socketPath: jalon.socket)
        _ = try client.start(StartParameters(workflow: "notes", caseID: "n"))
        _ = try client.send(NotesContract.event(1, in: "n"))
        #expect(wait { NotesContract.delivered(by: jalon) == [1: 1] }, "\(jalon.logged)")
        let plugin = try #require(children(of: jalon).first)
        // Whoever traces a process hears of its end before its parent does; this one never listens.
        let tracer = Process()
        tracer.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tracer.arguments = [
            "python3", "-c", "import ctypes, time; ctypes.CDLL(None).ptrace(0x4206, \(plugin), 0, 0); time.sleep(1000)",
        ]
        tracer.standardOutput = FileHandle.nullDevice
        tracer.standardError = FileHandle.nullDevice
        try tracer.run()
        defer { kill(tracer.processIdentifier, SIGKILL) }
        let status = "/proc/\(plugin)/status"
        try #require(
            wait { (try? String(contentsOfFile: status, encoding: .utf8))?.contains("TracerPid:\t0\n") == false })
        let daemon = try #require(jalon.daemon)
        kill(daemon.processIdentifier, SIGTERM)
        #expect(wait { !daemon.isRunning }, "\(jalon.logged)")
        #expect(jalon.stop(SIGKILL) == 0)
        #expect(jalon.logged.contains("the service stops without it"))
    }

    @Test("a service manager that reads no notices keeps the service from nothing")
    func deafManager() throws {
        let jalon = try Installation()
        try jalon.start()
        jalon.neglectNotices()
        // Each changes what is due next, which the manager is told.
        for day in 10...30 {
            let started = try jalon.ctl([
                "start", "tanger-ess", "--rebase", "offers-due=2998-12-\(40 - day)T16:30", "--party",
                "buyer=achat@example.org", "--party", "follow-up=comite@example.org",
            ])
            #expect(started.status == 0, "\(started.errors)")
        }
        #expect(try jalon.ctl("status").output.contains("21 running"))
        #expect(jalon.stop() == 0)
    }

    @Test("a service with nothing to do does not wake, though a plugin waits for more")
    func idle() throws {
        let jalon = try NotesContract.install()
        try jalon.start()
        #expect(try jalon.ctl("status").status == 0)
        #expect(try jalon.ctl("start", "notes", "--case", "n").status == 0)
        #expect(try jalon.ctl("send", "n", "noted", "number=1").status == 0)
        #expect(wait { NotesContract.delivered(by: jalon) == [1: 1] }, "\(jalon.logged)")
        let pid = try #require(jalon.daemon).processIdentifier
        /// How often each thread has gone to sleep.
        func sleeps() throws -> [String: String] {
            let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
            return Dictionary(
                uniqueKeysWithValues: threads.map { thread in
                    let status =
                        (try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/status", encoding: .utf8)) ?? ""
                    return (
                        thread, status.split(separator: "\n").first { $0.hasPrefix("voluntary") }.map(String.init) ?? ""
                    )
                })
        }
        // Threads that the start needed end after some seconds.
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 10)
        let before = try sleeps()
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 4)
        #expect(try sleeps() == before)
        #expect(children(of: jalon).count == 1)
        #expect(jalon.stop() == 0)
    }

    @Test("one user's connections beyond the limit are closed and logged, and the others go on")
    func connections() throws {
        let jalon = try NotesContract.install()
        try jalon.start()
        let early = ControlClient(socketPath: jalon.socket)
        _ = try early.start(StartParameters(workflow: "notes", caseID: "n"))
        var crowd = (0..<100).map { _ in SilentPeer(jalon.socket) }
        let refused = try jalon.ctl("status")
        #expect(refused.status != 0)
        #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
        for number in 1...20 { _ = try early.send(NotesContract.event(number, in: "n")) }
        #expect(jalon.logged.contains("too many connections"))
        crowd.removeAll()
        let end = ContinuousClock.now + .seconds(10)
        while try jalon.ctl("status").status != 0, ContinuousClock.now < end {}
        #expect(try jalon.ctl("status").status == 0)
        #expect(jalon.stop() == 0)
    }

    @Test("without memory it goes on, or ends and is started again, and loses nothing that it acknowledged")
    func memory() throws {
        let jalon = try NotesContract.install()
        try jalon.start()
        let size = try #require(virtualKiB(of: jalon))
        #expect(jalon.stop() == 0)
        #expect(try jalon.start(after: "ulimit -v \(size + 96 * 1024)") == nil, "\(jalon.logged)")
        var client = ControlClient(socketPath: jalon.socket)
        _ = try client.start(StartParameters(workflow: "notes", caseID: "n"))
        // Each sends a call that does not end, of up to 16 MiB.
        let crowd = (0..<50).map { _ in SilentPeer(jalon.socket) }
        let dough = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
        var acknowledged: [Int] = []
        for number in 1...100 {
            for peer in crowd { _ = peer.pour(dough) }
            guard (try? client.send(NotesContract.event(number, in: "n"))) != nil else { break }
            acknowledged.append(number)
        }
        withExtendedLifetime(crowd) {}
        if jalon.daemon?.isRunning != true || acknowledged.count < 100 {
            jalon.stop(SIGKILL)
            #expect(try jalon.start() == nil, "\(jalon.logged)")
            client = ControlClient(socketPath: jalon.socket)
        }
        let told = try NotesContract.told(of: ["n"], at: jalon.socket)
        for number in acknowledged { #expect(told["n"]?[number] == 1, "\(number) was acknowledged and is gone") }
        #expect(jalon.stop() == 0)
    }

    /// Waits, not for ever, until something is so.
    private func wait(until isSo: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(40)
        while !isSo() {
            guard ContinuousClock.now < end else { return false }
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(20))
        }
        return true
    }

    /// What the service has open, by the descriptors' numbers.
    private func descriptors(of jalon: Installation) throws -> [Int: String] {
        let folder = "/proc/\(try #require(jalon.daemon).processIdentifier)/fd"
        let numbers = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { Int($0) }
        return Dictionary(
            uniqueKeysWithValues: numbers.map { number in
                (number, (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)")) ?? "")
            })
    }

    private static func limit(_ pid: Int32, descriptors: Int) throws {
        let answer = try Installation.run("/usr/bin/prlimit", ["--pid=\(pid)", "--nofile=\(descriptors):"])
        #expect(answer.status == 0, "\(answer.errors)")
    }

    /// The processes that the service has started.
    private func children(of jalon: Installation) -> [Int32] {
        guard let pid = jalon.daemon?.processIdentifier else { return [] }
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.flatMap { thread in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// How long the service has had a processor, in hundredths of a second.
    private func processorTicks(of jalon: Installation) throws -> Int {
        let pid = try #require(jalon.daemon).processIdentifier
        let fields = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).split(separator: " ")
        return [13, 14].compactMap { Int(fields[$0]) }.reduce(0, +)
    }

    /// How much address space the service has now.
    private func virtualKiB(of jalon: Installation) -> Int? {
        guard let daemon = jalon.daemon,
            let text = try? String(contentsOfFile: "/proc/\(daemon.processIdentifier)/status", encoding: .utf8)
        else { return nil }
        return text.split(separator: "\n").first { $0.hasPrefix("VmSize:") }?.split(separator: " ").compactMap {
            Int($0)
        }
        .first
    }
}
