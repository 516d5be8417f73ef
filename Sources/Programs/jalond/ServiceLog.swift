import Glibc
import Systemd

/// What the service says of itself: entries with fields in the journal, lines on standard error elsewhere.
struct ServiceLog: Sendable {
    private let isJournal = standardErrorIsJournal()

    /// Writes one entry: a constant sentence with its data beside it.
    func write(_ priority: JournalPriority, _ message: String, _ fields: [(name: String, value: String)] = []) {
        if isJournal, (try? writeToJournal(message, priority: priority, fields: fields)) != nil { return }
        let data = fields.map { " \($0.name)=\($0.value)" }.joined()
        let line = Array("jalond: \(message)\(data)\n".utf8)
        // Nobody is left to be told that standard error is closed.
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
