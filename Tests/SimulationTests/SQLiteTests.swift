import JalonTestSupport
import Testing
import SeededRandom

/// The same over the real store: what a crash leaves are its files, taken from under it.
@Suite struct SQLiteTests {
    @Test("a crash at any commit, before it or after it, over SQLite", arguments: FaultyStore.Crash.allCases)
    func everyCommit(crash: FaultyStore.Crash) throws {
        let seed = seeds(1)[0]
        for commit in stride(from: 0, to: .max, by: 3) {
            let databases = try CrashedDatabases()
            let report = try Simulation(
                seed: seed, contracts.everyConstruct(cases: 2, facts: 8), crash: (commit, crash),
                makeStore: databases.makeStore
            ).run(for: .days(40))
            #expect(
                report.violations.isEmpty, "crash at commit \(commit):\n\(report.violations.joined(separator: "\n"))")
            if !report.crashed { return #expect(commit > 10, "the workload is too small to show anything") }
        }
    }

    @Test("no fault changes what cases come to, over SQLite", arguments: seeds(2))
    func faults(seed: UInt64) throws {
        let databases = try CrashedDatabases()
        let report = try Simulation(
            seed: seed, contracts.everyConstruct(cases: 4, facts: 30), faults: .all, makeStore: databases.makeStore
        ).run(for: .days(60))
        #expect(
            report.violations.isEmpty, "replay with JALON_SEED=\(seed):\n\(report.violations.joined(separator: "\n"))")
    }
}
