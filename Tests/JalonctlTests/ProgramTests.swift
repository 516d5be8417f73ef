import ControlAPI
import Foundation
import Synchronization
import Testing
import Varlink
import VarlinkWire

/// The built program, as people start it.
@Suite("The program")
struct ProgramTests {
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String
    }

    /// The program beside the tests, in the folder of what was built.
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "jalonctl")

    private func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return try await withCheckedThrowingContinuation { continuation in
            Thread {
                // What fits a pipe does not block, and no test prints more.
                let output = output.fileHandleForReading.readDataToEndOfFile()
                let errors = errors.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(
                    returning: Outcome(
                        code: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
                        errors: String(decoding: errors, as: UTF8.self)))
            }.start()
        }
    }

    /// A service that answers every call in one way and keeps what it was asked.
    private final class Service: VarlinkHandler {
        let answer: @Sendable (String) -> Result<[UInt8], VarlinkError>
        let asked = Mutex<[String]>([])

        init(_ answer: @escaping @Sendable (String) -> Result<[UInt8], VarlinkError>) { self.answer = answer }

        func call(_ call: VarlinkCall, reply: VarlinkResponder) {
            asked.withLock { $0.append("\(call.method) \(String(decoding: call.parameters, as: UTF8.self))") }
            switch answer(call.method) {
            case .success(let parameters): reply.reply(parameters)
            case .failure(let error): reply.error(error)
            }
        }
    }

    private func withService(_ service: Service, _ body: (String) async throws -> Void) async throws {
        let name = "jalonctl-\(UUID().uuidString.prefix(8))"
        let path = FileManager.default.temporaryDirectory.appending(path: name).path
        let implementation = try VarlinkImplementation(description: ControlInterface.description, handler: service)
        let server = VarlinkServer(
            identity: VarlinkIdentity(vendor: "Jalon", product: "test", version: "1", url: "https://example.org"),
            implementations: [implementation])
        try await server.listen(on: .path(path, mode: 0o600))
        do {
            try await body(path)
        } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
        try? FileManager.default.removeItem(atPath: "\(path).lock")
    }

    @Test(
        "each of the service's errors ends the program with its exit code and one line",
        arguments: [
            (ControlError.Code.caseNotFound, Int32(3)), (.workflowNotFound, 3), (.caseExists, 4), (.badRequest, 4),
            (.notAccepted, 4), (.incomplete, 4), (.stopping, 5), (.permissionDenied, 6), (.storeFull, 8),
            (.storeFailed, 8), (.busy, 1),
        ])
    func refused(code: ControlError.Code, exit: Int32) async throws {
        let error = try VarlinkError(code.fullName, ControlError(code, "no \(code)", hint: "try again"))
        try await withService(Service { _ in .failure(error) }) { path in
            let outcome = try await run(["history", "t-1", "--socket", path])
            #expect(outcome.code == exit)
            #expect(outcome.errors == "jalonctl: no \(code); try again\n")
            #expect(outcome.output.isEmpty)
            let json = try await run(["--json", "history", "t-1"], environment: ["JALON_SOCKET": path])
            #expect(json.code == exit)
            #expect(json.errors == #"{"code":"\#(code.rawValue)","hint":"try again","message":"no \#(code)"}"# + "\n")
        }
    }

    @Test("events and starts arrive as they were written")
    func sent() async throws {
        let reply = #"{"case":"t-1","sequence":7,"happened":[]}"#
        let service = Service { _ in .success(Array(reply.utf8)) }
        try await withService(service) { path in
            let sent = try await run([
                "send", "t-1", "offer.received", "candidate=Société Étoile", "price=100001.01 MAD", "--data",
                #"{"mark": 79.50}"#, "--on", "2021-09-24T16:30", "--socket", path,
            ])
            #expect(sent.code == 0)
            #expect(sent.output == "t-1  offer.received is entry 7 of its journal\n")
            let started = try await run([
                "start", "tanger", "--case", "t-1", "--set", "penalty=1", "--party", "buyer=a@example.org", "--rebase",
                "start=2026-01-01", "--socket", path,
            ])
            #expect(started.output == "t-1 started\n")
            let json = try await run(["start", "tanger", "--json", "--socket", path])
            #expect(try VarlinkJSON.decode(SendReply.self, from: Array(json.output.utf8)).sequence == 7)
        }
        #expect(
            service.asked.withLock(\.self) == [
                #"Send {"case":"t-1","event":"offer.received","fields":{"candidate":"Société Étoile","mark":79.5,"#
                    + #""price":"100001.01 MAD"},"occurredAt":"2021-09-24T16:30"}"#,
                #"Start {"case":"t-1","parameters":{"penalty":"1"},"parties":{"buyer":"a@example.org"},"#
                    + #""rebase":{"date":"start","to":"2026-01-01"},"workflow":"tanger"}"#,
                #"Start {"workflow":"tanger"}"#,
            ])
    }

    @Test("what could only be half done is refused before anything is asked")
    func refused() async throws {
        for (arguments, words) in [
            (
                ["start", "tanger", "--rebase", "a=2026-01-01", "--rebase", "b=2026-01-02"],
                "--rebase is given 2 times, as 'a=2026-01-01' and 'b=2026-01-02'; give it once"
            ),
            (
                [
                    "simulate", Fixture.path("etude.yaml"), "--rebase", "debut=2027-06-01", "--rebase",
                    "debut=2027-07-01",
                ],
                "--rebase is given 2 times"
            ),
            (
                [
                    "correct", "t-1", "1", "--rebase", "a=2026-01-01", "--rebase", "b=2026-01-02", "--reason", "r",
                ], "--rebase is given 2 times"
            ),
            (["simulate", "t-1", "--messages"], "'t-1' is no file; leave it out; jalonctl outbox list t-1 --messages"),
        ] {
            let outcome = try await run(arguments)
            #expect(outcome.code == 2 && outcome.errors.contains(words), "\(outcome.errors)")
        }
    }

    @Test("pages of cases are fetched until there are enough")
    func pages() async throws {
        let count = Mutex(0)
        let service = Service { _ in
            let page = count.withLock { count in
                count += 1
                return count
            }
            let item = #"{"case":"c-\#(page)","workflow":"w","title":"t","status":"running","states":[]}"#
            let next = page < 3 ? #","next":"c-\#(page)""# : ""
            return .success(Array(#"{"cases":[\#(item)]\#(next)}"#.utf8))
        }
        try await withService(service) { path in
            let outcome = try await run(["cases", "--all", "--json", "--socket", path])
            let reply = try VarlinkJSON.decode(CasesReply.self, from: Array(outcome.output.utf8))
            #expect(reply.cases.map(\.caseID) == ["c-1", "c-2", "c-3"])
            #expect(reply.next == nil)
        }
        #expect(
            service.asked.withLock(\.self) == [
                #"Cases {"limit":1000}"#, #"Cases {"after":"c-1","limit":1000}"#,
                #"Cases {"after":"c-2","limit":1000}"#,
            ])
    }

    @Test("a reload that could not load everything ends with the exit code of bad files")
    func reload() async throws {
        try await withService(
            Service { _ in .success(Array(#"{"problems":["a.yaml: broken"],"withdrawn":[]}"#.utf8)) }
        ) { path in
            let outcome = try await run(["reload", "--socket", path])
            #expect(outcome.code == 7)
            #expect(outcome.output == "a.yaml: broken\n")
        }
    }

    @Test("a reload that finds a workflow's file gone says what becomes of its cases")
    func withdrawn() async throws {
        let service = Service { _ in .success(Array(#"{"problems":[],"withdrawn":["audit"]}"#.utf8)) }
        try await withService(service) { path in
            let outcome = try await run(["reload", "--socket", path])
            #expect(outcome.code == 0)
            #expect(
                outcome.output
                    == "reloaded\nno file holds workflow 'audit' any more: no new case of it can be started; "
                    + "those there are keep their version and go on\n")
        }
    }

    @Test("where no service answers the line names the socket and what to do")
    func noService() async throws {
        let outcome = try await run(["status", "--socket", "/nonexistent/control.sock"])
        #expect(outcome.code == 5)
        #expect(
            outcome.errors == "jalonctl: no jalond answers at /nonexistent/control.sock: no such file; start it with "
                + "'systemctl start jalond', or name its socket with --socket\n")
    }

    @Test("a command line that cannot be understood ends with 2, help with 0")
    func usage() async throws {
        let wrong = try await run(["show"])
        #expect(wrong.code == 2)
        #expect(wrong.errors.split(separator: "\n").count == 1)
        let help = try await run(["--help"])
        #expect(help.code == 0)
        #expect(help.output.hasPrefix("OVERVIEW: Controls jalond"))
        #expect(help.errors.isEmpty)
    }

    @Test("check says what is wrong with each file and ends with 7 where one has errors")
    func check() async throws {
        let good = Fixture.path("permit.yaml")
        let missing = Fixture.path("none.yaml")
        let outcome = try await run(["check", good])
        #expect(outcome.code == 0)
        #expect(outcome.output == "\(good): no mistakes\n")
        let bad = try await run(["check", good, missing, Fixture.path("mauvais-evenements.yaml")])
        #expect(bad.code == 7)
        #expect(bad.output.contains("\(missing): error: there is no such file [file-not-found]\n\(missing): 1 error\n"))
        #expect(bad.output.contains("mauvais-evenements.yaml: error: these are the events of a simulation"))
        let json = try await run(["check", "--json", missing])
        #expect(json.code == 7)
        #expect(json.output.contains(#""code" : "file-not-found""#))
    }

    @Test("simulate needs no service")
    func simulate() async throws {
        let outcome = try await run([
            "simulate", Fixture.path("etude.yaml"), "--set", "montant=1000 EUR", "--rebase", "debut=2027-06-01",
            "--until", "2027-06-30",
        ])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("mardi 1er juin 2027"))
        #expect(outcome.output.contains("Au mercredi 30 juin 2027"))
        let json = try await run(["simulate", Fixture.path("permit.yaml"), "--json"])
        #expect(json.output.contains(#""status" : "running""#))
        for (arguments, line) in [
            (["--set", "montant=many"], "--set: montant: expected an amount such as 1234.50 EUR, found 'many'"),
            (["--rebase", "remise=2027-06-01"], "--rebase: remise: it is computed from other dates"),
            (["--until", "soon"], "--until 'soon' is no date or time; write 2021-09-24, 2021-09-24T16:30"),
        ] {
            let wrong = try await run(["simulate", Fixture.path("etude.yaml")] + arguments)
            #expect(wrong.code == 2)
            #expect(wrong.errors.hasPrefix("jalonctl: \(line)"), "\(wrong.errors)")
        }
        let bad = try await run([
            "simulate", Fixture.path("etude.yaml"), "--events", Fixture.path("mauvais-evenements.yaml"),
        ])
        #expect(bad.code == 7)
        #expect(bad.errors.contains("mauvais-evenements.yaml:1:1: error:"))
    }

    @Test(
        "what is no time is refused before the service is asked",
        arguments: [
            ["show", "a", "--at"], ["agenda", "--at"], ["agenda", "a", "--at"], ["eval", "a", "1", "--at"],
            ["send", "a", "done", "--on"], ["correct", "a", "2", "--reason", "late", "--on"], ["start", "w", "--on"],
            ["what-if", "a", "done", "--until"], ["what-if", "a", "done", "--on"], ["simulate", "a", "--until"],
        ])
    func times(arguments: [String]) async throws {
        let outcome = try await run(arguments + ["soon"])
        #expect(outcome.code == 2)
        let line = "jalonctl: \(arguments.last ?? "") 'soon' is no date or time; write 2021-09-24, 2021-09-24T16:30"
        #expect(outcome.errors.hasPrefix(line), "\(outcome.errors)")
    }

    @Test("nothing happens at 24:00, which is how far to look")
    func endOfDay() async throws {
        let fact = try await run(["send", "a", "done", "--on", "2026-12-09 24:00"])
        #expect(fact.code == 2 && fact.errors.contains("'2026-12-09 24:00' is no date or time"))
        let look = try await run(["show", "a", "--at", "2026-12-09 24:00"])
        #expect(look.code == 5, "\(look.errors)")
    }

    @Test("dates do not depend on the zone and language of the machine")
    func places() async throws {
        let questions = [
            ["date", "30 days after 2021-10-01"],
            ["date", "72 hours after 2021-10-30T16:30", "--zone", "Europe/Paris"],
            ["date", "last Friday of month after 2021-02-28", "--language", "fr"],
            ["date", "first half of 2019", "--json"],
        ]
        for question in questions {
            let plain = try await run(question)
            #expect(plain.code == 0, "\(plain.errors)")
            for zone in ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Nowhere/Land"] {
                for locale in ["C", "fr_FR.UTF-8", "tr_TR.UTF-8", "ar_MA"] {
                    let found = try await run(question, environment: ["TZ": zone, "LC_ALL": locale, "LANG": locale])
                    #expect(found.output == plain.output, "\(zone) \(locale)")
                }
            }
        }
    }
}
