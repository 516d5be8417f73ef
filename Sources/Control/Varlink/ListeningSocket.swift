import Glibc
import VarlinkWire

/// Where a server listens.
package enum VarlinkListener: Equatable, Sendable {
    /// A Unix socket that is made at a path, with these permission bits: `0o666` lets every user connect.
    case path(String, mode: UInt32)
    /// A Unix socket that somebody else made and that listens, as the service manager hands it over.
    case inherited(descriptor: Int32)
}

/// Why a server cannot listen.
package enum VarlinkListenError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another server answers at the path.
    case alreadyRunning(path: String)
    /// The folder that the socket would stand in is not there.
    case noFolder(path: String)
    /// Something that is not a socket is at the path; it is left alone.
    case notASocket(path: String)
    /// The path does not fit a socket's address.
    case pathTooLong(path: String)
    /// The descriptor that was handed over is no Unix socket that listens.
    case notListening(descriptor: Int32)
    /// The server was shut down.
    case shutDown
    /// A system call failed: what it was about and the error number.
    case system(action: String, number: Int32)

    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .alreadyRunning(let path): "another server already listens on \(path)"
        case .noFolder(let path): "the folder of \(path) does not exist; create it or choose another path"
        case .notASocket(let path): "\(path) exists and is not a socket; remove it or choose another path"
        case .pathTooLong(let path):
            "\(path) is not usable as a socket's path: 1 to \(UnixSocketAddress.maximumPathBytes) bytes are"
        case .notListening(let descriptor): "descriptor \(descriptor) is not a Unix socket that listens"
        case .shutDown: "the server was shut down"
        case .system(let action, let number): "cannot \(action): \(systemMessage(number))"
        }
    }
}

/// A Unix socket that listens, and the file that has to go when it closes.
struct ListeningSocket: Sendable {
    /// The socket's file, by more than its name: another server may have put its own there.
    private struct File: Sendable {
        var path: String
        var device: UInt64
        var inode: UInt64
    }

    let descriptor: Int32
    private let file: File?

    /// Opens a listener's socket.
    init(_ listener: VarlinkListener) throws(VarlinkListenError) {
        switch listener {
        case .path(let path, let mode): try self.init(path: path, mode: mode)
        case .inherited(let descriptor): try self.init(inherited: descriptor)
        }
    }

    /// Removes the socket's file, unless it is somebody else's by now.
    func removeFile() {
        guard let file else { return }
        var status = stat()
        if lstat(file.path, &status) == 0, UInt64(status.st_dev) == file.device, UInt64(status.st_ino) == file.inode {
            unlink(file.path)
        }
    }

    private init(inherited descriptor: Int32) throws(VarlinkListenError) {
        guard Self.option(SO_DOMAIN, of: descriptor) == AF_UNIX, Self.option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            throw .notListening(descriptor: descriptor)
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
        self.file = nil
    }

    private init(path: String, mode: UInt32) throws(VarlinkListenError) {
        guard let address = UnixSocketAddress(path: path) else { throw .pathTooLong(path: path) }
        // Two servers that start at once would each take the other's fresh socket for a stale one: between bind and
        // listen nobody answers there. The lock's holder passes here without waiting for anything.
        let lock = try Self.lock(path)
        defer { close(lock) }
        try Self.removeStaleSocket(at: path, address)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw .system(action: "make a socket", number: errno) }
        do throws(VarlinkListenError) {
            let number = address.bind(descriptor)
            if number != 0 { throw .system(action: "bind \(path)", number: number) }
            // The mode is set before anybody can connect, which takes a socket that listens.
            if chmod(path, mode) != 0 { throw .system(action: "set the mode of \(path)", number: errno) }
            var status = stat()
            if lstat(path, &status) != 0 { throw .system(action: "look at \(path)", number: errno) }
            if listen(descriptor, SOMAXCONN) != 0 { throw .system(action: "listen on \(path)", number: errno) }
            self.file = File(path: path, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
            self.descriptor = descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func lock(_ socket: String) throws(VarlinkListenError) -> Int32 {
        let path = "\(socket).lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0, errno == ENOENT { throw .noFolder(path: socket) }
        if descriptor < 0 { throw .system(action: "open \(path)", number: errno) }
        while flock(descriptor, LOCK_EX) != 0 {
            let number = errno
            if number == EINTR { continue }
            close(descriptor)
            throw .system(action: "lock \(path)", number: number)
        }
        return descriptor
    }

    /// Removes a socket that a server left behind; one that answers is in use.
    private static func removeStaleSocket(
        at path: String, _ address: UnixSocketAddress
    ) throws(VarlinkListenError) {
        var status = stat()
        if lstat(path, &status) != 0 {
            if errno == ENOENT { return }
            throw .system(action: "look at \(path)", number: errno)
        }
        if status.st_mode & S_IFMT != S_IFSOCK { throw .notASocket(path: path) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let probe = socket(AF_UNIX, type, 0)
        if probe < 0 { throw .system(action: "make a socket", number: errno) }
        defer { close(probe) }
        switch address.connect(probe) {
        case ECONNREFUSED:
            if unlink(path) != 0 { throw .system(action: "remove the stale socket \(path)", number: errno) }
        // EAGAIN: somebody listens and has more callers waiting than fit. EPROTOTYPE: a socket of another type.
        case 0, EAGAIN, EPROTOTYPE: throw .alreadyRunning(path: path)
        case let number: throw .system(action: "see whether somebody listens on \(path)", number: number)
        }
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
