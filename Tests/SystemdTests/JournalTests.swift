import Glibc
import Systemd
import Testing

struct JournalTests {
    @Test(
        "any name becomes one the journal keeps, or none",
        arguments: [
            ("JALON_CASE", "JALON_CASE"), ("case.id", "CASE_ID"), ("timer-lateness", "TIMER_LATENESS"), ("_PID", "PID"),
            ("9 lives", "LIVES"), ("état", "TAT"), ("", nil), ("_", nil), ("42", nil), ("é", nil),
            (String(repeating: "x", count: 80), String(repeating: "X", count: 64)),
        ] as [(String, String?)])
    func names(name: String, expected: String?) {
        #expect(journalFieldName(name) == expected)
    }

    @Test("standard error is the journal only where the manager says so of this very stream")
    func stream() async {
        await #expect(processExitsWith: .success) {
            unsetenv("JOURNAL_STREAM")
            #expect(!standardErrorIsJournal())
            var status = stat()
            fstat(STDERR_FILENO, &status)
            setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1)
            #expect(standardErrorIsJournal())
            setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino + 1)", 1)
            #expect(!standardErrorIsJournal())
        }
    }

    @Test(
        "an entry reaches the journal with its fields, line breaks and repeated names kept",
        .enabled(if: mayMount, "needs the right to mount (CAP_SYS_ADMIN), to put a journal of its own in place"))
    func entry() async {
        await #expect(processExitsWith: .success) {
            // A view of /run that only this thread has, so the machine's journal is not written to.
            try #require(unshareMounts() == 0)
            try #require(mount(nil, "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0)
            try #require(mount("tmpfs", "/run", "tmpfs", 0, nil) == 0)
            mkdir("/run/systemd", 0o755)
            mkdir("/run/systemd/journal", 0o755)
            let journal = try DatagramSocket(at: "/run/systemd/journal/socket")
            let fields = [
                (name: "case.id", value: "tanger"), ("party", "a"), ("party", "b"), ("4", "dropped"), ("EMPTY", ""),
            ]
            try writeToJournal("late\nby an hour", priority: .warning, fields: fields)
            let text = try journal.receive()
            // A value with a line break goes by length: name, line break, eight bytes, value.
            #expect(text.hasPrefix("MESSAGE\n\u{0F}\0\0\0\0\0\0\0late\nby an hour\nPRIORITY=4\n"))
            for line in ["CASE_ID=tanger", "PARTY=a", "PARTY=b", "EMPTY="] { #expect(text.contains("\n\(line)\n")) }
            #expect(!text.contains("dropped"))
        }
    }
}

/// Gives the calling thread mounts of its own: unshare(CLONE_NEWNS), which Swift's Glibc module leaves out.
private func unshareMounts() throws -> Int32 {
    let address = try #require(dlsym(nil, "unshare"))
    return unsafeBitCast(address, to: (@convention(c) (Int32) -> Int32).self)(0x0002_0000)
}

/// Whether the process holds CAP_SYS_ADMIN, bit 21 of its effective capabilities.
private let mayMount: Bool = {
    guard let file = fopen("/proc/self/status", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
        let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .split { $0 == "\t" || $0 == "\n" }
        if words.first == "CapEff:" {
            return words.last.flatMap { UInt64($0, radix: 16) }.map { $0 >> 21 & 1 == 1 } ?? false
        }
    }
    return false
}()
