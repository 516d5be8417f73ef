import CaseReplay
package import CivilTime
import Expressions
import StatechartKernel
import People
import WorkflowModel

extension HappenedView {
    /// - Parameter enteredAt: When the case was recorded; what was owed before is told as not sent. `nil` where nothing
    ///   would be sent anyway.
    init(_ occurrence: Occurrence, in workflow: Workflow, enteredAt: Timestamp?) {
        let words = occurrence.narration(in: workflow)
        var text = words.text
        if case .message(let message) = occurrence.kind, let enteredAt, message.instant < enteredAt {
            text += Self.unsent(in: workflow.language)
        }
        self.init(
            occurrence.position, kind: words.kind, text: text, element: words.element, clause: words.clause?.line ?? 0,
            entry: occurrence.entry, in: workflow)
    }

    init(
        _ position: Position, kind: String, text: String, element: String?, clause: Int, entry: Int?,
        in workflow: Workflow
    ) {
        self.init(
            instant: position.instant, localTime: position.instant.rfc3339(in: workflow.zone),
            day: workflow.zone.dayEnding(at: position), kind: kind, text: text, element: element, clause: clause,
            entry: entry)
    }

    /// What is said of a message that was owed before its case was recorded.
    package static func unsent(in language: Language) -> String {
        language == .french
            ? " (non envoyé\u{A0}: antérieur à l'enregistrement du dossier)"
            : " (not sent: before the case was recorded)"
    }
}

extension EngineCore {
    /// The service at a glance.
    package func status() throws(EngineError) -> StatusView {
        do throws(StoreError) {
            return StatusView(
                now: clock.now(), startedAt: startedAt, version: settings.version, counts: try store.counts(),
                workflows: offered.count, brokenFiles: fileProblems + pinnedProblems, nextDue: try store.earliestDue(),
                zoneData: source.zoneDataVersion,
                store: settings.storeName + (trouble.map { " (\($0.message))" } ?? ""),
                problems: problems.map(\.sentence),
                journals: audits.first { $0.audit.only == nil }?.audit.view ?? lastAudit)
        } catch {
            throw EngineError(storing: error)
        }
    }

    private var pinnedProblems: [String] {
        unreadable.map {
            "'\($0.name)': cases are pinned to version \($0.digest.prefix(12)), which cannot be read any more"
        }
    }

    /// The workflows that cases can be started of, by name.
    package func workflows() -> [WorkflowView] {
        offered.values.sorted { $0.workflow.name < $1.workflow.name }.map { loaded in
            let workflow = loaded.workflow
            return WorkflowView(
                name: workflow.name, title: workflow.title, digest: loaded.digest, file: loaded.file,
                language: workflow.language.rawValue, zone: workflow.zone.identifier,
                parameters: parameterViews(workflow, workflow.parameters.map(\.defaultValue)),
                parties: workflow.parties.map { PartyView(name: $0.name, title: $0.title, address: $0.address) },
                dates: workflow.dates.map(\.name), problems: fileProblems.filter { $0.hasPrefix(loaded.file + ":") })
        }
    }

    /// One page of cases in the order of their ids.
    package func cases(after id: String?, workflow: String?, limit: Int) throws(EngineError) -> [CaseSummary] {
        let rows: [StoredCase]
        do throws(StoreError) {
            rows = try store.cases(after: id, workflow: workflow, limit: max(1, limit))
        } catch {
            throw EngineError(storing: error)
        }
        return rows.map { stored in
            // A case whose definition cannot be read any more is listed all the same.
            guard let (current, workflow) = try? open(stored) else {
                return CaseSummary(
                    id: stored.id, workflow: stored.workflow, title: stored.workflow, status: "unreadable", states: [],
                    nextDue: nil)
            }
            return CaseSummary(
                id: stored.id, workflow: stored.workflow, title: workflow.title,
                status: (broken[stored.id] == nil ? stored.status : .fault).rawValue,
                states: innermost(current, of: workflow).map(\.title),
                nextDue: broken[stored.id] == nil
                    ? workflow.nextDue(current)?.calendarInstant.rfc3339(in: workflow.zone) : nil)
        }
    }

    /// A case in full, now or at an instant as people write it.
    package func show(_ id: String, at text: String?) throws(EngineError) -> CaseView {
        let shown = try subject(id, at: text)
        var view = view(shown)
        guard !shown.path.isEmpty else { return view }
        var occurrences: [Occurrence] = []
        let journal = try self.journal(of: shown.stored, workflow: shown.root)
        _ = shown.root.replay(journal, until: shown.whole.position, occurrences: &occurrences)
        let own = occurrences.filter { $0.child?.path.steps.starts(with: shown.path.steps) ?? false }
        if let opened = own.first { view.startedAt = opened.instant.rfc3339(in: shown.workflow.zone) }
        view.journalCount = Set(own.compactMap(\.entry)).count
        return view
    }

    func view(_ shown: Subject) -> CaseView {
        let workflow = shown.workflow
        let current = shown.current
        let problem = broken[shown.stored.id]?.sentence
        let ahead = shown.root.agenda(
            shown.whole, limit: shown.path.isEmpty ? EngineSettings.agendaLength : .max,
            asOf: shown.whole.position.instant
        ).filter { shown.path.isEmpty || "\($0.element)/".hasPrefix("\(shown.path)/") }
        return CaseView(
            id: shown.id, workflow: shown.root.name,
            title: [shown.root.title, shown.title].compactMap(\.self).joined(separator: " — "),
            digest: shown.stored.digest, document: workflow.document, zone: workflow.zone.identifier,
            status: (problem == nil ? current.status : .fault).rawValue, fault: problem ?? current.fault,
            at: current.position.calendarInstant.rfc3339(in: workflow.zone),
            startedAt: shown.stored.startedAt.rfc3339(in: workflow.zone),
            states: innermost(current, of: workflow),
            dates: workflow.dates.indices.map { dateView($0, current, of: workflow) },
            cadences: workflow.cadences.indices.map { cadenceView($0, current, of: workflow) },
            parameters: parameterViews(workflow, current.parameters),
            parties: zip(workflow.parties, current.addresses).map { party, address in
                PartyView(
                    name: party.name, title: party.title,
                    address: directory.words(
                        for: party.name, bound: address, on: workflow.zone.civil(at: current.position.instant).date))
            },
            data: dataViews(current, of: workflow), accepts: acceptedViews(current, of: workflow, in: nil),
            next: ahead.prefix(EngineSettings.agendaLength).map { AgendaRow($0, caseID: shown.stored.id) },
            children: childViews(shown), childCount: current.children.reduce(0) { $0 + $1.count },
            journalCount: shown.stored.journalCount)
    }

    /// The active states that no other active state stands in.
    func innermost(_ current: Case, of workflow: Workflow) -> [StateView] {
        current.configuration.active.filter { workflow.chart.children(of: $0).isEmpty }.map { state in
            let info = workflow.states[Int(state.rawValue)]
            let since = current.entered[Int(state.rawValue)] ?? current.position
            return StateView(
                path: info.path, title: info.title, since: since.instant.rfc3339(in: workflow.zone),
                day: workflow.zone.dayEnding(at: since),
                clause: info.clause?.line ?? 0)
        }
    }

    private func dateView(_ index: Int, _ current: Case, of workflow: Workflow) -> DateView {
        let date = workflow.dates[index]
        let resolved = current.dates[index]
        return DateView(
            name: date.name, title: date.title,
            date: resolved.map { resolved in "\(resolved.day)" + (resolved.time.map { "T\($0)" } ?? "") },
            nominal: resolved.flatMap { $0.nominal == $0.day ? nil : "\($0.nominal)" },
            opens: (resolved?.window?.first).map { "\($0)" }, words: workflow.words(ofDate: index, in: current),
            isProvisional: resolved?.isProvisional ?? false, clause: date.clause?.line ?? 0)
    }

    private func cadenceView(_ index: Int, _ current: Case, of workflow: Workflow) -> CadenceView {
        let cadence = workflow.cadences[index]
        let status = workflow.status(ofCadence: index, in: current)
        return CadenceView(
            name: cadence.name, title: cadence.title, words: workflow.words(ofCadence: index, in: current),
            held: status?.held ?? 0, required: status?.period.required ?? 0, clause: cadence.clause?.line ?? 0)
    }

    private func parameterViews(_ workflow: Workflow, _ values: [Value?]) -> [ParameterView] {
        zip(workflow.parameters, values).map { parameter, value in
            ParameterView(
                name: parameter.name, title: parameter.title ?? parameter.name, type: parameter.type.wordsForPeople,
                value: value?.words(in: workflow), clause: parameter.clause?.line ?? 0)
        }
    }

    /// What the case remembers and what follows from it; what cannot be computed yet is left out.
    private func dataViews(_ current: Case, of workflow: Workflow) -> [DataView] {
        let items = zip(workflow.data, current.data).map { item, value in
            (name: item.name, title: item.title ?? item.name, value: value)
        }
        let computed = workflow.values.indices.filter { workflow.values[$0].isForPeople }.compactMap { index in
            workflow.computed(index, in: current).map { value in
                (
                    name: workflow.values[index].name,
                    title: workflow.values[index].title ?? workflow.values[index].name,
                    value: value
                )
            }
        }
        return (items + computed).filter { $0.value != .null && $0.value != .list([]) }.map { item in
            DataView(
                name: item.name, title: workflow.valueTitles[item.name] ?? item.title,
                words: item.value.words(in: workflow),
                value: PlainValue(item.value))
        }
    }

    /// The events that a case and its children wait for now.
    package func events(_ id: String) throws(EngineError) -> [AcceptedView] {
        acceptedViews(of: try subject(id))
    }

    func acceptedViews(_ current: Case, of workflow: Workflow, in child: ChildReference?) -> [AcceptedView] {
        func view(_ name: String, _ title: String, _ fields: [FieldView], _ unmet: [String], _ clause: Int)
            -> AcceptedView
        {
            AcceptedView(
                name: child?.path.name(name) ?? name, title: child.map { "\($0.title) — \(title)" } ?? title,
                fields: fields, unmet: unmet, clause: clause)
        }
        let french = workflow.language == .french
        let needed = workflow.neededToGoOn(current)
        var views: [AcceptedView] = []
        if !needed.parameters.isEmpty {
            let fields = needed.parameters.map { index in
                let parameter = workflow.parameters[index]
                return FieldView(name: parameter.name, type: parameter.type.wordsForPeople, isOptional: false)
            }
            let title = french ? "Valeurs sans lesquelles le dossier n'avance pas" : "Values it cannot go on without"
            views.append(view(Fact.parametersEvent, title, fields, [], 0))
        }
        if !needed.parties.isEmpty {
            let fields = needed.parties.map {
                FieldView(name: workflow.parties[$0].name, type: ValueType.string.wordsForPeople, isOptional: false)
            }
            let title =
                french ? "Destinataires sans lesquels le dossier n'avance pas" : "Addressees it cannot go on without"
            views.append(view(Fact.partiesEvent, title, fields, [], 0))
        }
        return views
            + workflow.acceptedEvents(current).map { accepted in
                let declaration = accepted.declaration
                let fields = declaration.fields.map {
                    FieldView(name: $0.name, type: $0.type.wordsForPeople, isOptional: $0.isOptional)
                }
                return view(
                    declaration.name, declaration.title, fields, accepted.unmet, declaration.clause?.line ?? 0)
            }
    }

    /// What lies ahead of a case or of all, earliest first.
    ///
    /// - Parameter text: What lay or will lie ahead at another instant, of one case.
    package func agenda(
        from: Timestamp?, until: Timestamp?, caseID: String?, at text: String? = nil, limit: Int
    ) throws(EngineError) -> [AgendaRow] {
        if let text {
            guard let caseID else {
                throw EngineError(.badRequest, "an agenda at another time is of one case", hint: "name the case")
            }
            return agenda(of: try subject(caseID, at: text), from: from, until: until, limit: max(1, limit))
        }
        let (now, limit) = (clock.now(), max(1, limit))
        if let caseID {
            let asked = try subject(caseID)
            let isComputed = asked.path.isEmpty ? try isCutShort(caseID) : true
            if isComputed {
                return agenda(of: asked, from: from, until: until, limit: limit)
            }
        }
        var rows = from == nil ? try overdue(in: caseID, until: min(until ?? .latest, now), limit: limit) : []
        do throws(StoreError) {
            rows += try store.agenda(from: from ?? now, until: until ?? .latest, caseID: caseID, limit: limit)
        } catch {
            throw EngineError(storing: error)
        }
        return Array(rows.prefix(limit))
    }

    /// Whether the store keeps only what came first of a case's agenda: what has passed since leaves a gap at its end.
    private func isCutShort(_ caseID: String) throws(EngineError) -> Bool {
        do throws(StoreError) {
            return try store.agenda(
                from: .earliest, until: .latest, caseID: caseID, limit: EngineSettings.agendaLength
            ).count == EngineSettings.agendaLength
        } catch {
            throw EngineError(storing: error)
        }
    }

    /// What is over and still waited for. The store also has what was over since a case last changed, and was not waited
    /// for: the cases themselves are looked at.
    private func overdue(in caseID: String?, until end: Timestamp, limit: Int) throws(EngineError) -> [AgendaRow] {
        let kept: [AgendaRow]
        do throws(StoreError) {
            kept = try store.agenda(from: .earliest, until: end, caseID: caseID, limit: EngineSettings.overdueLooks)
        } catch {
            throw EngineError(storing: error)
        }
        var rows: [AgendaRow] = []
        for id in Set(kept.map(\.caseID)).sorted() {
            // One that cannot be read does not hide the others; whoever looks at it itself is told.
            guard let (_, current, workflow) = try? find(id) else { continue }
            rows += workflow.agenda(current, limit: EngineSettings.agendaLength, asOf: clock.now()).lazy
                .filter { $0.instant < end }.map { AgendaRow($0, caseID: id) }
        }
        return Array(
            rows.sorted { ($0.instant, $0.caseID, $0.element) < ($1.instant, $1.caseID, $1.element) }.prefix(limit))
    }

    /// The same, computed: of a child, where the store keeps what comes first in the whole case, or at another time.
    private func agenda(of asked: Subject, from: Timestamp?, until: Timestamp?, limit: Int) -> [AgendaRow] {
        asked.root.agenda(asked.whole, asOf: asked.whole.position.instant).filter { item in
            (asked.path.isEmpty || "\(item.element)/".hasPrefix("\(asked.path)/"))
                && item.instant >= from ?? .earliest && item.instant < until ?? .latest
        }.prefix(limit).map { AgendaRow($0, caseID: asked.stored.id) }
    }

    /// Effects of a case or of all, in one state or in any, latest owed first; as people are shown them.
    package func outbox(
        _ caseID: String?, in state: OutboxRow.State? = nil, limit: Int
    ) throws(EngineError) -> [OutboxRow] {
        let asked = try caseID.map { id throws(EngineError) in try subject(id) }
        do throws(StoreError) {
            if let asked, !asked.path.isEmpty {
                let rows = try store.outbox(of: asked.stored.id, limit: .max)
                return Array(
                    try shown(rows.filter { $0.key.hasPrefix("\(asked.id)/") })
                        .filter { state == nil || $0.state == state }.prefix(max(1, limit)))
            }
            guard let state else { return try shown(try store.outbox(of: caseID, limit: max(1, limit))) }
            let obsolete = try store.outbox(in: .obsolete, of: caseID, limit: EngineSettings.gatheredLooks)
            if state == .obsolete { return Array(obsolete.lazy.filter { !$0.isGathered }.prefix(max(1, limit))) }
            let rows = try store.outbox(in: state, of: caseID, limit: max(1, limit))
            let told = try shown(obsolete.filter(\.isGathered)).filter { $0.state == state }
            return Array((rows + told).sorted { $0.owedAt > $1.owedAt }.prefix(max(1, limit)))
        } catch {
            throw EngineError(storing: error)
        }
    }

    /// Effects as people are shown them: one that is told in another, with other late ones, stands as that one does.
    func shown(_ rows: [OutboxRow]) throws(StoreError) -> [OutboxRow] {
        var gatherings: [String: OutboxRow] = [:]
        var shown = rows
        for place in rows.indices where rows[place].isGathered {
            let key = rows[place].gatheringKey
            if gatherings[key] == nil { gatherings[key] = try store.effect(key) }
            guard let gathering = gatherings[key] else { continue }
            shown[place].state = gathering.state
            shown[place].attempts = gathering.attempts
            shown[place].nextAttempt = gathering.nextAttempt
            let answer = gathering.state == .delivered && !gathering.detail.isEmpty ? ": \(gathering.detail)" : ""
            shown[place].detail = "\(OutboxRow.toldPrefix)'\(gathering.subject)' (\(key))\(answer)"
        }
        return shown
    }

    /// One effect, as people are shown it.
    package func effect(_ key: String) throws(EngineError) -> OutboxRow {
        do throws(StoreError) {
            if let row = try store.effect(key), let shown = try shown([row]).first { return shown }
        } catch {
            throw EngineError(storing: error)
        }
        throw EngineError(
            .messageNotFound, "there is no message '\(key)'", hint: "jalonctl outbox list --keys shows their keys")
    }

    /// Why messages wait for their plugin, while they do; for people.
    var circuitProblem: (kind: String, sentence: String)? {
        let circuit = deliveries.circuit
        return circuit.openedAt.map { openedAt in
            let kind = "messages wait for plugin '\(settings.messagePlugin)', which fails"
            let next =
                circuit.nextRoom == .latest ? "one is being tried now" : "one is tried at \(circuit.probeAt.rfc3339)"
            return (kind, "\(kind) since \(openedAt.rfc3339) (\(circuit.reason)); \(next)")
        }
    }
}
