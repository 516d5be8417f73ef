import ArgumentParser
import Glibc
import SQLiteStore
import WorkflowEngine

/// `jalond restore`.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts a backup in the place of the store, while the service is stopped.",
        discussion: """
            The backup's file and every journal in it are checked first; one that is not sound changes nothing. The store \
            that was there is kept beside it under another name.

            Which messages were sent after the backup was made is known to nobody, so nothing owed until now is sent by \
            itself: it is held, 'jalonctl outbox list --state held' shows it once the service runs, and 'jalonctl outbox \
            retry' or 'drop' decides. What people reported since the backup is entered again with 'jalonctl send --on'.

            The store is that of the service: /var/lib/jalon/jalon.db, or in the folder that --state names.

            Exit codes: 0 restored, 2 wrong options, 8 nothing was changed: the store is in use, or the backup not sound.
            """)

    @Argument(help: ArgumentHelp("A file that 'jalonctl backup' made.", valueName: "file"))
    var file: String

    @ParentCommand
    var service: Jalond

    func run() throws {
        let path = "\(service.state)/jalon.db"
        do throws(StoreError) {
            let lock = try StateLock(folder: service.state)
            defer { withExtendedLifetime(lock) {} }
            let restored = try SQLiteCaseStore.restore(file, to: path, now: SystemClock().now())
            print("\(path) is now \(file), and all of it sound")
            print("cases: \(restored.journals.cases), entries of their journals: \(restored.journals.entries)")
            if let aside = restored.aside { print("what was there before is \(aside)") }
            print(
                "messages held: \(restored.held), and whatever else was owed until now: see jalonctl outbox list --state held"
            )
        } catch {
            let line = Array("jalond: \(error.message)\n".utf8)
            _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            throw ExitCode(8)
        }
    }
}
