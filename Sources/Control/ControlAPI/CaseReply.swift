/// A case in full, at one instant.
package struct CaseReply: Codable, Hashable, Sendable {
    /// Its id.
    package var caseID: String
    /// Its workflow's name.
    package var workflow: String
    /// The contract's title.
    package var title: String
    /// SHA-256 of its definition, hexadecimal.
    package var digest: String
    /// The contract's document, which clauses are lines of.
    package var document: String?
    /// The contract's time zone.
    package var zone: String
    /// `running`, `over` or `fault`.
    package var status: String
    /// Why it cannot go on, where it cannot.
    package var fault: String?
    /// The instant shown, local; at the end of a day, the last microsecond of it.
    package var at: String
    /// When it began, local; of a child, when it was opened.
    package var startedAt: String
    /// The active states, from the top.
    package var states: [State]
    /// In the order of the workflow.
    package var dates: [NamedDate]
    /// In the order of the workflow.
    package var cadences: [Cadence]
    /// In the order of the workflow.
    package var parameters: [Parameter]
    /// In the order of the workflow.
    package var parties: [Party]
    /// In the order of the workflow.
    package var data: [DataItem]
    /// The events it waits for.
    package var accepts: [AcceptedEvent]
    /// What lies ahead, earliest first.
    package var next: [AgendaEntry]
    /// Its children in the order of their opening; of more than 1000, those that run first.
    package var children: [Child]
    /// How many children there are.
    package var childCount: Int
    /// Rows of its journal; of a child, those that are about it.
    package var journalCount: Int

    /// Makes one from its parts.
    package init(
        caseID: String, workflow: String, title: String, digest: String, document: String? = nil, zone: String,
        status: String, fault: String? = nil, at: String, startedAt: String, states: [State], dates: [NamedDate],
        cadences: [Cadence] = [], parameters: [Parameter], parties: [Party], data: [DataItem], accepts: [AcceptedEvent],
        next: [AgendaEntry], children: [Child] = [], childCount: Int = 0, journalCount: Int
    ) {
        self.caseID = caseID
        self.workflow = workflow
        self.title = title
        self.digest = digest
        self.document = document
        self.zone = zone
        self.status = status
        self.fault = fault
        self.at = at
        self.startedAt = startedAt
        self.states = states
        self.dates = dates
        self.cadences = cadences
        self.parameters = parameters
        self.parties = parties
        self.data = data
        self.accepts = accepts
        self.next = next
        self.children = children
        self.childCount = childCount
        self.journalCount = journalCount
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case workflow, title, digest, document, zone, status, fault, at, startedAt, states, dates, cadences
        case parameters, parties, data, accepts, next, children, childCount, journalCount
    }
}

/// A child of a case: a lot, an order, a territory.
package struct Child: Codable, Hashable, Sendable {
    /// `order/BC-7`: after the case's id and a slash, what the child is asked for by.
    package var path: String
    /// What people call its kind.
    package var kind: String
    /// Tells it from the others of its kind.
    package var key: String
    /// What people read.
    package var title: String
    /// `running`, `over` or `fault`.
    package var status: String
    /// Why it cannot go on, where it cannot.
    package var fault: String?
    /// Titles of the innermost active states.
    package var states: [String]
    /// What lies ahead first, in the contract's language; absent where nothing does.
    package var next: String?
    /// When that is, local; of what is over as a day ends, the last microsecond of that day.
    package var nextAt: String?

    /// Makes one from its parts.
    package init(
        path: String, kind: String, key: String, title: String, status: String, fault: String? = nil, states: [String],
        next: String? = nil, nextAt: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.key = key
        self.title = title
        self.status = status
        self.fault = fault
        self.states = states
        self.next = next
        self.nextAt = nextAt
    }
}

/// An active state.
package struct State: Codable, Hashable, Sendable {
    /// Its names from the top, joined by dots.
    package var path: String
    /// What people read.
    package var title: String
    /// When it was entered, local.
    package var since: String
    /// The day of ``since``, as ``Happened/day``.
    package var day: String?
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(path: String, title: String, since: String, day: String? = nil, clause: Int? = nil) {
        self.path = path
        self.title = title
        self.since = since
        self.day = day
        self.clause = clause
    }
}

/// A date of the contract.
package struct NamedDate: Codable, Hashable, Sendable {
    /// Its name in the workflow.
    package var name: String
    /// What people read.
    package var title: String
    /// `2021-11-15` or `2021-09-24T16:30`; absent while it is not known.
    package var date: String?
    /// The day before it moved to a working day, where it did.
    package var nominal: String?
    /// The first day of a window, whose last day ``date`` is.
    package var opens: String?
    /// In a sentence of the contract's language, or why there is no day; absent while nothing is known.
    package var words: String?
    /// It rests on a holiday that is not announced yet.
    package var isProvisional: Bool
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(
        name: String, title: String, date: String? = nil, nominal: String? = nil, opens: String? = nil,
        words: String? = nil, isProvisional: Bool, clause: Int? = nil
    ) {
        self.name = name
        self.title = title
        self.date = date
        self.nominal = nominal
        self.opens = opens
        self.words = words
        self.isProvisional = isProvisional
        self.clause = clause
    }

    private enum CodingKeys: String, CodingKey {
        case isProvisional = "provisional"
        case name, title, date, nominal, opens, words, clause
    }
}

/// An obligation that comes back.
package struct Cadence: Codable, Hashable, Sendable {
    /// Its name in the workflow.
    package var name: String
    /// What people read.
    package var title: String
    /// Where it stands, in the contract's language.
    package var words: String
    /// How often it has happened in the stretch that counts.
    package var held: Int
    /// How often it has to.
    package var required: Int
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(name: String, title: String, words: String, held: Int, required: Int, clause: Int? = nil) {
        self.name = name
        self.title = title
        self.words = words
        self.held = held
        self.required = required
        self.clause = clause
    }
}

/// Something a case remembers or computes.
package struct DataItem: Codable, Hashable, Sendable {
    /// Its name in the workflow.
    package var name: String
    /// What people read.
    package var title: String
    /// In the contract's language.
    package var words: String
    /// Absent where it is nothing.
    package var value: JSONValue?

    /// Makes one from its parts.
    package init(name: String, title: String, words: String, value: JSONValue? = nil) {
        self.name = name
        self.title = title
        self.words = words
        self.value = value
    }
}
