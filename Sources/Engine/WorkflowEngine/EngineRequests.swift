package import CaseReplay
import CivilTime
package import WorkflowModel

/// What somebody asks the engine to write. Answered once it is durable.
package enum WriteRequest: Sendable {
    case start(StartRequest)
    case send(SendRequest)
    case correct(CorrectRequest)
    case apply(ApplyRequest)
    case decide(DecideRequest)
}

/// What is to become of a message that was not delivered.
package struct DecideRequest: Sendable {
    /// The message's key.
    package var key: String
    package var kind: MessageDecision.Kind
    /// Why; empty where nobody says.
    package var reason: String
    /// The uid of who asks.
    package var author: UInt32

    package init(key: String, kind: MessageDecision.Kind, reason: String, author: UInt32) {
        self.key = key
        self.kind = kind
        self.reason = reason
        self.author = author
    }
}

/// A new case.
package struct StartRequest: Sendable {
    package var workflow: String
    /// `nil` lets the engine choose one: the workflow's name and a number.
    package var caseID: String?
    /// By name, as written.
    package var parameters: [PlainValue.Member]
    /// Addresses by the party's name.
    package var parties: [PlainValue.Member]
    /// A date of the workflow and what it shall be: every literal date moves by as many days.
    package var rebase: (date: String, to: String)?
    /// When the case began, if not now; as people write it, in the workflow's zone.
    package var occurredAt: String?
    /// What is decided about contradictions of the document.
    package var settlements: [Settlement]
    package var author: UInt32

    package init(
        workflow: String, caseID: String?, parameters: [PlainValue.Member] = [], parties: [PlainValue.Member] = [],
        rebase: (date: String, to: String)? = nil, occurredAt: String? = nil, settlements: [Settlement] = [],
        author: UInt32
    ) {
        self.workflow = workflow
        self.caseID = caseID
        self.parameters = parameters
        self.parties = parties
        self.rebase = rebase
        self.occurredAt = occurredAt
        self.settlements = settlements
        self.author = author
    }
}

/// An event for a case; `parameters.set` gives parameters values.
package struct SendRequest: Sendable {
    package var caseID: String
    package var event: String
    /// By field name, as written.
    package var fields: [PlainValue.Member]
    /// When it happened, if not now; as people write it, in the case's zone.
    package var occurredAt: String?
    /// True where nothing is to be recorded.
    package var isDryRun: Bool
    /// The uid of who asks.
    package var author: UInt32

    package init(
        caseID: String, event: String, fields: [PlainValue.Member] = [], occurredAt: String? = nil,
        isDryRun: Bool = false, author: UInt32
    ) {
        self.caseID = caseID
        self.event = event
        self.fields = fields
        self.occurredAt = occurredAt
        self.isDryRun = isDryRun
        self.author = author
    }
}

/// What a write came to.
package struct WriteReply: Sendable {
    package var caseID: String
    /// The number of the journal row; 0 where nothing was recorded.
    package var sequence: Int
    /// What moved; `nil` where the fact came in time.
    package var comparison: ComparisonView?
    /// Whom a message that is tried again goes to; empty for any other write.
    package var addresses: [String] = []
    /// What was applied; `nil` for any other write.
    package var plan: PlanView?
    private let story: Story

    private enum Story: Sendable {
        case told([HappenedView])
        case untold([Occurrence], Workflow, enteredAt: Timestamp)
    }

    package init(
        caseID: String, happened: [HappenedView], sequence: Int, comparison: ComparisonView? = nil,
        plan: PlanView? = nil
    ) {
        self.caseID = caseID
        self.sequence = sequence
        self.comparison = comparison
        self.plan = plan
        story = .told(happened)
    }

    init(
        of draft: Draft, occurrences: [Occurrence], sequence: Int, comparison: ComparisonView? = nil
    ) {
        caseID = draft.stored.id
        self.sequence = sequence
        self.comparison = comparison
        story = .untold(occurrences, draft.workflow, enteredAt: draft.stored.enteredAt)
    }

    /// The cases that it changed.
    var changedCases: [String] { plan?.cases.filter(\.obstacles.isEmpty).map(\.caseID) ?? [caseID] }

    /// What happened because of it, in order; put into words when it is asked for.
    package var happened: [HappenedView] {
        switch story {
        case .told(let views): views
        case .untold(let occurrences, let workflow, let enteredAt):
            occurrences.map { HappenedView($0, in: workflow, enteredAt: enteredAt) }
        }
    }
}

/// Why the engine refuses or fails.
package struct EngineError: Error, Hashable, Sendable {
    /// What is wrong, for programs.
    package enum Code: String, Sendable, CaseIterable {
        case caseNotFound = "case-not-found"
        case caseExists = "case-exists"
        case workflowNotFound = "workflow-not-found"
        case badRequest = "bad-request"
        /// The case does not wait for this event.
        case notAccepted = "not-accepted"
        /// The workflow has fewer values than it needs to start.
        case incomplete
        /// The document contradicts itself, and nobody has said what counts.
        case unsettled
        /// Nobody has made this plan since the service started.
        case planNotFound = "plan-not-found"
        /// What the plan rests on is not as it was.
        case planChanged = "plan-changed"
        case storeFull = "store-full"
        case storeFailed = "store-failed"
        /// No whole copy could be made.
        case backupFailed = "backup-failed"
        /// What is kept of a case is not what was written.
        case chainBroken = "chain-broken"
        case messageNotFound = "message-not-found"
        /// Nothing can be decided about the message any more.
        case messageSettled = "message-settled"
        /// Too much is waiting; nothing was done.
        case busy
        case stopping
    }

    package var code: Code
    /// For people: names the thing and what is wrong with it.
    package var message: String
    /// What to do next.
    package var hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
