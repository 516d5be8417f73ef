import GRDB
import Glibc
import WorkflowEngine

extension StoreError {
    /// What SQLite, GRDB or this module threw, as an error of that file.
    init(_ error: any Error, file: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(error, file: file)
        case let error as UnreadableRow:
            self = .corrupt(file, "it has \(error.what)")
        case let error as RowDecodingError:
            self = .corrupt(file, "\(error)")
        default:
            self.init(.failed, "\(file): \(error)")
        }
    }

    private init(_ error: DatabaseError, file: String) {
        // Never the statement's arguments: they are people's data.
        let said = "\(error.message ?? "no reason given"), SQLite code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self = .full(file)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self = .readOnly(file, said)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked,
                "\(file): another program has this file open, perhaps another jalond; "
                    + "stop that one, or give each its own file")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .corrupt(file, said)
        case .SQLITE_CONSTRAINT:
            self.init(.failed, "\(file): the change contradicts what is recorded (\(said)); nothing was changed")
        case .SQLITE_IOERR, .SQLITE_CANTOPEN:
            self.init(
                .failed, "\(file): the disk or its file system refuses (\(said)); look at the kernel's messages")
        default:
            self.init(.failed, "\(file): \(said)")
        }
    }

    /// What the system answered when the file was made or looked at.
    ///
    /// - Parameter number: As in `errno`.
    init(systemError number: Int32, file: String) {
        let said = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            self = .full(file)
        case EACCES, EPERM, EROFS:
            self = .readOnly(file, said)
        case ENOENT, ENOTDIR:
            self.init(.failed, "\(file): the folder does not exist; create it, or name another file")
        case EEXIST:
            self.init(.failed, "\(file): this file exists already; name another, or move it away")
        default:
            self.init(.failed, "\(file): \(said)")
        }
    }

    private static func full(_ file: String) -> StoreError {
        StoreError(.full, "\(file): no room on the disk, nothing was changed; make room, then try again")
    }

    private static func readOnly(_ file: String, _ said: String) -> StoreError {
        StoreError(
            .readOnly,
            "\(file): this file or its folder cannot be written (\(said)); "
                + "look at their owner and mode, and how the file system is mounted")
    }

    private static func corrupt(_ file: String, _ said: String) -> StoreError {
        StoreError(
            .corrupt, "\(file): this file is damaged (\(said)); keep a copy of it, then restore the latest backup")
    }
}
