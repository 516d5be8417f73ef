package import YAMLReader

/// A mistake or a doubt in a workflow file, with its place.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Sendable, Comparable {
        case error, warning, note

        package static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .note: 2
            }
        }
    }

    package var severity: Severity
    /// Stable, for programs: `unknown-state`.
    package var code: String
    /// For people: what is wrong and why.
    package var message: String
    package var file: String
    /// `nil` where the mistake has no place, as in an empty file.
    package var span: SourceSpan?
    /// What was probably meant.
    package var guess: String?

    package init(
        severity: Severity, code: String, message: String, file: String, span: SourceSpan?, guess: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.file = file
        self.span = span
        self.guess = guess
    }

    /// The diagnostic as people read it: place, sentence, the line with the part underlined, a guess.
    ///
    /// - Parameter source: The file's text.
    package func rendered(source: String) -> String {
        guard let span else { return "\(file): \(severity.rawValue): \(message) [\(code)]" }
        let head = "\(file):\(span.start.line):\(span.start.column): \(severity.rawValue): \(message) [\(code)]"
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(span.start.line - 1) else { return head }
        let line = lines[span.start.line - 1].filter { $0 != "\r" }.map { $0 == "\t" ? " " : $0 }
        let end = span.end.line == span.start.line ? span.end.column : line.count + 1
        let length = max(1, min(end, line.count + 1) - span.start.column)
        let margin = String(repeating: " ", count: max(0, span.start.column - 1))
        let marks = "^" + String(repeating: "~", count: length - 1)
        let hint = guess.map { " did you mean '\($0)'?" } ?? ""
        return "\(head)\n    \(String(line))\n    \(margin)\(marks)\(hint)"
    }
}
