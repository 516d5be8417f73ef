package import CivilTime
import StatechartKernel
package import WorkflowModel

extension Workflow {
    /// Reminders of the past that would tell nobody anything today, by ``Message/key(caseID:workflow:)``: the state whose
    /// ladder it is has been left, its date is another by now, or a later one of the same ladder went to the same party.
    ///
    /// What leaves in its time is none of these, whatever comes after: only what is owed belatedly is to be held to this.
    ///
    /// - Parameters:
    ///   - occurrences: All that has happened, in order.
    ///   - current: The case as it stands at the end of them.
    ///   - now: The end of the past.
    package func overtakenReminders(
        among occurrences: [Occurrence], in current: Case, caseID: String, until now: Timestamp
    ) -> Set<String> {
        var places: [ChildPath: ChildPlace] = [ChildPath(): ChildPlace(workflow: self, current: current)]
        var last: [LadderOfParty: String] = [:]
        var reminders: [(key: String, ladder: LadderOfParty, stands: Bool)] = []
        for occurrence in occurrences {
            guard case .message(let message) = occurrence.kind, message.instant <= now, let state = message.state,
                case .reminder(let date, let resolved, _) = message.content
            else { continue }
            let path = message.child?.path ?? ChildPath()
            if places[path] == nil { places[path] = try? child(at: path, of: current) }
            let key = message.key(caseID: caseID, workflow: self)
            let ladder = LadderOfParty(path: path, state: state, date: date, party: message.recipient)
            last[ladder] = key
            let stands = places[path]?.current.stillReminds(of: date, resolved, in: state) ?? false
            reminders.append((key, ladder, stands))
        }
        return Set(reminders.lazy.filter { !$0.stands || last[$0.ladder] != $0.key }.map(\.key))
    }
}

/// What of several reminders only the last is worth sending belatedly.
private struct LadderOfParty: Hashable {
    var path: ChildPath
    var state: StateIndex
    var date: Int
    var party: PartyIndex
}

extension Case {
    fileprivate func stillReminds(of date: Int, _ resolved: ResolvedDate, in state: StateIndex) -> Bool {
        !isOver && configuration.contains(state) && dates[date]?.day == resolved.day
            && dates[date]?.time == resolved.time
    }
}
