import ChartSuite
import Foundation
import Testing

/// The cases beside the project; see the README in that folder for their form and their licences.
private let suites: URL = {
    let file = URL(filePath: #filePath).resolvingSymlinksInPath()
    let root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return root.deletingLastPathComponent().appending(path: "shared/conformance/statecharts")
}()

@Suite("statecharts as workflows")
struct ChartSuiteTests {
    private struct Wanted: Decodable {
        struct Step: Decodable {
            var expect: [String]
            var terminated: Bool?
        }
        var id: String
        var steps: [Step]
    }

    @Test(
        "every case of the public suites goes as recorded, through loading, recording and advancing",
        .enabled(
            if: FileManager.default.fileExists(atPath: suites.path), "no ../shared/conformance beside the project"),
        arguments: [("scion", 41), ("xstate", 78), ("python-statemachine", 28), ("random", 87)])
    func suite(file: String, count: Int) throws {
        let text = try String(contentsOf: suites.appending(path: file + ".jsonl"), encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == count)
        for line in lines {
            let wanted = try JSONDecoder().decode(Wanted.self, from: Data(line.utf8))
            do {
                let answer = try ChartSuite.run(line)
                #expect(answer.id == wanted.id)
                #expect(answer.active.map { $0.sorted() } == wanted.steps.map { $0.expect.sorted() }, "\(wanted.id)")
                #expect(answer.terminated == (wanted.steps.last?.terminated ?? false), "\(wanted.id)")
            } catch {
                Issue.record("\(wanted.id): \(error.message)")
            }
        }
    }

    @Test(
        "delays, their order, cancelling, data and branches",
        arguments: [
            (
                chart:
                    #"{"id": "a", "kind": "atomic", "on": [{"events": [], "after_ms": 20, "targets": ["b"]}, {"events": [], "after_ms": 10, "targets": ["c"]}]}, {"id": "b", "kind": "atomic"}, {"id": "c", "kind": "atomic"}"#,
                steps: #"{"advance_ms": 9}, {"advance_ms": 1}, {"advance_ms": 50}"#,
                active: [["a"], ["a"], ["c"], ["c"]]
            ),
            (
                chart:
                    #"{"id": "a", "kind": "atomic", "entry": [{"send": "x", "delay_ms": 5, "id": "one"}, {"send": "y", "delay_ms": 7}], "on": [{"events": ["stop"], "targets": [], "do": [{"cancel": "one"}]}, {"events": ["x"], "targets": ["b"]}, {"events": ["*"], "targets": ["c"]}]}, {"id": "b", "kind": "atomic"}, {"id": "c", "kind": "atomic"}"#,
                steps: #"{"event": "stop"}, {"advance_ms": 6}, {"advance_ms": 1}"#,
                active: [["a"], ["a"], ["a"], ["c"]]
            ),
            (
                chart:
                    #"{"id": "a", "kind": "atomic", "on": [{"events": ["go"], "targets": [], "do": [{"assign": "n", "expr": ["+", ["var", "n"], ["event", "data", "by"]]}, {"if": [">=", ["var", "n"], ["lit", 3]], "then": [{"raise": "enough"}], "else": [{"send": "less", "data": ["-", ["lit", 3], ["var", "n"]]}]}]}, {"events": ["enough"], "targets": ["b"]}, {"events": ["less"], "targets": ["c"], "cond": ["==", ["event", "data"], ["lit", 0.5]]}]}, {"id": "b", "kind": "final"}, {"id": "c", "kind": "atomic"}"#,
                steps: #"{"event": "go", "data": {"by": 1}}, {"event": "go", "data": {"by": 2}}"#,
                active: [["a"], ["a"], ["b"]]
            ),
            (
                chart:
                    #"{"id": "a", "kind": "atomic", "on": [{"events": ["go"], "targets": [], "do": [{"assign": "n", "expr": ["+", ["var", "n"], ["event", "data", "by"]]}, {"send": "less", "data": ["-", ["lit", 3], ["var", "n"]]}]}, {"events": ["less"], "targets": ["c"], "cond": ["==", ["event", "data"], ["lit", 0.5]]}]}, {"id": "c", "kind": "atomic"}"#,
                steps: #"{"event": "go", "data": {"by": 2.5}}"#, active: [["a"], ["c"]]
            ),
            (
                chart:
                    #"{"id": "p", "kind": "parallel", "on": [{"events": ["été !"], "targets": ["z"]}], "states": [{"id": "r", "kind": "compound", "states": [{"id": "a", "kind": "atomic", "on": [{"events": ["e"], "targets": ["b"], "cond": ["lit", false]}, {"events": ["*"], "targets": ["c"], "cond": ["in", "y"]}, {"events": ["e"], "targets": ["b"]}]}, {"id": "b", "kind": "atomic"}, {"id": "c", "kind": "atomic"}]}, {"id": "s", "kind": "compound", "states": [{"id": "x", "kind": "atomic", "on": [{"events": [], "after_ms": 3, "targets": ["y"]}]}, {"id": "y", "kind": "atomic"}]}]}, {"id": "z", "kind": "atomic"}"#,
                steps: #"{"advance_ms": 3}, {"event": "e"}, {"event": "été !"}"#,
                active: [["a", "x"], ["a", "y"], ["c", "y"], ["z"]]
            ),
            (
                // A condition that cannot be computed counts as false, and the rest of the block goes on.
                chart:
                    #"{"id": "a", "kind": "atomic", "on": [{"events": ["go"], "targets": [], "do": [{"if": ["<", ["event", "data"], ["lit", 1]], "then": [], "else": [{"raise": "other"}]}, {"assign": "n", "expr": ["lit", 7]}]}, {"events": ["other"], "targets": ["b"], "cond": ["and", ["lit", true], ["lit", true], ["==", ["var", "n"], ["lit", 7]]]}]}, {"id": "b", "kind": "atomic", "on": [{"events": ["error.execution"], "targets": ["c"]}]}, {"id": "c", "kind": "atomic"}"#,
                steps: #"{"event": "go", "data": "text"}"#, active: [["a"], ["b"]]
            ),
            (
                // Of a delay and any event, the one that stands first.
                chart:
                    #"{"id": "a", "kind": "atomic", "on": [{"events": [], "after_ms": 2, "targets": ["b"]}, {"events": ["*"], "targets": ["c"]}]}, {"id": "b", "kind": "atomic", "on": [{"events": ["*"], "targets": ["c"]}, {"events": [], "after_ms": 2, "targets": ["a"]}]}, {"id": "c", "kind": "atomic", "on": [{"events": ["done.state.nowhere"], "targets": ["a"]}]}"#,
                steps: #"{"advance_ms": 2}, {"advance_ms": 2}"#, active: [["a"], ["b"], ["c"]]
            ),
        ])
    func cases(chart: String, steps: String, active: [[String]]) throws {
        let line =
            #"{"id": "case", "chart": {"data": {"n": 0}, "states": [\#(chart)]}, "steps": [{"start": true}, \#(steps)]}"#
        #expect(try ChartSuite.run(line).active == active)
    }

    @Test(
        "what cannot be run is answered with its reason",
        arguments: [
            (line: "no json", error: "the line is no JSON object"),
            (line: #"{"id": "x"}"#, error: "the case has no chart"),
            (
                line:
                    #"{"chart": {"states": [{"id": "a", "kind": "atomic", "on": [{"events": ["e"], "targets": ["b"]}]}]}}"#,
                error: "there is no state 'b'"
            ),
            (
                line:
                    #"{"chart": {"states": [{"id": "a", "kind": "atomic", "on": [{"events": [], "targets": ["a"]}]}]}}"#,
                error:
                    "transitions of 's0' still follow one another after 10000 steps; give one of them a condition that "
                    + "becomes false, or an event"
            ),
        ])
    func refusals(line: String, error: String) {
        #expect(ChartSuite.answer(to: line) == #"{"error":"\#(error)"}"#)
    }

    @Test("an answer is one line of JSON")
    func answer() {
        let line = #"{"id": "x/1", "chart": {"states": [{"id": "a", "kind": "final"}]}, "steps": [{"start": true}]}"#
        #expect(ChartSuite.answer(to: line) == #"{"active":[["a"]],"id":"x/1","terminated":true}"#)
    }
}
