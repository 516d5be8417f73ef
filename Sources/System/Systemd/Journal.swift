internal import CSystemd
import Glibc

/// How urgent a journal entry is, as syslog(3) has it.
package enum JournalPriority: Int, Sendable {
    case emergency, alert, critical, error, warning, notice, info, debug
}

/// Writes one entry with fields to the journal, where `journalctl JALON_CASE=…` finds it.
///
/// - Parameters:
///   - message: The entry's text; line breaks are kept.
///   - priority: How urgent it is.
///   - fields: Further fields, several of one name allowed. Names are made fit by ``journalFieldName(_:)``; a field whose
///     name has no letter is left out.
/// - Throws: ``SystemdError`` when the journal refuses. Without a journal there is no error and no entry: ask
///   ``standardErrorIsJournal()`` first.
package func writeToJournal(
    _ message: String, priority: JournalPriority, fields: [(name: String, value: String)] = []
) throws(SystemdError) {
    var lines = [Array("MESSAGE=\(message)".utf8), Array("PRIORITY=\(priority.rawValue)".utf8)]
    for field in fields {
        guard let name = journalFieldName(field.name) else { continue }
        lines.append(Array("\(name)=\(field.value)".utf8))
    }
    // One buffer for all the lines, so that all their addresses hold at once.
    var bytes = lines.flatMap { $0 }
    let answer = bytes.withUnsafeMutableBytes { buffer in
        var offset = 0
        let parts = lines.map { line in
            defer { offset += line.count }
            return iovec(iov_base: buffer.baseAddress?.advanced(by: offset), iov_len: line.count)
        }
        return sd_journal_sendv(parts, Int32(parts.count))
    }
    _ = try SystemdError.check(answer, "sd_journal_sendv")
}

/// Turns any name into one the journal keeps: "case.id" into "CASE_ID".
///
/// The journal drops fields whose names hold anything but A-Z, 0-9 and _, start with a digit or _, or exceed 64 characters.
///
/// - Returns: The fit name, nil if `name` has no letter A-Z or a-z to start with.
package func journalFieldName(_ name: String) -> String? {
    let fit = name.utf8.map { byte -> UInt8 in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }
    let start = fit.drop { !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    return start.isEmpty ? nil : String(decoding: start.prefix(64), as: UTF8.self)
}

/// Whether what is written to standard error goes to the journal, by systemd.exec(5): `JOURNAL_STREAM` names it.
///
/// - Returns: False in a terminal, and where standard error was redirected since.
package func standardErrorIsJournal() -> Bool {
    guard let value = getenv("JOURNAL_STREAM") else { return false }
    var status = stat()
    guard fstat(STDERR_FILENO, &status) == 0 else { return false }
    return String(cString: value) == "\(status.st_dev):\(status.st_ino)"
}
