import Foundation
import JalonTestSupport
import SQLiteStore
import Testing
import WorkflowEngine

/// The same over the real store: what a crash leaves are its files, taken from under it.
@Suite struct SQLiteTests {
    /// Databases in a folder of their own, a new one after each crash.
    private final class Databases {
        private let folder = FileManager.default.temporaryDirectory.appending(path: "jalon-\(UUID().uuidString)").path
        private var number = 0
        private var open: [SQLiteCaseStore] = []

        init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

        deinit {
            for store in open { try? store.close() }
            try? FileManager.default.removeItem(atPath: folder)
        }

        func makeStore() throws -> FaultyStore {
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

    @Test("a crash at any commit, before it or after it, over SQLite", arguments: FaultyStore.Crash.allCases)
    func everyCommit(crash: FaultyStore.Crash) throws {
        let seed = seeds(1)[0]
        for commit in stride(from: 0, to: .max, by: 3) {
            let databases = try Databases()
            let report = try Simulation(
                seed: seed, makeWorkload(cases: 2, facts: 8), crash: (commit, crash), makeStore: databases.makeStore
            ).run(for: .days(40))
            #expect(report.violations.isEmpty, "crash at commit \(commit):\n\(report.violations.joined(separator: "\n"))")
            if !report.crashed { return #expect(commit > 10, "the workload is too small to show anything") }
        }
    }

    @Test("no fault changes what cases come to, over SQLite", arguments: seeds(2))
    func faults(seed: UInt64) throws {
        let databases = try Databases()
        let report = try Simulation(
            seed: seed, makeWorkload(cases: 4, facts: 30), faults: .all, makeStore: databases.makeStore
        ).run(for: .days(60))
        #expect(
            report.violations.isEmpty, "replay with JALON_SEED=\(seed):\n\(report.violations.joined(separator: "\n"))")
    }
}
