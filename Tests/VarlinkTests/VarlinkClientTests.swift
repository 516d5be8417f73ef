import Foundation
import Testing
import Varlink
import VarlinkClient
import VarlinkWire

@Suite struct VarlinkClientTests {
    @Test("who cannot connect learns why")
    func tellsWhyNot() async throws {
        try await TestService.run(listening: false) { service in
            func check(_ path: String, _ reason: VarlinkClientError.ConnectFailure, _ words: String) {
                #expect(throws: VarlinkClientError.cannotConnect(path: path, reason: reason)) {
                    try VarlinkConnection(path: path)
                }
                let error = VarlinkClientError.cannotConnect(path: path, reason: reason)
                #expect(error.description == "cannot connect to \(path): \(words)")
            }
            check(service.path, .noSuchFile, "no such file")
            check("", .pathTooLong, "the path is empty or longer than 107 bytes")
            try "".write(toFile: service.path, atomically: true, encoding: .utf8)
            check(service.path, .notASocket, "not a socket")
            check(service.path + "/below", .noSuchFile, "no such file")
        }
    }

    @Test("a server's error comes as its name and parameters, and the connection goes on")
    func bringsErrors() async throws {
        try await TestService.run { service in
            let connection = try service.connect()
            let error = try VarlinkError("org.example.test.Failed", ["reason": "tired"])
            #expect(throws: VarlinkClientError.server(error)) {
                try connection.call("org.example.test.Fail", json: Array(#"{"reason":"tired"}"#.utf8))
            }
            #expect(error.description == #"org.example.test.Failed {"reason":"tired"}"#)
            let stream = try connection.stream("org.example.test.Fail", json: Array(#"{"reason":"tired"}"#.utf8))
            #expect(throws: VarlinkClientError.server(error)) { try stream.next() }
            #expect(try stream.next() == nil)
            #expect(throws: VarlinkClientError.unexpectedShape("the reply's 'name' does not fit Name")) {
                try connection.call(
                    "org.example.test.Echo", TestHandler.Text(text: ""), as: TestHandler.Name.self)
            }
            #expect(throws: VarlinkClientError.self) {
                try connection.call("org.example.test.Echo", Double.nan, as: TestHandler.Name.self)
            }
            #expect(try !connection.call("org.varlink.service.GetInfo").isEmpty)
        }
    }

    @Test("a reply that does not come in time ends the connection")
    func timesOut() async throws {
        try await TestService.run { service in
            let connection = try VarlinkConnection(path: service.path, timeout: .milliseconds(30))
            #expect(throws: VarlinkClientError.timedOut(after: .milliseconds(30))) {
                try connection.call("org.example.test.Hold", json: Array(#"{"name":"h"}"#.utf8))
            }
            #expect(throws: VarlinkClientError.connectionLost) { try connection.call("org.varlink.service.GetInfo") }
            #expect(service.log.waits(for: "h disconnected"))
        }
    }

    @Test("a server that stops before it answers is told from one that refuses")
    func noticesLoss() async throws {
        try await TestService.run { service in
            let connection = try service.connect()
            let replies = try connection.stream("org.example.test.Hold", json: Array(#"{"name":"h"}"#.utf8))
            #expect(service.log.waits(for: "h held"))
            await service.server.shutdown(grace: .zero)
            #expect(throws: VarlinkClientError.connectionLost) { try replies.next() }
            #expect(throws: VarlinkClientError.connectionLost) { try connection.call("org.varlink.service.GetInfo") }
        }
    }

    @Test(
        "an answer that is no reply is refused",
        arguments: ["nonsense", "[]", #"{"continues":1}"#, #"{"parameters":[]}"#, #"{"continues":true}"#])
    func refusesNonsense(answer: String) async throws {
        try await TestService.run(listening: false) { service in
            let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(listener) }
            let address = try #require(UnixSocketAddress(path: service.path))
            try #require(address.bind(listener) == 0 && listen(listener, 1) == 0)
            let connection = try service.connect()
            let peer = accept(listener, nil, nil)
            defer { close(peer) }
            let bytes = Array(answer.utf8) + [0]
            #expect(write(peer, bytes, bytes.count) == bytes.count)
            #expect {
                try connection.call("org.varlink.service.GetInfo")
            } throws: { error in
                if case .malformedReply = error as? VarlinkClientError { true } else { false }
            }
            #expect(throws: VarlinkClientError.connectionLost) { try connection.call("org.varlink.service.GetInfo") }
        }
    }
}
