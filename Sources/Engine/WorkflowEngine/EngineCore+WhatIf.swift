import CaseReplay
import CivilTime
import WorkflowModel

extension EngineCore {
    /// What would happen to a case if some events happened, beside what happens if nobody does anything.
    ///
    /// - Parameters:
    ///   - id: The case's, or a child's: its events are named as it has them, and it is shown, with what happens to it.
    ///     What moves is told of the whole case.
    ///   - events: What is supposed, in the past or the future; none for what happens if nobody does anything.
    ///   - text: How far to look, as people write it; until the case is over or nothing but repetitions is left where
    ///     absent.
    package func whatIf(
        _ id: String, _ events: [SupposedEvent], until text: String?
    ) throws(EngineError) -> WhatIfView {
        let (caseID, path) = try Self.split(id)
        let (stored, current, workflow) = try find(caseID)
        let now = max(clock.now(), current.position.instant)
        let journal = try self.journal(of: stored, workflow: workflow)
        var supposed = journal
        for (index, event) in events.enumerated() {
            // Numbered behind the journal, so that what becomes of each can be told.
            var entry = try entry(event, index + 1, path, stored, current, workflow, now: now)
            entry.sequence = journal.count + index + 1
            supposed.append(entry)
        }
        var limit: Position?
        if let text { limit = try end(text, of: workflow, now: now) }
        guard var before = try life(of: workflow, journal, until: limit),
            var after = try life(of: workflow, supposed, until: limit)
        else { throw EngineError(headless: caseID) }
        // A case that is over is shown where it is, not at its end.
        let until = limit ?? Position(after: max(before.until, after.until, now))
        do throws(Life.TooLong) {
            try before.advance(to: until)
            try after.advance(to: until)
        } catch {
            throw EngineError(.badRequest, "more than \(Life.mostOccurrences) things happen by then")
        }
        let present = try life(of: workflow, supposed, until: Position(after: now))?.current
        var effects: [OutboxRow] = []
        do throws(StoreError) {
            effects = try store.outbox(of: caseID, limit: .max)
        } catch {
            throw EngineError(storing: error)
        }
        for entry in supposed[journal.count...] {
            guard case .event(let name, _) = entry.fact else { continue }
            try checkKeys(openedBy: entry.sequence, entry.child.name(name), after.occurrences, caseID: caseID)
        }
        let place = try child(at: path, of: after.current, workflow, caseID: caseID)
        let happened = after.occurrences.filter { occurrence in
            occurrence.instant > now && (path.isEmpty || occurrence.child?.path.steps.starts(with: path.steps) ?? false)
        }
        return WhatIfView(
            now: now, until: until.instant, lastDay: after.lastDay,
            comparison: compare(before, after, stored, effects, present: present),
            notTaken: notTaken(after, after: journal.count),
            refusal: refusal(of: events, supposed, after, caseID: caseID),
            happened: happened.map { HappenedView($0, in: workflow, enteredAt: nil) },
            end: view(Subject(stored: stored, whole: after.current, root: workflow, place: place)))
    }

    /// The numbers of supposed events that the case does not take.
    ///
    /// - Parameter known: How many entries are no supposed ones.
    private func notTaken(_ life: Life, after known: Int) -> [Int] {
        life.occurrences.compactMap { occurrence in
            guard let entry = occurrence.entry, entry > known, case .event(_, _, false) = occurrence.kind else {
                return nil
            }
            return entry
        }.sorted()
    }

    /// What `send` would answer to the first of them; `nil` where all are taken.
    ///
    /// - Parameter journal: Ends with what is supposed.
    private func refusal(
        of events: [SupposedEvent], _ journal: [JournalEntry], _ life: Life, caseID: String
    ) -> EngineError? {
        let known = journal.count - events.count
        guard let first = notTaken(life, after: known).first else { return nil }
        let (entry, event) = (journal[first - 1], events[first - known - 1])
        let others = journal.enumerated().filter { index, other in
            index < first - 1 || other.occurredAt < entry.occurredAt
        }
        guard
            let then = life.workflow.replay(others.map(\.element), until: Position(entry.occurredAt, .events))
        else { return nil }
        let error = refusal(of: entry, event, then, life.workflow, caseID: caseID)
        return EngineError(error.code, "\(place(first - known, event)): \(error.message)", hint: error.hint)
    }

    private func refusal(
        of entry: JournalEntry, _ event: SupposedEvent, _ then: Case, _ workflow: Workflow, caseID: String
    ) -> EngineError {
        let name: String
        switch entry.fact {
        case .event(let event, _): name = event
        case .parameters: name = Fact.parametersEvent
        default: name = Fact.partiesEvent
        }
        do throws(EngineError) {
            _ = try child(at: entry.child, of: then, workflow, caseID: caseID)
        } catch {
            return error
        }
        let when = event.occurredAt == nil ? "" : " on \(workflow.zone.civil(at: entry.occurredAt))"
        return notAccepted(
            entry.child.name(name), then, caseID: caseID, of: workflow, when: when,
            hint: "jalonctl events \(caseID) shows what the case waits for now")
    }

    private func place(_ number: Int, _ event: SupposedEvent) -> String { "supposed event \(number), '\(event.event)'" }

    private func entry(
        _ event: SupposedEvent, _ number: Int, _ around: ChildPath, _ stored: StoredCase, _ current: Case,
        _ workflow: Workflow, now: Timestamp
    ) throws(EngineError) -> JournalEntry {
        do throws(EngineError) {
            let request = SendRequest(caseID: stored.id, event: event.event, fields: event.fields, author: 0)
            // A child may be one that other supposed events open.
            guard let (inner, name) = ChildPath.split(event.event) else {
                throw EngineError(.badRequest, "an event of a child is written KIND/KEY/EVENT")
            }
            let path = ChildPath(steps: around.steps + inner.steps)
            guard workflow.definition(at: path) != nil else {
                let kinds = (workflow.definition(at: around) ?? workflow).kinds.map(\.name).joined(separator: ", ")
                throw EngineError(
                    .badRequest,
                    "there is no such kind of case: "
                        + (kinds.isEmpty ? "the workflow has none" : "there are \(kinds)"))
            }
            var instant = now
            if let text = event.occurredAt {
                let start = stored.startedAt
                instant = isDay(text, of: start, in: workflow) ? start : try self.instant(text, of: workflow)
            }
            try check(instant, isNotBefore: stored.startedAt, in: workflow)
            return JournalEntry(
                occurredAt: instant, fact: try fact(request, name, to: place(of: path, current, workflow)), child: path)
        } catch {
            throw EngineError(
                error.code, "\(place(number, event)): \(error.message)", hint: error.hint)
        }
    }

    private func end(_ text: String, of workflow: Workflow, now: Timestamp) throws(EngineError) -> Position {
        guard let end = Position(readableByPeople: text, zone: workflow.zone, includesDay: true) else {
            throw EngineError(noTime: text)
        }
        guard end.instant >= now else {
            let words = end.phase == .dayEnds ? text : "\(workflow.zone.civil(at: end.instant))"
            throw EngineError(.badRequest, "\(words) is over", hint: "jalonctl show --at looks into the past")
        }
        return end
    }

    private func instant(_ text: String, of workflow: Workflow) throws(EngineError) -> Timestamp {
        guard let instant = Timestamp(readableByPeople: text, zone: workflow.zone) else {
            throw EngineError(noTime: text)
        }
        return instant
    }
}
