package import CivilTime
import Expressions
package import StatechartKernel

/// The condition of a transition.
package struct Guard: Sendable {
    /// `when:`; `nil` where only needed values stand in the way.
    package var condition: CheckedExpression?
    /// Parameters that must be known before the transition may enter its target, as indexes.
    package var neededParameters: [Int]
    /// Parties that must be known before it may, as indexes.
    package var neededParties: [PartyIndex]
    /// What people call the transition; `nil` where the file gives nothing.
    package var title: String?
    /// Of the transition, or of the state that has it.
    package var clause: Clause?

    package init(
        condition: CheckedExpression?, neededParameters: [Int], neededParties: [PartyIndex], title: String? = nil,
        clause: Clause? = nil
    ) {
        self.condition = condition
        self.title = title
        self.clause = clause
        self.neededParameters = neededParameters
        self.neededParties = neededParties
    }
}

/// Actions done in order; a failure ends the block.
package struct ActionBlock: Sendable {
    /// What messages and keys call this block, such as `execution.stage-1 entry`.
    package var name: String
    package var actions: [Action]
    package var clause: Clause?

    package init(name: String, actions: [Action], clause: Clause?) {
        self.name = name
        self.actions = actions
        self.clause = clause
    }
}

/// Something a transition or a state does.
package enum Action: Sendable {
    /// Gives a data item a new value.
    case set(data: Int, CheckedExpression)
    /// Adds the event's payload to a list of rows, or merges it into the row with the same key.
    case keep(data: Int)
    /// Puts an event in the internal queue.
    case raise(EventKey, name: String)
    /// Puts an event in the external queue, now or after a delay. `id` names it for `cancel`.
    case send(EventKey, name: String, payload: [(name: String, value: CheckedExpression)], delay: Period?, id: String?)
    /// Takes back all events sent under this name that have not arrived.
    case cancel(id: String)
    /// The first branch whose condition holds, or the last one.
    indirect case choose([(condition: CheckedExpression, actions: [Action])], otherwise: [Action])
    /// Tells somebody something.
    case notify(Notification)
    /// Opens a child case, as an index of `Workflow.openings`.
    case open(Int)
    /// Reports an event to the case around, with the child's key.
    case tell(name: String, payload: [(name: String, value: CheckedExpression)])
}

/// A message that an action asks for.
package struct Notification: Sendable {
    /// Tells it from the others of the file.
    package var element: String
    package var recipients: [PartyIndex]
    package var subject: MessageText
    package var body: MessageText?
    package var clause: Clause?

    package init(element: String, recipients: [PartyIndex], subject: MessageText, body: MessageText?, clause: Clause?) {
        self.element = element
        self.recipients = recipients
        self.subject = subject
        self.body = body
        self.clause = clause
    }
}

/// A sentence with expressions in it: `Payer {{ amount }}`.
package struct MessageText: Sendable {
    /// Words, or an expression whose value stands in their place.
    /// A piece of the sentence, in the order of the file.
    package enum Part: Sendable {
        case text(String)
        case expression(CheckedExpression)
    }

    package var parts: [Part]

    package init(parts: [Part]) { self.parts = parts }
}
