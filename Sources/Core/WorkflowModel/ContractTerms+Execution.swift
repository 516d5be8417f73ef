package import CivilTime
package import Expressions

/// A stage with its delay and the part of the price it earns: `phases`.
package struct PhaseTerm: Hashable, Sendable {
    /// What its delay counts from.
    package enum Anchor: String, CaseIterable, Sendable {
        case start
        /// The end of the stage before it.
        case previous
        /// The document does not say.
        case unsaid
    }

    package var name: String
    package var delay: Period?
    package var from: Anchor
    /// Where ``from`` is said, if not in ``clause``.
    package var fromClause: Clause?
    /// Percent of the price; `nil` where the stage is not paid for by itself.
    package var share: Decimal?
    /// What has to be handed over; empty where something is announced and nothing follows; `nil` where nothing is said.
    package var content: [String]?
    package var clause: Clause?

    package init(
        name: String, delay: Period?, from: Anchor, fromClause: Clause? = nil, share: Decimal?, content: [String]?,
        clause: Clause?
    ) {
        self.name = name
        self.delay = delay
        self.from = from
        self.fromClause = fromClause
        self.share = share
        self.content = content
        self.clause = clause
    }
}

/// What offers are judged by: `criteria`.
package struct CriterionTerm: Hashable, Sendable {
    package var name: String
    /// The criterion it is a part of; `nil` at the top.
    package var parent: String?
    /// Percent.
    package var weight: Decimal?
    /// Its place in the order of importance, 1 first, for criteria without weights.
    package var rank: Int?
    /// What is looked at, in the document's words.
    package var items: [String]
    package var clause: Clause?

    package init(name: String, parent: String?, weight: Decimal?, rank: Int?, items: [String], clause: Clause?) {
        self.name = name
        self.parent = parent
        self.weight = weight
        self.rank = rank
        self.items = items
        self.clause = clause
    }
}

/// A mark below which an offer is out: `minimum-marks`.
package struct MinimumMarkTerm: Hashable, Sendable {
    package var points: Decimal
    /// The mark of what is perfect.
    package var scale: Decimal?
    package var clause: Clause?

    package init(points: Decimal, scale: Decimal?, clause: Clause?) {
        self.points = points
        self.scale = scale
        self.clause = clause
    }
}

/// A parameter of the workflow that a term leaves open.
package struct OpenValue: Hashable, Sendable {
    package var name: String
    package var title: String
    /// A state cannot be entered without it (`needed-in`).
    package var isNeeded: Bool

    package init(name: String, title: String, isNeeded: Bool) {
        self.name = name
        self.title = title
        self.isNeeded = isNeeded
    }
}

/// What lateness costs: `penalty`.
package struct PenaltyTerm: Hashable, Sendable {
    /// Per mille of the price for each day.
    package var permillePerDay: Decimal?
    /// The rule pack whose formula applies, because the document cites its text.
    package var rules: String?
    /// The parameter that stands for what the document does not say.
    package var parameter: OpenValue?
    package var clause: Clause?

    package init(permillePerDay: Decimal?, rules: String?, parameter: OpenValue?, clause: Clause?) {
        self.permillePerDay = permillePerDay
        self.rules = rules
        self.parameter = parameter
        self.clause = clause
    }
}

/// When the buyer pays: `payment`.
package struct PaymentTerm: Hashable, Sendable {
    package var within: Period?
    package var parameter: OpenValue?
    package var clause: Clause?

    package init(within: Period?, parameter: OpenValue?, clause: Clause?) {
        self.within = within
        self.parameter = parameter
        self.clause = clause
    }
}

/// Something the document refers to, such as an annex: `references`.
package struct ReferenceTerm: Hashable, Sendable {
    package var to: String
    /// It is not among what was received.
    package var isMissing: Bool
    package var clause: Clause?

    package init(to: String, isMissing: Bool, clause: Clause?) {
        self.to = to
        self.isMissing = isMissing
        self.clause = clause
    }
}

/// How many there are of something: `counts`.
package struct CountTerm: Hashable, Sendable {
    /// What is counted: statements with the same words have to agree.
    package var of: String
    package var number: StatedNumber
    /// For what happens again and again.
    package var per: Recurring?
    /// What the year is.
    package var counted: PeriodTerm.Counting?
    /// What the document calls it here, where it differs from ``of``.
    package var called: String?
    package var clause: Clause?

    /// Spans that something is counted in.
    package enum Recurring: String, CaseIterable, Sendable { case year, quarter, month }

    package init(
        of: String, number: StatedNumber, per: Recurring?, counted: PeriodTerm.Counting?, called: String?,
        clause: Clause?
    ) {
        self.of = of
        self.number = number
        self.per = per
        self.counted = counted
        self.called = called
        self.clause = clause
    }
}

/// A number as documents state it: `4`, `30 to 40`, `at least 2`, `at most 5`, and even `at least 3 to 5`.
package struct StatedNumber: Hashable, Sendable {
    /// `nil` for no lower bound.
    package var low: Int?
    /// `nil` for no upper bound.
    package var high: Int?
    package var saysAtLeast: Bool

    package init(low: Int?, high: Int?, saysAtLeast: Bool) {
        self.low = low
        self.high = high
        self.saysAtLeast = saysAtLeast
    }

    /// Whether one number could be meant by both.
    package func overlaps(_ other: StatedNumber) -> Bool {
        (low ?? .min) <= (other.high ?? .max) && (other.low ?? .min) <= (high ?? .max)
    }
}

/// Something to be done in some days: `obligations`.
package struct ObligationTerm: Hashable, Sendable {
    package var of: String
    package var during: [DayRange]
    package var clause: Clause?

    package init(of: String, during: [DayRange], clause: Clause?) {
        self.of = of
        self.during = during
        self.clause = clause
    }
}

/// A word of the document and what it stands for: `symbols`, `vocabulary`, `written`.
package struct WordTerm: Hashable, Sendable {
    package var word: String
    /// The meaning of a symbol, the thing a word is used for, the title of a written date.
    package var of: String
    package var clause: Clause?

    package init(word: String, of: String, clause: Clause?) {
        self.word = word
        self.of = of
        self.clause = clause
    }
}

/// An organ that decides, with what the document says of how.
package struct OrganTerm: Hashable, Sendable {
    package var name: String
    package var title: String
    package var hasSeats: Bool
    package var hasQuorum: Bool
    package var hasMajority: Bool
    package var clause: Clause?

    package init(
        name: String, title: String, hasSeats: Bool, hasQuorum: Bool, hasMajority: Bool, clause: Clause?
    ) {
        self.name = name
        self.title = title
        self.hasSeats = hasSeats
        self.hasQuorum = hasQuorum
        self.hasMajority = hasMajority
        self.clause = clause
    }
}

/// What somebody decided about a contradiction of the contract.
package struct Settlement: Hashable, Sendable {
    /// The finding's key: `CHK-03/period`.
    package var finding: String
    /// What counts from now on, in the words of who decided.
    package var choice: String
    /// Why.
    package var reason: String
    /// Who decided; `nil` where the journal says who reported it.
    package var by: String?

    package init(finding: String, choice: String, reason: String, by: String?) {
        self.finding = finding
        self.choice = choice
        self.reason = reason
        self.by = by
    }
}
