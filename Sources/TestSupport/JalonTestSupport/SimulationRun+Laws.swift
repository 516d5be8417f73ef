import CaseReplay
import CivilTime
import WorkflowEngine
import WorkflowModel

extension SimulationRun {
    /// Holds what the run has left to the laws.
    func judge() throws -> Simulation.Report {
        guard report.violations.isEmpty else { return report }
        for (id, queue) in queues.sorted(by: { $0.key < $1.key }) {
            check(queue.isEmpty, "\(id): \(queue.first?.request as Any) was never answered")
        }
        let clock = VirtualClock(end)
        let source = workload.makeSource()
        let core = try EngineCore(store: store, clock: clock, source: source, settings: SimulatedWorld.settings)
        let cases = try store.cases(after: nil, workflow: nil, limit: .max)
        let expected = try script.world.store.cases(after: nil, workflow: nil, limit: .max)
        check(cases.map(\.id) == expected.map(\.id), "the cases are \(cases.map(\.id)), not \(expected.map(\.id))")
        if let due = try store.earliestDue(), due <= end {
            report.violations.append("what is due at \(due) was not taken")
        }
        for row in cases { try judge(row, core) }
        let workflows = workload.workflows.map { ($0.digest, $0.workflow) }
        try judgeDeliveries(cases, Dictionary(workflows) { first, _ in first })
        report.cases = cases.count
        report.facts = script.deeds.count { $0.isAccepted }
        report.refusedFacts = script.deeds.count - report.facts
        return report
    }

    private func check(_ isKept: Bool, _ violation: @autoclosure () -> String) {
        if !isKept { report.violations.append(violation()) }
    }

    /// A case is the same as without faults, its journal is sound, its agenda is the one that follows from it.
    private func judge(_ row: StoredCase, _ core: EngineCore) throws {
        let id = row.id
        let calm = script.world.core
        let facts = try store.journal(of: id)
        check(JournalCoding.firstBreak(in: facts) == nil, "\(id): the journal's chain is broken")
        check(facts.count == script.deeds.count { $0.caseID == id && $0.isAccepted }, "\(id): \(facts.count) facts")
        let (view, history) = (try core.show(id, at: nil), try core.history(id).map(\.withoutFate))
        let (calmView, other) = (try calm.show(id, at: nil), try calm.history(id).map(\.withoutFate))
        check(view == calmView, "\(id): it is \(view), not \(calmView)")
        if history != other {
            let place = zip(history, other).prefix { $0 == $1 }.count
            report.violations.append(
                "\(id): its history has \(history.dropFirst(place).first.map { "\($0)" } ?? "nothing") where it should "
                    + "have \(other.dropFirst(place).first.map { "\($0)" } ?? "nothing")")
        }
        let agenda = try core.agenda(from: end, until: nil, caseID: id, limit: .max)
        // A long one is shown in part.
        let next = view.next.filter { $0.instant >= end }
        let isLong = view.next.count >= EngineSettings.agendaLength
        check(agenda == next || isLong && agenda.starts(with: next), "\(id): the agenda is \(agenda), not \(view.next)")
    }

    /// Each message that is owed was delivered under its key, by itself or with other late ones, and no other waits; a
    /// person got it again only where a fault kept the engine from knowing.
    private func judgeDeliveries(_ cases: [StoredCase], _ workflows: [String: Workflow]) throws {
        let rows = try store.outbox(of: nil, limit: .max)
        let byKey = Dictionary(rows.map { ($0.key, $0) }) { first, _ in first }
        // A message to a role or an organ becomes one effect a person, whose name the key ends with.
        let byMessage = Dictionary(grouping: rows) { $0.key }.merging(
            Dictionary(grouping: rows) { row in String(row.key[..<(row.key.lastIndex(of: "/") ?? row.key.startIndex)]) }
        ) { $0 + $1 }
        check(byKey.count == rows.count, "two effects have one key")
        for row in cases {
            guard let workflow = workflows[row.digest] else { continue }
            for message in try owed(row, of: workflow) {
                let key = message.key(caseID: row.id, workflow: workflow)
                let effects = byMessage[key] ?? []
                check(!effects.isEmpty, "\(key) is owed since \(message.instant) and was never asked for")
                for effect in effects { judge(effect, of: message, byKey) }
            }
        }
        for row in rows {
            check(row.state != .waiting, "\(row.key) still waits")
            check(
                row.state != .delivered || received[row.key] != nil, "\(row.key) counts as delivered, and nobody got it"
            )
        }
        for (key, count) in received.sorted(by: { $0.key < $1.key }) {
            report.letters += 1
            report.repeated += count - 1
            check(byKey[key] != nil, "\(key) was sent and is not known")
            check(count <= 1 + (excused[key] ?? 0), "\(key) was sent \(count) times, with \(excused[key] ?? 0) excuses")
        }
    }

    /// An effect that is owed was delivered, by itself or with other late ones, but for a reminder that a case computed
    /// again would have had to send in the past, when nobody needs it any more.
    private func judge(_ effect: OutboxRow, of message: Message, _ byKey: [String: OutboxRow]) {
        if effect.state == .obsolete, effect.detail == OutboxRow.overtakenDetail, case .reminder = message.content {
            report.overtaken += 1
            return check(
                received[effect.key, default: 0] <= excused[effect.key, default: 0],
                "\(effect.key) was told, and counts as a reminder that is not worth sending")
        }
        var state = effect.state
        if state == .obsolete, let place = effect.detail.firstRange(of: "+late/") {
            report.gathered += 1
            check(received[effect.key] == nil, "\(effect.key) was told by itself and with others")
            state = byKey[String(effect.detail[place.lowerBound...])]?.state ?? .obsolete
        }
        check(
            state == (effect.address == nil ? .dead : .delivered),
            "\(effect.key) is owed and \(effect.state.rawValue): \(effect.detail)")
    }

    /// The messages that follow from a case's journal since it was entered.
    private func owed(_ row: StoredCase, of workflow: Workflow) throws -> [Message] {
        var occurrences: [Occurrence] = []
        let journal = try store.journal(of: row.id).compactMap {
            JournalCoding.entry($0, caseID: row.id, workflow: workflow)
        }
        _ = workflow.replay(journal, until: end, occurrences: &occurrences)
        return occurrences.compactMap { occurrence in
            guard case .message(let message) = occurrence.kind, message.instant >= row.enteredAt else { return nil }
            return message
        }
    }
}

extension HappenedView {
    /// Without the word that a message was not sent: when a case was recorded is no part of what it is.
    fileprivate var withoutFate: HappenedView {
        var view = self
        for language in [Language.french, .english] {
            let fate = HappenedView.unsent(in: language)
            if view.text.hasSuffix(fate) { view.text.removeLast(fate.count) }
        }
        return view
    }
}
