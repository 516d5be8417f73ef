import CivilTime
import FoundationEssentials
import GRDB
import WorkflowEngine

// Rows are read and written by hand here, so that renaming a property never changes a file.

extension StoredDefinition {
    /// From a row of `digest, name, text, saved_at`.
    init(_ row: Row) throws {
        self.init(
            digest: try row.decode(atIndex: 0), name: try row.decode(atIndex: 1), text: try row.decode(atIndex: 2),
            savedAt: try row.instant(3))
    }
}

extension StoredCase {
    static let columns = """
        id, workflow, digest, status, started_at, entered_at, due, journal_count, journal_hash, snapshot
        """

    /// From a row of ``columns``.
    init(_ row: Row) throws {
        self.init(
            id: try row.decode(atIndex: 0), workflow: try row.decode(atIndex: 1), digest: try row.decode(atIndex: 2),
            status: try Status(text: row.decode(atIndex: 3)), startedAt: try row.instant(4),
            enteredAt: try row.instant(5),
            due: try row.decode(Int64?.self, atIndex: 6).map(Timestamp.init(microseconds:)),
            journalCount: try row.decode(atIndex: 7), journalHash: try row.bytes(8), snapshot: try row.bytes(9))
    }
}

extension StoredCase.Status {
    var text: String {
        switch self {
        case .running: "running"
        case .over: "over"
        case .fault: "fault"
        }
    }

    /// - Throws: ``UnreadableRow`` for any other text.
    init(text: String) throws {
        switch text {
        case "running": self = .running
        case "over": self = .over
        case "fault": self = .fault
        default: throw UnreadableRow(what: "the status '\(text)' of a case")
        }
    }

    /// Its row in `counts`.
    var countName: String { "cases \(text)" }
}

extension JournalRow {
    /// From a row of `sequence, occurred_at, recorded_at, text, hash`.
    init(_ row: Row) throws {
        self.init(
            sequence: try row.decode(atIndex: 0), occurredAt: try row.instant(1), recordedAt: try row.instant(2),
            text: try row.decode(atIndex: 3), hash: try row.bytes(4))
    }
}

extension AgendaRow {
    /// From a row of `case_id, instant, element, title, words, clause`.
    init(_ row: Row) throws {
        self.init(
            caseID: try row.decode(atIndex: 0), instant: try row.instant(1), element: try row.decode(atIndex: 2),
            title: try row.decode(atIndex: 3), words: try row.decode(atIndex: 4), clause: try row.decode(atIndex: 5))
    }
}

extension OutboxRow {
    static let columns = """
        key, case_id, address, subject, body, owed_at, is_late, state, attempts, next_attempt, detail
        """

    /// From a row of ``columns``.
    init(_ row: Row) throws {
        self.init(
            key: try row.decode(atIndex: 0), caseID: try row.decode(atIndex: 1), address: try row.decode(atIndex: 2),
            subject: try row.decode(atIndex: 3), body: try row.decode(atIndex: 4), owedAt: try row.instant(5),
            isLate: try row.decode(atIndex: 6), state: try State(text: row.decode(atIndex: 7)),
            attempts: try row.decode(atIndex: 8), nextAttempt: try row.instant(9), detail: try row.decode(atIndex: 10))
    }
}

extension OutboxRow.State {
    var text: String {
        switch self {
        case .waiting: "waiting"
        case .delivered: "delivered"
        case .dead: "dead"
        case .obsolete: "obsolete"
        case .held: "held"
        case .dropped: "dropped"
        }
    }

    /// - Throws: ``UnreadableRow`` for any other text.
    init(text: String) throws {
        switch text {
        case "waiting": self = .waiting
        case "delivered": self = .delivered
        case "dead": self = .dead
        case "obsolete": self = .obsolete
        case "held": self = .held
        case "dropped": self = .dropped
        default: throw UnreadableRow(what: "the state '\(text)' of an effect")
        }
    }

    /// Its row in `counts`.
    var countName: String { "effects \(text)" }
}

/// A row with something that nobody wrote there.
struct UnreadableRow: Error {
    /// With its article: "the status 'x' of a case".
    var what: String
}

extension Row {
    fileprivate func instant(_ index: Int) throws -> Timestamp {
        Timestamp(microseconds: try decode(Int64.self, atIndex: index))
    }

    fileprivate func bytes(_ index: Int) throws -> [UInt8] {
        [UInt8](try decode(Data.self, atIndex: index))
    }
}

/// The text as SQLite can keep it: it takes a NUL character for the end, so U+FFFD stands for one.
func kept(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
}
