import CaseReplay
import CivilTime
import Expressions
import People
import WorkflowModel

extension EngineCore {
    /// The journal of a case, with what this turn has added.
    func entries(of draft: Draft) throws(EngineError) -> [JournalEntry] {
        let stored = draft.before == nil ? [] : try journal(of: draft.stored, workflow: draft.workflow)
        return stored
            + draft.rows.compactMap { row in
                JournalCoding.entry(row, caseID: draft.stored.id, workflow: draft.workflow)
            }
    }

    /// Computes a case again with one more entry, and what moves by it.
    func recompute(
        _ draft: inout Draft, from known: [JournalEntry], with entry: JournalEntry, now: Timestamp
    ) throws(EngineError) -> ComparisonView {
        let instant = max(now, draft.current.position.instant)
        guard let before = try life(of: draft.workflow, known, until: Position(after: instant), most: .max),
            let after = try life(of: draft.workflow, known + [entry], until: Position(after: instant), most: .max)
        else { throw EngineError(headless: draft.stored.id) }
        try take(after, into: &draft)
        let comparison = compare(before, after, draft.stored, draft.effects)
        draft.newlyOwed.formUnion(comparison.comparison.owed.map(\.key))
        return comparison
    }

    /// Has a case go on from another life of it.
    func take(_ life: Life, into draft: inout Draft) throws(EngineError) {
        let position = draft.current.position
        draft.current = life.current
        draft.occurrences = life.occurrences
        // What has just been recorded stands at the end of the present.
        let told = life.occurrences.filter { $0.entry == draft.nextSequence || $0.instant > position.instant }
        draft.news += told
        do throws(StoreError) {
            draft.effects = try store.outbox(of: draft.stored.id, limit: .max)
            draft.isRecomputed = true
        } catch {
            throw EngineError(storing: error)
        }
    }

    /// What moves between two lives of a case.
    ///
    /// - Parameter present: Where the second life stands now; its end where absent.
    func compare(
        _ before: Life, _ after: Life, _ stored: StoredCase, _ effects: [OutboxRow], present: Case? = nil
    ) -> ComparisonView {
        let rowsByMessage = effects.byMessage
        let unsent = rowsByMessage.filter(\.value.isUnsent)
        var comparison = Comparison(before, after, caseID: stored.id, unsent: Set(unsent.keys))
        let overtaken =
            comparison.owed.isEmpty
            ? []
            : after.workflow.overtakenReminders(
                among: after.occurrences, in: present ?? after.current, caseID: stored.id, until: clock.now())
        // What was not worth sending before needs no word again.
        comparison.owed.removeAll { letter in
            overtaken.contains(letter.key)
                && unsent[letter.key]?.allSatisfy { $0.detail == OutboxRow.overtakenDetail } ?? false
        }
        var fates: [String: ComparisonView.Fate] = [:]
        func isSent(_ letter: Comparison.Letter) -> Bool {
            rowsByMessage[letter.key]?.contains { $0.state == .delivered || $0.isGathered } ?? false
        }
        for letter in comparison.dropped {
            let isOpen =
                letter.instant > clock.now() || rowsByMessage[letter.key]?.contains(where: \.isUndelivered) ?? false
            fates[letter.key] =
                isSent(letter) ? .sent : letter.instant >= stored.enteredAt && isOpen ? .dropped : .unsent
        }
        let messages = after.messages(stored.id, among: Set(comparison.owed.map(\.key)))
        for letter in comparison.owed {
            let isGivenUp = rowsByMessage[letter.key]?.allSatisfy { $0.state == .dropped } ?? false
            fates[letter.key] =
                if isSent(letter) {
                    .sent
                } else if letter.instant < stored.enteredAt || isGivenUp {
                    .unsent
                } else if overtaken.contains(letter.key) {
                    .overtaken
                } else if let message = messages[letter.key], hasNobody(message, after) {
                    .nobody
                } else {
                    .owed
                }
        }
        return ComparisonView(
            comparison, fates: fates, language: after.workflow.language, zone: after.workflow.zone)
    }

    /// Whether a message waits for somebody to be named, as the parties stand at the end of a life.
    private func hasNobody(_ message: Message, _ life: Life) -> Bool {
        let workflow = life.workflow
        let bound = message.address ?? workflow.address(of: message, in: life.current)
        guard let reference = directory.reference(for: message.party(in: workflow).name, bound: bound) else {
            return bound == nil
        }
        return directory.recipients(of: reference, on: workflow.zone.civil(at: message.instant).date).isEmpty
    }

    // MARK: Corrections

    /// Decides a correction: keeps it beside what it corrects, and computes the case again.
    func correct(_ request: CorrectRequest, in batch: inout Batch) throws(EngineError) -> WriteReply {
        let (caseID, path) = try Self.split(request.caseID)
        var draft = try self.draft(caseID, in: batch)
        let known = try entries(of: draft)
        let correction = try correction(request, under: path, of: draft, known, now: batch.now)
        let entry = JournalEntry(
            occurredAt: max(batch.now, draft.current.position.instant), fact: .corrected(correction),
            sequence: draft.nextSequence)
        draft.stored.startedAt = try start(of: draft, known + [entry])
        let comparison = try recompute(&draft, from: known, with: entry, now: batch.now)
        try checkEffect(of: correction, known, draft)
        let happened = draft.occurrences.filter { $0.entry == entry.sequence }
        var sequence = 0
        if !request.isDryRun {
            sequence = draft.append(
                entry, recordedAt: batch.now, author: request.author, dropped: comparison.droppedKeys)
            batch.put(draft)
        }
        return WriteReply(of: draft, occurrences: happened, sequence: sequence, comparison: comparison)
    }

    /// When a case begins by a journal: before everything else in it.
    private func start(of draft: Draft, _ journal: [JournalEntry]) throws(EngineError) -> Timestamp {
        let facts = draft.workflow.effective(journal).filter { $0.correction == nil }
        guard let start = facts.first(where: { $0.sequence == 1 })?.occurredAt else {
            throw EngineError(headless: draft.stored.id)
        }
        guard let early = facts.min(by: { $0.occurredAt < $1.occurredAt }), early.occurredAt < start else {
            return start
        }
        let zone = draft.workflow.zone
        throw EngineError(
            .badRequest,
            "entry \(early.sequence ?? 0), of \(zone.civil(at: early.occurredAt)), would come before the case's "
                + "beginning on \(zone.civil(at: start))",
            hint: "jalonctl history \(draft.stored.id) shows the entries with their times")
    }

    /// An event that was corrected has to be one that the case took.
    private func checkEffect(of correction: Correction, _ known: [JournalEntry], _ draft: Draft) throws(EngineError) {
        guard !correction.isWithdrawal,
            let corrected = draft.occurrences.first(where: { $0.entry == correction.entry }),
            case .event(let name, _, let isHandled) = corrected.kind
        else { return }
        if isHandled {
            return try checkKeys(
                openedBy: correction.entry, corrected.child?.path.name(name) ?? name, draft.occurrences,
                caseID: draft.stored.id)
        }
        let others = draft.workflow.effective(known).filter { $0.sequence != correction.entry && $0.correction == nil }
        throw notAccepted(corrected.child?.path.name(name) ?? name, corrected.instant, others, of: draft)
    }

    /// - Parameter path: Of the child whose entry it has to be; empty for an entry of any.
    private func correction(
        _ request: CorrectRequest, under path: ChildPath, of draft: Draft, _ known: [JournalEntry], now: Timestamp
    ) throws(EngineError) -> Correction {
        let workflow = draft.workflow
        let target = try target(request, of: draft, known)
        guard target.child.steps.starts(with: path.steps) else {
            throw EngineError(
                .badRequest, "entry \(request.entry) is not about '\(path)'",
                hint: "jalonctl history \(request.caseID) shows its entries with their numbers")
        }
        guard !request.reason.isEmpty else {
            throw EngineError(.badRequest, "a correction says why", hint: "give the reason with --reason")
        }
        var correction = Correction(entry: request.entry, isWithdrawal: request.isWithdrawal, reason: request.reason)
        correction.child = target.child
        guard !request.isWithdrawal else { return correction }
        if request.occurredAt != nil {
            // The start itself goes where the day begins.
            correction.occurredAt = try instant(
                request.occurredAt, in: workflow, start: request.entry == 1 ? nil : draft.stored.startedAt, now: now)
        }
        do throws(TypeProblem) {
            try fill(&correction, request, of: target, at: place(of: target.child, draft.current, workflow))
        } catch {
            throw EngineError(
                .badRequest, "entry \(request.entry): \(error.description)",
                hint: "jalonctl history \(request.caseID) shows what it says")
        }
        return correction
    }

    /// The entry to be corrected, as it stands; checked that it may be.
    private func target(
        _ request: CorrectRequest, of draft: Draft, _ known: [JournalEntry]
    ) throws(EngineError) -> JournalEntry {
        let (id, number) = (draft.stored.id, request.entry)
        func refusal(_ message: String, _ hint: String? = nil) -> EngineError {
            EngineError(.badRequest, message, hint: hint)
        }
        guard let recorded = known.first(where: { $0.sequence == number }) else {
            throw refusal(
                "the journal of case '\(id)' has no entry \(number): it has \(known.count)",
                "jalonctl history \(id) shows their numbers")
        }
        if let by = draft.workflow.withdrawal(of: number, in: known) {
            throw refusal(
                "entry \(number) is withdrawn already, by entry \(by)", "withdraw entry \(by) to bring it back")
        }
        let hasChange = !request.fields.isEmpty || request.occurredAt != nil || request.rebase != nil
        guard request.isWithdrawal != hasChange else {
            throw refusal(
                hasChange
                    ? "an entry that is withdrawn has no other values"
                    : "nothing is said to be wrong with entry \(number)",
                "give --replace FIELD=VALUE or --on TIME, or --withdraw alone")
        }
        switch recorded.fact {
        case .started where request.isWithdrawal:
            throw refusal(
                "entry \(number) is the start of case '\(id)', and a case cannot be without one",
                "correct its values with --replace, or when it was with --on")
        case .corrected(let other) where !request.isWithdrawal:
            throw refusal(
                "entry \(number) is itself a correction, of entry \(other.entry)",
                "correct entry \(other.entry) again, or withdraw entry \(number)")
        case .amended:
            throw refusal(
                "entry \(number) took the case over to another version of its workflow, which is no fact of the contract",
                "jalonctl plan shows what another version would do")
        case .decided:
            throw refusal(
                "entry \(number) says what was decided about a message, which is no fact of the contract",
                "decide again with jalonctl outbox")
        case .started, .event, .parameters, .parties, .corrected: break
        }
        return draft.workflow.effective(known).first { $0.sequence == number } ?? recorded
    }

    private func fill(
        _ correction: inout Correction, _ request: CorrectRequest, of target: JournalEntry, at place: SpokenTo
    ) throws(TypeProblem) {
        let workflow = place.workflow
        if request.rebase != nil, target.sequence != 1 {
            throw TypeProblem(path: "", message: "only the start, entry 1, moves the written dates")
        }
        switch target.fact {
        case .event(let name, _):
            guard let declaration = workflow.event(named: name) else { return }
            correction.event = name
            correction.fields = try declaration.corrected(.object(request.fields), zone: workflow.zone)
        case .parameters:
            for given in request.fields { correction.parameters.append(try place.parameterValue(given)) }
        case .parties:
            for given in request.fields {
                correction.parties.append(try named(place.partyBinding(given), of: workflow))
            }
        case .started:
            for given in request.fields { try fill(&correction, given, in: workflow) }
            if let rebase = request.rebase {
                correction.shiftDays = try workflow.shiftDays(rebasing: rebase.date, to: rebase.to)
            }
        case .corrected, .amended, .decided: break
        }
    }

    /// A start holds parameters and parties.
    private func fill(
        _ correction: inout Correction, _ given: PlainValue.Member, in workflow: Workflow
    ) throws(TypeProblem) {
        func has(_ names: [String]) -> Bool { names.contains { expressionName($0) == expressionName(given.name) } }
        switch (has(workflow.parameters.map(\.name)), has(workflow.parties.map(\.name))) {
        case (true, true):
            throw TypeProblem(
                path: given.name,
                message: "there is a parameter and a party of this name; send parameters.set or parties.set")
        case (false, true): correction.parties.append(try named(workflow.partyBinding(given), of: workflow))
        case (true, false): correction.parameters.append(try workflow.parameterValue(given))
        case (false, false):
            let names = (workflow.parameters.map(\.name) + workflow.parties.map(\.name)).joined(separator: ", ")
            throw TypeProblem(path: given.name, message: "there is no such parameter or party: there are \(names)")
        }
    }
}

extension ComparisonView {
    /// Keys of messages that waited and are not sent any more.
    var droppedKeys: [String] { comparison.dropped.map(\.key).filter { fates[$0] == .dropped } }
}

extension OutboxRow {
    /// True where it leaves, or has left, in one message with others.
    package var isGathered: Bool { state == .obsolete && detail.hasPrefix(Self.gatheredPrefix) }
}
