import Dispatch
import FoundationEssentials
import Glibc
import PluginAPI
import Synchronization

/// The plugin's side of the protocol.
final class Session: Sendable {
    /// The longest message the host may send, in bytes.
    private static let longestMessage = 16 << 20
    /// How many keys are remembered with their answers.
    private static let keysRemembered = 1024

    private let name: String
    private let start: PluginProgram.Start
    private let output: Int32
    private let actions = DispatchGroup()
    private let queue = DispatchQueue(label: "jalon.plugin-actions", attributes: .concurrent)
    private let state = Mutex(State())
    /// Held while a line is written, so that lines do not mix.
    private let writing = Mutex(())

    private struct State {
        var handlers: [String: PluginProgram.Handler]?
        /// Who waits for the action of that key, while it is under way.
        var underWay: [String: [MessageID]] = [:]
        var delivered: [String: ExecuteResult] = [:]
        var deliveredInOrder: [String] = []
        var nextEvent: Int64 = 1
        var emitting: [Int64: Emission] = [:]
        var isOver = false
    }

    /// An event whose answer is awaited.
    private final class Emission: Sendable {
        let answered = DispatchSemaphore(value: 0)
        let refusal = Mutex<(any Error)?>(nil)
    }

    init(name: String, start: @escaping PluginProgram.Start, output: Int32) {
        self.name = name
        self.start = start
        self.output = output
    }

    /// Reads and obeys until the host says `shutdown` or its end of the pipe closes; returns the exit code.
    func serve(input: Int32) -> Int32 {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var exitCode: Int32 = 0
        reading: while true {
            let count = read(input, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            pending += chunk[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(pending[..<end])
                pending.removeSubrange(...end)
                if !obey(line) { break reading }
            }
            if pending.count > Self.longestMessage {
                complain("the host sent a message longer than \(Self.longestMessage) bytes")
                exitCode = 1
                break
            }
        }
        let emitting = state.withLock { state in
            state.isOver = true
            return state.emitting.values.map { $0 }
        }
        for emission in emitting { answer(emission, PluginRefusal("the host is gone")) }
        actions.wait()
        return exitCode
    }

    /// Obeys one message; false if it was the last.
    private func obey(_ line: Data) -> Bool {
        let decoder = JSONDecoder()
        guard let head = try? decoder.decode(MessageHead.self, from: line) else {
            respond(nil, RPCFailure(code: RPCFailure.parseError, message: "this is not a JSON-RPC message"))
            return true
        }
        guard let name = head.method else {
            takeAnswer(head.id, try? decoder.decode(Response<EmitResult>.self, from: line))
            return true
        }
        switch PluginMethod(rawValue: name) {
        case .initialize:
            initialize(head.id, try? decoder.decode(Request<InitializeParameters>.self, from: line).params)
        case .execute: execute(head.id, try? decoder.decode(Request<ExecuteParameters>.self, from: line).params)
        // An action here ends by its own time limits, below the manifest's; its answer is due all the same.
        case .cancel: break
        case .shutdown: return false
        case .emit, nil:
            if let id = head.id {
                respond(id, RPCFailure(code: RPCFailure.methodNotFound, message: "there is no method '\(name)'"))
            }
        }
        return true
    }

    // MARK: Methods

    private func initialize(_ id: MessageID?, _ parameters: InitializeParameters?) {
        guard let parameters else {
            let message = "initialize takes protocol, plugin, settings, secrets and folder"
            return respond(id, RPCFailure(code: RPCFailure.invalidParameters, message: message))
        }
        guard parameters.protocol == PluginManifest.currentProtocol else {
            let spoken = "this plugin speaks protocol \(PluginManifest.currentProtocol), not \(parameters.protocol)"
            return respond(id, RPCFailure(code: RPCFailure.refused, message: spoken))
        }
        guard parameters.plugin == name else {
            let message = "this is plugin '\(name)', not '\(parameters.plugin)': its manifest is another's"
            return respond(id, RPCFailure(code: RPCFailure.refused, message: message))
        }
        do {
            let context = PluginContext(parameters) { [self] event in try emit(event) }
            let handlers = try start(context)
            state.withLock { $0.handlers = handlers }
            write(Response(id: id, result: InitializeResult(actions: handlers.keys.sorted())))
        } catch {
            respond(id, RPCFailure(code: RPCFailure.refused, message: "\(error)"))
        }
    }

    private enum Decision {
        case perform(PluginProgram.Handler)
        case wait
        case answer(ExecuteResult)
        case refuse(String)
    }

    private func execute(_ id: MessageID?, _ parameters: ExecuteParameters?) {
        guard let id, let parameters else {
            let message = "action/execute takes an id and key, action and input"
            return respond(id, RPCFailure(code: RPCFailure.invalidParameters, message: message))
        }
        let key = parameters.action + "\n" + parameters.key
        let decision: Decision = state.withLock { state in
            guard let handler = state.handlers?[parameters.action] else {
                return .refuse("there is no action '\(parameters.action)'")
            }
            if let result = state.delivered[key] { return .answer(result) }
            if state.underWay[key] != nil {
                state.underWay[key]?.append(id)
                return .wait
            }
            state.underWay[key] = [id]
            return .perform(handler)
        }
        switch decision {
        case .wait: break
        case .answer(let result): write(Response(id: id, result: result))
        case .refuse(let message):
            respond(id, RPCFailure(code: RPCFailure.methodNotFound, message: message))
        case .perform(let handler):
            queue.async(group: actions) { [self] in
                let request = ActionRequest(key: parameters.key, input: parameters.input)
                finish(key, Self.perform(handler, request))
            }
        }
    }

    private static func perform(_ handler: PluginProgram.Handler, _ request: ActionRequest) -> ExecuteResult {
        do {
            return try handler(request)
        } catch let refusal as PluginRefusal {
            return .failedPermanently(refusal.description)
        } catch {
            return .failedTemporarily("\(error)")
        }
    }

    private func finish(_ key: String, _ result: ExecuteResult) {
        let ids = state.withLock { state in
            if result.outcome == .delivered {
                state.delivered[key] = result
                state.deliveredInOrder.append(key)
                if state.deliveredInOrder.count > Self.keysRemembered {
                    state.delivered[state.deliveredInOrder.removeFirst()] = nil
                }
            }
            return state.underWay.removeValue(forKey: key) ?? []
        }
        for id in ids { write(Response(id: id, result: result)) }
    }

    // MARK: Events

    private func emit(_ parameters: EmitParameters) throws {
        let emission = Emission()
        let id: Int64? = state.withLock { state in
            guard !state.isOver else { return nil }
            defer { state.nextEvent += 1 }
            state.emitting[state.nextEvent] = emission
            return state.nextEvent
        }
        guard let id else { throw PluginRefusal("the host is gone") }
        guard write(Request(id: .integer(id), .emit, parameters)) else {
            state.withLock { $0.emitting[id] = nil }
            throw PluginRefusal("the data of event '\(parameters.event)' has a number that is not finite")
        }
        emission.answered.wait()
        if let refusal = emission.refusal.withLock({ $0 }) { throw refusal }
    }

    private func takeAnswer(_ id: MessageID?, _ response: Response<EmitResult>?) {
        guard case .integer(let number)? = id,
            let emission = state.withLock({ $0.emitting.removeValue(forKey: number) })
        else { return complain("the host answered what was not asked, ignoring") }
        let notUnderstood = RPCFailure(code: RPCFailure.internalError, message: "the host's answer is not understood")
        answer(emission, response?.result == nil ? response?.error ?? notUnderstood : nil)
    }

    private func answer(_ emission: Emission, _ refusal: (any Error)?) {
        emission.refusal.withLock { $0 = refusal }
        emission.answered.signal()
    }

    // MARK: Writing

    private func respond(_ id: MessageID?, _ error: RPCFailure) { write(Response<NoParameters>(id: id, error: error)) }

    /// Writes a message; false if it cannot be said in JSON, which knows no infinite numbers.
    @discardableResult
    private func write(_ message: some Encodable) -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(message) else { return false }
        // A host that is gone takes no answer; the read loop ends for the same reason.
        writing.withLock { _ in writeAll(Array(json) + [UInt8(ascii: "\n")], to: output) }
        return true
    }

    private func complain(_ text: String) { writeAll(Array("\(name): \(text)\n".utf8), to: STDERR_FILENO) }
}

/// Writes all the bytes, as far as somebody takes them.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
