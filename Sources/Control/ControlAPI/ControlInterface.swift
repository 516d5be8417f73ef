/// The interface that `jalond` serves and `jalonctl` calls, as its file `org.jalon.Control.varlink` has it.
///
/// The text is part of the program, so that the service describes itself wherever it runs.
package enum ControlInterface {
    /// The name in reverse-domain notation.
    package static let name = "org.jalon.Control"

    /// The most events that one `SendMany` may carry.
    package static let maximumEvents = 10_000
    /// The most events that one `WhatIf` may suppose.
    package static let maximumSupposedEvents = 1_000
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
        # Wherever a call asks a case or tells it something, a child of it can be named as CASE/KIND/KEY:
        # mayotte-1/order/BC-7. Journals, proofs and plans are of whole cases.
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
          # The day it is of, such as 2021-10-15, where that is not the day of 'at': what is over when a day ends is of the
          # day that ends.
          day: ?string,
          # started, settled, event, ignored, parameters, parties, decision, corrected, amended, due, entered, left, date,
          # message, breach, failure, refused, over or fault.
          kind: string,
          # For people, in the contract's language.
          text: string,
          # What it happened to, by its name in the workflow: a state's path, a date, an event.
          element: ?string,
          clause: ?int,
          # The number of the journal entry that this is; absent for what follows from one.
          entry: ?int
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
          # With the contract's offset; of what is over as a day ends, the last microsecond of that day. Absent where
          # nothing is due ever.
          nextDue: ?string
        )

        # An active state.
        type State (
          # Its names from the top, joined by dots.
          path: string,
          title: string,
          since: string,
          # The day of 'since', as of what happened.
          day: ?string,
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
          # When that is, as nextDue.
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
          # The first day of a window, whose last day 'date' is.
          opens: ?string,
          # In a sentence of the contract's language, or why there is no day; absent while nothing is known.
          words: ?string,
          # It rests on a holiday that is not announced yet.
          provisional: bool,
          clause: ?int
        )

        # An obligation that comes back.
        type Cadence (
          name: string,
          title: string,
          # Where it stands, in the contract's language.
          words: string,
          # How often it has happened in the stretch that counts, and how often it has to.
          held: int,
          required: int,
          clause: ?int
        )

        # A transition of an active state, and what stands in its way.
        type Obstacle (
          # The state's path.
          state: string,
          title: string,
          # Titles of the states it leads to.
          targets: []string,
          # In words of the contract's language; empty where nothing stands in the way.
          unmet: []string,
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

        # Something that lies ahead, or is over and still waited for.
        type AgendaEntry (
          case: string,
          # In UTC; of what is over as a day ends, the last microsecond of that day.
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
          # waiting; delivered; dead, once it was given up; obsolete, where it was not owed any more; held, where it may have
          # been sent before a backup was restored; or dropped, by a person. One that is told in another with other late
          # ones stands as that one does, which 'detail' names.
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

        # How many messages are not delivered; one that tells several late ones counts once.
        type MessageCounts (waiting: int, dead: int, held: int)

        # What became of the decision about one message.
        type DecisionOutcome (
          # The message.
          key: string,
          # Absent where it was refused, as is the number of the journal row.
          case: ?string,
          sequence: ?int,
          # Whom it goes to now; absent where it is not tried again.
          to: ?[]string,
          # Absent where it was taken.
          refusal: ?Refusal
        )

        # Where a journal is not what was written.
        type JournalProblem (
          case: string,
          # The first entry that is not; absent where it is the case as a whole.
          entry: ?int,
          message: string
        )

        # What a look at all journals found.
        type JournalCheck (
          # running or done.
          state: string,
          startedAt: string,
          finishedAt: ?string,
          cases: int,
          entries: int,
          # How many journals are not what was written.
          problems: int
        )

        # A date of the workflow and the day it shall be: every date that is written out moves by as many days.
        type Rebase (date: string, to: string)

        # Something that differs between two lives of one case: as it was known and as it is known now, as it is and as it
        # would be.
        type Move (
          # A state's path, a date's, a value's or a party's name, of a child after the child's path; empty for how the
          # case as a whole stands.
          element: string,
          title: string,
          # In words; absent where there is nothing or it is not known.
          before: ?string,
          after: ?string,
          clause: ?int
        )

        # A state that is passed in one life and not in the other.
        type Passage (
          at: string,
          # The day it is said of, 2021-10-15: what the end of a day brings about is of that day.
          day: string,
          path: string,
          title: string
        )

        # A message that is owed in one life and not in the other.
        type MovedMessage (
          key: string,
          # When it is owed.
          at: string,
          # The day it is said of, 2021-10-15: what is owed as a day ends is of that day.
          day: string,
          # The party's title.
          to: string,
          subject: string,
          # sent: delivered already, and not sent again. dropped: was not delivered, and is not sent any more, or would not
          # be. owed: is sent now, or would be. nobody: the same, once somebody is named for the party. overtaken: a
          # reminder of the past that is not sent, for what it reminds of is over, or a later one says it. unsent: was
          # never to be sent.
          fate: string,
          clause: ?int
        )

        # An entry of the journal that has an effect in one life and none in the other.
        type MovedEntry (
          entry: int,
          at: string,
          text: string,
          # Whether it has one in the second.
          effect: bool
        )

        # What differs between two lives of one case.
        type Comparison (
          # fr or en: of the words.
          language: string,
          # Innermost active states of one of them alone.
          states: []Move,
          # Children that one of them alone has, or that go on in one of them alone.
          children: []Move,
          # States passed in the first alone, and in the second alone.
          skipped: []Passage,
          passed: []Passage,
          # States passed in both, on different days.
          shifted: []Move,
          dates: []Move,
          # Obligations that come back.
          cadences: []Move,
          # Parameters, data and computed values.
          values: []Move,
          # Who the parties are.
          parties: []Move,
          # Messages that only the first owes, and those that only the second does.
          notOwed: []MovedMessage,
          owed: []MovedMessage,
          entries: []MovedEntry
        )

        # An event that is supposed to happen.
        type SupposedEvent (
          event: string,
          # Values by the fields' names.
          fields: ?object,
          # When, in the past or the future; now where absent.
          occurredAt: ?string
        )

        # A case of a plan.
        type PlannedCase (
          case: string,
          # The digest of the definition it is pinned to.
          from: string,
          # Why it stays as it is; empty for a case that moves.
          obstacles: []string,
          # What it would still have to be told under the new version.
          missing: []string,
          # Absent for a case that stays.
          comparison: ?Comparison
        )

        # A case that does not come to the same when it is computed again.
        type Difference (case: string, differences: []string)

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
          store: string,
          # What deserves a look, a sentence each: broken journals, cases that cannot be stored, a plugin that fails.
          problems: []string,
          # The look at all journals since the service started; absent before it begins.
          journals: ?JournalCheck
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
        method Send(
          case: string,
          event: string,
          fields: ?object,
          occurredAt: ?string,
          # Only tell what would happen.
          dryRun: ?bool
        ) -> (
          case: string,
          # 0 where nothing was recorded.
          sequence: int,
          happened: []Happened,
          # What moved; absent for a fact that came in time.
          comparison: ?Comparison
        )

        # Says what was wrong with an entry of a case's journal. The journal keeps both; the case is computed again.
        # Answered once it is durable. For operators.
        method Correct(
          case: string,
          # The number that History shows.
          entry: int,
          # Values instead, by field, parameter or party.
          fields: ?object,
          # Of the start: by how much the written dates move.
          rebase: ?Rebase,
          # When it happened instead.
          occurredAt: ?string,
          # It never happened.
          withdraw: ?bool,
          reason: string,
          # Only tell what would move.
          dryRun: ?bool
        ) -> (
          case: string,
          # The number of the correction's journal row; 0 where nothing was recorded.
          sequence: int,
          happened: []Happened,
          comparison: ?Comparison
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
          # The instant shown; at the end of a day, the last microsecond of it.
          at: string,
          # When it began; of a child, when it was opened.
          startedAt: string,
          states: []State,
          dates: []NamedDate,
          cadences: []Cadence,
          parameters: []Parameter,
          parties: []Party,
          data: []DataItem,
          accepts: []AcceptedEvent,
          next: []AgendaEntry,
          # In the order of their opening; of more than 1000, those that run first.
          children: []Child,
          # How many there are.
          childCount: int,
          # Rows of its journal; of a child, those that are about it.
          journalCount: int
        )

        # The events that a case waits for now, and the values without which it stands still.
        method Events(case: string) -> (events: []AcceptedEvent)

        # Computes an expression (CEL, with the case's names) with what a case knows, now or at another instant.
        method Evaluate(case: string, expression: string, at: ?string) -> (
          # As expressions call it.
          type: string,
          # In words of the contract's language.
          words: string,
          value: ?object
        )

        # How a date, a value, a parameter or a cadence of a case came to be, line by line in the contract's language. Of a
        # child it is named KIND/KEY/NAME, or the child is named as the case.
        method Why(case: string, name: string) -> (lines: []string)

        # Why a case does not take an event now. Nothing is recorded.
        method WhyNot(
          case: string,
          event: string,
          # What it would carry, where conditions ask for that.
          fields: ?object
        ) -> (
          title: string,
          # Nothing stands in the way.
          accepted: bool,
          # What holds whatever the state, in the contract's language.
          reasons: []string,
          obstacles: []Obstacle
        )

        # What is overdue and what lies ahead, earliest first, of one case or of all.
        method Agenda(
          case: ?string,
          # RFC 3339; now, and what is overdue, where absent.
          from: ?string,
          # RFC 3339; for ever where absent.
          until: ?string,
          # What lay or will lie ahead of the case at another instant.
          at: ?string,
          # At most this many: 1 to 1000, 100 where absent.
          limit: ?int
        ) -> (entries: []AgendaEntry)

        # What would happen to a case if some events happened, beside what happens if nobody does anything. Nothing is
        # recorded and nothing sent.
        method WhatIf(
          case: string,
          # At most 1000; none for what happens if nobody does anything.
          events: ?[]SupposedEvent,
          # How far to look; where absent, until the case is over or 30 days after its last date.
          until: ?string
        ) -> (
          title: string,
          zone: string,
          now: string,
          # How far it was followed.
          until: string,
          # The last day of that, 2021-12-31.
          lastDay: string,
          # With what happens if nobody does anything.
          comparison: Comparison,
          # The numbers, as the comparison's entries have them, of supposed events that the case would not take, and what
          # Send would answer to the first of them.
          notTaken: []int,
          refusal: ?Refusal,
          # What would happen from now on, in order.
          happened: []Happened,
          # The case at the end, as Show has it.
          status: string,
          fault: ?string,
          states: []State,
          dates: []NamedDate,
          data: []DataItem,
          accepts: []AcceptedEvent
        )

        # What the version of a workflow that is in the folder now would do to cases of other versions.
        method Plan(
          workflow: string,
          # All that are not over where absent.
          cases: ?[]string
        ) -> (
          # SHA-256 over all that the plan rests on, hexadecimal.
          digest: string,
          workflow: string,
          # The digest of the definition that cases would go over to.
          definition: string,
          cases: []PlannedCase
        )

        # Switches the cases of a plan to the new version, all in one transaction, if everything the plan rests on is as
        # it was. Answered once it is durable. For administrators.
        method Apply(
          # The plan's digest.
          plan: string,
          reason: ?string
        ) -> (digest: string, workflow: string, definition: string, cases: []PlannedCase)

        # Computes cases again from their journals, a page at a time, and tells what differs from what is kept of them.
        # An upgrade of the service is safe where nothing differs.
        method Replay(
          # Only cases whose id sorts after this one.
          after: ?string,
          # At most this many: 1 to 1000, 100 where absent.
          limit: ?int
        ) -> (
          checked: int,
          differing: []Difference,
          # What to give as 'after' for the next page; absent on the last.
          next: ?string
        )

        # All that has happened in a case, in order, with what has become of each message: one that has left stays told,
        # whatever is known today.
        method History(case: string) -> (happened: []Happened)

        # A case's journal with all that is needed to check it elsewhere, as lines of JSON, some with each reply.
        # [Requires 'more' flag]
        method Proof(case: string) -> (lines: []string)

        # Follows the chain of hashes of one journal or of all, and then looks at the store's file too. Other calls are
        # answered meanwhile. For operators.
        method Verify(
          case: ?string,
          # Computes each case again from its journal too.
          replay: ?bool
        ) -> (
          cases: int,
          entries: int,
          # SHA-256, hexadecimal. Of one case, the hash of its last entry; of all, over a line 'ID COUNT HASH' for each in
          # the order of ids. Kept elsewhere, it shows later that nothing was cut short or rewritten.
          head: string,
          seconds: float,
          problems: []JournalProblem,
          # What else is wrong with how the store is kept.
          storeProblems: []string
        )

        # Copies the store to a file that the service can write. For administrators.
        method Backup(
          # A path from the root.
          file: string,
          # Whether a backup of that name may be replaced; it never is by one that is known not to be sound.
          replace: ?bool
        ) -> (
          file: string,
          bytes: int,
          # What is wrong with the store, so that this copy of it cannot be restored.
          problems: []string
        )

        # Messages of one case or of all, the latest owed first.
        method Outbox(
          case: ?string,
          # Only those in this state.
          state: ?string,
          # At most this many: 1 to 1000, 100 where absent.
          limit: ?int
        ) -> (messages: []Message)

        # One message by its key.
        method ShowMessage(key: string) -> (message: Message)

        # Has messages tried again at once, or dropped: those named, or all in a state, of one case or of all. The journals
        # of their cases keep who decided. One that is refused does not keep the others from being decided about. For
        # operators.
        method DecideMessages(
          # retry or drop.
          decision: string,
          keys: ?[]string,
          # dead or held.
          state: ?string,
          case: ?string,
          # Why; needed to drop.
          reason: ?string
        ) -> (outcomes: []DecisionOutcome)

        # Reads the workflow files again. For administrators.
        method Reload() -> (
          # What could not be loaded; the last good version of such a file stays in use.
          problems: []string,
          # Names of workflows that no file holds any more: no new case of them can be started, and those there are keep
          # their version. While a file cannot be loaded, none is withdrawn.
          withdrawn: []string
        )

        # Tells what happens from now on, in one case or in all, until the caller hangs up. The first reply is empty: it
        # says that watching has begun. One with 'missed' says how many things happened that are left out there, since
        # the caller did not read in time; History tells them.
        # [Requires 'more' flag]
        method Watch(case: ?string) -> (case: ?string, happened: ?Happened, missed: ?int)

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

        # Nobody has made this plan since the service started.
        error PlanNotFound (code: string, message: string, hint: ?string)

        # What the plan rests on is not as it was; no case was switched.
        error PlanChanged (code: string, message: string, hint: ?string)

        # There is no room to write; nothing was done.
        error StoreFull (code: string, message: string, hint: ?string)

        # What was to be written could not be; nothing was done.
        error StoreFailed (code: string, message: string, hint: ?string)

        # No whole copy could be made.
        error BackupFailed (code: string, message: string, hint: ?string)

        # What is kept of a case is not what was written; it stands still.
        error ChainBroken (code: string, message: string, hint: ?string)

        # There is no message of this key.
        error MessageNotFound (code: string, message: string, hint: ?string)

        # Nothing can be decided about the message any more.
        error MessageSettled (code: string, message: string, hint: ?string)

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
    case correct = "Correct"
    case sendMany = "SendMany"
    case cases = "Cases"
    case show = "Show"
    case events = "Events"
    case evaluate = "Evaluate"
    case why = "Why"
    case whyNot = "WhyNot"
    case agenda = "Agenda"
    case whatIf = "WhatIf"
    case plan = "Plan"
    case apply = "Apply"
    case replay = "Replay"
    case history = "History"
    case proof = "Proof"
    case verify = "Verify"
    case backup = "Backup"
    case outbox = "Outbox"
    case showMessage = "ShowMessage"
    case decideMessages = "DecideMessages"
    case reload = "Reload"
    case watch = "Watch"

    /// The name with the interface's: what a call says.
    package var fullName: String { "\(ControlInterface.name).\(rawValue)" }
}
