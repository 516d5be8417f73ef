package import CivilTime

/// One change of a batch.
package enum StoreChange: Sendable {
    case definition(StoredDefinition)
    case caseCommit(CaseCommit)
    case delivery(DeliveryCommit)
    /// Keeps a value under a name, in place of one kept before.
    case mark(name: String, value: String)
}

/// A workflow as it was loaded: immutable, known by its digest.
package struct StoredDefinition: Hashable, Sendable {
    /// SHA-256 of `text`, as hexadecimal.
    package var digest: String
    package var name: String
    package var text: String
    package var savedAt: Timestamp

    package init(digest: String, name: String, text: String, savedAt: Timestamp) {
        self.digest = digest
        self.name = name
        self.text = text
        self.savedAt = savedAt
    }
}

/// What one turn did to one case.
package struct CaseCommit: Hashable, Sendable {
    package var state: StoredCase
    /// Rows to add to the journal.
    package var journal: [JournalRow]
    /// What lies ahead of this case now, instead of what did; `nil` where that has not changed.
    package var agenda: [AgendaRow]?
    /// Effects now owed. One whose key is known already is left as it is: it was settled or waits.
    package var outbox: [OutboxRow]
    /// Whether effects of ``outbox`` have come to be owed just now, so that one known to be obsolete, and told in no other,
    /// takes the place of what it was (``OutboxRow/owedAgain(after:)``).
    package var isOwedAnew = false
    /// Keys of effects that wait and are not owed any more; any others are left as they are.
    package var obsolete: [String]

    package init(
        state: StoredCase, journal: [JournalRow], agenda: [AgendaRow]?, outbox: [OutboxRow], obsolete: [String] = []
    ) {
        self.state = state
        self.journal = journal
        self.agenda = agenda
        self.outbox = outbox
        self.obsolete = obsolete
    }
}

/// A case's row.
package struct StoredCase: Hashable, Sendable {
    /// How a case stands.
    package enum Status: String, Sendable {
        case running, over, fault
    }

    package var id: String
    package var workflow: String
    /// Of its definition.
    package var digest: String
    package var status: Status
    package var startedAt: Timestamp
    /// When it was first recorded: effects owed before were nobody's to send.
    package var enteredAt: Timestamp
    /// Its earliest due; `nil` if nothing is due ever.
    package var due: Timestamp?
    /// Rows of its journal, and the hash of the last.
    package var journalCount: Int
    package var journalHash: [UInt8]
    /// `Case.snapshot()`, a cache.
    package var snapshot: [UInt8]

    package init(
        id: String, workflow: String, digest: String, status: Status, startedAt: Timestamp, enteredAt: Timestamp,
        due: Timestamp?, journalCount: Int, journalHash: [UInt8], snapshot: [UInt8]
    ) {
        self.id = id
        self.workflow = workflow
        self.digest = digest
        self.status = status
        self.startedAt = startedAt
        self.enteredAt = enteredAt
        self.due = due
        self.journalCount = journalCount
        self.journalHash = journalHash
        self.snapshot = snapshot
    }
}

/// A row of a journal. The hash of each is SHA-256 over the hash before it and the bytes of `text`.
package struct JournalRow: Hashable, Sendable {
    /// 1 for the first.
    package var sequence: Int
    package var occurredAt: Timestamp
    package var recordedAt: Timestamp
    /// JSON with sorted keys: all there is to know of the entry.
    package var text: String
    package var hash: [UInt8]

    package init(sequence: Int, occurredAt: Timestamp, recordedAt: Timestamp, text: String, hash: [UInt8]) {
        self.sequence = sequence
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.text = text
        self.hash = hash
    }
}

/// Something that lies ahead of a case.
package struct AgendaRow: Hashable, Sendable {
    package var caseID: String
    /// Of what is over as a day ends, the last microsecond of that day.
    package var instant: Timestamp
    /// Of the file: a date's name or a state's path.
    package var element: String
    /// For people.
    package var title: String
    /// The day and hour as people read them, in the contract's language and zone.
    package var words: String
    /// 0 where the file cites none.
    package var clause: Int

    package init(caseID: String, instant: Timestamp, element: String, title: String, words: String, clause: Int) {
        self.caseID = caseID
        self.instant = instant
        self.element = element
        self.title = title
        self.words = words
        self.clause = clause
    }
}

/// An effect that was asked for, and what has become of it.
package struct OutboxRow: Hashable, Sendable {
    /// What has become of an effect.
    package enum State: String, Sendable {
        case waiting, delivered, dead, obsolete
        /// It may have been delivered already, and nobody knows: a person decides.
        case held
        /// A person decided that nobody is to get it.
        case dropped
    }

    /// What a person reads.
    package struct Words: Hashable, Sendable {
        package var subject: String
        package var body: String

        package init(subject: String, body: String) {
            self.subject = subject
            self.body = body
        }
    }

    /// What the effect is: unique for ever.
    package var key: String
    package var caseID: String
    /// `nil` where nobody is named for the party.
    package var address: String?
    package var subject: String
    package var body: String
    /// When it was owed.
    package var owedAt: Timestamp
    /// True where it was owed well before it could be sent.
    package var isLate: Bool
    package var state: State
    package var attempts: Int
    /// When it may be tried next, or when it was settled.
    package var nextAttempt: Timestamp
    /// What the plugin said last, for people.
    package var detail: String

    package init(
        key: String, caseID: String, address: String?, subject: String, body: String, owedAt: Timestamp, isLate: Bool,
        state: State, attempts: Int, nextAttempt: Timestamp, detail: String
    ) {
        self.key = key
        self.caseID = caseID
        self.address = address
        self.subject = subject
        self.body = body
        self.owedAt = owedAt
        self.isLate = isLate
        self.state = state
        self.attempts = attempts
        self.nextAttempt = nextAttempt
        self.detail = detail
    }
}

/// What became of one try to deliver an effect, whatever its state was; nothing happens where its key is unknown.
package struct DeliveryCommit: Hashable, Sendable {
    package var key: String
    /// Whom it goes to from now on; `nil` leaves that as it is.
    package var address: String?
    /// The words that were sent; `nil` leaves them as they are.
    package var words: OutboxRow.Words?
    package var state: OutboxRow.State
    package var attempts: Int
    package var nextAttempt: Timestamp
    package var detail: String

    package init(
        key: String, address: String? = nil, words: OutboxRow.Words? = nil, state: OutboxRow.State, attempts: Int,
        nextAttempt: Timestamp, detail: String
    ) {
        self.key = key
        self.address = address
        self.words = words
        self.state = state
        self.attempts = attempts
        self.nextAttempt = nextAttempt
        self.detail = detail
    }
}

/// How much a store holds.
package struct StoreCounts: Hashable, Sendable {
    package var running: Int
    package var over: Int
    package var faults: Int
    package var waiting: Int
    package var dead: Int
    package var held: Int

    package init(running: Int, over: Int, faults: Int, waiting: Int, dead: Int, held: Int = 0) {
        self.held = held
        self.running = running
        self.over = over
        self.faults = faults
        self.waiting = waiting
        self.dead = dead
    }
}
