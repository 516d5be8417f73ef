package import CivilTime

/// What the control boundary needs of the engine. Each call returns at once; the completion comes exactly once, from
/// the engine's thread, or from the caller's own where it gave a ``Soon``.
package protocol EngineAccess: AnyObject, Sendable {
    typealias Completion<Value> = @Sendable (Result<Value, EngineError>) -> Void
    /// Runs a piece of work on the caller's thread once that has done what it has at hand, as event loops do. The engine
    /// may use it to answer there, and then keeps the thread for about as long as a commit takes.
    typealias Soon = (@escaping @Sendable () -> Void) -> Void

    /// Answered once durable.
    ///
    /// - Parameter soon: For writes that are carried out quickly; `nil` for others.
    func write(_ request: WriteRequest, soon: Soon?, completion: @escaping Completion<WriteReply>)
    /// Several writes in one go, answered in their order once all are durable; one that is refused does not keep the
    /// others from happening.
    func write(_ requests: [WriteRequest], completion: @escaping @Sendable ([Result<WriteReply, EngineError>]) -> Void)
    func status(soon: Soon?, completion: @escaping Completion<StatusView>)
    func workflows(completion: @escaping Completion<[WorkflowView]>)
    func cases(after: String?, workflow: String?, limit: Int, completion: @escaping Completion<[CaseSummary]>)
    /// - Parameter at: As people write an instant, in the case's zone; `nil` for now. The future is what happens if
    ///   nobody does anything.
    func show(_ caseID: String, at: String?, completion: @escaping Completion<CaseView>)
    func events(_ caseID: String, completion: @escaping Completion<[AcceptedView]>)
    /// Computes an expression with what a case knows, now or at an instant as people write it.
    func evaluate(
        _ expression: String, in caseID: String, at: String?, completion: @escaping Completion<EvaluatedView>)
    /// How a named date of a case came to be, in words of the contract's language.
    func why(_ name: String, in caseID: String, completion: @escaping Completion<[String]>)
    /// Why a case does not take an event now; the request is looked at, never carried out.
    func whyNot(_ request: SendRequest, completion: @escaping Completion<WhyNotView>)
    /// - Parameter at: What lay or will lie ahead at another instant, as people write it; of one case.
    func agenda(
        from: Timestamp?, until: Timestamp?, caseID: String?, at: String?, limit: Int,
        completion: @escaping Completion<[AgendaRow]>)
    /// What would happen to a case; see ``EngineCore/whatIf(_:_:until:)``.
    func whatIf(
        _ caseID: String, _ events: [SupposedEvent], until: String?, completion: @escaping Completion<WhatIfView>)
    /// What the newest version of a workflow would do to cases of other versions; all that are not over where `nil`.
    func plan(_ workflow: String, cases: [String]?, completion: @escaping Completion<PlanView>)
    /// Computes a page of cases again from their journals and tells what differs from what is kept of them.
    func replayDifferences(
        after: String?, limit: Int,
        completion: @escaping Completion<(checked: Int, differing: [DifferenceView], next: String?)>)
    func history(_ caseID: String, completion: @escaping Completion<[HappenedView]>)
    /// - Parameter state: Only effects in this state; `nil` for any.
    func outbox(
        _ caseID: String?, in state: OutboxRow.State?, limit: Int, completion: @escaping Completion<[OutboxRow]>)
    /// One effect by its key.
    func effect(_ key: String, completion: @escaping Completion<OutboxRow>)
    /// Looks at the journal of one case, or at all and at the store; other requests are answered meanwhile.
    ///
    /// - Parameter withReplay: Whether each case is computed again from its journal too.
    func verify(_ caseID: String?, withReplay: Bool, completion: @escaping Completion<AuditView>)
    /// A case's journal with all that is needed to check it elsewhere, as lines of JSON.
    func proof(of caseID: String, completion: @escaping Completion<[String]>)
    /// Copies the store to a file; see ``EngineCore/beginBackup(to:replacing:answer:)``.
    func backup(to file: String, replacing isReplacing: Bool, completion: @escaping Completion<BackupView>)
    /// Reads the workflow files again.
    func reload(completion: @escaping Completion<ReloadView>)
    /// Calls back for everything that happens from now on, in any case or in one.
    ///
    /// - Returns: A number for ``unwatch(_:)``.
    func watch(_ caseID: String?, happened: @escaping @Sendable (WatchedView) -> Void) -> Int
    func unwatch(_ number: Int)
}

extension EngineAccess {
    /// The same on the engine's thread.
    package func write(_ request: WriteRequest, completion: @escaping Completion<WriteReply>) {
        write(request, soon: nil, completion: completion)
    }

    /// The same on the engine's thread.
    package func status(completion: @escaping Completion<StatusView>) { status(soon: nil, completion: completion) }
}

/// Something that happened just now.
package struct WatchedView: Hashable, Sendable {
    package var caseID: String
    package var happened: HappenedView
}
