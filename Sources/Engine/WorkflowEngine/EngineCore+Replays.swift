import CaseReplay
import CivilTime
import StatechartKernel
import WorkflowModel

extension EngineCore {
    /// Computes one page of cases again from their journals and holds them against what is kept of them.
    ///
    /// An upgrade of the program is safe where nothing differs.
    /// - Parameters:
    ///   - id: Only cases whose id sorts after this one.
    ///   - limit: Cases looked at, at most.
    /// - Returns: How many cases were looked at, those that differ, and the last id where there may be more.
    package func replayDifferences(
        after id: String?, limit: Int
    ) throws(EngineError) -> (checked: Int, differing: [DifferenceView], next: String?) {
        let rows: [StoredCase]
        do throws(StoreError) {
            rows = try store.cases(after: id, workflow: nil, limit: max(1, limit))
        } catch {
            throw EngineError(storing: error)
        }
        var differing: [DifferenceView] = []
        for stored in rows {
            let differences: [String]
            do throws(EngineError) { differences = try replayDifferences(of: stored) } catch {
                differences = [error.message]
            }
            if !differences.isEmpty { differing.append(DifferenceView(caseID: stored.id, differences: differences)) }
        }
        return (rows.count, differing, rows.count == limit ? rows.last?.id : nil)
    }

    /// What differs between a case as it is kept and as its journal has it; for people.
    ///
    /// What another program has written is not read as a snapshot, so status, next due and agenda, which are kept beside
    /// it, are compared too.
    func replayDifferences(of stored: StoredCase) throws(EngineError) -> [String] {
        guard let workflow = compiled[stored.digest] else {
            return ["its version of '\(stored.workflow)' cannot be read"]
        }
        let journal = try self.journal(of: stored, workflow: workflow)
        let snapshot = Case(snapshot: stored.snapshot, of: workflow)
        let instant = snapshot?.position.instant ?? max(clock.now(), journal.map(\.occurredAt).max() ?? .earliest)
        // A case may have been put down within an instant.
        let kept = snapshot.map { snapshot in
            var kept = snapshot
            var nothing: [Occurrence] = []
            workflow.advance(&kept, to: instant, occurrences: &nothing)
            return kept
        }
        guard var again = try life(of: workflow, journal, until: Position(after: instant), most: .max) else {
            throw EngineError(headless: stored.id)
        }
        var differences: [String] = []
        if let kept, kept != again.current {
            let found = differing(
                ChildPlace(workflow: workflow, current: kept), ChildPlace(workflow: workflow, current: again.current))
            differences += found.isEmpty ? ["what it knows differs from what its journal comes to"] : found
        }
        if again.current.status != stored.status {
            differences.append("it is \(stored.status.rawValue) and comes to \(again.current.status.rawValue)")
        }
        let due = workflow.nextDue(again.current)?.instant
        if due != stored.due, kept != nil || stored.due.map({ $0 > instant }) ?? true {
            func words(_ due: Timestamp?) -> String { due.map { "\(workflow.zone.civil(at: $0))" } ?? "never" }
            differences.append("it is due next on \(words(stored.due)) and comes to \(words(due))")
        }
        differences += try agendaDifferences(stored, &again)
        return differences
    }

    /// What differs in a case or a child, and in its children.
    private func differing(_ kept: ChildPlace, _ again: ChildPlace) -> [String] {
        guard kept.current != again.current else { return [] }
        var differences: [String] = []
        let workflow = kept.workflow
        let name = kept.path.isEmpty ? "it" : "'\(kept.path)'"
        let (old, new) = (paths(kept.current, of: workflow), paths(again.current, of: workflow))
        if old != new { differences.append("\(name) stands at \(old) and comes to \(new)") }
        for (index, date) in workflow.dates.enumerated() {
            let (before, after) = (kept.current.dates[index], again.current.dates[index])
            guard before != after else { continue }
            func words(_ date: ResolvedDate?) -> String {
                date.map { "\($0.day)" + ($0.time.map { "T\($0)" } ?? "") } ?? "unknown"
            }
            differences.append(
                "date '\(kept.path.name(date.name))' is \(words(before)) and comes to \(words(after))")
        }
        let (known, found) = (kept.children, again.children)
        for child in known {
            guard let other = found.first(where: { $0.path == child.path }) else {
                differences.append("it has '\(child.path)', which its journal does not open")
                continue
            }
            differences += differing(child, other)
        }
        for child in found where !known.contains(where: { $0.path == child.path }) {
            differences.append("it lacks '\(child.path)', which its journal opens")
        }
        return differences
    }

    /// The innermost active states, for people.
    func paths(_ current: Case, of workflow: Workflow) -> String {
        current.configuration.active.filter { workflow.chart.children(of: $0).isEmpty }
            .map { workflow.states[Int($0.rawValue)].path }.joined(separator: ", ")
    }

    private func agendaDifferences(_ stored: StoredCase, _ again: inout Life) throws(EngineError) -> [String] {
        let from = clock.now()
        let kept: [AgendaRow]
        do throws(StoreError) {
            kept = try store.agenda(from: from, until: .latest, caseID: stored.id, limit: .max)
        } catch {
            throw EngineError(storing: error)
        }
        let rows = agendaRows(again.current, caseID: stored.id, of: again.workflow).filter { $0.instant >= from }
        func words(_ row: AgendaRow) -> String { "\(row.title), \(row.words)" }
        return kept.filter { row in !rows.contains { $0.element == row.element && $0.instant == row.instant } }
            .map { "its agenda has \(words($0)), which does not follow from its journal" }
            + rows.filter { row in !kept.contains { $0.element == row.element && $0.instant == row.instant } }
            .map { "its agenda lacks \(words($0))" }
    }
}
