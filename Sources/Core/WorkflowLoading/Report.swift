import YAMLReader

/// Collects what is wrong with one file.
final class Report {
    let file: String
    /// The file's bytes: where a scalar's text stands in them tells the column of a mistake inside it.
    let source: [UInt8]
    /// The file and line that led to this file, which some mistakes can only be understood from.
    var usedAt: String?
    private(set) var diagnostics: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []
    /// More mistakes than anybody reads; the rest are not looked for closely.
    var isFull: Bool { diagnostics.count >= Self.mostDiagnostics }
    private var comparisonsLeft = Report.mostComparisons

    /// Names compared in search of guesses; a file with more mistakes than that gets no more guesses.
    private static let mostComparisons = 5_000
    private static let mostDiagnostics = 1_000

    init(file: String, source: [UInt8]) {
        self.file = file
        self.source = source
    }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// All that was found, in the order of the file.
    var inOrder: [Diagnostic] {
        func place(_ diagnostic: Diagnostic) -> Int { diagnostic.span?.start.offset ?? 0 }
        return diagnostics.enumerated()
            .sorted {
                (place($0.element), $0.element.severity, $0.offset) < (
                    place($1.element), $1.element.severity, $1.offset
                )
            }
            .map(\.element)
    }

    func error(_ code: String, _ message: String, at span: SourceSpan?, guess: String? = nil) {
        add(.error, code, message, span, guess)
    }

    func warning(_ code: String, _ message: String, at span: SourceSpan?, guess: String? = nil) {
        add(.warning, code, message, span, guess)
    }

    func note(_ code: String, _ message: String, at span: SourceSpan?) { add(.note, code, message, span) }

    func add(
        _ severity: Diagnostic.Severity, _ code: String, _ message: String, _ span: SourceSpan?, _ guess: String? = nil
    ) {
        guard !isFull else { return }
        let message = message + (usedAt.map { " (used at \($0))" } ?? "")
        let diagnostic = Diagnostic(
            severity: severity, code: code, message: message, file: file, span: span, guess: guess)
        guard seen.insert(diagnostic).inserted else { return }
        diagnostics.append(diagnostic)
        guard isFull else { return }
        // An error, so that no workflow comes of a file that was not looked at in full.
        diagnostics[diagnostics.count - 1] = Diagnostic(
            severity: .error, code: "too-many-mistakes",
            message: "there are \(Self.mostDiagnostics) mistakes or more; "
                + "mend those before this one first", file: file, span: span)
    }

    /// An unknown name: says which names there are, or guesses the one meant.
    func unknown(_ kind: String, _ name: String, at span: SourceSpan, among known: [String]) {
        let nearest = guess(name, among: known)
        let rest = known.count > 12 ? ", …" : ""
        let list = known.isEmpty ? "there are none" : "there are \(known.prefix(12).joined(separator: ", "))\(rest)"
        let code = "unknown-" + String(kind.map { $0 == " " ? "-" : $0 })
        error(code, "\(kind) '\(name)' does not exist" + (nearest == nil ? ": \(list)" : ""), at: span, guess: nearest)
    }

    /// The known name nearest to a mistyped one: at most a third of its letters differ.
    ///
    /// Distance after Damerau and Levenshtein, with transpositions of neighbours.
    func guess(_ name: String, among known: [String]) -> String? {
        let length = name.utf8.count
        guard (3...64).contains(length), comparisonsLeft > 0 else { return nil }
        let limit = max(1, length / 3)
        let near = known.filter { abs($0.utf8.count - length) <= limit }
        comparisonsLeft -= near.count
        let ranked = near.prefix(Self.mostComparisons)
            .map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
        return ranked.filter { $0.distance <= limit }.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }
}

private func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for (row, character) in one.enumerated() {
        var current = [row + 1]
        for (column, candidate) in other.enumerated() {
            var best = min(current[column] + 1, last[column + 1] + 1, last[column] + (character == candidate ? 0 : 1))
            if row > 0, column > 0, character == other[column - 1], one[row - 1] == candidate {
                best = min(best, beforeLast[column - 1] + 1)
            }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[other.count]
}
