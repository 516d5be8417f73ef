import CivilTime

/// A case whose changes the store refuses, while it takes those of others.
struct RefusedCase {
    var error: StoreError
    /// When what is due in it is tried again. Whoever writes to it tries at once.
    var retryAt: Timestamp
    var pause: Int
}

extension EngineCore {
    /// Makes the changes of each case durable by themselves, after the store has refused them together; those of cases
    /// that belong together stay together.
    ///
    /// - Parameters:
    ///   - commits: Those that became durable remain.
    ///   - outcomes: What plugins answered, as it is with these commits alone.
    /// - Returns: Why the others did not, by case.
    /// - Throws: ``StoreError`` where the store takes nothing at all.
    func keepApart(
        _ commits: inout [CaseCommit], of batch: Batch, _ outcomes: inout [DeliveryCommit]
    ) throws(StoreError) -> [String: StoreError] {
        try store.apply(
            batch.definitions.map(StoreChange.definition)
                + [.mark(name: StoreMark.probe, value: batch.now.rfc3339)])
        var refusals: [String: StoreError] = [:]
        for unit in batch.units(of: commits) {
            do throws(StoreError) {
                try store.apply(unit.flatMap { batch.changes($0) })
            } catch {
                for commit in unit {
                    let id = commit.state.id
                    refusals[id] = error
                    // Which of several it is that the store refuses is not known: each is tried by itself next time.
                    if unit.count == 1 { refuse(id, error, batch.now) } else { forget(id) }
                }
            }
        }
        commits.removeAll { refusals[$0.state.id] != nil }
        let changed = commits.flatMap { batch.changed[$0.state.id] ?? [] }
        outcomes = deliveries.outcomes(commits, revived: changed)
        if !outcomes.isEmpty { try store.apply(outcomes.map(StoreChange.delivery)) }
        return refusals
    }

    /// Forgets what is known of a case whose commit failed: it may have happened all the same.
    private func forget(_ id: String) {
        cache[id] = nil
        nextDue = nil
    }

    private func refuse(_ id: String, _ error: StoreError, _ now: Timestamp) {
        let pause = min(
            EngineSettings.longestRefusalSeconds, refused[id].map { $0.pause * 2 } ?? EngineSettings.storeRetrySeconds)
        refused[id] = RefusedCase(error: error, retryAt: now + .seconds(pause), pause: pause)
        forget(id)
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
