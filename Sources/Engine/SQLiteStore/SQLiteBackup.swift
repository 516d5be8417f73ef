import GRDB
import GRDBSQLite
import Glibc
import WorkflowEngine

/// A copy of a store by SQLite's online backup (https://sqlite.org/backup.html), some pages at a time.
///
/// What the store writes between two steps SQLite writes to the copy as well, since both use one connection. The copy has
/// another name until it is whole and synced.
final class SQLiteBackup: StoreBackup {
    private let store: SQLiteCaseStore
    private let destination: String
    private let isReplacing: Bool
    /// Its name until then. What a backup that was cut short has left has the same, and nobody else's file.
    private let unfinished: String
    /// The unfinished file, open so that it can be synced.
    private let descriptor: Int32
    private let copy: DatabaseQueue
    /// SQLite's; `nil` once finished.
    private var handle: OpaquePointer?
    private var isOver = false

    /// Copied in a step: a few milliseconds of a fast disk, and not long on a slow one.
    private static let pagesPerStep: Int32 = 1_024

    init(of store: SQLiteCaseStore, to destination: String, replacing isReplacing: Bool) throws(StoreError) {
        (self.store, self.destination, self.isReplacing) = (store, destination, isReplacing)
        unfinished = destination + ".jalon-unfinished"
        unlink(unfinished)
        descriptor = open(unfinished, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(systemError: errno, file: destination) }
        do {
            copy = try DatabaseQueue(path: unfinished)
            // The file counts for nothing until it is whole, and is synced here.
            try copy.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            }
        } catch {
            Glibc.close(descriptor)
            unlink(unfinished)
            throw StoreError(error, file: destination)
        }
    }

    deinit { cancel() }

    func step() throws(StoreError) -> Int? {
        do {
            let isWhole = try store.perform { source in
                do {
                    return try copy.writeWithoutTransaction { try copyPages(of: source, to: $0) }
                } catch {
                    // What SQLite cannot do here it cannot do with the copy.
                    throw StoreError(error, file: destination)
                }
            }
            // A little at a time, so that the end has not everything to wait for.
            guard fdatasync(descriptor) == 0 else { throw StoreError(systemError: errno, file: destination) }
            return isWhole ? try giveName() : nil
        } catch {
            cancel()
            throw StoreError(error, file: destination)
        }
    }

    func cancel() {
        guard !isOver else { return }
        isOver = true
        sqlite3_backup_finish(handle)
        try? copy.close()
        Glibc.close(descriptor)
        unlink(unfinished)
    }

    /// - Returns: True once all pages are copied.
    private func copyPages(of source: Database, to copy: Database) throws -> Bool {
        if handle == nil {
            handle = sqlite3_backup_init(copy.sqliteConnection, "main", source.sqliteConnection, "main")
        }
        let code =
            handle == nil ? sqlite3_errcode(copy.sqliteConnection) : sqlite3_backup_step(handle, Self.pagesPerStep)
        guard code == SQLITE_OK || code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(copy.sqliteConnection)))
        }
        return code == SQLITE_DONE
    }

    /// Lets the copy have its name, once that is safe.
    ///
    /// - Returns: Its bytes.
    private func giveName() throws -> Int {
        sqlite3_backup_finish(handle)
        handle = nil
        try copy.close()
        guard fsync(descriptor) == 0,
            isReplacing ? rename(unfinished, destination) == 0 : link(unfinished, destination) == 0
        else { throw StoreError(systemError: errno, file: destination) }
        cancel()
        try StoreFile.sync(folder: StoreFile.folder(of: destination))
        return try StoreFile.size(of: destination)
    }
}
