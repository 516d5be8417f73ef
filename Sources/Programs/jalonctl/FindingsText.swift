import CivilTime
import DefinitionFiles
import Findings
import WorkflowModel

/// The contradictions of a contract's document as people read them, in the contract's language.
struct FindingsText {
    let workflow: Workflow
    let findings: [Finding]
    /// Its lines are quoted where it is at hand.
    let document: ContractDocument?
    let style: Style

    private var isFrench: Bool { workflow.language == .french }

    /// All of them by severity, those that are settled last; nothing where there are none.
    var lines: [String] {
        let groups: [(heading: String, findings: [Finding])] = [
            (isFrench ? "À régler avant le début" : "To be settled before the start", findings.filter(\.isBlocking)),
            (isFrench ? "Avertissements" : "Warnings", open(.warning)),
            (isFrench ? "Remarques" : "Remarks", open(.note)),
            (isFrench ? "Réglés" : "Settled", findings.filter { $0.settlement != nil }),
        ]
        return groups.filter { !$0.findings.isEmpty }.flatMap { group in
            ["", style.bold("\(group.heading) (\(group.findings.count))")] + group.findings.flatMap(lines)
        } + staleLines + hint
    }

    private func open(_ severity: Finding.Severity) -> [Finding] {
        findings.filter { $0.severity == severity && $0.settlement == nil }
    }

    private func lines(_ finding: Finding) -> [String] {
        var lines = wrapped("\(safe(finding.message)) [\(finding.key)]", indent: 2)
        lines += finding.clauses.flatMap(quote)
        if let settlement = finding.settlement {
            let by = settlement.by.map { isFrench ? ", par \($0)" : ", by \($0)" } ?? ""
            lines += wrapped("✓ \(settlement.choice) — \(settlement.reason)\(by)", indent: 6)
        } else {
            lines += wrapped("→ \(finding.proposal)", indent: 6)
        }
        return lines
    }

    private func quote(_ clause: Clause) -> [String] {
        let name = workflow.document ?? "document"
        let text = document?.line(clause.line).map { isFrench ? " «\u{A0}\($0)\u{A0}»" : " “\($0)”" } ?? ""
        return wrapped("\(name) l. \(clause.line)\(text)", indent: 6, most: 3).map(style.dim)
    }

    private var staleLines: [String] {
        stale(workflow.settlements, among: findings).map { settlement in
            style.yellow(
                isFrench
                    ? "\n  settled: « \(safe(settlement.finding)) » ne règle rien : cette contradiction n'existe pas (plus)."
                    : "\n  settled: '\(safe(settlement.finding))' settles nothing: there is no such contradiction (any more)."
            )
        }
    }

    /// What to type.
    private var hint: [String] {
        let open = findings.filter(\.isBlocking)
        guard !open.isEmpty else { return [] }
        let options = open.map { "--settle \($0.key)=\(isFrench ? "CHOIX" : "CHOICE")" }.joined(separator: " ")
        let reason = isFrench ? "MOTIF" : "REASON"
        return ["", "  jalonctl start \(safe(workflow.name)) \(options) --reason \(reason)"]
    }

    /// Text in lines as wide as the terminal, 110 columns at most; what is beyond the most lines is left out.
    private func wrapped(_ text: String, indent: Int, most: Int = .max) -> [String] {
        paragraph(safe(text), indent: indent, most: most, style)
    }
}

/// Text in indented lines as wide as the terminal, 110 columns at most.
///
/// - Parameter most: How many lines; what is beyond them is left out.
func paragraph(_ text: String, indent: Int, most: Int = .max, _ style: Style) -> [String] {
    let width = max(40, min(style.width ?? 110, 110)) - indent
    var lines = wrapped(text, to: width)
    if lines.count > most { lines = lines.prefix(most - 1) + [lines[most - 1] + " …"] }
    return lines.map { String(repeating: " ", count: indent) + $0 }
}
