/// The service at a glance.
package struct StatusReply: Codable, Hashable, Sendable {
    /// The service's clock, in UTC.
    package var now: String
    /// When it started, in UTC.
    package var startedAt: String
    /// The program's version.
    package var version: String
    /// How many cases there are.
    package var cases: CaseCounts
    /// How many messages are not delivered.
    package var messages: MessageCounts
    /// How many can be started.
    package var workflows: Int
    /// Files that could not be loaded, with their first error.
    package var brokenFiles: [String]
    /// The next instant at which something is due in any case, in UTC.
    package var nextDue: String?
    /// The version of the system's zone data: `2025b`.
    package var zoneData: String
    /// Where cases are kept.
    package var store: String
    /// What deserves a look, a sentence each.
    package var problems: [String]
    /// The look at all journals since the service started.
    package var journals: JournalCheck?

    /// Makes one from its parts.
    package init(
        now: String, startedAt: String, version: String, cases: CaseCounts, messages: MessageCounts, workflows: Int,
        brokenFiles: [String], nextDue: String? = nil, zoneData: String, store: String, problems: [String] = [],
        journals: JournalCheck? = nil
    ) {
        self.problems = problems
        self.journals = journals
        self.now = now
        self.startedAt = startedAt
        self.version = version
        self.cases = cases
        self.messages = messages
        self.workflows = workflows
        self.brokenFiles = brokenFiles
        self.nextDue = nextDue
        self.zoneData = zoneData
        self.store = store
    }
}

/// How many cases there are.
package struct CaseCounts: Codable, Hashable, Sendable {
    /// That go on.
    package var running: Int
    /// That are over.
    package var over: Int
    /// That cannot go on.
    package var fault: Int

    /// Makes one from its parts.
    package init(running: Int, over: Int, fault: Int) {
        self.running = running
        self.over = over
        self.fault = fault
    }
}

/// How many messages are not delivered.
package struct MessageCounts: Codable, Hashable, Sendable {
    /// That are still tried.
    package var waiting: Int
    /// That were given up.
    package var dead: Int
    /// That may have been sent before a backup was restored.
    package var held: Int

    /// Makes one from its parts.
    package init(waiting: Int, dead: Int, held: Int = 0) {
        self.waiting = waiting
        self.dead = dead
        self.held = held
    }
}

/// The workflows that cases can be started of.
package struct WorkflowsReply: Codable, Hashable, Sendable {
    /// By name.
    package var workflows: [Workflow]

    /// Makes one from its parts.
    package init(workflows: [Workflow]) {
        self.workflows = workflows
    }
}

/// What a start or an event came to.
package struct SendReply: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// The number of its journal row; 0 where nothing was recorded.
    package var sequence: Int
    /// What happened because of it, in order.
    package var happened: [Happened]
    /// What moved; absent for a fact that came in time.
    package var comparison: Comparison?

    /// Makes one from its parts.
    package init(caseID: String, sequence: Int, happened: [Happened], comparison: Comparison? = nil) {
        self.caseID = caseID
        self.sequence = sequence
        self.happened = happened
        self.comparison = comparison
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case sequence, happened, comparison
    }
}

/// What became of many events.
package struct SendManyReply: Codable, Hashable, Sendable {
    /// One for each event, in the same order.
    package var outcomes: [Outcome]

    /// Makes one from its parts.
    package init(outcomes: [Outcome]) {
        self.outcomes = outcomes
    }
}

/// What became of one event of several.
package struct Outcome: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// The number of its journal row; absent where it was refused.
    package var sequence: Int?
    /// Absent where it was taken.
    package var refusal: ControlError?

    /// Makes one from its parts.
    package init(caseID: String, sequence: Int? = nil, refusal: ControlError? = nil) {
        self.caseID = caseID
        self.sequence = sequence
        self.refusal = refusal
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case sequence, refusal
    }
}

/// One page of cases.
package struct CasesReply: Codable, Hashable, Sendable {
    /// In the order of their ids.
    package var cases: [CaseSummary]
    /// What to give as `after` for the next page; absent on the last.
    package var next: String?

    /// Makes one from its parts.
    package init(cases: [CaseSummary], next: String? = nil) {
        self.cases = cases
        self.next = next
    }
}

/// The events that a case waits for.
package struct EventsReply: Codable, Hashable, Sendable {
    /// In the order of the workflow.
    package var events: [AcceptedEvent]

    /// Makes one from its parts.
    package init(events: [AcceptedEvent]) {
        self.events = events
    }
}

/// What an expression comes to in a case.
package struct EvaluateReply: Codable, Hashable, Sendable {
    /// As expressions call it.
    package var type: String
    /// In words of the contract's language.
    package var words: String
    /// Absent for nothing.
    package var value: JSONValue?

    /// Makes one from its parts.
    package init(type: String, words: String, value: JSONValue?) {
        self.type = type
        self.words = words
        self.value = value
    }
}

/// Why a case does not take an event.
package struct WhyNotReply: Codable, Hashable, Sendable {
    /// The event's.
    package var title: String
    /// Nothing stands in the way.
    package var isAccepted: Bool
    /// What holds whatever the state.
    package var reasons: [String]
    /// One for each transition that active states have for it.
    package var obstacles: [Obstacle]

    /// Makes one from its parts.
    package init(title: String, isAccepted: Bool, reasons: [String], obstacles: [Obstacle]) {
        self.title = title
        self.isAccepted = isAccepted
        self.reasons = reasons
        self.obstacles = obstacles
    }

    private enum CodingKeys: String, CodingKey {
        case isAccepted = "accepted"
        case title, reasons, obstacles
    }
}

/// A transition of an active state, and what stands in its way.
package struct Obstacle: Codable, Hashable, Sendable {
    /// The state's path.
    package var state: String
    /// What people call it.
    package var title: String
    /// Titles of the states it leads to.
    package var targets: [String]
    /// In words; empty where nothing stands in the way.
    package var unmet: [String]
    /// A line of the document.
    package var clause: Int?

    /// Makes one from its parts.
    package init(state: String, title: String, targets: [String], unmet: [String], clause: Int? = nil) {
        self.state = state
        self.title = title
        self.targets = targets
        self.unmet = unmet
        self.clause = clause
    }
}

/// How something came to be.
package struct WhyReply: Codable, Hashable, Sendable {
    /// The date itself, then what it counts from, and so on; parts of a step are indented.
    package var lines: [String]

    /// Makes one from its parts.
    package init(lines: [String]) {
        self.lines = lines
    }
}

/// What lies ahead.
package struct AgendaReply: Codable, Hashable, Sendable {
    /// Earliest first.
    package var entries: [AgendaEntry]

    /// Makes one from its parts.
    package init(entries: [AgendaEntry]) {
        self.entries = entries
    }
}

/// All that has happened in a case.
package struct HistoryReply: Codable, Hashable, Sendable {
    /// In order.
    package var happened: [Happened]

    /// Makes one from its parts.
    package init(happened: [Happened]) {
        self.happened = happened
    }
}

/// Messages and what has become of them.
package struct OutboxReply: Codable, Hashable, Sendable {
    /// The latest owed first.
    package var messages: [Message]

    /// Makes one from its parts.
    package init(messages: [Message]) {
        self.messages = messages
    }
}

/// What reading the workflow files again came to.
package struct ReloadReply: Codable, Hashable, Sendable {
    /// What could not be loaded.
    package var problems: [String]
    /// Workflows that no file holds any more, by name.
    package var withdrawn: [String]

    /// Makes one from its parts.
    package init(problems: [String], withdrawn: [String] = []) {
        self.problems = problems
        self.withdrawn = withdrawn
    }
}

/// Something that happened just now, or how much did that was not told; the first reply of a stream is empty.
package struct WatchReply: Codable, Hashable, Sendable {
    /// The case of what happened.
    package var caseID: String?
    /// What happened.
    package var happened: Happened?
    /// How many things happened here that are left out, since the caller did not read in time; 1 or more.
    package var missed: Int?

    /// Makes one from its parts.
    package init(caseID: String? = nil, happened: Happened? = nil, missed: Int? = nil) {
        self.caseID = caseID
        self.happened = happened
        self.missed = missed
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case happened
        case missed
    }
}
