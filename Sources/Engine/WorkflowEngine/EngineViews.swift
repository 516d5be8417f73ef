package import CivilTime
package import WorkflowModel

/// One line of a case's history.
package struct HappenedView: Hashable, Sendable {
    package var instant: Timestamp
    /// RFC 3339 with the offset of the contract's zone.
    package var localTime: String
    /// The day it is of where that is not the day of ``localTime``: what is over when a day ends is of the day that ends.
    package var day: CivilDate?
    /// As in ``Narration/kind``.
    package var kind: String
    package var text: String
    package var element: String?
    /// 0 where the file cites none.
    package var clause: Int
    /// The number of the journal entry that this is; `nil` for what follows from one.
    package var entry: Int?
}

/// The daemon at a glance.
package struct StatusView: Hashable, Sendable {
    package var now: Timestamp
    package var startedAt: Timestamp
    package var version: String
    package var counts: StoreCounts
    package var workflows: Int
    /// Files that could not be loaded, with their first error.
    package var brokenFiles: [String]
    package var nextDue: Timestamp?
    /// The version of the system's zone data, such as `2025b`.
    package var zoneData: String
    package var store: String
    /// What deserves a look, a sentence each.
    package var problems: [String] = []
    /// What the last look at all journals found; `nil` before the first.
    package var journals: AuditView?
}

/// What a look at journals found.
package struct AuditView: Hashable, Sendable {
    /// How it stands; `done` once all were looked at.
    package enum State: String, Sendable {
        case running, done
    }

    package var state: State
    package var startedAt: Timestamp
    /// `nil` while it runs.
    package var finishedAt: Timestamp?
    package var cases: Int
    package var entries: Int
    /// SHA-256, hexadecimal, over a line `ID COUNT HASH` for each case in the order of ids: kept elsewhere, it shows later
    /// that no journal was cut short or rewritten. Of one case, the hash of its last entry.
    package var head: String
    package var problems: [JournalProblem]
    /// What else is wrong with how the store is kept.
    package var storeProblems: [String] = []
}

/// A copy of the store that was made.
package struct BackupView: Hashable, Sendable {
    package var bytes: Int
    /// Why it cannot be restored, a sentence each: what was wrong with the store already.
    package var problems: [String]
}

/// Where a journal is not what was written.
package struct JournalProblem: Hashable, Sendable {
    package var caseID: String
    /// The first entry that is not; 0 where it is the case as a whole.
    package var entry: Int
    /// For people.
    package var message: String
}

/// A workflow that cases can be started of.
package struct WorkflowView: Hashable, Sendable {
    package var name: String
    package var title: String
    package var digest: String
    package var file: String
    package var language: String
    package var zone: String
    package var parameters: [ParameterView]
    package var parties: [PartyView]
    package var dates: [String]
    package var problems: [String]
}

/// A parameter and what is known of it.
package struct ParameterView: Hashable, Sendable {
    package var name: String
    package var title: String
    /// In words: `an amount in MAD`.
    package var type: String
    /// In words; `nil` while unknown.
    package var value: String?
    package var clause: Int
}

/// A party and who it is.
package struct PartyView: Hashable, Sendable {
    package var name: String
    package var title: String
    package var address: String?
}

/// What reading the files again came to.
package struct ReloadView: Hashable, Sendable {
    /// What could not be loaded, a line each.
    package var problems: [String]
    /// Workflows that no file holds any more, by name: they are offered no more, and their cases go on.
    package var withdrawn: [String]

    package init(problems: [String] = [], withdrawn: [String] = []) {
        self.problems = problems
        self.withdrawn = withdrawn
    }
}

/// A case in a list.
package struct CaseSummary: Hashable, Sendable {
    package var id: String
    package var workflow: String
    package var title: String
    package var status: String
    /// Titles of the innermost active states.
    package var states: [String]
    /// RFC 3339 with the offset of the contract's zone, of what is over as a day ends the last microsecond of that day;
    /// `nil` if nothing is due ever.
    package var nextDue: String?
}

/// A case in full.
package struct CaseView: Hashable, Sendable {
    package var id: String
    package var workflow: String
    package var title: String
    package var digest: String
    package var document: String?
    package var zone: String
    package var status: String
    package var fault: String?
    /// The instant shown, local; at the end of a day, the last microsecond of it.
    package var at: String
    package var startedAt: String
    package var states: [StateView]
    package var dates: [DateView]
    package var cadences: [CadenceView]
    package var parameters: [ParameterView]
    package var parties: [PartyView]
    package var data: [DataView]
    package var accepts: [AcceptedView]
    package var next: [AgendaRow]
    /// In the order of their opening; where there are many, those that run first and not all.
    package var children: [ChildView]
    /// How many there are.
    package var childCount: Int
    package var journalCount: Int
}

/// An obligation that comes back.
package struct CadenceView: Hashable, Sendable {
    package var name: String
    package var title: String
    /// Where it stands, in the contract's language.
    package var words: String
    /// In the stretch that counts; both 0 where none does.
    package var held: Int
    package var required: Int
    package var clause: Int
}

/// Why a case does not take an event.
package struct WhyNotView: Hashable, Sendable {
    /// The event's.
    package var title: String
    /// True where nothing stands in the way.
    package var isAccepted: Bool
    /// What holds whatever the state, in the contract's language.
    package var reasons: [String]
    package var obstacles: [ObstacleView]
}

/// A transition of an active state, and what stands in its way.
package struct ObstacleView: Hashable, Sendable {
    /// The state's path.
    package var state: String
    package var title: String
    /// Titles of the states it leads to.
    package var targets: [String]
    package var unmet: [String]
    package var clause: Int
}

/// An active state.
package struct StateView: Hashable, Sendable {
    package var path: String
    package var title: String
    package var since: String
    /// As ``HappenedView/day``.
    package var day: CivilDate?
    package var clause: Int
}

/// A child of a case in a list.
package struct ChildView: Hashable, Sendable {
    /// `order/BC-7`, from the case whose id has no slash.
    package var path: String
    /// The kind's title.
    package var kind: String
    package var key: String
    package var title: String
    /// As of a case.
    package var status: String
    package var fault: String?
    /// Titles of the innermost active states.
    package var states: [String]
    /// What lies ahead first, in words of the contract's language; `nil` where nothing does.
    package var next: String?
    /// When that is, RFC 3339 with the offset of the contract's zone.
    package var nextAt: String?
}

/// A named date of a case.
package struct DateView: Hashable, Sendable {
    package var name: String
    package var title: String
    /// `2021-11-15` or `2021-09-24T16:30`; `nil` while unknown.
    package var date: String?
    /// Before it moved to a working day, where it did.
    package var nominal: String?
    /// The first day of a window; `nil` for a single day.
    package var opens: String?
    /// In a sentence of the contract's language, or why it has no day; empty while unknown.
    package var words: String
    package var isProvisional: Bool
    package var clause: Int
}

/// Something a case remembers, or that follows from it.
package struct DataView: Hashable, Sendable {
    package var name: String
    package var title: String
    /// In words of the contract's language.
    package var words: String
    package var value: PlainValue
}

/// An event that a case waits for.
package struct AcceptedView: Hashable, Sendable {
    package var name: String
    package var title: String
    package var fields: [FieldView]
    package var unmet: [String]
    package var clause: Int
}

/// What an expression comes to in a case.
package struct EvaluatedView: Hashable, Sendable {
    /// The value's type, as expressions call it.
    package var type: String
    /// The value in words of the contract's language.
    package var words: String
    package var value: PlainValue
}

/// One part of what an event carries.
package struct FieldView: Hashable, Sendable {
    package var name: String
    /// In words: `an amount in MAD`.
    package var type: String
    package var isOptional: Bool
}
