import CaseReplay
package import CivilTime
import People
import WorkflowModel

/// The engine without its thread: what is waiting goes in, one transaction comes out.
///
/// One owner; never called from two threads at a time. Tests call it directly, in virtual time.
package final class EngineCore {
    let store: any Store
    let clock: any Clock
    let source: any WorkflowSource
    let settings: EngineSettings
    let startedAt: Timestamp
    /// Workflows that cases may be started of, by name.
    var offered: [String: LoadedWorkflow] = [:]
    /// Who people are; where its file is broken, as it was last good.
    private(set) var directory = Directory()
    /// What is wrong with workflow files and the directory, a line each.
    package private(set) var fileProblems: [String] = []
    /// Compiled definitions by digest, those of running cases included. One digest has one value while this lives.
    var compiled: [String: Workflow] = [:]
    /// Definitions that cases are pinned to and that this program cannot read.
    private(set) var unreadable: [StoredDefinition] = []
    var cache: [String: CachedCase] = [:]
    /// The highest number given to a new case of a workflow, by its name.
    private(set) var numbers: [String: Int] = [:]
    var watchers: [Watcher] = []
    var deliveries = Deliveries()
    /// The messages of cases whose effects are leaving late, by the case's id, and what the case was when they were computed.
    var lookedUp: [String: (stored: StoredCase, messages: [String: Message])] = [:]
    /// Plans that were shown and may be applied, by digest.
    var plans: [String: RememberedPlan] = [:]
    /// When the next case is due, `.latest` for never; `nil` while the store has to be asked.
    var nextDue: Timestamp?
    /// Cases whose changes the store refuses, while it takes those of others.
    var refused: [String: RefusedCase] = [:]
    /// What is known of journals that are not what was written, by case.
    var broken: [String: JournalProblem] = [:]
    /// Looks at journals that are under way, in the order asked for.
    var audits: [AuditRequest] = []
    /// Copies of the store that are under way, in the order asked for.
    var backups: [BackupRequest] = []
    /// What the last look at all journals found.
    var lastAudit: AuditView?
    /// When this store was put in the place of another; `nil` where it never was.
    let restoredAt: Timestamp?
    /// When the last turn was.
    private var turnedAt = Timestamp.earliest
    /// Why the store could not be read or written last time; `nil` once it could.
    package internal(set) var trouble: StoreError?

    struct CachedCase {
        var stored: StoredCase
        var current: Case
    }

    struct Watcher {
        var number: Int
        var caseID: String?
        var happened: @Sendable (WatchedView) -> Void
    }

    /// - Throws: ``StoreError`` if the store cannot be read.
    package init(
        store: any Store, clock: any Clock, source: any WorkflowSource, settings: EngineSettings
    ) throws(StoreError) {
        self.store = store
        self.clock = clock
        self.source = source
        self.settings = settings
        startedAt = clock.now()
        restoredAt = try store.mark(StoreMark.restored).flatMap { Timestamp(rfc3339: $0) }
        unreadable = try store.definitions()
        _ = reload()
    }

    /// Reads the workflow files and the directory again. A file that is broken keeps its last good version.
    package func reload() -> ReloadView {
        let (workflows, problems) = source.readFiles()
        let known = offered.keys
        // Which workflow a broken file held is not known, so nothing is withdrawn while one is broken.
        if problems.isEmpty { offered = [:] }
        for loaded in workflows { offered[loaded.workflow.name] = loaded }
        let people = source.readPeople()
        directory = people.directory ?? directory
        fileProblems = problems + people.problems
        unreadable = unreadable.filter { definition in
            compiled[definition.digest] = source.compile(definition)
            return compiled[definition.digest] == nil
        }
        return ReloadView(problems: fileProblems, withdrawn: known.filter { offered[$0] == nil }.sorted())
    }

    // MARK: Turns

    /// What a write waits for until the batch is durable.
    package typealias Answer = (Result<WriteReply, EngineError>) -> Void

    /// Takes writes, what has fallen due and what plugins answered, and makes it durable in one transaction.
    ///
    /// A store that fails has changed nothing, here or there: each writer is told, dues and answers of plugins are taken
    /// again by the next turn.
    /// - Returns: True if there is more to take at once.
    package func turn(_ writes: [(request: WriteRequest, answer: Answer)]) -> Bool {
        noteTime()
        var batch = Batch(now: turnedAt, directory: directory, restoredAt: restoredAt)
        var answers: [(answer: Answer, reply: Result<WriteReply, EngineError>)] = []
        for (request, answer) in writes {
            do throws(EngineError) {
                answers.append((answer, .success(try perform(request, in: &batch))))
            } catch {
                answers.append((answer, .failure(error)))
            }
        }
        do throws(StoreError) {
            let isMore = try takeDues(in: &batch)
            var commits = batch.close()
            let refusals = try keep(&commits, of: batch)
            for (answer, reply) in answers {
                answer(
                    reply.flatMap { reply in
                        let refusal = reply.changedCases.lazy.compactMap { refusals[$0] }.first
                        return refusal.map { .failure(EngineError(storing: $0)) } ?? .success(reply)
                    })
            }
            return isMore
        } catch {
            fail(error)
            for (answer, reply) in answers { answer(reply.flatMap { _ in .failure(EngineError(storing: error)) }) }
            return false
        }
    }

    /// Makes what a turn decided durable, in one transaction if the store takes it so.
    ///
    /// - Parameter commits: Those that became durable remain.
    /// - Returns: Why the store refused the others, by case.
    private func keep(_ commits: inout [CaseCommit], of batch: Batch) throws(StoreError) -> [String: StoreError] {
        let changed = commits.flatMap { batch.changed[$0.state.id] ?? [] }
        var outcomes = deliveries.outcomes(commits, revived: changed)
        var changes =
            batch.definitions.map(StoreChange.definition) + commits.flatMap { batch.changes($0) }
            + outcomes.map(StoreChange.delivery)
        // A store that failed has to show that it takes something again.
        if changes.isEmpty, trouble != nil { changes = [.mark(name: StoreMark.probe, value: batch.now.rfc3339)] }
        var refusals: [String: StoreError] = [:]
        do throws(StoreError) {
            if !changes.isEmpty { try store.apply(changes) }
        } catch {
            guard error.code == .failed, !commits.isEmpty else { throw error }
            refusals = try keepApart(&commits, of: batch, &outcomes)
        }
        trouble = nil
        for commit in commits where refused.removeValue(forKey: commit.state.id) != nil { nextDue = nil }
        settle(batch, commits)
        deliveries.settle(commits, revived: commits.flatMap { batch.changed[$0.state.id] ?? [] }, outcomes)
        return refusals
    }

    private func noteTime() {
        let now = clock.now()
        if now < turnedAt {
            // What waits for an instant that has become far away is looked at again.
            deliveries.mustRearm = true
            for id in refused.keys { refused[id]?.retryAt = now }
        }
        turnedAt = now
    }

    /// When the next turn is due if nobody asks for anything; `nil` for never.
    package func nextTurn() -> Timestamp? {
        // A store that failed is tried again now and then: what was due still is.
        if trouble != nil { return clock.now() + .seconds(EngineSettings.storeRetrySeconds) }
        do throws(StoreError) {
            let next = min(try earliestDue(), deliveries.nextLook)
            return next == .latest ? nil : next
        } catch {
            fail(error)
            return clock.now() + .seconds(EngineSettings.storeRetrySeconds)
        }
    }

    /// Forgets what may not be so any more: a commit that failed may have happened all the same.
    func fail(_ error: StoreError) {
        trouble = error
        cache.removeAll()
        nextDue = nil
        deliveries.nextAttempt = .earliest
    }

    private func earliestDue() throws(StoreError) -> Timestamp {
        if let nextDue { return nextDue }
        let due = try refused.isEmpty ? store.earliestDue() ?? .latest : earliestDueBesideRefused()
        nextDue = due
        return due
    }

    /// Drafts the cases that are due; closing the batch advances them.
    private func takeDues(in batch: inout Batch) throws(StoreError) -> Bool {
        guard try earliestDue() <= batch.now else { return false }
        let due = try store.casesDue(by: batch.now, limit: EngineSettings.duesPerTurn + refused.count)
        for id in due where refused[id].map({ $0.retryAt <= batch.now }) ?? true {
            do throws(EngineError) {
                batch.put(try draft(id, in: batch))
            } catch {
                try postpone(id, in: &batch)
            }
        }
        return due.count >= EngineSettings.duesPerTurn + refused.count
    }

    /// Sees to it that a case which cannot be read does not keep the others waiting. Its legal dates stay what they are.
    private func postpone(_ id: String, in batch: inout Batch) throws(StoreError) {
        guard var stored = try store.storedCase(id) else {
            throw StoreError(.corrupt, "\(settings.storeName): case '\(id)' is due and does not exist")
        }
        stored.due = batch.now + .seconds(EngineSettings.unreadableRetrySeconds)
        batch.postponed.append(stored)
    }

    /// Takes over what has become durable, and tells watchers.
    private func settle(_ batch: Batch, _ commits: [CaseCommit]) {
        numbers.merge(batch.numbers) { max($0, $1) }
        if cache.count + commits.count > EngineSettings.cachedCases { cache.removeAll(keepingCapacity: true) }
        for commit in commits {
            let id = commit.state.id
            let draft = batch.drafts[id]
            noteDue(from: draft?.before == nil ? nil : draft?.stored.due, to: commit.state.due)
            guard let draft else { nextDue = nil; continue }
            cache[id] = CachedCase(stored: commit.state, current: draft.current)
            compiled[commit.state.digest] = draft.workflow
            guard !watchers.isEmpty else { continue }
            for occurrence in draft.news {
                let seen = WatchedView(
                    caseID: id,
                    happened: HappenedView(occurrence, in: draft.workflow, enteredAt: draft.stored.enteredAt))
                for watcher in watchers where watcher.sees(occurrence, of: id) { watcher.happened(seen) }
            }
        }
    }

    private func noteDue(from old: Timestamp?, to new: Timestamp?) {
        guard let earliest = nextDue else { return }
        if let new, new < earliest {
            nextDue = new
        } else if old == earliest, new != old {
            nextDue = nil
        }
    }
}

extension EngineError {
    /// What a failing store means for who asked.
    init(storing error: StoreError) {
        switch error.code {
        case .full:
            self.init(.storeFull, error.message, hint: "nothing was changed; make room and try again")
        default:
            self.init(.storeFailed, error.message, hint: "nothing was changed; jalonctl status shows the store")
        }
    }
}
