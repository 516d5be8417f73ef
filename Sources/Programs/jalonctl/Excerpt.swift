/// The line of a text that a mistake stands in, and under it carets below the mistake.
///
/// - Parameters:
///   - offset: Where the mistake begins, in bytes of UTF-8; at the end of the text where it lies beyond.
///   - length: How many bytes it has; at least one caret is shown, and none beyond the line.
func excerpt(of source: String, offset: Int, length: Int, style: Style) -> [String] {
    let bytes = Array(source.utf8)
    let begin = min(max(0, offset), bytes.count)
    let lineStart = bytes[..<begin].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = bytes[begin...].firstIndex(of: 0x0A) ?? bytes.count
    let end = min(begin + max(0, length), lineEnd)
    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].map { $0 == 0x09 ? 0x20 : $0 }, as: UTF8.self)
    }
    let margin = String(repeating: " ", count: safe(text(lineStart..<begin)).displayWidth)
    let marks = "^" + String(repeating: "~", count: max(0, safe(text(begin..<end)).displayWidth - 1))
    return [safe(text(lineStart..<lineEnd)), margin + style.red(marks)]
}

/// Where a byte of a text stands: line and column from 1, columns in characters.
func place(of offset: Int, in source: String) -> (line: Int, column: Int) {
    let before = String(decoding: Array(source.utf8).prefix(max(0, offset)), as: UTF8.self)
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    return (max(1, lines.count), (lines.last?.count ?? 0) + 1)
}
