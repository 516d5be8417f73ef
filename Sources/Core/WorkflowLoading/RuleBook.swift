package import CivilTime
package import Expressions
package import WorkflowModel

/// The rules of a contract: a pack with those it rests on, for one consultation.
package struct RuleBook: Sendable {
    /// A value of the packs, as it is for the consultation.
    package struct AppliedValue: Sendable {
        package var value: RuleValue
        /// `nil` where the pack says nothing for the consultation, or it is not known when that was; and for values that
        /// depend on another day.
        package var content: RuleContent?
        package var origin: ValueOrigin

        /// As in expressions: `rules.payment_delay`.
        package var expressionName: String { RuleBook.qualified(value.name) }
        /// The value in expressions; a period's is its words.
        package func expressionValue(in language: Language) -> Value? {
            switch content {
            case .period(let period): .string(period.words(in: language))
            case .value(let value): value
            case nil: nil
            }
        }

        /// The type in expressions.
        package var type: ValueType {
            switch value.kind {
            case .period: .string
            case .percent, .permille: .decimal
            case .value(let type): type
            }
        }
    }

    /// A function of the packs.
    package struct AppliedFunction: Sendable {
        package var function: RuleFunction
        package var call: HostFunction
        package var origin: ValueOrigin
        /// Names of the values it is computed from, through other functions too, sorted.
        package var uses: [String]
    }

    /// What expressions call the book: `rules.payment_delay`.
    package static let name = "rules"

    /// The pack that was named, or the edition of it that holds for the consultation; then those it rests on.
    package var packs: [RulePack]
    /// `nil` where nobody said when it was.
    package var consultation: CivilDate?
    /// By name, each once; those of the first pack that has them.
    package var values: [AppliedValue]
    package var functions: [AppliedFunction]
    /// Tables that are asked for a day.
    package var tables: [HostFunction]
    package var language: Language

    /// A value by its name in the pack.
    package func value(named name: String) -> AppliedValue? { values.first { $0.value.name == name } }

    /// As expressions call it.
    static func qualified(_ word: String) -> String { "\(name).\(WorkflowModel.expressionName(word))" }

    /// The names that expressions may use, and what they are worth; a name without value is declared all the same.
    ///
    /// The count of a period is a name too: `rules.payment_delay.count`.
    package func names() -> (types: [String: ValueType], constants: [String: Value]) {
        var types: [String: ValueType] = [:]
        var constants: [String: Value] = [:]
        for applied in values where applied.value.basis == .consultation {
            types[applied.expressionName] = applied.type
            constants[applied.expressionName] = applied.expressionValue(in: language)
            guard applied.value.kind == .period else { continue }
            types[applied.expressionName + ".count"] = .int
            if case .period(let period)? = applied.content {
                constants[applied.expressionName + ".count"] = .int(Int64(period.count))
            }
        }
        return (types, constants)
    }

    /// An environment in which the packs' own names can be written without `rules.`, as they are in packs.
    package func environment(zones: @escaping @Sendable (String) -> TimeZoneRules?) -> ExpressionEnvironment {
        ExpressionEnvironment(
            variables: names().types, functions: functions.map(\.call) + tables, container: Self.name,
            decimalLiterals: true, zones: zones)
    }
}

extension RuleBook {
    /// Names of the packs' values that an expression uses, through functions too.
    package func uses(of expression: Expression) -> [String] {
        let ofFunctions = expression.hostFunctions.flatMap { name in
            functions.first { $0.call.name == name }?.uses ?? [name]
        }
        return expression.variables + ofFunctions
    }

    /// The value that a name in expressions is, or is the count of.
    package func value(usedAs name: String) -> AppliedValue? {
        let word = name.hasSuffix(".count") ? String(name.dropLast(".count".count)) : name
        return values.first { $0.expressionName == word }
    }
}

extension RuleBook.AppliedValue {
    /// Why there is no value, for people; `nil` where there is one.
    package func problem(for consultation: CivilDate?) -> String? {
        guard content == nil, value.basis == .consultation else { return nil }
        guard let consultation else { return "it depends on the day of the consultation, which is not said" }
        guard let first = value.entries.first, let last = value.entries.last else { return "the pack has no value" }
        let known = RuleTerm(from: first.term.from, until: last.term.until).words(in: .english) ?? ""
        return "the pack has it \(known), and the consultation is of \(consultation.wordsWithoutWeekday(in: .english))"
    }
}

/// Reads a pack and those it rests on, and works out what they say for a consultation.
///
/// - Parameters:
///   - name: The pack, or a name that stands for one according to the consultation.
///   - consultation: The day its notice was sent; `nil` where that is not known.
///   - language: Of words that periods and refusals are told in.
/// - Returns: The book, unless a diagnostic is an error; and all that is wrong with the files, file by file.
package func loadRuleBook(
    _ name: String, consultation: CivilDate?, language: Language, environment: LoadingEnvironment
) -> (book: RuleBook?, diagnostics: [Diagnostic]) {
    let builder = RuleBookBuilder(consultation: consultation, language: language, environment: environment)
    let book = builder.book(of: name)
    return (book, builder.diagnostics)
}

/// Reads a rule pack's file with those it rests on.
///
/// - Returns: The pack, and what is wrong with its own file: names and terms of all its values, formulas in particular.
package func readRulePack(
    _ text: String, file: String, environment: LoadingEnvironment
) -> (pack: RulePack?, diagnostics: [Diagnostic]) {
    let builder = RuleBookBuilder(consultation: nil, language: .english, environment: environment)
    let pack = builder.check(text, file: file)
    return (pack, builder.diagnostics)
}
