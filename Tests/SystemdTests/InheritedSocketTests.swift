import Glibc
import Systemd
import Testing

struct InheritedSocketTests {
    @Test("sockets are taken over with their names, once, and kept from child processes")
    func sockets() async {
        await #expect(processExitsWith: .success) {
            // Descriptors 3 and 4 may be the test runner's: they are put aside and given back.
            let aside = [fcntl(3, F_DUPFD_CLOEXEC, 100), fcntl(4, F_DUPFD_CLOEXEC, 100)]
            var pair: [Int32] = [0, 0]
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
            let ends = pair.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
            dup2(ends[0], 3)
            dup2(ends[1], 4)
            setenv("LISTEN_PID", "\(getpid())", 1)
            setenv("LISTEN_FDS", "2", 1)
            setenv("LISTEN_FDNAMES", "control:second", 1)
            let taken = Result { try takeInheritedSockets() }
            let again = Result { try takeInheritedSockets() }
            let flags = [fcntl(3, F_GETFD), fcntl(4, F_GETFD)]
            for (descriptor, other) in zip([3, 4] as [Int32], aside) where other != -1 { dup2(other, descriptor) }
            let (sockets, none) = (try taken.get(), try again.get())
            #expect(sockets.map(\.descriptor) == [3, 4])
            #expect(sockets.map(\.name) == ["control", "second"])
            #expect(none.isEmpty)
            #expect(flags == [FD_CLOEXEC, FD_CLOEXEC])
            #expect(getenv("LISTEN_FDS") == nil)
        }
    }

    @Test("sockets meant for another process are not ours")
    func others() async {
        await #expect(processExitsWith: .success) {
            setenv("LISTEN_PID", "1", 1)
            setenv("LISTEN_FDS", "1", 1)
            let sockets = try takeInheritedSockets()
            #expect(sockets.isEmpty)
        }
    }
}
