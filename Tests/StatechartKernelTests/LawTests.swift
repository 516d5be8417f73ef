import Foundation
import SeededRandom
import StatechartKernel
import Testing

@Suite("laws over random charts")
struct LawTests {
    /// How many random inputs the fuzz test takes.
    static let fuzzCount = 2_000 * effort

    /// Charts of one word, of two, and of more than the two that need no heap memory.
    static func size(for seed: UInt64) -> Int { seed % 16 == 0 ? 160 : [8, 20, 60][Int(seed % 3)] }

    @Test("each step does what Appendix D does, in the same order")
    func reference() throws {
        var stepsAlike = 0
        for seed in 0..<160 as Range<UInt64> { stepsAlike += try compare(seed: seed) }
        #expect(stepsAlike > 1_500, "too many of the charts do not come to rest")
    }

    /// Runs one random chart in kernel and reference; returns how many steps both came to rest in.
    private func compare(seed: UInt64) throws -> Int {
        let random = RandomChart(seed: seed, size: LawTests.size(for: seed))
        let chart = try Statechart(random.description, microstepLimit: 16)
        var host = RandomHost(random: random, chart: chart)
        var reference = ReferenceInterpreter(random, limit: 16)
        var input = SeededGenerator(seed: seed)

        func isAlike(_ step: Step?, _ handled: Bool?, _ what: Comment) -> Bool {
            guard let step, let handled, host.log == reference.log else {
                #expect(host.log == reference.log, what)
                #expect((step == nil) == (handled == nil), what)
                return false
            }
            let ids = step.configuration.active.map { chart.id(of: $0) }
            #expect(ids == reference.sortedConfiguration, what)
            let history = step.configuration.history.map { (chart.id(of: $0.state), $0.remembered.map(chart.id(of:))) }
            #expect(Dictionary(uniqueKeysWithValues: history) == reference.history, what)
            #expect(step.handled == handled && step.isOver == !reference.isRunning, what)
            return true
        }

        let started = try? chart.start(host: &host)
        guard isAlike(started, (try? reference.start()).map { false }, "seed \(seed), start"), let started else {
            return 0
        }
        var configuration = started.configuration
        var stepsAlike = 0
        for place in 0..<20 {
            let name = input.pick(RandomChart.events)
            let before = reference
            host.log = []
            reference.log = []
            let step = try? chart.step(
                configuration, on: ChartEvent(key: chart.key(for: name), name: name), host: &host)
            let handled = try? reference.step(name)
            if isAlike(step, handled, "seed \(seed), event \(place) '\(name)'"), let step {
                configuration = step.configuration
                stepsAlike += 1
            } else {
                reference = before
            }
        }
        return stepsAlike
    }

    @Test(
        "a configuration is always legal, survives storage, and a step is the same twice",
        arguments: 0..<60 as Range<UInt64>)
    func legality(seed: UInt64) throws {
        try walk(seed: seed, count: 30) { chart, random, configuration, event, step in
            #expect(chart.isLegal(step.configuration), "seed \(seed)")
            let stored = Configuration(
                active: step.configuration.active.reversed(),
                history: step.configuration.history.reversed().map {
                    HistoryValue(state: $0.state, remembered: $0.remembered)
                })
            #expect(stored == step.configuration && stored.hashValue == step.configuration.hashValue, "seed \(seed)")
            var again = RandomHost(random: random, chart: chart)
            let repeated = try chart.step(configuration, on: event, host: &again)
            #expect(repeated == step, "seed \(seed)")
        }
    }

    @Test("an event that nothing handles changes nothing", arguments: 0..<60 as Range<UInt64>)
    func unhandled(seed: UInt64) throws {
        try walk(seed: seed, count: 30) { _, _, configuration, _, step in
            if !step.handled && !step.isOver { #expect(step.configuration == configuration, "seed \(seed)") }
        }
    }

    @Test("random charts and events neither crash nor hang")
    func fuzz() throws {
        var inputs = 0
        var seed: UInt64 = 10_000
        var handled = 0
        while inputs < LawTests.fuzzCount {
            seed += 1
            try walk(seed: seed, count: 50) { chart, _, _, _, step in
                inputs += 1
                if step.handled { handled += 1 }
                #expect(chart.isLegal(step.configuration), "seed \(seed)")
            }
            inputs += 1
        }
        #expect(handled > inputs / 10, "the inputs hardly moved the charts")
    }

    /// Lets a random chart process random events; stops where it does not come to rest.
    private func walk(
        seed: UInt64, count: Int,
        _ check: (Statechart, RandomChart, Configuration, ChartEvent<String>, Step) throws -> Void
    ) throws {
        let random = RandomChart(seed: seed, size: LawTests.size(for: seed))
        let chart = try Statechart(random.description, microstepLimit: 40)
        var host = RandomHost(random: random, chart: chart)
        var input = SeededGenerator(seed: seed)
        guard var configuration = (try? chart.start(host: &host))?.configuration else { return }
        for _ in 0..<count {
            let name = input.pick(RandomChart.events)
            let event = ChartEvent<String>(key: chart.key(for: name), name: name)
            guard let step = try? chart.step(configuration, on: event, host: &host) else { continue }
            try check(chart, random, configuration, event, step)
            configuration = step.configuration
        }
    }
}
