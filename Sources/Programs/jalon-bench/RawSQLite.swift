import GRDBSQLite

/// What SQLite alone needs for the rows of Jalon: the C API, statements prepared once, one commit an event, the tables,
/// indexes and pragmas of Jalon's own file.
final class RawSQLite {
    private struct Event {
        var caseNumber: Int64, sequence: Int64, occurredAt: Int64, recordedAt: Int64
        var text: String, hash: [UInt8]
    }

    private struct CaseRow {
        var number: Int64
        var id: String, workflow: String, digest: String
        var hash: [UInt8], snapshot: [UInt8]
    }

    private let path: String
    private var schema: [String] = []
    private var cases: [CaseRow] = []
    private var events: [Event] = []

    /// Reads what a run of Jalon left in its file; the rows are written again to another beside it.
    init(copyOf store: String) throws {
        path = store + "-raw"
        let source = try Connection(store)
        try source.each("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'") { row in
            schema.append(row.text(0))
        }
        try source.each("SELECT number, id, workflow, digest, journal_hash, snapshot FROM cases") { row in
            cases.append(
                CaseRow(
                    number: row.integer(0), id: row.text(1), workflow: row.text(2), digest: row.text(3),
                    hash: row.bytes(4),
                    snapshot: row.bytes(5)))
        }
        try source.each(
            """
            SELECT case_number, sequence, occurred_at, recorded_at, text, hash FROM journal
            WHERE sequence > 1 ORDER BY recorded_at, case_number, sequence
            """
        ) { row in
            events.append(
                Event(
                    caseNumber: row.integer(0), sequence: row.integer(1), occurredAt: row.integer(2),
                    recordedAt: row.integer(3), text: row.text(4), hash: row.bytes(5)))
        }
    }

    /// Writes the first events, each in a transaction of its own.
    func eventsPerSecond(limit: Int) throws -> Double {
        let target = try Connection(path)
        try target.run(
            """
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8192;
            PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF; PRAGMA cell_size_check = ON;
            PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = OFF;
            """)
        for statement in schema { try target.run(statement) }
        try target.run("BEGIN")
        let insert = try target.prepare(
            """
            INSERT INTO cases (number, id, workflow, digest, status, started_at, entered_at, due, journal_count,
                journal_hash, snapshot) VALUES (?, ?, ?, ?, 'running', 0, 0, NULL, 1, ?, ?)
            """)
        for row in cases {
            try insert.execute([
                .integer(row.number), .text(row.id), .text(row.workflow), .text(row.digest), .bytes(row.hash),
                .bytes(row.snapshot),
            ])
        }
        try target.run("COMMIT")
        let byNumber = Dictionary(cases.map { ($0.number, $0) }) { first, _ in first }
        let begin = try target.prepare("BEGIN IMMEDIATE")
        let find = try target.prepare("SELECT number, workflow, status, due FROM cases WHERE id = ?")
        let update = try target.prepare(
            """
            UPDATE cases SET digest = ?, status = 'running', started_at = 0, entered_at = 0, due = NULL,
                journal_count = ?, journal_hash = ?, snapshot = ? WHERE number = ?
            """)
        let journal = try target.prepare(
            """
            INSERT INTO journal (case_number, sequence, occurred_at, recorded_at, text, hash) VALUES (?, ?, ?, ?, ?, ?)
            """)
        let commit = try target.prepare("COMMIT")
        let chosen = events.prefix(limit)
        let elapsed = try seconds {
            for event in chosen {
                guard let row = byNumber[event.caseNumber] else { continue }
                try begin.execute([])
                try find.execute([.text(row.id)])
                try update.execute([
                    .text(row.digest), .integer(event.sequence), .bytes(event.hash), .bytes(row.snapshot),
                    .integer(row.number),
                ])
                try journal.execute([
                    .integer(event.caseNumber), .integer(event.sequence), .integer(event.occurredAt),
                    .integer(event.recordedAt), .text(event.text), .bytes(event.hash),
                ])
                try commit.execute([])
            }
        }
        return Double(chosen.count) / elapsed
    }
}

/// A connection of the C API.
private final class Connection {
    private var handle: OpaquePointer?

    init(_ path: String) throws {
        try check(sqlite3_open(path, &handle))
    }

    deinit { sqlite3_close_v2(handle) }

    func run(_ sql: String) throws { try check(sqlite3_exec(handle, sql, nil, nil, nil)) }

    func prepare(_ sql: String) throws -> Statement {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        return Statement(statement) { [self] in try check($0) }
    }

    func each(_ sql: String, _ row: (Statement) -> Void) throws {
        let statement = try prepare(sql)
        while try statement.step() { row(statement) }
    }

    private func check(_ code: Int32) throws {
        guard ![SQLITE_OK, SQLITE_ROW, SQLITE_DONE].contains(code) else { return }
        throw Unusable(description: "SQLite: \(handle.map { String(cString: sqlite3_errmsg($0)) } ?? "code \(code)")")
    }
}

private final class Statement {
    enum Argument { case integer(Int64), text(String), bytes([UInt8]) }

    private let handle: OpaquePointer?
    private let check: (Int32) throws -> Void
    /// SQLite copies what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ handle: OpaquePointer?, check: @escaping (Int32) throws -> Void) {
        self.handle = handle
        self.check = check
    }

    deinit { sqlite3_finalize(handle) }

    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        try check(code)
        return code == SQLITE_ROW
    }

    func execute(_ arguments: [Argument]) throws {
        for (index, argument) in arguments.enumerated() {
            let place = Int32(index + 1)
            switch argument {
            case .integer(let number): try check(sqlite3_bind_int64(handle, place, number))
            case .text(let text): try check(sqlite3_bind_text(handle, place, text, -1, Self.transient))
            case .bytes(let bytes):
                try check(sqlite3_bind_blob(handle, place, bytes, Int32(bytes.count), Self.transient))
            }
        }
        _ = try step()
        try check(sqlite3_reset(handle))
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String {
        sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
