package import WorkflowModel

/// A contradiction or a gap of the contract document, found before the contract starts.
package struct Finding: Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, CaseIterable, Sendable, Comparable {
        /// Dates, sums or rights depend on how it is settled: nothing starts before.
        case error
        /// Somebody should ask.
        case warning
        /// For information.
        case note

        package static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

        private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The rule's id, the same for ever: `CHK-03`.
    package var rule: String
    /// What it is about, in the file's words: tells findings of one rule apart.
    package var subject: String
    package var severity: Severity
    /// What is wrong, for a contract manager, in the contract's language.
    package var message: String
    /// How it could be settled, in the contract's language.
    package var proposal: String
    /// Where it stands in the document: both sides of a contradiction, fewer where something is missing.
    package var clauses: [Clause]
    /// What somebody decided about it; `nil` while nobody has.
    package var settlement: Settlement?
    /// The name of the parameter whose value the settlement is; `nil` for most.
    package var parameter: String?

    /// What settles it: `CHK-03/period`. Stable as long as the file's words are.
    package var key: String { "\(rule)/\(subject)" }
    /// Whether it keeps the contract from starting.
    package var isBlocking: Bool { severity == .error && settlement == nil }
}

/// Looks a workflow's terms through for contradictions.
///
/// - Parameter settlements: What was decided beside what the file itself settles.
/// - Returns: All findings, settled ones too, by severity and rule; none for a workflow without `terms`.
package func findings(of workflow: Workflow, settlements: [Settlement] = []) -> [Finding] {
    guard let terms = workflow.terms else { return [] }
    let settled = workflow.settlements + settlements
    return Examination(terms: terms, language: workflow.language).findings.map { finding in
        var finding = finding
        finding.settlement = settled.last { $0.finding == finding.key }
        finding.parameter = workflow.parameters.first { $0.settles == finding.key }?.name
        return finding
    }
}

/// Settlements of contradictions that are not there: the file has changed, or the key is mistyped.
package func stale(_ settlements: [Settlement], among findings: [Finding]) -> [Settlement] {
    settlements.filter { settlement in !findings.contains { $0.key == settlement.finding } }
}
