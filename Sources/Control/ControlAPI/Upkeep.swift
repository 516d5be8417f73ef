/// What a look at all journals found.
package struct JournalCheck: Codable, Hashable, Sendable {
    /// `running` or `done`.
    package var state: String
    /// In UTC.
    package var startedAt: String
    /// In UTC; absent while it runs.
    package var finishedAt: String?
    /// How many were looked at.
    package var cases: Int
    /// How many rows.
    package var entries: Int
    /// How many journals are not what was written.
    package var problems: Int

    /// Makes one from its parts.
    package init(state: String, startedAt: String, finishedAt: String? = nil, cases: Int, entries: Int, problems: Int) {
        self.state = state
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.cases = cases
        self.entries = entries
        self.problems = problems
    }
}

/// Where a journal is not what was written.
package struct JournalProblem: Codable, Hashable, Sendable {
    /// The case.
    package var caseID: String
    /// The first entry that is not; absent where it is the case as a whole.
    package var entry: Int?
    /// What is wrong, for people.
    package var message: String

    /// Makes one from its parts.
    package init(caseID: String, entry: Int? = nil, message: String) {
        self.caseID = caseID
        self.entry = entry
        self.message = message
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case entry, message
    }
}

/// What `Verify` is asked: one journal, or all.
package struct VerifyParameters: Codable, Hashable, Sendable {
    /// The case; all where absent.
    package var caseID: String?
    /// Whether each case is computed again too.
    package var replay: Bool?

    /// Makes one from its parts.
    package init(caseID: String? = nil, replay: Bool? = nil) {
        self.caseID = caseID
        self.replay = replay
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case replay
    }
}

/// What a look at journals that somebody asked for found.
package struct VerifyReply: Codable, Hashable, Sendable {
    /// How many were looked at.
    package var cases: Int
    /// How many rows.
    package var entries: Int
    /// SHA-256, hexadecimal: of one case, the hash of its last entry; of all, over one line for each.
    package var head: String
    /// How long it took.
    package var seconds: Double
    /// Journals that are not what was written.
    package var problems: [JournalProblem]
    /// What else is wrong with how the store is kept.
    package var storeProblems: [String]

    /// Makes one from its parts.
    package init(
        cases: Int, entries: Int, head: String, seconds: Double, problems: [JournalProblem], storeProblems: [String]
    ) {
        self.cases = cases
        self.entries = entries
        self.head = head
        self.seconds = seconds
        self.problems = problems
        self.storeProblems = storeProblems
    }
}

/// Some lines of a case's proof.
package struct ProofReply: Codable, Hashable, Sendable {
    /// JSON, one object a line.
    package var lines: [String]

    /// Makes one from its parts.
    package init(lines: [String]) {
        self.lines = lines
    }
}

/// What `Backup` is asked: a copy of the store.
package struct BackupParameters: Codable, Hashable, Sendable {
    /// A path from the root.
    package var file: String
    /// Whether a backup of that name may be replaced.
    package var replace: Bool?

    /// Makes one from its parts.
    package init(file: String, replace: Bool? = nil) {
        self.file = file
        self.replace = replace
    }
}

/// A copy of the store.
package struct BackupReply: Codable, Hashable, Sendable {
    /// Where it is.
    package var file: String
    /// How much it holds.
    package var bytes: Int
    /// Why it cannot be restored; empty where nothing is known to be wrong.
    package var problems: [String]

    /// Makes one from its parts.
    package init(file: String, bytes: Int, problems: [String] = []) {
        self.file = file
        self.bytes = bytes
        self.problems = problems
    }
}

/// What `ShowMessage` is asked: one message.
package struct MessageParameters: Codable, Hashable, Sendable {
    /// Its key.
    package var key: String

    /// Makes one from its parts.
    package init(key: String) {
        self.key = key
    }
}

/// One message.
package struct MessageReply: Codable, Hashable, Sendable {
    /// With all that is known of it.
    package var message: Message

    /// Makes one from its parts.
    package init(message: Message) {
        self.message = message
    }
}

/// What `DecideMessages` is asked: what is to become of some messages.
package struct DecideParameters: Codable, Hashable, Sendable {
    /// `retry` or `drop`.
    package var decision: String
    /// The messages; absent for all in a state.
    package var keys: [String]?
    /// `dead` or `held`.
    package var state: String?
    /// Only messages of this case.
    package var caseID: String?
    /// Why; needed to drop.
    package var reason: String?

    /// Makes one from its parts.
    package init(
        decision: String, keys: [String]? = nil, state: String? = nil, caseID: String? = nil, reason: String? = nil
    ) {
        self.decision = decision
        self.keys = keys
        self.state = state
        self.caseID = caseID
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case decision, keys, state, reason
    }
}

/// What became of decisions about messages.
package struct DecideReply: Codable, Hashable, Sendable {
    /// One for each message.
    package var outcomes: [DecisionOutcome]

    /// Makes one from its parts.
    package init(outcomes: [DecisionOutcome]) {
        self.outcomes = outcomes
    }
}

/// What became of the decision about one message.
package struct DecisionOutcome: Codable, Hashable, Sendable {
    /// The message.
    package var key: String
    /// Absent where it was refused.
    package var caseID: String?
    /// The number of its journal row; absent where it was refused.
    package var sequence: Int?
    /// Whom it goes to now; absent where it is not tried again.
    package var to: [String]?
    /// Absent where it was taken.
    package var refusal: ControlError?

    /// Makes one from its parts.
    package init(
        key: String, caseID: String? = nil, sequence: Int? = nil, to: [String]? = nil, refusal: ControlError? = nil
    ) {
        self.key = key
        self.caseID = caseID
        self.sequence = sequence
        self.to = to
        self.refusal = refusal
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "case"
        case key, sequence, to, refusal
    }
}
