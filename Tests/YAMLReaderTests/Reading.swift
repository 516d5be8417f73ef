import YAMLReader

/// A tree without places, short to write: what a text means.
enum Value: Equatable, CustomStringConvertible {
    case scalar(String, YAMLScalar.Resolved)
    case list([Value])
    case map([(String, Value)])

    static func text(_ text: String) -> Value { .scalar(text, .string) }
    static func integer(_ text: String) -> Value { .scalar(text, Int64(text).map { .integer($0) } ?? .string) }
    static let null = Value.scalar("", .null)

    init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let scalar): self = .scalar(scalar.text, scalar.resolved)
        case .sequence(let items): self = .list(items.map(Value.init))
        case .mapping(let entries): self = .map(entries.map { ($0.key.text ?? "<not text>", Value($0.value)) })
        }
    }

    static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.scalar(let text, let resolved), .scalar(let otherText, let otherResolved)):
            text == otherText && resolved == otherResolved
        case (.list(let items), .list(let others)): items == others
        case (.map(let entries), .map(let others)):
            entries.map(\.0) == others.map(\.0) && entries.map(\.1) == others.map(\.1)
        default: false
        }
    }

    var description: String {
        switch self {
        case .scalar(let text, let resolved): "\(text):\(resolved)"
        case .list(let items): "\(items)"
        case .map(let entries): "{" + entries.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
        }
    }
}

extension YAMLNode {
    var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    var resolved: YAMLScalar.Resolved? {
        if case .scalar(let scalar) = content { scalar.resolved } else { nil }
    }

    var children: [YAMLNode] {
        switch content {
        case .scalar: []
        case .sequence(let items): items
        case .mapping(let entries): entries.flatMap { [$0.key, $0.value] }
        }
    }

    /// The node and everything in it, outermost first.
    var all: [YAMLNode] { [self] + children.flatMap(\.all) }
}

/// The part of `text` that `span` covers, by its byte offsets.
func slice(_ text: String, _ span: SourceSpan) -> String {
    String(decoding: Array(text.utf8)[span.start.offset..<span.end.offset], as: UTF8.self)
}

/// A place as "line:column".
func place(_ mark: SourceMark) -> String { "\(mark.line):\(mark.column)" }

/// A problem as "line:column code", the form the tests compare.
func brief(_ problem: YAMLProblem) -> String { "\(place(problem.span.start)) \(problem.code)" }

/// The value of a text that must have no problems.
func read(_ text: String) throws -> Value {
    let (node, problems) = readYAML(text)
    if let first = problems.first { throw Unreadable(problem: first) }
    guard let node else { throw Unreadable(problem: nil) }
    return Value(node)
}

struct Unreadable: Error {
    var problem: YAMLProblem?
}
