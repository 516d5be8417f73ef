import StatechartKernel
import Testing

@Suite("analysis of a chart that does not run")
struct ChartAnalysisTests {
    private func analyse(_ states: StateDescription...) throws -> (chart: Statechart, found: ChartAnalysis) {
        let chart = try Statechart(ChartDescription(initial: InitialDescription(targets: []), states: states))
        return (chart, ChartAnalysis(chart))
    }

    @Test("a state that no transition leads to is unreachable, with what only it leads to")
    func unreachable() throws {
        let (chart, found) = try analyse(
            atomic("a", on("x", "f")), atomic("b", on("x", "c")), atomic("c", on("x", "a")), final("f"))
        #expect(found.unreachable.map(chart.id) == ["b", "c"])
    }

    @Test("defaults, regions, ancestors and history reach states too")
    func reached() throws {
        let (chart, found) = try analyse(
            parallel(
                "p", [on("end", "f")], compound("r", [], atomic("r1", on("x", "r2")), atomic("r2", on("x", "r1"))),
                compound(
                    "q", [], atomic("q1", on("x", "m2")), compound("m", [], atomic("m1"), atomic("m2", on("x", "h"))),
                    history("h", default: "q1"), history("unused", default: "q1"))),
            final("f"))
        // m1 is entered only by m's default, when the shallow history h brings m back
        #expect(found.unreachable.map(chart.id) == ["unused"])
    }

    @Test("a transition that can never be taken reaches nothing")
    func unreachableBehindShadowed() throws {
        let (chart, found) = try analyse(
            atomic("a", on("x", "f"), on("x.y", "b")), atomic("b", on("x", "a")), final("f"))
        #expect(found.unreachable.map(chart.id) == ["b"])
    }

    @Test("an atomic state that nothing leaves is a dead end, a loop on itself included")
    func deadEnds() throws {
        let (chart, found) = try analyse(
            atomic("a", on("x", "b"), on("y", "c")), atomic("b"), atomic("c", on("x", "c"), on("y")), final("f"))
        #expect(found.deadEnds.map(chart.id) == ["b", "c"])
        #expect(found.stuckFinals.isEmpty)
    }

    @Test("an ancestor or another region can leave for a state")
    func leftByOthers() throws {
        let (_, found) = try analyse(
            compound("c", [on("x", "p")], atomic("a")),
            parallel("p", [], compound("r", [], atomic("r1")), compound("q", [], atomic("q1", on("end", "f")))),
            final("f"))
        #expect(found.deadEnds.isEmpty)
    }

    @Test("a final state whose parent nothing leaves is stuck")
    func stuckFinals() throws {
        let (chart, found) = try analyse(
            compound("c", [on("done.state.c", "d")], atomic("a", on("x", "cf")), final("cf")),
            compound("d", [], atomic("b", on("x", "df")), final("df")))
        #expect(found.stuckFinals.map(chart.id) == ["df"])
        #expect(found.deadEnds.isEmpty)
    }

    @Test("an earlier transition without guard takes the events of a later one")
    func shadowed() throws {
        let (_, found) = try analyse(
            atomic(
                "a", on("x", "a", given: 1), on("x y", "f"), on("x.z", "f"), on("y.*", "f"), on("x w", "f"),
                on("*", "f"),
                on("w", "f"), on("", "f", given: 1)), final("f"))
        let pairs = found.shadowed.map { [$0.transition.rawValue, $0.winner.rawValue] }
        #expect(pairs == [[2, 1], [3, 1], [6, 4]])
    }

    @Test("an eventless transition without guard comes before every event, wherever it stands")
    func shadowedByEventless() throws {
        let (_, found) = try analyse(
            compound("c", [on("y", "f")], atomic("a", on("x", "f"), on("", "f"), on("", "f", given: 1))), final("f"))
        #expect(found.shadowed.map { [$0.transition.rawValue, $0.winner.rawValue] } == [[0, 2], [1, 2], [3, 2]])
    }

    @Test("a state loses to its descendants only if every one of them wins")
    func shadowedByDescendants() throws {
        let children = [atomic("a", on("x y", "b")), atomic("b", on("x", "a"))]
        let (_, found) = try analyse(
            StateDescription(
                id: "c", kind: .compound, transitions: [on("x", "f"), on("y", "f"), on("x.z", "a")],
                children: children),
            final("f"))
        #expect(found.shadowed.map { [$0.transition.rawValue, $0.winner.rawValue] } == [[0, 3], [2, 0]])
    }

    @Test("from a configuration, what transitions, regions and history can bring is reached, and nothing else")
    func reach() throws {
        let (chart, _) = try analyse(
            atomic("a", on("x", "p"), on("y", "b")),
            parallel(
                "p", [on("end", "b")],
                compound("r", [], atomic("r1", on("x", "r2")), atomic("r2"), history("h", default: "r1")),
                compound("q", [], atomic("q1", on("x", "q2")), atomic("q2"))),
            atomic("b", on("x", "h"), on("end", "f")), final("f"))
        func reached(_ active: String, remembering memory: String? = nil) throws -> String {
            func states(_ names: String) throws -> [StateIndex] {
                try names.split(separator: " ").map { try #require(chart.index(of: String($0))) }
            }
            let history = try memory.map {
                HistoryValue(state: try #require(chart.index(of: "h")), remembered: try states($0))
            }
            let found = ChartReach(chart).states(
                from: Configuration(active: try states(active), history: history.map { [$0] } ?? []))
            return found.indices.dropFirst().filter { found[$0] }.map { chart.id(of: StateIndex(rawValue: Int32($0))) }
                .joined(separator: " ")
        }
        #expect(try reached("a") == "a p r r1 r2 q q1 q2 b f")
        #expect(try reached("p r r2 q q2") == "p r r2 q q1 q2 b f")
        #expect(try reached("b", remembering: "r2") == "p r r2 q q1 q2 b f")
        #expect(try reached("b") == "p r r1 r2 q q1 q2 b f")
        #expect(try reached("f", remembering: "r1") == "f")
    }
}
