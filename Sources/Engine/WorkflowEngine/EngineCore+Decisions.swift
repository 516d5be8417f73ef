import CaseReplay
import CivilTime
import WorkflowModel

extension EngineCore {
    /// Decides about one effect, and keeps in the journal of its case who did and why.
    func decide(_ request: DecideRequest, in batch: inout Batch) throws(EngineError) -> WriteReply {
        let row: OutboxRow?
        do throws(StoreError) { row = try store.effect(request.key) } catch { throw EngineError(storing: error) }
        guard let row else {
            throw EngineError(
                .messageNotFound, "there is no message '\(request.key)'",
                hint: "jalonctl outbox list --keys shows their keys")
        }
        try check(row, is: request.kind)
        var draft = try self.draft(row.caseID, in: batch)
        guard !draft.decisions.contains(where: { $0.key == row.key }) else {
            throw EngineError(.messageSettled, "message '\(row.key)' is being decided about already")
        }
        let known = draft.further.count
        draft.decisions.append(try change(row, request.kind, batch, &draft))
        let decision = MessageDecision(kind: request.kind, key: row.key, subject: row.subject, reason: request.reason)
        // A clock that was set back does not put a decision before what it is about.
        let entry = JournalEntry(
            occurredAt: max(batch.now, draft.current.position.instant), fact: .decided(decision),
            sequence: draft.nextSequence)
        var happened: [Occurrence] = []
        let reception = draft.workflow.record(entry, in: &draft.current, occurrences: &happened)
        precondition(reception == .handled, "a case takes any decision")
        draft.note(happened)
        let sequence = draft.append(entry, recordedAt: batch.now, author: request.author)
        batch.put(draft)
        var reply = WriteReply(of: draft, occurrences: happened, sequence: sequence)
        if request.kind == .retried {
            let first = draft.decisions.last?.address ?? row.address
            reply.addresses = [first].compactMap(\.self) + draft.further[known...].compactMap(\.address)
        }
        return reply
    }

    private func check(_ row: OutboxRow, is kind: MessageDecision.Kind) throws(EngineError) {
        if deliveries.underWay.contains(row.key) {
            throw EngineError(
                .messageSettled, "message '\(row.key)' is being delivered at this moment",
                hint: "look again in a moment")
        }
        switch (row.state, kind) {
        case (.waiting, _), (.dead, _), (.held, _), (.dropped, .retried): return
        case (.delivered, _):
            throw EngineError(
                .messageSettled,
                "message '\(row.key)' was delivered on \(row.nextAttempt.rfc3339) (\(row.detail)); "
                    + "nothing is sent twice")
        case (.dropped, .dropped):
            throw EngineError(.messageSettled, "message '\(row.key)' is dropped already (\(row.detail))")
        case (.obsolete, _) where row.isGathered:
            throw EngineError(
                .messageSettled, "message '\(row.key)' is told in another, '\(row.gatheringKey)', with other late ones",
                hint: "jalonctl outbox show \(row.gatheringKey) shows what has become of it")
        case (.obsolete, _):
            let why = row.detail == OutboxRow.overtakenDetail ? row.detail : "it was not owed any more"
            throw EngineError(.messageSettled, "message '\(row.key)' was not sent by itself: \(why)")
        }
    }

    private func change(
        _ row: OutboxRow, _ kind: MessageDecision.Kind, _ batch: Batch, _ draft: inout Draft
    ) throws(EngineError) -> DeliveryCommit {
        var change = DeliveryCommit(key: row.key, state: .waiting, attempts: 0, nextAttempt: batch.now, detail: "")
        switch kind {
        case .dropped:
            (change.state, change.attempts, change.detail) = (.dropped, row.attempts, "dropped by a person")
        case .retried:
            // Not empty, so that it leaves by itself and not among other late ones.
            change.detail = "to be tried again"
            if let address = row.address, try !isBound(address, row, batch, draft) { break }
            guard let (addressed, further) = batch.addressed(row, of: draft) else {
                if row.address != nil { break }
                // Naming somebody sends what was given up for want of a name, not what a person dropped.
                let isDropped = row.state == .dropped
                throw EngineError(
                    .incomplete,
                    "message '\(row.key)' has nobody to go to: "
                        + (isDropped ? "it was dropped before anybody was named for the party" : row.detail),
                    hint: "name somebody with jalonctl send \(batch.owner(of: row, draft)) parties.set PARTY=ADDRESS, "
                        + (isDropped ? "then retry it" : "which sends it too"))
            }
            guard ([addressed.address] + further.map(\.address)).contains(row.address) == false else { break }
            change.address = addressed.address
            draft.further += further
        }
        return change
    }

    /// Whether a message's address is one that its party was bound to by itself, and not that of a person behind a name.
    private func isBound(
        _ address: String, _ row: OutboxRow, _ batch: Batch, _ draft: Draft
    ) throws(EngineError) -> Bool {
        guard let (place, party) = batch.addressee(of: row, draft) else { return false }
        let declared = place.workflow.parties[party]
        if declared.address == address { return true }
        return try entries(of: draft).contains { entry in
            let bindings: [PartyBinding] =
                switch entry.fact {
                case .started(let start): start.parties
                case .parties(let bindings): bindings
                case .corrected(let correction): correction.parties
                case .event, .parameters, .decided, .amended: []
                }
            let parties = draft.workflow.definition(at: entry.child)?.parties ?? []
            return bindings.contains { $0.address == address && parties[$0.party].name == declared.name }
        }
    }

    /// Has dead letters of parties that nobody was named for go to whoever is named now.
    ///
    /// - Parameter place: The case or the child whose parties they are.
    func readdress(_ bindings: [PartyBinding], of place: ChildPlace, _ draft: inout Draft) throws(EngineError) {
        guard draft.before != nil else { return }
        let names = Set(bindings.map { place.workflow.parties[$0.party].name })
        let prefix = place.path.isEmpty ? "\(draft.stored.id)/" : "\(draft.stored.id)/\(place.path)/"
        let dead: [OutboxRow]
        do throws(StoreError) {
            dead = try store.outbox(in: .dead, of: draft.stored.id, limit: .max)
        } catch {
            throw EngineError(storing: error)
        }
        draft.unaddressed = dead.filter { row in
            row.address == nil && row.key.hasPrefix(prefix)
                && row.key.split(separator: "/").last.map { names.contains(String($0)) } ?? false
        }
    }
}
