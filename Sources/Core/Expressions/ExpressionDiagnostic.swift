/// A mistake in an expression's text, found before it is evaluated.
package struct ExpressionDiagnostic: Hashable, Sendable {
    /// Where it begins in the source, in UTF-8 bytes.
    package var offset: Int
    /// How much of the source it concerns, in UTF-8 bytes; 0 at the source's end.
    package var length: Int
    /// Stable name of the mistake, for programs: `syntax`, `too-large`, `unknown-name`, `unknown-function`,
    /// `unknown-field`, `type-mismatch`, `money-mismatch`, `invalid-literal`, `invalid-macro`.
    package var code: String
    /// For people: what is wrong.
    package var message: String
    /// The word that was probably meant; absent when nothing is near.
    package var guess: String?
}

extension ExpressionDiagnostic: CustomStringConvertible {
    package var description: String { message + (guess.map { "; did you mean '\($0)'?" } ?? "") + " [\(code)]" }
}

/// The candidate that differs least from a misspelt name; absent when none is near enough to be meant.
func closest(to name: String, among candidates: some Sequence<String>) -> String? {
    guard name.utf8.count > 2 else { return nil }
    let limit = max(1, name.utf8.count / 3)
    var best: (distance: Int, name: String)?
    for candidate in candidates where abs(candidate.utf8.count - name.utf8.count) <= limit {
        let distance = editDistance(Array(name.utf8), Array(candidate.utf8))
        if distance <= limit, best.map({ (distance, candidate) < ($0.distance, $0.name) }) ?? true {
            best = (distance, candidate)
        }
    }
    return best?.name
}

/// Insertions, removals, replacements and swaps of neighbours that lead from one to the other.
private func editDistance(_ from: [UInt8], _ to: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...to.count)
    for (row, left) in from.enumerated() {
        var current = [row + 1]
        for (column, right) in to.enumerated() {
            var distance = min(last[column] + (left == right ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left == to[column - 1], from[row - 1] == right {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            current.append(distance)
        }
        (beforeLast, last) = (last, current)
    }
    return last[to.count]
}
