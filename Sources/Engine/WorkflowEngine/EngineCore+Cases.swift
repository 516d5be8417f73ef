import CaseReplay
import CivilTime
import WorkflowModel

extension EngineCore {
    /// A case and its workflow, from memory or the store.
    func find(_ id: String) throws(EngineError) -> (stored: StoredCase, current: Case, workflow: Workflow) {
        if let cached = cache[id], let workflow = compiled[cached.stored.digest] {
            return (cached.stored, cached.current, workflow)
        }
        let stored: StoredCase?
        do throws(StoreError) { stored = try store.storedCase(id) } catch { throw EngineError(storing: error) }
        guard let stored else {
            if let slash = id.firstIndex(of: "/") {
                throw EngineError(
                    .badRequest, "'\(id)' is a child of a case, and this is done with whole cases",
                    hint: "name the case, \(id[..<slash])")
            }
            throw EngineError(.caseNotFound, "there is no case '\(id)'", hint: "jalonctl cases lists them")
        }
        let (current, workflow) = try open(stored)
        return (stored, current, workflow)
    }

    /// The case of a row: its snapshot, or where that cannot be read, its journal.
    func open(_ stored: StoredCase) throws(EngineError) -> (current: Case, workflow: Workflow) {
        guard let workflow = compiled[stored.digest] else {
            throw EngineError(
                .workflowNotFound,
                "case '\(stored.id)' is pinned to a version of '\(stored.workflow)' that this "
                    + "program cannot read",
                hint: "jalonctl check the workflow file, then install a program that reads it")
        }
        if let cached = cache[stored.id] { return (cached.current, workflow) }
        if let current = Case(snapshot: stored.snapshot, of: workflow) { return (current, workflow) }
        return (try replayed(stored, workflow), workflow)
    }

    /// A case as its journal has it, followed as far as it was when its row was written: to just before the due that the
    /// row waits for.
    ///
    /// Where the row waits for a due that the case does not have, the case ends at its last fact. What fell due since is
    /// taken once more; keys keep its effects from being sent twice.
    private func replayed(_ stored: StoredCase, _ workflow: Workflow) throws(EngineError) -> Case {
        let journal = try self.journal(of: stored, workflow: workflow)
        let lastFact = journal.map(\.occurredAt).max() ?? stored.startedAt
        guard let recorded = workflow.replay(journal, until: lastFact) else { throw EngineError(headless: stored.id) }
        var current = recorded
        var ignored: [Occurrence] = []
        while let next = workflow.nextDue(current)?.instant, next != stored.due {
            guard next < stored.due ?? clock.now() else { return recorded }
            workflow.advance(&current, to: next, occurrences: &ignored)
            ignored.removeAll(keepingCapacity: true)
        }
        return workflow.nextDue(current)?.instant == stored.due ? current : recorded
    }

    /// The facts of a case, checked against their chain.
    func journal(of stored: StoredCase, workflow: Workflow) throws(EngineError) -> [JournalEntry] {
        let id = stored.id
        let rows: [JournalRow]
        do throws(StoreError) { rows = try store.journal(of: id) } catch { throw EngineError(storing: error) }
        if let number = JournalCoding.firstBreak(in: rows) {
            throw EngineError(
                .chainBroken,
                "the journal of case '\(id)' was changed: entry \(number) does not follow from those "
                    + "before it", hint: "restore the store from a backup")
        }
        guard rows.count == stored.journalCount, rows.last?.hash == stored.journalHash || rows.isEmpty else {
            throw EngineError(
                .chainBroken,
                "the journal of case '\(id)' was changed: it ends with entry \(rows.count), which is not the "
                    + "last one that was written", hint: "restore the store from a backup")
        }
        var entries: [JournalEntry] = []
        for row in rows {
            guard let entry = JournalCoding.entry(row, caseID: id, workflow: workflow) else {
                throw EngineError(
                    .chainBroken,
                    "entry \(row.sequence) of the journal of case '\(id)' cannot be read: it is not what "
                        + "this program writes", hint: "restore the store from a backup")
            }
            entries.append(entry)
        }
        return entries
    }

    /// A case as this turn has changed it so far.
    func draft(_ id: String, in batch: Batch) throws(EngineError) -> Draft {
        if let draft = batch.drafts[id] { return draft }
        let isKnown = cache[id] != nil
        let (stored, current, workflow) = try find(id)
        // What is in memory was checked when it came there, and nobody else writes to the store.
        if !isKnown || broken[id] != nil { try checkEnd(of: stored) }
        return Draft(stored: stored, before: current, current: current, workflow: workflow)
    }
}

extension EngineError {
    /// A journal whose first row is not the case's start.
    init(headless id: String) {
        self.init(
            .chainBroken, "the journal of case '\(id)' does not begin with its start",
            hint: "restore the store from a backup")
    }

    init(noTime text: String) {
        self.init(.badRequest, "'\(text)' is no date or time", hint: Timestamp.formsForPeople)
    }
}
