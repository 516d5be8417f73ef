import ArgumentParser
import ChartSuite

/// `jalonctl chart`: for those who hold the charts of workflows against the standard.
struct ChartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chart", abstract: "Run statecharts of the public suites.", subcommands: [Run.self])

    /// `jalonctl chart run`.
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Say in which states charts are after each of their steps.",
            discussion: """
                Reads cases as JSON objects on stdin, one a line, and answers each with a line: the case's id, the active \
                atomic and final states after each step, and whether the chart has ended. A case that cannot be run is \
                answered by an object with 'error', and the rest go on. Every chart is run as a workflow, with a second \
                for each millisecond of the case.
                """)

        @Flag(name: .long, help: "One case a line. The only form there is; say it all the same.")
        var lines = false

        func validate() throws {
            guard lines else { throw ValidationError("chart run needs '--lines': cases are read one a line") }
        }

        func run() throws {
            try JSONLines.run { ChartSuite.answer(to: String(decoding: $0, as: UTF8.self)) }
        }
    }
}
