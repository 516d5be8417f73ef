package import CaseReplay
package import CivilTime
import Crypto
import Expressions
package import WorkflowModel

/// A journal entry as text and back, and the chain of hashes over the texts.
package enum JournalCoding {
    /// The hash before the first row.
    package static let firstHash = [UInt8](repeating: 0, count: 32)

    /// Makes the row for an entry.
    ///
    /// - Parameters:
    ///   - previous: The hash of the row before it, or ``firstHash``.
    ///   - author: The uid of who reported it.
    ///   - dropped: Keys of messages that are not sent any more because of it.
    package static func row(
        _ entry: JournalEntry, caseID: String, digest: String, sequence: Int, recordedAt: Timestamp, author: UInt32,
        previous: [UInt8], workflow: Workflow, dropped: [String] = []
    ) -> JournalRow {
        var members: [PlainValue.Member] = [
            .init(name: "author", value: .number(String(author))), .init(name: "case", value: .text(caseID)),
            .init(name: "occurred", value: .text(entry.occurredAt.rfc3339)),
            .init(name: "recorded", value: .text(recordedAt.rfc3339)),
            .init(name: "sequence", value: .number(String(sequence))),
        ]
        let own = workflow.definition(at: entry.child) ?? workflow
        switch entry.fact {
        case .started(let start):
            members += [
                .init(name: "kind", value: .text("started")), .init(name: "definition", value: .text(digest)),
                .init(name: "workflow", value: .text(workflow.name)),
                .init(name: "parameters", value: object(start.parameters, workflow)),
                .init(name: "parties", value: object(start.parties, workflow)),
                .init(name: "shift-days", value: .number(String(start.shiftDays))),
            ]
            // Left out where there is none, as in rows written before contradictions could be settled.
            if !start.settlements.isEmpty {
                members.append(.init(name: "settlements", value: .list(start.settlements.map(settlement))))
            }
        case .event(let name, let payload):
            members += [
                .init(name: "kind", value: .text("event")), .init(name: "event", value: .text(entry.child.name(name))),
                .init(name: "payload", value: PlainValue(payload)),
            ]
        case .parameters(let values):
            members += [
                .init(name: "kind", value: .text("parameters")),
                .init(name: "parameters", value: object(values, own)),
            ]
        case .parties(let bindings):
            members += [
                .init(name: "kind", value: .text("parties")), .init(name: "parties", value: object(bindings, own)),
            ]
        case .decided(let decision):
            members += [
                .init(name: "kind", value: .text("decided")),
                .init(name: "decision", value: .text(decision.kind.rawValue)),
                .init(name: "message", value: .text(decision.key)),
                .init(name: "reason", value: .text(decision.reason)),
                .init(name: "subject", value: .text(decision.subject)),
            ]
        case .corrected(let correction):
            members += Self.members(of: correction, workflow.definition(at: correction.child) ?? workflow)
        case .amended(let amendment): members += Self.members(of: amendment)
        }
        // An event's name says which child it happened to.
        if case .event = entry.fact {
        } else if !entry.child.isEmpty {
            members.append(.init(name: "child", value: .text("\(entry.child)")))
        }
        if !dropped.isEmpty { members.append(.init(name: "dropped", value: .list(dropped.map(PlainValue.text)))) }
        let text = PlainValue.object(members).canonicalJSON
        return JournalRow(
            sequence: sequence, occurredAt: entry.occurredAt, recordedAt: recordedAt, text: text,
            hash: hash(text, after: previous))
    }

    /// SHA-256 over the hash before a row and the row's text.
    package static func hash(_ text: String, after previous: [UInt8]) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: previous)
        var text = text
        text.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return Array(hasher.finalize())
    }

    /// The digest that a definition is known by.
    package static func digest(of text: String) -> String {
        hexadecimal(Array(SHA256.hash(data: Array(text.utf8))))
    }

    /// Two digits a byte.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// Checks a journal against its own chain.
    ///
    /// - Returns: The number of the first row that does not follow from the one before it; `nil` for a sound journal.
    package static func firstBreak(in rows: [JournalRow]) -> Int? {
        var previous = firstHash
        for (index, row) in rows.enumerated() {
            guard row.sequence == index + 1, row.hash == hash(row.text, after: previous) else { return row.sequence }
            previous = row.hash
        }
        return nil
    }

    /// Reads a row back; `nil` where the text is not one this program or an older one wrote for the case and workflow.
    ///
    /// The text alone is under the hash, so what stands beside it has to say the same.
    package static func entry(_ row: JournalRow, caseID: String, workflow: Workflow) -> JournalEntry? {
        guard let plain = PlainValue(json: row.text), case .object(let members) = plain else { return nil }
        func member(_ name: String) -> PlainValue? { members.first { $0.name == name }?.value }
        guard member("case") == .text(caseID), member("sequence") == .number(String(row.sequence)),
            member("occurred") == .text(row.occurredAt.rfc3339), member("recorded") == .text(row.recordedAt.rfc3339)
        else { return nil }
        guard case .text(let kind) = member("kind") else { return nil }
        var child = ChildPath()
        if let text = member("child") {
            guard case .text(let path) = text, let read = ChildPath(path) else { return nil }
            child = read
        }
        var eventName = ""
        if kind == "event", case .text(let text) = member("event") {
            guard let (path, name) = ChildPath.split(text) else { return nil }
            (child, eventName) = (path, name)
        }
        guard let workflow = workflow.definition(at: child) else { return nil }
        let fact: Fact?
        switch kind {
        case "started":
            guard let settled = settlements(member("settlements")) else { return nil }
            fact = start(member("parameters"), member("parties"), member("shift-days"), settled, workflow)
                .map(Fact.started)
        case "event":
            guard !eventName.isEmpty, let payload = member("payload") else { return nil }
            let fields = workflow.event(named: eventName)?.fields ?? []
            fact = (try? payload.record(fields, zone: workflow.zone)).map { .event(name: eventName, payload: $0) }
        case "parameters":
            fact = parameters(member("parameters"), workflow).map(Fact.parameters)
        case "parties":
            fact = parties(member("parties"), workflow).map(Fact.parties)
        case "corrected":
            fact = correction(members, of: child, workflow).map(Fact.corrected)
            // The correction itself is one of the whole case.
            child = ChildPath()
        case "amended": fact = amendment(members).map(Fact.amended)
        case "decided":
            fact = decision(members).map(Fact.decided)
        default: fact = nil
        }
        return fact.map { JournalEntry(occurredAt: row.occurredAt, fact: $0, child: child, sequence: row.sequence) }
    }

    private static func decision(_ members: [PlainValue.Member]) -> MessageDecision? {
        func text(_ name: String) -> String? {
            guard case .text(let text) = members.first(where: { $0.name == name })?.value else { return nil }
            return text
        }
        guard let kind = text("decision").flatMap({ MessageDecision.Kind(rawValue: $0) }), let key = text("message"),
            let subject = text("subject"), let reason = text("reason")
        else { return nil }
        return MessageDecision(kind: kind, key: key, subject: subject, reason: reason)
    }

    private static func start(
        _ parameters: PlainValue?, _ parties: PlainValue?, _ shift: PlainValue?, _ settlements: [Settlement],
        _ workflow: Workflow
    ) -> Start? {
        guard let values = Self.parameters(parameters, workflow), let bindings = Self.parties(parties, workflow),
            case .number(let digits) = shift, let days = Int(digits)
        else { return nil }
        return Start(parameters: values, parties: bindings, shiftDays: days, settlements: settlements)
    }

    private static func settlement(_ settlement: Settlement) -> PlainValue {
        var members: [PlainValue.Member] = [
            .init(name: "finding", value: .text(settlement.finding)),
            .init(name: "choice", value: .text(settlement.choice)),
            .init(name: "reason", value: .text(settlement.reason)),
        ]
        if let by = settlement.by { members.append(.init(name: "by", value: .text(by))) }
        return .object(members)
    }

    /// None where there is no such member; `nil` for one that nobody wrote.
    private static func settlements(_ plain: PlainValue?) -> [Settlement]? {
        guard let plain else { return [] }
        guard case .list(let items) = plain else { return nil }
        let read = items.compactMap { item -> Settlement? in
            guard case .object(let members) = item else { return nil }
            func text(_ name: String) -> String? {
                if case .text(let text) = members.first(where: { $0.name == name })?.value { text } else { nil }
            }
            guard let finding = text("finding"), let choice = text("choice"), let reason = text("reason") else {
                return nil
            }
            return Settlement(finding: finding, choice: choice, reason: reason, by: text("by"))
        }
        return read.count == items.count ? read : nil
    }

    static func parameters(_ plain: PlainValue?, _ workflow: Workflow) -> [ParameterValue]? {
        guard case .object(let members) = plain else { return nil }
        let values = members.compactMap { try? workflow.parameterValue($0) }
        return values.count == members.count ? values : nil
    }

    static func parties(_ plain: PlainValue?, _ workflow: Workflow) -> [PartyBinding]? {
        guard case .object(let members) = plain else { return nil }
        let bindings = members.compactMap { try? workflow.partyBinding($0) }
        return bindings.count == members.count ? bindings : nil
    }

    static func object(_ values: [ParameterValue], _ workflow: Workflow) -> PlainValue {
        .object(values.map { .init(name: workflow.parameters[$0.parameter].name, value: PlainValue($0.value)) })
    }

    static func object(_ bindings: [PartyBinding], _ workflow: Workflow) -> PlainValue {
        .object(bindings.map { .init(name: workflow.parties[$0.party].name, value: .text($0.address)) })
    }
}
