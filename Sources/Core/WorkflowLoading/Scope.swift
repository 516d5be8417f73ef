import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// The names that expressions may use, their types and what they stand for.
struct Scope {
    private(set) var environment: ExpressionEnvironment
    private(set) var references: [String: VariableReference] = [:]
    private var places: [String: (name: String, kind: String)] = [:]

    init(zones: @escaping @Sendable (String) -> TimeZoneRules?) {
        environment = ExpressionEnvironment(decimalLiterals: true, zones: zones)
        for (name, type, reference) in [
            ("event", ValueType.dyn, VariableReference.event), ("now", .timestamp, .now), ("today", .date, .today),
            ("active", .list(.string), .active),
        ] {
            environment.variables[name] = type
            references[name] = reference
            places[name] = (name, "a word of the language")
        }
    }

    /// Adds a name; reports one that is taken or that expressions cannot write.
    mutating func add(
        _ name: String, _ kind: String, _ type: ValueType, _ reference: VariableReference, at span: SourceSpan,
        _ report: Report
    ) {
        guard report.checkWord(name, at: span) else { return }
        let word = expressionName(name)
        if let other = places[word] {
            let same = other.name == name ? "" : " (hyphens and underscores are the same in expressions)"
            report.error("duplicate-name", "'\(name)' is already \(other.kind)\(same); choose another name", at: span)
            return
        }
        environment.variables[word] = type
        references[word] = reference
        places[word] = (name, kind)
    }

    /// Keeps a name from being given to something else; with a type, expressions can use it all the same.
    mutating func reserve(_ name: String, of type: ValueType?) {
        let word = expressionName(name)
        places[word] = (name, "a block")
        guard let type else { return }
        environment.variables[word] = type
        references[word] = .event
    }

    /// What a name stands for already, for messages.
    func kind(of name: String) -> String? { places[expressionName(name)]?.kind }

    /// Adds what something with a name has, as `committee.seats`: a qualified name, which hides no other.
    mutating func add(_ name: String, of owner: String, _ type: ValueType, _ reference: VariableReference) {
        let word = "\(expressionName(owner)).\(expressionName(name))"
        environment.variables[word] = type
        references[word] = reference
    }

    /// Adds the names and functions of a rule book, and keeps its own name from being given to something else.
    mutating func add(
        _ book: RuleBook, _ names: [String: (type: ValueType, reference: VariableReference)]
    ) {
        places[RuleBook.name] = (RuleBook.name, "the rules that hold")
        for (name, (type, reference)) in names {
            environment.variables[name] = type
            references[name] = reference
        }
        environment.functions += book.functions.map(\.call) + book.tables
    }

    /// The same names, with the payload of an event that is known.
    func handling(_ type: ValueType) -> Scope {
        var scope = self
        scope.environment.variables["event"] = type
        return scope
    }
}

extension WorkflowLoader {
    /// Compiles an expression of the file; mistakes are reported at their column.
    func expression(
        _ node: YAMLNode, in scope: Scope? = nil, expecting type: ValueType? = nil
    ) -> CheckedExpression? {
        guard let text = node.text else {
            report.error("wrong-type", "expected an expression, found \(node.kindInWords)", at: node.span)
            return nil
        }
        return expression(text, at: 0, of: node, in: scope, expecting: type)
    }

    /// Compiles a part of a text.
    ///
    /// - Parameter offset: Bytes of the node's text before the part.
    func expression(
        _ text: String, at offset: Int, of node: YAMLNode, in scope: Scope? = nil, expecting type: ValueType? = nil
    ) -> CheckedExpression? {
        let scope = scope ?? self.scope
        let (expression, problems) = Expression.compile(text, in: scope.environment, expecting: type)
        // Of rules that could not be read nothing is known.
        if let rules, rules.book == nil, text.contains("\(RuleBook.name).") { return nil }
        let word = expressionName(text)
        if !problems.isEmpty, text != word, text.isPlainName, scope.references[word] != nil {
            report.error(
                "unknown-name", "in an expression '-' is minus, so this name is written '\(word)'",
                at: part(of: node, from: offset, length: text.utf8.count))
            return nil
        }
        for problem in problems {
            let place = part(of: node, from: offset + problem.offset, length: problem.length)
            report.error(problem.code, problem.message, at: place, guess: problem.guess)
        }
        guard let expression, problems.isEmpty else { return nil }
        let variables = expression.variables.compactMap { scope.references[$0] }
        used.formUnion(variables)
        noteRules(usedBy: expression, at: part(of: node, from: offset, length: text.utf8.count))
        return CheckedExpression(expression: expression, variables: variables)
    }

    /// The place of a part of a scalar's text, in UTF-8 bytes of it.
    func part(of node: YAMLNode, from offset: Int, length: Int) -> SourceSpan {
        guard case .scalar(let scalar) = node.content, !report.isFull else { return node.span }
        if let last = lastPlaces, last.node == node.span { return last.places.span(from: offset, length: length) }
        let places = ScalarPlaces(scalar, at: node.span, in: report.source)
        lastPlaces = (node.span, places)
        return places.span(from: offset, length: length)
    }
}
