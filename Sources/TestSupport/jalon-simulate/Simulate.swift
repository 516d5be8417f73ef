import ArgumentParser
import Glibc
import JalonTestSupport
import WorkflowEngine
import WorkflowModel

/// Runs the engine in simulated worlds with faults, one after the other, until one breaks a law or all have run.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jalon-simulate", abstract: "Runs the engine in virtual time, with faults drawn by seed.",
        discussion: """
            Each run plays contracts, people and faults that follow from its seed alone, once in peace and once with the \
            faults, and holds both to the laws: no due lost or taken twice, one delivery a key, each journal's chain \
            intact, the same case in the end. Every run is on one thread, so a seed replays what it showed.

            Exit codes: 0 no law was broken, 1 one was (the seeds stand on standard output), 2 wrong options.
            """)

    enum StoreKind: String, ExpressibleByArgument, CaseIterable { case memory, sqlite }

    @Option(help: "How many runs. (default: 1 with --seed, else 1000)")
    var runs: Int?

    @Option(help: "The seed of the first run; each next one has the next.")
    var seed: UInt64?

    @Option(help: "The store: memory, or real files of sqlite.")
    var store = StoreKind.memory

    @Option(help: "The folder of workflows.")
    var workflows = "workflows"

    @Flag(help: "Say of each run what it was made of.")
    var verbose = false

    func validate() throws {
        if let runs, runs < 1 { throw ValidationError("--runs wants a number from 1 up") }
        guard access(workflows, R_OK) == 0 else {
            throw ValidationError("there is no folder '\(workflows)'; see --workflows")
        }
    }

    func run() throws {
        let contracts = SimulatedContracts(workflows: workflows)
        let first = seed ?? 1
        let count = UInt64(runs ?? (seed == nil ? 1000 : 1))
        guardAgainstBreakdown()
        var sum = Sum()
        for seed in first..<first + count {
            noteRun(seed)
            let report = try run(seed, contracts)
            sum.add(report)
            for violation in report.violations { print("seed \(seed): \(violation)") }
            if !report.violations.isEmpty { print("seed \(seed): replay with deploy/simulate --seed \(seed)") }
            sum.tellProgress(of: Int(count))
        }
        print(sum.words(from: first, through: first + count - 1))
        if sum.broken > 0 { throw ExitCode(1) }
    }

    private func run(_ seed: UInt64, _ contracts: SimulatedContracts) throws -> Simulation.Report {
        let databases = store == .sqlite ? try CrashedDatabases() : nil
        let (simulation, duration) = contracts.simulation(
            seed: seed, makeStore: { try databases?.makeStore() ?? FaultyStore(InMemoryStore()) })
        if verbose {
            let faults = Simulation.Faults.each.filter { simulation.faults.contains($0.fault) }.map(\.name)
            let names = simulation.workload.workflows.map(\.workflow.name)
            print(
                "seed \(seed): \(names.joined(separator: ", ")), \(simulation.workload.cases) cases, "
                    + "\(simulation.workload.facts) facts, \(duration.components.seconds / 86_400) days; "
                    + "faults: \(faults.joined(separator: ", "))")
        }
        return try simulation.run(for: duration)
    }
}
