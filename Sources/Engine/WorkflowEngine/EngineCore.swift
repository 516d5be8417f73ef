import CaseReplay
package import CivilTime
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
    /// Workflows that cases may be started of, by name, and what is wrong with the files of others.
    var offered: [String: LoadedWorkflow] = [:]
    package private(set) var fileProblems: [String] = []
    /// Compiled definitions by digest, those of running cases included.
    var compiled: [String: Workflow] = [:]
    var cache: [String: CachedCase] = [:]
    var watchers: [Watcher] = []
    /// Keys of effects that plugins are working on.
    var underWay: Set<String> = []
    /// Why the last batch was not stored; `nil` once one was.
    package private(set) var trouble: StoreError?

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
        for definition in try store.definitions() {
            if let workflow = source.compile(definition) { compiled[definition.digest] = workflow }
        }
        _ = reload()
    }

    /// Reads the workflow files again. A file that is broken keeps its last good version.
    ///
    /// - Returns: What is wrong, a line each.
    package func reload() -> [String] {
        let (workflows, problems) = source.readFiles()
        for loaded in workflows { offered[loaded.workflow.name] = loaded }
        fileProblems = problems
        return problems
    }

    // MARK: Turns

    /// What a write waits for until the batch is durable.
    typealias Answer = (Result<WriteReply, EngineError>) -> Void

    /// Takes writes, what has fallen due and what plugins answered, and makes it durable in one transaction.
    ///
    /// - Returns: True if there is more to take at once.
    package func turn(
        _ writes: [(request: WriteRequest, answer: (Result<WriteReply, EngineError>) -> Void)],
        deliveries: [DeliveryCommit] = []
    ) -> Bool {
        var batch = Batch(now: clock.now())
        var answers: [(answer: Answer, reply: Result<WriteReply, EngineError>)] = []
        for (request, answer) in writes {
            do throws(EngineError) {
                answers.append((answer, .success(try perform(request, in: &batch))))
            } catch {
                answers.append((answer, .failure(error)))
            }
        }
        var isMore = false
        do throws(StoreError) {
            isMore = try takeDues(in: &batch)
            let changes = batch.changes(deliveries: deliveries, agenda: agendaRows)
            if !changes.isEmpty { try store.apply(changes) }
            trouble = nil
        } catch {
            trouble = error
            let failure = EngineError(storing: error)
            for (answer, reply) in answers {
                if case .success = reply { answer(.failure(failure)) } else { answer(reply) }
            }
            return false
        }
        settle(batch)
        for (answer, reply) in answers { answer(reply) }
        return isMore
    }

    /// When the next turn is due if nobody asks for anything; `nil` for never.
    package func nextTurn() -> Timestamp? {
        // A store that failed is tried again now and then: what was due still is.
        if trouble != nil { return clock.now() + .seconds(5) }
        let due = (try? store.earliestDue()) ?? nil
        let delivery = underWay.count < EngineSettings.deliveriesAtOnce ? (try? store.earliestDelivery()) ?? nil : nil
        return [due, delivery].compactMap(\.self).min()
    }

    private func takeDues(in batch: inout Batch) throws(StoreError) -> Bool {
        let due = try store.casesDue(by: batch.now, limit: EngineSettings.duesPerTurn)
        for id in due {
            guard var draft = try? draft(id, in: batch) else { continue }
            draft.workflow.advance(&draft.current, to: batch.now, occurrences: &draft.occurrences)
            batch.drafts[id] = draft
        }
        return due.count == EngineSettings.duesPerTurn
    }

    private func settle(_ batch: Batch) {
        if cache.count + batch.drafts.count > EngineSettings.cachedCases { cache.removeAll(keepingCapacity: true) }
        for (id, draft) in batch.drafts {
            cache[id] = CachedCase(stored: draft.committed, current: draft.current)
            compiled[draft.stored.digest] = draft.workflow
        }
        guard !watchers.isEmpty else { return }
        for id in batch.order {
            guard let draft = batch.drafts[id] else { continue }
            for occurrence in draft.occurrences.dropFirst(draft.told) {
                let seen = WatchedView(caseID: id, happened: view(occurrence, of: draft.workflow))
                for watcher in watchers where watcher.caseID == nil || watcher.caseID == id { watcher.happened(seen) }
            }
        }
    }

    // MARK: Cases

    /// A case and its workflow, from memory or the store.
    func find(_ id: String) throws(EngineError) -> (stored: StoredCase, current: Case, workflow: Workflow) {
        if let cached = cache[id], let workflow = compiled[cached.stored.digest] {
            return (cached.stored, cached.current, workflow)
        }
        let stored: StoredCase?
        do throws(StoreError) { stored = try store.storedCase(id) } catch { throw EngineError(storing: error) }
        guard let stored else {
            throw EngineError(.caseNotFound, "there is no case '\(id)'", hint: "jalonctl cases lists them")
        }
        guard let workflow = compiled[stored.digest] else {
            throw EngineError(
                .workflowNotFound, "case '\(id)' is pinned to a version of '\(stored.workflow)' that this program "
                    + "cannot read", hint: "jalonctl check the workflow file, then install a program that reads it")
        }
        if let current = Case(snapshot: stored.snapshot, of: workflow) { return (stored, current, workflow) }
        let journal = try self.journal(of: id, workflow: workflow)
        let until = journal.map(\.occurredAt).max() ?? stored.startedAt
        guard let current = workflow.replay(journal, until: until) else {
            throw EngineError(.storeFailed, "the journal of case '\(id)' does not begin with its start")
        }
        return (stored, current, workflow)
    }

    /// The facts of a case, checked against their chain.
    func journal(of id: String, workflow: Workflow) throws(EngineError) -> [JournalEntry] {
        let rows: [JournalRow]
        do throws(StoreError) { rows = try store.journal(of: id) } catch { throw EngineError(storing: error) }
        if let number = JournalCoding.firstBreak(in: rows) {
            throw EngineError(
                .storeFailed, "the journal of case '\(id)' was changed: row \(number) does not follow from the rows "
                    + "before it", hint: "restore the store from a backup")
        }
        var entries: [JournalEntry] = []
        for row in rows {
            guard let entry = JournalCoding.entry(row, workflow: workflow) else {
                throw EngineError(.storeFailed, "row \(row.sequence) of the journal of case '\(id)' cannot be read")
            }
            entries.append(entry)
        }
        return entries
    }

    func draft(_ id: String, in batch: Batch) throws(EngineError) -> Draft {
        if let draft = batch.drafts[id] { return draft }
        let (stored, current, workflow) = try find(id)
        return Draft(stored: stored, before: current, current: current, workflow: workflow)
    }

    /// What lies ahead of a case: its deadlines, without the reminders of them.
    func agendaRows(_ draft: Draft) -> [AgendaRow] {
        draft.workflow.agenda(draft.current).prefix(EngineSettings.agendaLength).map { item in
            AgendaRow(
                caseID: draft.stored.id, instant: item.instant, element: item.element, title: item.title,
                words: item.words, clause: item.clause?.line ?? 0)
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
