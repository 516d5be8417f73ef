import ArgumentParser

/// Measures Jalon and prints one JSON line a figure.
@main
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jalon-bench", abstract: "Measures Jalon; one JSON line a figure.",
        discussion: "W2: pure steps of a statechart, and whole lives of the Tangier contract, on one core.")

    @Argument(help: "The workloads to run. (default: all)")
    var workloads: [String] = []

    @Option(help: "The folder of workflows.")
    var workflows = "workflows"

    static let known = ["W2"]

    func validate() throws {
        if let unknown = workloads.first(where: { !Self.known.contains($0) }) {
            throw ValidationError("there is no workload '\(unknown)'; there are \(Self.known.joined(separator: ", "))")
        }
    }

    func run() throws {
        try PureSteps.run()
        try WholeLives.run(workflows: workflows)
        try ManyChildren.run()
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
            #"{"workload":"\#(workload)","system":"\#(system)","metric":"\#(metric)","clients":\#(clients),"value":\#(text)}"#)
    }
}

/// How long something takes, in seconds.
func seconds(_ work: () throws -> Void) rethrows -> Double {
    let elapsed = try ContinuousClock().measure(work)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
}
