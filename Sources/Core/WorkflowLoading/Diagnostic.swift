package import YAMLReader

/// A mistake or a doubt in a workflow file, with its place.
package struct Diagnostic: Hashable, Sendable {
    /// How bad it is; errors are less than warnings, so that they sort first.
    package enum Severity: String, Sendable, CaseIterable, Comparable {
        /// There is no workflow.
        case error
        /// There is one, though it hardly says what was meant.
        case warning
        case note

        package static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .note: 2
            }
        }
    }

    /// Whether there is a workflow all the same.
    package var severity: Severity
    /// Stable, for programs: `unknown-state`.
    package var code: String
    /// For people: what is wrong and why.
    package var message: String
    /// The file's name, as the loader was told it.
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
        guard let line = source.line(span.start.line) else { return head }
        // Columns count Unicode scalars, and a tab would not stand above its mark.
        let scalars = line.map { $0 == "\t" ? " " : $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        let end = span.end.line == span.start.line ? span.end.column : scalars.count + 1
        let from = min(max(0, span.start.column - 1), scalars.count)
        let to = min(max(from, end - 1), scalars.count)
        // Of a line that no screen holds, what stands around the mistake.
        let first = scalars.count <= Self.longestLine ? 0 : max(0, min(from - 40, scalars.count - Self.longestLine))
        let last = min(scalars.count, first + Self.longestLine)
        let (before, after) = (first > 0 ? "…" : "", last < scalars.count ? "…" : "")
        let margin = String(repeating: " ", count: (before + text(scalars[first..<from])).count)
        let marked = text(scalars[from..<min(to, last)])
        let marks = "^" + String(repeating: "~", count: max(0, marked.count - 1))
        let hint = guess.map { " did you mean '\($0)'?" } ?? ""
        return "\(head)\n    \(before)\(text(scalars[first..<last]))\(after)\n    \(margin)\(marks)\(hint)"
    }

    private static let longestLine = 160
}

private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
}

extension String {
    /// A line by its number from 1, without its end; `nil` where there is none. Lines end with LF, CR LF or CR.
    fileprivate func line(_ number: Int) -> [Unicode.Scalar]? {
        var line: [Unicode.Scalar] = []
        var current = 1
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            defer { previous = scalar }
            if scalar == "\u{FEFF}", previous == nil { continue }
            if scalar == "\n", previous == "\r" { continue }
            if scalar == "\n" || scalar == "\r" {
                if current == number { return line }
                current += 1
            } else if current == number {
                line.append(scalar)
            }
        }
        return current == number ? line : nil
    }
}
