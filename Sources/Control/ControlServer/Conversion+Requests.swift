import ControlAPI
import VarlinkWire
import WorkflowEngine
import WorkflowModel

extension StartRequest {
    init(_ asked: StartParameters, author: UInt32) {
        self.init(
            workflow: asked.workflow, caseID: asked.caseID, parameters: members(asked.parameters),
            parties: (asked.parties ?? [:]).sorted { $0.key < $1.key }
                .map { PlainValue.Member(name: $0.key, value: .text($0.value)) },
            rebase: asked.rebase.map { ($0.date, $0.to) }, occurredAt: asked.occurredAt,
            settlements: (asked.settlements ?? []).map {
                WorkflowModel.Settlement(finding: $0.finding, choice: $0.choice, reason: $0.reason, by: nil)
            }, author: author)
    }
}

extension SendRequest {
    init(_ asked: SendParameters, author: UInt32) {
        self.init(
            caseID: asked.caseID, event: asked.event, fields: members(asked.fields), occurredAt: asked.occurredAt,
            isDryRun: asked.dryRun ?? false, author: author)
    }
}

extension CorrectRequest {
    init(_ asked: CorrectParameters, author: UInt32) {
        self.init(
            caseID: asked.caseID, entry: asked.entry, fields: members(asked.fields),
            rebase: asked.rebase.map { ($0.date, $0.to) }, occurredAt: asked.occurredAt,
            isWithdrawal: asked.withdraw ?? false, reason: asked.reason, isDryRun: asked.dryRun ?? false, author: author
        )
    }
}

extension WorkflowEngine.SupposedEvent {
    init(_ asked: ControlAPI.SupposedEvent) {
        self.init(event: asked.event, fields: members(asked.fields), occurredAt: asked.occurredAt)
    }
}

extension SendRequest {
    /// An event that is asked about, and that nobody reports.
    init(_ asked: WhyNotParameters) {
        self.init(
            caseID: asked.caseID, event: asked.event, fields: members(asked.fields), occurredAt: nil, author: 0)
    }
}

/// An object's members by name: JSON gives them no order, and the answer must not depend on one.
private func members(_ object: [String: JSONValue]?) -> [PlainValue.Member] {
    (object ?? [:]).sorted { $0.key < $1.key }.map { PlainValue.Member(name: $0.key, value: PlainValue($0.value)) }
}

extension PlainValue {
    init(_ value: JSONValue) {
        self =
            switch value {
            case .null: .null
            case .boolean(let flag): .boolean(flag)
            case .number(let digits): .number(digits)
            case .text(let text): .text(text)
            case .list(let items): .list(items.map(PlainValue.init))
            case .object(let object): .object(members(object))
            }
    }
}

extension JSONValue {
    init(_ value: PlainValue) {
        self =
            switch value {
            case .null: .null
            case .boolean(let flag): .boolean(flag)
            case .number(let digits): .number(digits)
            case .text(let text): .text(text)
            case .list(let items): .list(items.map(JSONValue.init))
            case .object(let members):
                .object(Dictionary(members.map { ($0.name, JSONValue($0.value)) }) { _, last in last })
            }
    }
}

extension ControlError {
    init(_ error: EngineError) {
        let code: Code =
            switch error.code {
            case .caseNotFound: .caseNotFound
            case .caseExists: .caseExists
            case .workflowNotFound: .workflowNotFound
            case .badRequest: .badRequest
            case .notAccepted: .notAccepted
            case .incomplete: .incomplete
            case .unsettled: .unsettled
            case .planNotFound: .planNotFound
            case .planChanged: .planChanged
            case .storeFull: .storeFull
            case .storeFailed: .storeFailed
            case .backupFailed: .backupFailed
            case .chainBroken: .chainBroken
            case .messageNotFound: .messageNotFound
            case .messageSettled: .messageSettled
            case .busy: .busy
            case .stopping: .stopping
            }
        self.init(code, error.message, hint: error.hint)
    }
}

extension VarlinkError {
    /// The error as it crosses the socket.
    init(_ error: ControlError) {
        do {
            try self.init(error.code.fullName, error)
        } catch {
            preconditionFailure("an error of three texts has no JSON form: \(error)")
        }
    }
}
