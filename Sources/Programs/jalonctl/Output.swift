import FoundationEssentials
import Glibc

/// Prints a result for programs, over several lines.
func printJSON(_ value: some Encodable) throws {
    print(try encoded(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]))
}

/// Prints a line for people or programs that look for what went wrong.
func printError(_ line: String) {
    // What was printed before comes before.
    fflush(nil)
    var bytes = Array("\(line)\n".utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 || errno == EINTR else { return }
        bytes.removeFirst(max(0, count))
    }
}

/// A value as one line of JSON; empty for one that has no JSON form.
func compactJSON(_ value: some Encodable) -> String {
    (try? encoded(value, [.sortedKeys, .withoutEscapingSlashes])) ?? ""
}

private func encoded(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// How text looks where it goes.
struct Style {
    var hasColours: Bool
    /// Where lines are wrapped; `nil` for nowhere.
    var width: Int?

    /// Nothing but the text, as in a file.
    static let plain = Style(hasColours: false, width: nil)

    /// What stdout takes.
    static var ofOutput: Style {
        guard isatty(STDOUT_FILENO) == 1 else { return .plain }
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 40
        let hasColours = getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
        return Style(
            hasColours: hasColours && environment("TERM") != "dumb", width: isKnown ? Int(size.ws_col) : nil)
    }

    func bold(_ text: String) -> String { marked(text, "1") }
    func dim(_ text: String) -> String { marked(text, "2") }
    func red(_ text: String) -> String { marked(text, "31") }
    func green(_ text: String) -> String { marked(text, "32") }
    func yellow(_ text: String) -> String { marked(text, "33") }
    func cyan(_ text: String) -> String { marked(text, "36") }

    private func marked(_ text: String, _ code: String) -> String {
        hasColours && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

/// Text from a contract or a person as a terminal may show it: without control characters.
func safe(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
}
