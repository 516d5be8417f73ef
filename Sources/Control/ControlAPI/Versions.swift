/// What differs between two lives of one case.
package struct Comparison: Codable, Hashable, Sendable {
    /// `fr` or `en`: of the words.
    package var language: String
    /// Innermost active states of one of them alone.
    package var states: [Move]
    /// Children that one of them alone has, or that go on in one of them alone.
    package var children: [Move]
    /// States passed in the first alone.
    package var skipped: [Passage]
    /// States passed in the second alone.
    package var passed: [Passage]
    /// States passed in both, on different days.
    package var shifted: [Move]
    /// Dates that moved.
    package var dates: [Move]
    /// Obligations that come back.
    package var cadences: [Move]
    /// Parameters, data and computed values.
    package var values: [Move]
    /// Who the parties are.
    package var parties: [Move]
    /// Messages that only the first owes.
    package var notOwed: [MovedMessage]
    /// Messages that only the second owes.
    package var owed: [MovedMessage]
    /// Entries of the journal that have an effect in one of them.
    package var entries: [MovedEntry]

    /// Makes one from its parts.
    package init(
        language: String, states: [Move], children: [Move] = [], skipped: [Passage], passed: [Passage],
        shifted: [Move] = [], dates: [Move], cadences: [Move] = [], values: [Move], parties: [Move] = [],
        notOwed: [MovedMessage], owed: [MovedMessage], entries: [MovedEntry]
    ) {
        self.language = language
        self.states = states
        self.children = children
        self.skipped = skipped
        self.passed = passed
        self.shifted = shifted
        self.dates = dates
        self.cadences = cadences
        self.values = values
        self.parties = parties
        self.notOwed = notOwed
        self.owed = owed
        self.entries = entries
    }
}

/// Something that differs between two lives of one case.
package struct Move: Codable, Hashable, Sendable {
    /// A state's path, a date's, a value's or a party's name, of a child after the child's path; empty for how the case
    /// as a whole stands.
    package var element: String
    /// What people read.
    package var title: String
    /// In words; absent where there is nothing or it is not known.
    package var before: String?
    /// The same in the second life.
    package var after: String?
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(
        element: String, title: String, before: String? = nil, after: String? = nil, clause: Int? = nil
    ) {
        self.element = element
        self.title = title
        self.before = before
        self.after = after
        self.clause = clause
    }
}

/// A state that is passed in one life and not in the other.
package struct Passage: Codable, Hashable, Sendable {
    /// When, local.
    package var at: String
    /// The day it is said of, `2021-10-15`: what the end of a day brings about is of that day.
    package var day: String
    /// Its names from the top, joined by dots.
    package var path: String
    /// What people read.
    package var title: String

    /// Makes one from its parts.
    package init(at: String, day: String, path: String, title: String) {
        self.at = at
        self.day = day
        self.path = path
        self.title = title
    }
}

/// A message that is owed in one life and not in the other.
package struct MovedMessage: Codable, Hashable, Sendable {
    /// What it is: the same for ever.
    package var key: String
    /// When it is owed, local.
    package var at: String
    /// The day it is said of, `2021-10-15`: what is owed as a day ends is of that day.
    package var day: String
    /// The party's title.
    package var to: String
    /// Without the contract's name.
    package var subject: String
    /// `sent`, `dropped`, `owed`, `nobody`, `overtaken` or `unsent`.
    package var fate: String
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(
        key: String, at: String, day: String, to: String, subject: String, fate: String, clause: Int? = nil
    ) {
        self.key = key
        self.at = at
        self.day = day
        self.to = to
        self.subject = subject
        self.fate = fate
        self.clause = clause
    }
}

/// An entry of the journal that has an effect in one life and none in the other.
package struct MovedEntry: Codable, Hashable, Sendable {
    /// Its number; of what was only supposed, one behind the journal's.
    package var entry: Int
    /// When it happened, local.
    package var at: String
    /// What people read.
    package var text: String
    /// Whether it has one in the second.
    package var hasEffect: Bool

    /// Makes one from its parts.
    package init(entry: Int, at: String, text: String, hasEffect: Bool) {
        self.entry = entry
        self.at = at
        self.text = text
        self.hasEffect = hasEffect
    }

    private enum CodingKeys: String, CodingKey {
        case hasEffect = "effect"
        case entry, at, text
    }
}

/// What `Correct` is asked: what was wrong with an entry of a journal.
package struct CorrectParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// The number that `History` shows.
    package var entry: Int
    /// Values instead, by field, parameter or party.
    package var fields: [String: JSONValue]?
    /// Of the start: by how much the written dates move.
    package var rebase: Rebase?
    /// When it happened instead; as people write it, in the case's zone.
    package var occurredAt: String?
    /// It never happened.
    package var withdraw: Bool?
    /// Why, for people.
    package var reason: String
    /// Only tell what would move.
    package var dryRun: Bool?

    /// Makes one from its parts.
    package init(
        caseID: String, entry: Int, fields: [String: JSONValue]? = nil, rebase: Rebase? = nil,
        occurredAt: String? = nil, withdraw: Bool? = nil, reason: String, dryRun: Bool? = nil
    ) {
        self.caseID = caseID
        self.entry = entry
        self.fields = fields
        self.rebase = rebase
        self.occurredAt = occurredAt
        self.withdraw = withdraw
        self.reason = reason
        self.dryRun = dryRun
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case entry, fields, rebase, occurredAt, withdraw, reason, dryRun
    }
}

/// An event that is supposed to happen.
package struct SupposedEvent: Codable, Hashable, Sendable {
    /// Its name.
    package var event: String
    /// Values by the fields' names.
    package var fields: [String: JSONValue]?
    /// When; as people write it, in the case's zone; now where absent.
    package var occurredAt: String?

    /// Makes one from its parts.
    package init(event: String, fields: [String: JSONValue]? = nil, occurredAt: String? = nil) {
        self.event = event
        self.fields = fields
        self.occurredAt = occurredAt
    }
}

/// What `WhatIf` is asked: what would happen to a case.
package struct WhatIfParameters: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// None for what happens if nobody does anything.
    package var events: [SupposedEvent]?
    /// How far to look; to the end where absent.
    package var until: String?

    /// Makes one from its parts.
    package init(caseID: String, events: [SupposedEvent]? = nil, until: String? = nil) {
        self.caseID = caseID
        self.events = events
        self.until = until
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case events, until
    }
}

/// What would happen to a case.
package struct WhatIfReply: Codable, Hashable, Sendable {
    /// The contract's title.
    package var title: String
    /// The contract's time zone.
    package var zone: String
    /// The instant of the question, local.
    package var now: String
    /// How far it was followed, local.
    package var until: String
    /// The last day it was followed to, `2021-12-31`.
    package var lastDay: String
    /// With what happens if nobody does anything.
    package var comparison: Comparison
    /// The numbers, as ``Comparison/entries`` has them, of supposed events that the case would not take.
    package var notTaken: [Int]
    /// What `Send` would answer to the first of them; absent where all are taken.
    package var refusal: ControlError?
    /// What would happen from now on, in order.
    package var happened: [Happened]
    /// `running`, `over` or `fault`, at the end.
    package var status: String
    /// Why it could not go on, where it could not.
    package var fault: String?
    /// The active states at the end.
    package var states: [State]
    /// In the order of the workflow.
    package var dates: [NamedDate]
    /// In the order of the workflow.
    package var data: [DataItem]
    /// The events it would wait for.
    package var accepts: [AcceptedEvent]

    /// Makes one from its parts.
    package init(
        title: String, zone: String, now: String, until: String, lastDay: String, comparison: Comparison,
        notTaken: [Int] = [], refusal: ControlError? = nil, happened: [Happened], status: String, fault: String? = nil,
        states: [State], dates: [NamedDate],
        data: [DataItem], accepts: [AcceptedEvent]
    ) {
        self.title = title
        self.zone = zone
        self.now = now
        self.until = until
        self.lastDay = lastDay
        self.comparison = comparison
        self.notTaken = notTaken
        self.refusal = refusal
        self.happened = happened
        self.status = status
        self.fault = fault
        self.states = states
        self.dates = dates
        self.data = data
        self.accepts = accepts
    }
}

/// What `Plan` is asked: what a new version of a workflow would do.
package struct PlanParameters: Codable, Hashable, Sendable {
    /// The workflow's name.
    package var workflow: String
    /// All that are not over where absent.
    package var cases: [String]?

    /// Makes one from its parts.
    package init(workflow: String, cases: [String]? = nil) {
        self.workflow = workflow
        self.cases = cases
    }
}

/// What `Apply` is asked: to switch the cases of a plan.
package struct ApplyParameters: Codable, Hashable, Sendable {
    /// The plan's digest.
    package var plan: String
    /// Why, for people.
    package var reason: String?

    /// Makes one from its parts.
    package init(plan: String, reason: String? = nil) {
        self.plan = plan
        self.reason = reason
    }
}

/// What a new version of a workflow would do to its cases, or has done.
package struct PlanReply: Codable, Hashable, Sendable {
    /// SHA-256 over all that the plan rests on, hexadecimal.
    package var digest: String
    /// The workflow's name.
    package var workflow: String
    /// The digest of the definition that cases go over to.
    package var definition: String
    /// In the order of their ids.
    package var cases: [PlannedCase]

    /// Makes one from its parts.
    package init(digest: String, workflow: String, definition: String, cases: [PlannedCase]) {
        self.digest = digest
        self.workflow = workflow
        self.definition = definition
        self.cases = cases
    }
}

/// A case of a plan.
package struct PlannedCase: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// The digest of the definition it is pinned to.
    package var from: String
    /// Why it stays as it is; empty for a case that moves.
    package var obstacles: [String]
    /// What it would still have to be told under the new version.
    package var missing: [String]
    /// Absent for a case that stays.
    package var comparison: Comparison?

    /// Makes one from its parts.
    package init(
        caseID: String, from: String, obstacles: [String], missing: [String], comparison: Comparison? = nil
    ) {
        self.caseID = caseID
        self.from = from
        self.obstacles = obstacles
        self.missing = missing
        self.comparison = comparison
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case from, obstacles, missing, comparison
    }
}

/// What `Replay` is asked: one page of cases to compute again.
package struct ReplayParameters: Codable, Hashable, Sendable {
    /// Only cases whose id sorts after this one.
    package var after: String?
    /// At most this many; ``ControlInterface/defaultRows`` where absent.
    package var limit: Int?

    /// Makes one from its parts.
    package init(after: String? = nil, limit: Int? = nil) {
        self.after = after
        self.limit = limit
    }
}

/// What computing cases again came to.
package struct ReplayReply: Codable, Hashable, Sendable {
    /// How many cases were looked at.
    package var checked: Int
    /// Those that do not come to the same.
    package var differing: [Difference]
    /// What to give as `after` for the next page; absent on the last.
    package var next: String?

    /// Makes one from its parts.
    package init(checked: Int, differing: [Difference], next: String? = nil) {
        self.checked = checked
        self.differing = differing
        self.next = next
    }
}

/// A case that does not come to the same when it is computed again.
package struct Difference: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// What differs, for people.
    package var differences: [String]

    /// Makes one from its parts.
    package init(caseID: String, differences: [String]) {
        self.caseID = caseID
        self.differences = differences
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case differences
    }
}
