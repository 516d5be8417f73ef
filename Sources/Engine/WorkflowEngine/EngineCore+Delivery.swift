import CaseReplay
import CivilTime
import WorkflowModel

extension EngineCore {
    /// Effects to be handed to a plugin in one call, and what the plugin is asked.
    package struct Dispatch: Sendable {
        package var rows: [OutboxRow]
        package var call: ActionCall
    }

    /// Takes effects whose turn has come and are not under way. Those that are late go out as one message per person.
    ///
    /// Call it only when no case is due any more, so that one person's late messages are all there.
    package func dispatches() throws(StoreError) -> [Dispatch] {
        let room = EngineSettings.deliveriesAtOnce - underWay.count
        guard room > 0 else { return [] }
        let ready = try store.outbox(readyBy: clock.now(), limit: EngineSettings.duesPerTurn)
            .filter { !underWay.contains($0.key) && $0.address != nil }
        var dispatches: [Dispatch] = []
        for row in ready where !row.isLate && dispatches.count < room {
            dispatches.append(Dispatch(rows: [row], call: call(for: row)))
        }
        for group in lateGroups(ready) where dispatches.count < room {
            dispatches.append(Dispatch(rows: group, call: group.count == 1 ? call(for: group[0]) : digest(of: group)))
        }
        for dispatch in dispatches { underWay.formUnion(dispatch.rows.map(\.key)) }
        return dispatches
    }

    /// Late effects by person, each in the order in which they were owed.
    private func lateGroups(_ rows: [OutboxRow]) -> [[OutboxRow]] {
        var people: [String] = []
        var groups: [String: [OutboxRow]] = [:]
        for row in rows where row.isLate {
            let address = row.address ?? ""
            if groups[address] == nil { people.append(address) }
            groups[address, default: []].append(row)
        }
        return people.compactMap { groups[$0] }
    }

    private func call(for row: OutboxRow) -> ActionCall {
        call(key: row.key, to: row.address ?? "", subject: row.subject, body: row.body, thread: row.caseID)
    }

    /// One message that says all that one person should have been told before.
    private func digest(of rows: [OutboxRow]) -> ActionCall {
        let ids = rows.map(\.caseID)
        let language = compiledLanguage(of: ids)
        let french = language == .french
        let subject =
            french
            ? "[En retard] \(rows.count) messages qui auraient dû partir plus tôt"
            : "[Late] \(rows.count) messages that should have left earlier"
        let opening =
            french
            ? "Le service était arrêté. Voici, dans l'ordre, ce qui aurait dû vous être envoyé."
            : "The service was stopped. Here is, in order, what should have been sent to you."
        let parts = rows.map { "— \($0.subject)\n\n\($0.body)" }
        // The key names the effects themselves, so that the same digest tried twice is one message.
        let key = "digest/" + JournalCoding.digest(of: rows.map(\.key).sorted().joined(separator: "\n"))
        return call(
            key: key, to: rows[0].address ?? "", subject: subject,
            body: ([opening] + parts).joined(separator: "\n\n"), thread: Set(ids).count == 1 ? ids[0] : nil)
    }

    private func compiledLanguage(of ids: [String]) -> Language {
        let languages = ids.compactMap { try? find($0).workflow.language }
        return languages.contains(.french) ? .french : .english
    }

    private func call(key: String, to address: String, subject: String, body: String, thread: String?) -> ActionCall {
        var members: [PlainValue.Member] = [
            .init(name: "to", value: .list([.text(address)])), .init(name: "subject", value: .text(subject)),
            .init(name: "body", value: .text(body)), .init(name: "key", value: .text(key)),
            .init(name: "at", value: .text(clock.now().rfc3339)),
        ]
        if let thread { members.append(.init(name: "thread", value: .text(thread))) }
        return ActionCall(
            key: key, plugin: settings.messagePlugin, action: settings.messageAction,
            input: Array(PlainValue.object(members).canonicalJSON.utf8))
    }

    /// What a plugin's answer means for each effect it was asked for.
    ///
    /// - Parameter jitter: 0 to 1, so that many effects that failed together are not tried again together.
    package func settle(_ dispatch: Dispatch, _ outcome: ActionOutcome, jitter: Double) -> [DeliveryCommit] {
        let now = clock.now()
        return dispatch.rows.map { row in
            underWay.remove(row.key)
            let attempts = row.attempts + 1
            switch outcome {
            case .delivered(let detail):
                return DeliveryCommit(
                    key: row.key, state: .delivered, attempts: attempts, nextAttempt: now, detail: detail)
            case .failedPermanently(let reason):
                return DeliveryCommit(key: row.key, state: .dead, attempts: attempts, nextAttempt: now, detail: reason)
            case .failedTemporarily(let reason):
                guard attempts < Self.mostAttempts else {
                    return DeliveryCommit(
                        key: row.key, state: .dead, attempts: attempts, nextAttempt: now, detail: reason)
                }
                let pause = Self.pause(after: attempts, jitter: jitter)
                return DeliveryCommit(
                    key: row.key, state: .waiting, attempts: attempts, nextAttempt: now + .seconds(pause), detail: reason)
            }
        }
    }

    /// Four days of tries, then a person has to look.
    private static let mostAttempts = 30

    /// Doubles from 10 seconds to 4 hours, half of it by chance.
    static func pause(after attempts: Int, jitter: Double) -> Int {
        let longest = min(4 * 3600, 10 << min(attempts - 1, 11))
        return longest / 2 + Int(Double(longest / 2) * min(max(jitter, 0), 1))
    }
}
