import CivilTime
import Foundation
import GRDB
import SQLiteStore
import Testing
import WorkflowEngine

/// Runs SQL on a file that no store has open.
func execute(_ sql: String, in path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
}

struct MigrationTests {
    /// Each made by the version whose last step it is named after, never edited since.
    static let versions = ["0001"]

    @Test("a file of every past version opens, and still holds what it held", arguments: versions)
    func past(_ version: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("store")
        try execute(try fixture(version), in: path)
        let store = try SQLiteCaseStore(path: path)
        let definitions = try store.definitions()
        #expect(definitions.map(\.name) == ["tanger-ess"])
        let tanger = try #require(try store.storedCase("tanger-2021"))
        #expect(tanger.status == .running && tanger.digest == definitions[0].digest && tanger.snapshot == [1, 2, 3])
        #expect(tanger.due == Timestamp(rfc3339: "2021-09-24T15:30:00Z"))
        #expect(try store.journal(of: "tanger-2021").map(\.text) == [#"{"event":"start"}"#, #"{"event":"offer"}"#])
        #expect(try store.casesDue(by: .latest, limit: 9) == ["tanger-2021"])
        #expect(try store.agenda(from: .earliest, until: .latest, caseID: nil, limit: 9).map(\.clause) == [126])
        #expect(try store.outbox(of: "tanger-2021", limit: 9).map(\.state) == [.waiting, .delivered])
        #expect(try store.counts() == StoreCounts(running: 1, over: 1, faults: 0, waiting: 1, dead: 0))
        #expect(store.integrityProblems() == [])
        #expect(try store.mark("restored") == nil)
        try store.apply([change("tanger-2021", 3), change("new", 1), .mark(name: "restored", value: "now")])
        #expect(try store.mark("restored") == "now")
        #expect(try store.journal(of: "tanger-2021").count == 3)
    }

    @Test("a file of every past version gets the tables that a new file has", arguments: versions)
    func sameTables(_ version: String) throws {
        let folder = try TemporaryFolder()
        try execute(try fixture(version), in: folder.path("past"))
        try SQLiteCaseStore(path: folder.path("past")).close()
        try SQLiteCaseStore(path: folder.path("new")).close()
        #expect(try tables(of: folder.path("past")) == tables(of: folder.path("new")))
    }

    @Test("a file that a newer version has written is refused, with what to do")
    func newer() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("store")
        try SQLiteCaseStore(path: path).close()
        try execute("INSERT INTO grdb_migrations VALUES ('0999 cases have wings')", in: path)
        expectError(.tooNew, naming: path, saying: "0999 cases have wings") { _ = try SQLiteCaseStore(path: path) }
    }

    @Test("the database of another program is refused and left as it is")
    func another() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("bookmarks")
        try execute("CREATE TABLE bookmarks (address TEXT)", in: path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        expectError(.failed, naming: path, saying: "another program") { _ = try SQLiteCaseStore(path: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    private func fixture(_ version: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appendingPathComponent("Fixtures/\(version).sql"), encoding: .utf8)
    }

    private func tables(of path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { database in
            try String.fetchAll(database, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        }
    }
}

struct UpkeepTests {
    let folder: TemporaryFolder
    let store: SQLiteCaseStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteCaseStore(path: folder.path("store"))
        try store.apply([change("a", 1, due: 5), change("b", 1)])
    }

    @Test("a backup is one whole file for its owner alone, and opens as a store of its moment")
    func backup() throws {
        try store.backup(to: folder.path("backup"))
        try store.apply([change("a", 2), change("c", 1)])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == ["store", "store-wal", "backup"])
        var status = stat()
        #expect(stat(folder.path("backup"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        let copy = try SQLiteCaseStore(path: folder.path("backup"))
        #expect(copy.integrityProblems() == [])
        #expect(try copy.cases(after: nil, workflow: nil, limit: 9).map(\.journalCount) == [1, 1])
        #expect(try copy.earliestDue() == Timestamp(secondsSinceEpoch: 5))
        #expect(try store.journal(of: "a").count == 2)
    }

    @Test("a backup taken while the store is written is the store as of its last step")
    func backupBetweenWrites() throws {
        let long = String(repeating: "x", count: 4 << 20)
        try store.apply([change("a", 2, text: long), change("b", 2, text: long)])
        let backup = try store.beginBackup(to: folder.path("backup"), replacing: false)
        var steps = 0
        var bytes: Int?
        while bytes == nil {
            // One changes pages that are copied already, the other adds pages.
            try store.apply([change("a", steps + 3), change("new\(steps)", 1, due: 4)])
            bytes = try backup.step()
            steps += 1
        }
        #expect(steps > 2)
        let copy = try SQLiteCaseStore(path: folder.path("backup"))
        #expect(copy.integrityProblems() == [])
        #expect(
            try copy.cases(after: nil, workflow: nil, limit: 99) == store.cases(after: nil, workflow: nil, limit: 99))
        #expect(try copy.journal(of: "a") == store.journal(of: "a"))
        #expect(try copy.earliestDue() == Timestamp(secondsSinceEpoch: 4))
    }

    @Test("a backup that is given up leaves nothing, and the store as it was")
    func givenUp() throws {
        try store.apply([change("a", 2, text: String(repeating: "x", count: 8 << 20))])
        try store.backup(to: folder.path("backup"))
        for isSaid in [true, false] {
            let backup = try store.beginBackup(to: folder.path("backup"), replacing: true)
            #expect(try backup.step() == nil)
            if isSaid { backup.cancel() }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == ["store", "store-wal", "backup"])
        try store.apply([change("a", 3)])
        #expect(store.integrityProblems() == [])
    }

    @Test("a backup does not overwrite anything, and an unfinished one is no obstacle")
    func backupInTheWay() throws {
        expectError(.failed, naming: store.path, saying: "exists already") { try store.backup(to: store.path) }
        try Data("half".utf8).write(to: URL(fileURLWithPath: folder.path("backup.unfinished")))
        try store.backup(to: folder.path("backup"))
        #expect(try SQLiteCaseStore(path: folder.path("backup")).counts().running == 2)
    }

    @Test("a backup is replaced only where that is asked for, and nothing but a backup ever is")
    func replacing() throws {
        try store.backup(to: folder.path("backup"))
        expectError(.failed, naming: folder.path("backup"), saying: "exists already") {
            try store.backup(to: folder.path("backup"))
        }
        try store.apply([change("c", 1)])
        let size = try store.backup(to: folder.path("backup"), replacing: true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("backup"))).count == size)
        #expect(try SQLiteCaseStore(path: folder.path("backup")).counts().running == 3)
        try Data("letters".utf8).write(to: URL(fileURLWithPath: folder.path("letters")))
        for name in ["letters", "store", "store-wal"] {
            expectError(.failed, naming: folder.path(name), saying: "is no backup of Jalon") {
                try store.backup(to: folder.path(name), replacing: true)
            }
        }
        #expect(try store.counts().running == 3)
    }

    @Test("a backup without room is not there", .enabled(if: SmallDisk.isPossible, "needs to mount a disk"))
    func backupWithoutRoom() throws {
        let disk = try SmallDisk()
        try store.apply([change("a", 2, text: String(repeating: "x", count: 2 << 20))])
        let path = disk.folder.path("backup")
        expectError(.full, naming: path, saying: "make room") { try store.backup(to: path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.folder.path) == [])
        #expect(try store.journal(of: "a").count == 2)
    }

    @Test(
        "what is kept twice and differs is told",
        arguments: [
            ("DELETE FROM dues", "1 cases whose due is not among the dues"),
            ("INSERT INTO dues VALUES (7, 'b')", "1 dues that are no case's"),
            ("DELETE FROM journal WHERE case_number = 2", "1 cases whose journal does not have as many rows"),
            ("UPDATE counts SET value = 9", "2 counts that are not what is counted"),
        ])
    func contradictions(_ sql: String, _ sentence: String) throws {
        #expect(store.integrityProblems() == [])
        try store.close()
        try execute(sql, in: store.path)
        let problems = try SQLiteCaseStore(path: store.path).integrityProblems()
        #expect(problems.count == 1 && problems[0].hasPrefix("\(store.path): \(sentence)"), "\(problems)")
    }
}
