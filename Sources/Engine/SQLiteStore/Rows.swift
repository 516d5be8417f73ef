import CivilTime
import WorkflowEngine

// Rows are read and written by hand here, so that renaming a property never changes a file.

extension StoredDefinition {
    /// From a row of `digest, name, text, saved_at`.
    init(_ row: Columns) throws {
        self.init(
            digest: try row.text(0), name: try row.text(1), text: try row.text(2), savedAt: try row.instant(3))
    }
}

extension StoredCase {
    static let columns = """
        id, workflow, digest, status, started_at, entered_at, due, journal_count, journal_hash, snapshot
        """

    /// From a row of ``columns``.
    init(_ row: Columns) throws {
        self.init(
            id: try row.text(0), workflow: try row.text(1), digest: try row.text(2),
            status: try Status(text: row.text(3)), startedAt: try row.instant(4), enteredAt: try row.instant(5),
            due: row.isNull(6) ? nil : try row.instant(6), journalCount: try row.count(7),
            journalHash: try row.bytes(8), snapshot: try row.bytes(9))
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
    init(_ row: Columns) throws {
        self.init(
            sequence: try row.count(0), occurredAt: try row.instant(1), recordedAt: try row.instant(2),
            text: try row.text(3), hash: try row.bytes(4))
    }
}

extension AgendaRow {
    /// From a row of `case_id, instant, element, title, words, clause`.
    init(_ row: Columns) throws {
        self.init(
            caseID: try row.text(0), instant: try row.instant(1), element: try row.text(2), title: try row.text(3),
            words: try row.text(4), clause: try row.count(5))
    }
}

extension OutboxRow {
    static let columns = """
        key, case_id, address, subject, body, owed_at, is_late, state, attempts, next_attempt, detail
        """

    /// From a row of ``columns``.
    init(_ row: Columns) throws {
        self.init(
            key: try row.text(0), caseID: try row.text(1), address: row.isNull(2) ? nil : try row.text(2),
            subject: try row.text(3), body: try row.text(4), owedAt: try row.instant(5),
            isLate: try row.integer(6) != 0, state: try State(text: row.text(7)), attempts: try row.count(8),
            nextAttempt: try row.instant(9), detail: try row.text(10))
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
