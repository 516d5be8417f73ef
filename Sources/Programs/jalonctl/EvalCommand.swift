import ArgumentParser
import Calculations
import CivilTime
import ControlAPI
import ControlClient
import DefinitionFiles
import Expressions
import WorkflowLoading
import WorkflowModel

/// `jalonctl eval`.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluate an expression with given values.",
        discussion: """
            After a case's id, the expression is computed by the service with what the case knows: its parameters, data, \
            values and dates ('jalonctl show CASE' lists them). Otherwise no service is needed.

              jalonctl eval tanger-demo 'sum(tranches)' --at 2021-12-31

            Expressions are CEL with decimals, money and dates, as in workflows; there, and here \
            with --decimals, 0.70 is an exact decimal. The value is printed as an expression of its own.

            A value after --set is an expression too, unless --type declares a type that is written plainly:

              jalonctl eval --decimals 'offer * 0.30' --type offer=money --set offer='120000 MAD'
              jalonctl eval 'due + duration("72h")' --type due=timestamp --set due=2021-09-24T14:30:00Z

            Types are bool, int, uint, double, decimal, string, bytes, date, timestamp, duration, money, \
            money(MAD, incl-vat), list(int), map(string, dyn), optional(int) and so on. An expression that begins with \
            a minus sign goes after '--'.

            --rules makes the values and functions of a rule pack known, as rules.NAME or NAME; --on says when the \
            consultation was, where they depend on it. 'jalonctl rules show PACK' lists them. Numbers are exact decimals then.

              jalonctl eval --rules fr-ccag-pi-2021 'penalty(money("97500 EUR"), 45)'

            With --json, an object with 'text' as above, 'type', and 'value' with its type, as {"int": "1"}.

            With --lines, every line of stdin is a case {"expr", "bindings", "type_env", "disable_check"} whose values \
            carry their types, {"int": "1"}, and is answered by {"value"} or {"error"}.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(
        help: ArgumentHelp(
            "The expression, after the case it is about if it is about one.",
            valueName: "expression"))
    var words: [String] = []

    @Option(name: .long, help: ArgumentHelp("A name's value; may be repeated.", valueName: "name=value"))
    var set: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("A name's type; may be repeated.", valueName: "name=type"))
    var type: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("With what the case knows at this time.", valueName: "time"))
    var at: String?

    @Flag(name: .long, help: "Read 0.70 as an exact decimal rather than a binary number.")
    var decimals = false

    @Option(name: .long, help: ArgumentHelp("Use the names of this rule pack.", valueName: "pack"))
    var rules: String?

    @Option(name: .long, help: ArgumentHelp("The day of the consultation.", valueName: "day"))
    var on: String?

    @OptionGroup var packs: RuleOptions

    @Flag(name: .long, help: "Answer cases from stdin, one a line.")
    var lines = false

    func validate() throws {
        if lines, !words.isEmpty || !set.isEmpty || !type.isEmpty {
            throw ValidationError("--lines takes its cases from stdin: leave out the expression, --set and --type")
        }
        if !lines, words.isEmpty { throw ValidationError("Missing expected argument '<expression>'") }
        if words.count > 2 { throw ValidationError("one expression at a time, so put it in quotes") }
        if words.count != 2, at != nil { throw ValidationError("--at is about a case: name it before the expression") }
        if words.count == 2, !set.isEmpty || !type.isEmpty || rules != nil {
            throw ValidationError("the case gives the values: leave out --set, --type and --rules")
        }
        if rules == nil, on != nil { throw ValidationError("--on chooses among the values of --rules") }
        if lines, rules != nil { throw ValidationError("--lines takes its cases from stdin: leave out --rules") }
    }

    func run() throws {
        if words.count == 2 {
            try checkTime(at, "--at")
            let reply = try options.client.evaluate(words[1], in: words[0], at: at)
            if options.json { return try printJSON(reply) }
            return print(reply.words)
        }
        let zones = ZoneFiles.ofEnvironment()
        guard let expression = words.first else {
            return try JSONLines.run { [decimals] line in
                answer(line: line) { plain throws(CalculationError) in
                    try evaluateCase(plain, decimalLiterals: decimals) { zones.zone($0) }
                }
            }
        }
        let book = try rules.map { try packs.library.book($0, on: try day("--on", on)) }
        let environment =
            book?.environment { zones.zone($0) } ?? ExpressionEnvironment(decimalLiterals: decimals) { zones.zone($0) }
        let value = try evaluated(expression, environment, book)
        if options.json {
            print(
                PlainValue.object([
                    .init(name: "text", value: .text(value.description)),
                    .init(name: "type", value: .text(value.valueType.runtimeName)),
                    .init(name: "value", value: PlainValue(tagging: value)),
                ]).canonicalJSON)
        } else {
            print(value.description)
        }
    }

    private func evaluated(
        _ source: String, _ environment: ExpressionEnvironment, _ book: RuleBook?
    ) throws(Failure) -> Value {
        var environment = environment
        var bindings = book?.names().constants ?? [:]
        for (name, text) in try Assignment.byName(type, "--type") {
            environment.variables[name] = try given("--type \(name)") { () throws(CalculationError) in
                try ValueType(parsing: text)
            }
        }
        let declared = environment.variables
        for (name, text) in try Assignment.byName(set, "--set").sorted(by: { $0.key < $1.key }) {
            let value = try given("--set \(name)") { () throws(CalculationError) in
                try Value(written: text, as: declared[name], in: environment)
            }
            bindings[name] = value
        }
        for (name, value) in bindings where declared[name] == nil { environment.variables[name] = value.valueType }
        let (expression, diagnostics) = Expression.compile(source, in: environment)
        guard let expression else { throw mistakes(diagnostics, in: source) }
        do throws(EvaluationError) { return try expression.evaluate(bindings) } catch {
            show(error.message, source, error.offset, 1)
            throw Failure(
                .refused, code: error.code.rawValue, "the expression has no value\(tail(error.message))",
                hint: book.flatMap { hint(for: expression, in: $0) })
        }
    }

    /// Why a rule that the expression uses has no value.
    private func hint(for expression: Expression, in book: RuleBook) -> String? {
        let missing = book.uses(of: expression).compactMap(book.value(usedAs:)).lazy
            .compactMap { value in value.problem(for: book.consultation).map { "'\(value.expressionName)': \($0)" } }
        return missing.first.map { book.consultation == nil ? "\($0); say when it was with --on" : $0 }
    }

    private func given<Result>(
        _ option: String, _ body: () throws(CalculationError) -> Result
    ) throws(Failure) -> Result {
        do throws(CalculationError) { return try body() } catch { throw .usage("\(option): \(error.message)") }
    }

    /// Shows the mistakes in their places and returns the failure that ends the command.
    private func mistakes(_ diagnostics: [ExpressionDiagnostic], in source: String) -> Failure {
        for diagnostic in diagnostics {
            let guess = diagnostic.guess.map { "; did you mean '\($0)'?" } ?? ""
            show("\(diagnostic.message)\(guess) [\(diagnostic.code)]", source, diagnostic.offset, diagnostic.length)
        }
        let count = diagnostics.count == 1 ? "a mistake" : "\(diagnostics.count) mistakes"
        let first = diagnostics.first.map { first in
            let (line, column) = place(of: first.offset, in: source)
            return tail("line \(line), column \(column): \(first.description)")
        }
        return Failure(.usage, code: "bad-expression", "the expression has \(count)\(first ?? "")")
    }

    private func show(_ message: String, _ source: String, _ offset: Int?, _ length: Int) {
        guard !options.json else { return }
        if let offset {
            for line in excerpt(of: source, offset: offset, length: length, style: .plain) { printError("  \(line)") }
        }
        printError("  \(safe(message))")
    }

    /// For programs all is in one message; people have read it above.
    private func tail(_ message: String) -> String { options.json ? ": \(message)" : "" }
}
