import CaseReplay
package import CivilTime
package import WorkflowModel

/// What somebody asks the engine to write. Answered once it is durable.
package enum WriteRequest: Sendable {
    case start(StartRequest)
    case send(SendRequest)
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
    /// The uid of who asks.
    package var author: UInt32

    package init(
        caseID: String, event: String, fields: [PlainValue.Member] = [], occurredAt: String? = nil, author: UInt32
    ) {
        self.caseID = caseID
        self.event = event
        self.fields = fields
        self.occurredAt = occurredAt
        self.author = author
    }
}

/// What a write came to.
package struct WriteReply: Sendable {
    package var caseID: String
    /// The number of the journal row.
    package var sequence: Int
    private let story: Story

    private enum Story: Sendable {
        case told([HappenedView])
        case untold([Occurrence], Workflow)
    }

    package init(caseID: String, happened: [HappenedView], sequence: Int) {
        self.caseID = caseID
        self.sequence = sequence
        story = .told(happened)
    }

    init(caseID: String, occurrences: [Occurrence], of workflow: Workflow, sequence: Int) {
        self.caseID = caseID
        self.sequence = sequence
        story = .untold(occurrences, workflow)
    }

    /// What happened because of it, in order; put into words when it is asked for.
    package var happened: [HappenedView] {
        switch story {
        case .told(let views): views
        case .untold(let occurrences, let workflow): occurrences.map { HappenedView($0, in: workflow) }
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
        case storeFull = "store-full"
        case storeFailed = "store-failed"
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

// MARK: Views

/// One line of a case's history.
package struct HappenedView: Hashable, Sendable {
    package var instant: Timestamp
    /// RFC 3339 with the offset of the contract's zone.
    package var localTime: String
    /// As in ``Narration/kind``.
    package var kind: String
    package var text: String
    package var element: String?
    /// 0 where the file cites none.
    package var clause: Int
}

/// The daemon at a glance.
package struct StatusView: Hashable, Sendable {
    package var now: Timestamp
    package var startedAt: Timestamp
    package var version: String
    package var counts: StoreCounts
    package var workflows: Int
    /// Files that could not be loaded, with their first error.
    package var brokenFiles: [String]
    package var nextDue: Timestamp?
    /// The version of the system's zone data, such as `2025b`.
    package var zoneData: String
    package var store: String
}

/// A workflow that cases can be started of.
package struct WorkflowView: Hashable, Sendable {
    package var name: String
    package var title: String
    package var digest: String
    package var file: String
    package var language: String
    package var zone: String
    package var parameters: [ParameterView]
    package var parties: [PartyView]
    package var dates: [String]
    package var problems: [String]
}

/// A parameter and what is known of it.
package struct ParameterView: Hashable, Sendable {
    package var name: String
    package var title: String
    /// In words: `an amount in MAD`.
    package var type: String
    /// In words; `nil` while unknown.
    package var value: String?
    package var clause: Int
}

/// A party and who it is.
package struct PartyView: Hashable, Sendable {
    package var name: String
    package var title: String
    package var address: String?
}

/// A case in a list.
package struct CaseSummary: Hashable, Sendable {
    package var id: String
    package var workflow: String
    package var title: String
    package var status: String
    /// Titles of the innermost active states.
    package var states: [String]
    /// RFC 3339 with the offset of the contract's zone; `nil` if nothing is due ever.
    package var nextDue: String?
}

/// A case in full.
package struct CaseView: Hashable, Sendable {
    package var id: String
    package var workflow: String
    package var title: String
    package var digest: String
    package var document: String?
    package var zone: String
    package var status: String
    package var fault: String?
    /// The instant shown, local.
    package var at: String
    package var startedAt: String
    package var states: [StateView]
    package var dates: [DateView]
    package var parameters: [ParameterView]
    package var parties: [PartyView]
    package var data: [DataView]
    package var accepts: [AcceptedView]
    package var next: [AgendaRow]
    /// In the order of their opening; where there are many, those that run first and not all.
    package var children: [ChildView]
    /// How many there are.
    package var childCount: Int
    package var journalCount: Int
}

/// An active state.
package struct StateView: Hashable, Sendable {
    package var path: String
    package var title: String
    package var since: String
    package var clause: Int
}

/// A child of a case in a list.
package struct ChildView: Hashable, Sendable {
    /// `order/BC-7`, from the case whose id has no slash.
    package var path: String
    /// The kind's title.
    package var kind: String
    package var key: String
    package var title: String
    /// As of a case.
    package var status: String
    package var fault: String?
    /// Titles of the innermost active states.
    package var states: [String]
    /// What lies ahead first, in words of the contract's language; `nil` where nothing does.
    package var next: String?
    /// When that is, RFC 3339 with the offset of the contract's zone.
    package var nextAt: String?
}

/// A named date of a case.
package struct DateView: Hashable, Sendable {
    package var name: String
    package var title: String
    /// `2021-11-15` or `2021-09-24T16:30`; `nil` while unknown.
    package var date: String?
    /// Before it moved to a working day, where it did.
    package var nominal: String?
    /// In a sentence of the contract's language; empty while unknown.
    package var words: String
    package var isProvisional: Bool
    package var clause: Int
}

/// Something a case remembers, or that follows from it.
package struct DataView: Hashable, Sendable {
    package var name: String
    package var title: String
    /// In words of the contract's language.
    package var words: String
    package var value: PlainValue
}

/// An event that a case waits for.
package struct AcceptedView: Hashable, Sendable {
    package var name: String
    package var title: String
    package var fields: [FieldView]
    package var unmet: [String]
    package var clause: Int
}

/// What an expression comes to in a case.
package struct EvaluatedView: Hashable, Sendable {
    /// The value's type, as expressions call it.
    package var type: String
    /// The value in words of the contract's language.
    package var words: String
    package var value: PlainValue
}

/// One part of what an event carries.
package struct FieldView: Hashable, Sendable {
    package var name: String
    /// In words: `an amount in MAD`.
    package var type: String
    package var isOptional: Bool
}
