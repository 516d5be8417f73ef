package import CivilTime

/// An obligation that comes back: meetings, reports.
package struct Cadence: Sendable {
    package var name: String
    package var title: String
    /// The event whose occurrences count.
    package var event: String
    package var rule: CadenceRule
    /// Its day is the first that counts.
    package var from: DateAnchor
    /// Its day is the last that counts; absent where the obligation lasts as long as the case.
    package var until: DateAnchor?
    /// What one occurrence takes to prepare: the alert leaves when what is missing can hardly be made up for.
    package var lead: Period
    /// Who is told.
    package var recipients: [PartyIndex]
    package var clause: Clause?

    package init(
        name: String, title: String, event: String, rule: CadenceRule, from: DateAnchor, until: DateAnchor?,
        lead: Period,
        recipients: [PartyIndex], clause: Clause?
    ) {
        self.name = name
        self.title = title
        self.event = event
        self.rule = rule
        self.from = from
        self.until = until
        self.lead = lead
        self.recipients = recipients
        self.clause = clause
    }

    /// The event that the chart gets when a stretch ends with something missing.
    package var missedEvent: String { "\(Self.eventPrefix)\(name).missed" }

    /// What the names of such events begin with; nobody reports them.
    package static let eventPrefix = "cadence."

    /// Names in expressions: `NAME.held` and so on, of the stretch that today is in.
    package enum Count: String, CaseIterable, Hashable, Sendable {
        /// How often it has happened.
        case held
        /// How often it has to happen.
        case required
        /// How often it has yet to happen; 0 or more.
        case missing
    }
}
