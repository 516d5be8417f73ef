import CivilTime
import StatechartKernel
import WorkflowModel
import YAMLReader

/// Reads the tree of states, and finds states by the names transitions use.
struct StateReader {
    let loader: WorkflowLoader
    private(set) var top: [StateDraft] = []
    private(set) var all: [StateDraft] = []
    private(set) var initial: InitialDraft?
    /// Events that transitions wait for, in the order of the file.
    private(set) var usedEvents: [String] = []

    private var report: Report { loader.report }
    var paths: [String] { all.map(\.path) }

    init(_ loader: WorkflowLoader) { self.loader = loader }

    mutating func read(_ workflow: MappingReader) {
        initial = workflow["initial"].flatMap(initialDraft)
        top = states(workflow["states"], parent: nil)
        if top.isEmpty, let node = workflow["states"] {
            report.error("missing-state", "a workflow needs at least one state", at: node.span)
        }
    }

    private mutating func states(_ node: YAMLNode?, parent: StateDraft?) -> [StateDraft] {
        report.section(node, "states").compactMap { name, node, span in
            guard report.checkName(name, allowingDots: false, at: span) else { return nil }
            let path = parent.map { "\($0.path).\(name)" } ?? name
            let draft = StateDraft(name: name, path: path, span: span, parent: parent)
            all.append(draft)
            if !node.isNull { read(node, into: draft) }
            return draft
        }
    }

    private mutating func read(_ node: YAMLNode, into draft: StateDraft) {
        guard let reader = MappingReader(node, .state, report) else { return }
        draft.title = reader.text("title") ?? draft.name
        draft.clause = reader.clause()
        draft.entry = reader["entry"]
        draft.exit = reader["exit"]
        draft.remind = reader["remind"]
        draft.initial = (reader["initial"] ?? reader["default"]).flatMap(initialDraft)
        draft.children = states(reader["states"], parent: draft)
        draft.kind = kind(reader, hasChildren: !draft.children.isEmpty)
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
        guard let node = reader["type"], let text = reader.text("type") else { return hasChildren ? .compound : .atomic }
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
            return InitialDraft(targets: report.texts(to, of: "to"), actions: reader["do"])
        }
        return InitialDraft(targets: report.texts(node, of: "initial"), actions: nil)
    }

    // MARK: Transitions

    private mutating func readEvents(_ node: YAMLNode, into draft: StateDraft) {
        guard case .mapping(let entries) = node.content else {
            return report.error(
                "wrong-type", "'on' holds events with what they lead to, found \(node.kindInWords)", at: node.span)
        }
        for entry in entries {
            let names = (entry.key.text ?? "").split { $0 == " " || $0 == "," }.map(String.init)
            for name in names where !usedEvents.contains(name) { usedEvents.append(name) }
            if names.isEmpty { report.error("bad-name", "an event needs a name", at: entry.key.span) }
            append(entry.value, .events(names), keySpan: entry.key.span, to: draft)
        }
    }

    private func readDates(_ node: YAMLNode, into draft: StateDraft) {
        guard case .mapping(let entries) = node.content else {
            return report.error(
                "wrong-type", "'at' holds dates with what they lead to, found \(node.kindInWords)", at: node.span)
        }
        for entry in entries {
            let name = entry.key.text ?? ""
            guard let index = loader.dateNames.firstIndex(of: name) else {
                report.unknown("date", name, at: entry.key.span, among: loader.dateNames)
                continue
            }
            append(entry.value, .date(index), keySpan: entry.key.span, to: draft)
        }
    }

    private func readPeriods(_ node: YAMLNode, into draft: StateDraft) {
        guard case .mapping(let entries) = node.content else {
            return report.error(
                "wrong-type", "'after' holds periods with what they lead to, found \(node.kindInWords)", at: node.span)
        }
        for entry in entries {
            guard let period = loader.period(entry.key.text ?? "", at: entry.key.span) else { continue }
            append(entry.value, .period(period), keySpan: entry.key.span, to: draft)
        }
    }

    /// Reads what a trigger leads to: a state, a mapping, or a list of such, tried in order.
    private func append(
        _ node: YAMLNode, _ trigger: TransitionDraft.Trigger, keySpan: SourceSpan? = nil, to draft: StateDraft
    ) {
        for node in list(node) {
            if let text = node.text {
                draft.transitions.append(TransitionDraft(
                    trigger: trigger, span: keySpan ?? node.span, targets: [(text, node.span)], reader: nil,
                    isInternal: false, clause: nil))
                continue
            }
            guard let reader = MappingReader(node, .transition, report) else { continue }
            draft.transitions.append(TransitionDraft(
                trigger: trigger, span: keySpan ?? node.span,
                targets: reader["to"].map { report.texts($0, of: "to") } ?? [], reader: reader,
                isInternal: reader.flag("internal") ?? false, clause: reader.clause()))
        }
    }

    // MARK: Names

    /// The state a name means at a place: a sibling before the siblings of the states around it, a dotted path from any
    /// of these, or the only state of that name.
    func find(_ name: String, from place: StateDraft?) -> StateDraft? {
        let parts = name.split(separator: ".").map(String.init)
        var scopes: [[StateDraft]] = []
        if let place {
            scopes.append(place.children)
            for state in place.ancestry { scopes.append(state.parent?.children ?? top) }
        } else {
            scopes.append(top)
        }
        for scope in scopes {
            if let state = descend(parts, in: scope) { return state }
        }
        let namesakes = all.filter { $0.name == name }
        return namesakes.count == 1 ? namesakes[0] : nil
    }

    private func descend(_ parts: [String], in scope: [StateDraft]) -> StateDraft? {
        var scope = scope
        var found: StateDraft?
        for part in parts {
            found = scope.first { $0.name == part }
            guard let found else { return nil }
            scope = found.children
        }
        return found
    }
}
