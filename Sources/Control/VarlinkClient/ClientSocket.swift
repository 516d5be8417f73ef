import Glibc
import VarlinkWire

/// A connected Unix socket, with time-outs. Closed when the last reference goes.
final class ClientSocket {
    private var descriptor: Int32

    /// Connects to a path.
    init(path: String, timeout: Duration) throws(VarlinkClientError) {
        guard let address = UnixSocketAddress(path: path) else {
            throw .cannotConnect(path: path, reason: .pathTooLong)
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw .cannotConnect(path: path, reason: .system(errno)) }
        // A Unix socket's connect waits only for room in the listener's queue, and does so no longer than a send may.
        let (seconds, attoseconds) = max(timeout, .milliseconds(1)).components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var number = address.connect(descriptor)
        while number == EINTR { number = address.connect(descriptor) }
        if number == 0 || number == EISCONN { return }
        close()
        throw .cannotConnect(path: path, reason: Self.failure(number, path: path, timeout: timeout))
    }

    deinit {
        close()
    }

    /// Closes the socket; what is called on it afterwards throws ``VarlinkClientError/connectionLost``.
    func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Sends all bytes, however the system cuts them.
    func send(_ bytes: [UInt8], deadline: Deadline) throws(VarlinkClientError) {
        var sent = 0
        while sent < bytes.count {
            try wait(for: POLLOUT, deadline)
            let count = bytes[sent...].withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR && errno != EAGAIN {
                throw .connectionLost
            }
        }
    }

    /// Receives what there is, at least one byte, into a framer.
    func receive(into framer: inout MessageFramer, deadline: Deadline) throws(VarlinkClientError) {
        let capacity = 64 << 10
        while true {
            try wait(for: POLLIN, deadline)
            let count = withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { buffer in
                let count = recv(descriptor, buffer.baseAddress, capacity, Int32(MSG_DONTWAIT))
                if count > 0 { framer.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
                return count
            }
            if count > 0 { return }
            if count == 0 || (errno != EINTR && errno != EAGAIN) { throw .connectionLost }
        }
    }

    private func wait(for events: Int32, _ deadline: Deadline) throws(VarlinkClientError) {
        if descriptor < 0 { throw .connectionLost }
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let result = poll(&entry, 1, deadline.pollTimeout)
            if result > 0 { return }
            if result == 0, let timeout = deadline.passed { throw .timedOut(after: timeout) }
            if result < 0, errno != EINTR { throw .connectionLost }
        }
    }

    private static func failure(
        _ number: Int32, path: String, timeout: Duration
    ) -> VarlinkClientError.ConnectFailure {
        switch number {
        case ENOENT, ENOTDIR: return .noSuchFile
        case EACCES, EPERM: return .permissionDenied
        case EAGAIN: return .timedOut(after: timeout)
        case ECONNREFUSED:
            // The system says the same of a socket nobody listens on and of a file that is no socket.
            var status = stat()
            let isSocket = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFSOCK
            return isSocket ? .refused : .notASocket
        default: return .system(number)
        }
    }
}

/// When waiting ends, on the monotonic clock; without a time-out, never.
struct Deadline {
    private let timeout: Duration?
    private let end: ContinuousClock.Instant?

    /// Begins to count.
    init(after timeout: Duration?) {
        self.timeout = timeout
        end = timeout.map { ContinuousClock.now + $0 }
    }

    /// The time-out that has passed, or `nil` as long as it has not.
    var passed: Duration? {
        guard let end, ContinuousClock.now >= end else { return nil }
        return timeout
    }

    /// The time left, in the form `poll` takes: milliseconds rounded up, -1 for ever.
    var pollTimeout: Int32 {
        guard let end else { return -1 }
        let left = ContinuousClock.now.duration(to: end)
        if left <= .zero { return 0 }
        let milliseconds = left / .milliseconds(1)
        return Int32(min(milliseconds.rounded(.up), Double(Int32.max)))
    }
}
