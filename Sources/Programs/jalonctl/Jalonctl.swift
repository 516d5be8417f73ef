import ArgumentParser
import ControlAPI
import Glibc

/// Where `jalonctl` begins and ends: reads the arguments, runs the command, turns what went wrong into one line and an
/// exit code.
@main
enum Program {
    static func main() {
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try Jalonctl.parseAsRoot(GlobalOptions.moved(behindCommandIn: arguments))
            try command.run()
            return 0
        } catch {
            return report(Ending(error), asJSON: arguments.contains("--json"))
        }
    }

    private static func report(_ ending: Ending, asJSON: Bool) -> Int32 {
        switch ending {
        case .text(let text): print(text)
        case .silent: break
        case .failure(let failure): printError(asJSON ? failure.json : failure.line)
        }
        return ending.exitCode
    }
}

/// The command line.
struct Jalonctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jalonctl",
        abstract: "Controls jalond, the service that runs contracts.",
        discussion: """
            Dates and times are entered and shown in the contract's zone: 2021-09-24T16:30, or 2021-09-24 for a day. \
            Results go to stdout, errors to stderr as one line. With --json, results are JSON with the keys that \
            'varlinkctl introspect' of the socket documents, and errors are an object with code, message and hint.

            Exit codes:
              0   done
              1   failed for another reason
              2   the command line cannot be understood
              3   there is no such case, workflow or message
              4   refused: the case does not wait for it, or a value does not fit
              5   no service answers at the socket
              6   not permitted
              7   a file has mistakes
              8   the service cannot write
              9   what is kept is not what was written
              10  the contract's document contradicts itself, and nobody has said what counts
              11  what a plan rests on has changed since it was made
              12  no answer came: what was asked may have been done

            Environment:
              JALON_SOCKET  the service's socket, unless --socket says it
              NO_COLOR      no colours, even on a terminal
              TZDIR         where the time zones of commands that need no service are
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Reading",
                subcommands: [
                    StatusCommand.self, CasesCommand.self, ShowCommand.self, AgendaCommand.self, HistoryCommand.self,
                    WhyCommand.self, WhyNotCommand.self, EventsCommand.self, OutboxCommand.self, WatchCommand.self,
                    DoctorCommand.self,
                ]),
            CommandGroup(name: "Writing", subcommands: [StartCommand.self, SendCommand.self, CorrectCommand.self]),
            CommandGroup(name: "Keeping", subcommands: [VerifyCommand.self, BackupCommand.self]),
            CommandGroup(
                name: "Workflow",
                subcommands: [
                    WorkflowsCommand.self, CheckCommand.self, ExplainCommand.self, SimulateCommand.self,
                    WhatIfCommand.self, PlanCommand.self, ApplyCommand.self, PeopleCommand.self, ReloadCommand.self,
                ]),
            CommandGroup(
                name: "Calculating",
                subcommands: [
                    EvalCommand.self, DateCommand.self, RecurCommand.self, CalendarCommand.self, RulesCommand.self,
                    ChartCommand.self,
                ]),
        ])
}
