import CivilTime
import StatechartKernel
import WorkflowModel
import YAMLReader

/// Reads the tree of states, and finds states by the names transitions use.
final class StateReader {
    unowned let loader: WorkflowLoader
    private(set) var top: [StateDraft] = []
    private(set) var all: [StateDraft] = []
    private(set) var initial: InitialDraft?
    /// Event descriptors that transitions wait for, as written, each with its first place.
    private(set) var usedEvents = NamedPlaces()
    /// Events that actions raise or send: nobody outside has to declare them.
    private(set) var raisedEvents = NamedPlaces()
    private var byPath: [String: StateDraft] = [:]
    private var byName: [String: [StateDraft]] = [:]
    /// Paths, and names that stand for one state each.
    private var knownNames: [String] = []

    /// More of them nobody writes by hand; what a chart costs grows faster than its size.
    private static let mostStates = 2_000
    private static let mostTransitions = 10_000

    private var report: Report { loader.report }

    init(_ loader: WorkflowLoader) { self.loader = loader }

    func read(_ workflow: MappingReader) {
        initial = workflow["initial"].flatMap(initialDraft)
        collectRaised(initial?.actions)
        top = states(workflow["states"], parent: nil)
        if top.isEmpty, let node = workflow["states"], !report.hasErrors {
            report.error("missing-state", "a workflow needs at least one state", at: node.span.firstCharacter)
        }
        collectNames()
    }

    /// Reads the states of a block into the state that uses it, and one state for each way in which it ends.
    func read(_ use: BlockUse, into draft: StateDraft) {
        use.draft = draft
        loader.entryState = draft
        let block = use.header.file.top
        draft.kind = .compound
        draft.initial = block["initial"].flatMap(initialDraft)
        collectRaised(draft.initial?.actions)
        draft.children = states(block["states"], parent: draft)
        if draft.children.isEmpty, let node = block["states"], !report.hasErrors {
            report.error("missing-state", "a block needs at least one state", at: node.span.firstCharacter)
        }
        for outcome in use.header.outcomes {
            if draft.children.contains(where: { $0.name == outcome.name }) {
                report.error(
                    "duplicate-name", "'\(outcome.name)' is already a state; an outcome is a state of its own",
                    at: outcome.span)
                continue
            }
            guard let child = add(outcome.name, at: outcome.span, parent: draft) else { continue }
            child.title = outcome.title ?? outcome.name
            child.clause = loader.clause
            child.kind = .final
            draft.children.append(child)
            guard let ending = use.endings[outcome.name], !ending.node.isNull else { continue }
            child.kind = .atomic
            use.user.states.readEnding(ending.node, of: child, from: draft)
        }
        collectNames()
    }

    /// Reads where the end of a block leads.
    private func readEnding(_ node: YAMLNode, of child: StateDraft, from draft: StateDraft) {
        for node in list(node) {
            guard case .mapping(let entries) = node.content, !entries.contains(where: { $0.key.keyText == "to" }) else {
                continue
            }
            report.error(
                "missing-key",
                "an outcome leads to a state: give it 'to', or leave it out and write 'done' beside 'use'",
                at: node.span.firstCharacter)
        }
        append(node, .always, to: child, from: draft)
    }

    private func collectNames() {
        for draft in all {
            let name = draft.localPath
            knownNames.append(name)
            if draft.name != name, byName[draft.name]?.count == 1 { knownNames.append(draft.name) }
        }
        for (name, span) in loader.heardFromChildren { raisedEvents.note(name, at: span) }
    }

    private func states(_ node: YAMLNode?, parent: StateDraft?) -> [StateDraft] {
        report.section(node, "states").compactMap { name, node, span in
            guard report.checkName(name, allowingDots: false, at: span),
                let draft = add(name, at: span, parent: parent)
            else { return nil }
            draft.clause = loader.clause
            if !node.isNull { read(node, into: draft) }
            return draft
        }
    }

    private func add(_ name: String, at span: SourceSpan, parent: StateDraft?) -> StateDraft? {
        let path = parent.map { "\($0.path).\(name)" } ?? name
        guard loader.tables.stateCount < Self.mostStates else {
            if loader.tables.stateCount == Self.mostStates, !report.hasErrors {
                reportTooMany("states", Self.mostStates, at: span)
            }
            return nil
        }
        loader.tables.stateCount += 1
        let draft = StateDraft(name: name, path: path, span: span, parent: parent, loader: loader)
        all.append(draft)
        byPath[path] = draft
        byName[name, default: []].append(draft)
        return draft
    }

    private func reportTooMany(_ what: String, _ most: Int, at span: SourceSpan) {
        report.error("too-large", "the workflow has more than \(most) \(what); make it several workflows", at: span)
    }

    private func read(_ node: YAMLNode, into draft: StateDraft) {
        if case .mapping(let entries) = node.content, entries.contains(where: { $0.key.keyText == "use" }) {
            return readUse(node, into: draft)
        }
        guard let reader = MappingReader(node, .state, report) else { return }
        readWords(reader, into: draft)
        draft.initial = (reader["initial"] ?? reader["default"]).flatMap(initialDraft)
        collectRaised(draft.initial?.actions)
        draft.children = states(reader["states"], parent: draft)
        draft.kind = kind(reader, hasChildren: !draft.children.isEmpty)
        if draft.kind == .final || draft.kind.isHistory, let node = reader["remind"] {
            report.error(
                "wrong-type", "nobody is reminded in a \(draft.kind == .final ? "final" : "history") state",
                at: node.span)
        }
        readTransitions(reader, into: draft)
    }

    private func readUse(_ node: YAMLNode, into draft: StateDraft) {
        guard let reader = MappingReader(node, .use, report) else { return }
        readWords(reader, into: draft)
        if let use = loader.usesByPlace[node.span.start.offset] {
            if reader["title"] == nil, let title = use.inner.words(use.header.file.top, "title") { draft.title = title }
            use.inner.states.read(use, into: draft)
        }
        readTransitions(reader, into: draft)
    }

    /// Reads what any state has that is no transition.
    private func readWords(_ reader: MappingReader, into draft: StateDraft) {
        draft.title = loader.words(reader, "title") ?? draft.name
        draft.clause = reader.clause() ?? loader.clause
        draft.entry = reader["entry"]
        draft.exit = reader["exit"]
        draft.remind = reader["remind"]
        collectRaised(draft.entry)
        collectRaised(draft.exit)
    }

    private func readTransitions(_ reader: MappingReader, into draft: StateDraft) {
        for (key, node, _) in reader.inOrder where !node.isNull {
            switch key {
            case "on": readEvents(node, into: draft)
            case "at": readDates(node, into: draft)
            case "after": readPeriods(node, into: draft)
            case "always": append(node, .always, to: draft)
            case "done":
                append(node, .done, to: draft)
            default: break
            }
        }
    }

    private func kind(_ reader: MappingReader, hasChildren: Bool) -> StateKind {
        let deep = reader.flag("deep") ?? false
        if let node = reader["deep"], reader["type"]?.text != "history" {
            report.error("wrong-type", "only 'type: history' can be deep", at: node.span)
        }
        if let node = reader["default"], reader["type"]?.text != "history" {
            report.error("wrong-type", "only 'type: history' has a default; other states have 'initial'", at: node.span)
        }
        guard let node = reader["type"], let text = reader.text("type") else {
            return hasChildren ? .compound : .atomic
        }
        switch text {
        case "parallel": return .parallel
        case "final": return .final
        case "history": return deep ? .deepHistory : .shallowHistory
        default:
            report.unknown("state type", text, at: node.span, among: ["parallel", "final", "history"])
            return hasChildren ? .compound : .atomic
        }
    }

    private func initialDraft(_ node: YAMLNode) -> InitialDraft? {
        if case .mapping = node.content {
            guard let reader = MappingReader(node, .initial, report), let to = reader["to"] else { return nil }
            return InitialDraft(targets: report.texts(to, of: "to"), actions: reader["do"], loader: loader)
        }
        return InitialDraft(targets: report.texts(node, of: "initial"), actions: nil, loader: loader)
    }

    // MARK: Transitions

    private func readEvents(_ node: YAMLNode, into draft: StateDraft) {
        for (key, value, span) in triggers(node, "on", "events") {
            let names = key.split { $0 == " " || $0 == "," }.map(String.init)
            if names.isEmpty { report.error("bad-name", "an event needs a name", at: span) }
            let sound = names.filter { name in
                name == "*" || report.checkName(name.hasSuffix(".*") ? String(name.dropLast(2)) : name, at: span)
            }
            for name in sound { usedEvents.note(name, at: span) }
            append(value, .events(sound), keySpan: span, to: draft)
        }
    }

    private func readDates(_ node: YAMLNode, into draft: StateDraft) {
        for (name, value, span) in triggers(node, "at", "dates") {
            guard let index = loader.date(named: name) else {
                if !loader.isBroken(name) { report.unknown("date", name, at: span, among: loader.dateNames) }
                continue
            }
            loader.used.insert(.date(index))
            append(value, .date(index), keySpan: span, to: draft)
        }
    }

    private func readPeriods(_ node: YAMLNode, into draft: StateDraft) {
        for (text, value, span) in triggers(node, "after", "periods") {
            guard let period = loader.period(text, at: span) else { continue }
            append(value, .period(period), keySpan: span, to: draft)
        }
    }

    private func triggers(
        _ node: YAMLNode, _ key: String, _ what: String
    ) -> [(key: String, value: YAMLNode, span: SourceSpan)] {
        guard case .mapping(let entries) = node.content else {
            report.error(
                "wrong-type", "'\(key)' holds \(what) with what they lead to, found \(node.kindInWords)", at: node.span)
            return []
        }
        return entries.compactMap { entry in entry.key.keyText.map { ($0, entry.value, entry.key.span) } }
    }

    /// Reads what a trigger leads to: a state, a mapping, or a list of such, tried in order.
    ///
    /// - Parameter place: The state at which its names are looked for; absent for the state itself.
    private func append(
        _ node: YAMLNode, _ trigger: TransitionDraft.Trigger, keySpan: SourceSpan? = nil, to draft: StateDraft,
        from place: StateDraft? = nil
    ) {
        let place = place ?? draft
        for node in list(node) {
            let span = keySpan ?? node.span
            guard loader.tables.transitionCount < Self.mostTransitions else {
                if !report.hasErrors { reportTooMany("transitions", Self.mostTransitions, at: span) }
                return
            }
            loader.tables.transitionCount += 1
            if let text = node.text {
                draft.transitions.append(
                    TransitionDraft(
                        trigger: trigger, span: span, targets: [(text, node.span)], reader: nil, isInternal: false,
                        clause: nil, place: place))
                continue
            }
            guard let reader = MappingReader(node, .transition, report) else { continue }
            let transition = TransitionDraft(
                trigger: trigger, span: span, targets: reader["to"].map { report.texts($0, of: "to") } ?? [],
                reader: reader, isInternal: reader.flag("internal") ?? false, clause: reader.clause(),
                place: place)
            collectRaised(reader["do"])
            draft.transitions.append(transition)
            // An event may be waited for only because a date counts from it; a moment is waited for to do something.
            if case .events = trigger { continue }
            if reader["to"] == nil, !transition.hasActions {
                report.error(
                    "missing-key", "this leads nowhere: give it 'to', or something to do", at: node.span.firstCharacter)
            }
        }
    }

    // MARK: Raised events

    private func collectRaised(_ actions: YAMLNode?) {
        for action in list(actions) {
            guard case .mapping(let entries) = action.content else { continue }
            for entry in entries {
                switch entry.key.keyText {
                case "then", "else": collectRaised(entry.value)
                case "raise": for node in list(entry.value) { noteRaised(node) }
                case "send":
                    for node in list(entry.value) {
                        guard case .mapping(let parts) = node.content else {
                            noteRaised(node)
                            continue
                        }
                        for part in parts where part.key.keyText == "event" { noteRaised(part.value) }
                    }
                default: break
                }
            }
        }
    }

    /// Takes up an event that has an effect whether or not a state waits for it.
    func noteUsed(_ name: String, at span: SourceSpan) { usedEvents.note(name, at: span) }

    private func noteRaised(_ node: YAMLNode) {
        if let name = node.text, report.checkName(name, at: node.span) { raisedEvents.note(name, at: node.span) }
    }

    // MARK: Names

    /// The state a name means at a place: a child, or a sibling of it or of the states around it, inside out; by a
    /// dotted path from any of these; or the only state of that name.
    func find(_ name: String, from place: StateDraft?) -> StateDraft? {
        var scopes = place.map { [$0.path] } ?? []
        // A block knows nothing of the states around it.
        let inside = place?.ancestry.prefix { $0.loader === loader } ?? []
        scopes += place == nil ? [""] : inside.map { $0.parent?.path ?? "" }
        for scope in scopes {
            if let state = byPath[scope.isEmpty ? name : "\(scope).\(name)"] { return state }
        }
        let namesakes = byName[name] ?? []
        return namesakes.count == 1 ? namesakes[0] : nil
    }

    /// The same; what names no state, or several, is reported.
    func target(_ name: String, at span: SourceSpan, from place: StateDraft?) -> StateDraft? {
        if let found = find(name, from: place) { return found }
        place?.isTainted = true
        if let namesakes = byName[name], namesakes.count > 1 {
            report.error(
                "ambiguous-state",
                "there are several states '\(name)': write "
                    + namesakes.prefix(6).map { "'\($0.path)'" }.joined(separator: " or "), at: span)
        } else {
            report.unknown("state", name, at: span, among: knownNames)
        }
        return nil
    }
}

/// Names in the order of the file, each with the place where it stands first.
struct NamedPlaces {
    private(set) var inOrder: [(name: String, span: SourceSpan)] = []
    private var names: Set<String> = []

    mutating func note(_ name: String, at span: SourceSpan) {
        if names.insert(name).inserted { inOrder.append((name, span)) }
    }

    func contains(_ name: String) -> Bool { names.contains(name) }
}
