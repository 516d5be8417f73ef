import ArgumentParser
import ControlAPI
import ControlClient
import Testing

@testable import jalonctl

@Suite("Failures")
struct FailureTests {
    @Test("every error of the service has its exit code and its line")
    func lines() throws {
        let refusals = ControlError.Code.allCases.map { code in
            ControlClientError.refused(ControlError(code, "no \(code)", hint: "try again"))
        }
        let others: [ControlClientError] = [
            .mayNotConnect(path: "/run/jalon/control.sock"),
            .noService(path: "/run/jalon/control.sock", reason: "no such file"),
            .broken("jalond does not answer"),
            .refused(ControlError(.badRequest, "two\nlines")),
        ]
        let lines = (refusals + others).map { error in
            let ending = Ending(error)
            guard case .failure(let failure) = ending else { return "\(ending)" }
            return "\(ending.exitCode)  \(failure.line)\n   \(failure.json)"
        }
        try Fixture.expect(lines.joined(separator: "\n"), is: "failures.txt")
    }

    @Test("the help lists every exit code")
    func exitCodes() {
        let help = Jalonctl.helpMessage(columns: 100)
        for kind in Failure.Kind.allCases { #expect(help.contains("\n  \(kind.rawValue)  "), "\(kind)") }
    }

    @Test("a name given twice is refused")
    func twice() throws {
        let values = ["a=1", "b=x=y", "c="].compactMap { Assignment(argument: $0) }
        #expect(try Assignment.byName(values, "--set") == ["a": "1", "b": "x=y", "c": ""])
        #expect(Assignment(argument: "=1") == nil)
        #expect(Assignment(argument: "a") == nil)
        #expect(throws: Failure.self) { try Assignment.byName(values + [values[0]], "--set") }
    }

    @Test("an event carries what --data and the fields say, numbers digit by digit")
    func payload() throws {
        let fields = ["price=100001.01 MAD"].compactMap { Assignment(argument: $0) }
        let payload = try SendCommand.payload(fields, #"{"mark": 79.5, "rows": [{"a": null}]}"#)
        #expect(
            payload == [
                "price": .text("100001.01 MAD"), "mark": .number("79.5"), "rows": .list([.object(["a": .null])]),
            ])
        for data in ["", "[]", "{", #"{"price": 1}"#, #"{"n": 123456789012345678901234567890123456789}"#] {
            #expect(throws: Failure.self, "\(data)") { try SendCommand.payload(fields, data) }
        }
    }
}
