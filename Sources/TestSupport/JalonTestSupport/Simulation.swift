import CivilTime
import WorkflowEngine

/// The engine's own loop in virtual time, on one thread, in a world with faults: the seed replays it.
///
/// ```swift
/// let report = Simulation(seed: seed, workload, faults: [.crashes, .clockJumps]).run(for: .days(90))
/// #expect(report.violations.isEmpty, "replay with JALON_SEED=\(seed)")
/// ```
package struct Simulation {
    /// What goes wrong.
    package struct Faults: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// The program dies at a commit, before or after it, and is started again.
        package static let crashes = Faults(rawValue: 1)
        /// The service is stopped in order, for hours or days.
        package static let stops = Faults(rawValue: 2)
        /// The clock is set forward or back by days, and right again hours later.
        package static let clockJumps = Faults(rawValue: 4)
        /// For up to an hour and a half, the store has no room.
        package static let fullDisk = Faults(rawValue: 8)
        /// Plugins answer minutes later, say that they failed when they did not, or answer twice.
        package static let slowPlugins = Faults(rawValue: 16)
        /// For hours, plugins fail everything.
        package static let deadPlugins = Faults(rawValue: 32)
        /// For hours, each commit takes up to two minutes.
        package static let slowDisk = Faults(rawValue: 64)
        /// For minutes, the store can neither be read nor written.
        package static let failingDisk = Faults(rawValue: 128)
        /// The program is replaced by one that cannot read the snapshots.
        package static let upgrades = Faults(rawValue: 256)
        /// For hours, the workflow files are broken.
        package static let brokenFiles = Faults(rawValue: 512)

        package static let all = Faults(rawValue: 1023)

        /// Each by itself, with its name.
        package static let each: [(name: String, fault: Faults)] = [
            ("crashes", .crashes), ("stops", .stops), ("clock jumps", .clockJumps), ("full disk", .fullDisk),
            ("slow plugins", .slowPlugins), ("dead plugins", .deadPlugins), ("slow disk", .slowDisk),
            ("failing disk", .failingDisk), ("upgrades", .upgrades), ("broken files", .brokenFiles),
        ]
    }

    /// What a run came to.
    package struct Report: Sendable {
        /// Each law that was broken, and where.
        package internal(set) var violations: [String] = []
        package internal(set) var commits = 0
        package internal(set) var crashes = 0
        package internal(set) var stops = 0
        /// Messages people got, and of these, those they got for a second time because of a fault.
        package internal(set) var letters = 0
        package internal(set) var repeated = 0
        package internal(set) var facts = 0
        package internal(set) var refusedFacts = 0
        package internal(set) var gathered = 0
        package internal(set) var overtaken = 0
        package internal(set) var cases = 0
        /// True where the crash that was asked for has happened.
        package var crashed: Bool { crashes > 0 }
    }

    package let seed: UInt64
    package let workload: Workload
    package let faults: Faults
    /// One crash, at a commit counted from the first.
    var crash: (commit: Int, FaultyStore.Crash)?
    var makeStore: () throws -> FaultyStore

    /// Makes a simulation.
    ///
    /// - Parameters:
    ///   - crash: One crash at this commit, 0 for the first.
    ///   - makeStore: An empty store; its `reopen` is what a crash leaves.
    package init(
        seed: UInt64, _ workload: Workload, faults: Faults = [], crash: (commit: Int, FaultyStore.Crash)? = nil,
        makeStore: @escaping () throws -> FaultyStore = { FaultyStore(InMemoryStore()) }
    ) {
        self.seed = seed
        self.workload = workload
        self.faults = faults
        self.crash = crash
        self.makeStore = makeStore
    }

    /// Plays the workload, once without faults and once with them, and holds the second to the laws.
    ///
    /// - Parameter duration: In which people act and faults happen; as much time again in peace follows.
    package func run(for duration: Duration) throws -> Report {
        // Ends at an odd hour, so that nothing falls due at the very end.
        let rest = max(duration, .days(20)) + .seconds(4_321)
        let script = try Script(workload, seed: seed, duration: duration, rest: rest)
        let run = try SimulationRun(self, script, duration: duration, rest: rest)
        try run.play()
        return try run.judge()
    }
}
