import CivilTime
import Foundation
import SQLiteStore
import Testing
import WorkflowEngine

struct FileTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("store.sqlite")
    }

    @Test("a new file, and what lies beside it, is for its owner alone")
    func mode() throws {
        let store = try SQLiteCaseStore(path: path)
        try store.apply([change("a", 1)])
        for name in ["store.sqlite", "store.sqlite-wal"] {
            var status = stat()
            #expect(stat(folder.path(name), &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }

    @Test("once closed, the one file holds everything, and the store answers no more")
    func closing() throws {
        let store = try SQLiteCaseStore(path: path)
        try store.apply([change("a", 1, due: 5)])
        try store.close()
        try store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["store.sqlite"])
        expectError(.failed, naming: path, saying: "closed") { _ = try store.counts() }
        #expect(try SQLiteCaseStore(path: path).casesDue(by: .latest, limit: 9) == ["a"])
    }

    @Test("an empty file is a new store")
    func emptyFile() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(try SQLiteCaseStore(path: path).counts().running == 0)
    }

    @Test("a text with a NUL character is kept, the character as U+FFFD")
    func nul() throws {
        let store = try SQLiteCaseStore(path: path)
        try store.apply([change("a\0b", 1, text: "before\0after")])
        #expect(try store.journal(of: "a\0b").map(\.text) == ["before\u{FFFD}after"])
    }

    @Test("a second program is told that the file is taken, and may have it once the first has gone")
    func secondProgram() async throws {
        let store = try SQLiteCaseStore(path: path)
        let path = path
        await #expect(processExitsWith: .success) { [path = path as String] in
            expectError(.locked, naming: path, saying: "another program has this file open") {
                _ = try SQLiteCaseStore(path: path)
            }
        }
        expectError(.locked, naming: path, saying: "stop that one") { _ = try SQLiteCaseStore(path: path) }
        try store.apply([change("a", 1)])
        try store.close()
        #expect(try SQLiteCaseStore(path: path).storedCase("a") != nil)
    }

    @Test("what is out of reach is named, with what to do")
    func outOfReach() {
        expectError(.failed, naming: folder.path("none/store"), saying: "create it") {
            _ = try SQLiteCaseStore(path: folder.path("none/store"))
        }
        expectError(.failed, naming: folder.path, saying: "refuses") { _ = try SQLiteCaseStore(path: folder.path) }
    }

    @Test("a file that its owner may not write is refused", .enabled(if: geteuid() != 0, "root may write any file"))
    func mayNotWrite() throws {
        try SQLiteCaseStore(path: path).close()
        chmod(path, 0o400)
        expectError(.readOnly, naming: path, saying: "owner and mode") { _ = try SQLiteCaseStore(path: path) }
    }

    @Test("a file on a disk mounted read-only is refused", .enabled(if: SmallDisk.isPossible, "needs to mount a disk"))
    func readOnlyDisk() throws {
        let disk = try SmallDisk()
        let path = disk.folder.path("store.sqlite")
        let store = try SQLiteCaseStore(path: path)
        try store.apply([change("a", 1)])
        try store.close()
        try disk.makeReadOnly()
        for path in [path, disk.folder.path("new")] {
            expectError(.readOnly, naming: path, saying: "mounted") { _ = try SQLiteCaseStore(path: path) }
        }
    }

    @Test(
        "a batch that finds no room has not happened, and is taken once there is some",
        .enabled(if: SmallDisk.isPossible, "needs to mount a disk"))
    func fullDisk() throws {
        let disk = try SmallDisk()
        let path = disk.folder.path("store.sqlite")
        let store = try SQLiteCaseStore(path: path)
        try store.apply([change("a", 1, due: 1), change("b", 1, due: 1)])
        disk.occupy(1 << 20, by: "ballast")
        var sequence = 1
        let text = String(repeating: "x", count: 20_000)
        for attempt in 1...2 {
            expectError(.full, naming: path, saying: "nothing was changed") {
                while sequence < 100 {
                    let next = sequence + 1
                    try store.apply(["a", "b"].map { change($0, next, due: Int64(next), text: text) })
                    sequence = next
                }
            }
            #expect(try store.storedCase("a")?.journalCount == sequence, "attempt \(attempt)")
            #expect(try store.journal(of: "b").count == sequence)
            #expect(try store.outbox(of: "b", limit: 999).count == sequence)
            #expect(try store.earliestDue() == Timestamp(secondsSinceEpoch: Int64(sequence)))
        }
        unlink(disk.folder.path("ballast"))
        try store.apply(["a", "b"].map { change($0, sequence + 1, text: text) })
        #expect(store.integrityProblems() == [])
        try store.close()
        #expect(try SQLiteCaseStore(path: path).journal(of: "a").count == sequence + 1)
    }
}

struct DurabilityTests {
    @Test("a program killed at any moment leaves whole batches: every one it was told of, and no part of another")
    func cutLog() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCaseStore(path: folder.path("store"))
        let batches = 6
        for sequence in 1...batches {
            try store.apply(["a", "b", "c"].map { change($0, sequence, due: Int64(sequence)) })
        }
        // While it is open: what a killed program leaves behind.
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.path("store")))
        let log = try Data(contentsOf: URL(fileURLWithPath: folder.path("store-wal")))
        var before = 0
        for length in stride(from: 0, through: log.count, by: 1031) + [log.count] {
            let copy = folder.path("copy-\(length)")
            try file.write(to: URL(fileURLWithPath: copy))
            try log.prefix(length).write(to: URL(fileURLWithPath: copy + "-wal"))
            let found = try SQLiteCaseStore(path: copy)
            let count = try found.journal(of: "a").count
            #expect(count >= before, "with \(length) bytes of the log")
            before = count
            for id in ["a", "b", "c"] {
                #expect(try found.journal(of: id).count == count)
                #expect(try (found.storedCase(id)?.journalCount ?? 0) == count)
                #expect(try found.outbox(of: id, limit: 99).count == count)
            }
            #expect(try found.counts().waiting == 3 * count)
            #expect(try found.earliestDue() == (count == 0 ? nil : Timestamp(secondsSinceEpoch: Int64(count))))
            #expect(found.integrityProblems() == [])
        }
        #expect(before == batches)
    }

    @Test("a program that dies without closing loses nothing")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("store")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try SQLiteCaseStore(path: path)
            for sequence in 1...50 { try store.apply([change("a", sequence)]) }
            kill(getpid(), SIGKILL)
        }
        #expect(try SQLiteCaseStore(path: path).journal(of: "a").map(\.sequence) == Array(1...50))
    }
}

struct DamageTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("store.sqlite")
        let store = try SQLiteCaseStore(path: path)
        try store.apply((1...40).map { change("a", $0, text: String(repeating: "x", count: 900)) })
        try store.close()
    }

    private func overwrite(at offset: Int, with bytes: [UInt8]) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    @Test("a file with a header that is not SQLite's is refused as damaged")
    func header() throws {
        try overwrite(at: 0, with: Array("garbage, not a database".utf8))
        expectError(.corrupt, naming: path, saying: "restore the latest backup") {
            _ = try SQLiteCaseStore(path: path)
        }
    }

    @Test("pages that hold rubbish are found: each page makes an answer fail, or is told of, or held no row")
    func pages() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let pages = whole.count / 4096
        var found = 0
        for page in 1..<pages {
            try whole.write(to: URL(fileURLWithPath: path))
            try overwrite(at: page * 4096, with: [UInt8](repeating: 0xA5, count: 4096))
            do {
                let store = try SQLiteCaseStore(path: path)
                let problems = store.integrityProblems()
                #expect(!problems.isEmpty, "page \(page + 1)")
                #expect(problems.allSatisfy { $0.hasPrefix("\(path): ") })
                found += problems.isEmpty ? 0 : 1
                // An answer is right, or it is an error: never a crash, never a shorter journal.
                let rows = try store.journal(of: "a").count
                #expect(rows == 40, "page \(page + 1)")
            } catch {
                #expect(error.code == .corrupt, "page \(page + 1): \(error.message)")
            }
        }
        #expect(found > 0)
    }

    @Test("a status that nobody wrote is damage, not a crash")
    func unknownStatus() throws {
        try execute("UPDATE cases SET status = 'runing'", in: path)
        let store = try SQLiteCaseStore(path: path)
        expectError(.corrupt, naming: path, saying: "the status 'runing' of a case") { _ = try store.storedCase("a") }
    }

    @Test("a file cut short is refused as damaged")
    func cutShort() throws {
        truncate(path, 3 * 4096)
        expectError(.corrupt, naming: path, saying: "damaged") {
            let store = try SQLiteCaseStore(path: path)
            _ = try store.journal(of: "a")
        }
    }
}
