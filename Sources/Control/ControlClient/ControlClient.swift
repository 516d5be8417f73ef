package import ControlAPI
import VarlinkClient
import VarlinkWire

/// A connection to `jalond`, for a program that asks and waits for the answer.
///
/// Connects at the first call. One thread uses it. Every call throws ``ControlClientError``.
package final class ControlClient {
    /// The socket's path where nobody says another.
    package static let defaultSocketPath = "/run/jalon/control.sock"

    private let socketPath: String
    private let timeout: Duration?
    private var connection: VarlinkConnection?

    /// Makes a client of the service that listens at a path.
    ///
    /// - Parameter timeout: How long each answer may take; `nil` for ever.
    package init(socketPath: String, timeout: Duration? = .seconds(30)) {
        self.socketPath = socketPath
        self.timeout = timeout
    }

    /// The service at a glance.
    package func status() throws(ControlClientError) -> StatusReply { try call(.status, Nothing()) }

    /// The workflows that cases can be started of.
    package func workflows() throws(ControlClientError) -> WorkflowsReply { try call(.workflows, Nothing()) }

    /// Starts a case; returns once it is durable.
    package func start(_ parameters: StartParameters) throws(ControlClientError) -> SendReply {
        try call(.start, parameters)
    }

    /// Reports an event; returns once it is durable.
    package func send(_ parameters: SendParameters) throws(ControlClientError) -> SendReply {
        try call(.send, parameters)
    }

    /// Reports many events; returns once they are durable.
    package func send(many parameters: SendManyParameters) throws(ControlClientError) -> SendManyReply {
        try call(.sendMany, parameters)
    }

    /// One page of cases.
    package func cases(_ parameters: CasesParameters) throws(ControlClientError) -> CasesReply {
        try call(.cases, parameters)
    }

    /// A case in full.
    package func show(_ parameters: ShowParameters) throws(ControlClientError) -> CaseReply {
        try call(.show, parameters)
    }

    /// Says what was wrong with an entry of a journal; returns once it is durable.
    package func correct(_ parameters: CorrectParameters) throws(ControlClientError) -> SendReply {
        try call(.correct, parameters)
    }

    /// What would happen to a case.
    package func whatIf(_ parameters: WhatIfParameters) throws(ControlClientError) -> WhatIfReply {
        try call(.whatIf, parameters)
    }

    /// What a new version of a workflow would do to its cases.
    package func plan(_ parameters: PlanParameters) throws(ControlClientError) -> PlanReply {
        try call(.plan, parameters)
    }

    /// Switches the cases of a plan; returns once it is durable.
    package func apply(_ parameters: ApplyParameters) throws(ControlClientError) -> PlanReply {
        try call(.apply, parameters)
    }

    /// Has one page of cases computed again from their journals.
    package func replay(_ parameters: ReplayParameters) throws(ControlClientError) -> ReplayReply {
        try call(.replay, parameters)
    }

    /// Computes an expression with what a case knows, now or at another instant.
    package func evaluate(
        _ expression: String, in caseID: String, at: String? = nil
    ) throws(ControlClientError) -> EvaluateReply {
        try call(.evaluate, EvaluateParameters(caseID: caseID, expression: expression, at: at))
    }

    /// How a date, a value, a parameter or a cadence of a case came to be.
    package func why(_ name: String, in caseID: String) throws(ControlClientError) -> WhyReply {
        try call(.why, WhyParameters(caseID: caseID, name: name))
    }

    /// Why a case does not take an event now.
    package func whyNot(_ parameters: WhyNotParameters) throws(ControlClientError) -> WhyNotReply {
        try call(.whyNot, parameters)
    }

    /// The events that a case waits for.
    package func events(of caseID: String) throws(ControlClientError) -> EventsReply {
        try call(.events, CaseParameters(caseID: caseID))
    }

    /// What lies ahead.
    package func agenda(_ parameters: AgendaParameters) throws(ControlClientError) -> AgendaReply {
        try call(.agenda, parameters)
    }

    /// All that has happened in a case.
    package func history(of caseID: String) throws(ControlClientError) -> HistoryReply {
        try call(.history, CaseParameters(caseID: caseID))
    }

    /// Messages and what has become of them.
    package func outbox(_ parameters: OutboxParameters) throws(ControlClientError) -> OutboxReply {
        try call(.outbox, parameters)
    }

    /// One message by its key.
    package func message(_ key: String) throws(ControlClientError) -> MessageReply {
        try call(.showMessage, MessageParameters(key: key))
    }

    /// Has messages tried again, or dropped.
    package func decide(_ parameters: DecideParameters) throws(ControlClientError) -> DecideReply {
        try call(.decideMessages, parameters)
    }

    /// Looks at journals; returns once it is done.
    package func verify(_ parameters: VerifyParameters) throws(ControlClientError) -> VerifyReply {
        try call(.verify, parameters)
    }

    /// Copies the store to a file of the service's machine.
    package func backup(_ parameters: BackupParameters) throws(ControlClientError) -> BackupReply {
        try call(.backup, parameters)
    }

    /// A case's proof, line by line.
    package func proof(of caseID: String, line: (String) throws -> Void) throws {
        let connection = try connected()
        do {
            let replies = try connection.stream(
                ControlMethod.proof.fullName, CaseParameters(caseID: caseID), timeout: timeout)
            while let reply = try replies.next(as: ProofReply.self) {
                for text in reply.lines { try line(text) }
            }
        } catch let error as VarlinkClientError {
            throw ControlClientError(error)
        }
    }

    /// Has the workflow files read again.
    package func reload() throws(ControlClientError) -> ReloadReply { try call(.reload, Nothing()) }

    /// Tells what happens from now on, until the service ends the stream by an error or `body` throws.
    ///
    /// - Parameters:
    ///   - caseID: The case; `nil` for all.
    ///   - began: Called once, when nothing that happens from then on is missed.
    ///   - missed: Called with the number of things that happened and are left out, where `body` has been too slow.
    ///   - body: Called for each thing that happens.
    package func watch(
        _ caseID: String?, began: () throws -> Void = {}, missed: (Int) throws -> Void = { _ in },
        body: (_ caseID: String, Happened) throws -> Void
    ) throws {
        let connection = try connected()
        do {
            let replies = try connection.stream(
                ControlMethod.watch.fullName, WatchParameters(caseID: caseID))
            while let reply = try replies.next(as: WatchReply.self) {
                if let caseID = reply.caseID, let happened = reply.happened {
                    try body(caseID, happened)
                } else if let count = reply.missed {
                    try missed(count)
                } else {
                    try began()
                }
            }
        } catch let error as VarlinkClientError {
            throw ControlClientError(error)
        }
    }

    private struct Nothing: Encodable {}

    private func call<Reply: Decodable>(
        _ method: ControlMethod, _ parameters: some Encodable
    ) throws(ControlClientError) -> Reply {
        let connection = try connected()
        do throws(VarlinkClientError) {
            return try connection.call(method.fullName, parameters)
        } catch {
            throw ControlClientError(error, isRecording: method.isRecording)
        }
    }

    private func connected() throws(ControlClientError) -> VarlinkConnection {
        if let connection { return connection }
        do throws(VarlinkClientError) {
            let made = try VarlinkConnection(path: socketPath, timeout: timeout)
            connection = made
            return made
        } catch {
            throw ControlClientError(error)
        }
    }
}

extension ControlMethod {
    /// Whether a call of it changes what the service keeps of cases and messages.
    fileprivate var isRecording: Bool {
        switch self {
        case .start, .send, .sendMany, .correct, .apply, .decideMessages: true
        default: false
        }
    }
}
