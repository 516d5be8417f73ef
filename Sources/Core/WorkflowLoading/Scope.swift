import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// The names that expressions may use, their types and what they stand for.
struct Scope {
    private(set) var environment: ExpressionEnvironment
    private(set) var references: [String: VariableReference] = [:]
    private var places: [String: (name: String, kind: String)] = [:]

    init() {
        environment = ExpressionEnvironment()
        environment.decimalLiterals = true
        for (name, type, reference) in [
            ("event", ValueType.dyn, VariableReference.event), ("now", .timestamp, .now), ("today", .date, .today),
            ("active", .list(.string), .active),
        ] {
            environment.variables[name] = type
            references[name] = reference
            places[name] = (name, "a word of the language")
        }
    }

    /// Adds a name; reports one that is taken.
    mutating func add(
        _ name: String, _ kind: String, _ type: ValueType, _ reference: VariableReference, at span: SourceSpan,
        _ report: Report
    ) {
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
        guard case .scalar(let scalar) = node.content, scalar.resolved != .null else {
            report.error("wrong-type", "expected an expression, found \(node.kindInWords)", at: node.span)
            return nil
        }
        return expression(scalar.text, at: node.span, isPlain: scalar.isPlain, in: scope, expecting: type)
    }

    /// - Parameters:
    ///   - offset: Bytes of the node's text before the expression.
    ///   - isPlain: Whether the text stands in the file as it is, so that a column inside it can be shown.
    func expression(
        _ text: String, at span: SourceSpan, offset: Int = 0, isPlain: Bool, in scope: Scope? = nil,
        expecting type: ValueType? = nil
    ) -> CheckedExpression? {
        let scope = scope ?? self.scope
        let (expression, problems) = Expression.compile(text, in: scope.environment, expecting: type)
        for problem in problems {
            let place = isPlain && span.start.line == span.end.line
                ? span.part(of: text, from: problem.offset, length: problem.length, shift: offset) : span
            report.error(problem.code, problem.message, at: place, guess: problem.guess)
        }
        guard let expression, problems.isEmpty else { return nil }
        return CheckedExpression(
            expression: expression, variables: expression.variables.compactMap { scope.references[$0] })
    }
}

extension SourceSpan {
    /// The place of a part of a one-line text that begins where this span does.
    func part(of text: String, from offset: Int, length: Int, shift: Int) -> SourceSpan {
        let bytes = Array(text.utf8)
        let from = min(max(0, offset), bytes.count)
        let to = min(from + max(1, length), max(bytes.count, from + 1))
        let before = String(decoding: bytes[..<from], as: UTF8.self).count + shift
        let width = max(1, String(decoding: bytes[from..<min(to, bytes.count)], as: UTF8.self).count)
        var first = start
        first.column += before
        first.offset += from + shift
        var last = first
        last.column += width
        last.offset += max(1, to - from)
        return SourceSpan(start: first, end: last)
    }
}
