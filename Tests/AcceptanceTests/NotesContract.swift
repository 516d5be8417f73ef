import ControlAPI
import ControlClient
import Foundation
import Testing

/// A contract whose every event is told to somebody: what was taken, kept and told can be counted.
enum NotesContract {
    static let text = """
        jalon: 1
        workflow: notes
        title: Notes
        language: en
        time-zone: Europe/Paris
        parties: { reader: { title: The reader, address: reader@example.org } }
        events: { noted: { fields: { number: integer } } }
        states:
          open:
            on: { noted: { notify: { to: reader, subject: "Number {{ event.number }} is noted" } } }
        """

    /// Makes a folder for a service that has this contract alone.
    static func install() throws -> Installation {
        let jalon = try Installation()
        try FileManager.default.removeItem(at: jalon.workflows.appending(path: "tanger-ess.yaml"))
        try jalon.write(text, to: "workflows/notes.yaml")
        return jalon
    }

    static func event(_ number: Int, in caseID: String) -> SendParameters {
        SendParameters(caseID: caseID, event: "noted", fields: ["number": .number("\(number)")])
    }

    /// By case, how often each number stands in the outbox; waits until all are delivered.
    static func told(of caseIDs: [String], at socket: String) throws -> [String: [Int: Int]] {
        let client = ControlClient(socketPath: socket)
        let end = ContinuousClock.now + .seconds(60)
        while try client.status().messages.waiting > 0 {
            guard ContinuousClock.now < end else {
                Issue.record("messages still wait")
                break
            }
        }
        var told: [String: [Int: Int]] = [:]
        for caseID in caseIDs {
            let messages = try client.outbox(OutboxParameters(caseID: caseID, limit: 1000)).messages
            #expect(messages.allSatisfy { $0.state == "delivered" })
            told[caseID] = Dictionary(
                messages.compactMap { number(in: $0.subject).map { ($0, 1) } }, uniquingKeysWith: +)
        }
        return told
    }

    /// By number, how often the plugin wrote it into its file.
    static func delivered(by jalon: Installation) -> [Int: Int] {
        let subjects = jalon.delivered.split(separator: "\n").filter { $0.hasPrefix("Subject: ") }
        return Dictionary(subjects.compactMap { number(in: String($0)).map { ($0, 1) } }, uniquingKeysWith: +)
    }

    private static func number(in subject: String) -> Int? {
        // People read 1,000.
        Int(subject.filter(\.isNumber))
    }
}
