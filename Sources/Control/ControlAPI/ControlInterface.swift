/// The interface that `jalond` serves and `jalonctl` calls, as its file `org.jalon.Control.varlink` has it.
///
/// The text is part of the program, so that the service describes itself wherever it runs.
package enum ControlInterface {
    /// The name in reverse-domain notation.
    package static let name = "org.jalon.Control"

    /// The most events that one `SendMany` may carry.
    package static let maximumEvents = 10_000
    /// The most rows that one `Cases`, `Agenda` or `Outbox` answers with.
    package static let maximumRows = 1_000
    /// The rows answered with where the call does not say how many.
    package static let defaultRows = 100

    /// The interface file's text.
    package static let description = """
        # Runs contracts: what jalonctl asks of jalond.
        #
        # An instant in a reply is RFC 3339, with the offset of the contract's zone where it belongs to a contract and
        # in UTC elsewhere. An instant in a call that names a case (at, occurredAt) may also be written as people do,
        # in the contract's zone: 2021-09-24T16:30, or 2021-09-24 for the first moment of a day. 'clause' is a line of
        # the contract's document; it is absent where the workflow cites none.
        #
        # Wherever a call names a case, a child of it can be named as CASE/KIND/KEY: mayotte-1/order/BC-7.
        #
        # Every user may look, operators may start cases and send events, administrators may reload. Numbers in 'object'
        # values are decimal and exact up to 38 digits.
        interface org.jalon.Control

        # What counts where a workflow's document contradicts itself.
        type Settlement (
          # The contradiction's key: CHK-03/period.
          finding: string,
          # In the words of who decides; a value of the parameter that it settles, if there is one.
          choice: string,
          # Why.
          reason: string
        )

        # Something that happened in a case.
        type Happened (
          # When, with the offset of the contract's zone.
          at: string,
          # started, settled, event, ignored, parameters, parties, due, entered, left, date, message, failure, refused, over or
          # fault.
          kind: string,
          # For people, in the contract's language.
          text: string,
          # What it happened to, by its name in the workflow: a state's path, a date, an event.
          element: ?string,
          clause: ?int
        )

        # A value that the contract leaves open.
        type Parameter (
          name: string,
          title: string,
          # In words: an amount in MAD.
          type: string,
          # In words; absent while it is not known.
          value: ?string,
          clause: ?int
        )

        # Somebody the contract speaks of.
        type Party (
          name: string,
          title: string,
          # Absent while nobody is named.
          address: ?string
        )

        # What an event carries.
        type Field (
          name: string,
          # In words: an amount in MAD.
          type: string,
          optional: bool
        )

        # An event that a case waits for.
        type AcceptedEvent (
          name: string,
          title: string,
          fields: []Field,
          # What stands in the way, for people.
          unmet: []string,
          clause: ?int
        )

        # A workflow that cases can be started of.
        type Workflow (
          name: string,
          title: string,
          # SHA-256 of its text, hexadecimal: which version it is.
          digest: string,
          file: string,
          # fr or en: of what the contract sends.
          language: string,
          # Its time zone: Europe/Paris.
          zone: string,
          parameters: []Parameter,
          parties: []Party,
          # Names of its dates.
          dates: []string,
          # What 'check' says of it.
          problems: []string
        )

        # A case in a list.
        type CaseSummary (
          case: string,
          workflow: string,
          title: string,
          # running, over or fault.
          status: string,
          # Titles of the innermost active states.
          states: []string,
          # Absent where nothing is due ever.
          nextDue: ?string
        )

        # An active state.
        type State (
          # Its names from the top, joined by dots.
          path: string,
          title: string,
          since: string,
          clause: ?int
        )

        # A child of a case: a lot, an order, a territory.
        type Child (
          # order/BC-7: after the case's id and a slash, what the child is asked for by.
          path: string,
          # What people call its kind.
          kind: string,
          # Tells it from the others of its kind.
          key: string,
          title: string,
          # running, over or fault.
          status: string,
          # Why it cannot go on, where it cannot.
          fault: ?string,
          # Titles of the innermost active states.
          states: []string,
          # What lies ahead first, in the contract's language; absent where nothing does.
          next: ?string,
          # When that is.
          nextAt: ?string
        )

        # A date of the contract.
        type NamedDate (
          name: string,
          title: string,
          # 2021-11-15 or 2021-09-24T16:30, in the contract's zone; absent while it is not known.
          date: ?string,
          # The day before it moved to a working day, where it did.
          nominal: ?string,
          # In a sentence of the contract's language; absent while it is not known.
          words: ?string,
          # It rests on a holiday that is not announced yet.
          provisional: bool,
          clause: ?int
        )

        # Something a case remembers or computes.
        type DataItem (
          name: string,
          title: string,
          # In the contract's language.
          words: string,
          # Absent where it is nothing.
          value: ?any
        )

        # Something that lies ahead.
        type AgendaEntry (
          case: string,
          # In UTC.
          at: string,
          # The date's name or the state's path.
          element: string,
          title: string,
          # The day and hour, in the contract's language and zone.
          words: string,
          clause: ?int
        )

        # A message that somebody is owed, and what has become of it.
        type Message (
          # What it is: the same for ever, however often it is tried.
          key: string,
          case: string,
          # Absent where nobody is named for the party.
          address: ?string,
          subject: string,
          body: string,
          owedAt: string,
          # It was owed well before it could be sent.
          late: bool,
          # waiting, delivered, dead or obsolete.
          state: string,
          attempts: int,
          # When it may be tried next, or when it was settled.
          nextAttempt: string,
          # What was said of the last try.
          detail: string
        )

        # An event for a case.
        type Event (
          case: string,
          event: string,
          # Values by the fields' names.
          fields: ?object,
          # When it happened, if not now.
          occurredAt: ?string
        )

        # Why one event of several was refused: what the error would have carried.
        type Refusal (code: string, message: string, hint: ?string)

        # What became of one event of several.
        type Outcome (
          case: string,
          # The number of its journal row; absent where it was refused.
          sequence: ?int,
          # Absent where it was taken.
          refusal: ?Refusal
        )

        # How many cases there are.
        type CaseCounts (running: int, over: int, fault: int)

        # How many messages are not delivered.
        type MessageCounts (waiting: int, dead: int)

        # A date of the workflow and the day it shall be: every date that is written out moves by as many days.
        type Rebase (date: string, to: string)

        # The service at a glance.
        method Status() -> (
          now: string,
          startedAt: string,
          version: string,
          cases: CaseCounts,
          messages: MessageCounts,
          workflows: int,
          # Files that could not be loaded, with their first error.
          brokenFiles: []string,
          # The next instant at which something is due in any case.
          nextDue: ?string,
          # The version of the system's zone data: 2025b.
          zoneData: string,
          # Where cases are kept.
          store: string
        )

        # The workflows that cases can be started of.
        method Workflows() -> (workflows: []Workflow)

        # Starts a case. Answered once it is durable. For operators.
        method Start(
          workflow: string,
          # Its id; chosen by the service where absent.
          case: ?string,
          # Values by the parameters' names.
          parameters: ?object,
          # Addresses by the parties' names.
          parties: ?[string]string,
          rebase: ?Rebase,
          # When it began, if not now.
          occurredAt: ?string,
          # What counts where the document contradicts itself; 'jalonctl check' lists what is to be settled.
          settlements: ?[]Settlement
        ) -> (
          case: string,
          # The number of its journal row.
          sequence: int,
          # What happened because of it, in order.
          happened: []Happened
        )

        # Reports an event to a case, or as KIND/KEY/EVENT to a child; 'parameters.set' gives parameters values. Answered once it is durable. For
        # operators.
        method Send(case: string, event: string, fields: ?object, occurredAt: ?string) -> (
          case: string,
          sequence: int,
          happened: []Happened
        )

        # Reports many events, at most 10000, to one case or to several, in the order given. Answered once all are
        # durable; one that is refused does not keep the others from happening. For operators.
        method SendMany(events: []Event) -> (
          # One for each event, in the same order.
          outcomes: []Outcome
        )

        # Cases in the order of their ids, a page at a time.
        method Cases(
          # Only cases whose id sorts after this one.
          after: ?string,
          # Only cases of this workflow.
          workflow: ?string,
          # At most this many: 1 to 1000, 100 where absent.
          limit: ?int
        ) -> (
          cases: []CaseSummary,
          # What to give as 'after' for the next page; absent on the last.
          next: ?string
        )

        # A case in full, now or at another instant. The future is what happens if nobody does anything.
        method Show(case: string, at: ?string) -> (
          case: string,
          workflow: string,
          title: string,
          # Of its definition.
          digest: string,
          # The contract's document, which clauses are lines of.
          document: ?string,
          zone: string,
          # running, over or fault.
          status: string,
          # Why it cannot go on, where it cannot.
          fault: ?string,
          # The instant shown.
          at: string,
          startedAt: string,
          states: []State,
          dates: []NamedDate,
          parameters: []Parameter,
          parties: []Party,
          data: []DataItem,
          accepts: []AcceptedEvent,
          next: []AgendaEntry,
          # In the order of their opening; of more than 1000, those that run first.
          children: []Child,
          # How many there are.
          childCount: int,
          # Rows of its journal.
          journalCount: int
        )

        # The events that a case waits for now.
        method Events(case: string) -> (events: []AcceptedEvent)

        # Computes an expression (CEL, with the case's names) with what a case knows now.
        method Evaluate(case: string, expression: string) -> (
          # As expressions call it.
          type: string,
          # In words of the contract's language.
          words: string,
          value: ?object
        )

        # How a named date of a case, or as KIND/KEY/DATE of a child, came to be, line by line in the contract's language.
        method Why(case: string, date: string) -> (lines: []string)

        # What lies ahead, earliest first, of one case or of all.
        method Agenda(
          case: ?string,
          # RFC 3339; now where absent.
          from: ?string,
          # RFC 3339; for ever where absent.
          until: ?string,
          # At most this many: 1 to 1000, 100 where absent.
          limit: ?int
        ) -> (entries: []AgendaEntry)

        # All that has happened in a case, in order.
        method History(case: string) -> (happened: []Happened)

        # Messages of one case or of all, the latest owed first.
        method Outbox(
          case: ?string,
          # At most this many: 1 to 1000, 100 where absent.
          limit: ?int
        ) -> (messages: []Message)

        # Reads the workflow files again. For administrators.
        method Reload() -> (
          # What could not be loaded; the last good version of such a file stays in use.
          problems: []string
        )

        # Tells what happens from now on, in one case or in all, until the caller hangs up. The first reply is empty: it
        # says that watching has begun.
        # [Requires 'more' flag]
        method Watch(case: ?string) -> (case: ?string, happened: ?Happened)

        # In all errors 'code' names the error for programs, 'message' says for people what is wrong with which thing,
        # and 'hint' what to do next, where there is something.
        #
        # There is no case of this id.
        error CaseNotFound (code: string, message: string, hint: ?string)

        # There is a case of this id already.
        error CaseExists (code: string, message: string, hint: ?string)

        # There is no workflow of this name.
        error WorkflowNotFound (code: string, message: string, hint: ?string)

        # A value cannot be what it says.
        error BadRequest (code: string, message: string, hint: ?string)

        # The case does not wait for this event.
        error NotAccepted (code: string, message: string, hint: ?string)

        # The workflow needs more values before it can start.
        error Incomplete (code: string, message: string, hint: ?string)

        # The workflow's document contradicts itself, and nobody has said what counts.
        error Unsettled (code: string, message: string, hint: ?string)

        # There is no room to write; nothing was done.
        error StoreFull (code: string, message: string, hint: ?string)

        # What was to be written could not be; nothing was done.
        error StoreFailed (code: string, message: string, hint: ?string)

        # Too much is waiting already; nothing was done.
        error Busy (code: string, message: string, hint: ?string)

        # The service is about to stop; nothing was done.
        error Stopping (code: string, message: string, hint: ?string)

        # The caller's role does not allow this call.
        error PermissionDenied (code: string, message: string, hint: ?string)

        """
}

/// The methods of ``ControlInterface``, as they are called on the socket.
package enum ControlMethod: String, CaseIterable, Sendable {
    case status = "Status"
    case workflows = "Workflows"
    case start = "Start"
    case send = "Send"
    case sendMany = "SendMany"
    case cases = "Cases"
    case show = "Show"
    case events = "Events"
    case evaluate = "Evaluate"
    case why = "Why"
    case agenda = "Agenda"
    case history = "History"
    case outbox = "Outbox"
    case reload = "Reload"
    case watch = "Watch"

    /// The name with the interface's: what a call says.
    package var fullName: String { "\(ControlInterface.name).\(rawValue)" }
}
