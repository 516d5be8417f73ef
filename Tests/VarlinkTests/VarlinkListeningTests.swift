import Foundation
import Testing
import Varlink
import VarlinkClient
import VarlinkWire

@Suite struct VarlinkListeningTests {
    @Test("the socket has the mode that is asked for, whatever the umask")
    func setsMode() async throws {
        try await TestService.run(listening: false) { service in
            for mode: UInt32 in [0o666, 0o660, 0o600] {
                let path = "\(service.path)-\(mode)"
                try await service.server.listen(on: .path(path, mode: mode))
                var status = stat()
                #expect(lstat(path, &status) == 0)
                #expect(status.st_mode & 0o777 == mode)
            }
        }
    }

    @Test("several listeners serve the same interfaces")
    func listensTwice() async throws {
        try await TestService.run { service in
            try await service.server.listen(on: .path(service.path + "2", mode: 0o600))
            #expect(try service.serves())
            let second = try VarlinkConnection(path: service.path + "2")
            #expect(try !second.call("org.varlink.service.GetInfo").isEmpty)
        }
    }

    @Test("a second server on the same path is refused, and the first goes on")
    func refusesSecond() async throws {
        try await TestService.run { service in
            try await TestService.run(listening: false) { second in
                await #expect(throws: VarlinkListenError.alreadyRunning(path: service.path)) {
                    try await second.server.listen(on: .path(service.path, mode: 0o600))
                }
            }
            #expect(try service.serves())
        }
    }

    @Test("a socket whose server is too busy to accept is not taken for stale")
    func respectsBusyServers() async throws {
        try await TestService.run(listening: false) { service in
            let listener = try listeningSocket(at: service.path, backlog: 0)
            defer { close(listener) }
            var callers: [Int32] = []
            defer { callers.forEach { close($0) } }
            let address = try #require(UnixSocketAddress(path: service.path))
            var number: Int32 = 0
            while number == 0 {
                callers.append(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0))
                number = address.connect(callers[callers.count - 1])
            }
            #expect(number == EAGAIN)
            await #expect(throws: VarlinkListenError.alreadyRunning(path: service.path)) {
                try await service.server.listen(on: .path(service.path, mode: 0o600))
            }
            #expect {
                _ = try VarlinkConnection(path: service.path, connectTimeout: .milliseconds(20))
            } throws: {
                $0 as? VarlinkClientError
                    == .cannotConnect(path: service.path, reason: .timedOut(after: .milliseconds(20)))
            }
        }
    }

    @Test("a socket that a server left behind is replaced")
    func replacesStaleSocket() async throws {
        try await TestService.run(listening: false) { service in
            close(try listeningSocket(at: service.path))
            #expect {
                _ = try service.connect()
            } throws: { $0 as? VarlinkClientError == .cannotConnect(path: service.path, reason: .refused) }
            try await service.server.listen(on: .path(service.path, mode: 0o666))
            #expect(try service.serves())
        }
    }

    @Test("of servers that start at once on a stale socket, one listens and is reachable")
    func oneOfManyWins() async throws {
        try await TestService.run(listening: false) { service in
            let identity = VarlinkIdentity(vendor: "", product: "", version: "", url: "")
            for round in 0..<200 {
                close(try listeningSocket(at: service.path))
                let rivals = (0..<3).map { _ in VarlinkServer(identity: identity, implementations: []) }
                let start = Flag()
                let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for rival in rivals {
                        group.addTask {
                            while !start.isRaised {}
                            do {
                                try await rival.listen(on: .path(service.path, mode: 0o666))
                                return true
                            } catch VarlinkListenError.alreadyRunning {
                                return false
                            }
                        }
                    }
                    start.raise()
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(winners == 1, "round \(round)")
                #expect(try !service.connect().call("org.varlink.service.GetInfo").isEmpty)
                for rival in rivals { await rival.shutdown() }
            }
        }
    }

    @Test("a file that is no socket is left alone")
    func keepsOtherFiles() async throws {
        try await TestService.run(listening: false) { service in
            try "precious".write(toFile: service.path, atomically: true, encoding: .utf8)
            await #expect(throws: VarlinkListenError.notASocket(path: service.path)) {
                try await service.server.listen(on: .path(service.path, mode: 0o666))
            }
            #expect(try String(contentsOfFile: service.path, encoding: .utf8) == "precious")
        }
    }

    @Test("a path that cannot be is refused with the reason")
    func refusesPaths() async throws {
        try await TestService.run(listening: false) { service in
            let long = service.directory + "/" + String(repeating: "x", count: 108)
            await #expect(throws: VarlinkListenError.pathTooLong(path: long)) {
                try await service.server.listen(on: .path(long, mode: 0o666))
            }
            let missing = service.directory + "/missing/socket"
            await #expect(throws: VarlinkListenError.noFolder(path: missing)) {
                try await service.server.listen(on: .path(missing, mode: 0o666))
            }
        }
    }

    @Test("a socket that somebody else opened is served, and its file is kept")
    func servesInherited() async throws {
        try await TestService.run(listening: false) { service in
            let descriptor = try listeningSocket(at: service.path)
            try await service.server.listen(on: .inherited(descriptor: descriptor))
            #expect(try service.serves())
            #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
            await service.server.shutdown()
            #expect(FileManager.default.fileExists(atPath: service.path))
        }
    }

    @Test("a descriptor that is no listening Unix socket is refused")
    func refusesOtherDescriptors() async throws {
        try await TestService.run { service in
            let unbound = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let internet = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            listen(internet, 1)
            let file = open("/dev/null", O_RDONLY)
            defer { [unbound, internet, file].forEach { close($0) } }
            for descriptor in [unbound, internet, file, 9999] {
                await #expect(throws: VarlinkListenError.notListening(descriptor: descriptor)) {
                    try await service.server.listen(on: .inherited(descriptor: descriptor))
                }
            }
        }
    }

    private func listeningSocket(at path: String, backlog: Int32 = 10) throws -> Int32 {
        unlink(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let address = try #require(UnixSocketAddress(path: path))
        try #require(address.bind(descriptor) == 0 && listen(descriptor, backlog) == 0)
        return descriptor
    }
}
