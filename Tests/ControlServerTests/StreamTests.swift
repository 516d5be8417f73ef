import ControlAPI
import ControlClient
import Foundation
import Synchronization
import Testing

@testable import ControlServer
@testable import WorkflowEngine

@Suite("Streams, waiting and stopping")
struct StreamTests {
    private static func view(_ number: Int) -> WatchedView {
        var happened = Samples.happened
        happened.text = "\(number)"
        return WatchedView(caseID: "t-\(number % 2)", happened: happened)
    }

    @Test("watching tells what happens from then on, in order, and ends with the connection")
    func watch() async throws {
        try await Harness.run { harness in
            struct Enough: Error {}
            let began = Signal()
            let unwatched = Signal()
            harness.engine.state.withLock { $0.whenUnwatched = { unwatched.fire() } }
            let seen = Mutex<[String]>([])
            async let watching: Void = harness.ask { client in
                try client.watch(nil, began: { began.fire() }) { caseID, happened in
                    let count = seen.withLock { seen in
                        seen.append("\(caseID) \(happened.text)")
                        return seen.count
                    }
                    if count == 100 { throw Enough() }
                }
            }
            await began.wait()
            for number in 0..<100 { harness.engine.happen(Self.view(number)) }
            do {
                try await watching
                Issue.record("the stream ended by itself")
            } catch is Enough {}
            await unwatched.wait()
            #expect(seen.withLock(\.self) == (0..<100).map { "t-\($0 % 2) \($0)" })
            #expect(harness.engine.state.withLock(\.watchers).isEmpty)
        }
    }

    @Test("a watcher that reads too slowly learns how much it has missed, and is told what follows")
    func slowWatcher() async throws {
        try await Harness.run { harness in
            struct Enough: Error {}
            let began = Signal()
            let flooded = DispatchSemaphore(value: 0)
            let count = 3 * WatchStream.longest
            let seen = Mutex<[String]>([])
            async let watching: Void = harness.ask { client in
                try client.watch(
                    nil, began: { began.fire() },
                    missed: { missed in
                        seen.withLock { $0.append("missed \(missed)") }
                        harness.engine.happen(Self.view(count))
                    },
                    body: { _, happened in
                        // Reads nothing more until all of it has happened.
                        if happened.text == "0" { flooded.wait() }
                        seen.withLock { $0.append(happened.text) }
                        if happened.text == "\(count)" { throw Enough() }
                    })
            }
            await began.wait()
            for number in 0..<count { harness.engine.happen(Self.view(number)) }
            await harness.engine.idle()
            flooded.signal()
            do {
                try await watching
                Issue.record("the stream ended by itself")
            } catch is Enough {}
            let told = seen.withLock(\.self)
            let last = told.count - 2
            #expect(last >= WatchStream.longest && last < count)
            #expect(told == (0..<last).map(String.init) + ["missed \(count - last)", "\(count)"])
        }
    }

    @Test("a case that does not exist is not watched")
    func watchUnknown() async throws {
        try await Harness.run { harness in
            harness.engine.state.withLock { $0.failure = EngineError(.caseNotFound, "there is no case 'x'") }
            let refused = await refusal { try await harness.ask { try $0.watch("x") { _, _ in } } }
            #expect(refused?.code == .caseNotFound)
            #expect(harness.engine.state.withLock(\.watchers).isEmpty)
        }
    }

    @Test("when the service stops, whoever watches is told")
    func watchUntilStop() async throws {
        try await Harness.run { harness in
            let began = Signal()
            async let refused = refusal {
                try await harness.ask { try $0.watch("t-1", began: { began.fire() }, body: { _, _ in }) }
            }
            await began.wait()
            await harness.server.shutdown()
            let refusal = await refused
            #expect(refusal?.code == .stopping)
            #expect(harness.engine.state.withLock(\.watchers).isEmpty)
        }
    }

    @Test("a call that the engine has not answered does not keep others waiting")
    func slowEngine() async throws {
        try await Harness.run { harness in
            let held = Signal()
            harness.engine.state.withLock { state in
                state.isHolding = true
                state.whenHeld = { held.fire() }
            }
            async let slow = harness.ask { try $0.history(of: "t-1") }
            await held.wait()
            harness.engine.state.withLock { $0.isHolding = false }
            for _ in 0..<20 {
                let status = try await harness.ask { try $0.status() }
                #expect(status.workflows == 6)
            }
            harness.engine.release()
            let history = try await slow
            #expect(history.happened.count == 1)
        }
    }

    @Test("a call that has begun is answered before the service stops")
    func stopMidCall() async throws {
        try await Harness.run { harness in
            let held = Signal()
            harness.engine.state.withLock { state in
                state.isHolding = true
                state.whenHeld = { held.fire() }
            }
            async let reply = harness.ask { try $0.send(.init(caseID: "t-1", event: "e")) }
            await held.wait()
            async let stopped: Void = harness.server.shutdown(grace: .seconds(60))
            harness.engine.release()
            let answer = try await reply
            #expect(answer.sequence == 7)
            await stopped
        }
    }

    @Test(
        "a call that the engine never answers ends with the period of grace; whether something was recorded is not known",
        arguments: [true, false])
    func stopWithoutAnswer(isRecording: Bool) async throws {
        try await Harness.run { harness in
            let held = Signal()
            harness.engine.state.withLock { state in
                state.isHolding = true
                state.whenHeld = { held.fire() }
            }
            async let reply: Void = harness.ask {
                if isRecording { _ = try $0.send(.init(caseID: "t-1", event: "e")) } else { _ = try $0.status() }
            }
            await held.wait()
            await harness.server.shutdown(grace: .milliseconds(10))
            do {
                try await reply
                Issue.record("an answer came from nowhere")
            } catch ControlClientError.unanswered where isRecording {
            } catch ControlClientError.broken where !isRecording {}
        }
    }

    @Test("where nobody listens the client says so")
    func nobody() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "nobody-\(UUID().uuidString.prefix(8))").path
        do {
            _ = try await onThread { try ControlClient(socketPath: path).status() }
            Issue.record("somebody answered")
        } catch ControlClientError.noService(let named, let reason) {
            #expect(named == path)
            #expect(reason == "no such file")
        }
    }
}
