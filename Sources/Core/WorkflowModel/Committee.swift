package import CivilTime

/// An organ that decides: how many votes it has, when it may decide, and how it is convened.
///
/// What the document does not say is absent; who sits in it is the directory's business.
package struct Committee: Sendable {
    package var name: String
    package var title: String
    /// Seats with a vote; a number, or a parameter that becomes known later.
    package var seats: CheckedExpression?
    package var quorum: Quorum?
    package var majority: Majority?
    /// True where the chair's vote decides a tie; false where a tie rejects; absent where nothing is said.
    package var hasCastingVote: Bool?
    /// From sending the convocation to the meeting.
    package var notice: Period?
    /// The same for the second convocation, after a meeting without quorum.
    package var secondNotice: Period?
    /// From the meeting to its minutes.
    package var minutes: Period?
    /// Silence for so long approves the minutes.
    package var approval: Period?
    /// The party that messages to the committee go to, of the same name.
    package var party: PartyIndex
    package var clause: Clause?

    package init(name: String, title: String, party: PartyIndex, clause: Clause?) {
        self.name = name
        self.title = title
        self.party = party
        self.clause = clause
    }

    /// How many seats must be present.
    package enum Quorum: Sendable {
        /// More than half of the seats with a vote (RULES.md C-02).
        case majority
        case number(CheckedExpression)
        case none
    }

    /// What a majority is counted of.
    package enum Majority: String, CaseIterable, Sendable {
        /// Votes for and against; an abstention is no vote (RULES.md C-04).
        case cast
        /// The seats present, with conflicts of interest left out.
        case present
        /// All seats with a vote.
        case seats
    }
}
