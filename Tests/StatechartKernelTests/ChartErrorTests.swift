import StatechartKernel
import Testing

@Suite("structural mistakes")
struct ChartErrorTests {
    private struct Mistake: CustomTestStringConvertible {
        let expected: String
        let chart: ChartDescription
        var testDescription: String { expected }
    }

    private static func states(_ states: StateDescription...) -> ChartDescription {
        ChartDescription(initial: InitialDescription(targets: []), states: states)
    }

    private static let mistakes: [Mistake] = [
        Mistake(expected: "the chart: there are no states", chart: states()),
        Mistake(expected: "the chart: a state here has an empty id", chart: states(atomic(""))),
        Mistake(expected: "state 'a': the id is used twice", chart: states(compound("a", [], atomic("a")))),
        Mistake(expected: "state 'a': a compound or parallel state needs", chart: states(compound("a"))),
        Mistake(
            expected: "state 'a': a compound or parallel state needs",
            chart: states(parallel("a", [], history("h", default: "b")), atomic("b"))),
        Mistake(
            expected: "state 'a': only compound and parallel states have children",
            chart: states(StateDescription(id: "a", kind: .atomic, children: [atomic("b")]))),
        Mistake(
            expected: "state 'a': only compound and history states have a default",
            chart: states(
                StateDescription(
                    id: "a", kind: .parallel, initial: InitialDescription(targets: ["b"]), children: [atomic("b")]))),
        Mistake(
            expected: "state 'a': final and history states have no transitions",
            chart: states(StateDescription(id: "a", kind: .final, transitions: [on("x", "a")]))),
        Mistake(
            expected: "state 'h': a history state is never active",
            chart: states(
                compound(
                    "a", [], atomic("b"),
                    StateDescription(
                        id: "h", kind: .deepHistory, initial: InitialDescription(targets: ["b"]),
                        entry: [ActionID(rawValue: 1)])))),
        Mistake(
            expected: "state 'h': a history state needs default targets",
            chart: states(compound("a", [], atomic("b"), StateDescription(id: "h", kind: .shallowHistory)))),
        Mistake(
            expected: "state 'h': a history state remembers its parent",
            chart: states(atomic("a"), history("h", default: "a"))),
        Mistake(
            expected: "state 'h': the default of this history state leads back",
            chart: states(compound("a", [], atomic("b"), history("h", default: "i"), history("i", default: "h")))),
        Mistake(
            expected: "state 'f': a final state cannot be a region",
            chart: states(parallel("p", [], final("f"), atomic("a")))),
        Mistake(
            expected: "state 'b', transition 2: there is no state 'nowhere'",
            chart: states(atomic("a"), atomic("b", on("x", "a"), on("y", "nowhere")))),
        Mistake(
            expected: "state 'a': the default target 'c'",
            chart: states(compound("a", initial: "c", [], atomic("b")), atomic("c"))),
        Mistake(
            expected: "state 'h': the default target 'c'",
            chart: states(compound("a", [], atomic("b"), history("h", default: "c")), atomic("c"))),
        Mistake(
            expected: "state 'a', transition 1: targets 'b' and 'c' cannot be active together",
            chart: states(atomic("a", on("x", "b", "c")), atomic("b"), atomic("c"))),
        Mistake(
            expected: "state 'a', transition 1: targets 'p' and 'r' cannot be active together",
            chart: states(atomic("a", on("x", "p", "r")), parallel("p", [], atomic("r"), atomic("s")))),
        Mistake(
            expected: "state 'a', transition 1: targets 'h' and 's' cannot be active together",
            chart: states(
                atomic("a", on("x", "h", "s")), parallel("p", [], atomic("r"), atomic("s"), history("h", default: "r")))
        ),
        Mistake(expected: "state 'a', transition 1: '' is no event", chart: states(atomic("a", blank("")))),
        Mistake(expected: "state 'a', transition 1: 'x..y' is no event", chart: states(atomic("a", blank("x..y")))),
        Mistake(expected: "state 'a', transition 1: '*.x' is no event", chart: states(atomic("a", blank("*.x")))),
        Mistake(expected: "state 'a', transition 1: 'x.*.*' is no event", chart: states(atomic("a", blank("x.*.*")))),
    ]

    private static func blank(_ descriptor: String) -> TransitionDescription {
        TransitionDescription(events: [descriptor], targets: ["a"])
    }

    @Test("each is found, alone, with its state", arguments: mistakes.indices)
    func each(place: Int) throws {
        let mistake = ChartErrorTests.mistakes[place]
        let error = #expect(throws: ChartError.self) { try Statechart(mistake.chart) }
        let lines = try #require(error).description.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix(mistake.expected) }, "\(lines)")
        #expect(lines.count <= 2, "\(lines)")
    }

    @Test("all come in one go, in document order")
    func all() throws {
        let chart = describe(atomic("a", on("x", "nowhere")), compound("b"), atomic("a"))
        let error = #expect(throws: ChartError.self) { try Statechart(chart) }
        #expect(error?.mistakes.map(\.kind) == [.unknownTarget("nowhere"), .missingChildren, .duplicateID])
        #expect(error?.mistakes.map(\.state) == ["a", "b", "a"])
        #expect(error?.mistakes.first?.transition == 0)
    }

    @Test("the deepest nesting allowed compiles and runs, one level more does not")
    func depth() throws {
        func nested(_ depth: Int) -> ChartDescription {
            var state = atomic("s\(depth)", on("x", "s\(depth)"))
            for level in stride(from: depth - 1, through: 1, by: -1) { state = compound("s\(level)", [], state) }
            return describe(state)
        }
        var run = try Run(nested(Statechart.depthLimit))
        #expect(try run.send("x") == ["s\(Statechart.depthLimit)"])
        let error = #expect(throws: ChartError.self) { try Statechart(nested(Statechart.depthLimit + 1)) }
        #expect(error?.mistakes.contains { $0.kind == .nestedTooDeep } == true)
    }
}
