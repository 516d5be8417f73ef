import CivilTime
import GRDB
import GRDBSQLite
import Glibc

/// A statement that GRDB keeps prepared, bound and stepped by SQLite's own calls.
///
/// GRDB itself boxes each value that is bound and makes a dictionary of the columns' names for each query, which costs
/// more than what SQLite does for the small rows of a case.
struct PreparedStatement {
    private let statement: Statement
    private var handle: SQLiteStatement { statement.sqliteStatement }

    /// What a statement is bound to.
    enum Value {
        case null
        case integer(Int64)
        /// Kept as ``kept(_:)`` has it.
        case text(String)
        case bytes([UInt8])

        static func count(_ number: Int) -> Value { .integer(Int64(number)) }
        static func instant(_ instant: Timestamp) -> Value { .integer(instant.microseconds) }
        static func text(orNull text: String?) -> Value { text.map(Value.text) ?? .null }
        static func instant(orNull instant: Timestamp?) -> Value { instant.map(Value.instant) ?? .null }
    }

    init(_ sql: String, in database: Database) throws { statement = try database.cachedStatement(sql: sql) }

    /// Carries the statement out.
    ///
    /// - Parameter row: Called for each row there is.
    func run(_ values: [Value], row: (Columns) throws -> Void = { _ in }) throws {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() { try check(bind(value, at: Int32(index + 1))) }
        while true {
            let code = sqlite3_step(handle)
            guard code == SQLITE_ROW else { return try check(code) }
            try row(Columns(handle))
        }
    }

    private func bind(_ value: Value, at place: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, place)
        case .integer(let number): sqlite3_bind_int64(handle, place, number)
        case .text(let text): bind(text, at: place)
        case .bytes(let bytes):
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, place, 0)
                : bytes.withUnsafeBytes {
                    sqlite3_bind_blob64(handle, place, $0.baseAddress, UInt64($0.count), Self.copied)
                }
        }
    }

    private func bind(_ text: String, at place: Int32) -> Int32 {
        var text = text
        let code = text.withUTF8 { units -> Int32? in
            guard let start = UnsafeRawPointer(units.baseAddress), units.count > 0 else {
                return sqlite3_bind_text(handle, place, "", 0, Self.copied)
            }
            guard memchr(start, 0, units.count) == nil else { return nil }
            return sqlite3_bind_text64(
                handle, place, start.assumingMemoryBound(to: CChar.self), UInt64(units.count), Self.copied,
                UInt8(SQLITE_UTF8))
        }
        return code ?? bind(kept(text), at: place)
    }

    private func check(_ code: Int32) throws {
        guard code != SQLITE_OK, code != SQLITE_DONE else { return }
        let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }

    /// Tells SQLite to copy what it is bound to, since it does not outlive the call.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// The columns of the row that a statement has come to, by index.
struct Columns {
    private let handle: SQLiteStatement

    fileprivate init(_ handle: SQLiteStatement) { self.handle = handle }

    func isNull(_ index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }

    func integer(_ index: Int32) throws -> Int64 {
        try expect(SQLITE_INTEGER, "a whole number", index)
        return sqlite3_column_int64(handle, index)
    }

    func count(_ index: Int32) throws -> Int { Int(try integer(index)) }

    func instant(_ index: Int32) throws -> Timestamp { Timestamp(microseconds: try integer(index)) }

    func text(_ index: Int32) throws -> String {
        try expect(SQLITE_TEXT, "text", index)
        // In this order: SQLite counts what it has made of the column.
        let start = sqlite3_column_text(handle, index)
        return String(
            decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))), as: UTF8.self)
    }

    func bytes(_ index: Int32) throws -> [UInt8] {
        try expect(SQLITE_BLOB, "bytes", index)
        let start = sqlite3_column_blob(handle, index)
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))))
    }

    /// The tables are strict, so only a damaged file has anything else.
    private func expect(_ type: Int32, _ words: String, _ index: Int32) throws {
        guard sqlite3_column_type(handle, index) != type else { return }
        let name = sqlite3_column_name(handle, index).map { String(cString: $0) } ?? "\(index)"
        throw UnreadableRow(what: "no \(words) in a column '\(name)'")
    }
}

/// The text as SQLite can keep it: it takes a NUL character for the end, so U+FFFD stands for one.
func kept(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
}
