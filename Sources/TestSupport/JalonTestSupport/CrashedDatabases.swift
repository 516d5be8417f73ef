import Foundation
import SQLiteStore
import WorkflowEngine

/// Databases in a folder of their own, a new one after each crash; the folder goes with the value.
package final class CrashedDatabases {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "jalon-\(UUID().uuidString)").path
    private var number = 0
    private var open: [SQLiteCaseStore] = []

    /// Makes an empty folder.
    ///
    /// - Throws: What the file system says.
    package init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit {
        for store in open { try? store.close() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// An empty database; a crash leaves its files as they are.
    ///
    /// - Throws: ``StoreError`` where it cannot be made.
    package func makeStore() throws -> FaultyStore {
        FaultyStore(try opened(), reopen: { [self] _ in try reopened() })
    }

    private var path: String { "\(folder)/\(number).db" }

    private func opened() throws -> SQLiteCaseStore {
        let store = try SQLiteCaseStore(path: path)
        open.append(store)
        return store
    }

    /// Nobody closes a database in a crash: its file and its log are what they are.
    private func reopened() throws -> SQLiteCaseStore {
        let old = path
        number += 1
        for ending in ["", "-wal"] { try FileManager.default.copyItem(atPath: old + ending, toPath: path + ending) }
        return try opened()
    }
}
