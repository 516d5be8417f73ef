package import CaseReplay
package import CivilTime
import Synchronization
package import WorkflowEngine
package import WorkflowLoading
package import WorkflowModel

/// An engine in virtual time, driven turn by turn: clock, store and plugins do as a test tells them.
package final class SimulatedWorld {
    package let clock: VirtualClock
    package let plugins = SimulatedPlugins()
    package let source: TextWorkflows
    package let store: FaultyStore
    /// The engine that runs now.
    package private(set) var core: EngineCore
    /// For the pauses between deliveries.
    package var jitter = 0.5
    /// Turns that were asked for although there was nothing to do; empty for a sound engine.
    package private(set) var restlessness: [String] = []
    private var answers = Answers()

    /// What plugins have answered one engine.
    private final class Answers: Sendable {
        private let waiting = Mutex<[(dispatch: EngineCore.Dispatch, outcome: ActionOutcome)]>([])

        func note(_ dispatch: EngineCore.Dispatch, _ outcome: ActionOutcome) {
            waiting.withLock { $0.append((dispatch, outcome)) }
        }

        func take() -> [(dispatch: EngineCore.Dispatch, outcome: ActionOutcome)] {
            waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
        }
    }

    package static let settings = EngineSettings(messagePlugin: "mail", version: "1.0", storeName: "memory")

    /// Starts an engine.
    ///
    /// - Parameters:
    ///   - texts: The workflow files.
    ///   - instant: What the clock shows, in RFC 3339.
    package convenience init(
        _ texts: [String], at instant: String, environment: LoadingEnvironment, store: FaultyStore? = nil
    ) throws {
        guard let instant = Timestamp(rfc3339: instant) else { preconditionFailure("'\(instant)' is no instant") }
        try self.init(TextWorkflows(texts, environment: environment), at: instant, store: store)
    }

    /// Starts an engine with workflows of a source.
    package init(_ source: TextWorkflows, at instant: Timestamp, store: FaultyStore? = nil) throws {
        clock = VirtualClock(instant)
        self.source = source
        self.store = store ?? FaultyStore(InMemoryStore())
        core = try EngineCore(store: self.store, clock: clock, source: source, settings: Self.settings)
    }

    /// Ends the engine without a word, as a crash does, and starts another on the same store.
    package func restart() throws {
        // Whatever a plugin answers now, nobody hears.
        answers = Answers()
        try store.restart()
        core = try EngineCore(store: store, clock: clock, source: source, settings: Self.settings)
    }

    // MARK: Writing

    /// Writes in one turn; answers in their order. Nothing else is done: see ``settle()``.
    package func write(_ requests: [WriteRequest]) -> [Result<WriteReply, EngineError>] {
        var replies: [Result<WriteReply, EngineError>?] = Array(repeating: nil, count: requests.count)
        let writes = requests.enumerated().map { index, request in
            (
                request: request,
                answer: { reply in
                    precondition(replies[index] == nil, "a writer is told twice")
                    replies[index] = reply
                } as EngineCore.Answer
            )
        }
        _ = core.turn(writes)
        return replies.map { reply in
            guard let reply else { preconditionFailure("a writer is not told") }
            return reply
        }
    }

    /// Starts a case in a turn of its own.
    @discardableResult
    package func start(
        _ workflow: String, id: String? = nil, set: KeyValuePairs<String, PlainValue> = [:],
        parties: KeyValuePairs<String, String> = [:], rebase: (date: String, to: String)? = nil, on: String? = nil
    ) throws(EngineError) -> WriteReply {
        let request = StartRequest(
            workflow: workflow, caseID: id, parameters: set.map { .init(name: $0.key, value: $0.value) },
            parties: parties.map { .init(name: $0.key, value: .text($0.value)) }, rebase: rebase, occurredAt: on,
            author: 1000)
        return try write([.start(request)])[0].get()
    }

    /// Sends an event in a turn of its own.
    @discardableResult
    package func send(
        _ caseID: String, _ event: String, _ fields: KeyValuePairs<String, PlainValue> = [:], on: String? = nil
    ) throws(EngineError) -> WriteReply {
        let request = SendRequest(
            caseID: caseID, event: event, fields: fields.map { .init(name: $0.key, value: $0.value) }, occurredAt: on,
            author: 1000)
        return try write([.send(request)])[0].get()
    }

    /// Decides about a message in a turn of its own.
    @discardableResult
    package func decide(
        _ kind: MessageDecision.Kind, _ key: String, reason: String = ""
    ) throws(EngineError) -> WriteReply {
        try write([.decide(DecideRequest(key: key, kind: kind, reason: reason, author: 1000))])[0].get()
    }

    /// Looks at all journals, or one.
    package func verify(_ caseID: String? = nil, withReplay: Bool = false) throws(EngineError) -> AuditView {
        var found: Result<AuditView, EngineError>?
        core.beginAudit(of: caseID, withReplay: withReplay, withStore: caseID == nil) { found = $0 }
        while core.upkeepSlice() {}
        guard let found else { preconditionFailure("a look at journals ends") }
        return try found.get()
    }

    // MARK: Time

    /// Does all that can be done without time passing: what is due, deliveries, and what plugins answer.
    package func settle() {
        for _ in 0..<10_000 {
            while core.turn([]) {}
            let dispatches = core.dispatches()
            for dispatch in dispatches {
                plugins.execute(dispatch.call) { [answers] outcome in answers.note(dispatch, outcome) }
            }
            let answered = answers.take()
            for (dispatch, outcome) in answered { core.settle(dispatch, outcome, jitter: jitter) }
            if dispatches.isEmpty, answered.isEmpty {
                if let next = core.nextTurn(), next <= clock.now() {
                    restlessness.append("at \(clock.now()) the engine asks for a turn at \(next)")
                }
                return
            }
        }
        restlessness.append("at \(clock.now()) the engine never settles")
    }

    /// Lets time pass up to an instant; the engine turns whenever it asked to.
    package func pass(to end: Timestamp) {
        settle()
        while let next = core.nextTurn(), next <= end, restlessness.isEmpty {
            clock.set(to: next)
            settle()
        }
        clock.set(to: end)
        settle()
    }

    /// Lets time pass up to an instant in RFC 3339.
    package func pass(to end: String) {
        guard let end = Timestamp(rfc3339: end) else { preconditionFailure("'\(end)' is no instant") }
        pass(to: end)
    }

    /// Lets time pass while no engine runs, then starts one.
    package func sleep(to end: String) throws {
        guard let end = Timestamp(rfc3339: end) else { preconditionFailure("'\(end)' is no instant") }
        clock.set(to: end)
        try restart()
        settle()
    }
}
