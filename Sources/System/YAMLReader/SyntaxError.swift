import CYAML

/// Where and why libyaml could not go on.
struct SyntaxError {
    private let problem: String
    private let problemIndex: Int
    private let context: String?
    private let contextIndex: Int

    init(_ parser: yaml_parser_t) {
        problem = parser.problem.map { String(cString: $0) } ?? "the text breaks off"
        problemIndex = parser.problem_mark.index
        context = parser.context.map { String(cString: $0) }
        contextIndex = parser.context_mark.index
    }

    /// The error as a sentence for people, at the place where a mistake was made rather than where it was noticed.
    func problem(in source: SourceText) -> YAMLProblem {
        let message = Self.advice(problem, context: context, byte: byte(in: source)) ?? plainMessage
        let start = source.span(ofCharacter: contextIndex)
        // A quote never closed and a key without a colon are noticed far behind the place to mend.
        if context != nil, problem == "found unexpected end of stream" || problem == "could not find expected ':'" {
            let noticed = source.span(ofCharacter: problemIndex)
            let line = source.spanOfLine(fromCharacter: contextIndex)
            return YAMLProblem(code: "yaml-syntax", message: message, span: line, related: noticed)
        }
        let span = source.span(ofCharacter: problemIndex)
        let related = context == nil || start == span ? nil : start
        return YAMLProblem(code: "yaml-syntax", message: message, span: span, related: related)
    }

    private var plainMessage: String {
        context.map { "the text cannot be read as YAML: \(problem), \($0)" }
            ?? "the text cannot be read as YAML: \(problem)"
    }

    private func byte(in source: SourceText) -> UInt8? {
        let offset = source.mark(atCharacter: problemIndex).offset
        return offset < source.bytes.count ? source.bytes[offset] : nil
    }

    /// What to tell people for the errors that happen by hand; nil for the rare rest, whose own words must do.
    private static func advice(_ problem: String, context: String?, byte: UInt8?) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "a second ': ' on a line, or a wrong indentation: put a value that holds ': ' in quotes, or indent the line"
        case "mapping keys are not allowed in this context", "block sequence entries are not allowed in this context":
            "a list or mapping cannot start here; put it on a line of its own, indented under its key"
        case "found character that cannot start any token" where byte == 0x09:
            "a tab cannot indent in YAML; use spaces"
        case "found character that cannot start any token":
            "a value cannot start with this character; put the value in quotes"
        case "could not find expected ':'":
            "this line is neither 'key: value' nor a list item; add the missing ':' or indent it under its key"
        case "found unexpected end of stream":
            "the quote that opens here is never closed; add the closing quote"
        case "found unknown escape character":
            "a backslash in double quotes starts an escape and this one is unknown; double it or use single quotes"
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            "a tab cannot indent in YAML; use spaces"
        case "did not find expected key", "did not find expected '-' indicator":
            "this line fits neither what stands above it nor the line that opened it; check indentation and quotes"
        case "did not find expected ',' or ']'":
            "the list opened by '[' goes on without ',' or ']'; add the missing one"
        case "did not find expected ',' or '}'":
            "the mapping opened by '{' goes on without ',' or '}'; add the missing one"
        case "did not find expected node content":
            "a value is missing here; write one, or '~' for none"
        case "did not find expected <document start>":
            "the document has ended before this line; check the indentation of this line and of the first"
        default:
            nil
        }
    }
}
