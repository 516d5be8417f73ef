import ArgumentParser
import Testing

@testable import jalonctl

private let commandNames = [
    "status", "cases", "show", "agenda", "history", "why", "why-not", "events", "outbox", "watch", "doctor", "start",
    "send",
    "correct", "verify", "backup", "workflows", "check", "explain", "simulate", "what-if", "plan", "apply", "people",
    "reload", "eval", "date", "recur", "calendar", "rules", "chart",
]

@Suite("The command line")
struct HelpTests {
    @Test("every command is in the help, and in a group")
    func commands() {
        let commands = Jalonctl.configuration.groupedSubcommands.flatMap(\.subcommands)
        #expect(commands.map { $0.configuration.commandName } == commandNames)
    }

    @Test("the help reads as its file has it", arguments: [nil] + commandNames.map { Optional($0) })
    func help(command: String?) throws {
        let type = Jalonctl.configuration.groupedSubcommands.flatMap(\.subcommands)
            .first { $0.configuration.commandName == command }
        let help = type.map { Jalonctl.helpMessage(for: $0, columns: 100) } ?? Jalonctl.helpMessage(columns: 100)
        try Fixture.expect(help, is: "help-\(command ?? "jalonctl").txt")
    }

    @Test("what cannot be understood is one line that says what and where to look, and exit code 2")
    func usageErrors() throws {
        let lines = [
            "frobnicate", "status extra", "show", "show t-1 --wen now", "send t-1", "send t-1 offer price",
            "start", "start tanger --set offer", "start tanger --on", "cases --limit 0", "cases --limit many",
            "agenda --limit 1001", "outbox --limit 0", "check", "simulate", "--frobnicate", "status --socket",
            "watch t-1 t-2", "correct t-1 2 --reason x", "correct t-1 2 --withdraw --on 2021-09-24 --reason x",
            "correct t-1 2 --withdraw", "correct t-1 two --withdraw --reason x", "what-if t-1 price=1",
            "what-if t-1 --events e.yaml --on 2021-09-24", "plan", "apply", "eval 1 --at 2021-09-24",
        ].map { line in
            do {
                _ = try Jalonctl.parseAsRoot(line.split(separator: " ").map(String.init))
                return "\(line): parsed"
            } catch {
                let ending = Ending(error)
                guard case .failure(let failure) = ending else { return "\(line): \(ending)" }
                #expect(ending.exitCode == 2, "\(line)")
                #expect(!failure.line.contains("\n"))
                return "$ jalonctl \(line)\n\(failure.line)"
            }
        }
        try Fixture.expect(lines.joined(separator: "\n\n"), is: "usage-errors.txt")
    }

    @Test("asking for help or the version is no error")
    func cleanEndings() {
        for arguments in [["--help"], ["help", "send"], ["send", "--help"], ["--version"], []] {
            do {
                var command = try Jalonctl.parseAsRoot(arguments)
                try command.run()
                Issue.record("\(arguments) did something")
            } catch {
                let ending = Ending(error)
                guard case .text(let text) = ending else {
                    Issue.record("\(arguments): \(ending)")
                    continue
                }
                #expect(ending.exitCode == 0)
                #expect(!text.isEmpty)
            }
        }
    }

    @Test(
        "options of every command may stand before its name",
        arguments: [
            ("--json status", "status --json"), ("--socket /s --json cases --all", "cases --socket /s --json --all"),
            ("--socket=/s show t", "show --socket=/s t"), ("status --json", "status --json"), ("--json", "--json"),
            ("--socket", "--socket"), ("--help", "--help"),
        ])
    func moved(given: String, parsed: String) {
        let words = given.split(separator: " ").map(String.init)
        #expect(GlobalOptions.moved(behindCommandIn: words) == parsed.split(separator: " ").map(String.init))
    }
}
