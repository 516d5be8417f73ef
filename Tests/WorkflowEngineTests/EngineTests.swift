import CivilTime
import JalonTestSupport
import Synchronization
import Testing
import WorkflowModel

@testable import WorkflowEngine

/// The engine's loop on the test's own thread, and on no other: whenever it waits, the next step of the test happens.
private final class Loop: WakeSource, @unchecked Sendable {
    let clock: VirtualClock
    let plugins = SimulatedPlugins()
    let store = FaultyStore(InMemoryStore())
    private(set) var beats = 0
    /// What the engine waited for, each time.
    private(set) var waits: [Timestamp?] = []
    private var steps: [(Engine) -> Void] = []
    private var engine: Engine?
    private(set) var isWoken = false

    init(at instant: Timestamp) { clock = VirtualClock(instant) }

    /// Plays the steps, then stops the engine.
    func play(_ steps: [(Engine) -> Void]) throws {
        let core = try EngineCore(
            store: store, clock: clock, source: TextWorkflows([report, counter], environment: environment),
            settings: SimulatedWorld.settings)
        self.steps = steps
        let engine = Engine(core, plugins: plugins, wakeSource: self, random: { 0 }) { [self] _ in beats += 1 }
        self.engine = engine
        engine.run {}
        self.engine = nil
    }

    func wait(until instant: Timestamp?) {
        defer { isWoken = false }
        guard !isWoken, let engine else { return }
        waits.append(instant)
        if let instant, instant <= clock.now() { Issue.record("at \(clock.now()) it waits for \(instant)") }
        guard steps.isEmpty else { return steps.removeFirst()(engine) }
        engine.stop()
        if let instant { clock.set(to: max(clock.now(), instant)) }
    }

    func wake() { isWoken = true }
}

@Suite struct EngineTests {
    private func makeLoop() throws -> Loop { Loop(at: try at("2025-03-01T08:00:00Z")) }

    private let startCounter = WriteRequest.start(StartRequest(workflow: "counter", caseID: "c", author: 1))

    private func add(_ number: Int) -> WriteRequest {
        .send(
            SendRequest(
                caseID: "c", event: "add", fields: [.init(name: "n", value: .number(String(number)))], author: 1))
    }

    /// Keeps what it is told.
    private final class Heard<Value: Sendable>: Sendable {
        private let values = Mutex<[Value]>([])
        var all: [Value] { values.withLock { $0 } }
        func note(_ value: Value) { values.withLock { $0.append(value) } }
    }

    @Test("writes that come together are answered together, in their order; one refused does not harm the others")
    func writes() throws {
        let loop = try makeLoop()
        let heard = Heard<[String]>()
        try loop.play([
            { [add, startCounter] engine in
                engine.write([startCounter, add(1), startCounter, add(2)]) { replies in
                    heard.note(
                        replies.map { reply in
                            switch reply {
                            case .success(let reply): "\(reply.sequence)"
                            case .failure(let error): error.code.rawValue
                            }
                        })
                }
                engine.write([]) { heard.note(["\($0.count)"]) }
            }
        ])
        #expect(heard.all == [["0"], ["1", "2", "case-exists", "3"]])
        #expect(loop.store.commits == 1)
    }

    @Test("reads are answered, and watchers hear what happens until they do not watch any more")
    func readsAndWatchers() throws {
        let loop = try makeLoop()
        let heard = Heard<String>()
        let number = Mutex(0)
        try loop.play([
            { [startCounter] engine in
                number.withLock { $0 = engine.watch("c") { heard.note($0.happened.kind) } }
                engine.write(startCounter) { _ in }
                engine.status { heard.note("running before: \((try? $0.get())?.counts.running ?? -1)") }
            },
            { [add] engine in
                engine.write(add(1)) { _ in }
                engine.cases(after: nil, workflow: nil, limit: 9) {
                    heard.note("cases: \((try? $0.get())?.count ?? -1)")
                }
                engine.workflows { heard.note("workflows: \((try? $0.get())?.count ?? -1)") }
            },
            { engine in
                engine.show("c", at: nil) { heard.note((try? $0.get())?.data.first?.words ?? "") }
                engine.events("c") { heard.note("events: \((try? $0.get())?.count ?? -1)") }
                engine.history("c") { heard.note("history: \((try? $0.get())?.count ?? -1)") }
                engine.agenda(from: nil, until: nil, caseID: nil, at: nil, limit: 9) {
                    heard.note("agenda: \((try? $0.get())?.count ?? -1)")
                }
                engine.outbox(nil, in: nil, limit: 9) { heard.note("outbox: \((try? $0.get())?.count ?? -1)") }
                engine.reload { heard.note("problems: \((try? $0.get())?.problems.count ?? -1)") }
                engine.unwatch(number.withLock { $0 })
            },
            { [add] engine in engine.write(add(1)) { _ in } },
        ])
        #expect(
            heard.all == [
                "running before: 0", "started", "entered", "cases: 1", "workflows: 2", "event", "1", "events: 2",
                "history: 3",
                "agenda: 0", "outbox: 0", "problems: 0",
            ])
    }

    @Test("more requests than may wait are refused as busy, and not done")
    func busy() throws {
        let loop = try makeLoop()
        let heard = Heard<EngineError.Code?>()
        try loop.play([
            { [add, startCounter] engine in
                engine.write(startCounter) { _ in }
                let many = Array(repeating: add(1), count: EngineSettings.longestQueue)
                engine.write(many) { replies in
                    #expect(replies.count == many.count)
                    for case .failure(let error) in replies.prefix(1) { heard.note(error.code) }
                }
                engine.write(Array(many.dropFirst())) { replies in
                    #expect(replies.allSatisfy { (try? $0.get()) != nil })
                }
                engine.write(add(1)) { reply in if case .failure(let error) = reply { heard.note(error.code) } }
                engine.status { reply in if case .failure(let error) = reply { heard.note(error.code) } }
            }
        ])
        #expect(heard.all == [.busy, .busy, .busy])
        #expect(try loop.store.storedCase("c")?.journalCount == EngineSettings.longestQueue)
    }

    @Test("who asks while the service stops is told so")
    func stopping() throws {
        let loop = try makeLoop()
        let heard = Heard<EngineError.Code?>()
        try loop.play([
            { [startCounter] engine in
                engine.stop()
                engine.write(startCounter) { reply in if case .failure(let error) = reply { heard.note(error.code) } }
                engine.status { reply in if case .failure(let error) = reply { heard.note(error.code) } }
            }
        ])
        #expect(heard.all == [.stopping, .stopping])
        #expect(try loop.store.storedCase("c") == nil)
    }

    @Test("a service that stops waits for what plugins are at, but not for ever")
    func stopsAfterDeliveries() throws {
        for answers in [true, false] {
            let loop = try makeLoop()
            loop.plugins.behave { _ in .deliversInSilence }
            let start = WriteRequest.start(
                StartRequest(
                    workflow: "rapport", caseID: "r",
                    parties: [.init(name: "titulaire", value: .text("anne@example.org"))],
                    author: 1))
            try loop.play([
                { engine in engine.write(start) { _ in } },
                { _ in loop.clock.set(to: Timestamp(rfc3339: "2025-03-24T08:00:00Z") ?? .latest) },
                { engine in
                    // What falls due now waits for the next start.
                    loop.clock.set(to: Timestamp(rfc3339: "2025-03-30T08:00:00Z") ?? .latest)
                    engine.stop()
                },
                { _ in if answers { loop.plugins.answerAll(.delivered(detail: "late")) } },
            ])
            let row = try #require(try loop.store.outbox(of: "r", limit: 9).last { $0.address != nil })
            #expect(row.state == (answers ? .delivered : .waiting))
            let waited = loop.clock.now() - (try at("2025-03-30T08:00:00Z"))
            #expect(loop.plugins.calls.count == 1)
            #expect(waited == (answers ? .zero : .seconds(10)))
        }
    }

    @Test("a request that comes with a soon is served there, with all that came with it, and nobody is woken for it")
    func servedBesideTheThread() throws {
        let loop = try makeLoop()
        let heard = Heard<String>()
        try loop.play([
            { [add, startCounter] engine in
                // As an event loop does: what arrives together is handed on first, and served afterwards.
                let tasks = Heard<@Sendable () -> Void>()
                for request in [startCounter, add(1), add(2)] {
                    engine.write(request, soon: { tasks.note($0) }) { heard.note("\((try? $0.get())?.sequence ?? 0)") }
                }
                engine.status(soon: { tasks.note($0) }) {
                    heard.note("running: \((try? $0.get())?.counts.running ?? -1)")
                }
                #expect(heard.all == [])
                for task in tasks.all { task() }
                // A read is of what was durable before.
                #expect(heard.all == ["running: 0", "1", "2", "3"])
                #expect(loop.store.commits == 1 && loop.beats == 2 && !loop.isWoken)
            }
        ])
        #expect(loop.store.commits == 1)
    }

    @Test("the thread is woken where what was served beside it is due before it would wake, or may take long")
    func wakesTheThread() throws {
        let loop = try makeLoop()
        let start = WriteRequest.start(
            StartRequest(
                workflow: "rapport", caseID: "r", parties: [.init(name: "titulaire", value: .text("anne@example.org"))],
                author: 1))
        try loop.play([
            { engine in
                engine.write(start, soon: { $0() }) { _ in }
                #expect(loop.isWoken)
            },
            { [startCounter] engine in
                engine.write(startCounter, soon: { $0() }) { _ in }
                #expect(!loop.isWoken)
                engine.reload { _ in }
                let answered = Heard<Bool>()
                engine.status(soon: { $0() }) { _ in answered.note(true) }
                #expect(answered.all.isEmpty && loop.isWoken)
            },
        ])
        #expect(loop.waits[0] == nil && loop.waits[1] != nil)
    }

    @Test(
        "many writes are taken in several turns, others are served in between, and none is left when the service stops")
    func manyWrites() throws {
        let loop = try makeLoop()
        let heard = Heard<String>()
        let count = 2 * EngineSettings.writesPerTurn + 1
        try loop.play([
            { [add, startCounter] engine in
                engine.write(startCounter) { _ in }
                engine.write(Array(repeating: add(1), count: count)) {
                    heard.note("\($0.count { (try? $0.get()) != nil })")
                }
                engine.status { _ in heard.note("status") }
                engine.stop()
            }
        ])
        #expect(heard.all == ["status", "\(count)"])
        #expect(loop.store.commits == 3)
        #expect(try loop.store.storedCase("c")?.journalCount == count + 1)
    }

    @Test("an idle engine waits without an end, and tells its watchdog once a turn")
    func idle() throws {
        let loop = try makeLoop()
        try loop.play([{ _ in }, { _ in }])
        #expect(loop.waits == [nil, nil, nil] && loop.beats == 3)
    }
}
