package import CivilTime
import Synchronization

/// The engine with its thread: requests queue, the thread takes what is waiting, and answers once it is durable.
package final class Engine: EngineAccess {
    /// Touched by the thread in ``run(ready:)`` alone.
    nonisolated(unsafe) private let core: EngineCore
    private let plugins: any PluginCaller
    private let wakeSource: any WakeSource
    private let random: @Sendable () -> Double
    /// Called by the thread once a turn, so that a watchdog hears from the engine itself.
    private let heartbeat: @Sendable (EngineCore) -> Void
    private let queue = Mutex(Queue())

    private struct Queue {
        var writes: [(request: WriteRequest, answer: @Sendable (Result<WriteReply, EngineError>) -> Void)] = []
        var reads: [@Sendable (EngineCore) -> Void] = []
        var outcomes: [(dispatch: EngineCore.Dispatch, outcome: ActionOutcome)] = []
        var isStopping = false
        var nextWatcher = 1
    }

    /// - Parameters:
    ///   - core: From now on nobody else may touch it.
    ///   - random: 0 to 1, for the pauses between deliveries.
    ///   - heartbeat: Called after every turn on the engine's thread.
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
        while core.turn([]) {}
        deliver()
        ready()
        core.beginAudit(of: nil, withReplay: false, withStore: false) { _ in }
        var end: Timestamp?
        while true {
            let taken = take()
            for read in taken.reads { read(core) }
            for (dispatch, outcome) in taken.outcomes { core.settle(dispatch, outcome, jitter: random()) }
            let isMore = core.turn(taken.writes.map { ($0.request, $0.answer) })
            let isAuditing = !taken.isStopping && core.auditSlice()
            if taken.isStopping {
                // What plugins are at comes to its end, so that it is not done again after the next start.
                let limit = end ?? core.clock.now() + .seconds(EngineSettings.stoppingSeconds)
                end = limit
                if !core.isDelivering || core.clock.now() >= limit { return core.endAudits() }
            } else if !isMore {
                deliver()
            }
            heartbeat(core)
            if let end {
                wakeSource.wait(until: end)
            } else if !isMore && !isAuditing {
                wakeSource.wait(until: core.nextTurn())
            }
        }
    }

    /// Ends ``run(ready:)`` after one more turn, once plugins have answered or after ten seconds; requests that come
    /// later are refused.
    package func stop() {
        queue.withLock { $0.isStopping = true }
        wakeSource.wake()
    }

    private func take() -> Queue {
        queue.withLock { queue in
            let taken = queue
            queue.writes = []
            queue.reads = []
            queue.outcomes = []
            return taken
        }
    }

    private func deliver() {
        for dispatch in core.dispatches() {
            plugins.execute(dispatch.call) { [self] outcome in
                queue.withLock { $0.outcomes.append((dispatch, outcome)) }
                wakeSource.wake()
            }
        }
    }

    // MARK: EngineAccess

    /// As ``EngineAccess`` says.
    package func write(_ request: WriteRequest, completion: @escaping Completion<WriteReply>) {
        let refusal: EngineError? = queue.withLock { queue in
            if let refusal = Self.refusal(queue, more: 1) { return refusal }
            queue.writes.append((request, completion))
            return nil
        }
        if let refusal { return completion(.failure(refusal)) }
        wakeSource.wake()
    }

    /// As ``EngineAccess`` says.
    package func write(
        _ requests: [WriteRequest], completion: @escaping @Sendable ([Result<WriteReply, EngineError>]) -> Void
    ) {
        guard !requests.isEmpty else { return completion([]) }
        let collector = Collector(count: requests.count, completion: completion)
        let refusal: EngineError? = queue.withLock { queue in
            if let refusal = Self.refusal(queue, more: requests.count) { return refusal }
            for (index, request) in requests.enumerated() {
                queue.writes.append((request, { collector.set(index, $0) }))
            }
            return nil
        }
        if let refusal { return completion(requests.map { _ in .failure(refusal) }) }
        wakeSource.wake()
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
        _ work: @escaping @Sendable (EngineCore) throws(EngineError) -> Value, _ completion: @escaping Completion<Value>
    ) {
        enqueue(
            { core in
                do throws(EngineError) { completion(.success(try work(core))) } catch { completion(.failure(error)) }
            }, refused: { completion(.failure($0)) })
    }

    private func enqueue(_ work: @escaping @Sendable (EngineCore) -> Void, refused: (EngineError) -> Void) {
        let refusal: EngineError? = queue.withLock { queue in
            if let refusal = Self.refusal(queue, more: 1) { return refusal }
            queue.reads.append(work)
            return nil
        }
        if let refusal { return refused(refusal) }
        wakeSource.wake()
    }

    /// As ``EngineAccess`` says.
    package func status(completion: @escaping Completion<StatusView>) {
        read({ core throws(EngineError) in try core.status() }, completion)
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
        read({ core throws(EngineError) in try core.history(caseID) }, completion)
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
    package func backup(to file: String, replacing isReplacing: Bool, completion: @escaping Completion<Int>) {
        read({ core throws(EngineError) in try core.backup(to: file, replacing: isReplacing) }, completion)
    }

    /// As ``EngineAccess`` says.
    package func verify(_ caseID: String?, withReplay: Bool, completion: @escaping Completion<AuditView>) {
        enqueue(
            { core in
                if let caseID {
                    do throws(EngineError) { _ = try core.find(caseID) } catch { return completion(.failure(error)) }
                }
                core.beginAudit(of: caseID, withReplay: withReplay, withStore: caseID == nil, answer: completion)
            }, refused: { completion(.failure($0)) })
    }

    /// As ``EngineAccess`` says.
    package func reload(completion: @escaping Completion<[String]>) {
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
            return number
        }
        wakeSource.wake()
        return number
    }

    /// As ``EngineAccess`` says.
    package func unwatch(_ number: Int) {
        queue.withLock { $0.reads.append { core in core.watchers.removeAll { $0.number == number } } }
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
