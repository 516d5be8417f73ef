import GRDB
import Glibc
package import WorkflowEngine

extension SQLiteCaseStore {
    /// What is wrong with a part of the file, a sentence each; empty if nothing is found.
    ///
    /// The parts are the file's list of tables and of free pages, then each table with its indexes, then what is kept
    /// twice. Bytes changed inside a text are not seen here: hash chains of journals show those.
    package func integrityProblems(ofPart part: Int) -> [String]? {
        do throws(StoreError) {
            let found = try perform { database in try Self.problems(ofPart: part, in: database) }
            return found?.map { "\(path): \($0)" }
        } catch {
            return [error.message]
        }
    }

    private static func problems(ofPart part: Int, in database: Database) throws -> [String]? {
        let tables = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        // https://sqlite.org/pragma.html#pragma_integrity_check: with the schema, free pages are looked at too.
        let checked = ["sqlite_schema"] + tables
        if part < checked.count {
            let sql = "PRAGMA quick_check(\(checked[part].quotedDatabaseIdentifier))"
            return try String.fetchAll(database, sql: sql).filter { $0 != "ok" }
        }
        guard let (sentence, sql) = comparisons.dropFirst(part - checked.count).first else { return nil }
        let count = try Int.fetchOne(database, sql: sql) ?? 0
        return count == 0 ? [] : ["\(count) \(sentence)"]
    }

    /// Begins to copy the store to a new file of mode 0600.
    ///
    /// - Parameters:
    ///   - destination: Its folder must exist.
    ///   - isReplacing: Whether another backup of that name is replaced; anything else of that name never is.
    /// - Throws: ``StoreError`` that names the destination; what was there is as it was.
    package func beginBackup(
        to destination: String, replacing isReplacing: Bool
    ) throws(StoreError) -> any StoreBackup {
        if access(destination, F_OK) == 0 {
            guard isReplacing else { throw StoreError(systemError: EEXIST, file: destination) }
            guard !StoreFile.areSame(destination, path), StoreFile.isStore(destination) else {
                throw StoreError(
                    .failed, "\(destination): this is no backup of Jalon, so it is not replaced; name another file")
            }
        }
        return try SQLiteBackup(of: self, to: destination, replacing: isReplacing)
    }

    /// What is kept in two places: what is wrong where they differ, and how many rows do.
    private static let comparisons = [
        (
            "cases whose due is not among the dues",
            """
            SELECT count(*) FROM cases WHERE due IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM dues WHERE dues.due = cases.due AND case_id = id)
            """
        ),
        (
            "dues that are no case's",
            """
            SELECT count(*) FROM dues
            WHERE NOT EXISTS (SELECT 1 FROM cases WHERE id = case_id AND cases.due = dues.due)
            """
        ),
        (
            "cases whose journal does not have as many rows as they say",
            """
            SELECT count(*) FROM cases
            WHERE journal_count <> (SELECT count(*) FROM journal WHERE case_number = number)
            """
        ),
        (
            "counts that are not what is counted",
            """
            WITH counted (name, value) AS (
                SELECT 'cases ' || status, count(*) FROM cases GROUP BY status
                UNION ALL SELECT 'effects ' || state, count(*) FROM outbox GROUP BY state)
            SELECT count(*) FROM (SELECT name, sum(value) AS total FROM (
                SELECT name, value FROM counted UNION ALL SELECT name, -value FROM counts)
                GROUP BY name HAVING total <> 0)
            """
        ),
    ]
}
