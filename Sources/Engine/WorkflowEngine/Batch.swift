import CaseReplay
import CivilTime
import People
import WorkflowModel

/// A case as a turn changes it, not durable yet.
struct Draft {
    /// The case's row as the store has it, or as a new case begins; amended where its start or its workflow changes.
    var stored: StoredCase
    /// The case before the turn; `nil` for a new one.
    let before: Case?
    var current: Case
    let workflow: Workflow
    var rows: [JournalRow] = []
    /// What effects are owed for: what happened in this turn; after a fact entered late, all that ever happened.
    var occurrences: [Occurrence] = []
    /// What happened in this turn and nobody was told yet.
    var news: [Occurrence] = []
    /// Whether the case was replayed from its beginning, so that ``occurrences`` are all that ever happened.
    var isRecomputed = false
    /// Where it was: all its effects, whatever became of them.
    var effects: [OutboxRow] = []
    /// Keys of effects that are owed now that the case was computed again, and were not before.
    var newlyOwed: Set<String> = []
    /// Dead letters of parties that are named now; a case that does not owe one any more drops it all the same.
    var unaddressed: [OutboxRow] = []
    /// What people decided about effects.
    var decisions: [DeliveryCommit] = []
    /// Effects for the further people that a message goes to now, where somebody has it tried again.
    var further: [OutboxRow] = []
    /// True where it went over to another version of its workflow, so that what it was before is not comparable.
    var isAmended = false

    mutating func note(_ happened: [Occurrence]) {
        guard !occurrences.isEmpty || !news.isEmpty else {
            (occurrences, news) = (happened, happened)
            return
        }
        occurrences += happened
        news += happened
    }

    /// The number of the row that is added next.
    var nextSequence: Int { stored.journalCount + rows.count + 1 }

    /// Adds a fact to the journal.
    ///
    /// - Parameter dropped: Keys of messages that are not sent any more because of it.
    /// - Returns: The number of its row.
    mutating func append(
        _ entry: JournalEntry, recordedAt: Timestamp, author: UInt32, dropped: [String] = []
    ) -> Int {
        let sequence = nextSequence
        rows.append(
            JournalCoding.row(
                entry, caseID: stored.id, digest: stored.digest, sequence: sequence, recordedAt: recordedAt,
                author: author, previous: rows.last?.hash ?? stored.journalHash, workflow: workflow, dropped: dropped))
        return sequence
    }

    /// Takes what is due by now, and makes the row that the store gets.
    mutating func close(now: Timestamp) -> StoredCase {
        var due = workflow.nextDue(current)
        if let next = due, next.instant <= now {
            var taken: [Occurrence] = []
            workflow.advance(&current, to: now, occurrences: &taken)
            note(taken)
            due = workflow.nextDue(current)
        }
        var row = stored
        row.status = current.status
        row.due = due?.instant
        row.snapshot = current.snapshot()
        row.journalCount += rows.count
        row.journalHash = rows.last?.hash ?? stored.journalHash
        return row
    }
}

extension Case {
    var status: StoredCase.Status { fault != nil ? .fault : isOver ? .over : .running }
}

/// What one turn decides.
struct Batch {
    let now: Timestamp
    /// Who messages go to.
    let directory: Directory
    /// Effects owed before this may have been delivered by a store that is lost; `nil` where none is.
    let restoredAt: Timestamp?
    private(set) var drafts: [String: Draft] = [:]
    /// The ids of `drafts` in the order in which they came up.
    private(set) var order: [String] = []
    /// Definitions that cases of this batch are the first of.
    var definitions: [StoredDefinition] = []
    /// The highest number that the engine gave to a new case of a workflow, by its name.
    var numbers: [String: Int] = [:]
    /// Cases that change together or not at all, by group.
    var groups: [Set<String>] = []
    /// Cases that cannot be read: rows that say when to try again.
    var postponed: [StoredCase] = []
    /// By case: effects known before that are owed after all, have found somebody, or were decided about.
    private(set) var changed: [String: [DeliveryCommit]] = [:]

    init(now: Timestamp, directory: Directory, restoredAt: Timestamp?) {
        self.now = now
        self.directory = directory
        self.restoredAt = restoredAt
    }

    mutating func put(_ draft: Draft) {
        if drafts.updateValue(draft, forKey: draft.stored.id) == nil { order.append(draft.stored.id) }
    }

    /// Commits apart from one another, where they may be; each case is in one.
    func units(of commits: [CaseCommit]) -> [[CaseCommit]] {
        var units: [[CaseCommit]] = []
        var rest = commits
        for group in groups {
            let members = rest.filter { group.contains($0.state.id) }
            rest.removeAll { group.contains($0.state.id) }
            if !members.isEmpty { units.append(members) }
        }
        return units + rest.map { [$0] }
    }

    /// What the store is to do for one case, all of it or nothing.
    func changes(_ commit: CaseCommit) -> [StoreChange] {
        [.caseCommit(commit)] + (changed[commit.state.id] ?? []).map(StoreChange.delivery)
    }

    /// Takes what is due in each case by now. Afterwards nothing may be put.
    ///
    /// - Returns: The commits of the cases, in their order.
    mutating func close() -> [CaseCommit] {
        var commits = postponed.map { CaseCommit(state: $0, journal: [], agenda: nil, outbox: []) }
        for id in order {
            guard var draft = drafts.removeValue(forKey: id) else { continue }
            let row = draft.close(now: now)
            // The agenda hangs on the case's dues alone, and most turns leave those as they were.
            let isAgendaSame =
                !draft.isAmended && draft.before.map { draft.workflow.hasSameAgenda($0, draft.current) } ?? false
            var outbox = outboxRows(of: draft) + draft.further
            changed[id] = draft.decisions
            let obsolete = compare(draft, &outbox)
            for row in draft.unaddressed where !obsolete.contains(row.key) {
                guard let (change, more) = addressed(row, of: draft) else { continue }
                changed[id, default: []].append(change)
                outbox += more
            }
            var commit = CaseCommit(
                state: row, journal: draft.rows,
                agenda: isAgendaSame ? nil : agendaRows(draft.current, caseID: id, of: draft.workflow),
                outbox: outbox, obsolete: obsolete)
            commit.isOwedAnew = !draft.isRecomputed
            commits.append(commit)
            drafts[id] = draft
        }
        return commits
    }

    /// Drops effects that did not leave and are not owed any more, and revives dropped ones that are owed again.
    ///
    /// - Parameter owed: The case's effects; gets those of further people where a revived one to nobody has found several.
    /// - Returns: The keys of those that are dropped.
    private mutating func compare(_ draft: Draft, _ owed: inout [OutboxRow]) -> [String] {
        let open = draft.effects.filter(\.isOpen)
        guard !open.isEmpty else { return [] }
        let byKey = Dictionary(owed.map { ($0.key, $0) }) { first, _ in first }
        for row in open where (byKey[row.key] != nil) == (row.state == .obsolete) {
            var change = DeliveryCommit(
                key: row.key, state: .obsolete, attempts: row.attempts, nextAttempt: now, detail: "")
            if let fresh = byKey[row.key] {
                if fresh.state == .obsolete, row.detail == fresh.detail { continue }
                let again = fresh.owedAgain(after: row)
                (change.state, change.attempts, change.detail) = (again.state, again.attempts, again.detail)
                if fresh.state == .dead, let (found, more) = addressed(row, of: draft) {
                    change = found
                    owed += more
                }
            } else if row.state == .waiting {
                continue
            }
            changed[draft.stored.id, default: []].append(change)
        }
        return open.filter { $0.state != .obsolete && byKey[$0.key] == nil }.map(\.key)
    }

    /// The effects of a draft. What was owed before the case was known is nobody's to send.
    private func outboxRows(of draft: Draft) -> [OutboxRow] {
        let rowsByMessage = draft.effects.byMessage
        let unsent = draft.newlyOwed.union(rowsByMessage.lazy.filter(\.value.isUnsent).map(\.key))
        let overtaken =
            unsent.isEmpty
            ? []
            : draft.workflow.overtakenReminders(
                among: draft.occurrences, in: draft.current, caseID: draft.stored.id, until: now
            ).intersection(unsent)
        return draft.occurrences.flatMap { occurrence -> [OutboxRow] in
            guard case .message(let message) = occurrence.kind, message.instant >= draft.stored.enteredAt else {
                return []
            }
            let workflow = draft.workflow
            let key = message.key(caseID: draft.stored.id, workflow: workflow)
            func row(_ key: String, _ address: String?, _ language: Language?, _ detail: String = "") -> OutboxRow {
                let isLate = now - message.instant > .seconds(EngineSettings.latenessSeconds)
                let isHeld = restoredAt.map { message.instant < $0 } ?? false
                let isOvertaken = overtaken.contains(message.key(caseID: draft.stored.id, workflow: workflow))
                let words = message.words(
                    caseID: draft.stored.id, workflow: workflow, language: language,
                    leavingLateOn: isLate ? workflow.zone.civil(at: now).date : nil)
                return OutboxRow(
                    key: key, caseID: draft.stored.id, address: address, subject: words.subject, body: words.body,
                    owedAt: message.instant, isLate: isLate,
                    state: isOvertaken ? .obsolete : address == nil ? .dead : isHeld ? .held : .waiting, attempts: 0,
                    nextAttempt: now,
                    detail: isOvertaken
                        ? OutboxRow.overtakenDetail : address != nil && isHeld ? OutboxRow.heldDetail : detail)
            }
            // What was owed to somebody once, or found somebody later, is not owed to others because the case is computed
            // again.
            if let known = rowsByMessage[key] {
                return known.map { row($0.key, $0.address, nil, $0.address == nil ? OutboxRow.nobodyDetail : "") }
            }
            let party = message.party(in: workflow).name
            // What the case is told late finds who is named by now.
            let bound = message.address ?? draft.workflow.address(of: message, in: draft.current)
            guard let reference = directory.reference(for: party, bound: bound) else {
                return [row(key, bound, nil, bound == nil ? OutboxRow.nobodyDetail : "")]
            }
            let day = workflow.zone.civil(at: message.instant).date
            let recipients = directory.recipients(of: reference, on: day)
            guard !recipients.isEmpty else {
                return [row(key, nil, nil, "nobody is behind \(reference) on \(day)")]
            }
            return recipients.map { row("\(key)/\($0.person.id)", $0.person.address, $0.person.language) }
        }
    }
}

extension Batch {
    /// What a letter to a party becomes that goes to whoever the party is now, and further ones where that is several
    /// people; `nil` where that is nobody, and for a letter to a person.
    func addressed(_ row: OutboxRow, of draft: Draft) -> (change: DeliveryCommit, more: [OutboxRow])? {
        guard let (place, party) = addressee(of: row, draft) else { return nil }
        let workflow = place.workflow
        let name = workflow.parties[party].name
        let bound = place.current.addresses[party]
        var people = [(key: row.key, address: bound)]
        if let reference = directory.reference(for: name, bound: bound) {
            let recipients = directory.recipients(of: reference, on: workflow.zone.civil(at: now).date)
            people = recipients.map { (key: "\(row.key)/\($0.person.id)", address: $0.person.address) }
        }
        guard let address = people.first?.address else { return nil }
        let change = DeliveryCommit(
            key: row.key, address: address, state: .waiting, attempts: 0, nextAttempt: now, detail: "")
        let more = people.dropFirst().map { key, address in
            var other = row
            (other.key, other.address, other.state, other.nextAttempt, other.detail) = (key, address, .waiting, now, "")
            return other
        }
        return (change, more)
    }

    /// The case or the child that a letter to a party is about, and the party; `nil` where the key names none.
    func addressee(of row: OutboxRow, _ draft: Draft) -> (place: ChildPlace, party: PartyIndex)? {
        var place = ChildPlace(workflow: draft.workflow, current: draft.current)
        var parts = row.key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...].dropFirst()
        guard let name = parts.popLast() else { return nil }
        while parts.count > 2, let kind = parts.first,
            let child = place.child(.init(kind: kind, key: parts[parts.startIndex + 1]))
        {
            place = child
            parts = parts.dropFirst(2)
        }
        return place.workflow.party(named: name).map { (place, $0) }
    }

    /// The case or the child that has to be told who the addressee of a dead letter is.
    func owner(of row: OutboxRow, _ draft: Draft) -> String {
        guard let (place, party) = addressee(of: row, draft) else { return row.caseID }
        let path = place.owner(of: party)
        return path.isEmpty ? row.caseID : "\(row.caseID)/\(path)"
    }
}

extension [OutboxRow] {
    /// True where nobody got the message, and it was not owed or not worth sending any more.
    var isUnsent: Bool { allSatisfy { $0.state == .obsolete && !$0.isGathered } }

    /// The effects by the key of the message that each is of: one to several people is an effect for each of them, whose
    /// own key goes on with who it is.
    var byMessage: [String: [OutboxRow]] {
        reduce(into: [:]) { found, row in
            found[row.key, default: []].append(row)
            if let slash = row.key.lastIndex(of: "/") { found[String(row.key[..<slash]), default: []].append(row) }
        }
    }
}

/// What lies ahead of a case: its deadlines, without the reminders of them.
func agendaRows(_ current: Case, caseID: String, of workflow: Workflow) -> [AgendaRow] {
    workflow.agenda(current, limit: EngineSettings.agendaLength).map { AgendaRow($0, caseID: caseID) }
}

extension AgendaRow {
    init(_ item: AgendaItem, caseID: String) {
        self.init(
            caseID: caseID, instant: item.instant, element: item.element, title: item.title, words: item.words,
            clause: item.clause?.line ?? 0)
    }
}
