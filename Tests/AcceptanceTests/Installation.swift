import Foundation
import Glibc

/// A folder with all that a service needs, and the built programs run in it.
final class Installation {
    let folder: URL
    private(set) var daemon: Process?
    private let notices: NoticeSocket

    /// Where the build put the programs: beside the test bundle.
    static let programs: URL = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0])
        let candidates =
            [bundle.deletingLastPathComponent()]
            + Bundle.allBundles.map {
                $0.bundleURL.deletingLastPathComponent()
            }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.appending(path: "jalond").path) }
            ?? candidates[0]
    }()

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    init(state: URL? = nil) throws {
        folder = URL(fileURLWithPath: "/tmp/jalon-acceptance-\(UUID().uuidString.prefix(8))")
        self.state = state ?? folder.appending(path: "state")
        for name in ["run", "workflows", "plugins"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        try FileManager.default.createDirectory(at: self.state, withIntermediateDirectories: true)
        notices = try NoticeSocket(at: folder.appending(path: "notify").path)
        for name in ["tanger-ess.yaml", "calendars", "blocks", "rules"] { try copyWorkflow(name) }
        for name in ["Journal", "Mail"] { try install(plugin: name) }
    }

    deinit {
        if let daemon, daemon.isRunning { kill(daemon.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    let state: URL
    var socket: String { folder.appending(path: "run/control.sock").path }
    var workflows: URL { folder.appending(path: "workflows") }
    /// What the journal plugin has delivered.
    var delivered: String {
        let file = state.appending(path: "plugins/journal/messages.txt")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    private func copyWorkflow(_ name: String) throws {
        try FileManager.default.copyItem(
            at: Self.root.appending(path: "workflows/\(name)"), to: workflows.appending(path: name))
    }

    private func install(plugin name: String) throws {
        let manifest = Self.root.appending(path: "Sources/Plugins/BuiltIn/\(name)/plugin.yaml")
        let target = folder.appending(path: "plugins/\(name.lowercased())")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: manifest, to: target.appending(path: "plugin.yaml"))
        let program = "jalon-\(name.lowercased())"
        try FileManager.default.createSymbolicLink(
            at: target.appending(path: program), withDestinationURL: Self.programs.appending(path: program))
    }

    // MARK: The service

    /// Starts the service and waits until it says that it is ready, or ends.
    ///
    /// - Parameter shell: Words of a shell before it starts, such as `ulimit -n 64`.
    /// - Returns: Its exit code if it ended instead.
    @discardableResult
    func start(_ arguments: [String] = [], after shell: String? = nil) throws -> Int32? {
        let process = try launch(arguments, after: shell)
        while true {
            if let notice = notices.next(withinMilliseconds: 100), notice.contains("READY=1") { return nil }
            if !process.isRunning { return process.terminationStatus }
        }
    }

    /// Starts the service without waiting for anything.
    @discardableResult
    func launch(_ arguments: [String] = [], after shell: String? = nil) throws -> Process {
        let process = Process()
        let command =
            [
                Self.programs.appending(path: "jalond").path, "--state", state.path, "--runtime",
                folder.appending(path: "run").path, "--workflows", workflows.path, "--plugins",
                folder.appending(path: "plugins").path,
            ] + arguments
        process.executableURL = URL(fileURLWithPath: shell == nil ? command[0] : "/bin/sh")
        process.arguments = shell.map { ["-c", $0 + "; exec \"$@\"", "sh"] + command } ?? Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(["NOTIFY_SOCKET": notices.path]) { $1 }
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardInput = FileHandle.nullDevice
        notices.empty()
        try process.run()
        daemon = process
        return process
    }

    var log: String { folder.appending(path: "log").path }
    var logged: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Ends the service by a signal and waits for it. Returns its exit code.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        guard let daemon else { return 0 }
        kill(daemon.processIdentifier, signal)
        daemon.waitUntilExit()
        return daemon.terminationStatus
    }

    /// Plays a service manager that does not read any more.
    func neglectNotices() { notices.fill() }

    /// Waits for a notice of the service after a signal, such as a reload's second READY.
    func waitForNotice(_ text: String) -> Bool {
        for _ in 0..<100 {
            if let notice = notices.next(withinMilliseconds: 100), notice.contains(text) { return true }
        }
        return false
    }

    // MARK: jalonctl

    struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    @discardableResult
    func ctl(_ arguments: String...) throws -> Answer { try ctl(arguments) }

    @discardableResult
    func ctl(_ arguments: [String]) throws -> Answer {
        try Self.run(
            Self.programs.appending(path: "jalonctl").path, arguments, environment: ["JALON_SOCKET": socket])
    }

    /// Puts a backup in the place of the store, with the built program.
    func restore(_ file: String) throws -> Answer {
        try Self.run(Self.programs.appending(path: "jalond").path, ["restore", file, "--state", state.path])
    }

    /// Checks a proof as somebody does who has nothing of Jalon.
    static func verifyProof(_ arguments: String...) throws -> Answer {
        try run("/usr/bin/env", ["python3", root.appending(path: "deploy/verify-proof").path] + arguments)
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = ["PATH": path, "LANG": "C.UTF-8"].merging(environment) { $1 }
        // Files, not pipes: nothing has to be read while the command runs.
        let files = ["output", "errors"].map { URL(fileURLWithPath: "/tmp/jalon-\($0)-\(UUID().uuidString)") }
        for file in files { try Data().write(to: file) }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Answer(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}

/// A datagram socket that plays the service manager.
final class NoticeSocket {
    let path: String
    private let descriptor: Int32

    init(at path: String) throws {
        self.path = path
        descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let answer = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard answer == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { close(descriptor) }

    func next(withinMilliseconds limit: Int32) -> String? {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, limit) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    func empty() { while next(withinMilliseconds: 0) != nil {} }

    /// Has as much waiting to be read as there may be, so that whoever sends more would wait.
    func fill() {
        let sender = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(sender) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                while sendto(sender, "x", 1, 0, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 1 {}
            }
        }
    }
}

/// Sends bytes to a Unix socket and reads what comes back until the other side closes or falls silent.
func exchange(_ bytes: [UInt8], with path: String, thenClose: Bool) -> [UInt8] {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let answer = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard answer == 0 else { return [] }
    _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    if thenClose { return [] }
    var received: [UInt8] = []
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&watched, 1, 500) == 1 {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { break }
        received += chunk.prefix(count)
    }
    return received
}
