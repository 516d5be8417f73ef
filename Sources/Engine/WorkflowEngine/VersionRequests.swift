package import CaseReplay
package import CivilTime
package import WorkflowModel

/// What somebody says was wrong with an entry of a case's journal.
package struct CorrectRequest: Sendable {
    package var caseID: String
    /// The number that `history` shows.
    package var entry: Int
    /// Values instead, by field, parameter or party.
    package var fields: [PlainValue.Member]
    /// Of a start: a date of the workflow and what it shall be.
    package var rebase: (date: String, to: String)?
    /// When it happened instead; as people write it, in the case's zone.
    package var occurredAt: String?
    /// True where it never happened.
    package var isWithdrawal: Bool
    /// Why, for people.
    package var reason: String
    /// True where nothing is to be recorded.
    package var isDryRun: Bool
    /// The uid of who asks.
    package var author: UInt32

    package init(
        caseID: String, entry: Int, fields: [PlainValue.Member] = [], rebase: (date: String, to: String)? = nil,
        occurredAt: String? = nil, isWithdrawal: Bool = false, reason: String, isDryRun: Bool = false, author: UInt32
    ) {
        self.caseID = caseID
        self.entry = entry
        self.fields = fields
        self.rebase = rebase
        self.occurredAt = occurredAt
        self.isWithdrawal = isWithdrawal
        self.reason = reason
        self.isDryRun = isDryRun
        self.author = author
    }
}

/// Switches cases to the version of their workflow that a plan was made for.
package struct ApplyRequest: Sendable {
    /// As ``PlanView/digest``.
    package var plan: String
    /// Why, for people.
    package var reason: String
    /// The uid of who asks.
    package var author: UInt32

    package init(plan: String, reason: String, author: UInt32) {
        self.plan = plan
        self.reason = reason
        self.author = author
    }
}

/// An event that is supposed to happen.
package struct SupposedEvent: Sendable {
    package var event: String
    /// By field name, as written.
    package var fields: [PlainValue.Member]
    /// When; as people write it, in the case's zone; now where absent.
    package var occurredAt: String?

    package init(event: String, fields: [PlainValue.Member] = [], occurredAt: String? = nil) {
        self.event = event
        self.fields = fields
        self.occurredAt = occurredAt
    }
}

// MARK: Views

/// What moves in a case, and what becomes of its messages.
package struct ComparisonView: Hashable, Sendable {
    /// What becomes of a message that is owed in one life and not in the other.
    package enum Fate: String, Sendable {
        /// It was delivered already; nothing is sent again.
        case sent
        /// It waited, was given up or held, and is not sent any more.
        case dropped
        /// It is owed now, or would be.
        case owed
        /// It is owed, and leaves once somebody is named for its party.
        case nobody
        /// It is a reminder that would have been owed in the past, and that tells nobody anything any more: it is not sent.
        case overtaken
        /// It was never to be sent by this service: it was owed before the case was entered, or a person gave it up.
        case unsent
    }

    package var comparison: Comparison
    /// By the message's key.
    package var fates: [String: Fate]
    /// Of the words.
    package var language: Language
    package var zone: TimeZoneRules

    package init(_ comparison: Comparison, fates: [String: Fate], language: Language, zone: TimeZoneRules) {
        self.comparison = comparison
        self.fates = fates
        self.language = language
        self.zone = zone
    }

    package static func == (one: ComparisonView, other: ComparisonView) -> Bool {
        one.comparison == other.comparison && one.fates == other.fates && one.language == other.language
            && one.zone.identifier == other.zone.identifier
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(comparison) }
}

/// What would happen to a case.
package struct WhatIfView: Sendable {
    package var now: Timestamp
    /// How far it was followed.
    package var until: Timestamp
    /// The last day of that.
    package var lastDay: CivilDate
    package var comparison: ComparisonView
    /// The numbers, behind the journal's, of supposed events that the case would not take.
    package var notTaken: [Int] = []
    /// What `send` would answer to the first of them.
    package var refusal: EngineError?
    /// What would happen after the instant of the question, in order.
    package var happened: [HappenedView]
    /// The case at the end.
    package var end: CaseView
}

/// What another version of a workflow would do to its cases.
package struct PlanView: Hashable, Sendable {
    /// SHA-256 over all that the plan rests on, as hexadecimal.
    package var digest: String
    package var workflow: String
    /// Of the definition that cases would go over to.
    package var definition: String
    package var cases: [PlannedCase]

    /// One case of a plan.
    package struct PlannedCase: Hashable, Sendable {
        package var caseID: String
        /// Of the definition it is pinned to.
        package var from: String
        /// Why it stays as it is, for people; empty for a case that moves.
        package var obstacles: [String]
        /// What it would still have to be told under the new version, for people.
        package var missing: [String]
        /// What moves; `nil` for a case that stays.
        package var comparison: ComparisonView?
    }
}

/// A case that does not come to the same when it is computed again.
package struct DifferenceView: Hashable, Sendable {
    package var caseID: String
    /// What differs, for people.
    package var differences: [String]
}
