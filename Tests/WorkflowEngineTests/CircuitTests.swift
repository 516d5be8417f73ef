import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct CircuitTests {
    private func makeBell(rings: Int) throws -> SimulatedWorld {
        let world = try makeWorld([bell])
        try world.start("bell", id: "b")
        world.settle()
        for number in 0..<rings { try ring(world, number) }
        return world
    }

    private func ring(_ world: SimulatedWorld, _ number: Int) throws {
        try world.send("b", "ring", ["n": .number(String(number))])
    }

    @Test("while the plugin itself fails, messages wait without being tried, and one of them tries now and then")
    func waits() throws {
        let world = try makeBell(rings: 100)
        world.plugins.behave { _ in .breaksDown }
        let start = world.clock.now()
        world.settle()
        // Those on their way when it opened, and no other.
        #expect(world.plugins.calls.count == EngineSettings.deliveriesAtOnce)
        #expect(
            world.core.problems.map(\.sentence).first?.contains(
                "which fails since 2025-03-01T08:00:00Z (it does not start)") == true)
        var probes: [Int] = []
        for _ in 0..<8 {
            let next = try #require(world.core.nextTurn())
            probes.append(Int((next - world.clock.now()).components.seconds))
            world.clock.set(to: next)
            let calls = world.plugins.calls.count
            world.settle()
            #expect(world.plugins.calls.count == calls + 1, "one tries")
        }
        #expect(probes == [22, 45, 90, 180, 360, 675, 675, 675] && world.restlessness == [])
        #expect(try world.core.outbox("b", limit: 200).allSatisfy { $0.state == .waiting && $0.attempts == 0 })
        // However long it lasts, nothing is given up.
        world.pass(to: start + .days(30))
        #expect(try world.store.counts() == StoreCounts(running: 1, over: 0, faults: 0, waiting: 100, dead: 0))
        world.plugins.behave { _ in .delivers }
        world.pass(to: start + .days(31))
        #expect(world.plugins.letters.count == 100 && Set(world.plugins.letters.map(\.key)).count == 100)
        #expect(world.core.problems.isEmpty && world.restlessness == [])
    }

    @Test("addresses that fail do not keep others waiting, however many there are")
    func addresses() throws {
        let world = try makeBell(rings: 0)
        world.plugins.behave { $0.subject.contains("7") ? .delivers : .refuses }
        for number in 0..<70 { try ring(world, number) }
        world.settle()
        #expect(world.plugins.calls.count == 70 && world.core.problems.isEmpty)
    }

    @Test("a message that was under way when the plugin failed counts as tried")
    func lost() throws {
        let world = try makeBell(rings: 1)
        for attempt in 1...6 {
            let dispatch = try #require(world.core.dispatches().first, "attempt \(attempt)")
            world.core.settle(dispatch, .pluginFailed(reason: "it crashed", wasTried: true), jitter: 0)
            _ = world.core.turn([])
            world.clock.set(to: try #require(world.core.nextTurn()))
        }
        let row = try #require(try world.core.outbox("b", limit: 1).first)
        #expect(row.attempts == 6 && row.state == .waiting && row.detail == "it crashed")
    }

    @Test("retries that a clock in the future has put far away come back once it is set right")
    func clockSetBack() throws {
        let world = try makeBell(rings: 1)
        let start = world.clock.now()
        world.plugins.behave { _ in .failsForNow }
        world.clock.pass(.days(400))
        world.settle()
        world.clock.set(to: start + .seconds(60))
        world.plugins.behave { _ in .delivers }
        world.settle()
        #expect(world.plugins.letters.count == 1 && world.restlessness == [])
    }

    @Test("the same where the program was started anew in between, and where the plugin was failing")
    func clockSetBackBetween() throws {
        let world = try makeBell(rings: 40)
        let start = world.clock.now()
        world.clock.pass(.days(400))
        world.plugins.behave { $0.subject.hasSuffix("1") ? .failsForNow : .breaksDown }
        world.settle()
        world.clock.set(to: start + .seconds(60))
        world.plugins.behave { _ in .delivers }
        world.settle()
        #expect(world.plugins.letters.count == 40)
        try ring(world, 99)
        world.clock.pass(.days(400))
        world.plugins.behave { _ in .failsForNow }
        world.settle()
        world.clock.set(to: start + .seconds(120))
        try world.restart()
        world.plugins.behave { _ in .delivers }
        world.settle()
        #expect(world.plugins.letters.count == 41 && world.restlessness == [])
    }
}
