import Expressions
import WorkflowModel
import YAMLReader

/// A kind of child case as its section was read, with whatever of it is sound.
struct CaseKindDraft {
    var name: String
    var title: String
    var clause: Clause?
    /// `nil` where the section has mistakes.
    var workflow: Workflow?
    var parameters: [Parameter]
    /// Parameters that have to be bound: nobody could give them later in time.
    var needed: Set<Int>
    /// The child's own parties, after those it shares.
    var parties: [Party]
    var result: [ResultField]
    /// What `KIND.over` carries.
    var over: EventDeclaration

    /// The type of `cases.KIND` in expressions.
    var rows: ValueType {
        let outcome = over.fields.filter { field in !CaseKind.rowFields.contains { $0.name == field.name } }
        return .list(.record((CaseKind.rowFields + outcome).map { ($0.name, $0.type) }))
    }
}

/// What a child case knows of the file around it.
struct Surroundings {
    /// The events it may tell the case around it of.
    var events: [EventDeclaration]
    /// Events whose fields could not be read.
    var brokenEvents: Set<String>
    var document: String?
    /// The rules that hold; `nil` where the workflow names none.
    var rules: RulesInUse?
    /// 1 for a child of the contract itself.
    var depth: Int
}

extension WorkflowLoader {
    /// Reads the kinds of child cases, each as a workflow of its own with a scope of its own.
    func readKinds(_ node: YAMLNode?, document: String?) {
        let section = report.section(node, "cases")
        guard let first = section.first else { return }
        let depth = (surroundings?.depth ?? 0) + 1
        guard depth <= CaseKind.deepest else {
            report.error(
                "too-large", "cases stand in cases, and there may be \(CaseKind.deepest) levels of them", at: first.span
            )
            return
        }
        if let other = scope.kind(of: "cases") {
            report.error(
                "duplicate-name", "'cases' is already \(other), and here the children of a case are called so",
                at: first.span)
        }
        for (name, node, span) in section {
            guard report.checkWord(name, at: span) else { continue }
            if isOwnEvent(CaseKind.overEvent(of: name)) || name == "initial" {
                report.error(
                    "reserved-name",
                    "'\(name)' is a word that Jalon's own events and messages begin with; choose "
                        + "another name", at: span)
            }
            if let other = kinds.first(where: { expressionName($0.name) == expressionName(name) }) {
                report.error(
                    "duplicate-name",
                    "'\(name)' and kind '\(other.name)' differ in hyphens and underscores only; choose another name",
                    at: span)
            }
            if events.contains(where: { $0.name == name || $0.name == CaseKind.overEvent(of: name) }) {
                report.error(
                    "duplicate-name",
                    "there is an event '\(name)', and who waits for it would hear '\(name).over' too; choose another "
                        + "name for one of them", at: span)
            }
            guard let reader = MappingReader(node, .caseKind, report) else { continue }
            let draft = kind(
                name, reader,
                Surroundings(
                    events: events, brokenEvents: brokenEvents, document: document, rules: rules, depth: depth))
            scope.add(name, of: "cases", draft.rows, .children(kinds.count))
            kinds.append(draft)
            kindPlaces.append(span)
        }
    }

    private func kind(_ name: String, _ reader: MappingReader, _ surroundings: Surroundings) -> CaseKindDraft {
        let loader = WorkflowLoader(report: report, environment: environment)
        loader.surroundings = surroundings
        loader.language = language
        loader.zone = zone
        loader.calendar = calendar
        // Blocks are read once, whichever case uses them, and their mistakes told once.
        loader.tables.reports = tables.reports
        loader.tables.blockFiles = tables.blockFiles
        loader.localBlocks = localBlocks
        loader.parties = parties
        loader.names.parties = names.parties
        loader.sharedParties = parties.count
        loader.reminderTime = reminderTime
        loader.defaultLadder = defaultLadder
        loader.namedPeriods = namedPeriods
        loader.periodOrigins = periodOrigins
        let title = words(reader, "title") ?? name
        let workflow = loader.contents(of: reader, name: name, title: title, document: surroundings.document)
        tables.reports = loader.tables.reports
        tables.blockFiles = loader.tables.blockFiles
        rules?.noted.formUnion(loader.rules?.noted ?? [])
        for part in loader.tables.parts { usedParties.formUnion(part.usedParties.filter { $0 < parties.count }) }
        for (name, span) in loader.told { heardFromChildren.append((name, span)) }
        let given = Set(
            loader.needs.compactMap { need in
                if case .parameter(let index) = need.subject { index } else { nil }
            })
        let needed = loader.parameters.indices.filter {
            loader.parameters[$0].defaultValue == nil && !given.contains($0)
        }
        let fields = [
            Field(name: "key", type: .string, isOptional: false),
            Field(name: "outcome", type: .string, isOptional: false),
        ]
        return CaseKindDraft(
            name: name, title: title, clause: reader.clause(), workflow: workflow, parameters: loader.parameters,
            needed: Set(needed), parties: Array(loader.parties.dropFirst(parties.count)), result: loader.result,
            over: EventDeclaration(
                name: CaseKind.overEvent(of: name), title: title, fields: fields + loader.resultFields, clause: nil))
    }

    /// Reads what the case around sees of this one.
    func readResult(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "result") {
            guard report.checkWord(name, at: span) else { continue }
            let word = expressionName(name)
            if CaseKind.rowFields.contains(where: { $0.name == word }) {
                report.error("reserved-name", "every child has '\(name)' already; choose another name", at: span)
                continue
            }
            let checked = expression(node)
            if let checked, variables(of: checked).contains(where: { isOfTheMoment($0) }) {
                report.error(
                    "unstable-result",
                    "a result is what a child stands at, so it cannot use 'event', 'now', 'today' or what a cadence "
                        + "counts", at: node.span)
            }
            resultFields.append(Field(name: word, type: checked?.expression.type ?? .dyn, isOptional: true))
            if let checked { result.append(ResultField(name: word, expression: checked)) }
        }
    }

    /// Whether it changes by time alone.
    private func isOfTheMoment(_ variable: VariableReference) -> Bool {
        if case .cadence = variable { true } else { [.event, .now, .today].contains(variable) }
    }

    /// What `KIND.over` carries, by the event's name; `nil` for any other event.
    func overEvent(_ name: String) -> EventDeclaration? { kinds.first { $0.over.name == name }?.over }

    /// Warns of kinds that no action opens.
    func warnOfUnopenedKinds() {
        for (index, kind) in kinds.enumerated() where !openings.contains(where: { $0.kind == index }) {
            report.warning(
                "unused-name", "nothing opens a case of kind '\(kind.name)': write 'open' among the actions of a state",
                at: kindPlaces[index])
        }
    }
}

extension ActionReader {
    /// Reads `open: { case: order, key: event.number, with: { amount: event.amount } }`.
    func open(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> Action? {
        guard let reader = MappingReader(node, .open, report), let name = reader.text("case"),
            let nameNode = reader["case"]
        else { return nil }
        let key = reader["key"].flatMap { loader.expression($0, in: block.scope, expecting: .string) }
        let title = reader["title"].flatMap { text($0, block) }
        guard let index = loader.kinds.firstIndex(where: { $0.name == name }) else {
            report.unknown("case", name, at: nameNode.span, among: loader.kinds.map(\.name))
            return nil
        }
        let kind = loader.kinds[index]
        let bindings = self.bindings(reader, of: kind, block)
        let addresses = self.addresses(reader, of: kind, block)
        guard let key else { return nil }
        loader.openings.append(
            Opening(
                kind: index, key: key, title: title, bindings: bindings, addresses: addresses,
                clause: reader.clause() ?? block.clause))
        return .open(loader.openings.count - 1)
    }

    private func bindings(
        _ reader: MappingReader, of kind: CaseKindDraft, _ block: ChartBuilder.BlockDraft
    ) -> [Opening.Binding] {
        let section = report.section(reader["with"], "with")
        let missing = kind.needed.sorted().map { kind.parameters[$0].name }
            .filter { name in !section.contains { expressionName($0.name) == expressionName(name) } }
        if !missing.isEmpty {
            let list = missing.map { "'\($0)'" }.joined(separator: ", ")
            report.error(
                "missing-key", "a case of kind '\(kind.name)' needs \(list) under 'with'",
                at: (reader["case"] ?? reader.node).span)
        }
        return section.compactMap { name, node, span in
            guard
                let index = kind.parameters.firstIndex(where: { expressionName($0.name) == expressionName(name) })
            else {
                report.unknown("parameter", name, at: span, among: kind.parameters.map(\.name))
                _ = loader.expression(node, in: block.scope)
                return nil
            }
            return loader.expression(node, in: block.scope, expecting: kind.parameters[index].type).map { value in
                Opening.Binding(parameter: index, value: value, isLive: isLive(value))
            }
        }
    }

    /// What rests on the case around alone is followed; what belongs to the moment of opening is not, nor what rests on
    /// children, which could go round in circles.
    private func isLive(_ value: CheckedExpression) -> Bool {
        !loader.variables(of: value).contains { variable in
            switch variable {
            case .event, .now, .today, .active, .children, .cadence: true
            case .parameter, .data, .value, .date: false
            }
        }
    }

    private func addresses(
        _ reader: MappingReader, of kind: CaseKindDraft, _ block: ChartBuilder.BlockDraft
    ) -> [(party: PartyIndex, value: CheckedExpression)] {
        report.section(reader["parties"], "parties").compactMap { name, node, span in
            guard let index = kind.parties.firstIndex(where: { $0.name == name }) else {
                report.unknown("party", name, at: span, among: kind.parties.map(\.name))
                _ = loader.expression(node, in: block.scope)
                return nil
            }
            return loader.expression(node, in: block.scope, expecting: .string).map {
                (party: loader.parties.count + index, value: $0)
            }
        }
    }

    /// Reads `tell: { event: delivery.late, data: { days: late_days } }`.
    func tell(_ node: YAMLNode, _ block: ChartBuilder.BlockDraft) -> Action? {
        guard let around = loader.surroundings else {
            report.error(
                "no-surroundings", "only a child case tells the case around it; 'raise' and 'send' speak to this one",
                at: node.span)
            return nil
        }
        let reader = node.text == nil ? MappingReader(node, .tell, report) : nil
        guard let nameNode = node.text == nil ? reader?["event"] : node,
            let name = report.text(nameNode, of: "event"), report.checkName(name, at: nameNode.span)
        else { return nil }
        loader.told.append((name, nameNode.span))
        let declaration = around.brokenEvents.contains(name) ? nil : around.events.first { $0.name == name }
        let section = report.section(reader?["data"], "data")
        let payload = section.compactMap { field, node, span -> (name: String, value: CheckedExpression)? in
            let known = declaration?.fields.first { $0.name == expressionName(field) }
            if let declaration, known == nil {
                report.unknown("field", field, at: span, among: declaration.fields.map(\.name))
            }
            return loader.expression(node, in: block.scope, expecting: known?.type)
                .map { (name: expressionName(field), value: $0) }
        }
        for field in declaration?.fields ?? [] where !field.isOptional && field.name != "key" {
            guard !section.contains(where: { expressionName($0.name) == field.name }) else { continue }
            report.error("missing-key", "'\(name)' always carries '\(field.name)'", at: nameNode.span)
        }
        if let key = declaration?.fields.first(where: { $0.name == "key" }), ![.string, .dyn].contains(key.type) {
            report.error(
                "wrong-type", "'key' of '\(name)' is the child's key, so it has to be text", at: nameNode.span)
        }
        return .tell(name: name, payload: payload)
    }
}
