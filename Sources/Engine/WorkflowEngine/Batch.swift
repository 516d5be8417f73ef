import CaseReplay
import CivilTime
import WorkflowModel

/// A case as a turn changes it, not durable yet.
struct Draft {
    var stored: StoredCase
    /// The case before the turn; `nil` for a new one.
    var before: Case?
    var current: Case
    let workflow: Workflow
    var rows: [JournalRow] = []
    /// What happened in this turn; after a fact entered late, all that ever happened.
    var occurrences: [Occurrence] = []
    /// Of these, how many watchers have been told already.
    var told = 0
    /// Where the case was replayed from its beginning: effects that wait. Those not among `occurrences` are not owed.
    var waitingKeys: [String] = []

    /// The row the store gets.
    var committed: StoredCase {
        var row = stored
        row.status = current.fault != nil ? .fault : current.isOver ? .over : .running
        row.due = workflow.nextDue(current)?.instant
        row.snapshot = current.snapshot()
        row.journalCount = stored.journalCount + rows.count
        row.journalHash = rows.last?.hash ?? stored.journalHash
        return row
    }

    /// Adds a fact to the journal.
    mutating func append(_ entry: JournalEntry, recordedAt: Timestamp, author: UInt32) -> Int {
        let sequence = stored.journalCount + rows.count + 1
        rows.append(JournalCoding.row(
            entry, caseID: stored.id, digest: stored.digest, sequence: sequence, recordedAt: recordedAt,
            author: author, previous: rows.last?.hash ?? stored.journalHash, workflow: workflow))
        return sequence
    }
}

/// What one turn decides.
struct Batch {
    let now: Timestamp
    var drafts: [String: Draft] = [:] {
        didSet { if drafts.count > order.count { order.append(contentsOf: drafts.keys.filter { oldValue[$0] == nil }) } }
    }
    /// The ids of `drafts` in the order in which they came up.
    private(set) var order: [String] = []
    /// Definitions that cases of this batch are the first of.
    var definitions: [StoredDefinition] = []

    init(now: Timestamp) { self.now = now }

    /// The batch as the store takes it.
    func changes(deliveries: [DeliveryCommit], agenda: (Draft) -> [AgendaRow]) -> [StoreChange] {
        var changes: [StoreChange] = definitions.map(StoreChange.definition)
        for id in order {
            guard let draft = drafts[id] else { continue }
            let outbox = outboxRows(of: draft)
            // The agenda hangs on the case's dues alone, and most turns leave those as they were.
            let isAgendaSame = draft.before.map { draft.workflow.hasSameAgenda($0, draft.current) } ?? false
            changes.append(.caseCommit(CaseCommit(
                state: draft.committed, journal: draft.rows, agenda: isAgendaSame ? nil : agenda(draft),
                outbox: outbox, obsolete: obsolete(draft.waitingKeys, stillOwed: outbox))))
        }
        return changes + deliveries.map(StoreChange.delivery)
    }

    private func obsolete(_ waiting: [String], stillOwed rows: [OutboxRow]) -> [String] {
        guard !waiting.isEmpty else { return [] }
        let owed = Set(rows.map(\.key))
        return waiting.filter { !owed.contains($0) }
    }

    /// The effects of a draft. What was owed before the case was known is nobody's to send.
    private func outboxRows(of draft: Draft) -> [OutboxRow] {
        draft.occurrences.compactMap { occurrence in
            guard case .message(let message) = occurrence.kind, message.instant >= draft.stored.enteredAt else {
                return nil
            }
            let isLate = now - message.instant > .seconds(EngineSettings.latenessSeconds)
            let words = message.words(
                caseID: draft.stored.id, workflow: draft.workflow,
                leavingLateOn: isLate ? draft.workflow.zone.civil(at: now).date : nil)
            return OutboxRow(
                key: message.key(caseID: draft.stored.id, workflow: draft.workflow), caseID: draft.stored.id,
                address: message.address, subject: words.subject, body: words.body, owedAt: message.instant,
                isLate: isLate, state: message.address == nil ? .dead : .waiting, attempts: 0, nextAttempt: now,
                detail: message.address == nil ? "nobody is named for the party" : "")
        }
    }
}
