import CaseReplay
import CivilTime
import WorkflowModel

extension EngineCore {
    /// All that has happened to a case, by what is known today.
    package func history(_ id: String) throws(EngineError) -> [HappenedView] {
        let past = try past(of: id)
        return past.occurrences.map { HappenedView($0, in: past.workflow, enteredAt: past.stored.enteredAt) }
    }

    /// The same with what has become of each message, and with messages that do not follow from what is known today: what
    /// has left stays told.
    package func historyWithDeliveries(_ id: String) throws(EngineError) -> [HappenedView] {
        let past = try past(of: id)
        let rows = try outbox(id, limit: .max).filter { !$0.isGathering }
        let rowsByMessage = rows.byMessage
        var known: Set<String> = []
        var views = past.occurrences.map { occurrence in
            var view = HappenedView(occurrence, in: past.workflow, enteredAt: past.stored.enteredAt)
            if case .message(let message) = occurrence.kind, message.instant >= past.stored.enteredAt {
                let rows = rowsByMessage[message.key(caseID: past.stored.id, workflow: past.workflow)] ?? []
                known.formUnion(rows.map(\.key))
                view.text += rows.fate(in: past.workflow.language)
            }
            return view
        }
        for row in rows where !known.contains(row.key) {
            views.append(HappenedView(unfollowed: row, in: past.workflow))
        }
        // `sort` keeps the order of what happened at one instant.
        return views.sorted { $0.instant < $1.instant }
    }

    private func past(
        of id: String
    ) throws(EngineError) -> (occurrences: [Occurrence], stored: StoredCase, workflow: Workflow) {
        let (caseID, path) = try Self.split(id)
        let (stored, current, workflow) = try find(caseID)
        _ = try child(at: path, of: current, workflow, caseID: caseID)
        var occurrences: [Occurrence] = []
        let journal = try self.journal(of: stored, workflow: workflow)
        _ = workflow.replay(journal, until: current.position, occurrences: &occurrences)
        if !path.isEmpty { occurrences.removeAll { !($0.child?.path.steps.starts(with: path.steps) ?? false) } }
        return (occurrences, stored, workflow)
    }
}

extension [OutboxRow] {
    /// In brackets, what has become of a message to whoever is meant, where it has not reached all of them.
    fileprivate func fate(in language: Language) -> String {
        let french = language == .french
        var words: [String] = []
        for row in self where !row.isGathered {
            let word =
                switch row.state {
                case .delivered: ""
                case .waiting: french ? "en attente d'envoi" : "waiting to be sent"
                case .dead: french ? "non remis" : "not delivered"
                case .held: french ? "retenu" : "held"
                case .dropped: french ? "abandonné" : "given up"
                case .obsolete: french ? "non envoyé\u{A0}: il n'était plus dû" : "not sent: it was not owed any more"
                }
            if !word.isEmpty, !words.contains(word) { words.append(word) }
        }
        if isEmpty { words = [french ? "non envoyé" : "not sent"] }
        return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    }
}

extension HappenedView {
    /// A message that was owed by what was known then.
    fileprivate init(unfollowed row: OutboxRow, in workflow: Workflow) {
        let french = workflow.language == .french
        var fate = [row].fate(in: workflow.language)
        if fate.isEmpty {
            fate =
                french
                ? " (envoyé\u{A0}; ne suit plus de ce que l'on sait)" : " (sent; no longer follows from what is known)"
        }
        let place = workflow.language.typeset(workflow.title) + " — "
        let subject = row.subject.hasPrefix(place) ? String(row.subject.dropFirst(place.count)) : row.subject
        self.init(
            Position(row.owedAt, .events), kind: "message",
            text: "Message → \(row.address ?? "?")\(workflow.language.colon)\(subject)\(fate)",
            element: nil, clause: 0, entry: nil, in: workflow)
    }
}
