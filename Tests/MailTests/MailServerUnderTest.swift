import FoundationEssentials
import Glibc
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// The interpreter that has `aiosmtpd`: JALON_TEST_PYTHON, else `python3`.
let testPython = getenv("JALON_TEST_PYTHON").map { String(cString: $0) } ?? "python3"

/// Whether the mail server of the tests can be run.
func hasMailServer() async throws -> Bool {
    let result = try? await Subprocess.run(
        Subprocess.Executable(testPython), arguments: ["-c", "import aiosmtpd"], output: .discarded, error: .discarded)
    return result?.terminationStatus.isSuccess == true
}

/// A message as the server got it, decoded by Python's own mail library.
struct ReceivedMail: Codable, Equatable {
    var sender: String
    var recipients: [String]
    var subject: String
    var to: String
    var from: String
    var date: String
    var id: String
    var references: String
    var reply: String
    var auto: String
    var body: String
    var encrypted: Bool
    var login: String
    var raw: String
}

/// A mail server on loopback.
struct MailServerUnderTest: Sendable {
    let port: Int
    let mail: MailBox

    /// The messages that have arrived, oldest first; each is returned once.
    func received() async -> ReceivedMail { await mail.next() }
}

/// Messages in the order they arrived, and whoever waits for one.
actor MailBox {
    private var messages: [ReceivedMail] = []
    private var waiting: [CheckedContinuation<ReceivedMail, Never>] = []

    func add(_ message: ReceivedMail) {
        if waiting.isEmpty { messages.append(message) } else { waiting.removeFirst().resume(returning: message) }
    }

    func next() async -> ReceivedMail {
        if !messages.isEmpty { return messages.removeFirst() }
        return await withCheckedContinuation { waiting.append($0) }
    }

    var isEmpty: Bool { messages.isEmpty }
}

/// Runs the mail server for as long as `body` takes.
func withMailServer(
    _ options: [String] = [], _ body: @escaping @Sendable (MailServerUnderTest) async throws -> Void
) async throws {
    let script = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Fixtures/smtp_server.py"
    _ = try await Subprocess.run(
        Subprocess.Executable(testPython), arguments: Arguments([script] + options), input: .inputWriter,
        output: .sequence, error: .currentStandardError
    ) { execution in
        var lines = execution.standardOutput.strings().makeAsyncIterator()
        let announced = try await lines.next()
        let first = try JSONDecoder().decode([String: Int].self, from: Data(try #require(announced).utf8))
        let mail = MailBox()
        let server = MailServerUnderTest(port: try #require(first["port"]), mail: mail)
        try await withThrowingTaskGroup { group in
            group.addTask {
                let result: Result<Void, any Error>
                do { result = .success(try await body(server)) } catch { result = .failure(error) }
                try await execution.standardInputWriter.finish()  // by which the server ends
                try result.get()
            }
            while let line = try await lines.next() {
                await mail.add(try JSONDecoder().decode(ReceivedMail.self, from: Data(line.utf8)))
            }
            try await group.waitForAll()
        }
    }
}

extension Subprocess.Executable {
    /// A path if there is a slash in it, else a name.
    init(_ text: String) { self = text.contains("/") ? .path(FilePath(text)) : .name(text) }
}

/// A certificate for `localhost` that is its own authority, made by openssl: the files of certificate and key.
func makeCertificate(in folder: String) async throws -> (certificate: String, key: String) {
    let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
    let made = try await Subprocess.run(
        .name("openssl"),
        arguments: [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ], output: .discarded, error: .discarded)
    try #require(made.terminationStatus.isSuccess)
    return (certificate, key)
}
