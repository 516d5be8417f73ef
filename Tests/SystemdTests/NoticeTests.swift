import Glibc
import Systemd
import Testing

/// The environment belongs to the whole process, so each of these tests runs in a process of its own.
struct NoticeTests {
    @Test("notices reach the manager in one message, a status in one line")
    func notices() async {
        await #expect(processExitsWith: .success) {
            let manager = try DatagramSocket(at: temporaryPath("notify"))
            setenv("NOTIFY_SOCKET", manager.path, 1)
            #expect(try notifyServiceManager(.ready, .status("next: décision\nREADY=1\tat 9:00")))
            #expect(try manager.receive() == "READY=1\nSTATUS=next: décision READY=1 at 9:00")
            #expect(try notifyServiceManager(.watchdog))
            #expect(try manager.receive() == "WATCHDOG=1")
            #expect(try notifyServiceManager(.stopping))
            #expect(try manager.receive() == "STOPPING=1")
        }
    }

    @Test("a reload carries the moment it began, by the monotonic clock")
    func reload() async {
        await #expect(processExitsWith: .success) {
            let manager = try DatagramSocket(at: temporaryPath("notify"))
            setenv("NOTIFY_SOCKET", manager.path, 1)
            let before = monotonic()
            try notifyServiceManager(.reloading)
            let after = monotonic()
            let lines = try manager.receive().split(separator: "\n")
            #expect(lines.first == "RELOADING=1")
            let moment = try #require(lines.last?.split(separator: "=").last.flatMap { UInt64($0) })
            #expect(lines.count == 2 && lines[1].hasPrefix("MONOTONIC_USEC="))
            #expect((before...after).contains(moment))
        }
    }

    @Test("without a manager nothing is sent; one that is gone is an error that says so")
    func nobody() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            let isSent = try notifyServiceManager(.ready)
            #expect(!isSent)
            setenv("NOTIFY_SOCKET", temporaryPath("nobody"), 1)
            let error = #expect(throws: SystemdError.self) { try notifyServiceManager(.ready) }
            #expect(error?.description == "sd_notify: No such file or directory")
        }
    }

    @Test("the watchdog's time is read for this process alone")
    func watchdog() async {
        await #expect(processExitsWith: .success) {
            unsetenv("WATCHDOG_USEC")
            let unasked = try watchdogMicroseconds()
            setenv("WATCHDOG_USEC", "30000000", 1)
            setenv("WATCHDOG_PID", "\(getpid())", 1)
            let ours = try watchdogMicroseconds()
            setenv("WATCHDOG_PID", "1", 1)
            let another = try watchdogMicroseconds()
            #expect([unasked, ours, another] == [nil, 30_000_000, nil])
            unsetenv("WATCHDOG_PID")
            setenv("WATCHDOG_USEC", "soon", 1)
            let error = #expect(throws: SystemdError.self) { try watchdogMicroseconds() }
            #expect(error?.number == EINVAL)
        }
    }
}
