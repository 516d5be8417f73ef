import Foundation
import Testing
import VarlinkClient
import VarlinkWire

/// The certification of both sides against the reference implementation in Python (PyPI `varlink`).
@Suite(
    .enabled(
        if: ReferenceImplementation.isAvailable,
        "the Python package varlink is not there; JALON_TEST_PYTHON may name a python that has it"))
struct CertificationTests {
    @Test("the reference client certifies the server")
    func certifiesServer() async throws {
        try await TestService.run { service in
            let output = Pipe()
            let process = ReferenceImplementation.certification("--client", "--varlink=unix:\(service.path)")
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let data = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            let text = String(decoding: data, as: UTF8.self)
            #expect(process.terminationStatus == 0 && text.contains("Certification passed"), "\(text)")
        }
    }

    @Test("the client passes the certification of the reference server")
    func certifiesClient() async throws {
        try await TestService.run(listening: false) { service in
            let output = Pipe()
            let process = ReferenceImplementation.certification("--varlink=unix:\(service.path)")
            process.standardOutput = output
            try process.run()
            defer { process.terminate() }
            // The server says where it listens once it does.
            let greeting = output.fileHandleForReading.availableData
            #expect(String(decoding: greeting, as: UTF8.self).hasPrefix("Listening on"))
            try certify(try VarlinkConnection(path: service.path))
        }
    }
}

@Suite struct OwnCertificationTests {
    @Test("the client passes the certification of our server")
    func certifiesBoth() async throws {
        try await TestService.run { service in try certify(try service.connect()) }
    }
}

/// Sends each reply back as the next call's parameters.
private func certify(_ connection: VarlinkConnection) throws {
    struct Start: Decodable { var client_id: String }
    let interface = "org.varlink.certification"
    let start = try connection.call("\(interface).Start", [String: String](), as: Start.self)
    let client = Array(#"{"client_id":"\#(start.client_id)""#.utf8)
    func parameters(_ reply: [UInt8]) -> [UInt8] {
        let members = reply.drop { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: " ") }
        return client + (members.first == UInt8(ascii: "}") ? [] : [UInt8(ascii: ",")]) + members
    }
    var reply = VarlinkJSON.emptyObject
    for number in 1...9 { reply = try connection.call("\(interface).Test0\(number)", json: parameters(reply)) }
    struct Text: Decodable { var string: String }
    let replies = try connection.stream("\(interface).Test10", json: withOneClient(parameters(reply)))
    var texts: [String] = []
    while let text = try replies.next(as: Text.self) { texts.append(text.string) }
    #expect(texts == (1...10).map { "Reply number \($0)" })
    let last = try VarlinkJSON.encode(["last_more_replies": texts])
    try connection.callOneway("\(interface).Test11", json: parameters(last))
    let end = try connection.call("\(interface).End", json: parameters(VarlinkJSON.emptyObject))
    #expect(try VarlinkJSON.decode([String: Bool].self, from: end) == ["all_ok": true])
}

/// Merges equal members: the reference server repeats the client's id in one of its replies.
private func withOneClient(_ parameters: [UInt8]) throws -> [UInt8] {
    let object = try JSONSerialization.jsonObject(with: Data(parameters))
    return [UInt8](try JSONSerialization.data(withJSONObject: object))
}

/// The Python package that holds the certification's reference client and server.
private enum ReferenceImplementation {
    private static let python = ProcessInfo.processInfo.environment["JALON_TEST_PYTHON"] ?? "python3"

    static let isAvailable: Bool = {
        let process = Self.process(["-c", "import varlink.tests.test_certification"])
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    static func certification(_ arguments: String...) -> Process {
        process(["-m", "varlink.tests.test_certification"] + arguments)
    }

    private static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "-u"] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        return process
    }
}
