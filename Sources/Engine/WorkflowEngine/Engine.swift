package import CivilTime
import Synchronization

/// The engine with its thread: requests queue, whoever turns takes what is waiting, and answers once it is durable.
///
/// The thread in ``run(ready:)`` turns whenever something is due or asked for. A request that comes with a `soon` is
/// served on its caller's own thread where the engine is at rest: neither the question nor the answer has to wake
/// anybody, and all that the caller has at hand shares one transaction.
package final class Engine: EngineAccess {
    /// Touched by whoever holds ``turning`` alone.
    nonisolated(unsafe) private let core: EngineCore
    private let plugins: any PluginCaller
    private let wakeSource: any WakeSource
    private let random: @Sendable () -> Double
    /// Called once a turn by whoever turns, so that a watchdog hears from the engine itself.
    private let heartbeat: @Sendable (EngineCore) -> Void
    private let queue = Mutex(Queue())
    /// Held during a turn; the value is when the thread wakes by itself, `nil` for never.
    private let turning = Mutex<Timestamp?>(nil)

    private struct Queue {
        var writes: [(request: WriteRequest, answer: @Sendable (Result<WriteReply, EngineError>) -> Void)] = []
        var reads: [@Sendable (EngineCore) -> Void] = []
        var outcomes: [(dispatch: EngineCore.Dispatch, outcome: ActionOutcome)] = []
        /// True where something waits that may take long, or that the thread was woken for.
        var isForThread = false
        var isStopping = false
        var nextWatcher = 1
    }

    /// - Parameters:
    ///   - core: From now on nobody else may touch it.
    ///   - random: 0 to 1, for the pauses between deliveries.
    ///   - heartbeat: Called after every turn by whoever turned.
    package init(
        _ core: EngineCore, plugins: any PluginCaller, wakeSource: any WakeSource,
        random: @escaping @Sendable () -> Double, heartbeat: @escaping @Sendable (EngineCore) -> Void
    ) {
        self.core = core
        self.plugins = plugins
        self.wakeSource = wakeSource
        self.random = random
        self.heartbeat = heartbeat
    }

    /// Takes what fell due before the start, then turns until ``stop()``. Blocks; call it on a thread of its own.
    ///
    /// - Parameter ready: Called once everything that was due has been taken.
    package func run(ready: () -> Void) {
        turning.withLock { _ in
            while core.turn([]) {}
            deliver()
        }
        ready()
        turning.withLock { _ in core.beginAudit(of: nil, withReplay: false, withStore: false) { _ in } }
        var end: Timestamp?
        while true {
            switch turning.withLock({ wakesAt in turn(until: &end, &wakesAt) }) {
            case .again: continue
            case .rest(let next): wakeSource.wait(until: next)
            case .end: return
            }
        }
    }

    private enum Next { case again, rest(until: Timestamp?), end }

    /// One turn of the thread.
    ///
    /// - Parameter end: Once the engine stops, when it no longer waits for plugins.
    private func turn(until end: inout Timestamp?, _ wakesAt: inout Timestamp?) -> Next {
        let (taken, isRest) = queue.withLock { Self.take(&$0) }
        let isMore = turn(taken) || isRest
        let isBusy = !taken.isStopping && core.upkeepSlice()
        if taken.isStopping, !isRest {
            // What plugins are at comes to its end, so that it is not done again after the next start.
            let limit = end ?? core.clock.now() + .seconds(EngineSettings.stoppingSeconds)
            end = limit
            guard core.isDelivering, core.clock.now() < limit else {
                core.endUpkeep()
                return .end
            }
        } else if !isMore {
            deliver()
        }
        heartbeat(core)
        if end == nil, isMore || isBusy { return .again }
        wakesAt = end ?? core.nextTurn()
        return .rest(until: wakesAt)
    }

    /// Carries out what was taken, in one transaction.
    ///
    /// - Returns: True if there is more to take at once.
    private func turn(_ taken: Queue) -> Bool {
        for read in taken.reads { read(core) }
        for (dispatch, outcome) in taken.outcomes { core.settle(dispatch, outcome, jitter: random()) }
        return core.turn(taken.writes.map { ($0.request, $0.answer) })
    }

    /// Carries out what waits on the calling thread, where the engine is at rest and nothing of it may take long; else
    /// the engine's thread does.
    private func serve() {
        let isServed = turning.withLockIfAvailable { wakesAt in
            if let next = core.nextTurn(), next <= core.clock.now() { return false }
            let ours: (Queue, Bool)? = queue.withLock { queue in
                queue.isForThread || queue.isStopping ? nil : Self.take(&queue)
            }
            guard let (taken, isRest) = ours else { return false }
            guard !taken.writes.isEmpty || !taken.reads.isEmpty else { return true }
            let isMore = turn(taken) || isRest
            if !isMore { deliver() }
            heartbeat(core)
            if isMore { return false }
            // The thread sleeps for too long where something is due before it wakes.
            guard let next = core.nextTurn() else { return true }
            return wakesAt.map { $0 <= next } ?? false
        }
        if isServed != true { wakeSource.wake() }
    }

    /// Ends ``run(ready:)`` after one more turn, once plugins have answered or after ten seconds; requests that come
    /// later are refused.
    package func stop() {
        queue.withLock { $0.isStopping = true }
        wakeSource.wake()
    }

    /// Takes what one turn does; true where something is left for the next.
    private static func take(_ queue: inout Queue) -> (taken: Queue, isRest: Bool) {
        var taken = queue
        let rest = Array(queue.writes.dropFirst(EngineSettings.writesPerTurn))
        taken.writes.removeLast(rest.count)
        queue.writes = rest
        queue.reads = []
        queue.outcomes = []
        queue.isForThread = !rest.isEmpty
        return (taken, !rest.isEmpty)
    }

    private func deliver() {
        for dispatch in core.dispatches() {
            plugins.execute(dispatch.call) { [self] outcome in
                queue.withLock { queue in
                    queue.outcomes.append((dispatch, outcome))
                    queue.isForThread = true
                }
                wakeSource.wake()
            }
        }
    }

    // MARK: EngineAccess

    /// As ``EngineAccess`` says.
    package func write(_ request: WriteRequest, soon: Soon?, completion: @escaping Completion<WriteReply>) {
        enqueue(soon, refused: { completion(.failure($0)) }) { $0.writes.append((request, completion)) }
    }

    /// As ``EngineAccess`` says.
    package func write(
        _ requests: [WriteRequest], completion: @escaping @Sendable ([Result<WriteReply, EngineError>]) -> Void
    ) {
        guard !requests.isEmpty else { return completion([]) }
        let collector = Collector(count: requests.count, completion: completion)
        enqueue(nil, count: requests.count, refused: { error in completion(requests.map { _ in .failure(error) }) }) {
            for (index, request) in requests.enumerated() {
                $0.writes.append((request, { collector.set(index, $0) }))
            }
        }
    }

    private static func refusal(_ queue: Queue, more: Int) -> EngineError? {
        if queue.isStopping {
            return EngineError(.stopping, "the service is stopping", hint: "try again once it runs")
        }
        if queue.writes.count + queue.reads.count + more > EngineSettings.longestQueue {
            return EngineError(.busy, "too many requests are waiting; nothing was done", hint: "try again in a moment")
        }
        return nil
    }

    private func read<Value: Sendable>(
        soon: Soon? = nil, _ work: @escaping @Sendable (EngineCore) throws(EngineError) -> Value,
        _ completion: @escaping Completion<Value>
    ) {
        enqueue(soon, refused: { completion(.failure($0)) }) { queue in
            queue.reads.append { core in
                do throws(EngineError) { completion(.success(try work(core))) } catch { completion(.failure(error)) }
            }
        }
    }

    /// Puts requests into the queue and sees to it that somebody takes them.
    private func enqueue(
        _ soon: Soon?, count: Int = 1, refused: (EngineError) -> Void, _ add: (inout sending Queue) -> Void
    ) {
        let refusal: EngineError? = queue.withLock { queue in
            if let refusal = Self.refusal(queue, more: count) { return refusal }
            add(&queue)
            if soon == nil { queue.isForThread = true }
            return nil
        }
        if let refusal { return refused(refusal) }
        if let soon { soon { [self] in serve() } } else { wakeSource.wake() }
    }

    /// As ``EngineAccess`` says.
    package func status(soon: Soon?, completion: @escaping Completion<StatusView>) {
        read(soon: soon, { core throws(EngineError) in try core.status() }, completion)
    }

    /// As ``EngineAccess`` says.
    package func workflows(completion: @escaping Completion<[WorkflowView]>) {
        read({ core throws(EngineError) in core.workflows() }, completion)
    }

    /// As ``EngineAccess`` says.
    package func cases(
        after id: String?, workflow: String?, limit: Int, completion: @escaping Completion<[CaseSummary]>
    ) {
        read({ core throws(EngineError) in try core.cases(after: id, workflow: workflow, limit: limit) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func show(_ caseID: String, at: String?, completion: @escaping Completion<CaseView>) {
        read({ core throws(EngineError) in try core.show(caseID, at: at) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func events(_ caseID: String, completion: @escaping Completion<[AcceptedView]>) {
        read({ core throws(EngineError) in try core.events(caseID) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func evaluate(
        _ expression: String, in caseID: String, at: String?, completion: @escaping Completion<EvaluatedView>
    ) {
        read({ core throws(EngineError) in try core.evaluate(expression, in: caseID, at: at) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func why(_ name: String, in caseID: String, completion: @escaping Completion<[String]>) {
        read({ core throws(EngineError) in try core.why(name, in: caseID) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func whyNot(_ request: SendRequest, completion: @escaping Completion<WhyNotView>) {
        read({ core throws(EngineError) in try core.whyNot(request) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func agenda(
        from: Timestamp?, until: Timestamp?, caseID: String?, at: String?, limit: Int,
        completion: @escaping Completion<[AgendaRow]>
    ) {
        read(
            { core throws(EngineError) in
                try core.agenda(from: from, until: until, caseID: caseID, at: at, limit: limit)
            }, completion)
    }

    /// As ``EngineAccess`` says.
    package func whatIf(
        _ caseID: String, _ events: [SupposedEvent], until: String?, completion: @escaping Completion<WhatIfView>
    ) {
        read({ core throws(EngineError) in try core.whatIf(caseID, events, until: until) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func plan(_ workflow: String, cases: [String]?, completion: @escaping Completion<PlanView>) {
        read({ core throws(EngineError) in try core.plan(workflow, cases: cases) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func replayDifferences(
        after id: String?, limit: Int,
        completion: @escaping Completion<(checked: Int, differing: [DifferenceView], next: String?)>
    ) {
        read({ core throws(EngineError) in try core.replayDifferences(after: id, limit: limit) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func history(_ caseID: String, completion: @escaping Completion<[HappenedView]>) {
        read({ core throws(EngineError) in try core.historyWithDeliveries(caseID) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func outbox(
        _ caseID: String?, in state: OutboxRow.State?, limit: Int, completion: @escaping Completion<[OutboxRow]>
    ) {
        read({ core throws(EngineError) in try core.outbox(caseID, in: state, limit: limit) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func effect(_ key: String, completion: @escaping Completion<OutboxRow>) {
        read({ core throws(EngineError) in try core.effect(key) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func proof(of caseID: String, completion: @escaping Completion<[String]>) {
        read({ core throws(EngineError) in try core.proof(of: caseID) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func backup(to file: String, replacing isReplacing: Bool, completion: @escaping Completion<BackupView>) {
        enqueue(nil, refused: { completion(.failure($0)) }) { queue in
            queue.reads.append { $0.beginBackup(to: file, replacing: isReplacing, answer: completion) }
        }
    }

    /// As ``EngineAccess`` says.
    package func verify(_ caseID: String?, withReplay: Bool, completion: @escaping Completion<AuditView>) {
        enqueue(nil, refused: { completion(.failure($0)) }) { queue in
            queue.reads.append { core in
                if let caseID {
                    do throws(EngineError) { _ = try core.find(caseID) } catch { return completion(.failure(error)) }
                }
                core.beginAudit(of: caseID, withReplay: withReplay, withStore: caseID == nil, answer: completion)
            }
        }
    }

    /// As ``EngineAccess`` says.
    package func reload(completion: @escaping Completion<ReloadView>) {
        read({ core throws(EngineError) in core.reload() }, completion)
    }

    /// As ``EngineAccess`` says.
    package func watch(_ caseID: String?, happened: @escaping @Sendable (WatchedView) -> Void) -> Int {
        let number = queue.withLock { queue in
            defer { queue.nextWatcher += 1 }
            let number = queue.nextWatcher
            queue.reads.append { core in
                core.watchers.append(EngineCore.Watcher(number: number, caseID: caseID, happened: happened))
            }
            queue.isForThread = true
            return number
        }
        wakeSource.wake()
        return number
    }

    /// As ``EngineAccess`` says.
    package func unwatch(_ number: Int) {
        queue.withLock { queue in
            queue.reads.append { core in core.watchers.removeAll { $0.number == number } }
            queue.isForThread = true
        }
        wakeSource.wake()
    }
}

/// Gathers the answers of several writes.
private final class Collector: Sendable {
    private let results: Mutex<(values: [Result<WriteReply, EngineError>?], missing: Int)>
    private let completion: @Sendable ([Result<WriteReply, EngineError>]) -> Void

    init(count: Int, completion: @escaping @Sendable ([Result<WriteReply, EngineError>]) -> Void) {
        results = Mutex((Array(repeating: nil, count: count), count))
        self.completion = completion
    }

    func set(_ index: Int, _ result: Result<WriteReply, EngineError>) {
        let complete: [Result<WriteReply, EngineError>]? = results.withLock { results in
            results.values[index] = result
            results.missing -= 1
            return results.missing == 0 ? results.values.compactMap(\.self) : nil
        }
        if let complete { completion(complete) }
    }
}
