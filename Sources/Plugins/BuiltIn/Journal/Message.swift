import PluginKit

/// A message, ready to stand in the file.
struct Message {
    /// How the line with a message's key begins: no other line of the file begins so, as bodies are indented.
    static let keyPrefix = "Key: "

    let key: String
    /// The whole entry, its last lines the key and a separator: an entry without its key was cut short.
    let entry: String

    /// Takes a message from the input of `send`.
    ///
    /// - Throws: `PluginRefusal` if a field that takes one line has several.
    init(_ request: ActionRequest) throws {
        key = try Self.line("key", request.text("key") ?? request.key)
        let to = try request.texts("to").map { try Self.line("to", $0) }
        guard !to.isEmpty else { throw PluginRefusal("'to' is empty: a message needs somebody to read it") }
        var lines = [
            "Date: \(try Self.line("at", request.text("at") ?? ""))",
            "To: \(to.joined(separator: ", "))",
            "Subject: \(try Self.line("subject", request.text("subject") ?? ""))",
        ]
        if let thread = request.text("thread") { lines.append("Thread: \(try Self.line("thread", thread))") }
        lines.append("")
        lines += Self.bodyLines(request.text("body") ?? "")
        lines += ["", Self.keyPrefix + key, String(repeating: "-", count: 72), ""]
        entry = lines.joined(separator: "\n")
    }

    private static func line(_ name: String, _ text: String) throws -> String {
        guard !text.unicodeScalars.contains(where: isControl) else {
            throw PluginRefusal("'\(name)' has a line break or another control character; it takes one line of text")
        }
        return text
    }

    /// The body's lines, indented, without anything a terminal would act upon.
    private static func bodyLines(_ body: String) -> [String] {
        body.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }.map { line in
            let shown = line.unicodeScalars.map { isControl($0) && $0 != "\t" ? "\u{FFFD}" : String($0) }.joined()
            return shown.isEmpty ? "" : "    " + shown
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
}
