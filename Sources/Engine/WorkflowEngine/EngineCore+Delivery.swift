import CaseReplay
import CivilTime
import People
import WorkflowModel

/// Effects between the outbox and the plugins.
struct Deliveries {
    /// Keys of effects that plugins work on, or whose outcome is not durable yet. Bounded.
    private(set) var underWay: Set<String> = []
    /// Of these, those that are not owed any more, with why where that is told: if they fail, they are not tried again.
    private var dropped: [String: String] = [:]
    /// What plugins answered, not durable yet.
    private var outcomes: [DeliveryCommit] = []
    /// No effect is ready before this that is not under way. `.latest` for never.
    var nextAttempt = Timestamp.earliest
    /// Between the effects and their plugin.
    var circuit = Circuit()
    /// Effects may wait for an instant that the clock, set back, has put far away.
    var mustRearm = true

    private var places: Int { EngineSettings.deliveriesAtOnce - underWay.count }

    /// How many effects may leave now.
    func room(at now: Timestamp) -> Int { min(places, circuit.room(at: now)) }

    /// When there may be something to hand over; `.latest` while only a plugin's answer can change that.
    var nextLook: Timestamp {
        !outcomes.isEmpty || mustRearm
            ? .earliest
            : places == 0 || nextAttempt == .latest ? .latest : max(nextAttempt, circuit.nextRoom)
    }

    mutating func leave(_ keys: [String]) {
        underWay.formUnion(keys)
        for key in keys { circuit.leave(key) }
    }

    /// True while nothing is known of what became of the effect.
    func isOpen(_ key: String) -> Bool { underWay.contains(key) && !outcomes.contains { $0.key == key } }

    /// Keeps an outcome for the next transaction.
    mutating func note(_ outcome: DeliveryCommit) { outcomes.append(outcome) }

    /// What becomes of effects in the store, where cases drop or revive some of them at the same time.
    func outcomes(_ commits: [CaseCommit], revived: [DeliveryCommit]) -> [DeliveryCommit] {
        let dropped = dropped(after: commits, revived: revived)
        guard !dropped.isEmpty else { return outcomes }
        return outcomes.map { outcome in
            guard [.waiting, .dead].contains(outcome.state), let reason = dropped[outcome.key] else { return outcome }
            var outcome = outcome
            outcome.state = .obsolete
            if !reason.isEmpty { outcome.detail = reason }
            return outcome
        }
    }

    private func dropped(after commits: [CaseCommit], revived: [DeliveryCommit]) -> [String: String] {
        var reasons = dropped
        for commit in commits where !commit.obsolete.isEmpty {
            for key in underWay.intersection(commit.obsolete) { reasons[key] = reasons[key] ?? "" }
        }
        guard !reasons.isEmpty else { return reasons }
        for change in revived where reasons[change.key] != nil {
            reasons[change.key] = change.state == .obsolete ? change.detail : nil
        }
        for commit in commits where commit.isOwedAnew {
            for row in commit.outbox { reasons[row.key] = nil }
        }
        return reasons
    }

    /// Takes over what has become durable.
    mutating func settle(_ commits: [CaseCommit], revived: [DeliveryCommit], _ durable: [DeliveryCommit]) {
        dropped = dropped(after: commits, revived: revived)
        for outcome in outcomes {
            underWay.remove(outcome.key)
            dropped[outcome.key] = nil
        }
        for outcome in durable + revived {
            if outcome.state == .waiting { nextAttempt = min(nextAttempt, outcome.nextAttempt) }
        }
        outcomes = []
        for commit in commits {
            for row in commit.outbox where row.state == .waiting { nextAttempt = min(nextAttempt, row.nextAttempt) }
        }
    }
}

extension EngineCore {
    /// An effect to be handed to a plugin, and what the plugin is asked.
    package struct Dispatch: Sendable {
        package var row: OutboxRow
        /// As they leave, which may be later than was thought when those of the row were written.
        package var words: OutboxRow.Words
        package var call: ActionCall
    }

    /// Takes effects whose turn has come and are not under way. Those that are late go out as one message per person.
    ///
    /// Where the plugin itself fails, they wait until one of them may try it.
    ///
    /// Call it only when no case is due any more, so that one person's late messages are all there. Nothing leaves
    /// while the store fails: what came of it could not be kept, and it would leave again.
    package func dispatches() -> [Dispatch] {
        let now = clock.now()
        guard trouble == nil else { return [] }
        do throws(StoreError) {
            if deliveries.mustRearm { try rearm(now) }
            if deliveries.nextAttempt > now { lookedUp = [:] }
            let room = deliveries.room(at: now)
            guard room > 0, deliveries.nextAttempt <= now else { return [] }
            let ready = try readyRows(now)
            let taken = Array(ready.prefix(room))
            deliveries.leave(taken.map(\.key))
            if taken.count == ready.count {
                deliveries.nextAttempt = try store.earliestDelivery(after: now) ?? .latest
            }
            return taken.map { row in
                let words = words(of: row, leaving: now)
                return Dispatch(row: row, words: words, call: call(for: row, words, now: now))
            }
        } catch {
            fail(error)
            return []
        }
    }

    /// Effects whose turn has come and are not under way: one more than there is room for, if there are.
    private func readyRows(_ now: Timestamp) throws(StoreError) -> [OutboxRow] {
        let limit = EngineSettings.deliveriesAtOnce + 1
        var ready = try store.outbox(readyBy: now, limit: limit)
        if ready.contains(where: isToBeGathered) {
            try gather(now)
            ready = try store.outbox(readyBy: now, limit: limit)
        }
        return ready.filter { !deliveries.underWay.contains($0.key) }
    }

    /// Brings back to now what waits for an instant that no pause would have chosen: the clock was set back since.
    private func rearm(_ now: Timestamp) throws(StoreError) {
        deliveries.mustRearm = false
        deliveries.circuit.rearm(at: now)
        let longest = Duration.seconds(EngineSettings.longestPauseSeconds)
        guard let latest = try store.latestDelivery(), latest - now > longest else { return }
        let stranded = try store.outbox(readyBy: .latest, limit: .max).filter { row in
            row.nextAttempt - now > longest && !deliveries.underWay.contains(row.key)
        }
        try store.apply(
            stranded.map { row in
                .delivery(
                    DeliveryCommit(
                        key: row.key, state: .waiting, attempts: row.attempts, nextAttempt: now, detail: row.detail))
            })
        deliveries.nextAttempt = min(deliveries.nextAttempt, now)
    }

    private func call(for row: OutboxRow, _ words: OutboxRow.Words, now: Timestamp) -> ActionCall {
        var members: [PlainValue.Member] = [
            .init(name: "to", value: .list([.text(row.address ?? "")])),
            .init(name: "subject", value: .text(words.subject)),
            .init(name: "body", value: .text(words.body)), .init(name: "key", value: .text(row.key)),
            .init(name: "at", value: .text(now.rfc3339)),
        ]
        if !row.isGathering { members.append(.init(name: "thread", value: .text(row.caseID))) }
        return ActionCall(
            key: row.key, plugin: settings.messagePlugin, action: settings.messageAction,
            input: Array(PlainValue.object(members).canonicalJSON.utf8))
    }

    /// The words of an effect as it leaves: where that is on a later day than was thought when they were written, they
    /// say so, and nothing of how far dates are.
    private func words(of row: OutboxRow, leaving now: Timestamp) -> OutboxRow.Words {
        let known = OutboxRow.Words(subject: row.subject, body: row.body)
        let isTold = [Language.french, .english].contains { row.body.hasPrefix(Message.lateOpening(in: $0)) }
        guard !row.isGathering, !isTold, let (stored, current, workflow) = try? find(row.caseID) else { return known }
        let (owed, today) = (workflow.zone.civil(at: row.owedAt).date, workflow.zone.civil(at: now).date)
        guard today > owed else { return known }
        let messages = messages(of: stored, current, workflow)
        let place = row.key.lastIndex(of: "/") ?? row.key.startIndex
        if let message = messages[row.key] ?? messages[String(row.key[..<place])] {
            let person = messages[row.key] == nil ? directory.person(String(row.key[place...].dropFirst())) : nil
            let words = message.words(
                caseID: row.caseID, workflow: workflow, language: person?.language, leavingLateOn: today)
            return OutboxRow.Words(subject: words.subject, body: words.body)
        }
        // A case computed again may not know any more what it owed.
        let mark = workflow.language == .french ? "[En retard] " : "[Late] "
        let opening = Message.lateOpening(in: workflow.language) + owed.words(in: workflow.language)
        return OutboxRow.Words(subject: mark + row.subject, body: "\(opening).\n\n\(row.body)")
    }

    /// The messages that a case has owed, by key. They are kept while effects leave: one case may have very many.
    private func messages(of stored: StoredCase, _ current: Case, _ workflow: Workflow) -> [String: Message] {
        if let known = lookedUp[stored.id], known.stored == stored { return known.messages }
        var occurrences: [Occurrence] = []
        if let journal = try? journal(of: stored, workflow: workflow) {
            _ = workflow.replay(journal, until: current.position, occurrences: &occurrences)
        }
        let messages = occurrences.reduce(into: [String: Message]()) { found, occurrence in
            guard case .message(let message) = occurrence.kind else { return }
            found[message.key(caseID: stored.id, workflow: workflow)] = message
        }
        if lookedUp.count >= EngineSettings.casesLookedUp { lookedUp = [:] }
        lookedUp[stored.id] = (stored, messages)
        return messages
    }

    // MARK: Late effects

    /// Late, and it is not settled yet whether it leaves on its own.
    private func isToBeGathered(_ row: OutboxRow) -> Bool {
        row.isLate && row.attempts == 0 && row.detail.isEmpty && !deliveries.underWay.contains(row.key)
    }

    /// Settles for good which late effects leave together, so that after a crash the same leave again and no others.
    ///
    /// Each person's become one effect with a key of its own; one that is alone stays itself. Of the reminders of one
    /// ladder about one deadline, only the last is told.
    private func gather(_ now: Timestamp) throws(StoreError) {
        let late = try store.outbox(readyBy: now, limit: .max).filter(isToBeGathered)
        var people: [String] = []
        var byPerson: [String: [OutboxRow]] = [:]
        for row in late {
            let address = row.address ?? ""
            if byPerson[address] == nil { people.append(address) }
            byPerson[address, default: []].append(row)
        }
        var changes: [StoreChange] = []
        for all in people.compactMap({ byPerson[$0] }) {
            let rows = all.withoutRepeatedReminders
            let told = Set(rows.map(\.key))
            changes += all.filter { !told.contains($0.key) }.map { row in
                .delivery(
                    DeliveryCommit(
                        key: row.key, state: .obsolete, attempts: 0, nextAttempt: now,
                        detail: OutboxRow.overtakenDetail))
            }
            guard rows.count > 1 else {
                changes.append(
                    .delivery(
                        DeliveryCommit(
                            key: rows[0].key, state: .waiting, attempts: 0, nextAttempt: now,
                            detail: OutboxRow.aloneDetail)))
                continue
            }
            guard let state = try store.storedCase(rows[0].caseID) else {
                throw StoreError(.corrupt, "\(settings.storeName): effect '\(rows[0].key)' is of no case")
            }
            let gathering = gathering(rows, now)
            changes.append(.caseCommit(CaseCommit(state: state, journal: [], agenda: nil, outbox: [gathering])))
            changes += rows.map { row in
                .delivery(
                    DeliveryCommit(
                        key: row.key, state: .obsolete, attempts: 0, nextAttempt: now,
                        detail: OutboxRow.gatheredPrefix + gathering.key))
            }
        }
        try store.apply(changes)
    }

    /// One message that says all that one person should have been told before.
    private func gathering(_ rows: [OutboxRow], _ now: Timestamp) -> OutboxRow {
        let isFrench = rows.contains { row in (try? find(row.caseID))?.workflow.language == .french }
        let subject =
            isFrench
            ? "[En retard] \(rows.count) messages qui auraient dû partir plus tôt"
            : "[Late] \(rows.count) messages that should have left earlier"
        let opening =
            isFrench
            ? "Voici, dans l'ordre, ce qui aurait dû vous être envoyé plus tôt."
            : "Here is, in order, what should have been sent to you earlier."
        let parts = rows.map { words(of: $0, leaving: now) }.map { "— \($0.subject)\n\n\($0.body)" }
        return OutboxRow(
            key: OutboxRow.gatheringPrefix + JournalCoding.digest(of: rows.map(\.key).joined(separator: "\n")),
            caseID: rows[0].caseID, address: rows[0].address, subject: subject,
            body: ([opening] + parts).joined(separator: "\n\n"), owedAt: rows[0].owedAt, isLate: true, state: .waiting,
            attempts: 0, nextAttempt: now, detail: "tells \(rows.count) late messages")
    }

    // MARK: Outcomes

    /// What a plugin's answer means for the effect; the next turn makes it durable.
    ///
    /// - Parameter jitter: 0 to 1, so that many effects that failed together are not tried again together.
    package func settle(_ dispatch: Dispatch, _ outcome: ActionOutcome, jitter: Double) {
        let (key, now) = (dispatch.row.key, clock.now())
        // A second answer to the same try is left.
        guard deliveries.isOpen(key) else { return }
        let attempts = dispatch.row.attempts + 1
        var commit = DeliveryCommit(key: key, state: .delivered, attempts: attempts, nextAttempt: now, detail: "")
        if case .pluginFailed(let reason, _) = outcome {
            deliveries.circuit.failed(key, reason, now: now, jitter: jitter)
        } else {
            deliveries.circuit.answered()
        }
        switch outcome {
        case .pluginFailed(let reason, wasTried: false):
            // The circuit is what makes it wait.
            let pause = Self.pause(after: 1, jitter: jitter)
            (commit.state, commit.attempts, commit.detail) = (.waiting, dispatch.row.attempts, reason)
            commit.nextAttempt = deliveries.circuit.openedAt == nil ? now + .seconds(pause) : now
        case .delivered(let detail):
            (commit.detail, commit.words) = (detail, dispatch.words)
        case .failedPermanently(let reason):
            (commit.state, commit.detail) = (.dead, reason)
        case .failedTemporarily(let reason), .pluginFailed(let reason, wasTried: true):
            let isLast = attempts >= EngineSettings.mostAttempts
            (commit.state, commit.detail) = (isLast ? .dead : .waiting, reason)
            if !isLast {
                commit.nextAttempt = commit.nextAttempt + .seconds(Self.pause(after: attempts, jitter: jitter))
            }
        }
        deliveries.note(commit)
    }

    /// True while a plugin works on an effect, or what came of one is not durable.
    package var isDelivering: Bool { !deliveries.underWay.isEmpty }

    /// Seconds: doubles from the first to the longest, half of it by chance.
    static func pause(
        after attempts: Int, first: Int = 10, longest: Int = EngineSettings.longestPauseSeconds, jitter: Double
    ) -> Int {
        let whole = min(longest, first << min(attempts - 1, 20))
        return whole / 2 + Int(Double(whole / 2) * min(max(jitter, 0), 1))
    }
}

extension [OutboxRow] {
    /// In the order in which they were owed, without the reminders that a later one of the same ladder says again.
    fileprivate var withoutRepeatedReminders: [OutboxRow] {
        var later: Set<String> = []
        return reversed().filter { row in Message.ladder(ofKey: row.key).map { later.insert($0).inserted } ?? true }
            .reversed()
    }
}

extension OutboxRow {
    /// What the keys of effects that tell several late ones begin with; no case's id has a plus sign.
    static let gatheringPrefix = "+late/"

    /// The detail of an effect that may have been delivered before the store was restored.
    package static let heldDetail = "it may have been sent before the store was restored: look, then retry or drop it"

    /// The detail of an effect that leaves by itself, late though it may be.
    static let aloneDetail = "late"

    /// The detail of a reminder that did not leave in its time and would tell nobody anything any more.
    package static let overtakenDetail = "not sent belatedly: what it reminds of was over, or a later reminder says it"

    /// The detail of an effect of a party that nobody is named for.
    static let nobodyDetail = "nobody is named for the party"

    /// What the details of effects that are told in another begin with.
    package static let gatheredPrefix = "late, and told in "

    /// What the details of these begin with where people are shown them.
    static let toldPrefix = "told with other late messages in "

    /// True where it is shown as another stands that tells it: only about that one can be decided.
    package var isToldInAnother: Bool { detail.hasPrefix(Self.toldPrefix) }

    /// This effect where it was obsolete and is owed again. It may have left already, and a crash have lost the answer: so
    /// it leaves under its own key, and is not told with others besides.
    package func owedAgain(after known: OutboxRow) -> OutboxRow {
        var row = self
        row.attempts = min(known.attempts, 1)
        if row.state == .waiting, row.detail.isEmpty { row.detail = Self.aloneDetail }
        return row
    }

    /// The effect that one which is gathered is told in.
    var gatheringKey: String { String(detail.dropFirst(Self.gatheredPrefix.count)) }

    var isGathering: Bool { key.hasPrefix(Self.gatheringPrefix) }

    /// True where nobody got it and somebody still may.
    var isUndelivered: Bool { [.waiting, .dead, .held].contains(state) }

    /// True where a fact entered late may drop it or revive it.
    var isOpen: Bool {
        !isGathering
            && (isUndelivered || (state == .obsolete && !isGathered))
    }
}
