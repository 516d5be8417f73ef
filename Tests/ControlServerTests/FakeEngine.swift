import CivilTime
import Dispatch
import Synchronization

import WorkflowModel
@testable import WorkflowEngine

/// An engine that answers what a test tells it to, from a thread of its own, and keeps what it was asked.
final class FakeEngine: EngineAccess {
    struct State {
        var failure: EngineError?
        /// Requests wait for ``release()`` instead of being answered.
        var isHolding = false
        var held: [@Sendable () -> Void] = []
        var asked: [String] = []
        var written: [WriteRequest] = []
        var watchers: [Int: @Sendable (WatchedView) -> Void] = [:]
        var nextWatcher = 1
        /// Called once, when a request waits.
        var whenHeld: (@Sendable () -> Void)?
        /// Called once, when nobody watches any more.
        var whenUnwatched: (@Sendable () -> Void)?
    }

    let state = Mutex(State())
    private let thread = DispatchQueue(label: "engine")

    private func answer<Value: Sendable>(
        _ asked: String, _ completion: @escaping Completion<Value>, _ value: @autoclosure () -> Value
    ) {
        let value = value()
        perform(asked) { failure in completion(failure.map { .failure($0) } ?? .success(value)) }
    }

    private func perform(_ asked: String, _ body: @escaping @Sendable (EngineError?) -> Void) {
        let whenHeld = state.withLock { state in
            state.asked.append(asked)
            let failure = state.failure
            guard state.isHolding else {
                thread.async { body(failure) }
                return nil as (@Sendable () -> Void)?
            }
            state.held.append { body(failure) }
            let whenHeld = state.whenHeld
            state.whenHeld = nil
            return whenHeld
        }
        whenHeld?()
    }

    /// Answers what waits.
    func release() {
        let held = state.withLock { state in
            let held = state.held
            state.held = []
            state.isHolding = false
            return held
        }
        for body in held { thread.async(execute: body) }
    }

    /// Lets something happen.
    func happen(_ view: WatchedView) {
        let watchers = state.withLock { $0.watchers.sorted { $0.key < $1.key }.map(\.value) }
        thread.async { for watcher in watchers { watcher(view) } }
    }

    /// Returns once all that was let happen has been told.
    func idle() async { await withCheckedContinuation { done in thread.async { done.resume() } } }

    // MARK: EngineAccess

    func write(_ request: WriteRequest, soon: Soon?, completion: @escaping Completion<WriteReply>) {
        state.withLock { $0.written.append(request) }
        answer("write", completion, WriteReply(caseID: "t-1", happened: [Samples.happened], sequence: 7))
    }

    func write(
        _ requests: [WriteRequest], completion: @escaping @Sendable ([Result<WriteReply, EngineError>]) -> Void
    ) {
        state.withLock { $0.written += requests }
        perform("write \(requests.count)") { _ in
            completion(
                requests.enumerated().map { index, _ in
                    index % 2 == 0
                        ? .success(WriteReply(caseID: "t-1", happened: [], sequence: index + 1))
                        : .failure(EngineError(.notAccepted, "event \(index) is not waited for"))
                })
        }
    }

    func status(soon: Soon?, completion: @escaping Completion<StatusView>) {
        answer("status", completion, Samples.status)
    }

    func workflows(completion: @escaping Completion<[WorkflowView]>) {
        answer("workflows", completion, [Samples.workflow])
    }

    func cases(after: String?, workflow: String?, limit: Int, completion: @escaping Completion<[CaseSummary]>) {
        let all = (1...5).map { "t-\($0)" }.filter { id in after.map { id > $0 } ?? true }
        answer(
            "cases \(after ?? "-") \(workflow ?? "-") \(limit)", completion,
            all.prefix(limit).map { Samples.summary($0) })
    }

    func show(_ caseID: String, at: String?, completion: @escaping Completion<CaseView>) {
        answer("show \(caseID) \(at ?? "-")", completion, Samples.caseView)
    }

    func events(_ caseID: String, completion: @escaping Completion<[AcceptedView]>) {
        answer("events \(caseID)", completion, [Samples.accepted])
    }

    func evaluate(
        _ expression: String, in caseID: String, at: String?, completion: @escaping Completion<EvaluatedView>
    ) {
        answer(
            "evaluate \(caseID) \(expression)\(at.map { " at \($0)" } ?? "")", completion,
            EvaluatedView(type: "money", words: "1 MAD", value: .text("1.00 MAD")))
    }

    func why(_ date: String, in caseID: String, completion: @escaping Completion<[String]>) {
        answer("why \(caseID) \(date)", completion, ["Fin", "  30 jours"])
    }

    func whyNot(_ request: SendRequest, completion: @escaping Completion<WhyNotView>) {
        let fields = request.fields.map(\.name).joined(separator: " ")
        let obstacle = ObstacleView(state: "a.b", title: "B", targets: ["C"], unmet: ["n vaut 1"], clause: 12)
        answer(
            "why not \(request.caseID) \(request.event) \(fields)", completion,
            WhyNotView(title: "Paiement", isAccepted: false, reasons: ["ailleurs"], obstacles: [obstacle]))
    }

    func agenda(
        from: Timestamp?, until: Timestamp?, caseID: String?, at: String?, limit: Int,
        completion: @escaping Completion<[AgendaRow]>
    ) {
        let asked = "agenda \(from?.rfc3339 ?? "-") \(until?.rfc3339 ?? "-") \(caseID ?? "-") \(limit)"
        answer(asked + (at.map { " at \($0)" } ?? ""), completion, [Samples.agenda])
    }

    func whatIf(
        _ caseID: String, _ events: [SupposedEvent], until: String?, completion: @escaping Completion<WhatIfView>
    ) {
        let asked = events.map { "\($0.event) \($0.occurredAt ?? "now")" }.joined(separator: ", ")
        answer("what-if \(caseID) [\(asked)] \(until ?? "-")", completion, Samples.whatIf)
    }

    func plan(_ workflow: String, cases: [String]?, completion: @escaping Completion<PlanView>) {
        answer("plan \(workflow) \(cases?.joined(separator: " ") ?? "all")", completion, Samples.plan)
    }

    func replayDifferences(
        after: String?, limit: Int,
        completion: @escaping Completion<(checked: Int, differing: [DifferenceView], next: String?)>
    ) {
        let found = [DifferenceView(caseID: "t-1", differences: ["date 'end' moved"])]
        answer("replay \(after ?? "-") \(limit)", completion, (checked: 5, differing: found, next: "t-5"))
    }

    func history(_ caseID: String, completion: @escaping Completion<[HappenedView]>) {
        answer("history \(caseID)", completion, [Samples.happened])
    }

    func outbox(
        _ caseID: String?, in state: OutboxRow.State?, limit: Int, completion: @escaping Completion<[OutboxRow]>
    ) {
        let asked = "outbox \(caseID ?? "-") " + (state.map { "\($0.rawValue) " } ?? "") + "\(limit)"
        answer(asked, completion, [Samples.outbox])
    }

    func effect(_ key: String, completion: @escaping Completion<OutboxRow>) {
        answer("effect \(key)", completion, Samples.outbox)
    }

    func verify(_ caseID: String?, withReplay: Bool, completion: @escaping Completion<AuditView>) {
        answer("verify \(caseID ?? "-") \(withReplay)", completion, Samples.audit)
    }

    func proof(of caseID: String, completion: @escaping Completion<[String]>) {
        answer("proof \(caseID)", completion, (0..<450).map { "line \($0)" })
    }

    func backup(to file: String, replacing isReplacing: Bool, completion: @escaping Completion<BackupView>) {
        answer("backup \(file) \(isReplacing)", completion, BackupView(bytes: 4096, problems: []))
    }

    func reload(completion: @escaping Completion<ReloadView>) {
        answer("reload", completion, ReloadView(problems: ["a.yaml: broken"], withdrawn: ["b"]))
    }

    func watch(_ caseID: String?, happened: @escaping @Sendable (WatchedView) -> Void) -> Int {
        state.withLock { state in
            state.asked.append("watch \(caseID ?? "-")")
            let number = state.nextWatcher
            state.nextWatcher += 1
            state.watchers[number] = happened
            return number
        }
    }

    func unwatch(_ number: Int) {
        let whenUnwatched = state.withLock { state in
            state.watchers[number] = nil
            defer { state.whenUnwatched = nil }
            return state.whenUnwatched
        }
        whenUnwatched?()
    }
}
