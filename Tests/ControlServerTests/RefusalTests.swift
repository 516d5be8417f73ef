import ControlAPI
import ControlClient
import Foundation
import Glibc
import Synchronization
import Testing
import Varlink
import VarlinkClient
import VarlinkWire
import WorkflowEngine

@testable import ControlServer

@Suite("What is refused")
struct RefusalTests {
    @Test(
        "each of the engine's errors reaches the caller with code, message and hint",
        arguments: EngineError.Code.allCases)
    func errors(code: EngineError.Code) async throws {
        try await Harness.run { harness in
            harness.engine.state.withLock { $0.failure = EngineError(code, "no \(code)", hint: "try again") }
            let status = await refusal { _ = try await harness.ask { try $0.status() } }
            #expect(status?.code.rawValue == code.rawValue)
            #expect(status?.message == "no \(code)")
            #expect(status?.hint == "try again")
            let sent = await refusal { _ = try await harness.ask { try $0.send(.init(caseID: "c", event: "e")) } }
            #expect(sent == status)
        }
    }

    /// One call of each method.
    private static let calls: [(method: ControlMethod, call: @Sendable (ControlClient) throws -> Void)] = [
        (.status, { _ = try $0.status() }),
        (.workflows, { _ = try $0.workflows() }),
        (.start, { _ = try $0.start(.init(workflow: "w")) }),
        (.send, { _ = try $0.send(.init(caseID: "c", event: "e")) }),
        (.correct, { _ = try $0.correct(.init(caseID: "c", entry: 1, reason: "r")) }),
        (.sendMany, { _ = try $0.send(many: .init(events: [])) }),
        (.cases, { _ = try $0.cases(.init()) }),
        (.show, { _ = try $0.show(.init(caseID: "c")) }),
        (.events, { _ = try $0.events(of: "c") }),
        (.evaluate, { _ = try $0.evaluate("1", in: "c") }),
        (.why, { _ = try $0.why("d", in: "c") }),
        (.whyNot, { _ = try $0.whyNot(.init(caseID: "c", event: "e", fields: nil)) }),
        (.agenda, { _ = try $0.agenda(.init()) }),
        (.whatIf, { _ = try $0.whatIf(.init(caseID: "c")) }),
        (.plan, { _ = try $0.plan(.init(workflow: "w")) }),
        (.apply, { _ = try $0.apply(.init(plan: "d")) }),
        (.replay, { _ = try $0.replay(.init()) }),
        (.history, { _ = try $0.history(of: "c") }),
        (.proof, { try $0.proof(of: "c") { _ in } }),
        (.verify, { _ = try $0.verify(.init()) }),
        (.backup, { _ = try $0.backup(.init(file: "/f")) }),
        (.outbox, { _ = try $0.outbox(.init()) }),
        (.showMessage, { _ = try $0.message("k") }),
        (.decideMessages, { _ = try $0.decide(.init(decision: "retry", keys: ["k"])) }),
        (.reload, { _ = try $0.reload() }),
        (.watch, { try $0.watch(nil, began: { throw Began() }, body: { _, _ in }) }),
    ]

    private struct Began: Error {}

    @Test(
        "a call beyond the caller's role is refused and does not reach the engine",
        arguments: [nil] + ControlRole.allCases.map { Optional($0) })
    func roles(role: ControlRole?) async throws {
        #expect(Self.calls.map(\.method) == ControlMethod.allCases)
        try await Harness.run { harness in
            harness.roles.withLock { $0 = ControlRoles(administrators: [], others: role) }
            for (method, call) in Self.calls {
                let before = harness.engine.state.withLock(\.asked)
                do {
                    try await harness.ask(call)
                    #expect(role.map { $0 >= method.neededRole } == true, "\(method)")
                } catch is Began {
                    #expect(role != nil)
                } catch ControlClientError.refused(let error) {
                    #expect(role.map { $0 >= method.neededRole } != true, "\(method)")
                    #expect(error.code == .permissionDenied)
                    #expect(error.message.hasPrefix("user \(getuid()) may not "))
                    #expect(error.hint != nil)
                    #expect(harness.engine.state.withLock(\.asked) == before)
                }
            }
        }
    }

    @Test("looking is for everybody, events for operators, reloading for administrators")
    func neededRoles() {
        let needed = Dictionary(grouping: ControlMethod.allCases, by: \.neededRole)
        #expect(needed[.operator] == [.start, .send, .correct, .sendMany, .verify, .decideMessages])
        #expect(needed[.administrator] == [.apply, .backup, .reload])
    }

    @Test("a role follows from the user, then the group, then what everybody may")
    func roleOfPeer() {
        var roles = ControlRoles(administrators: [0, 900], operatorGroups: [50], operators: [1000])
        func role(_ user: UInt32, _ group: UInt32, _ others: Set<UInt32> = []) -> ControlRole? {
            roles.role(of: PeerCredentials(processID: 1, userID: user, groupID: group, groups: others))
        }
        #expect(role(7, 7, [20, 50]) == .operator)
        #expect(role(7, 7, [20, 0, 900, 1000]) == .viewer)
        #expect(role(0, 50) == .administrator)
        #expect(role(900, 1) == .administrator)
        #expect(role(1000, 1) == .operator)
        #expect(role(7, 50) == .operator)
        #expect(role(7, 7) == .viewer)
        roles.others = nil
        #expect(role(7, 7) == nil)
        #expect(role(7, 50) == .operator)
    }

    @Test("an unknown method or parameter is refused by name")
    func unknown() async throws {
        try await Harness.run { harness in
            let method = try await error(of: "org.jalon.Control.Nothing", "{}", at: harness)
            #expect(method == "org.varlink.service.MethodNotFound")
            let parameter = try await error(of: "org.jalon.Control.Show", #"{"case":"c","wen":"now"}"#, at: harness)
            #expect(parameter == "org.varlink.service.InvalidParameter")
            let type = try await error(of: "org.jalon.Control.Send", #"{"case":1,"event":"e"}"#, at: harness)
            #expect(type == "org.varlink.service.InvalidParameter")
            let digits = String(repeating: "7", count: 50)
            let number = try await error(
                of: "org.jalon.Control.Send", #"{"case":"c","event":"e","fields":{"n":\#(digits)}}"#, at: harness)
            #expect(number == "org.jalon.Control.BadRequest")
            let stream = try await error(of: "org.jalon.Control.Watch", "{}", at: harness)
            #expect(stream == "org.varlink.service.ExpectedMore")
            #expect(harness.engine.state.withLock(\.asked).isEmpty)
        }
    }

    private func error(of method: String, _ parameters: String, at harness: Harness) async throws -> String? {
        try await harness.call { connection in
            do {
                _ = try connection.call(method, json: Array(parameters.utf8))
                return nil
            } catch VarlinkClientError.server(let error) {
                return error.name
            }
        }
    }

    @Test("bytes that are no call end their connection and nothing else")
    func garbage() async throws {
        try await Harness.run { harness in
            for text in ["GET / HTTP/1.1\r\n\r\n\0", "{\0", "\u{FF}\u{FF}\0", "[1]\0", "{\"method\":7}\0"] {
                let path = harness.path
                let answer = try await onThread { try exchange(Array(text.utf8), with: path) }
                #expect(!answer.contains("org.jalon"))
            }
            let status = try await harness.ask { try $0.status() }
            #expect(status.version == "1.2.3")
        }
    }

    @Test("the service describes itself with the interface file")
    func description() async throws {
        try await Harness.run { harness in
            let reply = try await harness.call { connection in
                try connection.call(
                    "org.varlink.service.GetInterfaceDescription", ["interface": ControlInterface.name],
                    as: [String: String].self)
            }
            #expect(reply == ["description": ControlInterface.description])
        }
    }
}

/// Sends bytes, closes that half, and returns all that comes back.
private func exchange(_ bytes: [UInt8], with path: String) throws -> String {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    let address = try #require(UnixSocketAddress(path: path))
    try #require(address.connect(descriptor) == 0)
    try #require(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    shutdown(descriptor, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
        answer += buffer[..<count]
    }
}
