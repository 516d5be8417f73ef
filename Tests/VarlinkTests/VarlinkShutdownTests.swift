import Foundation
import Testing
import Varlink
import VarlinkClient
import VarlinkWire

@Suite struct VarlinkShutdownTests {
    @Test("a call that has begun is answered, one that has not is not carried out, and nobody can connect")
    func answersInFlight() async throws {
        try await TestService.run { service in
            let idle = try service.connectRaw()
            idle.call("Echo", #"{"text":"1"}"#)
            #expect(try idle.receive() != nil)
            let peer = try service.connectRaw()
            peer.call("Hold", #"{"name":"h"}"#)
            peer.call("Note", #"{"name":"waiting"}"#)
            #expect(service.log.waits(for: "h held"))
            async let stopped: Void = service.server.shutdown(grace: .seconds(patienceInSeconds))
            #expect(service.log.waits(for: "h shutdown"))
            #expect(try idle.receive() == nil)
            #expect {
                _ = try service.connect()
            } throws: { $0 as? VarlinkClientError == .cannotConnect(path: service.path, reason: .noSuchFile) }
            service.handler.release("h")
            #expect(try peer.receive()?.text == #"{"name":"h"}"#)
            #expect(try peer.receive() == nil)
            await stopped
            #expect(service.server.connectionCount == 0)
            #expect(service.log.all == ["h held", "h shutdown"])
        }
    }

    @Test("the last answer leaves whole, however long, before its connection is closed")
    func sendsLastAnswerWhole() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            let name = String(repeating: "x", count: 600_000)
            peer.call("Hold", #"{"name":"\#(name)"}"#)
            #expect(service.log.waits(for: "\(name) held"))
            async let stopped: Void = service.server.shutdown(grace: .seconds(patienceInSeconds))
            #expect(service.log.waits(for: "\(name) shutdown"))
            service.handler.release(name)
            #expect(try peer.receive()?.text == #"{"name":"\#(name)"}"#)
            #expect(try peer.receive() == nil)
            await stopped
        }
    }

    @Test("a call that is not answered in time is cut off, and a late answer harms nothing")
    func cutsOffAfterGrace() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            peer.call("Hold", #"{"name":"h"}"#)
            #expect(service.log.waits(for: "h held"))
            await service.server.shutdown(grace: .milliseconds(20))
            #expect(try peer.receive() == nil)
            service.handler.release("h")
            #expect(service.server.connectionCount == 0)
        }
    }

    @Test("a peer that does not read its last answer does not hold up the end")
    func leavesUnreadAnswers() async throws {
        try await TestService.run { service in
            let peer = try service.connectRaw()
            peer.call("Later", #"{"text":"\#(String(repeating: "x", count: 1 << 20))"}"#)
            peer.call("Count", #"{"to":1000000,"padding":"\#(String(repeating: "x", count: 1000))"}"#, more: true)
            #expect(try service.serves())
            await service.server.shutdown(grace: .milliseconds(20))
            #expect(service.server.connectionCount == 0)
        }
    }

    @Test("a server that was shut down listens no more, and shutting down twice is the same as once")
    func endsForGood() async throws {
        try await TestService.run { service in
            await service.server.shutdown()
            await service.server.shutdown()
            await #expect(throws: VarlinkListenError.shutDown) {
                try await service.server.listen(on: .path(service.path, mode: 0o666))
            }
            #expect(!FileManager.default.fileExists(atPath: service.path))
        }
    }

    @Test("the file of a server that took the path over is not removed")
    func keepsSuccessor() async throws {
        try await TestService.run { service in
            unlink(service.path)
            try await TestService.run(listening: false) { successor in
                try await successor.server.listen(on: .path(service.path, mode: 0o666))
                await service.server.shutdown()
                #expect(try service.serves())
            }
        }
    }
}
