import JalonTestSupport
import Testing
import SeededRandom

@Suite struct SimulationTests {
    private func check(_ report: Simulation.Report, seed: UInt64, at place: SourceLocation = #_sourceLocation) {
        #expect(
            report.violations.isEmpty, "replay with JALON_SEED=\(seed):\n\(report.violations.joined(separator: "\n"))",
            sourceLocation: place)
    }

    @Test("without faults, the engine's loop comes to what its turns come to", arguments: seeds(4))
    func calm(seed: UInt64) throws {
        let report = try Simulation(seed: seed, contracts.everyConstruct(cases: 6, facts: 40)).run(for: .days(60))
        check(report, seed: seed)
        #expect(report.repeated == 0 && report.facts > 0 && report.letters > 0)
    }

    @Test("no fault changes what cases come to, nor what people are told", arguments: seeds(6))
    func faults(seed: UInt64) throws {
        let report = try Simulation(seed: seed, contracts.everyConstruct(cases: 6, facts: 40), faults: .all).run(
            for: .days(60))
        check(report, seed: seed)
    }

    @Test("each fault by itself", arguments: Simulation.Faults.each.map(\.fault))
    func oneFault(fault: Simulation.Faults) throws {
        for seed in seeds(1) {
            let workload = contracts.everyConstruct(cases: 4, facts: 30)
            check(try Simulation(seed: seed, workload, faults: fault).run(for: .days(60)), seed: seed)
        }
    }

    @Test("a crash at any commit, before it or after it", arguments: FaultyStore.Crash.allCases)
    func everyCommit(crash: FaultyStore.Crash) throws {
        let seed = seeds(1)[0]
        for commit in 0... {
            let workload = contracts.everyConstruct(cases: 4, facts: 24)
            let report = try Simulation(seed: seed, workload, crash: (commit, crash)).run(for: .days(40))
            check(report, seed: seed)
            if !report.crashed { return #expect(commit > 20, "the workload is too small to show anything") }
        }
    }

    @Test("contracts, people and faults drawn by seed: what deploy/simulate runs", arguments: seeds(8))
    func drawn(seed: UInt64) throws {
        let (simulation, duration) = contracts.simulation(seed: seed)
        check(try simulation.run(for: duration), seed: seed)
    }

    @Test("contracts that ship come through every fault", arguments: seeds(3))
    func tangier(seed: UInt64) throws {
        let report = try Simulation(seed: seed, contracts.shipped(0, cases: 2, facts: 40), faults: .all).run(
            for: .days(100))
        check(report, seed: seed)
    }
}
