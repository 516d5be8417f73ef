package import CivilTime
package import Expressions

/// What the contract document says, as facts that can be compared: the section `terms` of a workflow.
///
/// Each fact is a *statement* with the clause it stands in. A document may state the same thing twice, so there are lists
/// everywhere, in the order of the file. Nothing here decides which of two statements counts.
package struct ContractTerms: Hashable, Sendable {
    package var procedures: [ProcedureTerm] = []
    package var offers: [OffersTerm] = []
    package var channels: [ChannelTerm] = []
    package var periods: [PeriodTerm] = []
    package var renewals: [RenewalTerm] = []
    package var ceilings: [CeilingTerm] = []
    package var prices: [PriceTerm] = []
    package var phases: [PhaseTerm] = []
    package var criteria: [CriterionTerm] = []
    package var minimumMarks: [MinimumMarkTerm] = []
    package var penalties: [PenaltyTerm] = []
    package var payments: [PaymentTerm] = []
    package var references: [ReferenceTerm] = []
    package var counts: [CountTerm] = []
    package var obligations: [ObligationTerm] = []
    /// Letters that stand for something in a formula.
    package var symbols: [WordTerm] = []
    /// Words the document uses for one thing.
    package var vocabulary: [WordTerm] = []
    /// Dates as the document writes them.
    package var written: [WordTerm] = []
    /// The committees of the workflow, seen as organs that decide.
    package var organs: [OrganTerm] = []
    /// What the law says in numbers, for terms to be compared with.
    package var thresholds = Thresholds.none

    package init() {}
}

/// How the contract is awarded: `procedure`.
package struct ProcedureTerm: Hashable, Sendable {
    /// The kinds that periods and thresholds depend on.
    package enum Kind: String, CaseIterable, Sendable {
        case openCall = "open-call"
        case adapted
        case termsOfReference = "terms-of-reference"
    }

    /// Whose thresholds apply (RULES.md L-00).
    package enum Buyer: String, CaseIterable, Sendable {
        case state
        case subCentral = "sub-central"
        case `private`
    }

    package var kind: Kind?
    package var buyer: Buyer?
    /// True for a framework agreement with purchase orders.
    package var isFramework: Bool
    /// When the consultation took place, where no offers' deadline says it.
    package var during: DayRange?
    package var clause: Clause?

    package init(kind: Kind?, buyer: Buyer?, isFramework: Bool, during: DayRange?, clause: Clause?) {
        self.kind = kind
        self.buyer = buyer
        self.isFramework = isFramework
        self.during = during
        self.clause = clause
    }
}

/// Days from the first to the last, both included, and how the file writes them: `2015`, `2019-H1`, `2016-11`.
package struct DayRange: Hashable, Sendable {
    package var days: ClosedRange<CivilDate>
    package var text: String

    package init(days: ClosedRange<CivilDate>, text: String) {
        self.days = days
        self.text = text
    }
}

/// A day that a term speaks of: a date of the workflow, an event, or a written day.
package struct StatedDay: Hashable, Sendable {
    /// As the file names it.
    package var name: String
    /// For people.
    package var title: String
    /// `nil` for what is not known before the contract runs.
    package var day: CivilDate?
    package var time: TimeOfDay?
    /// Of the date's declaration; `nil` where it has none.
    package var clause: Clause?

    package init(name: String, title: String, day: CivilDate?, time: TimeOfDay? = nil, clause: Clause? = nil) {
        self.name = name
        self.title = title
        self.day = day
        self.time = time
        self.clause = clause
    }
}

/// By when offers arrive: `offers`.
package struct OffersTerm: Hashable, Sendable {
    package var due: StatedDay?
    /// The domain of the buyer's site: `ecosolies.fr`.
    package var site: String?

    package var clause: Clause?

    package init(due: StatedDay?, site: String?, clause: Clause?) {
        self.due = due
        self.site = site
        self.clause = clause
    }
}

/// A way for offers to arrive: `channels`.
package struct ChannelTerm: Hashable, Sendable {
    /// The ways there are.
    package enum Kind: String, CaseIterable, Sendable { case email, post, platform, hand }

    package var kind: Kind
    /// An address, or what people read.
    package var address: String
    package var clause: Clause?

    package init(kind: Kind, address: String, clause: Clause?) {
        self.kind = kind
        self.address = address
        self.clause = clause
    }
}

/// How long the contract runs: `period`.
package struct PeriodTerm: Hashable, Sendable {
    /// What a year of the contract is.
    package enum Counting: String, CaseIterable, Sendable {
        /// It ends with the calendar's year.
        case calendar
        /// It ends on the eve of the day on which it began.
        case anniversary
    }

    package var start: StatedDay?
    package var end: StatedDay?
    package var lasts: Period?
    package var counted: Counting?
    /// All of the contract happens in these days.
    package var within: DayRange?
    package var clause: Clause?

    package init(
        start: StatedDay?, end: StatedDay?, lasts: Period?, counted: Counting?, within: DayRange?, clause: Clause?
    ) {
        self.start = start
        self.end = end
        self.lasts = lasts
        self.counted = counted
        self.within = within
        self.clause = clause
    }
}

/// What happens at the end of a period: `renewal`.
package struct RenewalTerm: Hashable, Sendable {
    /// What silence does.
    package enum Mode: String, CaseIterable, Sendable { case tacit, express }

    package var times: Int?
    package var each: Period?
    /// With the first period.
    package var total: Period?
    package var mode: Mode?
    package var notice: Period?
    package var clause: Clause?

    package init(times: Int?, each: Period?, total: Period?, mode: Mode?, notice: Period?, clause: Clause?) {
        self.times = times
        self.each = each
        self.total = total
        self.mode = mode
        self.notice = notice
        self.clause = clause
    }
}

/// The least and the most that may be ordered: `ceilings`.
package struct CeilingTerm: Hashable, Sendable {
    /// What an amount is of.
    package enum Span: String, CaseIterable, Sendable { case total, year }

    package var lot: String?
    /// `.none` is "without a minimum"; absent where nothing is said.
    package var minimum: StatedAmount?
    /// The same ceiling in several bases, such as with and without VAT.
    package var maximum: [StatedAmount]
    package var per: Span?
    package var isEstimated: Bool
    package var clause: Clause?

    package init(
        lot: String?, minimum: StatedAmount?, maximum: [StatedAmount], per: Span?, isEstimated: Bool, clause: Clause?
    ) {
        self.lot = lot
        self.minimum = minimum
        self.maximum = maximum
        self.per = per
        self.isEstimated = isEstimated
        self.clause = clause
    }
}

/// An amount of money, or of anything else that is counted.
package enum StatedAmount: Hashable, Sendable {
    case none
    case money(Money)
    case quantity(Decimal, unit: String)
}

/// What the price is: `price`.
package struct PriceTerm: Hashable, Sendable {
    /// The forms there are.
    package enum Form: String, CaseIterable, Sendable {
        case lumpSum = "lump-sum"
        case dayRate = "day-rate"
        case unitPrices = "unit-prices"
    }

    package var form: Form
    package var currency: String?
    package var basis: TaxBasis
    package var clause: Clause?

    package init(form: Form, currency: String?, basis: TaxBasis, clause: Clause?) {
        self.form = form
        self.currency = currency
        self.basis = basis
        self.clause = clause
    }
}
