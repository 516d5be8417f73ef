import Glibc

/// A datagram socket in the file system that plays the service manager or the journal.
final class DatagramSocket {
    let path: String
    private let descriptor: Int32

    init(at path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let answer = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard answer == 0 else { throw Failure(number: errno) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next message, which must be there already.
    func receive() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        guard count >= 0 else { throw Failure(number: errno) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    struct Failure: Error {
        var number: Int32
    }
}

/// A path that no other process uses.
func temporaryPath(_ name: String) -> String { "/tmp/jalon-\(name)-\(getpid())" }

/// The monotonic clock, in microseconds.
func monotonic() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
}
