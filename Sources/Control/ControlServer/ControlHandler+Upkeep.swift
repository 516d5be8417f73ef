import CaseReplay
import ControlAPI
import Dispatch
import Varlink
import VarlinkWire
import WorkflowEngine

// What administrators and operators ask beside cases: messages to decide about, proofs, backups.
extension ControlHandler {
    /// Lines of a proof that one reply carries.
    private static let linesAtOnce = 200

    func state(_ text: String?) throws(VarlinkError) -> OutboxRow.State? {
        guard let text else { return nil }
        if let state = OutboxRow.State(rawValue: text) { return state }
        throw VarlinkError(
            ControlError(
                .badRequest, "'\(text)' is no state of a message",
                hint: "there are waiting, delivered, dead, held, dropped, obsolete"))
    }

    /// Decides about messages that are named, or about all in a state.
    func decide(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try call.decodeParameters(as: DecideParameters.self)
        let reason = asked.reason ?? ""
        let kind: MessageDecision.Kind
        switch asked.decision {
        case "retry": kind = .retried
        case "drop" where reason.contains { !$0.isWhitespace }: kind = .dropped
        case "drop":
            throw VarlinkError(
                ControlError(
                    .badRequest, "a message is dropped for a reason, which its journal keeps",
                    hint: "say why with --reason"))
        default:
            throw VarlinkError(
                ControlError(
                    .badRequest, "'\(asked.decision)' is no decision about a message", hint: "there are retry and drop")
            )
        }
        let decide: @Sendable ([String]) -> Void = { keys in
            let requests = keys.map { key in
                WriteRequest.decide(DecideRequest(key: key, kind: kind, reason: reason, author: call.peer.userID))
            }
            engine.write(requests) { results in
                bulk.async { send(reply, DecideReply(outcomes: zip(keys, results).map(DecisionOutcome.init))) }
            }
        }
        if let keys = asked.keys {
            guard asked.state == nil, asked.caseID == nil, keys.count <= ControlInterface.maximumEvents else {
                throw VarlinkError(
                    ControlError(
                        .badRequest, "messages are named, at most \(ControlInterface.maximumEvents), or chosen by state"
                    ))
            }
            return decide(keys)
        }
        guard let state = try state(asked.state), [.dead, .held].contains(state) else {
            throw VarlinkError(ControlError(.badRequest, "all messages of a state are those dead or held"))
        }
        engine.outbox(asked.caseID, in: state, limit: ControlInterface.maximumEvents) { result in
            switch result {
            case .success(let rows): decide(rows.filter { !$0.isToldInAnother }.map(\.key))
            case .failure(let error): reply.error(VarlinkError(ControlError(error)))
            }
        }
    }

    /// Tells a proof some lines at a time, each once the peer has room for more.
    func proof(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try call.decodeParameters(as: CaseParameters.self)
        engine.proof(of: asked.caseID) { result in
            switch result {
            case .success(let lines): bulk.async { tell(lines[...], reply) }
            case .failure(let error): reply.error(VarlinkError(ControlError(error)))
            }
        }
    }

    private func tell(_ lines: ArraySlice<String>, _ reply: VarlinkResponder) {
        let rest = lines.dropFirst(Self.linesAtOnce)
        let part = ProofReply(lines: Array(lines.prefix(Self.linesAtOnce)))
        guard !rest.isEmpty else { return send(reply, part) }
        do {
            try reply.reply(part, continues: true, whenRoom: { bulk.async { tell(rest, reply) } })
        } catch {
            reply.error(Self.unwritable(error))
        }
    }

    func backup(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try call.decodeParameters(as: BackupParameters.self)
        guard asked.file.hasPrefix("/"), !asked.file.contains("\0") else {
            throw VarlinkError(
                ControlError(
                    .badRequest, "'\(asked.file)' is no path from the root",
                    hint: "the service has no folder of its caller's"))
        }
        engine.backup(to: asked.file, replacing: asked.replace ?? false) {
            answer(reply, $0) { BackupReply(file: asked.file, bytes: $0.bytes, problems: $0.problems) }
        }
    }
}

extension DecisionOutcome {
    init(_ key: String, _ result: Result<WriteReply, EngineError>) {
        switch result {
        case .success(let reply):
            self.init(
                key: key, caseID: reply.caseID, sequence: reply.sequence,
                to: reply.addresses.isEmpty ? nil : reply.addresses)
        case .failure(let error): self.init(key: key, refusal: ControlError(error))
        }
    }
}
