package import CivilTime
package import Expressions
package import WorkflowModel

/// A fact somebody reported, at the instant it happened.
///
/// When and by whom it was recorded is the store's business: it never changes what follows from the fact.
package struct JournalEntry: Sendable {
    /// The legal instant. Entries of the same instant happened in the order in which they stand in the journal.
    package var occurredAt: Timestamp
    package var fact: Fact
    /// The child it happened to; empty for the case itself.
    package var child: ChildPath
    /// Its number in the journal, from 1, in the order recorded: what people call it by. `nil` for a supposed fact.
    package var sequence: Int?

    package init(occurredAt: Timestamp, fact: Fact, child: ChildPath = ChildPath(), sequence: Int? = nil) {
        self.occurredAt = occurredAt
        self.fact = fact
        self.child = child
        self.sequence = sequence
    }
}

/// What a journal entry says.
package enum Fact: Sendable {
    /// The first entry of every journal.
    case started(Start)
    /// An event of the workflow with its typed payload, a map.
    case event(name: String, payload: Value)
    /// Parameters that have become known or have changed, by their indexes.
    case parameters([ParameterValue])
    /// Parties that have become known or have changed.
    case parties([PartyBinding])
    /// What somebody decided about a message. It changes nothing in the case, and stands in its journal.
    case decided(MessageDecision)
    /// An entry before it was wrong. It changes nothing by itself: ``Workflow/effective(_:)`` takes it into account.
    indirect case corrected(Correction)
    /// The case is kept under another version of its workflow from here on, and was computed anew under it.
    case amended(Amendment)

    /// The event that the chart gets after ``parameters(_:)``.
    package static let parametersEvent = "parameters.set"
    /// The event that the chart gets after ``parties(_:)``.
    package static let partiesEvent = "parties.set"
}

/// What somebody decided about a message that was not delivered.
package struct MessageDecision: Hashable, Sendable {
    /// What is to become of it.
    package enum Kind: String, Sendable {
        /// It is to be tried again, at once.
        case retried
        /// Nobody is to get it.
        case dropped
    }

    package var kind: Kind
    /// The message, by ``Message/key(caseID:workflow:)`` or a key made of several.
    package var key: String
    /// For people.
    package var subject: String
    /// Why; empty where nobody said.
    package var reason: String

    package init(kind: Kind, key: String, subject: String, reason: String) {
        self.kind = kind
        self.key = key
        self.subject = subject
        self.reason = reason
    }
}

/// What is decided when a case starts.
package struct Start: Hashable, Sendable {
    package var parameters: [ParameterValue]
    /// Who the parties are.
    package var parties: [PartyBinding]
    /// Days by which every literal date of the workflow is moved (`--rebase`); negative moves back.
    package var shiftDays: Int
    /// What was decided about contradictions of the document, beside what the workflow itself settles.
    package var settlements: [Settlement]

    package init(
        parameters: [ParameterValue] = [], parties: [PartyBinding] = [], shiftDays: Int = 0,
        settlements: [Settlement] = []
    ) {
        self.parameters = parameters
        self.parties = parties
        self.shiftDays = shiftDays
        self.settlements = settlements
    }
}

/// A parameter's value in a case.
package struct ParameterValue: Hashable, Sendable {
    /// An index of `Workflow.parameters`.
    package var parameter: Int
    package var value: Value

    package init(parameter: Int, value: Value) {
        self.parameter = parameter
        self.value = value
    }
}

/// Who a party is in a case.
package struct PartyBinding: Hashable, Sendable {
    package var party: PartyIndex
    /// An e-mail address, or whatever the plugin that delivers messages understands.
    package var address: String

    package init(party: PartyIndex, address: String) {
        self.party = party
        self.address = address
    }
}
