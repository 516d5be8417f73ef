import GRDB
package import WorkflowEngine

/// A store in one SQLite file, which this program alone has open.
///
/// The file is in WAL mode and every commit is synced to the disk before ``apply(_:)`` returns. Beside it lies
/// `<file>-wal`, a part of it until ``close()``. Every error names the file and what to do next. SQLite ends a text at
/// a NUL character, so one inside a text is kept as U+FFFD.
package final class SQLiteCaseStore: Store {
    /// Where the file is.
    package let path: String
    private let queue: DatabaseQueue
    private var isClosed = false

    /// Opens a file, or creates it with mode 0600; brings one of an older version up to date.
    ///
    /// - Parameter path: In a folder that exists and can be written to.
    /// - Throws: ``StoreError`` of any code but `full` when it is another's, damaged, newer or out of reach; `full`
    ///   where there is no room to begin with.
    package init(path: String) throws(StoreError) {
        self.path = path
        do {
            queue = try StoreFile.open(path)
        } catch {
            throw StoreError(error, file: path)
        }
    }

    /// Closes the file, so that it holds everything without its `-wal` and another program may open it.
    ///
    /// Every later call throws `failed`; closing again does nothing.
    package func close() throws(StoreError) {
        guard !isClosed else { return }
        do {
            try queue.close()
            isClosed = true
        } catch {
            throw StoreError(error, file: path)
        }
    }

    /// Makes a batch of changes durable in one transaction.
    ///
    /// - Throws: ``StoreError``; nothing of the batch has happened then, and the store can be used as before.
    package func apply(_ changes: [StoreChange]) throws(StoreError) {
        guard !changes.isEmpty else { return }
        try perform { database in
            try database.inTransaction(.immediate) {
                var batch = BatchWriter(database)
                for change in changes { try batch.write(change) }
                try batch.finish()
                return .commit
            }
        }
    }

    /// Runs `work` on the one connection; what it throws is told as an error of this file.
    func perform<Value>(_ work: (Database) throws -> Value) throws(StoreError) -> Value {
        guard !isClosed else { throw StoreError(.failed, "\(path): this store is closed; open it again") }
        do {
            return try queue.writeWithoutTransaction(work)
        } catch {
            throw StoreError(error, file: path)
        }
    }
}
