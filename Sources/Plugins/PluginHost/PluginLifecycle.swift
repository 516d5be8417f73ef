import PluginAPI
import WorkflowEngine

/// One plugin's process and what each caller is owed: the host's side of the protocol as a plain value.
///
/// Inputs are calls, messages, the process's end and the passing of time, each with the present moment; what is to be
/// done about them is read from ``nextEffect()``, in order, until there is nothing more. When to look again is derived
/// (``nextDeadline``), never commanded.
struct PluginLifecycle: Sendable {
    let manifest: PluginManifest
    let limits: PluginLimits
    private(set) var phase = Phase.resting
    private(set) var generation = 0
    private(set) var waiting: [Waiting] = []
    private(set) var running: [Int64: Running] = [:]
    /// Failures in a row: any answer to an action makes it zero.
    private(set) var failures = 0
    private(set) var lastFailure: String?
    private(set) var restsUntil = Duration.zero
    private let initialize: [UInt8]
    private var random: any RandomNumberGenerator & Sendable
    private var effects: [Effect] = []
    private var effectsTaken = 0
    private var isStopped = false
    private var unacknowledged: Set<MessageID> = []
    private var nextID: Int64 = PluginMessage.initializeID + 1
    private var refusals: Allowance
    /// When the present phase has lasted long enough; absent where it may last.
    private var phaseDeadline: Duration?
    private var readySince = Duration.zero

    init(
        _ installation: PluginInstallation, limits: PluginLimits, random: any RandomNumberGenerator & Sendable,
        now: Duration
    ) {
        manifest = installation.manifest
        self.limits = limits
        self.random = random
        let parameters = InitializeParameters(
            plugin: manifest.name, settings: installation.settings, secrets: installation.secrets,
            folder: installation.stateFolder)
        initialize = PluginMessage.line(Request(id: .integer(PluginMessage.initializeID), .initialize, parameters))
        refusals = Allowance(perSecond: limits.refusalsPerSecond, burst: limits.refusalBurst, now: now)
    }

    /// The next thing to do; absent when all is done.
    mutating func nextEffect() -> Effect? {
        guard effectsTaken < effects.count else {
            effects.removeAll(keepingCapacity: true)
            effectsTaken = 0
            return nil
        }
        defer { effectsTaken += 1 }
        return effects[effectsTaken]
    }

    /// When ``timePassed(now:)`` has something to do next; absent when only an event can change anything.
    var nextDeadline: Duration? {
        var deadlines = running.values.compactMap(\.deadline)
        if phase == .resting { deadlines += wantsProcess ? [restsUntil] : [] }
        if let phaseDeadline { deadlines.append(phaseDeadline) }
        if let first = waiting.first { deadlines.append(first.deadline) }
        return deadlines.min()
    }

    // MARK: Inputs

    /// A call arrives; `token` names it in ``Effect/complete(token:_:)``.
    mutating func take(_ call: ActionCall, input: JSONValue, token: Int, now: Duration) {
        func refuse(_ reason: String) {
            effects.append(.complete(token: token, .pluginFailed(reason: reason, wasTried: false)))
        }
        if isStopped { return refuse("\(title) is stopping with the service") }
        if isRefusing {
            if now < restsUntil { return refuse("\(failingTitle); \(nextAttempt(now))") }
            if !waiting.isEmpty || !running.isEmpty {
                return refuse("\(failingTitle); it is being tried with one call")
            }
        }
        if waiting.count >= limits.callsWaiting {
            return refuse("\(title) already has \(waiting.count) calls waiting; this one can be made later")
        }
        waiting.append(
            Waiting(
                token: token, key: call.key, action: call.action, input: input, deadline: now + limits.waiting))
        proceed(now)
    }

    /// The process says something, in so many bytes.
    mutating func receive(_ message: PluginMessage, bytes: Int, generation: Int, now: Duration) {
        guard listens(to: generation) else { return }
        switch message {
        case .initialized(let answer):
            guard phase == .starting else { return fail("it answered 'initialize' twice", kill: true, now) }
            initialized(answer, now)
        case .executed(let id, let answer):
            executed(id, answer, now)
        case .emit(let id, let parameters):
            if let error = refusal(of: parameters, id) { return refuse(id, error, bytes: bytes, now) }
            unacknowledged.insert(id)
            effects.append(.deliver(generation: generation, id: id, parameters))
        case .refused(let id, let error):
            refuse(id, error, bytes: bytes, now)
        case .notUnderstood(let reason):
            fail(reason, kill: true, now)
        }
    }

    /// The process wrote a line longer than ``PluginLimits/messageBytes``.
    mutating func receivedTooLong(generation: Int, now: Duration) {
        guard listens(to: generation) else { return }
        fail("it wrote a message longer than \(limits.messageBytes) bytes", kill: true, now)
    }

    /// The process wrote more to its standard error than ``PluginLimits/logBytesPerSecond`` allows.
    mutating func loggedTooMuch(generation: Int, now: Duration) {
        guard listens(to: generation) else { return }
        fail("it wrote more than \(limits.logBytesPerSecond) bytes a second to standard error", kill: true, now)
    }

    /// More than ``PluginLimits/messagesUnread`` messages stand unread.
    mutating func inputIsFull(generation: Int, now: Duration) {
        guard listens(to: generation) else { return }
        fail("it does not read what it is sent", kill: true, now)
    }

    /// The engine has answered an event: kept, or refused for this reason.
    mutating func eventAnswered(_ id: MessageID, refusal: String?, generation: Int) {
        guard generation == self.generation, unacknowledged.remove(id) != nil, phase != .ending else { return }
        if let refusal {
            let error = RPCFailure(code: RPCFailure.refused, message: refusal)
            effects.append(.send(PluginMessage.line(Response<EmitResult>(id: id, error: error))))
        } else {
            effects.append(.send(PluginMessage.line(Response(id: id, result: EmitResult()))))
        }
    }

    /// The process is gone, or was never there.
    ///
    /// - Parameter how: How it ended, to follow "it" in a sentence: "ended with exit code 3".
    mutating func ended(_ how: String, wasClean: Bool, generation: Int, now: Duration) {
        guard generation == self.generation, phase != .resting else { return }
        let mayEnd = phase == .ready && wasClean && running.isEmpty && manifest.events.isEmpty
        if phase != .ending, phase != .stopping, !mayEnd { fail("it \(how)", kill: false, now) }
        forgetProcess("it \(how) while the service was stopping")
        phase = .resting
        proceed(now)
    }

    /// Deadlines may have passed.
    mutating func timePassed(now: Duration) {
        while let first = waiting.first, first.deadline <= now {
            waiting.removeFirst()
            let reason = "\(title) did not come to this call within \(limits.waiting.inSeconds)"
            effects.append(.complete(token: first.token, .pluginFailed(reason: reason, wasTried: false)))
        }
        for (id, call) in runningInOrder {
            if let deadline = call.deadline, deadline <= now { runningIsLate(id, call, now) }
        }
        if let phaseDeadline, phaseDeadline <= now {
            switch phase {
            case .starting: fail("it did not answer 'initialize' within \(limits.handshake.inSeconds)", kill: true, now)
            case .stopping: kill("it did not finish before the service stopped")
            case .resting, .ready, .hung, .ending: break
            }
        }
        if phase == .hung, runningInOrder.allSatisfy({ $0.call.token == nil }) {
            fail("it went on after '\(PluginMethod.cancel.rawValue)'", kill: true, now)
        }
        proceed(now)
    }

    /// The service stops: what waits is refused, what runs may finish within ``PluginLimits/stop``.
    mutating func stop(now: Duration) {
        guard !isStopped else { return }
        isStopped = true
        failWaiting("\(title) is stopping with the service")
        switch phase {
        case .ready:
            effects.append(.send(PluginMessage.line(Request<NoParameters>(.shutdown, nil))))
            effects.append(.closeInput)
            phase = .stopping
            phaseDeadline = now + limits.stop
        case .starting, .hung:
            kill("the service is stopping")
        case .resting, .stopping, .ending: break
        }
    }

    // MARK: What the inputs lead to

    private mutating func initialized(_ answer: PluginMessage.Answer<InitializeResult>, _ now: Duration) {
        switch answer {
        case .failure(let error):
            fail("it does not start: \(error.message)", kill: true, now)
        case .success(let result) where result.protocol != manifest.protocolVersion:
            fail(
                "it speaks protocol \(result.protocol), its manifest says \(manifest.protocolVersion)", kill: true, now)
        case .success(let result):
            let missing = Set(manifest.actions.keys).subtracting(result.actions).sorted()
            guard missing.isEmpty else {
                return fail(
                    "its manifest promises actions it lacks: \(missing.joined(separator: ", "))", kill: true, now)
            }
            phase = .ready
            phaseDeadline = nil
            readySince = now
            proceed(now)
        }
    }

    private mutating func executed(_ id: Int64, _ answer: PluginMessage.Answer<ExecuteResult>, _ now: Duration) {
        guard let call = running.removeValue(forKey: id) else {
            return fail("it answered a call that was not made (\(id))", kill: true, now)
        }
        failures = 0
        lastFailure = nil
        if let token = call.token {
            effects.append(.complete(token: token, outcome(of: answer)))
        } else {
            effects.append(.log("'\(call.action)' was answered too late, ignoring: \(outcome(of: answer))"))
        }
        if phase == .hung { timePassed(now: now) } else { proceed(now) }
    }

    private func outcome(of answer: PluginMessage.Answer<ExecuteResult>) -> ActionOutcome {
        switch answer {
        case .success(let result):
            switch result.outcome {
            case .delivered: .delivered(detail: result.detail)
            case .failedTemporarily: .failedTemporarily(reason: result.detail)
            case .failedPermanently: .failedPermanently(reason: result.detail)
            case .unavailable: .pluginFailed(reason: result.detail, wasTried: false)
            }
        case .failure(let error):
            switch error.code {
            case RPCFailure.invalidParameters, RPCFailure.methodNotFound, RPCFailure.invalidRequest:
                .failedPermanently(reason: "\(title) refused the call: \(error.message)")
            default: .failedTemporarily(reason: "\(title) failed: \(error.message)")
            }
        }
    }

    /// Why an event is not taken; absent if it is.
    private func refusal(of parameters: EmitParameters, _ id: MessageID) -> RPCFailure? {
        guard phase == .ready || phase == .hung else {
            let message = "the host takes events between 'initialize' and 'shutdown'"
            return RPCFailure(code: RPCFailure.refused, message: message)
        }
        guard let event = manifest.events[parameters.event] else {
            let message = "the manifest has no event '\(parameters.event)'"
            return RPCFailure(code: RPCFailure.invalidParameters, message: message)
        }
        if let problem = event.data.mismatch(with: parameters.data) {
            let message = "event '\(parameters.event)': \(problem)"
            return RPCFailure(code: RPCFailure.invalidParameters, message: message)
        }
        guard unacknowledged.count < limits.eventsWaiting, !unacknowledged.contains(id) else {
            let message = "\(unacknowledged.count) events are unacknowledged: wait for their answers, use new ids"
            return RPCFailure(code: RPCFailure.refused, message: message)
        }
        return nil
    }

    /// Refuses a request. What is taken bounds itself, as it is few at a time; what is refused must be bounded here.
    private mutating func refuse(_ id: MessageID, _ error: RPCFailure, bytes: Int, _ now: Duration) {
        guard refusals.take(1 + bytes / limits.refusalUnit, now: now) else {
            let reason =
                "it went on sending what is refused, over \(limits.refusalsPerSecond) a second: \(error.message)"
            return fail(reason, kill: true, now)
        }
        effects.append(.send(PluginMessage.line(Response<NoParameters>(id: id, error: error))))
    }

    private mutating func runningIsLate(_ id: Int64, _ call: Running, _ now: Duration) {
        guard call.token != nil else {
            if phase == .ready { phase = .hung }
            running[id]?.deadline = nil
            return
        }
        lose(call, "it did not answer within \(timeout(of: call.action).inSeconds)")
        running[id] = Running(token: nil, action: call.action, deadline: now + limits.cancel)
        if phase == .ready {
            effects.append(.send(PluginMessage.line(Request(.cancel, CancelParameters(id: .integer(id))))))
        }
    }

    /// Starts the process or gives it calls, as far as the present moment allows.
    private mutating func proceed(_ now: Duration) {
        if phase == .resting, wantsProcess, restsUntil <= now {
            generation += 1
            phase = .starting
            phaseDeadline = now + limits.handshake
            refusals = Allowance(perSecond: limits.refusalsPerSecond, burst: limits.refusalBurst, now: now)
            effects.append(.start(generation: generation))
            effects.append(.send(initialize))
        }
        while phase == .ready, let next = waiting.first, running.count < manifest.concurrency {
            waiting.removeFirst()
            let parameters = ExecuteParameters(key: next.key, action: next.action, input: next.input)
            effects.append(.send(PluginMessage.line(Request(id: .integer(nextID), .execute, parameters))))
            let deadline = now + timeout(of: next.action)
            running[nextID] = Running(token: next.token, action: next.action, deadline: deadline)
            nextID += 1
        }
    }

    /// The process is of no use: what it was given is lost, and the next attempt waits.
    private mutating func fail(_ reason: String, kill mustKill: Bool, _ now: Duration) {
        let wasStarting = phase == .starting
        if !wasStarting, now - readySince >= limits.steady { failures = 0 }
        failures += 1
        lastFailure = reason
        let backoff = Backoff(first: limits.firstRest, longest: limits.longestRest)
        restsUntil = now + backoff.rest(afterFailures: failures, random: &random)
        effects.append(
            .log("failed \(failures) time\(failures == 1 ? "" : "s") in a row: \(reason); \(nextAttempt(now))"))
        forgetProcess(reason)
        if wasStarting || isRefusing { failWaiting("\(title) failed: \(reason); \(nextAttempt(now))") }
        if mustKill { kill(reason) }
    }

    private mutating func kill(_ reason: String) {
        forgetProcess(reason)
        effects.append(.kill)
        phase = .ending
    }

    private mutating func forgetProcess(_ reason: String) {
        for (_, call) in runningInOrder { lose(call, reason) }
        running = [:]
        unacknowledged = []
        phaseDeadline = nil
    }

    /// Tells the caller, unless it has been told, that the answer will not come.
    private mutating func lose(_ call: Running, _ reason: String) {
        guard let token = call.token else { return }
        let sentence = "\(title) lost '\(call.action)': \(reason)"
        if manifest.actions[call.action]?.isRepeatable == true {
            effects.append(.complete(token: token, .pluginFailed(reason: sentence, wasTried: true)))
        } else {
            let advice = "whether it was done is not known and repeating it may do it twice: look, then decide"
            effects.append(.complete(token: token, .failedPermanently(reason: "\(sentence); \(advice)")))
        }
    }

    private mutating func failWaiting(_ reason: String) {
        for call in waiting {
            effects.append(.complete(token: call.token, .pluginFailed(reason: reason, wasTried: false)))
        }
        waiting = []
    }

    // MARK: Words and conditions

    /// Whether calls are refused at once: the plugin keeps failing.
    var isRefusing: Bool { failures >= limits.failuresToRefuse }
    /// Whether what the process of that generation says still matters.
    func listens(to generation: Int) -> Bool {
        generation == self.generation && phase != .resting && phase != .ending
    }
    private var wantsProcess: Bool { !isStopped && (!waiting.isEmpty || !manifest.events.isEmpty) }
    private var title: String { "plugin '\(manifest.name)'" }
    private var failingTitle: String { "\(title) failed \(failures) times in a row, last because \(lastFailure ?? "")" }

    private func nextAttempt(_ now: Duration) -> String {
        isStopped ? "the service is stopping" : "next attempt in \(max(restsUntil - now, .zero).inSeconds)"
    }

    private func timeout(of action: String) -> Duration { manifest.actions[action]?.timeout ?? limits.action }

    /// The calls under way, oldest first: the order of a dictionary must not reach a caller.
    private var runningInOrder: [(id: Int64, call: Running)] {
        running.sorted { $0.key < $1.key }.map { (id: $0.key, call: $0.value) }
    }
}

extension Duration {
    /// For people, to a tenth of a second: "30 s", "1.5 s".
    var inSeconds: String {
        let tenths = Int((self / .milliseconds(100)).rounded(.up))
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
