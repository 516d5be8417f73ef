import JalonTestSupport
import PluginAPI
import PluginHost
import SeededRandom
import Testing
import WorkflowEngine

/// The mail plugin, as the host runs it, against a real mail server.
@Suite(
    .enabled("aiosmtpd (PyPI) is not installed for \(testPython); JALON_TEST_PYTHON names another") {
        try await hasMailServer()
    }, .timeLimit(.minutes(2)))
struct MailPluginTests {
    private let message: [String: JSONValue] = [
        "to": ["agent@mairie.example"], "subject": "Rappel", "body": "Bonjour\n", "at": "2021-09-17T16:30:00+01:00",
    ]

    private func configuration(_ port: Int, _ others: [String: JSONValue] = ["tls": "none"]) -> [String: JSONValue] {
        others.merging(["server": "localhost", "port": .integer(Int64(port)), "from": "jalon@mairie.example"]) { $1 }
    }

    /// Sends one message through a server and returns what came of it.
    private func send(
        _ changes: [String: JSONValue], settings others: [String: JSONValue] = ["tls": "none"],
        secrets: [String: Secret] = [:], options: [String] = []
    ) async throws -> ActionOutcome {
        let (outcome, continuation) = AsyncStream.makeStream(of: ActionOutcome.self)
        try await withMailServer(options) { server in
            try await withFolder { folder in
                try await withPlugin(
                    "Mail", settings: configuration(server.port, others), secrets: secrets, folder: folder
                ) {
                    continuation.yield(try await $0.send(message.merging(changes) { $1 }, key: "k"))
                }
            }
            #expect(await server.mail.isEmpty)
        }
        var iterator = outcome.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    @Test("a message arrives as it was written, encrypted and after login")
    func arrives() async throws {
        try await withFolder { folder in
            let (certificate, key) = try await makeCertificate(in: folder)
            let login = ["--login", "jalon", "Sésame, ouvre-toi"]
            try await withMailServer(["--starttls", certificate, key] + login) { server in
                let settings = configuration(server.port, ["username": "jalon", "ca-file": .text(certificate)])
                let secrets = ["password": Secret("Sésame, ouvre-toi")]
                try await withPlugin("Mail", settings: settings, secrets: secrets, folder: folder) { mail in
                    let body = "Les offres sont à remettre avant 16 h 30.\n\n.un point\n= égal, espace \nFin — ✓\n"
                    let subject = "Rappel : la date limite de remise des offres est le 24 septembre à 16 h 30 — ✓"
                    let outcome = try await mail.send(
                        [
                            "to": ["agent@mairie.example", "elue@mairie.example"], "subject": .text(subject),
                            "body": .text(body), "at": "2021-09-17T16:30:00+01:00", "thread": "tanger-ess",
                        ], key: "tanger/offers-due/-7")
                    #expect(outcome == .delivered(detail: "250 2.0.0 Kept as number 42"))
                    let received = await server.received()
                    #expect(received.subject == subject)
                    #expect(received.body == body)
                    #expect(received.sender == "jalon@mairie.example")
                    #expect(received.from == "jalon@mairie.example")
                    #expect(received.recipients == ["agent@mairie.example", "elue@mairie.example"])
                    #expect(received.to == "agent@mairie.example, elue@mairie.example")
                    #expect(received.date == "Fri, 17 Sep 2021 16:30:00 +0100")
                    #expect(received.auto == "auto-generated")
                    #expect(received.reply == received.references && received.references.hasSuffix("@mairie.example>"))
                    #expect(received.encrypted)
                    #expect(received.login == "jalon")
                    #expect(received.raw.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
                }
            }
        }
    }

    @Test("a message is known by its key, also to a process started later; a thread by its name")
    func identifiers() async throws {
        try await withMailServer { server in
            try await withFolder { folder in
                var identifiers: [String: [String]] = [:]
                var threads: [String] = []
                for _ in 1...2 {
                    let sent = AsyncStream.makeStream(of: (String, ReceivedMail).self)
                    try await withPlugin("Mail", settings: configuration(server.port), folder: folder) { mail in
                        for key in ["a", "b"] {
                            let message = message.merging(["thread": "one"]) { $1 }
                            guard case .delivered = try await mail.send(message, key: key) else { continue }
                            sent.continuation.yield((key, await server.received()))
                        }
                    }
                    sent.continuation.finish()
                    for await (key, mail) in sent.stream {
                        identifiers[key, default: []].append(mail.id)
                        threads.append(mail.references)
                    }
                }
                #expect(identifiers["a"]?.count == 2 && Set(identifiers["a"] ?? []).count == 1)
                #expect(identifiers["b"]?.count == 2 && Set(identifiers["b"] ?? []).count == 1)
                #expect(identifiers["a"] != identifiers["b"])
                #expect(threads.count == 4 && Set(threads).count == 1)
            }
        }
    }

    @Test("any text arrives as it was written", arguments: [1, 2, 3] as [UInt64])
    func anyText(seed: UInt64) async throws {
        try await withMailServer { server in
            try await withFolder { folder in
                try await withPlugin("Mail", settings: configuration(server.port), folder: folder) { mail in
                    var random = SeededGenerator(seed: seed)
                    for number in 1...30 {
                        let subject = randomText(&random, length: 0...120).filter { !$0.isNewline }
                        let trimmed = subject.split(separator: " ").joined(separator: " ")
                        let body = randomText(&random, length: 0...600)
                        let changes: [String: JSONValue] = ["subject": .text(trimmed), "body": .text(body)]
                        let outcome = try await mail.send(message.merging(changes) { $1 }, key: "\(seed).\(number)")
                        guard case .delivered = outcome else { return _ = Issue.record("seed \(seed): \(outcome)") }
                        let received = await server.received()
                        #expect(received.subject == trimmed, "seed \(seed), number \(number)")
                        let ended = body.isEmpty || body.hasSuffix("\n") ? body : body + "\n"
                        #expect(received.body == ended, "seed \(seed), number \(number)")
                    }
                }
            }
        }
    }

    private func randomText(_ random: inout SeededGenerator, length: ClosedRange<Int>) -> String {
        let alphabet = Array("abc XYZ.=?_é€😀ß\n\n.  \t09-—")
        return String(
            (0..<Int.random(in: length, using: &random)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &random)]
            })
    }

    @Test("encryption from the first byte works too")
    func implicit() async throws {
        try await withFolder { folder in
            let (certificate, key) = try await makeCertificate(in: folder)
            try await withMailServer(["--tls", certificate, key]) { server in
                let settings = configuration(server.port, ["tls": "implicit", "ca-file": .text(certificate)])
                try await withPlugin("Mail", settings: settings, folder: folder) { mail in
                    guard case .delivered = try await mail.send(message, key: "k") else {
                        return _ = Issue.record("no")
                    }
                    #expect(await server.received().subject == "Rappel")
                }
            }
        }
    }

    @Test("a certificate of an unknown authority is refused, and the setting named")
    func untrusted() async throws {
        try await withFolder { folder in
            let (certificate, key) = try await makeCertificate(in: folder)
            let outcome = try await send([:], settings: [:], options: ["--starttls", certificate, key])
            guard case .pluginFailed(let reason, wasTried: false) = outcome else {
                return _ = Issue.record("\(outcome)")
            }
            #expect(reason.contains("is not trusted") && reason.contains("name its file in setting 'ca-file'"))
        }
    }

    @Test("a server without STARTTLS gets nothing when encryption is required")
    func noEncryption() async throws {
        let outcome = try await send([:], settings: ["tls": "required"])
        guard case .pluginFailed(let reason, wasTried: false) = outcome else { return _ = Issue.record("\(outcome)") }
        #expect(reason.contains("offers no STARTTLS: set 'tls' to implicit"))
    }

    @Test("a wrong password is said to be one, with the server's words")
    func wrongPassword() async throws {
        try await withFolder { folder in
            let (certificate, key) = try await makeCertificate(in: folder)
            let outcome = try await send(
                [:], settings: ["username": "jalon", "ca-file": .text(certificate)],
                secrets: ["password": Secret("nein")],
                options: ["--starttls", certificate, key, "--login", "jalon", "ja"])
            guard case .pluginFailed(let reason, wasTried: false) = outcome else {
                return _ = Issue.record("\(outcome)")
            }
            #expect(
                reason.contains("refuses the login of 'jalon': check 'username' and 'password'; the server said: 535"))
            #expect(!reason.contains("nein"))
        }
    }

    @Test("a server that wants a login and gets none is not the message's fault")
    func loginMissing() async throws {
        let outcome = try await send([:], options: ["--login", "jalon", "ja"])
        guard case .pluginFailed(let reason, wasTried: false) = outcome else { return _ = Issue.record("\(outcome)") }
        #expect(reason.contains("530") && reason.contains("check 'username'"))
    }

    @Test(
        "what the server says of the message decides: 5yz for good, 4yz for now",
        arguments: [
            (["to": ["unknown@mairie.example"]], true, "550 5.1.1 No such mailbox here"),
            (["to": ["busy@mairie.example"]], false, "451 4.7.1 Greylisted, come back later"),
            (["to": ["agent@mairie.example", "unknown@mairie.example"]], true, "550 5.1.1 No such mailbox here"),
            (["body": "refuse this"], true, "554 5.7.1 Content refused"),
            (["body": "later please"], false, "452 4.3.1 Disk full"),
        ] as [([String: JSONValue], Bool, String)])
    func refused(changes: [String: JSONValue], isFinal: Bool, words: String) async throws {
        let outcome = try await send(changes)
        switch outcome {
        case .failedPermanently(let reason): #expect(isFinal && reason.hasSuffix("the server said: \(words)"))
        case .failedTemporarily(let reason): #expect(!isFinal && reason.hasSuffix("the server said: \(words)"))
        case .delivered, .pluginFailed: Issue.record("\(outcome)")
        }
    }

    @Test(
        "nothing in an address or subject reaches the headers or the server's commands",
        arguments: [
            (["to": ["a@b.example\r\nDATA"]], "'to' has 'a@b.example\u{FFFD}\u{FFFD}DATA', which is not an address"),
            (["to": ["a@b.example>"]], "'to' has 'a@b.example>', which is not an address"),
            (["to": ["é@b.example"]], "letters outside ASCII"),
            (["to": []], "'to' has 0 addresses"),
            (["subject": "Hi\r\nBcc: c@d.example"], "'subject' has a line break"),
            (["subject": "Hi\nBcc: c@d.example"], "'subject' has a line break"),
            (["at": "2021-02-29T10:00:00Z"], "is no moment"),
        ] as [([String: JSONValue], String)])
    func injects(changes: [String: JSONValue], says: String) async throws {
        let outcome = try await send(changes)
        guard case .failedPermanently(let reason) = outcome else { return _ = Issue.record("\(outcome)") }
        #expect(reason.contains(says), "\(reason)")
    }

    @Test("a server that is down is a temporary failure that names it")
    func down() async throws {
        // A port that was free a moment ago.
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withMailServer { port.yield($0.port) }
        var iterator = ports.makeAsyncIterator()
        let free = try #require(await iterator.next())
        try await withFolder { folder in
            try await withPlugin("Mail", settings: configuration(free), folder: folder) { mail in
                let outcome = try await mail.send(message, key: "k")
                guard case .pluginFailed(let reason, wasTried: false) = outcome else {
                    return _ = Issue.record("\(outcome)")
                }
                #expect(reason.hasPrefix("no connection to the mail server at localhost:\(free)"))
            }
        }
    }

    @Test(
        "settings that do not go together are refused when the plugin starts",
        arguments: [
            (
                ["tls": "none", "server": "smtp.mairie.example", "username": "u"],
                "could show the password to the network"
            ),
            (["server": "bad host"], "setting 'server' is 'bad host'"),
            (["port": 70_000], "setting 'port' is 70000"),
            (["ca-file": "/nowhere.pem", "username": "u"], "/nowhere.pem cannot be read"),
            ([:], "the secret 'password' is set and the setting 'username' is not"),
        ] as [([String: JSONValue], String)])
    func settings(changes: [String: JSONValue], says: String) async throws {
        try await withFolder { folder in
            let settings = configuration(25, [:]).merging(changes) { $1 }
            try await withPlugin("Mail", settings: settings, secrets: ["password": Secret("p")], folder: folder) {
                mail in
                let outcome = try await mail.send(message, key: "k")
                guard case .pluginFailed(let reason, wasTried: false) = outcome else {
                    return _ = Issue.record("\(outcome)")
                }
                #expect(reason.contains(says), "\(reason)")
            }
        }
    }
}
