import CivilTime
import Foundation
import SQLiteStore
import Testing
import WorkflowEngine

/// A folder of its own for one test, gone with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/jalon-store-XXXXXX".utf8CString)
        path = try template.withUnsafeMutableBufferPointer { buffer in
            let start = try #require(buffer.baseAddress)
            return String(cString: try #require(mkdtemp(start)))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }
}

/// A file system of its own in memory, of one megabyte, for tests of disks that fill up or refuse.
final class SmallDisk {
    let folder: TemporaryFolder

    /// True where this process may mount one.
    static let isPossible = (try? SmallDisk()) != nil

    init() throws {
        folder = try TemporaryFolder()
        try Self.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path)
    }

    deinit { try? Self.run("umount", "-l", folder.path) }

    func makeReadOnly() throws { try Self.run("mount", "-o", "remount,ro", folder.path) }

    /// Takes so many bytes, or what is left of them, by the file of that name.
    func occupy(_ bytes: Int, by name: String) {
        let descriptor = open(folder.path(name), O_CREAT | O_WRONLY, 0o600)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 4096)
        for _ in 0..<(bytes / 4096) where write(descriptor, block, 4096) < 4096 { return }
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Refused() }
    }

    struct Refused: Error {}
}

/// A commit of a running case with one row of its journal, due at that second.
func change(_ id: String, _ sequence: Int, due: Int64? = nil, text: String = "entry") -> StoreChange {
    let now = Timestamp(secondsSinceEpoch: Int64(sequence))
    let state = StoredCase(
        id: id, workflow: "w", digest: "d", status: .running, startedAt: now, enteredAt: now,
        due: due.map { Timestamp(secondsSinceEpoch: $0) }, journalCount: sequence, journalHash: [1], snapshot: [2])
    let row = JournalRow(sequence: sequence, occurredAt: now, recordedAt: now, text: text, hash: [3])
    let effect = OutboxRow(
        key: "\(id) \(sequence)", caseID: id, address: "a", subject: "s", body: "b", owedAt: now, isLate: false,
        state: .waiting, attempts: 0, nextAttempt: now, detail: "")
    let agenda = AgendaRow(caseID: id, instant: now, element: "e", title: "t", words: "w", clause: 1)
    return .caseCommit(CaseCommit(state: state, journal: [row], agenda: [agenda], outbox: [effect]))
}

/// Runs `work`, which must fail so, with a message that names the file and says what to do.
func expectError(_ code: StoreError.Code, naming path: String, saying words: String, _ work: () throws -> Void) {
    do {
        try work()
        Issue.record("nothing was thrown")
    } catch let error as StoreError {
        #expect(error.code == code, "\(error.message)")
        #expect(error.message.hasPrefix("\(path): ") && error.message.contains(words), "\(error.message)")
    } catch {
        Issue.record("\(error)")
    }
}

extension Store {
    /// Copies the store without anything between two steps.
    ///
    /// - Returns: The bytes of the file.
    @discardableResult
    func backup(to destination: String, replacing isReplacing: Bool = false) throws(StoreError) -> Int {
        let backup = try beginBackup(to: destination, replacing: isReplacing)
        while true {
            if let bytes = try backup.step() { return bytes }
        }
    }
}
