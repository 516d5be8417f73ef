import PluginAPI
import Synchronization
import WorkflowEngine

/// The one owner of a plugin's ``PluginLifecycle``: it brings it the present moment and does what it asks for.
final class PluginSupervisor: Sendable {
    let installation: PluginInstallation
    let limits: PluginLimits
    private let timer: any PluginTimer
    private let launches: AsyncStream<PluginProcess>.Continuation
    private let log: @Sendable (PluginLogEntry) -> Void
    private let events: @Sendable (PluginEvent, @escaping @Sendable (_ refusal: String?) -> Void) -> Void
    private let state: Mutex<State>

    private struct State: Sendable {
        var lifecycle: PluginLifecycle
        var completions: [Int: @Sendable (ActionOutcome) -> Void] = [:]
        var nextToken = 0
        /// To the present process.
        var link: PluginLink?
        /// The earliest call of the timer that is under way.
        var armedAt: Duration?
    }

    /// What is done after the lock is released, since it may call back.
    private enum Afterthought: Sendable {
        case complete(@Sendable (ActionOutcome) -> Void, ActionOutcome)
        case deliver(generation: Int, id: MessageID, EmitParameters)
        case log(String)
        case wake(at: Duration)
    }

    init(
        _ installation: PluginInstallation, limits: PluginLimits, timer: any PluginTimer,
        random: any RandomNumberGenerator & Sendable, launches: AsyncStream<PluginProcess>.Continuation,
        log: @escaping @Sendable (PluginLogEntry) -> Void,
        events: @escaping @Sendable (PluginEvent, @escaping @Sendable (_ refusal: String?) -> Void) -> Void
    ) {
        self.installation = installation
        self.limits = limits
        self.timer = timer
        self.launches = launches
        self.log = log
        self.events = events
        let lifecycle = PluginLifecycle(installation, limits: limits, random: random, now: timer.now)
        state = Mutex(State(lifecycle: lifecycle))
    }

    // MARK: From the host

    func execute(_ call: ActionCall, input: JSONValue, completion: @escaping @Sendable (ActionOutcome) -> Void) {
        update { state, now in
            let token = state.nextToken
            state.nextToken += 1
            state.completions[token] = completion
            state.lifecycle.take(call, input: input, token: token, now: now)
        }
    }

    /// Starts the process if it is to run without being asked for anything.
    func start() { update { $0.lifecycle.timePassed(now: $1) } }

    func stop() { update { $0.lifecycle.stop(now: $1) } }

    var status: PluginStatus {
        let now = timer.now
        return state.withLock { state in
            let lifecycle = state.lifecycle
            let rest = lifecycle.restsUntil - now
            return PluginStatus(
                name: lifecycle.manifest.name, phase: lifecycle.phase.rawValue, callsRunning: lifecycle.running.count,
                callsWaiting: lifecycle.waiting.count, failures: lifecycle.failures,
                lastFailure: lifecycle.lastFailure, isRefusing: lifecycle.isRefusing,
                rest: lifecycle.failures > 0 && rest > .zero ? rest : nil)
        }
    }

    // MARK: From the process

    func receive(_ line: LineSplitter.Line, generation: Int) {
        if line.isCut {
            update { $0.lifecycle.receivedTooLong(generation: generation, now: $1) }
        } else {
            let message = PluginMessage(line.bytes)
            update { $0.lifecycle.receive(message, bytes: line.bytes.count, generation: generation, now: $1) }
        }
    }

    func loggedTooMuch(generation: Int) { update { $0.lifecycle.loggedTooMuch(generation: generation, now: $1) } }

    func listens(to generation: Int) -> Bool { state.withLock { $0.lifecycle.listens(to: generation) } }

    func ended(_ how: String, wasClean: Bool, generation: Int) {
        update { state, now in
            if state.link?.generation == generation { state.link = nil }
            state.lifecycle.ended(how, wasClean: wasClean, generation: generation, now: now)
        }
    }

    func logError(_ line: String) {
        log(PluginLogEntry(plugin: installation.manifest.name, source: .plugin, text: line))
    }

    var now: Duration { timer.now }

    // MARK: Doing what the lifecycle asks for

    private func update(_ change: (inout State, Duration) -> Void) {
        let now = timer.now
        let afterthoughts = state.withLock { state in
            change(&state, now)
            return perform(&state, now: now)
        }
        for afterthought in afterthoughts {
            switch afterthought {
            case .complete(let completion, let outcome): completion(outcome)
            case .deliver(let generation, let id, let parameters): deliver(parameters, id: id, generation: generation)
            case .log(let text): log(PluginLogEntry(plugin: installation.manifest.name, source: .host, text: text))
            case .wake(let moment): timer.call(at: moment) { [weak self] in self?.wake(moment) }
            }
        }
    }

    private func perform(_ state: inout State, now: Duration) -> [Afterthought] {
        var afterthoughts: [Afterthought] = []
        while let effect = state.lifecycle.nextEffect() {
            switch effect {
            case .start(let generation):
                let (process, link) = PluginProcess.make(for: self, generation: generation)
                state.link = link
                launches.yield(process)
            case .send(let line):
                if let link = state.link, !link.send(line) {
                    state.lifecycle.inputIsFull(generation: link.generation, now: now)
                }
            case .closeInput: state.link?.closeInput()
            case .kill: state.link?.kill()
            case .complete(let token, let outcome):
                if let completion = state.completions.removeValue(forKey: token) {
                    afterthoughts.append(.complete(completion, outcome))
                }
            case .deliver(let generation, let id, let parameters):
                afterthoughts.append(.deliver(generation: generation, id: id, parameters))
            case .log(let text): afterthoughts.append(.log(text))
            }
        }
        if let next = state.lifecycle.nextDeadline, next < state.armedAt ?? .seconds(Int64.max) {
            state.armedAt = next
            afterthoughts.append(.wake(at: next))
        }
        return afterthoughts
    }

    /// A call of the timer. One that has been overtaken by an earlier one finds nothing due, which is harmless.
    private func wake(_ moment: Duration) {
        update { state, now in
            if state.armedAt == moment { state.armedAt = nil }
            state.lifecycle.timePassed(now: now)
        }
    }

    private func deliver(_ parameters: EmitParameters, id: MessageID, generation: Int) {
        let event = PluginEvent(
            plugin: installation.manifest.name, event: parameters.event, key: parameters.key,
            data: PluginMessage.bytes(parameters.data))
        events(event) { [weak self] refusal in
            self?.update { state, _ in
                state.lifecycle.eventAnswered(id, refusal: refusal, generation: generation)
            }
        }
    }
}
