import Glibc

/// A Unix socket's address by path, in the form the system calls take.
package struct UnixSocketAddress {
    /// The longest path that fits, in bytes: the field's size less the ending NUL.
    package static let maximumPathBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    private var address = sockaddr_un()

    /// Makes the address of a path, or `nil` if the path is empty or too long.
    package init?(path: String) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maximumPathBytes, !bytes.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    }

    /// Calls `connect` on a socket and returns 0, or the error number.
    package func connect(_ descriptor: Int32) -> Int32 {
        withPointer { pointer, length in Glibc.connect(descriptor, pointer, length) == 0 ? 0 : errno }
    }

    /// Calls `bind` on a socket and returns 0, or the error number.
    package func bind(_ descriptor: Int32) -> Int32 {
        withPointer { pointer, length in Glibc.bind(descriptor, pointer, length) == 0 ? 0 : errno }
    }

    private func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// Returns the system's words for an error number: "Permission denied".
package func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number))
}
