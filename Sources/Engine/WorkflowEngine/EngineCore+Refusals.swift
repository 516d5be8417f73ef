import CivilTime

/// A case whose changes the store refuses, while it takes those of others.
struct RefusedCase {
    var error: StoreError
    /// When what is due in it is tried again. Whoever writes to it tries at once.
    var retryAt: Timestamp
    var pause: Int
}

extension EngineCore {
    /// Makes the changes of each case durable by themselves, after the store has refused them together.
    ///
    /// - Parameter commits: Those that became durable remain.
    /// - Returns: Why the others did not, by case.
    /// - Throws: ``StoreError`` where the store takes nothing at all.
    func keepApart(
        _ commits: inout [CaseCommit], of batch: Batch, _ outcomes: [DeliveryCommit]
    ) throws(StoreError) -> [String: StoreError] {
        try store.apply(
            batch.definitions.map(StoreChange.definition) + outcomes.map(StoreChange.delivery)
                + [.mark(name: StoreMark.probe, value: batch.now.rfc3339)])
        var refusals: [String: StoreError] = [:]
        commits = commits.filter { commit in
            let id = commit.state.id
            do throws(StoreError) {
                try store.apply(batch.changes(commit))
                return true
            } catch {
                refuse(id, error, batch.now)
                refusals[id] = error
                return false
            }
        }
        return refusals
    }

    private func refuse(_ id: String, _ error: StoreError, _ now: Timestamp) {
        let pause = min(
            EngineSettings.longestRefusalSeconds, refused[id].map { $0.pause * 2 } ?? EngineSettings.storeRetrySeconds)
        refused[id] = RefusedCase(error: error, retryAt: now + .seconds(pause), pause: pause)
        // It may have happened all the same.
        cache[id] = nil
        nextDue = nil
    }

    /// When the next case is due, where those that the store refuses wait for their own time.
    func earliestDueBesideRefused() throws(StoreError) -> Timestamp {
        let now = clock.now()
        let due = try store.casesDue(by: now, limit: refused.count + 1)
        if due.contains(where: { id in refused[id].map { $0.retryAt <= now } ?? true }) { return now }
        let retries = due.compactMap { refused[$0]?.retryAt }
        return min(retries.min() ?? .latest, try store.earliestDue(after: now) ?? .latest)
    }

    /// A sentence for each case that the store refuses.
    var refusalProblems: [(kind: String, sentence: String)] {
        refused.sorted { $0.key < $1.key }.map { id, refused in
            let kind = "case '\(id)' cannot be stored"
            return (kind, "\(kind) (\(refused.error.message)); it is tried again at \(refused.retryAt.rfc3339)")
        }
    }
}
