import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

/// Tells how the value of an expression came about in a case: the parts of it that decided, with their values.
struct Derivation {
    let workflow: Workflow
    let run: Run
    let checked: CheckedExpression
    let outline: ExpressionPart
    private let environment: ExpressionEnvironment
    private let references: [String: VariableReference]
    /// What the event carries, where one is asked about.
    private let fields: [Field]

    /// - Parameters:
    ///   - payload: What `event` stands for; `nil` where there is no event.
    ///   - event: Its name.
    init(
        _ checked: CheckedExpression, in current: Case, payload: Value?, of workflow: Workflow,
        event: String? = nil
    ) {
        self.workflow = workflow
        fields = event.flatMap { workflow.event(named: $0)?.fields } ?? []
        self.checked = checked
        var run = Run(workflow, resuming: current)
        run.payload = payload ?? .null
        self.run = run
        outline = checked.expression.outline
        // Parts are read with the names of the expression itself, wherever in the file it stands.
        var environment = workflow.names.environment
        environment.variables = [:]
        var references: [String: VariableReference] = [:]
        for (name, reference) in zip(checked.expression.variables, checked.variables) {
            environment.variables[name] = workflow.type(of: reference)
            references[name] = reference
        }
        self.environment = environment
        self.references = references
    }

    /// The value of a part; `nil` where it cannot be computed.
    func value(of part: ExpressionPart) -> Value? {
        guard let expression = Expression.compile(part.source, in: environment).0 else { return nil }
        let variables = expression.variables.compactMap { references[$0] }
        return try? run.evaluate(CheckedExpression(expression: expression, variables: variables))
    }

    /// What a name in the expression stands for, and the fields that follow it.
    func reference(_ path: [String]) -> (name: String, reference: VariableReference, fields: [String])? {
        for length in (1...path.count).reversed() {
            let name = path.prefix(length).joined(separator: ".")
            if let reference = references[name] { return (name, reference, Array(path.dropFirst(length))) }
        }
        return nil
    }

    /// The names that a part uses, each once, in the order in which they stand; of a choice, those of the branch taken.
    func names(in part: ExpressionPart) -> [ExpressionPart] {
        var found: [ExpressionPart] = []
        func add(_ part: ExpressionPart) {
            if case .name(let path) = part.kind {
                guard reference(path) != nil, !found.contains(where: { $0.source == part.source }) else { return }
                found.append(part)
            } else {
                children(of: part).forEach(add)
            }
        }
        add(part)
        return found
    }

    /// The host's functions that a part calls, outermost first.
    func hostCalls(in part: ExpressionPart) -> [ExpressionPart] {
        var found: [ExpressionPart] = []
        if case .call(let function, _) = part.kind, environment.functions.contains(where: { $0.name == function }) {
            found.append(part)
        }
        return found + children(of: part).flatMap { hostCalls(in: $0) }
    }

    /// The parts of a part that its value depends on: of a choice, the condition and the branch taken.
    private func children(of part: ExpressionPart) -> [ExpressionPart] {
        guard case .choice(let condition, let then, let otherwise) = part.kind else { return part.children }
        return switch value(of: condition) {
        case .bool(true): [condition, then]
        case .bool(false): [condition, otherwise]
        default: [condition]
        }
    }

    // MARK: In words

    /// A value in the contract's language.
    func words(_ value: Value) -> String { value.words(in: workflow) }

    /// A part as people know it: a name's title, otherwise its text.
    func title(of part: ExpressionPart) -> String {
        guard case .name(let path) = part.kind, let (_, reference, fields) = reference(path) else { return part.source }
        if reference == .event, fields.count == 1, let field = self.fields.first(where: { $0.name == fields[0] }) {
            return field.title ?? part.source
        }
        guard fields.isEmpty, let title = workflow.title(of: reference)
        else { return part.source }
        return title
    }
}

extension Workflow {
    /// The type of what a name stands for.
    func type(of reference: VariableReference) -> ValueType {
        switch reference {
        case .parameter(let index): parameters[index].type
        case .data(let index): data[index].type
        case .value(let index): values[index].expression.expression.type
        case .date, .today: .date
        case .cadence: .int
        case .event: .dyn
        case .now: .timestamp
        case .active: .list(.string)
        case .children(let kind): kinds[kind].rows
        }
    }

    /// What people call it; `nil` for what has its name only.
    func title(of reference: VariableReference) -> String? {
        let french = language == .french
        switch reference {
        case .parameter(let index): return parameters[index].title
        case .data(let index): return data[index].title
        case .value(let index): return values[index].title
        case .date(let index): return dates[index].title
        case .cadence(let index, let count):
            let counted =
                switch count {
                case .held: french ? "nombre tenu" : "held"
                case .required: french ? "nombre exigé" : "required"
                case .missing: french ? "nombre manquant" : "missing"
                }
            return "\(cadences[index].title) (\(counted))"
        case .today: return french ? "ce jour" : "today"
        case .now: return french ? "cet instant" : "now"
        case .children(let kind): return kinds[kind].title
        case .event, .active: return nil
        }
    }

    /// Where the document has it.
    func clause(of reference: VariableReference) -> Clause? {
        switch reference {
        case .parameter(let index): parameters[index].clause
        case .data(let index): data[index].clause
        case .value(let index): values[index].clause
        case .date(let index): dates[index].clause
        case .cadence(let index, _): cadences[index].clause
        case .children(let kind): kinds[kind].clause
        case .event, .now, .today, .active: nil
        }
    }

    /// A clause in brackets with a space before: ` (tanger-ess.txt, ligne 122)`; empty where none is cited.
    func cited(_ clause: Clause?) -> String {
        guard let clause else { return "" }
        let word = language == .french ? "ligne" : "line"
        return document.map { " (\($0), \(word) \(clause.line))" } ?? " (l. \(clause.line))"
    }

    /// A clause as short as can be: ` (ligne 122)`.
    func citedShortly(_ clause: Clause?) -> String {
        clause.map { " (\(language == .french ? "ligne" : "line") \($0.line))" } ?? ""
    }
}
