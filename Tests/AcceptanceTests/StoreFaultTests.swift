import ControlAPI
import ControlClient
import Foundation
import Glibc
import Testing

/// The built service on stores that cannot be written or are damaged.
@Suite("The built service on a bad store", .serialized)
struct StoreFaultTests {
    /// A service with some notes, stopped.
    private func stoppedService(state: URL? = nil) throws -> Installation {
        let jalon = try Installation(state: state)
        try jalon.write(NotesContract.text, to: "workflows/notes.yaml")
        try jalon.start()
        let client = ControlClient(socketPath: jalon.socket)
        for id in ["a", "b", "c"] { _ = try client.start(StartParameters(workflow: "notes", caseID: id)) }
        let events = (0..<600).map { NotesContract.event($0, in: ["a", "b", "c"][$0 % 3]) }
        _ = try client.send(many: SendManyParameters(events: events))
        #expect(jalon.stop() == 0)
        return jalon
    }

    private func database(of jalon: Installation) -> URL { jalon.state.appending(path: "jalon.db") }

    @Test(
        "a file system that is mounted read-only is named, and the service ends with the store's exit code",
        .enabled(if: geteuid() == 0, "mounting a small file system needs root"))
    func readOnly() throws {
        let disk = "/tmp/jalon-read-only-\(getpid())"
        mkdir(disk, 0o755)
        guard mount("tmpfs", disk, "tmpfs", 0, "size=16m") == 0 else {
            withKnownIssue("this machine does not let a test mount a file system") { Issue.record("not mounted") }
            return
        }
        defer {
            umount2(disk, 2)
            rmdir(disk)
        }
        let jalon = try stoppedService(state: URL(fileURLWithPath: disk))
        #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT) | UInt(MS_RDONLY), "") == 0)
        #expect(try jalon.start() == 8)
        #expect(jalon.logged.contains("jalon.db: this file or its folder cannot be written"), "\(jalon.logged)")
        #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "") == 0)
        #expect(try jalon.start() == nil, "\(jalon.logged)")
        #expect(try jalon.ctl("show", "a").status == 0)
        #expect(jalon.stop() == 0)
    }

    @Test(
        "a file that is no store any more is named and left as it is",
        arguments: ["its beginning is overwritten", "its end is cut off", "it is a text"])
    func damaged(how: String) throws {
        let jalon = try stoppedService()
        let file = database(of: jalon)
        var bytes = try Data(contentsOf: file)
        switch how {
        case "its beginning is overwritten": bytes.replaceSubrange(0..<64, with: Data(repeating: 0x5A, count: 64))
        case "its end is cut off": bytes.removeLast(bytes.count / 2)
        default: bytes = Data(String(repeating: "Lorem ipsum.\n", count: 1_000).utf8)
        }
        try bytes.write(to: file)
        #expect(try jalon.start() == 8)
        #expect(jalon.logged.contains("jalon.db"), "\(jalon.logged)")
        #expect(jalon.logged.contains("backup"), "\(jalon.logged)")
        #expect(try Data(contentsOf: file) == bytes)
    }

    @Test("damage anywhere in the file is told, by the start or by a command, and never ends the service by itself")
    func damagedPages() throws {
        let jalon = try stoppedService()
        let sound = try Data(contentsOf: database(of: jalon))
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10 {
            var bytes = sound
            let place = Int.random(in: 100..<bytes.count - 512, using: &generator)
            bytes.replaceSubrange(place..<place + 512, with: (0..<512).map { _ in .random(in: 0...255) })
            try bytes.write(to: database(of: jalon))
            try? FileManager.default.removeItem(atPath: database(of: jalon).path + "-wal")
            if let status = try jalon.start() {
                #expect(status == 8, "damage at byte \(place): \(jalon.logged)")
                #expect(jalon.logged.contains("jalon.db"))
                continue
            }
            for command in [["cases"], ["show", "a"], ["history", "b"], ["agenda"], ["outbox"], ["status"]] {
                let answer = try jalon.ctl(command)
                // A journal that is not what was written has a code of its own, and says so.
                let isTold = answer.status == 9 && answer.errors.contains("was changed")
                #expect(
                    [0, 3, 8].contains(answer.status) || isTold, "damage at byte \(place), \(command): \(answer.errors)"
                )
            }
            _ = try jalon.ctl("send", "c", "noted", "number=1")
            #expect(jalon.daemon?.isRunning == true, "damage at byte \(place): \(jalon.logged)")
            jalon.stop()
        }
    }
}
