package import CivilTime

/// Who people are, what they are responsible for, and who stands in for whom: outside every contract and shared by all.
///
/// Nothing of it is part of a case. A case names roles, organs or people; who that is on a day is asked of the directory
/// when a message is about to leave, so that a person who takes over gets what is owed from then on.
package struct Directory: Hashable, Sendable {
    package var people: [Person]
    package var roles: [Role]
    package var organs: [Organ]
    package var absences: [Absence]

    package init(people: [Person] = [], roles: [Role] = [], organs: [Organ] = [], absences: [Absence] = []) {
        self.people = people
        self.roles = roles
        self.organs = organs
        self.absences = absences
    }
}

/// Somebody messages can be sent to.
package struct Person: Hashable, Sendable {
    /// What the directory calls this person, such as `amina`.
    package var id: String
    package var name: String
    /// An e-mail address, or whatever the plugin that delivers messages understands.
    package var address: String
    /// What this person reads; the contract's language where it is absent.
    package var language: Language?

    package init(id: String, name: String, address: String, language: Language? = nil) {
        self.id = id
        self.name = name
        self.address = address
        self.language = language
    }
}

/// The days from one to another, both included; an absent end is open.
package struct Term: Hashable, Sendable {
    package var from: CivilDate?
    package var until: CivilDate?

    package init(from: CivilDate? = nil, until: CivilDate? = nil) {
        self.from = from
        self.until = until
    }

    /// Whether a day is one of them.
    package func contains(_ day: CivilDate) -> Bool {
        (from.map { $0 <= day } ?? true) && (until.map { day <= $0 } ?? true)
    }
}

/// Somebody's time in a role or on a seat.
package struct Mandate: Hashable, Sendable {
    /// The id of a person.
    package var person: String
    package var term: Term

    package init(person: String, term: Term = Term()) {
        self.person = person
        self.term = term
    }
}

/// A responsibility that one or several people hold: `buyer`, `supplier`.
package struct Role: Hashable, Sendable {
    package var name: String
    package var holders: [Mandate]

    package init(name: String, holders: [Mandate]) {
        self.name = name
        self.holders = holders
    }
}

/// A committee as it is composed: seats with a vote, and members who are heard.
package struct Organ: Hashable, Sendable {
    package var name: String
    package var title: String
    package var seats: [Seat]

    package init(name: String, title: String, seats: [Seat]) {
        self.name = name
        self.title = title
        self.seats = seats
    }
}

/// One place in an organ, with one vote at most, whoever of its people comes.
package struct Seat: Hashable, Sendable {
    package var title: String?
    /// The titular members, one at a time.
    package var holders: [Mandate]
    /// Who may sit in the titular's place, in order.
    package var deputies: [Mandate]
    package var isChair: Bool
    /// False for a consultative member, who never counts for the quorum.
    package var hasVote: Bool

    package init(
        title: String? = nil, holders: [Mandate], deputies: [Mandate] = [], isChair: Bool = false, hasVote: Bool = true
    ) {
        self.title = title
        self.holders = holders
        self.deputies = deputies
        self.isChair = isChair
        self.hasVote = hasVote
    }
}

/// Days on which somebody is away.
package struct Absence: Hashable, Sendable {
    /// The id of a person.
    package var person: String
    package var term: Term
    /// Who gets this person's messages meanwhile; without one, they go to the person all the same.
    package var delegate: String?
    /// The roles and organs that the delegation is for; empty for all.
    package var scope: [String]

    package init(person: String, term: Term, delegate: String? = nil, scope: [String] = []) {
        self.person = person
        self.term = term
        self.delegate = delegate
        self.scope = scope
    }
}
