/// Something that happened in a case.
package struct Happened: Codable, Hashable, Sendable {
    /// When, with the offset of the contract's zone.
    package var at: String
    /// The day it is of, such as `2021-10-15`, where that is not the day of ``at``: what is over when a day ends is of the
    /// day that ends.
    package var day: String?
    /// `started`, `event`, `ignored`, `parameters`, `parties`, `corrected`, `amended`, `due`, `entered`, `left`, `date`,
    /// `message`, `failure`, `over` or `fault`.
    package var kind: String
    /// For people, in the contract's language.
    package var text: String
    /// What it happened to, by its name in the workflow.
    package var element: String?
    /// A line of the document.
    package var clause: Int?
    /// The number of the journal entry that this is; absent for what follows from one.
    package var entry: Int?

    /// Makes one from its parts.
    package init(
        at: String, day: String? = nil, kind: String, text: String, element: String? = nil, clause: Int? = nil,
        entry: Int? = nil
    ) {
        self.at = at
        self.day = day
        self.kind = kind
        self.text = text
        self.element = element
        self.clause = clause
        self.entry = entry
    }
}

/// A value that the contract leaves open.
package struct Parameter: Codable, Hashable, Sendable {
    /// Its name in the workflow.
    package var name: String
    /// What people read.
    package var title: String
    /// In words: `an amount in MAD`.
    package var type: String
    /// In words; absent while it is not known.
    package var value: String?
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(name: String, title: String, type: String, value: String? = nil, clause: Int? = nil) {
        self.name = name
        self.title = title
        self.type = type
        self.value = value
        self.clause = clause
    }
}

/// Somebody the contract speaks of.
package struct Party: Codable, Hashable, Sendable {
    /// Its name in the workflow.
    package var name: String
    /// What people read.
    package var title: String
    /// Absent while nobody is named.
    package var address: String?

    /// Makes one from its parts.
    package init(name: String, title: String, address: String? = nil) {
        self.name = name
        self.title = title
        self.address = address
    }
}

/// An event that a case waits for.
package struct AcceptedEvent: Codable, Hashable, Sendable {
    /// What to send.
    package var name: String
    /// What people read.
    package var title: String
    /// What it carries.
    package var fields: [Field]
    /// What stands in the way, for people.
    package var unmet: [String]
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(name: String, title: String, fields: [Field], unmet: [String], clause: Int? = nil) {
        self.name = name
        self.title = title
        self.fields = fields
        self.unmet = unmet
        self.clause = clause
    }
}

/// A part of what an event carries.
package struct Field: Codable, Hashable, Sendable {
    /// Its name.
    package var name: String
    /// In words: `an amount in MAD`.
    package var type: String
    /// Whether it may be left out.
    package var isOptional: Bool

    /// Makes one from its parts.
    package init(name: String, type: String, isOptional: Bool) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
    }

    private enum CodingKeys: String, CodingKey {
        case isOptional = "optional"
        case name, type
    }
}

/// A workflow that cases can be started of.
package struct Workflow: Codable, Hashable, Sendable {
    /// What cases refer to.
    package var name: String
    /// What people read.
    package var title: String
    /// SHA-256 of its text, hexadecimal.
    package var digest: String
    /// The file it was read from.
    package var file: String
    /// `fr` or `en`.
    package var language: String
    /// Its time zone.
    package var zone: String
    /// In the order of the file.
    package var parameters: [Parameter]
    /// In the order of the file.
    package var parties: [Party]
    /// Names of its dates.
    package var dates: [String]
    /// What `check` says of it.
    package var problems: [String]

    /// Makes one from its parts.
    package init(
        name: String, title: String, digest: String, file: String, language: String, zone: String,
        parameters: [Parameter], parties: [Party], dates: [String], problems: [String]
    ) {
        self.name = name
        self.title = title
        self.digest = digest
        self.file = file
        self.language = language
        self.zone = zone
        self.parameters = parameters
        self.parties = parties
        self.dates = dates
        self.problems = problems
    }
}

/// A case in a list.
package struct CaseSummary: Codable, Hashable, Sendable {
    /// Its id.
    package var caseID: String
    /// Its workflow's name.
    package var workflow: String
    /// The contract's title.
    package var title: String
    /// `running`, `over` or `fault`.
    package var status: String
    /// Titles of the innermost active states.
    package var states: [String]
    /// Local, of what is over as a day ends the last microsecond of that day; absent where nothing is due ever.
    package var nextDue: String?

    /// Makes one from its parts.
    package init(
        caseID: String, workflow: String, title: String, status: String, states: [String], nextDue: String? = nil
    ) {
        self.caseID = caseID
        self.workflow = workflow
        self.title = title
        self.status = status
        self.states = states
        self.nextDue = nextDue
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case workflow, title, status, states, nextDue
    }
}

/// Something that lies ahead.
package struct AgendaEntry: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// In UTC; of what is over as a day ends, the last microsecond of that day.
    package var at: String
    /// A date's name or a state's path.
    package var element: String
    /// What people read.
    package var title: String
    /// The day and hour, in the contract's language and zone.
    package var words: String
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(caseID: String, at: String, element: String, title: String, words: String, clause: Int? = nil) {
        self.caseID = caseID
        self.at = at
        self.element = element
        self.title = title
        self.words = words
        self.clause = clause
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case at, element, title, words, clause
    }
}

/// A message that somebody is owed, and what has become of it.
package struct Message: Codable, Hashable, Sendable {
    /// What it is: the same for ever.
    package var key: String
    /// The case.
    package var caseID: String
    /// Absent where nobody is named for the party.
    package var address: String?
    /// What the recipient reads first.
    package var subject: String
    /// The text.
    package var body: String
    /// In UTC.
    package var owedAt: String
    /// It was owed well before it could be sent.
    package var isLate: Bool
    /// `waiting`, `delivered`, `dead`, `obsolete`, `held` or `dropped`.
    package var state: String
    /// How often it was tried.
    package var attempts: Int
    /// When it may be tried next, or when it was settled; in UTC.
    package var nextAttempt: String
    /// What was said of the last try.
    package var detail: String

    /// Makes one from its parts.
    package init(
        key: String, caseID: String, address: String? = nil, subject: String, body: String, owedAt: String,
        isLate: Bool, state: String, attempts: Int, nextAttempt: String, detail: String
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

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case isLate = "late"
        case key, address, subject, body, owedAt, state, attempts, nextAttempt, detail
    }
}
