import CaseReplay
import CivilTime
import Expressions
import WorkflowLoading
import WorkflowModel
import YAMLReader

/// Reads an events file of `simulate`:
///
/// ```yaml
/// start: 2021-09-01
/// until: 2022-01-31
/// parameters: { offer: 120000 MAD }
/// parties: { buyer: marches@example.org }
/// events:
///   - { at: 2021-09-20T10:00, event: consultation.offer.received, candidate: Atlas }
/// ```
///
/// Everything wrong with it is reported at its place, against the workflow it is for.
struct ScenarioReader {
    private static let keys = ["start", "until", "parameters", "parties", "events"]

    private let workflow: Workflow
    private let file: String
    private var diagnostics: [Diagnostic] = []

    private init(workflow: Workflow, file: String) {
        self.workflow = workflow
        self.file = file
    }

    /// Reads a text; the scenario is whole where no diagnostic is an error.
    ///
    /// - Parameter start: When the contract starts, whatever the file says.
    static func read(
        _ text: String, file: String, for workflow: Workflow, start: Timestamp? = nil
    ) -> (Scenario, [Diagnostic]) {
        var reader = ScenarioReader(workflow: workflow, file: file)
        let (root, problems) = readYAML(text)
        for problem in problems { reader.report(problem.code, problem.message, at: problem.span) }
        let scenario = root.map { reader.scenario($0, start: start) } ?? Scenario(start: start)
        let sorted = reader.diagnostics.enumerated().sorted {
            ($0.element.span?.start.offset ?? 0, $0.offset) < ($1.element.span?.start.offset ?? 0, $1.offset)
        }
        return (scenario, sorted.map(\.element))
    }

    private mutating func scenario(_ root: YAMLNode, start: Timestamp?) -> Scenario {
        var scenario = Scenario()
        let members = members(of: root, "an events file") ?? []
        let written = members.last { $0.name == "start" }.flatMap { instant($0.node) }
        scenario.start = start ?? written
        for entry in members {
            switch entry.name {
            case "start": continue
            case "until": scenario.until = limit(entry.node)
            case "parameters":
                scenario.parameters = (self.members(of: entry.node, "'parameters'") ?? []).compactMap { parameter($0) }
            case "parties":
                scenario.parties = (self.members(of: entry.node, "'parties'") ?? []).compactMap { party($0) }
            case "events":
                guard case .sequence(let items) = entry.node.content else {
                    wrongType("'events' is a list", entry.node)
                    continue
                }
                scenario.events = items.compactMap { event($0, start: scenario.start) }
            default:
                unknown("key", entry, "an events file", among: Self.keys)
            }
        }
        return scenario
    }

    // MARK: Parts

    private mutating func parameter(_ member: Member, of owner: Workflow? = nil) -> ParameterValue? {
        let owner = owner ?? workflow
        guard owner.parameters.contains(where: { isSame($0.name, member.name) }) else {
            unknown("parameter", member, "the workflow", among: owner.parameters.map(\.name))
            return nil
        }
        return value(of: member, owner, Workflow.parameterValue)
    }

    private mutating func party(_ member: Member, of owner: Workflow? = nil) -> PartyBinding? {
        let owner = owner ?? workflow
        let own = owner.parties.dropFirst(owner.sharedParties)
        guard own.contains(where: { isSame($0.name, member.name) }) else {
            unknown("party", member, "the workflow", among: own.map(\.name))
            return nil
        }
        return value(of: member, owner, Workflow.partyBinding)
    }

    private mutating func value<Result>(
        of member: Member, _ owner: Workflow, _ read: (Workflow) -> (PlainValue.Member) throws(TypeProblem) -> Result
    ) -> Result? {
        do throws(TypeProblem) {
            return try read(owner)(.init(name: member.name, value: member.node.plainValue))
        } catch {
            report("wrong-value", "'\(member.name)': \(error.message)", at: member.node.span)
            return nil
        }
    }

    /// - Parameter start: On its day, an event without an hour is no earlier.
    private mutating func event(_ node: YAMLNode, start: Timestamp?) -> JournalEntry? {
        guard var entries = members(of: node, "an event") else { return nil }
        func take(_ name: String) -> Member? {
            entries.firstIndex { $0.name == name }.map { entries.remove(at: $0) }
        }
        let at = take("at")
        let name = take("event")
        for (key, member) in [("at", at), ("event", name)] where member == nil {
            report("missing-key", "an event needs '\(key)'", at: node.span.beginning)
        }
        guard let at, let name, var instant = instant(at.node), let text = text(name.node) else { return nil }
        if let start, instant < start,
            self.text(at.node).flatMap({ CivilDate(iso: $0) }) == workflow.zone.civil(at: start).date
        {
            instant = start
        }
        guard let (child, event) = ChildPath.split(text), let owner = definition(at: child, name.node) else {
            if ChildPath.split(text) == nil {
                report("bad-path", "an event of a child is written KIND/KEY/EVENT: '\(text)'", at: name.node.span)
            }
            return nil
        }
        if event == Fact.parametersEvent {
            let values = entries.compactMap { parameter($0, of: owner) }
            return JournalEntry(occurredAt: instant, fact: .parameters(values), child: child)
        }
        if event == Fact.partiesEvent {
            let bindings = entries.compactMap { party($0, of: owner) }
            return JournalEntry(occurredAt: instant, fact: .parties(bindings), child: child)
        }
        guard let declaration = owner.event(named: event) else {
            let known = owner.events.map(\.name) + [Fact.parametersEvent, Fact.partiesEvent]
            let whole = child.isEmpty ? "the workflow" : "'\(child)'"
            unknown("event", Member(name: event, node: name.node, keySpan: name.node.span), whole, among: known)
            return nil
        }
        guard let payload = payload(entries, declaration, of: node) else { return nil }
        return JournalEntry(occurredAt: instant, fact: .event(name: event, payload: payload), child: child)
    }

    /// The workflow of the children that an event is for; an unknown kind is reported.
    private mutating func definition(at path: ChildPath, _ node: YAMLNode) -> Workflow? {
        var owner = workflow
        for step in path.steps {
            guard let kind = owner.kinds.first(where: { $0.name == step.kind }) else {
                unknown(
                    "case", Member(name: step.kind, node: node, keySpan: node.span), "the workflow",
                    among: owner.kinds.map(\.name))
                return nil
            }
            owner = kind.workflow
        }
        return owner
    }

    private mutating func payload(_ entries: [Member], _ declaration: EventDeclaration, of node: YAMLNode) -> Value? {
        let names = declaration.fields.map(\.name)
        let strangers = entries.filter { entry in !names.contains { isSame($0, entry.name) } }
        for entry in strangers { unknown("field", entry, "'\(declaration.name)'", among: names) }
        guard strangers.isEmpty else { return nil }
        let object = PlainValue.object(entries.map { .init(name: $0.name, value: $0.node.plainValue) })
        do throws(TypeProblem) {
            return try object.record(declaration.fields, zone: workflow.zone)
        } catch {
            let field = String(error.path.prefix { $0 != "." && $0 != "[" })
            let place = entries.first { isSame($0.name, field) }?.node.span ?? node.span.beginning
            report("wrong-value", "'\(error.path)': \(error.message)", at: place)
            return nil
        }
    }

    // MARK: Values

    private struct Member {
        var name: String
        var node: YAMLNode
        var keySpan: SourceSpan
    }

    private mutating func members(of node: YAMLNode, _ what: String) -> [Member]? {
        guard case .mapping(let entries) = node.content else {
            wrongType("\(what) is written as keys with values", node)
            return nil
        }
        return entries.compactMap { entry in
            guard case .scalar(let key) = entry.key.content else { return nil }
            return Member(name: key.text, node: entry.value, keySpan: entry.key.span)
        }
    }

    private mutating func text(_ node: YAMLNode) -> String? {
        if case .scalar(let scalar) = node.content, scalar.resolved != .null { return scalar.text }
        wrongType("this is a text", node)
        return nil
    }

    private mutating func instant(_ node: YAMLNode) -> Timestamp? {
        time(node) { Timestamp(readableByPeople: $0, zone: $1) }
    }

    private mutating func limit(_ node: YAMLNode) -> Position? {
        time(node) { Position(readableByPeople: $0, zone: $1, includesDay: true) }
    }

    private mutating func time<Time>(_ node: YAMLNode, _ read: (String, TimeZoneRules) -> Time?) -> Time? {
        guard let text = text(node) else { return nil }
        if let time = read(text, workflow.zone) { return time }
        report("wrong-value", "'\(text)' is no date or time; \(Timestamp.formsForPeople)", at: node.span)
        return nil
    }

    private func isSame(_ name: String, _ other: String) -> Bool { expressionName(name) == expressionName(other) }

    // MARK: Findings

    private mutating func report(_ code: String, _ message: String, at span: SourceSpan, guess: String? = nil) {
        diagnostics.append(
            Diagnostic(severity: .error, code: code, message: message, file: file, span: span, guess: guess))
    }

    private mutating func wrongType(_ message: String, _ node: YAMLNode) {
        let found =
            switch node.content {
            case .scalar(let scalar): scalar.resolved == .null ? "nothing" : "'\(scalar.text.prefix(40))'"
            case .sequence: "a list"
            case .mapping: "keys with values"
            }
        report("wrong-type", "\(message), found \(found)", at: node.span)
    }

    private mutating func unknown(_ kind: String, _ member: Member, _ owner: String, among known: [String]) {
        let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
        report(
            "unknown-\(kind)", "\(owner) has no \(kind) '\(member.name)': \(list)", at: member.keySpan,
            guess: nearest(to: member.name, among: known))
    }
}

extension YAMLNode {
    /// The node as a plain value; numbers keep their digits.
    fileprivate var plainValue: PlainValue {
        switch content {
        case .scalar(let scalar):
            switch scalar.resolved {
            case .null: .null
            case .bool(let flag): .boolean(flag)
            case .integer(let number): .number(String(number))
            case .float(let text): .number(text)
            case .string: .text(scalar.text)
            }
        case .sequence(let items): .list(items.map(\.plainValue))
        case .mapping(let entries):
            .object(
                entries.map { entry in
                    guard case .scalar(let key) = entry.key.content else { return .init(name: "", value: .null) }
                    return .init(name: key.text, value: entry.value.plainValue)
                })
        }
    }
}

extension SourceSpan {
    /// The place where the span begins.
    fileprivate var beginning: SourceSpan { SourceSpan(start: start, end: start) }
}

/// The known name that differs least from a mistyped one, where at most a third of its letters differ (Levenshtein).
private func nearest(to name: String, among known: [String]) -> String? {
    func distance(_ one: [Character], _ other: [Character]) -> Int {
        var last = Array(0...other.count)
        for (row, character) in one.enumerated() {
            var current = [row + 1]
            for (column, candidate) in other.enumerated() {
                let change = last[column] + (character == candidate ? 0 : 1)
                current.append(min(current[column] + 1, last[column + 1] + 1, change))
            }
            last = current
        }
        return last[other.count]
    }
    let ranked = known.map { (name: $0, distance: distance(Array(name.prefix(64)), Array($0.prefix(64)))) }
    return ranked.filter { $0.distance <= max(1, name.count / 3) }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}
