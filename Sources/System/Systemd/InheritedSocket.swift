internal import CSystemd
import Glibc

/// A socket that the service manager opened for this process (socket activation).
package struct InheritedSocket: Hashable, Sendable {
    /// The open descriptor, which child processes will not inherit.
    package var descriptor: Int32
    /// `FileDescriptorName=` of the socket unit, else the unit's name; "unknown" from other managers.
    package var name: String

    /// Makes a value for a descriptor that is open already.
    package init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }
}

/// Takes over the sockets the service manager handed to this process, in the order of its unit files.
///
/// The manager's environment variables are removed, so a second call finds nothing and child processes are not misled.
/// Call it at start-up, before there are other threads that read the environment.
///
/// - Returns: The sockets; none where the process was started otherwise.
/// - Throws: ``SystemdError`` if the manager's environment variables cannot be read.
package func takeInheritedSockets() throws(SystemdError) -> [InheritedSocket] {
    var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    let count = try SystemdError.check(sd_listen_fds_with_names(1, &names), "sd_listen_fds_with_names")
    guard count > 0, let names else { return [] }
    defer { free(names) }
    return (0..<count).map { number in
        let name = names[Int(number)]
        defer { free(name) }
        return InheritedSocket(descriptor: 3 + number, name: name.map { String(cString: $0) } ?? "unknown")
    }
}
