import Foundation
import Glibc
import Testing

@Suite("Mail through the built service")
struct MailTests {
    private static let python = ProcessInfo.processInfo.environment["JALON_TEST_PYTHON"] ?? "python3"

    private static var hasServer: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "-c", "import aiosmtpd"]
        process.standardError = FileHandle.nullDevice
        try? process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(
        "reminders before and on a deadline and its passing arrive as French mail, each once",
        .enabled(if: hasServer, "needs Python's aiosmtpd; JALON_TEST_PYTHON names the interpreter"))
    func reminders() throws {
        let jalon = try Installation()
        let server = try MailServer(python: Self.python)
        try jalon.write(
            """
            messages: mail
            plugins:
              mail: { server: 127.0.0.1, port: \(server.port), tls: none, from: marches@example.org }
            """, to: "jalond.yaml")
        try jalon.write(Self.deadline(inSeconds: 8), to: "workflows/deadline.yaml")
        #expect(
            try jalon.start(["--settings", jalon.folder.appending(path: "jalond.yaml").path]) == nil, "\(jalon.logged)")
        let started = try jalon.ctl("start", "deadline", "--case", "d", "--party", "buyer=acheteur@example.org")
        #expect(started.status == 0, "\(started.errors)")

        let before = try server.next()
        #expect((before["subject"] as? String)?.contains("Remise du rapport, aujourd") == true, "\(before)")
        #expect((before["body"] as? String)?.contains("Remise du rapport") == true, "\(before)")
        #expect((before["body"] as? String)?.contains("contrat.txt, ligne 12") == true, "\(before)")
        let passed = try server.next()
        #expect((passed["subject"] as? String)?.hasSuffix("Le rapport n'est pas là") == true, "\(passed)")
        for mail in [before, passed] {
            #expect(mail["recipients"] as? [String] == ["acheteur@example.org"])
            #expect(mail["from"] as? String == "marches@example.org")
            #expect((mail["id"] as? String)?.hasSuffix("@example.org>") == true)
        }
        #expect(before["id"] as? String != passed["id"] as? String)
        // A kill between the server's answer and our record would send again, with the same Message-ID.
        var outbox = ""
        repeat { outbox = try jalon.ctl("outbox", "d", "--json").output } while outbox.contains("\"waiting\"")
        jalon.stop(SIGKILL)
        #expect(try jalon.start(["--settings", jalon.folder.appending(path: "jalond.yaml").path]) == nil)
        #expect(try jalon.ctl("outbox", "d", "--json").output == outbox)
        #expect(jalon.stop() == 0)
        #expect(server.nothingMore())
    }

    /// A contract whose deadline is near.
    private static func deadline(inSeconds seconds: Double) -> String {
        let moment = Date(timeIntervalSinceNow: seconds)
        let format = DateFormatter()
        format.timeZone = TimeZone(identifier: "UTC")
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyy-MM-dd'T'HH:mm:ss"
        return """
            jalon: 1
            workflow: deadline
            title: Marché d'entretien
            document: contrat.txt
            language: fr
            time-zone: Etc/UTC
            parties: { buyer: Acheteur }
            events: { report.submitted: Rapport remis }
            dates:
              report-due: { title: Remise du rapport, at: "\(format.string(from: moment))", clause: 12 }
            states:
              waiting:
                remind: { of: report-due, before: [4 seconds], to: buyer }
                on: { report.submitted: done }
                at: { report-due: { to: late, notify: { to: buyer, subject: Le rapport n'est pas là } } }
              late: { on: { report.submitted: done } }
              done: { type: final }
            """
    }
}

/// A real mail server on loopback, in a process of its own.
final class MailServer {
    private(set) var port = 0
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    init(python: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = Installation.root.appending(path: "Tests/MailTests/Fixtures/smtp_server.py")
        process.arguments = [python, script.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        guard let announced = try Self.line(output, &unread)["port"] as? Int else { throw CocoaError(.fileReadUnknown) }
        port = announced
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The next message; waits for it.
    func next() throws -> [String: Any] { try Self.line(output, &unread) }

    /// Ends the server and looks whether it got anything that nobody has asked for.
    func nothingMore() -> Bool {
        try? input.fileHandleForWriting.close()
        return unread.isEmpty && output.fileHandleForReading.readDataToEndOfFile().isEmpty
    }

    private static func line(_ pipe: Pipe, _ unread: inout Data) throws -> [String: Any] {
        while true {
            if let end = unread.firstIndex(of: 10) {
                let line = unread[unread.startIndex..<end]
                unread = Data(unread[unread.index(after: end)...])
                return try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
            }
            var watched = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 30_000) == 1 else { throw CocoaError(.fileReadUnknown) }
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else { throw CocoaError(.fileReadUnknown) }
            unread += more
        }
    }
}
