import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// Compiles the formulas of packs, each after those it calls.
struct RuleFunctionCompiler {
    private struct Draft {
        var function: RuleFunction
        var file: RulePackFile
        var formula: RulePackFile.Formula
    }

    /// Longer chains of formulas nobody writes, and following them would take the stack.
    private static let deepestChain = 20

    private let names: (types: [String: ValueType], constants: [String: Value])
    private let tables: [HostFunction]
    private let language: Language
    private let zones: @Sendable (String) -> TimeZoneRules?
    private var drafts: [String: Draft] = [:]
    private var order: [String] = []
    /// Compiled, by name as expressions have it.
    private var compiled: [String: RuleBook.AppliedFunction] = [:]
    private var depths: [String: Int] = [:]
    private var path: [String] = []

    init(
        files: [RulePackFile], names: (types: [String: ValueType], constants: [String: Value]),
        tables: [HostFunction], language: Language, zones: @escaping @Sendable (String) -> TimeZoneRules?
    ) {
        self.names = names
        self.tables = tables
        self.language = language
        self.zones = zones
        for file in files {
            for function in file.pack.functions {
                let name = RuleBook.qualified(function.name)
                guard drafts[name] == nil, let formula = file.formulas[function.name] else { continue }
                drafts[name] = Draft(function: function, file: file, formula: formula)
                order.append(name)
            }
        }
    }

    /// What came of the functions, by name.
    var functions: [RuleBook.AppliedFunction] { compiled.values.sorted { $0.function.name < $1.function.name } }

    /// Compiles all of them; mistakes are reported in the files.
    mutating func compile(origin: (RuleFunction, RulePack) -> ValueOrigin) {
        for name in order {
            if let draft = drafts[name] { checkNames(of: draft, name) }
        }
        for name in order { compile(name, origin) }
    }

    private func checkNames(of draft: Draft, _ name: String) {
        var taken: [String] = []
        if names.types[name] != nil || tables.contains(where: { $0.name == name }) { taken.append(draft.function.name) }
        taken += draft.function.parameters.map(\.name).filter { names.types[RuleBook.qualified($0)] != nil }
        for word in taken {
            draft.file.report.error(
                "duplicate-name", "'\(word)' is already a value of the pack; choose another name",
                at: draft.formula.span)
        }
    }

    private mutating func compile(_ name: String, _ origin: (RuleFunction, RulePack) -> ValueOrigin) {
        guard compiled[name] == nil, let draft = drafts[name] else { return }
        if let start = path.firstIndex(of: name) {
            let ring = (path[start...] + [name]).joined(separator: " → ")
            return draft.file.report.error(
                "function-cycle", "the function calls itself: \(ring)", at: draft.formula.span)
        }
        guard path.count < Self.deepestChain else {
            return draft.file.report.error(
                "too-large", "more than \(Self.deepestChain) functions call one another here", at: draft.formula.span)
        }
        path.append(name)
        defer { path.removeLast() }
        // Where it calls functions that are not compiled yet, these come first, and then it once more.
        for isFirst in [true, false] {
            guard let (formula, called) = formula(draft) else { return }
            let missing = called.filter { compiled[$0] == nil && drafts[$0] != nil }
            if isFirst, !missing.isEmpty {
                for name in missing { compile(name, origin) }
                continue
            }
            guard missing.isEmpty else { return }
            let origin = origin(draft.function, draft.file.pack)
            var call = HostFunction(
                name, parameters: draft.function.parameters.map(\.type), result: draft.function.result,
                formula: formula, source: origin.words(in: language))
            call.title = origin.title
            call.uses = called.filter { compiled[$0] != nil } + ownUses(of: formula, called)
            compiled[name] = RuleBook.AppliedFunction(
                function: draft.function, call: call, origin: origin, uses: uses(of: formula, called))
            return
        }
    }

    /// The values a formula is computed from, as the pack calls them.
    private func uses(of formula: Formula, _ called: [String]) -> [String] {
        Set(ownUses(of: formula, called) + called.flatMap { compiled[$0]?.uses ?? [] }).sorted()
    }

    /// The values and tables that a formula names itself, sorted.
    private func ownUses(of formula: Formula, _ called: [String]) -> [String] {
        let names = ([formula.expression] + formula.conditions.map(\.expression)).flatMap(\.variables)
        return Set(
            names.filter { !formula.parameters.contains($0) }
                + called.filter { name in tables.contains { $0.name == name } }
        ).sorted()
    }

    private func formula(_ draft: Draft) -> (formula: Formula, called: [String])? {
        let function = draft.function
        var environment = ExpressionEnvironment(
            variables: names.types, functions: tables, container: RuleBook.name, decimalLiterals: true, zones: zones)
        for parameter in function.parameters { environment.variables[parameter.name] = parameter.type }
        environment.functions += drafts.sorted { $0.key < $1.key }.map { name, draft in
            compiled[name]?.call
                ?? HostFunction(
                    name, parameters: draft.function.parameters.map(\.type), result: draft.function.result
                ) { _ throws(EvaluationError) in throw EvaluationError(.unknownFunction, "\(name) has mistakes") }
        }
        let expression = self.expression(
            draft.formula.expression, expecting: function.result, environment, draft.file.report)
        let conditions = draft.formula.conditions.map { condition in
            (self.expression(condition.that, expecting: .bool, environment, draft.file.report), condition.otherwise)
        }
        guard let expression else { return nil }
        let checked = conditions.compactMap { expression, words in
            expression.map { Formula.Condition(expression: $0, message: words.words(in: language)) }
        }
        let called = Set(([expression] + checked.map(\.expression)).flatMap(\.hostFunctions)).sorted()
        return (
            Formula(
                parameters: function.parameters.map(\.name), expression: expression, constants: names.constants,
                conditions: checked), called
        )
    }

    private func expression(
        _ node: YAMLNode, expecting type: ValueType, _ environment: ExpressionEnvironment, _ report: Report
    ) -> Expression? {
        guard let text = report.text(node, of: "is"), case .scalar(let scalar) = node.content else { return nil }
        let (expression, problems) = Expression.compile(text, in: environment, expecting: type)
        guard !problems.isEmpty else { return expression }
        let places = ScalarPlaces(scalar, at: node.span, in: report.source)
        for problem in problems {
            report.error(
                problem.code, problem.message, at: places.span(from: problem.offset, length: problem.length),
                guess: problem.guess)
        }
        return nil
    }
}
