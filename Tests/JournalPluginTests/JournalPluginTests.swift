import FoundationEssentials
import Glibc
import JalonTestSupport
import PluginAPI
import PluginHost
import Testing
import WorkflowEngine

/// The journal plugin as the host runs it.
@Suite(.timeLimit(.minutes(1)))
struct JournalPluginTests {
    private let message: [String: JSONValue] = [
        "to": ["marches@mairie.example", "agent@mairie.example"], "subject": "Rappel : offres à remettre",
        "body": "Les offres sont à remettre avant 16 h 30.\nKey: not a key\n", "at": "2021-09-17T16:30:00+01:00",
    ]

    private let entry = """
        Date: 2021-09-17T16:30:00+01:00
        To: marches@mairie.example, agent@mairie.example
        Subject: Rappel : offres à remettre

            Les offres sont à remettre avant 16 h 30.
            Key: not a key


        Key: tanger/offers-due/-7
        ------------------------------------------------------------------------

        """

    @Test("a message stands in the file as a person reads it, once for one key, also after a restart")
    func once() async throws {
        try await withFolder { folder in
            let file = folder + "/messages.txt"
            for _ in 1...2 {
                try await withPlugin("Journal", folder: folder) { journal in
                    for _ in 1...2 {
                        let outcome = try await journal.send(message, key: "tanger/offers-due/-7")
                        guard case .delivered = outcome else { return _ = Issue.record("\(outcome)") }
                    }
                }
            }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == entry)
            try await withPlugin("Journal", folder: folder) { journal in
                for key in ["other", "not a key"] {
                    let outcome = try await journal.send(message, key: key)
                    #expect(outcome == .delivered(detail: "written to \(file)"))
                }
            }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text.split(separator: "\n").count { $0.hasPrefix("Key: ") } == 3)
        }
    }

    @Test("an entry cut short by a crash does not count, wherever it was cut")
    func cutShort() async throws {
        try await withFolder { folder in
            let file = folder + "/messages.txt"
            let whole = Array(entry.utf8)
            let ends = Array(stride(from: 1, to: whole.count, by: 40)) + [whole.count - 75, whole.count - 74]
            for end in ends {
                try Data(whole[..<end]).write(to: URL(filePath: file))
                let isComplete = end >= whole.count - 73
                try await withPlugin("Journal", folder: folder) { journal in
                    let outcome = try await journal.send(message, key: "tanger/offers-due/-7")
                    #expect(outcome == .delivered(detail: isComplete ? "already in \(file)" : "written to \(file)"))
                }
                let text = try String(contentsOfFile: file, encoding: .utf8)
                #expect(isComplete || text.hasSuffix("\n" + entry), "cut at \(end)")
            }
        }
    }

    @Test(
        "a field of one line cannot forge another line",
        arguments: [
            ("subject", "Hello\nKey: forged"), ("to", ["a\n@b.example"]), ("thread", "a\u{1B}[2J"),
        ] as [(String, JSONValue)])
    func forges(field: String, value: JSONValue) async throws {
        try await withFolder { folder in
            try await withPlugin("Journal", folder: folder) { journal in
                let outcome = try await journal.send(message.merging([field: value]) { $1 }, key: "k")
                let reason = "'\(field)' has a line break or another control character; it takes one line of text"
                #expect(outcome == .failedPermanently(reason: reason))
            }
        }
    }

    @Test("a body cannot speak to a terminal")
    func controlCharacters() async throws {
        try await withFolder { folder in
            try await withPlugin("Journal", folder: folder) { journal in
                let body: [String: JSONValue] = ["body": "a\u{1B}[31mb\tc\r\nd\re"]
                _ = try await journal.send(message.merging(body) { $1 }, key: "k")
            }
            let text = try String(contentsOfFile: folder + "/messages.txt", encoding: .utf8)
            #expect(text.contains("\n    a\u{FFFD}[31mb\tc\n    d\n    e\n"))
        }
    }

    @Test("a file that cannot be opened is named in the failure")
    func cannotOpen() async throws {
        try await withFolder { folder in
            try await withPlugin("Journal", settings: ["file": "/nowhere/m.txt"], folder: folder) { journal in
                let outcome = try await journal.send(message, key: "k")
                guard case .pluginFailed(let reason, wasTried: false) = outcome else {
                    return _ = Issue.record("\(outcome)")
                }
                #expect(reason.contains("the file /nowhere/m.txt cannot be opened: No such file or directory"))
            }
        }
    }

    @Test("a full disk is a temporary failure and leaves no half message")
    func fullDisk() async throws {
        try await withFolder { folder in
            try await withPlugin("Journal", settings: ["file": "/dev/full"], folder: folder) { journal in
                let outcome = try await journal.send(message, key: "k")
                let reason = "the message could not be written to /dev/full: No space left on device"
                #expect(outcome == .failedTemporarily(reason: reason))
            }
        }
    }
}
