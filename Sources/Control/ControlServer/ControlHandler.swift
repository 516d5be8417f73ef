import ControlAPI
import CivilTime
import Dispatch
import Varlink
import VarlinkWire
import WorkflowEngine

/// Carries out the calls of ``ControlInterface`` by asking the engine.
///
/// A call is checked and handed on where it arrives, on the event loop, and a small answer is turned into JSON there.
/// What may be long is turned into JSON on a queue of its own, so that neither the loop nor the engine's thread waits
/// for it. Calls that carry much are read on another.
struct ControlHandler: VarlinkHandler {
    let engine: any EngineAccess
    private let roles: @Sendable () -> ControlRoles
    /// Serial: a stream's replies leave in the order in which things happened.
    private let encoding = DispatchQueue(label: "org.jalon.control.encoding")
    let bulk = DispatchQueue(label: "org.jalon.control.bulk")

    init(engine: any EngineAccess, roles: @escaping @Sendable () -> ControlRoles) {
        self.engine = engine
        self.roles = roles
    }

    func call(_ call: VarlinkCall, reply: VarlinkResponder) {
        guard let method = ControlMethod(rawValue: call.method) else {
            return reply.error(.methodNotImplemented("\(call.interface).\(call.method)"))
        }
        if let refusal = refusal(of: method, to: call.peer) { return reply.error(VarlinkError(refusal)) }
        do throws(VarlinkError) {
            switch method {
            case .status: engine.status(soon: reply.soon) { answerBriefly(reply, $0, StatusReply.init) }
            case .workflows: engine.workflows { answer(reply, $0, WorkflowsReply.init) }
            case .start: try start(call, reply)
            case .send: try send(call, reply)
            case .correct: try correct(call, reply)
            case .sendMany: bulk.async { sendMany(call, reply) }
            case .cases: try cases(call, reply)
            case .show:
                let asked = try call.decodeParameters(as: ShowParameters.self)
                engine.show(asked.caseID, at: asked.at) { answer(reply, $0, CaseReply.init) }
            case .events:
                let asked = try call.decodeParameters(as: CaseParameters.self)
                engine.events(asked.caseID) { answer(reply, $0, EventsReply.init) }
            case .evaluate:
                let asked = try call.decodeParameters(as: EvaluateParameters.self)
                engine.evaluate(asked.expression, in: asked.caseID, at: asked.at) {
                    answer(reply, $0, EvaluateReply.init)
                }
            case .why:
                let asked = try call.decodeParameters(as: WhyParameters.self)
                engine.why(asked.name, in: asked.caseID) { answer(reply, $0) { WhyReply(lines: $0) } }
            case .whyNot:
                let asked = try exact(call, as: WhyNotParameters.self)
                engine.whyNot(SendRequest(asked)) { answer(reply, $0, WhyNotReply.init) }
            case .agenda: try agenda(call, reply)
            case .whatIf: try whatIf(call, reply)
            case .plan:
                let asked = try call.decodeParameters(as: PlanParameters.self)
                engine.plan(asked.workflow, cases: asked.cases) { answer(reply, $0, PlanReply.init) }
            case .apply: try apply(call, reply)
            case .replay:
                let asked = try call.decodeParameters(as: ReplayParameters.self)
                let limit = try rows(asked.limit)
                engine.replayDifferences(after: asked.after, limit: limit) { answer(reply, $0, ReplayReply.init) }
            case .history:
                let asked = try call.decodeParameters(as: CaseParameters.self)
                engine.history(asked.caseID) { answer(reply, $0, HistoryReply.init) }
            case .outbox:
                let asked = try call.decodeParameters(as: OutboxParameters.self)
                let (limit, state) = (try rows(asked.limit), try self.state(asked.state))
                engine.outbox(asked.caseID, in: state, limit: limit) { answer(reply, $0, OutboxReply.init) }
            case .showMessage:
                let asked = try call.decodeParameters(as: MessageParameters.self)
                engine.effect(asked.key) { answer(reply, $0) { MessageReply(message: Message($0)) } }
            case .decideMessages: try decide(call, reply)
            case .proof: try proof(call, reply)
            case .verify:
                let asked = try call.decodeParameters(as: VerifyParameters.self)
                engine.verify(asked.caseID, withReplay: asked.replay ?? false) { answer(reply, $0, VerifyReply.init) }
            case .backup: try backup(call, reply)
            case .reload:
                engine.reload { answer(reply, $0) { ReloadReply(problems: $0.problems, withdrawn: $0.withdrawn) } }
            case .watch: try watch(call, reply)
            }
        } catch {
            reply.error(error)
        }
    }

    private func refusal(of method: ControlMethod, to peer: PeerCredentials) -> ControlError? {
        if let role = roles().role(of: peer), role >= method.neededRole { return nil }
        let need =
            switch method.neededRole {
            case .viewer: "ask an administrator to let you look"
            case .operator: "ask an administrator to make you an operator"
            case .administrator: "use sudo, or ask an administrator to do it"
            }
        return ControlError(.permissionDenied, "user \(peer.userID) may not \(method.action)", hint: need)
    }

    // MARK: Calls

    private func start(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try exact(call, as: StartParameters.self)
        engine.write(.start(StartRequest(asked, author: call.peer.userID)), soon: reply.soon) {
            answerBriefly(reply, $0, SendReply.init)
        }
    }

    private func send(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try exact(call, as: SendParameters.self)
        engine.write(.send(SendRequest(asked, author: call.peer.userID)), soon: reply.soon) {
            answerBriefly(reply, $0, SendReply.init)
        }
    }

    private func correct(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try exact(call, as: CorrectParameters.self)
        engine.write(.correct(CorrectRequest(asked, author: call.peer.userID))) { answer(reply, $0, SendReply.init) }
    }

    private func whatIf(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try exact(call, as: WhatIfParameters.self)
        let events = asked.events ?? []
        guard events.count <= ControlInterface.maximumSupposedEvents else {
            let error = ControlError(
                .badRequest, "\(events.count) events are more than one question may suppose",
                hint: "suppose at most \(ControlInterface.maximumSupposedEvents)")
            throw VarlinkError(error)
        }
        engine.whatIf(asked.caseID, events.map(WorkflowEngine.SupposedEvent.init), until: asked.until) {
            answer(reply, $0, WhatIfReply.init)
        }
    }

    private func apply(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try call.decodeParameters(as: ApplyParameters.self)
        let request = ApplyRequest(plan: asked.plan, reason: asked.reason ?? "", author: call.peer.userID)
        engine.write(.apply(request)) { answer(reply, $0, PlanReply.init) }
    }

    private func sendMany(_ call: VarlinkCall, _ reply: VarlinkResponder) {
        let asked: [SendParameters]
        do throws(VarlinkError) {
            asked = try exact(call, as: SendManyParameters.self).events
        } catch {
            return reply.error(error)
        }
        guard asked.count <= ControlInterface.maximumEvents else {
            let error = ControlError(
                .badRequest, "\(asked.count) events are more than one call may carry",
                hint: "send at most \(ControlInterface.maximumEvents) at a time")
            return reply.error(VarlinkError(error))
        }
        let requests = asked.map { WriteRequest.send(SendRequest($0, author: call.peer.userID)) }
        engine.write(requests) { results in
            bulk.async {
                send(reply, SendManyReply(outcomes: zip(asked, results).map { Outcome(of: $0.caseID, $1) }))
            }
        }
    }

    private func cases(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try call.decodeParameters(as: CasesParameters.self)
        let limit = try rows(asked.limit)
        // One more than asked for tells whether there is another page.
        engine.cases(after: asked.after, workflow: asked.workflow, limit: limit + 1) { result in
            answer(reply, result) { found in
                let page = found.prefix(limit).map(ControlAPI.CaseSummary.init)
                return CasesReply(cases: page, next: found.count > limit ? page.last?.caseID : nil)
            }
        }
    }

    private func agenda(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try call.decodeParameters(as: AgendaParameters.self)
        let from = try instant(asked.from, "from")
        let until = try instant(asked.until, "until")
        let limit = try rows(asked.limit)
        engine.agenda(from: from, until: until, caseID: asked.caseID, at: asked.at, limit: limit) {
            answer(reply, $0, AgendaReply.init)
        }
    }

    /// Watching begins once the case is known to exist, and ends with the connection or the service.
    private func watch(_ call: VarlinkCall, _ reply: VarlinkResponder) throws(VarlinkError) {
        let asked = try call.decodeParameters(as: WatchParameters.self)
        guard let caseID = asked.caseID else { return beginWatching(nil, reply) }
        engine.events(caseID) { result in
            switch result {
            case .success: beginWatching(caseID, reply)
            case .failure(let error): reply.error(VarlinkError(ControlError(error)))
            }
        }
    }

    private func beginWatching(_ caseID: String?, _ reply: VarlinkResponder) {
        let stream = WatchStream(reply, on: encoding)
        let number = engine.watch(caseID, happened: stream.happened)
        stream.begin()
        reply.onCancel { cancellation in
            engine.unwatch(number)
            guard cancellation == .shutdown else { return }
            let stopping = ControlError(.stopping, "jalond stops", hint: "watch again once it has started")
            reply.error(VarlinkError(stopping))
        }
    }

    // MARK: Parts of calls

    /// The parameters of a call that carries numbers, which must not lose a digit.
    private func exact<Parameters: Decodable>(
        _ call: VarlinkCall, as type: Parameters.Type
    ) throws(VarlinkError) -> Parameters {
        guard !JSONValue.hasOverlongNumber(call.parameters) else {
            let error = ControlError(.badRequest, "a number has more than \(JSONValue.maximumDigits) digits")
            throw VarlinkError(error)
        }
        return try call.decodeParameters(as: type)
    }

    private func rows(_ limit: Int?) throws(VarlinkError) -> Int {
        let limit = limit ?? ControlInterface.defaultRows
        guard (1...ControlInterface.maximumRows).contains(limit) else {
            throw VarlinkError(
                ControlError(.badRequest, "a limit of \(limit) is not between 1 and \(ControlInterface.maximumRows)"))
        }
        return limit
    }

    private func instant(_ text: String?, _ name: String) throws(VarlinkError) -> Timestamp? {
        guard let text else { return nil }
        if let instant = Timestamp(rfc3339: text) { return instant }
        throw VarlinkError(
            ControlError(
                .badRequest, "'\(name)' is '\(text)', which is no instant", hint: "write 2021-09-24T16:30:00Z"))
    }

    // MARK: Answers

    func answer<Value: Sendable, Reply: Encodable & Sendable>(
        _ reply: VarlinkResponder, _ result: Result<Value, EngineError>,
        _ convert: @escaping @Sendable (Value) -> Reply
    ) {
        switch result {
        case .success(let value): encoding.async { send(reply, convert(value)) }
        case .failure(let error): reply.error(VarlinkError(ControlError(error)))
        }
    }

    /// The same for what is small, or as long as what one event sets off.
    private func answerBriefly<Value: Sendable, Reply: Encodable & Sendable>(
        _ reply: VarlinkResponder, _ result: Result<Value, EngineError>,
        _ convert: @escaping @Sendable (Value) -> Reply
    ) {
        switch result {
        case .success(let value): reply.reply(small: { convert(value) }, failure: Self.unwritable)
        case .failure(let error): reply.error(VarlinkError(ControlError(error)))
        }
    }

    func send(_ reply: VarlinkResponder, _ value: some Encodable) {
        do {
            try reply.reply(value)
        } catch {
            reply.error(Self.unwritable(error))
        }
    }

    /// Nothing the engine says lacks a JSON form; if it did, the caller must not wait for ever.
    static func unwritable(_ error: any Error) -> VarlinkError {
        VarlinkError(ControlError(.badRequest, "the answer cannot be written as JSON: \(error)"))
    }
}
