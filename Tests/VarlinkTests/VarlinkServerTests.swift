import Foundation
import SeededRandom
import Testing
import Varlink
import VarlinkClient
import VarlinkWire

@Suite struct VarlinkServerTests {
    private typealias Text = TestHandler.Text

    @Test("a call is answered, from the event loop or from another thread")
    func answers() async throws {
        try await TestService.run { service in
            let connection = try service.connect()
            for method in ["Echo", "Later"] {
                let text = Text(text: "é\n\u{0}😀")
                #expect(try connection.call("org.example.test.\(method)", text, as: Text.self) == text)
            }
        }
    }

    @Test("the service describes itself and its interfaces")
    func describesItself() async throws {
        try await TestService.run { service in
            let connection = try service.connect()
            let info = try connection.call("org.varlink.service.GetInfo")
            #expect(
                String(decoding: info, as: UTF8.self)
                    == #"{"interfaces":["org.varlink.service","org.example.test","org.varlink.certification"],"#
                    + #""product":"Tests","url":"https://example.org","vendor":"Example","version":"1.2"}"#)
            struct Request: Encodable { var interface: String }
            struct Description: Decodable { var description: String }
            func description(_ name: String) throws -> String {
                let method = "org.varlink.service.GetInterfaceDescription"
                let reply: Description = try connection.call(method, Request(interface: name))
                return reply.description
            }
            #expect(try description("org.example.test") == TestHandler.description)
            let own = try VarlinkInterface(parsing: try description("org.varlink.service"))
            #expect(own.mismatch(in: info, fields: try #require(own.method(named: "GetInfo")).output) == nil)
            #expect(own.errors.map(\.name).contains("ExpectedMore"))
            #expect(throws: VarlinkClientError.server(.interfaceNotFound("org.example.nothing"))) {
                try description("org.example.nothing")
            }
        }
    }

    @Test("what cannot be called is refused by name, and the connection goes on")
    func refusesByName() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            func check(_ call: String, _ error: VarlinkError) throws {
                peer.send(call.utf8 + [0])
                let reply = try #require(try peer.receive())
                #expect(VarlinkError(reply.error ?? "", json: reply.parameters) == error, "\(call)")
            }
            try check(#"{"method":"org.example.other.Do"}"#, .interfaceNotFound("org.example.other"))
            try check(#"{"method":"nonsense"}"#, .interfaceNotFound("nonsense"))
            try check(#"{"method":"org.example.test.Nothing"}"#, .methodNotFound("org.example.test.Nothing"))
            try check(#"{"method":"org.example.test.Unwritten"}"#, .methodNotImplemented("org.example.test.Unwritten"))
            try check(#"{"method":"org.example.test.Echo"}"#, .invalidParameter("text"))
            try check(#"{"method":"org.example.test.Echo","parameters":{"text":1}}"#, .invalidParameter("text"))
            try check(
                #"{"method":"org.example.test.Echo","parameters":{"text":"","nmber":1}}"#, .invalidParameter("nmber"))
            try check(#"{"methd":"org.example.test.Echo"}"#, .invalidParameter("method"))
            try check(#"{"method":"org.example.test.Unwritten","upgrade":true}"#, .invalidParameter("upgrade"))
            try check(#"{"method":"org.example.test.Count","parameters":{"to":3}}"#, .expectedMore)
            try check(#"{"method":"org.example.test.Streams"}"#, .expectedMore)
            try check(
                #"{"method":"org.example.test.Fail","parameters":{"reason":"tired"}}"#,
                VarlinkError("org.example.test.Failed", json: Array(#"{"reason":"tired"}"#.utf8)))
            peer.call("Echo", #"{"text":"ok"}"#)
            #expect(try peer.receive()?.text == #"{"text":"ok"}"#)
        }
    }

    @Test(
        "replies come in the order of the calls, however the calls are cut and whoever answers them",
        arguments: 0..<20 as Range<UInt64>)
    func keepsOrder(seed: UInt64) async throws {
        try await TestService.run { service in
            var random = SeededGenerator(seed: seed)
            let peer = try service.connectRaw()
            var stream: [UInt8] = []
            var expected: [String] = []
            for number in 0..<Int.random(in: 1...60, using: &random) {
                let padding = String(repeating: "x", count: Int.random(in: 0...300, using: &random))
                let parameters = #"{"text":"\#(padding)\#(number)"}"#
                let isOneway = Int.random(in: 0..<8, using: &random) == 0
                let method = Bool.random(using: &random) ? "Echo" : "Later"
                stream += CallMessage(
                    method: "org.example.test.\(method)", parameters: Array(parameters.utf8), oneway: isOneway
                ).encoded()
                if !isOneway { expected.append(parameters) }
            }
            var rest = stream[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, 2000), using: &random)
                peer.send(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            peer.endInput()
            var received: [String] = []
            while let reply = try peer.receive() { received.append(reply.text) }
            #expect(received == expected, "seed \(seed)")
        }
    }

    @Test("a call waits for the one before it")
    func carriesOutInOrder() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            peer.call("Hold", #"{"name":"first"}"#)
            peer.call("Note", #"{"name":"second"}"#)
            #expect(service.log.waits(for: "first held"))
            #expect(try service.serves())
            #expect(!service.log.all.contains("noted second"))
            service.handler.release("first")
            #expect(try peer.receive()?.text == #"{"name":"first"}"#)
            #expect(try peer.receive()?.text == "{}")
            #expect(service.log.all == ["first held", "noted second"])
        }
    }

    @Test("a stream brings every reply in order, and the connection is free after it")
    func streams() async throws {
        try await TestService.run { service in
            let connection = try service.connect()
            struct Request: Encodable { var to: Int }
            let replies = try connection.stream("org.example.test.Count", Request(to: 5000))
            var numbers: [Int] = []
            while let reply = try replies.next(as: TestHandler.Number.self) { numbers.append(reply.number) }
            #expect(numbers == Array(1...5000))
            let streams = try connection.stream("org.example.test.Streams")
            #expect(try streams.next(as: TestHandler.Number.self)?.number == 1)
            #expect(try streams.next(as: TestHandler.Number.self)?.number == 2)
            #expect(try streams.next() == nil)
            let text = Text(text: "after")
            #expect(try connection.call("org.example.test.Echo", text, as: Text.self) == text)
        }
    }

    @Test("a oneway call has no reply, not even an error")
    func answersNoOneway() async throws {
        try await TestService.run { service in
            let connection = try service.connect()
            try connection.callOneway("org.example.test.Note", json: Array(#"{"name":"quiet"}"#.utf8))
            try connection.callOneway("org.example.test.Nothing")
            try connection.callOneway("org.example.test.Echo")
            try connection.callOneway("org.example.test.Streams")
            let text = Text(text: "the first reply")
            #expect(try connection.call("org.example.test.Echo", text, as: Text.self) == text)
            #expect(service.log.all == ["noted quiet"])
        }
    }

    @Test("oneway calls that arrived are carried out although their sender is gone; others are not")
    func carriesOutOnewayOfTheGone() async throws {
        try await TestService.run { service in
            var peer: RawPeer? = try service.connectRaw()
            peer?.call("Hold", #"{"name":"held"}"#)
            peer?.call("Note", #"{"name":"one"}"#, oneway: true)
            peer?.call("Note", #"{"name":"never"}"#)
            peer?.call("Hold", #"{"name":"slow"}"#, oneway: true)
            peer?.call("Note", #"{"name":"two"}"#, oneway: true)
            #expect(service.log.waits(for: "held held"))
            peer = nil
            #expect(service.log.waits(for: "slow held"))
            service.handler.release("slow")
            #expect(service.log.waits(for: "noted two"))
            #expect(
                service.log.all
                    == ["held held", "held disconnected", "noted one", "slow held", "noted two"])
        }
    }

    @Test("a handler is told when its caller goes away, and may answer then or never")
    func tellsOfDisconnection() async throws {
        try await TestService.run { service in
            var peer: RawPeer? = try service.connectRaw()
            peer?.call("Hold", #"{"name":"a"}"#, more: true)
            #expect(service.log.waits(for: "a held"))
            peer = nil
            #expect(service.log.waits(for: "a disconnected"))
            service.handler.release("a")
            #expect(try service.serves())
        }
    }

    @Test("a peer that ends its side is still answered, and told of as gone only when it goes")
    func answersHalfClosed() async throws {
        try await TestService.run { service in
            var peer: RawPeer? = try service.connectRaw()
            peer?.call("Echo", #"{"text":"1"}"#)
            peer?.call("Hold", #"{"name":"h"}"#)
            peer?.call("Echo", #"{"text":"2"}"#)
            peer?.endInput()
            #expect(service.log.waits(for: "h held"))
            service.handler.release("h")
            #expect(try peer?.receive()?.text == #"{"text":"1"}"#)
            #expect(try peer?.receive()?.text == #"{"name":"h"}"#)
            #expect(try peer?.receive()?.text == #"{"text":"2"}"#)
            #expect(try peer?.receive() == nil)

            peer = try service.connectRaw()
            peer?.call("Hold", #"{"name":"g"}"#)
            peer?.endInput()
            #expect(service.log.waits(for: "g held"))
            #expect(try service.serves())
            #expect(!service.log.all.contains("g disconnected"))
            peer = nil
            #expect(service.log.waits(for: "g disconnected"))
        }
    }

    @Test("the peer is told by its process, user and group")
    func tellsPeer() async throws {
        try await TestService.run { service in
            let reply = try service.connect().call("org.example.test.Whoami")
            let peer = try VarlinkJSON.decode(TestHandler.Peer.self, from: reply)
            #expect(peer == TestHandler.Peer(process_id: getpid(), user_id: geteuid(), group_id: getegid()))
        }
    }

    private static let canBecomeAnother =
        geteuid() == 0 && ["/usr/bin/setpriv", "/usr/bin/perl"].allSatisfy(FileManager.default.isExecutableFile)

    @Test(
        "the peer is told apart from other users",
        .enabled(if: canBecomeAnother, "becoming another user takes root, setpriv and perl"))
    func tellsOtherUsers() async throws {
        try await TestService.run { service in
            let script = #"""
                use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "cannot connect: $!";
                print $s "{\"method\":\"org.example.test.Whoami\"}\0"; $/ = "\0"; print scalar <$s>;
                """#
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments =
                ["--reuid=65534", "--regid=65533", "--clear-groups", "/usr/bin/perl", "-e", script, service.path]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let reply = try ReplyMessage(parsing: data.dropLast())
            let peer = try VarlinkJSON.decode(TestHandler.Peer.self, from: reply.parameters)
            #expect(
                peer == TestHandler.Peer(process_id: process.processIdentifier, user_id: 65534, group_id: 65533))
        }
    }
}
