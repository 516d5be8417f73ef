import Foundation
import SeededRandom
import Synchronization
import Testing
import Varlink
import VarlinkClient
import VarlinkWire

@Suite struct VarlinkLimitsTests {
    @Test("a message that is no JSON ends its connection behind the answers before it, and no other")
    func closesOnGarbage() async throws {
        try await TestService.run { service in
            let other = try service.connectRaw()
            other.call("Hold", #"{"name":"other"}"#)
            let peer = try service.connectRaw()
            peer.call("Echo", #"{"text":"before"}"#)
            peer.send("GET / HTTP/1.1\r\n\r\n\0".utf8)
            peer.call("Note", #"{"name":"after"}"#)
            #expect(try peer.receive()?.text == #"{"text":"before"}"#)
            #expect(try peer.receive() == nil)
            let reason = "violation: a message is not a JSON object: expected an object at byte 0"
            #expect(service.log.all.contains(reason))
            #expect(!service.log.all.contains("noted after"))
            #expect(service.log.waits(for: "other held"))
            service.handler.release("other")
            #expect(try other.receive()?.text == #"{"name":"other"}"#)
        }
    }

    @Test("damaged calls are answered or end their connection; the server goes on", arguments: 0..<30 as Range<UInt64>)
    func survivesDamage(seed: UInt64) async throws {
        try await TestService.run { service in
            var random = SeededGenerator(seed: seed)
            for _ in 0..<20 {
                let peer = try service.connectRaw()
                var bytes = (0..<5).flatMap { _ in
                    CallMessage(method: "org.example.test.Echo", parameters: Array(#"{"text":"x","number":7}"#.utf8))
                        .encoded()
                }
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                peer.send(bytes)
                peer.endInput()
                while try peer.receive() != nil {}
            }
            #expect(try service.serves(), "seed \(seed)")
        }
    }

    @Test("a call may be as long as the limit and no longer")
    func boundsMessages() async throws {
        var limits = VarlinkLimits()
        limits.maximumMessageBytes = 1000
        try await TestService.run(limits: limits) { service in
            let frame = CallMessage(method: "org.example.test.Echo", parameters: Array(#"{"text":""}"#.utf8)).encoded()
            let room = 1000 - (frame.count - 1)
            let peer = try service.connectRaw()
            peer.call("Echo", #"{"text":"\#(String(repeating: "x", count: room))"}"#)
            #expect(try peer.receive()?.parameters.count == room + 11)
            peer.call("Echo", #"{"text":"\#(String(repeating: "x", count: room + 1))"}"#)
            #expect(try peer.receive() == nil)
            let endless = try service.connectRaw()
            while endless.send([UInt8](repeating: 0x20, count: 1000)) {}
            #expect(try endless.receive() == nil)
            #expect(service.log.all.count { $0 == "violation: a message is longer than 1000 bytes" } == 2)
            #expect(try service.serves())
        }
    }

    @Test("a call of megabytes passes whole")
    func carriesLargeMessages() async throws {
        try await TestService.run { service in
            let text = TestHandler.Text(text: String(repeating: "0123456789abcdef", count: 150_000))
            let connection = try service.connect()
            #expect(try connection.call("org.example.test.Echo", text, as: TestHandler.Text.self) == text)
        }
    }

    @Test("a call nested too deep ends its connection")
    func boundsNesting() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            let brackets = String(repeating: "[", count: 1_000_000)
            peer.send((#"{"method":"a.B","x":"# + brackets).utf8 + [0])
            #expect(try peer.receive() == nil)
            #expect(try service.serves())
        }
    }

    @Test("a call whose rest does not come in time ends its connection, also when it trickles in")
    func cutsOffUnfinished() async throws {
        var limits = VarlinkLimits()
        limits.stallTimeout = .milliseconds(500)
        try await TestService.run(limits: limits) { service in
            let silent = try service.connectRaw()
            silent.call("Echo", #"{"text":"before"}"#)
            silent.send(#"{"method":"#.utf8)
            #expect(try silent.receive()?.text == #"{"text":"before"}"#)
            #expect(try silent.receive() == nil)
            let trickling = try service.connectRaw()
            while trickling.send(" ".utf8) {}
            #expect(service.log.all.count { $0.hasPrefix("violation: the rest of a message") } == 2)
            #expect(try service.serves())
        }
    }

    @Test("only the rest of one call has to come in time, not the rest of a series, even of refused ones")
    func countsTimeByCall() async throws {
        var limits = VarlinkLimits()
        limits.stallTimeout = .seconds(2)
        try await TestService.run(limits: limits) { service in
            let peer = try service.connectRaw()
            let call = CallMessage(method: "org.example.other.Do").encoded()
            let end = ContinuousClock.now + .milliseconds(2500)
            peer.send(call.prefix(5))
            // Always the rest of one call with the beginning of the next.
            while ContinuousClock.now < end {
                peer.send(call.dropFirst(5) + call.prefix(5))
                #expect(try peer.receive()?.error == "org.varlink.service.InterfaceNotFound")
            }
        }
    }

    @Test("a connection that is idle between calls, or whose call is unanswered, is left alone")
    func keepsIdleConnections() async throws {
        var limits = VarlinkLimits()
        limits.stallTimeout = .milliseconds(50)
        try await TestService.run(limits: limits) { service in
            let idle = try service.connectRaw()
            idle.call("Echo", #"{"text":"1"}"#)
            #expect(try idle.receive() != nil)
            let waiting = try service.connectRaw()
            waiting.call("Hold", #"{"name":"w"}"#)
            waiting.send(#"{"method":"#.utf8)
            #expect(service.log.waits(for: "w held"))
            let unfinished = try service.connectRaw()
            unfinished.send("{".utf8)
            // When this one is cut off, the time of the others, which began before, has passed as well.
            #expect(try unfinished.receive() == nil)
            idle.call("Echo", #"{"text":"2"}"#)
            #expect(try idle.receive()?.text == #"{"text":"2"}"#)
            service.handler.release("w")
            #expect(try waiting.receive()?.text == #"{"name":"w"}"#)
        }
    }

    @Test("calls sent ahead wait in the socket once enough of them wait in memory, and none is lost")
    func boundsWaitingCalls() async throws {
        var limits = VarlinkLimits()
        limits.maximumWaitingBytes = 1000
        try await TestService.run(limits: limits) { service in
            let peer = try service.connectRaw()
            peer.call("Hold", #"{"name":"h"}"#)
            #expect(service.log.waits(for: "h held"))
            let (count, rest) = try fill(peer, of: service)
            service.handler.release("h")
            #expect(try peer.receive()?.text == #"{"name":"h"}"#)
            try finish(peer, count: count, rest: rest)
        }
    }

    @Test("a peer that does not read its replies is no longer read from, and loses none")
    func waitsForReaders() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            let (count, rest) = try fill(peer, of: service)
            try finish(peer, count: count, rest: rest)
        }
    }

    private func parameters(_ number: Int) -> String {
        #"{"text":"\#(String(repeating: "p", count: 1000))\#(number)"}"#
    }

    /// Sends calls until the server has stopped reading, and returns how many went whole and what is left of the last.
    private func fill(_ peer: RawPeer, of service: TestService) throws -> (count: Int, rest: ArraySlice<UInt8>) {
        var count = -1
        var rest: ArraySlice<UInt8> = []
        var refusals = 0
        // Each round trip in between lets the event loop read, so what is refused many times over is not being read.
        while refusals < 50 {
            if rest.isEmpty {
                count += 1
                try #require(count < 4000, "the server has read 4 MB and goes on")
                let method = "org.example.test.Echo"
                rest = CallMessage(method: method, parameters: Array(parameters(count).utf8)).encoded()[...]
            }
            let sent = try peer.sendAtOnce(rest)
            rest = rest.dropFirst(sent)
            if sent > 0 {
                refusals = 0
            } else {
                refusals += 1
                #expect(try service.serves())
            }
        }
        return (count, rest)
    }

    /// Reads the replies to the calls that went whole, sends the rest of the last and reads the reply to it.
    private func finish(_ peer: RawPeer, count: Int, rest: ArraySlice<UInt8>) throws {
        for number in 0..<count { #expect(try peer.receive()?.text == parameters(number)) }
        #expect(peer.send(rest))
        #expect(try peer.receive()?.text == parameters(count))
    }

    @Test("a stream that waits for room stops while its peer does not read, and goes on when it does")
    func pausesStreams() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            let padding = String(repeating: "p", count: 1000)
            peer.call("Count", #"{"to":3000,"padding":"\#(padding)"}"#, more: true)
            // Each of these passes through the event loop at least twice, so a stream that did not stop would be far.
            let other = try service.connect()
            for _ in 0..<1000 {
                _ = try other.call("org.example.test.Echo", json: Array(#"{"text":""}"#.utf8))
            }
            #expect(service.handler.counted.load(ordering: .relaxed) < 1000)
            for number in 1...3000 {
                let reply = try #require(try peer.receive())
                #expect(reply.text == #"{"number":\#(number),"padding":"\#(padding)"}"#)
                #expect(reply.continues == (number < 3000))
            }
        }
    }

    @Test("a stream that does not wait for room is cut off when its peer does not read")
    func cutsOffUnreadStreams() async throws {
        var limits = VarlinkLimits()
        limits.maximumUnsentBytes = 1 << 20
        try await TestService.run(limits: limits) { service in
            let peer = try service.connectRaw()
            peer.call("Flood", #"{"padding":"\#(String(repeating: "p", count: 10_000))"}"#, more: true)
            #expect(service.log.waits(for: "flood disconnected"))
            #expect(service.log.all.contains("violation: the peer does not read the stream it asked for"))
            #expect(try peer.drain() < 2 << 20)
            #expect(try service.serves())
        }
    }

    @Test("connections are bounded, and one that closes makes room")
    func boundsConnections() async throws {
        for isOfUser in [false, true] {
            var limits = VarlinkLimits()
            if isOfUser { limits.maximumConnectionsPerUser = 3 } else { limits.maximumConnections = 3 }
            try await TestService.run(limits: limits) { service in
                var peers: [RawPeer] = []
                for number in 0..<3 {
                    let peer = try service.connectRaw()
                    peer.call("Hold", #"{"name":"\#(number)"}"#)
                    peers.append(peer)
                    #expect(service.log.waits(for: "\(number) held"))
                }
                #expect(service.server.connectionCount == 3)
                #expect(throws: VarlinkClientError.connectionLost) { try service.serves() }
                #expect(service.log.all.contains("violation: too many connections"))
                peers.removeLast()
                #expect(service.log.waits(for: "2 disconnected"))
                #expect(try service.serves())
            }
        }
    }
}
