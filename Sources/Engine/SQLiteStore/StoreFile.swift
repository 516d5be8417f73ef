import GRDB
import Glibc
import WorkflowEngine

/// The file under a store: how it is made and opened.
enum StoreFile {
    /// In the header of every file: "JALN".
    private static let applicationID = 0x4A41_4C4E
    /// How long to wait for a program that is just closing the file, in seconds.
    private static let patience = 1.0
    /// Kept in memory of the pages last used, in KiB.
    private static let cacheKiB = 8 * 1024
    /// Pages of the `-wal` after which they are moved into the file.
    private static let checkpointPages = 4_000
    /// To which the `-wal` is cut back after a large batch, in bytes.
    private static let logBytes = 64 * 1024 * 1024

    /// Opens a file that nobody else has open, or creates it, and brings it up to date.
    ///
    /// - Throws: ``StoreError``, or what GRDB throws.
    static func open(_ path: String) throws -> DatabaseQueue {
        try createOrCheck(path)
        var configuration = Configuration()
        configuration.label = "store"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { database in
            // Before the file is first read: no second program can open it, and no shared memory file is needed.
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try refuseAnother(database, path)
            try setUp(database, path)
        }
        try Migrations.all.migrate(queue)
        return queue
    }

    /// Creates an empty file that only its owner may read, or checks that the one there can be written.
    private static func createOrCheck(_ path: String) throws(StoreError) {
        // Never opened once it exists: closing it again would drop the locks of a store that has it open.
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
            return
        }
        guard errno == EEXIST else { throw StoreError(systemError: errno, file: path) }
        guard access(path, R_OK | W_OK) == 0, access(folder(of: path), W_OK | X_OK) == 0 else {
            throw StoreError(systemError: errno, file: path)
        }
    }

    /// The folder a path lies in; "." for a bare name.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func refuseAnother(_ database: Database, _ path: String) throws {
        let identifier = try Int.fetchOne(database, sql: "PRAGMA application_id")
        let objects = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema")
        guard identifier == applicationID || (identifier == 0 && objects == 0) else {
            throw StoreError(.failed, "\(path): this is the database of another program; name another file")
        }
        let unknown = try Migrations.all.appliedIdentifiers(database).subtracting(Migrations.all.migrations).max()
        if let unknown {
            throw StoreError(
                .tooNew,
                "\(path): a newer version has written this file (\"\(unknown)\"), which this one cannot read; "
                    + "install that version again, or restore a backup made before it")
        }
    }

    /// Chooses how the file is written, then looks whether SQLite has done so.
    private static func setUp(_ database: Database, _ path: String) throws {
        try database.execute(
            sql: """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = \(checkpointPages);
                PRAGMA journal_size_limit = \(logBytes);
                PRAGMA cache_size = -\(cacheKiB);
                PRAGMA temp_store = MEMORY;
                PRAGMA secure_delete = OFF;
                PRAGMA cell_size_check = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA application_id = \(applicationID);
                """)
        let modes = try String.fetchAll(
            database,
            sql: """
                SELECT journal_mode FROM pragma_journal_mode
                UNION ALL SELECT synchronous FROM pragma_synchronous
                UNION ALL SELECT locking_mode FROM pragma_locking_mode
                """)
        guard modes == ["wal", "2", "exclusive"] else {
            throw StoreError(
                .failed,
                "\(path): SQLite does not write this file safely (\(modes.joined(separator: ", "))); "
                    + "put it on a local file system")
        }
    }

    // MARK: Files

    /// Makes the names in a folder durable.
    static func sync(folder: String) throws(StoreError) {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(systemError: errno, file: folder) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(systemError: errno, file: folder) }
    }

    /// The bytes of a file.
    static func size(of path: String) throws(StoreError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreError(systemError: errno, file: path) }
        return Int(status.st_size)
    }

    /// Whether two paths are one file.
    static func areSame(_ path: String, _ other: String) -> Bool {
        var (one, two) = (stat(), stat())
        guard stat(path, &one) == 0, stat(other, &two) == 0 else { return false }
        return one.st_dev == two.st_dev && one.st_ino == two.st_ino
    }

    /// Whether a file's header says that it is a store of this program.
    static func isStore(_ path: String) -> Bool {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        var header = [UInt8](repeating: 0, count: 72)
        guard pread(descriptor, &header, header.count, 0) == header.count else { return false }
        // https://sqlite.org/fileformat.html#the_database_header
        let identifier = header[68..<72].reduce(0) { $0 << 8 | Int($1) }
        return header.starts(with: Array("SQLite format 3\0".utf8)) && identifier == applicationID
    }
}
