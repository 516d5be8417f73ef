import CaseReplay
import CivilTime
import Expressions
import WorkflowModel

extension EngineCore {
    /// Decides one write; nothing is durable yet.
    func perform(_ request: WriteRequest, in batch: inout Batch) throws(EngineError) -> WriteReply {
        switch request {
        case .start(let start): try self.start(start, in: &batch)
        case .send(let send): try self.send(send, in: &batch)
        case .correct(let correct): try self.correct(correct, in: &batch)
        case .apply(let apply): try self.apply(apply, in: &batch)
        case .decide(let decide): try self.decide(decide, in: &batch)
        }
    }

    // MARK: Start

    private func start(_ request: StartRequest, in batch: inout Batch) throws(EngineError) -> WriteReply {
        guard let loaded = offered[request.workflow] else {
            let names = offered.keys.sorted().joined(separator: ", ")
            throw EngineError(
                .workflowNotFound, "there is no workflow '\(request.workflow)'",
                hint: names.isEmpty ? "no workflow file is loaded; jalonctl status says why" : "there are \(names)")
        }
        // Cases of one digest share one compiled workflow, even if a calendar was read again since.
        let workflow = compiled[loaded.digest] ?? loaded.workflow
        let id =
            if let given = request.caseID { try free(given, in: batch) } else {
                try firstFreeID(workflow.name, in: &batch)
            }
        let instant = try self.instant(request.occurredAt, in: workflow, now: batch.now)
        let start = try settled(request, of: workflow, as: self.start(request, of: workflow))
        let entry = JournalEntry(occurredAt: instant, fact: .started(start), sequence: 1)
        var occurrences: [Occurrence] = []
        guard var current = workflow.replay([entry], until: Position(instant, .events), occurrences: &occurrences)
        else {
            throw EngineError(headless: id)
        }
        let missing = workflow.missing(in: current)
        guard missing.isEmpty else {
            throw EngineError(
                .incomplete, "'\(workflow.name)' cannot start yet: \(missing.joined(separator: "; "))",
                hint: "give values with --set NAME=VALUE and --party NAME=ADDRESS")
        }
        if instant < batch.now { workflow.advance(&current, to: batch.now, occurrences: &occurrences) }
        let stored = StoredCase(
            id: id, workflow: workflow.name, digest: loaded.digest, status: .running, startedAt: instant,
            enteredAt: batch.now, due: nil, journalCount: 0, journalHash: JournalCoding.firstHash, snapshot: [])
        var draft = Draft(stored: stored, before: nil, current: current, workflow: workflow)
        draft.note(occurrences)
        let sequence = draft.append(entry, recordedAt: batch.now, author: request.author)
        keepDefinition(loaded, in: &batch)
        batch.put(draft)
        return WriteReply(of: draft, occurrences: occurrences, sequence: sequence)
    }

    /// Sees to it that the store has the definition that a case is pinned to.
    func keepDefinition(_ loaded: LoadedWorkflow, in batch: inout Batch) {
        guard compiled[loaded.digest] == nil, !batch.definitions.contains(where: { $0.digest == loaded.digest }) else {
            return
        }
        batch.definitions.append(
            StoredDefinition(
                digest: loaded.digest, name: loaded.workflow.name, text: loaded.text, savedAt: batch.now))
    }

    private func start(_ request: StartRequest, of workflow: Workflow) throws(EngineError) -> Start {
        do throws(TypeProblem) {
            var start = Start()
            for given in request.parameters { start.parameters.append(try workflow.parameterValue(given)) }
            for given in request.parties {
                start.parties.append(try named(workflow.partyBinding(given), of: workflow))
            }
            if let rebase = request.rebase {
                start.shiftDays = try workflow.shiftDays(rebasing: rebase.date, to: rebase.to)
            }
            return start
        } catch {
            throw EngineError(
                .badRequest, error.description, hint: "jalonctl workflows \(workflow.name) shows its values")
        }
    }

    /// Ids appear in file names, subjects and addresses of other programs, so they are plain.
    private func free(_ id: String, in batch: Batch) throws(EngineError) -> String {
        let isPlain =
            !id.isEmpty && id.utf8.count <= 100
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
        guard isPlain else {
            throw EngineError(
                .badRequest, "'\(id)' is no id for a case",
                hint: "use up to 100 letters without accents, digits, '-', '_' and '.'")
        }
        guard try !isTaken(id, in: batch) else {
            throw EngineError(.caseExists, "there is a case '\(id)' already", hint: "choose another id with --case")
        }
        return id
    }

    private func isTaken(_ id: String, in batch: Batch) throws(EngineError) -> Bool {
        if batch.drafts[id] != nil || cache[id] != nil { return true }
        do throws(StoreError) { return try store.storedCase(id) != nil } catch { throw EngineError(storing: error) }
    }

    private func firstFreeID(_ name: String, in batch: inout Batch) throws(EngineError) -> String {
        var number = (batch.numbers[name] ?? numbers[name] ?? 0) + 1
        while try isTaken("\(name)-\(number)", in: batch) { number += 1 }
        batch.numbers[name] = number
        return "\(name)-\(number)"
    }

    // MARK: Send

    private func send(_ request: SendRequest, in batch: inout Batch) throws(EngineError) -> WriteReply {
        let (caseID, around) = try Self.split(request.caseID)
        var draft = try self.draft(caseID, in: batch)
        let workflow = draft.workflow
        guard let (inner, name) = ChildPath.split(request.event) else {
            throw EngineError(
                .badRequest, "'\(request.event)' is no event's name",
                hint: "an event of a child is written KIND/KEY/EVENT; jalonctl events \(caseID) lists them")
        }
        let path = ChildPath(steps: around.steps + inner.steps)
        // A child may be opened by what has fallen due since the case was last followed.
        let present = path.isEmpty ? draft.current : workflow.advanced(draft.current, to: Position(batch.now, .events))
        let place = try child(at: path, of: present, workflow, caseID: caseID)
        let instant = try self.instant(
            request.occurredAt, in: workflow, start: draft.stored.startedAt, now: batch.now)
        try check(instant, isNotBefore: draft.stored.startedAt, in: workflow)
        let entry = JournalEntry(
            occurredAt: instant, fact: try fact(request, name, to: SpokenTo(place)), child: path,
            sequence: draft.nextSequence)
        let event = path.name(name)
        if case .parties(let bindings) = entry.fact { try readdress(bindings, of: place, &draft) }
        // A fact of the past is compared with what was known, however far the case had been followed since.
        let isPast = instant < max(batch.now, draft.current.position.instant)
        var happened: [Occurrence] = []
        var comparison: ComparisonView?
        switch isPast ? .late : workflow.record(entry, in: &draft.current, occurrences: &happened) {
        case .handled:
            try checkKeys(openedBy: entry.sequence, event, happened, caseID: caseID)
            draft.note(happened)
        case .ignored:
            throw notAccepted(
                event, draft.current, caseID: caseID, of: workflow,
                hint: "\(request.question) shows what stands in the way")
        case .late: (happened, comparison) = try insert(entry, of: event, into: &draft, now: batch.now)
        }
        var sequence = 0
        if !request.isDryRun {
            sequence = draft.append(
                entry, recordedAt: batch.now, author: request.author, dropped: comparison?.droppedKeys ?? [])
            batch.put(draft)
        }
        return WriteReply(
            of: draft, occurrences: happened, sequence: sequence, comparison: isPast ? comparison : nil)
    }

    func check(_ instant: Timestamp, isNotBefore start: Timestamp, in workflow: Workflow) throws(EngineError) {
        guard instant >= start else {
            throw EngineError(
                .badRequest, "the case began on \(workflow.zone.civil(at: start)), after that",
                hint: "give a later instant with --on")
        }
    }

    /// - Parameter event: Its name where it is said.
    func fact(_ request: SendRequest, _ event: String, to place: SpokenTo) throws(EngineError) -> Fact {
        let workflow = place.workflow
        do throws(TypeProblem) {
            switch event {
            case Fact.parametersEvent where request.fields.isEmpty, Fact.partiesEvent where request.fields.isEmpty:
                throw TypeProblem(path: event, message: "it says nothing; give NAME=VALUE")
            case Fact.parametersEvent:
                var values: [ParameterValue] = []
                for given in request.fields { values.append(try place.parameterValue(given)) }
                return .parameters(values)
            case Fact.partiesEvent:
                var bindings: [PartyBinding] = []
                for given in request.fields {
                    bindings.append(try named(place.partyBinding(given), of: workflow))
                }
                return .parties(bindings)
            default: break
            }
            guard let declaration = workflow.event(named: event) else {
                let names = workflow.events.map(\.name) + [Fact.parametersEvent, Fact.partiesEvent]
                throw TypeProblem.unknown("event", event, among: names)
            }
            let payload = try PlainValue.object(request.fields).record(declaration.fields, zone: workflow.zone)
            return .event(name: event, payload: payload)
        } catch {
            throw EngineError(
                .badRequest, error.description, hint: "jalonctl events \(request.caseID) shows what the case waits for")
        }
    }

    /// Puts a fact where it belongs in time and computes the case again.
    ///
    /// - Returns: What happened from there on, and what moved.
    private func insert(
        _ entry: JournalEntry, of event: String, into draft: inout Draft, now: Timestamp
    ) throws(EngineError) -> ([Occurrence], ComparisonView) {
        let known = try entries(of: draft)
        let comparison = try recompute(&draft, from: known, with: entry, now: now)
        guard let place = draft.occurrences.firstIndex(where: { $0.entry == entry.sequence }) else {
            throw EngineError(headless: draft.stored.id)
        }
        if case .event(_, _, false) = draft.occurrences[place].kind {
            throw notAccepted(event, entry.occurredAt, known, of: draft)
        }
        try checkKeys(openedBy: entry.sequence, event, draft.occurrences, caseID: draft.stored.id)
        // The entry itself is among the news already; what followed from it at once is as well told there.
        draft.news += consequences(of: entry.sequence, in: draft.occurrences)
        return (Array(draft.occurrences[place...]), comparison)
    }

    /// What followed from an entry at once.
    private func consequences(of entry: Int?, in occurrences: [Occurrence]) -> ArraySlice<Occurrence> {
        guard let place = occurrences.firstIndex(where: { $0.entry == entry }) else { return [] }
        let instant = occurrences[place].instant
        return occurrences[(place + 1)...].prefix { $0.instant == instant && $0.entry == nil }
    }

    /// Refuses an event that would open a child which cannot be named: half of what it stands for would be missing for
    /// ever.
    func checkKeys(
        openedBy entry: Int?, _ event: String, _ occurrences: [Occurrence], caseID: String
    ) throws(EngineError) {
        for occurrence in consequences(of: entry, in: occurrences) {
            guard case .refused(let reason, isKey: false) = occurrence.kind else { continue }
            throw EngineError(
                .notAccepted, "case '\(caseID)' does not take '\(event)': \(reason)",
                hint: "a key stands in paths such as order/BC-7; write '-' where it has '/'")
        }
    }

    /// Why an event has no effect among other facts.
    func notAccepted(
        _ event: String, _ instant: Timestamp, _ others: [JournalEntry], of draft: Draft
    ) -> EngineError {
        guard let then = draft.workflow.replay(others, until: Position(instant, .events)) else {
            return EngineError(headless: draft.stored.id)
        }
        // Where the case stood in the past, only its history says; `why-not` is about now.
        let moment = draft.workflow.zone.civil(at: instant)
        return notAccepted(
            event, then, caseID: draft.stored.id, of: draft.workflow, when: " on \(moment)",
            hint: "jalonctl show \(draft.stored.id) --at \(moment) shows where it stood")
    }

    /// Why an event has no effect in a case that stands somewhere.
    ///
    /// - Parameter when: Words that say when, after a space; empty for now.
    func notAccepted(
        _ event: String, _ current: Case, caseID: String, of workflow: Workflow, when: String = "", hint: String
    ) -> EngineError {
        let (path, name) = ChildPath.split(event) ?? (ChildPath(), event)
        let reasons: String
        do throws(QuestionError) {
            let place = try workflow.child(at: path, of: current)
            reasons = place.workflow.whyIgnored(name, in: place.current).joined(separator: "; ")
        } catch {
            reasons = error.message
        }
        return EngineError(
            .notAccepted, "case '\(caseID)' does not take '\(event)'\(when): \(reasons)", hint: hint)
    }

    /// An instant as people write it, or now. Nothing is recorded ahead of its time.
    ///
    /// - Parameter start: The case's; on that day, one without an hour is no earlier.
    func instant(
        _ text: String?, in workflow: Workflow, start: Timestamp? = nil, now: Timestamp
    ) throws(EngineError) -> Timestamp {
        guard let text else { return now }
        if let start, isDay(text, of: start, in: workflow) { return start }
        guard let instant = Timestamp(readableByPeople: text, zone: workflow.zone) else {
            throw EngineError(noTime: text)
        }
        guard instant <= now else {
            throw EngineError(
                .badRequest, "\(workflow.zone.civil(at: instant)) is in the future",
                hint: "facts are recorded once they have happened; jalonctl what-if supposes them")
        }
        return instant
    }

    /// Whether a text is the bare day of an instant: a day begins before a case that starts on it.
    func isDay(_ text: String, of instant: Timestamp, in workflow: Workflow) -> Bool {
        CivilDate(iso: text) == workflow.zone.civil(at: instant).date
    }
}

extension SendRequest {
    /// The command that asks why the event is not taken.
    fileprivate var question: String {
        let isPlain = fields.allSatisfy { field in
            switch field.value {
            case .text, .number, .boolean: true
            case .null, .list, .object: false
            }
        }
        let carried =
            isPlain
            ? fields.map { "\($0.name)=\($0.value.plainText)".quotedForShell }
            : ["--data", PlainValue.object(fields).canonicalJSON.quotedForShell]
        return (["jalonctl why-not", caseID, event] + carried).joined(separator: " ")
    }
}

extension PlainValue {
    /// As it stands on a command line.
    fileprivate var plainText: String { if case .text(let text) = self { text } else { canonicalJSON } }
}

extension String {
    /// As one word of a shell's command line.
    fileprivate var quotedForShell: String {
        let isWord = utf8.allSatisfy { byte in
            byte >= 0x80 || "-_./:,+@=%".utf8.contains(byte) || Character(Unicode.Scalar(byte)).isLetter
                || Character(Unicode.Scalar(byte)).isNumber
        }
        return isWord && !isEmpty ? self : "'\(replacing("'", with: "'\\''"))'"
    }
}
