import CaseReplay
import CivilTime
import WorkflowModel

extension EngineCore {
    /// What would happen to a case if some events happened, beside what happens if nobody does anything.
    ///
    /// - Parameters:
    ///   - events: What is supposed, in the past or the future; none for what happens if nobody does anything.
    ///   - text: How far to look, as people write it; until the case is over or nothing but repetitions is left where
    ///     absent.
    package func whatIf(
        _ id: String, _ events: [SupposedEvent], until text: String?
    ) throws(EngineError) -> WhatIfView {
        let (stored, current, workflow) = try find(id)
        let now = max(clock.now(), current.position.instant)
        let journal = try self.journal(of: stored, workflow: workflow)
        var supposed = journal
        for (index, event) in events.enumerated() {
            // Numbered behind the journal, so that what becomes of each can be told.
            supposed.append(try entry(event, index + 1, stored, workflow, now: now, sequence: journal.count + index + 1))
        }
        var limit: Timestamp?
        if let text { limit = try end(text, of: workflow, now: now) }
        guard var before = try life(of: workflow, journal, until: limit),
            var after = try life(of: workflow, supposed, until: limit)
        else { throw EngineError(headless: id) }
        // A case that is over is shown where it is, not at its end.
        let until = limit ?? max(before.until, after.until, now)
        do throws(Life.TooLong) {
            try before.advance(to: until)
            try after.advance(to: until)
        } catch {
            throw EngineError(.badRequest, "more than \(Life.mostOccurrences) things happen by then")
        }
        var effects: [OutboxRow] = []
        do throws(StoreError) { effects = try store.outbox(of: id, limit: .max) } catch { throw EngineError(storing: error) }
        return WhatIfView(
            now: now, until: until, comparison: compare(before, after, stored, effects),
            happened: after.occurrences.filter { $0.instant > now }.map { HappenedView($0, in: workflow) },
            end: view(after.current, stored: stored, of: workflow))
    }

    private func entry(
        _ event: SupposedEvent, _ number: Int, _ stored: StoredCase, _ workflow: Workflow, now: Timestamp, sequence: Int
    ) throws(EngineError) -> JournalEntry {
        do throws(EngineError) {
            let request = SendRequest(caseID: stored.id, event: event.event, fields: event.fields, author: 0)
            var instant = now
            if let text = event.occurredAt { instant = try self.instant(text, of: workflow) }
            try check(instant, isNotBefore: stored.startedAt, in: workflow)
            return JournalEntry(occurredAt: instant, fact: try fact(request, of: workflow), sequence: sequence)
        } catch {
            throw EngineError(error.code, "supposed event \(number), '\(event.event)': \(error.message)", hint: error.hint)
        }
    }

    private func end(_ text: String, of workflow: Workflow, now: Timestamp) throws(EngineError) -> Timestamp {
        let day = CivilDate(iso: text)
        let end = if let day { workflow.zone.endOfDay(day) } else { try instant(text, of: workflow) }
        guard end >= now else {
            throw EngineError(
                .badRequest, "\(workflow.zone.civil(at: end)) is over", hint: "jalonctl show --at looks into the past")
        }
        return end
    }

    private func instant(_ text: String, of workflow: Workflow) throws(EngineError) -> Timestamp {
        if let instant = Timestamp(readableByPeople: text, zone: workflow.zone) { return instant }
        throw EngineError(.badRequest, "'\(text)' is no date", hint: "write 2021-09-24 or 2021-09-24T16:30")
    }
}
