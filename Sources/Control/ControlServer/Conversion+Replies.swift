import CivilTime
import ControlAPI
import WorkflowEngine

extension StatusReply {
    init(_ view: StatusView) {
        self.init(
            now: view.now.rfc3339, startedAt: view.startedAt.rfc3339, version: view.version,
            cases: CaseCounts(running: view.counts.running, over: view.counts.over, fault: view.counts.faults),
            messages: MessageCounts(
                waiting: view.counts.waiting, dead: view.counts.dead, held: view.counts.held),
            workflows: view.workflows, brokenFiles: view.brokenFiles, nextDue: view.nextDue?.rfc3339,
            zoneData: view.zoneData, store: view.store, problems: view.problems,
            journals: view.journals.map(JournalCheck.init))
    }
}

extension JournalCheck {
    init(_ view: AuditView) {
        self.init(
            state: view.state.rawValue, startedAt: view.startedAt.rfc3339, finishedAt: view.finishedAt?.rfc3339,
            cases: view.cases, entries: view.entries, problems: view.problems.count)
    }
}

extension VerifyReply {
    init(_ view: AuditView) {
        let duration = (view.finishedAt ?? view.startedAt) - view.startedAt
        self.init(
            cases: view.cases, entries: view.entries, head: view.head, seconds: duration / .seconds(1),
            problems: view.problems.map { problem in
                ControlAPI.JournalProblem(
                    caseID: problem.caseID, entry: problem.entry == 0 ? nil : problem.entry, message: problem.message)
            }, storeProblems: view.storeProblems)
    }
}

extension WorkflowsReply {
    init(_ views: [WorkflowView]) { self.init(workflows: views.map(Workflow.init)) }
}

extension Workflow {
    init(_ view: WorkflowView) {
        self.init(
            name: view.name, title: view.title, digest: view.digest, file: view.file, language: view.language,
            zone: view.zone, parameters: view.parameters.map(Parameter.init), parties: view.parties.map(Party.init),
            dates: view.dates, problems: view.problems)
    }
}

extension Parameter {
    init(_ view: ParameterView) {
        self.init(
            name: view.name, title: view.title, type: view.type, value: view.value, clause: line(view.clause))
    }
}

extension Party {
    init(_ view: PartyView) { self.init(name: view.name, title: view.title, address: view.address) }
}

extension Happened {
    init(_ view: HappenedView) {
        self.init(
            at: view.localTime, day: view.day.map { "\($0)" }, kind: view.kind, text: view.text, element: view.element,
            clause: line(view.clause),
            entry: view.entry)
    }
}

extension SendReply {
    init(_ reply: WriteReply) {
        self.init(
            caseID: reply.caseID, sequence: reply.sequence, happened: reply.happened.map(Happened.init),
            comparison: reply.comparison.map(Comparison.init))
    }
}

extension Outcome {
    init(of caseID: String, _ result: Result<WriteReply, EngineError>) {
        switch result {
        case .success(let reply): self.init(caseID: reply.caseID, sequence: reply.sequence)
        case .failure(let error): self.init(caseID: caseID, refusal: ControlError(error))
        }
    }
}

extension ControlAPI.CaseSummary {
    init(_ view: WorkflowEngine.CaseSummary) {
        self.init(
            caseID: view.id, workflow: view.workflow, title: view.title, status: view.status, states: view.states,
            nextDue: view.nextDue)
    }
}

extension CaseReply {
    init(_ view: CaseView) {
        self.init(
            caseID: view.id, workflow: view.workflow, title: view.title, digest: view.digest, document: view.document,
            zone: view.zone, status: view.status, fault: view.fault, at: view.at, startedAt: view.startedAt,
            states: view.states.map(State.init), dates: view.dates.map(NamedDate.init),
            cadences: view.cadences.map(Cadence.init), parameters: view.parameters.map(Parameter.init),
            parties: view.parties.map(Party.init),
            data: view.data.map(DataItem.init), accepts: view.accepts.map(AcceptedEvent.init),
            next: view.next.map(AgendaEntry.init), children: view.children.map(Child.init),
            childCount: view.childCount, journalCount: view.journalCount)
    }
}

extension Child {
    init(_ view: ChildView) {
        self.init(
            path: view.path, kind: view.kind, key: view.key, title: view.title, status: view.status,
            fault: view.fault, states: view.states, next: view.next, nextAt: view.nextAt)
    }
}

extension State {
    init(_ view: StateView) {
        self.init(
            path: view.path, title: view.title, since: view.since, day: view.day.map { "\($0)" },
            clause: line(view.clause))
    }
}

extension NamedDate {
    init(_ view: DateView) {
        self.init(
            name: view.name, title: view.title, date: view.date, nominal: view.nominal,
            opens: view.opens, words: view.words.isEmpty ? nil : view.words, isProvisional: view.isProvisional,
            clause: line(view.clause))
    }
}

extension Cadence {
    init(_ view: CadenceView) {
        self.init(
            name: view.name, title: view.title, words: view.words, held: view.held, required: view.required,
            clause: line(view.clause))
    }
}

extension WhyNotReply {
    init(_ view: WhyNotView) {
        self.init(
            title: view.title, isAccepted: view.isAccepted, reasons: view.reasons,
            obstacles: view.obstacles.map { obstacle in
                Obstacle(
                    state: obstacle.state, title: obstacle.title, targets: obstacle.targets, unmet: obstacle.unmet,
                    clause: line(obstacle.clause))
            })
    }
}

extension DataItem {
    init(_ view: DataView) {
        let value = JSONValue(view.value)
        self.init(name: view.name, title: view.title, words: view.words, value: value == .null ? nil : value)
    }
}

extension AcceptedEvent {
    init(_ view: AcceptedView) {
        self.init(
            name: view.name, title: view.title,
            fields: view.fields.map { Field(name: $0.name, type: $0.type, isOptional: $0.isOptional) },
            unmet: view.unmet, clause: line(view.clause))
    }
}

extension EventsReply {
    init(_ views: [AcceptedView]) { self.init(events: views.map(AcceptedEvent.init)) }
}

extension EvaluateReply {
    init(_ view: EvaluatedView) {
        let value = JSONValue(view.value)
        self.init(type: view.type, words: view.words, value: value == .null ? nil : value)
    }
}

extension AgendaReply {
    init(_ rows: [AgendaRow]) { self.init(entries: rows.map(AgendaEntry.init)) }
}

extension AgendaEntry {
    init(_ row: AgendaRow) {
        self.init(
            caseID: row.caseID, at: row.instant.rfc3339, element: row.element, title: row.title, words: row.words,
            clause: line(row.clause))
    }
}

extension HistoryReply {
    init(_ views: [HappenedView]) { self.init(happened: views.map(Happened.init)) }
}

extension OutboxReply {
    init(_ rows: [OutboxRow]) { self.init(messages: rows.map(Message.init)) }
}

extension Message {
    init(_ row: OutboxRow) {
        self.init(
            key: row.key, caseID: row.caseID, address: row.address, subject: row.subject, body: row.body,
            owedAt: row.owedAt.rfc3339, isLate: row.isLate, state: row.state.rawValue, attempts: row.attempts,
            nextAttempt: row.nextAttempt.rfc3339, detail: row.detail)
    }
}

extension WatchReply {
    init(_ view: WatchedView) { self.init(caseID: view.caseID, happened: Happened(view.happened)) }
}

/// A clause as replies have it: absent rather than 0.
func line(_ clause: Int) -> Int? { clause == 0 ? nil : clause }
