internal import CSystemd
import Glibc

/// What a service tells its manager, as sd_notify(3) has it.
package enum ServiceNotice: Hashable, Sendable {
    /// Start-up, or a reload, is finished.
    case ready
    /// A reload begins; the moment it began is sent along, as `Type=notify-reload` demands.
    case reloading
    /// The service is going down.
    case stopping
    /// The service is alive; due at least once per ``watchdogMicroseconds()``.
    case watchdog
    /// One line for `systemctl status`; line breaks in it become spaces.
    case status(String)

    var assignments: String {
        switch self {
        case .ready: "READY=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())"
        case .stopping: "STOPPING=1"
        case .watchdog: "WATCHDOG=1"
        case .status(let line):
            "STATUS=" + String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        }
    }
}

/// Sends notices to the service manager in one message, so that it takes them together.
///
/// - Returns: Whether there was a manager to tell: false where `NOTIFY_SOCKET` is not set, as in a terminal.
/// - Throws: ``SystemdError`` when there is one and it could not be reached.
@discardableResult
package func notifyServiceManager(_ notices: ServiceNotice...) throws(SystemdError) -> Bool {
    let message = notices.map(\.assignments).joined(separator: "\n")
    return try SystemdError.check(sd_notify(0, message), "sd_notify") > 0
}

/// How long the service manager waits for a ``ServiceNotice/watchdog`` before it restarts the service.
///
/// - Returns: Microseconds, to be undercut by half; nil where no watchdog is asked of this process.
/// - Throws: ``SystemdError`` if the manager's environment variables cannot be read as numbers.
package func watchdogMicroseconds() throws(SystemdError) -> UInt64? {
    var microseconds: UInt64 = 0
    let isEnabled = try SystemdError.check(sd_watchdog_enabled(0, &microseconds), "sd_watchdog_enabled") > 0
    return isEnabled ? microseconds : nil
}

private func monotonicMicroseconds() -> UInt64 {
    var now = timespec()
    guard clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { preconditionFailure("Linux has a monotonic clock") }
    return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
}
