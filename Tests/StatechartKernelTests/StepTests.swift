import StatechartKernel
import Testing

@Suite("steps")
struct StepTests {
    @Test(
        "a descriptor matches its name and what continues it after a dot",
        arguments: [
            ("foo", "foo", true), ("foo", "foo.bar", true), ("foo", "foobar", false), ("foo.bar", "foo", false),
            ("foo.*", "foo", true), ("foo.*", "foo.bar.baz", true), ("foo.bar", "foo.bar.baz", true),
            ("foo.bar", "foo.baz", false), ("*", "anything.at.all", true), ("x foo", "foo", true),
            ("x foo", "x.y", true),
            ("x foo", "y", false), ("foo", "", false), ("Foo", "foo", false),
        ])
    func descriptors(descriptors: String, name: String, isMatch: Bool) throws {
        // neighbours in the table of descriptors must not change the answer
        let others = atomic("c", on("foo.bar.baz.deep", "c"), on("foo.b", "c"), on("fo", "c"), on("foo.barb", "c"))
        var run = try Run(describe(atomic("a", on(descriptors, "b")), atomic("b"), others))
        #expect(try run.send(name) == [isMatch ? "b" : "a"])
        #expect(run.step.handled == isMatch)
    }

    @Test("a chart that is over keeps its configuration and takes no more events")
    func over() throws {
        var run = try Run(
            describe(compound("a", [on("end", "z"), on("*", "a")], atomic("b")), final("z"), atomic("c")))
        #expect(try run.send("end") == ["z"])
        #expect(run.step.isOver && run.chart.isOver(run.step.configuration))
        #expect(try run.send("other") == ["z"])
        #expect(run.host.log.isEmpty && !run.step.handled && run.step.isOver)
    }

    @Test("events raised in a block are lost when the chart ends")
    func raisedAtTheEnd() throws {
        var run = try Run(
            describe(atomic("a", on("go", "z", does: [1]), on("late", "a")), final("z")), raises: [1: ["late"]])
        #expect(try run.send("go") == ["z"])
        #expect(run.host.log == ["-a", "do 1 (go)", "+z"])
    }

    @Test("a failing block ends alone, and error.execution carries the host's data")
    func failingBlock() throws {
        var run = try Run(
            describe(
                atomic("a", on("go", "b", does: [1, 2])), atomic("b", on("error.execution", "c", does: [2])),
                atomic("c")),
            raises: [2: []])
        #expect(try run.send("go") == ["c"])
        #expect(
            run.host.log == [
                "-a", "do 1 (go)", "do 2 (go)", "+b", "-b", "do 2 (error.execution: failure)", "+c",
            ])
    }

    @Test("a guard that fails is false and is reported once, even where the report asks it again")
    func failingGuard() throws {
        var run = try Run(
            describe(
                parallel(
                    "p", [], compound("r", [], atomic("a", on("*", "b", given: 1)), atomic("b")),
                    compound("q", [], atomic("w", on("error", does: [2]))))),
            raises: [2: []])
        #expect(try run.send("go") == ["a", "w"])
        #expect(run.host.log == ["do 2 (error.execution: failure)"])
        #expect(!run.step.handled)
    }

    @Test("the done event of a region carries its data; that of the parallel state comes after, without")
    func doneEvents() throws {
        var run = try Run(
            describe(
                parallel(
                    "p", [on("done.state.r done.state.q", does: [1]), on("done.state.p", "z", does: [1])],
                    compound("r", [], atomic("a", on("go", "rf")), final("rf")),
                    compound("q", [], atomic("b", on("go", "qf")), final("qf"))), atomic("z")),
            raises: [1: []])
        #expect(try run.send("go") == ["z"])
        #expect(
            run.host.log.filter { $0.hasPrefix("do") } == [
                "do 1 (done.state.r: data of rf)", "do 1 (done.state.q: data of qf)", "do 1 (done.state.p)",
            ])
    }

    @Test("history comes back shallow or deep")
    func histories() throws {
        var run = try Run(
            describe(
                compound(
                    "c", initial: "inner", [on("leave", "out")], history("h", deep: true, default: "x"),
                    history("s", default: "x"), compound("inner", [], atomic("x", on("next", "y")), atomic("y"))),
                atomic("out", on("deep", "h"), on("shallow", "s"))))
        #expect(try run.send("next", "leave", "deep") == ["y"])
        #expect(try run.send("leave", "shallow") == ["x"])
        let shallow = try #require(run.chart.index(of: "s"))
        #expect(run.step.configuration.history(of: shallow) == [try #require(run.chart.index(of: "inner"))])
    }

    @Test("history that remembers nothing takes its default, whose actions run as the parent is entered")
    func historyDefault() throws {
        let block = [ActionID(rawValue: 1)]
        let history = StateDescription(
            id: "h", kind: .deepHistory, initial: InitialDescription(targets: ["other"], actions: block))
        var run = try Run(
            describe(
                atomic("out", on("in", "h")), compound("c", [on("leave", "out")], history, atomic("x"), atomic("other"))
            ),
            raises: [1: []])
        #expect(try run.send("in") == ["other"])
        #expect(run.host.log == ["-out", "+c", "do 1 (in)", "+other"])
        #expect(try run.send("leave", "in") == ["other"])
        #expect(run.host.log == ["-out", "+c", "+other"])
    }

    @Test("a macrostep that goes round names the states of the loop and nothing else")
    func loop() throws {
        var run = try Run(
            describe(
                atomic("a", on("go", "b")), atomic("b", on("", "c")), atomic("c", on("", "d")), atomic("d", on("", "b"))
            ))
        let before = run.step
        let error = #expect(throws: MacrostepError.self) { try run.send("go") }
        #expect(error?.stateIDs == ["b", "c", "d"] && error?.microstepLimit == 100)
        #expect(error?.description.contains("'b', 'c', 'd'") == true)
        #expect(run.step == before)
    }

    @Test("a block that raises the event it runs on is a loop as well, from the start on")
    func raisingLoop() throws {
        let state = StateDescription(
            id: "a", kind: .atomic, entry: [ActionID(rawValue: 1)], transitions: [on("x", "a")])
        let error = #expect(throws: MacrostepError.self) { _ = try Run(describe(state), raises: [1: ["x"]]) }
        #expect(error?.stateIDs == ["a"])
    }

    @Test("settling takes the eventless transitions that new data allow, and only those")
    func settling() throws {
        var run = try Run(describe(atomic("a", on("", "b", given: 1)), atomic("b")), answers: [1: false])
        var step = try run.chart.settle(run.step.configuration, host: &run.host)
        #expect(!step.handled && step.configuration == run.step.configuration)
        run.host.answers[1] = true
        step = try run.chart.settle(run.step.configuration, host: &run.host)
        #expect(step.handled && step.configuration.active.map(run.chart.id) == ["b"])
    }

    @Test("charts beyond the 128th state work as the small ones do", arguments: [127, 128, 129, 191, 192, 193, 500])
    func large(count: Int) throws {
        let states = (0..<count).map {
            atomic("s\($0)", on("next", "s\(($0 + 1) % count)"), on("last", "s\(count - 1)"))
        }
        var run = try Run(ChartDescription(initial: InitialDescription(targets: ["s0"]), states: states))
        #expect(try run.send("next", "next") == ["s2"])
        #expect(try run.send("last") == ["s\(count - 1)"])
        #expect(run.host.log == ["-s2", "+s\(count - 1)"])
        let wide = run.step.configuration
        #expect(try run.send("next") == ["s0"])
        #expect(run.chart.isLegal(wide) && wide != run.step.configuration)
        #expect(run.step.configuration == Configuration(active: [StateIndex(rawValue: 1)]))
        #expect(run.step.configuration.hashValue == Configuration(active: [StateIndex(rawValue: 1)]).hashValue)
    }

    @Test("more than eight regions move at once, in document order")
    func manyRegions() throws {
        let regions = (0..<12).map { compound("r\($0)", [], atomic("a\($0)", on("go", "b\($0)")), atomic("b\($0)")) }
        var run = try Run(describe(StateDescription(id: "p", kind: .parallel, children: regions)))
        #expect(try run.send("go") == (0..<12).map { "b\($0)" })
        #expect(run.host.log == (0..<12).reversed().map { "-a\($0)" } + (0..<12).map { "+b\($0)" })
    }

    @Test("readers see the hierarchy, the transitions and what active states listen to")
    func reading() throws {
        var run = try Run(
            describe(
                compound(
                    "a", initial: "b", [on("up x.*", "z", given: 1, does: [2])], history("h", default: "b"),
                    atomic("b", on("up", "h"))), final("z")),
            answers: [1: false])
        let chart = run.chart
        let ids = (1..<Int32(chart.stateCount)).map { chart.id(of: StateIndex(rawValue: $0)) }
        #expect(ids == ["a", "h", "b", "z"] && chart.transitionCount == 2)
        let (a, h, b, z) = (
            try #require(chart.index(of: "a")), try #require(chart.index(of: "h")), try #require(chart.index(of: "b")),
            try #require(chart.index(of: "z"))
        )
        #expect(chart.children(of: .root) == [a, z] && chart.children(of: a) == [h, b])
        #expect(chart.parent(of: b) == a && chart.parent(of: a) == .root && chart.parent(of: .root) == nil)
        #expect(chart.isDescendant(b, of: .root) && !chart.isDescendant(b, of: b) && !chart.isDescendant(z, of: a))
        #expect(chart.defaultTargets(of: h) == [b] && chart.kind(of: h) == .shallowHistory)
        #expect(chart.index(of: "unknown") == nil)
        let outer = try #require(chart.transitions(of: a).first)
        #expect(outer.source == a && outer.targets == [z] && outer.events == ["up", "x.*"])
        #expect(outer.guardID == GuardID(rawValue: 1) && outer.actions == [ActionID(rawValue: 2)])
        #expect(chart.transition(outer.index) == outer)
        #expect(chart.enabledEventDescriptors(in: run.step.configuration) == ["up", "x.*"])
        #expect(chart.transitions(in: run.step.configuration).map(\.index.rawValue) == [0, 1])
        #expect(chart.doneKey(of: a) == chart.key(for: "done.state.a"))
        #expect(try run.send("x.y") == ["b"])
    }

    @Test("a stored configuration that the chart cannot have is told apart")
    func illegal() throws {
        let run = try Run(
            describe(
                parallel("p", [], compound("q", [], history("h", default: "a"), atomic("a"), atomic("b")), atomic("r")),
                atomic("o")))
        func indexes(_ ids: String) -> [StateIndex] {
            ids.split(separator: " ").compactMap { run.chart.index(of: String($0)) }
        }
        func isLegal(_ active: String, _ remembered: String? = nil, by history: String = "h") -> Bool {
            let values = remembered.map { HistoryValue(state: indexes(history)[0], remembered: indexes($0)) }
            return run.chart.isLegal(Configuration(active: indexes(active), history: values.map { [$0] } ?? []))
        }
        #expect(isLegal("p q a r") && isLegal("o", "b"))
        #expect(!isLegal("") && !isLegal("p q a") && !isLegal("p q r"))
        #expect(!isLegal("p q a b r") && !isLegal("p q a r o"))
        #expect(!isLegal("o a") && !isLegal("p q h r"))
        #expect(!isLegal("o", "a b") && !isLegal("o", "r") && !isLegal("o", "h") && !isLegal("o", ""))
        #expect(!isLegal("o", "a", by: "q"))
        #expect(!run.chart.isLegal(Configuration(active: [.root] + indexes("o"))))
        #expect(!run.chart.isLegal(Configuration(active: indexes("o") + [StateIndex(rawValue: 900)])))
    }
}
