/// What `Events` and `History` are asked: one case.
package struct CaseParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String

    /// Makes one from its parts.
    package init(caseID: String) {
        self.caseID = caseID
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
    }
}

/// What `Evaluate` is asked: an expression with what a case knows.
package struct EvaluateParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// CEL with the case's names.
    package var expression: String
    /// As people write it, in the case's zone; now where absent.
    package var at: String?

    /// Makes one from its parts.
    package init(caseID: String, expression: String, at: String? = nil) {
        self.caseID = caseID
        self.expression = expression
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case expression, at
    }
}

/// What `Why` is asked: something with a name in a case.
package struct WhyParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// A date's, a value's, a parameter's or a cadence's name.
    package var name: String

    /// Makes one from its parts.
    package init(caseID: String, name: String) {
        self.caseID = caseID
        self.name = name
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case name
    }
}

/// What `WhyNot` is asked: an event that a case might take.
package struct WhyNotParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// The event's name.
    package var event: String
    /// What it would carry; absent while that is open.
    package var fields: [String: JSONValue]?

    /// Makes one from its parts.
    package init(caseID: String, event: String, fields: [String: JSONValue]?) {
        self.caseID = caseID
        self.event = event
        self.fields = fields
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case event, fields
    }
}

/// What `Start` is asked: a new case.
package struct StartParameters: Codable, Hashable, Sendable {
    /// The workflow's name.
    package var workflow: String
    /// The id it shall have; chosen by the service where absent.
    package var caseID: String?
    /// Values by the parameters' names.
    package var parameters: [String: JSONValue]?
    /// Addresses by the parties' names.
    package var parties: [String: String]?
    /// By how much the written dates move.
    package var rebase: Rebase?
    /// When it began, if not now; as people write it, in the workflow's zone.
    package var occurredAt: String?
    /// What is decided about contradictions of the document.
    package var settlements: [Settlement]?

    /// Makes one from its parts.
    package init(
        workflow: String, caseID: String? = nil, parameters: [String: JSONValue]? = nil,
        parties: [String: String]? = nil, rebase: Rebase? = nil, occurredAt: String? = nil,
        settlements: [Settlement]? = nil
    ) {
        self.workflow = workflow
        self.caseID = caseID
        self.parameters = parameters
        self.parties = parties
        self.rebase = rebase
        self.occurredAt = occurredAt
        self.settlements = settlements
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case workflow, parameters, parties, rebase, occurredAt, settlements
    }
}

/// What counts where the document contradicts itself.
package struct Settlement: Codable, Hashable, Sendable {
    /// The contradiction's key: `CHK-03/period`.
    package var finding: String
    /// What counts, in the words of who decides; the value of the parameter that it settles, if there is one.
    package var choice: String
    /// Why.
    package var reason: String

    /// Makes one from its parts.
    package init(finding: String, choice: String, reason: String) {
        self.finding = finding
        self.choice = choice
        self.reason = reason
    }
}

/// A date of the workflow and the day it shall be: every written date moves by as many days.
package struct Rebase: Codable, Hashable, Sendable {
    /// The date's name.
    package var date: String
    /// The day it shall be, as people write it.
    package var to: String

    /// Makes one from its parts.
    package init(date: String, to: String) {
        self.date = date
        self.to = to
    }
}

/// What `Send` is asked: an event for a case.
package struct SendParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// The event's name; `parameters.set` gives parameters values.
    package var event: String
    /// Values by the fields' names.
    package var fields: [String: JSONValue]?
    /// When it happened, if not now; as people write it, in the case's zone.
    package var occurredAt: String?
    /// Only tell what would happen; `SendMany` knows no such thing.
    package var dryRun: Bool?

    /// Makes one from its parts.
    package init(
        caseID: String, event: String, fields: [String: JSONValue]? = nil, occurredAt: String? = nil,
        dryRun: Bool? = nil
    ) {
        self.caseID = caseID
        self.event = event
        self.fields = fields
        self.occurredAt = occurredAt
        self.dryRun = dryRun
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case event, fields, occurredAt, dryRun
    }
}

/// What `SendMany` is asked: events for one case or for several.
package struct SendManyParameters: Codable, Hashable, Sendable {
    /// In the order in which they happen; at most ``ControlInterface/maximumEvents``.
    package var events: [SendParameters]

    /// Makes one from its parts.
    package init(events: [SendParameters]) {
        self.events = events
    }
}

/// What `Cases` is asked: one page of cases.
package struct CasesParameters: Codable, Hashable, Sendable {
    /// Only cases whose id sorts after this one.
    package var after: String?
    /// Only cases of this workflow.
    package var workflow: String?
    /// At most this many; ``ControlInterface/defaultRows`` where absent.
    package var limit: Int?

    /// Makes one from its parts.
    package init(after: String? = nil, workflow: String? = nil, limit: Int? = nil) {
        self.after = after
        self.workflow = workflow
        self.limit = limit
    }
}

/// What `Show` is asked: a case at an instant.
package struct ShowParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// As people write it, in the case's zone; now where absent.
    package var at: String?

    /// Makes one from its parts.
    package init(caseID: String, at: String? = nil) {
        self.caseID = caseID
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case at
    }
}

/// What `Agenda` is asked: what lies ahead.
package struct AgendaParameters: Codable, Hashable, Sendable {
    /// The case; all where absent.
    package var caseID: String?
    /// RFC 3339; now where absent.
    package var from: String?
    /// RFC 3339; for ever where absent.
    package var until: String?
    /// What lay or will lie ahead of the case at another instant, as people write it, in its zone.
    package var at: String?
    /// At most this many; ``ControlInterface/defaultRows`` where absent.
    package var limit: Int?

    /// Makes one from its parts.
    package init(
        caseID: String? = nil, from: String? = nil, until: String? = nil, at: String? = nil, limit: Int? = nil
    ) {
        self.caseID = caseID
        self.from = from
        self.until = until
        self.at = at
        self.limit = limit
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case from, until, at, limit
    }
}

/// What `Outbox` is asked: messages.
package struct OutboxParameters: Codable, Hashable, Sendable {
    /// The case; all where absent.
    package var caseID: String?
    /// Only messages in this state; any where absent.
    package var state: String?
    /// At most this many; ``ControlInterface/defaultRows`` where absent.
    package var limit: Int?

    /// Makes one from its parts.
    package init(caseID: String? = nil, state: String? = nil, limit: Int? = nil) {
        self.caseID = caseID
        self.state = state
        self.limit = limit
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case state, limit
    }
}

/// What `Watch` is asked: what happens from now on.
package struct WatchParameters: Codable, Hashable, Sendable {
    /// The case; all where absent.
    package var caseID: String?

    /// Makes one from its parts.
    package init(caseID: String? = nil) {
        self.caseID = caseID
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
    }
}
