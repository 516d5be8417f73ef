import CaseReplay
import CivilTime
import Crypto
import WorkflowModel

extension EngineCore {
    /// A case's journal with all that is needed to check it elsewhere, as lines of JSON.
    ///
    /// The first says what it is, the second holds the definition, then comes a line for each entry with its exact bytes
    /// and hash, one for each message with what became of it, and the last holds the SHA-256 of all lines before.
    package func proof(of id: String) throws(EngineError) -> [String] {
        let (stored, _, workflow) = try find(id)
        let rows: [JournalRow]
        let messages: [OutboxRow]
        let text: String?
        do throws(StoreError) {
            rows = try store.journal(of: id)
            messages = try shown(try store.outbox(of: id, limit: .max)).reversed()
            text = try store.definitions().first { $0.digest == stored.digest }?.text
        } catch {
            throw EngineError(storing: error)
        }
        // A journal that cannot be proved is not made to look like one that can.
        _ = try journal(of: stored, workflow: workflow)
        var lines = [
            line([
                ("jalon-proof", .number("1")), ("case", .text(id)), ("workflow", .text(stored.workflow)),
                ("definition", .text(stored.digest)), ("entries", .number(String(rows.count))),
                ("head", .text(JournalCoding.hexadecimal(stored.journalHash))),
                ("messages", .number(String(messages.count))), ("made", .text(clock.now().rfc3339)),
                ("program", .text("jalond " + settings.version)),
            ]),
            line([("definition-text", .text(text ?? ""))]),
        ]
        lines += rows.map { row in
            line([
                ("entry", .number(String(row.sequence))), ("hash", .text(JournalCoding.hexadecimal(row.hash))),
                ("text", .text(row.text)),
            ])
        }
        lines += messages.map(line(of:))
        let whole = lines.map { $0 + "\n" }.joined()
        return lines + [line([("sha256", .text(JournalCoding.digest(of: whole)))])]
    }

    private func line(of message: OutboxRow) -> String {
        line([
            ("message", .text(message.key)), ("to", message.address.map(PlainValue.text) ?? .null),
            ("subject", .text(message.subject)), ("body", .text(message.body)), ("owed", .text(message.owedAt.rfc3339)),
            ("state", .text(message.state.rawValue)), ("attempts", .number(String(message.attempts))),
            (message.state == .waiting ? "next-attempt" : "settled", .text(message.nextAttempt.rfc3339)),
            ("answer", .text(message.detail)),
        ])
    }

    private func line(_ members: [(String, PlainValue)]) -> String {
        PlainValue.object(members.map { .init(name: $0.0, value: $0.1) }).canonicalJSON
    }
}
