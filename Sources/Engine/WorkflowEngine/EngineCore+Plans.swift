import CaseReplay
import CivilTime
import WorkflowModel

/// A plan that somebody has seen and may apply.
struct RememberedPlan {
    var workflow: String
    /// The cases that were asked for; `nil` for all.
    var cases: [String]?
}

extension EngineCore {
    /// What the version of a workflow that is in the folder now would do to cases of other versions.
    ///
    /// - Parameter cases: Their ids; `nil` for all that are not over.
    package func plan(_ workflow: String, cases: [String]?) throws(EngineError) -> PlanView {
        let batch = Batch(now: clock.now(), directory: directory, restoredAt: restoredAt)
        let (view, _) = try plan(workflow, cases, in: batch, reason: "")
        if plans.count >= EngineSettings.rememberedPlans { plans.removeAll() }
        plans[view.digest] = RememberedPlan(workflow: workflow, cases: cases)
        return view
    }

    /// Switches the cases of a plan, all in one transaction, if everything it rests on is as it was.
    func apply(_ request: ApplyRequest, in batch: inout Batch) throws(EngineError) -> WriteReply {
        guard let remembered = plans[request.plan] else {
            throw EngineError(
                .planNotFound, "no plan \(request.plan.prefix(12)) was made since the service started",
                hint: "make a new one with jalonctl plan WORKFLOW")
        }
        let (view, drafts) = try plan(remembered.workflow, remembered.cases, in: batch, reason: request.reason)
        guard view.digest == request.plan else {
            throw EngineError(
                .planChanged,
                "what the plan rests on has changed since it was made: a case, its messages or the file of "
                    + "'\(remembered.workflow)'; no case was switched",
                hint: "look at it anew with jalonctl plan \(remembered.workflow)")
        }
        guard !drafts.isEmpty else {
            throw EngineError(
                .badRequest, "no case of the plan can move", hint: "jalonctl plan says what stands in the way")
        }
        if let loaded = offered[remembered.workflow] { keepDefinition(loaded, in: &batch) }
        for (draft, amendment, dropped) in drafts {
            var draft = draft
            _ = draft.append(amendment, recordedAt: batch.now, author: request.author, dropped: dropped)
            batch.put(draft)
        }
        batch.groups.append(Set(drafts.map { $0.draft.stored.id }))
        return WriteReply(caseID: "", happened: [], sequence: 0, plan: view)
    }

    /// A case of a plan as it would be: its draft, the entry that says so, the messages dropped.
    private typealias Switch = (draft: Draft, amendment: JournalEntry, dropped: [String])

    private func plan(
        _ name: String, _ cases: [String]?, in batch: Batch, reason: String
    ) throws(EngineError) -> (PlanView, [Switch]) {
        guard let loaded = offered[name] else {
            throw EngineError(
                .workflowNotFound, "there is no workflow '\(name)'", hint: "jalonctl workflows lists them")
        }
        var view = PlanView(digest: "", workflow: name, definition: loaded.digest, cases: [])
        var switches: [Switch] = []
        var ground = [name, loaded.digest]
        for stored in try candidates(name, cases) where stored.digest != loaded.digest {
            let draft: Draft
            do throws(EngineError) {
                draft = try self.draft(stored.id, in: batch)
            } catch {
                view.cases.append(
                    .init(
                        caseID: stored.id, from: stored.digest, obstacles: [error.message], missing: [], comparison: nil
                    ))
                continue
            }
            let amendment = JournalEntry(
                occurredAt: max(batch.now, draft.current.position.instant),
                fact: .amended(Amendment(from: draft.stored.digest, to: loaded.digest, reason: reason)),
                sequence: draft.nextSequence)
            let (planned, changed) = try move(draft, to: loaded, by: amendment)
            ground.append(standing(draft.current, of: draft.workflow))
            ground.append(
                "\(stored.id) \(draft.stored.digest) \(draft.nextSequence) "
                    + JournalCoding.hexadecimal(draft.rows.last?.hash ?? draft.stored.journalHash))
            ground += planned.ground
            view.cases.append(planned)
            if let changed { switches.append((changed, amendment, planned.comparison?.droppedKeys ?? [])) }
        }
        view.digest = JournalCoding.digest(of: ground.joined(separator: "\n"))
        return (view, switches)
    }

    /// Where a case and its children stand.
    private func standing(_ current: Case, of workflow: Workflow) -> String {
        zip(workflow.kinds, current.children).reduce(paths(current, of: workflow)) { text, kind in
            kind.1.reduce(text) { "\($0) \(kind.0.name)/\($1.key): \(standing($1.current, of: kind.0.workflow))" }
        }
    }

    private func candidates(_ name: String, _ cases: [String]?) throws(EngineError) -> [StoredCase] {
        guard let cases else {
            do throws(StoreError) {
                return try store.cases(after: nil, workflow: name, limit: .max).filter { $0.status != .over }
            } catch {
                throw EngineError(storing: error)
            }
        }
        var found: [StoredCase] = []
        for id in Set(cases).sorted() {
            let stored: StoredCase?
            do throws(StoreError) { stored = try store.storedCase(id) } catch { throw EngineError(storing: error) }
            guard let stored else {
                throw EngineError(.caseNotFound, "there is no case '\(id)'", hint: "jalonctl cases lists them")
            }
            guard stored.workflow == name else {
                throw EngineError(
                    .badRequest, "case '\(id)' is of workflow '\(stored.workflow)', not of '\(name)'",
                    hint: "jalonctl cases --workflow \(name) lists its cases")
            }
            found.append(stored)
        }
        return found
    }

    /// Replays a case wholly under another version; no draft where something keeps it from moving.
    private func move(
        _ draft: Draft, to loaded: LoadedWorkflow, by amendment: JournalEntry
    ) throws(EngineError) -> (PlanView.PlannedCase, Draft?) {
        let workflow = compiled[loaded.digest] ?? loaded.workflow
        var planned = PlanView.PlannedCase(
            caseID: draft.stored.id, from: draft.stored.digest, obstacles: [], missing: [], comparison: nil)
        let instant = amendment.occurredAt
        let (journal, obstacles) = try entries(of: draft, under: workflow)
        guard obstacles.isEmpty else {
            planned.obstacles = obstacles
            return (planned, nil)
        }
        guard
            let before = try life(
                of: draft.workflow, try entries(of: draft), until: Position(after: instant), most: .max),
            let after = try life(of: workflow, journal + [amendment], until: Position(after: instant), most: .max)
        else { throw EngineError(headless: draft.stored.id) }
        if let fault = after.current.fault, before.current.fault == nil {
            planned.obstacles = ["it could not go on under the new version: \(fault)"]
            return (planned, nil)
        }
        var moved = Draft(
            stored: draft.stored, before: draft.before ?? draft.current, current: draft.current, workflow: workflow)
        moved.stored.digest = loaded.digest
        moved.rows = draft.rows
        moved.news = draft.news
        moved.isAmended = true
        try take(after, into: &moved)
        planned.missing = workflow.missing(in: after.current)
        let comparison = compare(before, after, draft.stored, moved.effects)
        moved.newlyOwed.formUnion(comparison.comparison.owed.map(\.key))
        planned.comparison = comparison
        return (planned, moved)
    }

    /// A journal as another version of the workflow reads it, and what it cannot read.
    private func entries(
        of draft: Draft, under workflow: Workflow
    ) throws(EngineError) -> ([JournalEntry], obstacles: [String]) {
        let rows: [JournalRow]
        do throws(StoreError) { rows = try store.journal(of: draft.stored.id) } catch {
            throw EngineError(storing: error)
        }
        let known = try entries(of: draft)
        var entries: [JournalEntry] = []
        var obstacles: [String] = []
        let withdrawn = Set(known.compactMap(\.withdraws))
        for (row, entry) in zip(rows + draft.rows, known) {
            let read = JournalCoding.entry(row, caseID: draft.stored.id, workflow: workflow)
            let problems = JournalCoding.problems(of: row, under: workflow)
            if let read, problems.isEmpty || withdrawn.contains(row.sequence) {
                entries.append(read)
            } else {
                let told = "entry \(row.sequence) (\(draft.workflow.words(of: entry)))"
                obstacles.append(
                    problems.isEmpty
                        ? "\(told) means nothing under the new version"
                        : "\(told) does not fit the new version: \(problems.joined(separator: "; "))")
            }
        }
        return (entries, obstacles)
    }
}

extension JournalEntry {
    /// The entry that this one takes back.
    fileprivate var withdraws: Int? {
        if case .corrected(let correction) = fact, correction.isWithdrawal { correction.entry } else { nil }
    }
}

extension PlanView.PlannedCase {
    /// What of it a plan rests on: what people saw that follows from the journal, and no words that change by themselves
    /// from day to day.
    fileprivate var ground: [String] {
        var lines = obstacles + missing
        guard let moves = comparison?.comparison else { return lines }
        lines += (moves.states + moves.children + moves.shifted + moves.dates + moves.cadences).map {
            "\($0.element) \($0.before ?? "-") \($0.after ?? "-")"
        }
        lines += (moves.skipped + moves.passed).map { "\($0.path) \($0.instant)" }
        lines += (moves.dropped + moves.owed).map { "\($0.key) \(comparison?.fates[$0.key]?.rawValue ?? "")" }
        lines += moves.effects.map { "\($0.entry) \($0.hasEffect)" }
        return lines
    }
}
