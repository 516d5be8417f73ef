import GRDB
import Glibc
package import WorkflowEngine

extension SQLiteCaseStore {
    /// What is wrong with the file, a sentence each; empty if nothing is found.
    ///
    /// Reads the whole file. Bytes changed inside a text are not seen here: hash chains of journals show those.
    package func integrityProblems() -> [String] {
        do {
            return try perform { database in
                let found = try String.fetchAll(database, sql: "PRAGMA quick_check").filter { $0 != "ok" }
                // What is kept twice can be compared only where it can be read.
                return try found.isEmpty ? Self.contradictions(in: database) : found
            }.map { "\(path): \($0)" }
        } catch {
            return [error.message]
        }
    }

    /// Copies the store, as of the last batch, to a new file of mode 0600; the copy is whole or is not there.
    ///
    /// Nothing else is done meanwhile: it takes as long as copying a file of that size.
    /// - Parameters:
    ///   - destination: Its folder must exist.
    ///   - isReplacing: Whether another backup of that name is replaced; anything else of that name never is.
    /// - Returns: The bytes of the file.
    /// - Throws: ``StoreError`` that names the destination; the store, and what was there, are as they were.
    @discardableResult
    package func backup(to destination: String, replacing isReplacing: Bool = false) throws(StoreError) -> Int {
        if access(destination, F_OK) == 0 {
            guard isReplacing else { throw StoreError(systemError: EEXIST, file: destination) }
            guard !StoreFile.areSame(destination, path), StoreFile.isStore(destination) else {
                throw StoreError(
                    .failed, "\(destination): this is no backup of Jalon, so it is not replaced; name another file")
            }
        }
        // What a backup that was cut short has left, and nobody else's file.
        let unfinished = destination + ".jalon-unfinished"
        unlink(unfinished)
        let descriptor = open(unfinished, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(systemError: errno, file: destination) }
        Glibc.close(descriptor)
        do {
            let copy = try DatabaseQueue(path: unfinished)
            try self.copy(to: copy)
            try copy.close()
            // The copy is synced by SQLite; its name is by this.
            let isThere = isReplacing ? rename(unfinished, destination) == 0 : link(unfinished, destination) == 0
            guard isThere else { throw StoreError(systemError: errno, file: destination) }
            if !isReplacing { unlink(unfinished) }
            try StoreFile.sync(folder: StoreFile.folder(of: destination))
            return try StoreFile.size(of: destination)
        } catch {
            unlink(unfinished)
            unlink(unfinished + "-journal")
            throw StoreError(error, file: destination)
        }
    }

    /// What is kept in two places and differs.
    private static func contradictions(in database: Database) throws -> [String] {
        let checks = [
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
        return try checks.compactMap { sentence, sql in
            let count = try Int.fetchOne(database, sql: sql) ?? 0
            return count == 0 ? nil : "\(count) \(sentence)"
        }
    }
}
