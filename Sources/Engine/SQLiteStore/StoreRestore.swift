package import CivilTime
import FoundationEssentials
import GRDB
import Glibc
package import WorkflowEngine

/// What putting a backup in the place of a store came to.
package struct StoreRestoration: Sendable {
    /// What the backup holds: every journal was followed.
    package var journals: AuditView
    /// Messages that waited and are held now, since they may have been sent after the backup was made.
    package var held: Int
    /// Where the store that was there before is kept; `nil` if there was none.
    package var aside: String?
}

extension SQLiteCaseStore {
    /// Puts a backup in the place of a store that nobody has open.
    ///
    /// The backup stays as it is. What it holds is checked first: the file, and every journal's chain. What it does not
    /// know is which messages were sent since it was made, so all that is owed until `now` is held for a person to decide
    /// about.
    ///
    /// - Parameters:
    ///   - backup: A file that ``backup(to:replacing:)`` made, or a store with what lies beside it.
    ///   - path: The store; what is there is kept aside under another name.
    /// - Throws: ``StoreError``; the store is as it was then. `locked` while a program has it open, `corrupt` for a backup
    ///   that is not sound.
    package static func restore(
        _ backup: String, to path: String, now: Timestamp
    ) throws(StoreError) -> StoreRestoration {
        try checkBackup(backup, path)
        try letGo(of: path)
        let copy = path + ".restoring"
        for suffix in ["", "-wal", "-journal"] { unlink(copy + suffix) }
        do {
            // The owner of the folder is whom the service runs as, and root restores.
            var folder = stat()
            let isRoot = geteuid() == 0 && stat(StoreFile.folder(of: path), &folder) == 0
            try take(backup, to: copy)
            let (journals, held) = try prepare(copy, of: backup, now: now)
            if isRoot { chown(copy, folder.st_uid, folder.st_gid) }
            let aside = try keepAside(path, now)
            guard rename(copy, path) == 0 else { throw StoreError(systemError: errno, file: path) }
            try StoreFile.sync(folder: StoreFile.folder(of: path))
            return StoreRestoration(journals: journals, held: held, aside: aside)
        } catch {
            for suffix in ["", "-wal", "-journal"] { unlink(copy + suffix) }
            throw StoreError(error, file: path)
        }
    }

    private static func checkBackup(_ backup: String, _ path: String) throws(StoreError) {
        guard access(backup, R_OK) == 0 else {
            throw StoreError(.failed, "\(backup): this backup cannot be read: \(String(cString: strerror(errno)))")
        }
        guard !StoreFile.areSame(backup, path) else {
            throw StoreError(.failed, "\(backup): this is the store itself; name a backup of it")
        }
        guard StoreFile.isStore(backup) else {
            throw StoreError(.failed, "\(backup): this is no backup of Jalon; name a file that jalonctl backup made")
        }
        guard access(StoreFile.folder(of: path), W_OK) == 0 else { throw StoreError(systemError: errno, file: path) }
    }

    /// Sees to it that nobody has the store open, and that the file alone holds all of it if it can be read at all.
    private static func letGo(of path: String) throws(StoreError) {
        guard access(path, F_OK) == 0 else { return }
        do throws(StoreError) {
            try SQLiteCaseStore(path: path).close()
        } catch  where error.code == .locked {
            throw StoreError(.locked, "\(path): jalond has this store open; stop it first: systemctl stop jalond")
        } catch {
            // What cannot be opened is why people restore: it is kept as it is.
        }
    }

    private static func take(_ backup: String, to copy: String) throws {
        for suffix in ["", "-wal"] where suffix.isEmpty || access(backup + suffix, F_OK) == 0 {
            try FileManager.default.copyItem(atPath: backup + suffix, toPath: copy + suffix)
            guard chmod(copy + suffix, 0o600) == 0 else { throw StoreError(systemError: errno, file: copy) }
        }
    }

    /// Brings the copy up to date, checks it, and holds what may have been sent.
    private static func prepare(
        _ copy: String, of backup: String, now: Timestamp
    ) throws -> (journals: AuditView, held: Int) {
        func unsound(_ found: [String]) -> StoreError {
            StoreError(
                .corrupt,
                "\(backup): this backup is not sound, nothing was restored: \(found.prefix(3).joined(separator: "; "))"
                    + (found.count > 3 ? "; and \(found.count - 3) more" : "") + "; take an earlier one")
        }
        do {
            let store = try SQLiteCaseStore(path: copy)
            let found = store.integrityProblems()
            guard found.isEmpty else { throw unsound(found.map { $0.replacing(copy + ": ", with: "") }) }
            var audit = JournalAudit(of: nil, startedAt: now)
            while try !audit.slice(of: store, rows: 100_000, now: now) {}
            guard audit.view.problems.isEmpty else { throw unsound(audit.view.problems.map(\.sentence)) }
            let held = try store.hold(at: now)
            try store.close()
            return (audit.view, held)
        } catch let error as StoreError {
            throw StoreError(error.code, error.message.replacing(copy, with: backup))
        }
    }

    /// Holds all that waits to be delivered, and says since when the store is a restored one.
    private func hold(at now: Timestamp) throws(StoreError) -> Int {
        let waiting = try outbox(readyBy: .latest, limit: .max)
        try apply(
            waiting.map { row in
                .delivery(
                    DeliveryCommit(
                        key: row.key, state: .held, attempts: row.attempts, nextAttempt: now,
                        detail: OutboxRow.heldDetail))
            } + [.mark(name: StoreMark.restored, value: now.rfc3339)])
        return waiting.count
    }

    /// Gives the store that is there another name beside its own, which the restored one then takes in one step.
    private static func keepAside(_ path: String, _ now: Timestamp) throws(StoreError) -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        let stamp = String(now.rfc3339.filter { $0.isLetter || $0.isNumber }.prefix(15))
        var aside = "\(path).replaced-\(stamp)"
        var number = 1
        while access(aside, F_OK) == 0 {
            number += 1
            aside = "\(path).replaced-\(stamp)-\(number)"
        }
        guard link(path, aside) == 0 else { throw StoreError(systemError: errno, file: aside) }
        // Only what could not be opened still has one of these.
        for suffix in ["-wal", "-journal"] where access(path + suffix, F_OK) == 0 {
            guard link(path + suffix, aside + suffix) == 0 else { throw StoreError(systemError: errno, file: aside) }
            unlink(path + suffix)
        }
        return aside
    }
}
