import ArgumentParser
import Glibc

/// Measures Jalon and prints one JSON line a figure.
@main
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jalon-bench", abstract: "Measures Jalon; one JSON line a figure.",
        discussion: """
            W1: events of cases made durable through the socket, beside the same rows written by SQLite alone. \
            W2: pure steps of a statechart, whole lives of contracts and a million deadlines, on one core. \
            W3: many cases: insert rate, file, start, memory; many due at once; lateness. \
            W4: start, idle memory and wake-ups. W5: a round trip for the status, and jalonctl as a process.
            """)

    @Argument(help: "The workloads to run. (default: all)")
    var workloads: [String] = []

    @Option(help: "The folder of workflows.")
    var workflows = "workflows"

    @Option(help: "The folder of the built programs.")
    var programs = ".build/release"

    @Option(help: "How many cases the largest store of W3 has.")
    var cases = 1_000_000

    static let known = ["W1", "W2", "W3", "W4", "W5"]

    func validate() throws {
        if let unknown = workloads.first(where: { !Self.known.contains($0) }) {
            throw ValidationError("there is no workload '\(unknown)'; there are \(Self.known.joined(separator: ", "))")
        }
    }

    func run() throws {
        let chosen = workloads.isEmpty ? Self.known : workloads
        if chosen.contains("W1") { try DurableEvents(programs: programs).run() }
        if chosen.contains("W2") {
            try PureSteps.run()
            try WholeLives.run(workflows: workflows)
            try ManyChildren.run()
            try LongContract.run()
            try Deadlines.run(workflows: workflows)
        }
        if chosen.contains("W3") { try ManyCases(programs: programs, largest: cases).run() }
        if chosen.contains("W4") { try ColdStart(programs: programs).run() }
        if chosen.contains("W5") { try RoundTrips(programs: programs).run() }
    }
}

/// One figure.
struct Figure {
    var workload: String
    var system = "jalon"
    var metric: String
    var clients = 1
    var value: Double

    func print() {
        let text = value == value.rounded() ? String(Int(value)) : String((value * 1000).rounded() / 1000)
        Swift.print(
            #"{"workload":"\#(workload)","system":"\#(system)","metric":"\#(metric)","clients":\#(clients),"value":\#(text)}"#
        )
        // Each figure shows when it is measured, in a file too.
        fflush(nil)
    }
}

/// Why a measurement cannot be made.
struct Unusable: Error, CustomStringConvertible { var description: String }

/// How long something takes, in seconds.
func seconds(_ work: () throws -> Void) rethrows -> Double {
    let elapsed = try ContinuousClock().measure(work)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
}

extension [Double] {
    /// The value that a part of all lie below: 0.5 for the median.
    func quantile(_ part: Double) -> Double {
        let ordered = sorted()
        return ordered.isEmpty ? 0 : ordered[Swift.min(count - 1, Int(Double(count) * part))]
    }
}
