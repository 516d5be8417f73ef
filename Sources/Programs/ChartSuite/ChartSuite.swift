import CaseReplay
import CivilTime
import Expressions
import FoundationEssentials
import StatechartKernel
import WorkflowLoading
import WorkflowModel

/// Where a chart stood after each step of a suite's case.
package struct ChartAnswer: Encodable, Equatable, Sendable {
    /// The case's own.
    package var id: String
    /// Ids of the active atomic and final states after each step, in document order.
    package var active: [[String]]
    /// A top-level final state was reached.
    package var terminated: Bool
}

/// Runs cases of the public statechart suites as workflows, through the same door as everybody's.
///
/// A millisecond of a case is a second of the contract, the shortest time that the language knows.
package enum ChartSuite {
    /// Answers one line: the chart's states as JSON, or `{"error": "…"}`.
    package static func answer(to line: String) -> String {
        do throws(SuiteError) {
            return encoded(try run(line))
        } catch {
            return encoded(["error": error.message])
        }
    }

    /// Runs one case.
    ///
    /// - Parameter line: The case as JSON; what it says to expect is not read.
    /// - Throws: ``SuiteError`` for what is no case, or a chart that breaks down.
    package static func run(_ line: String) throws(SuiteError) -> ChartAnswer {
        do {
            return try run(try JSONDecoder().decode(SuiteJSON.self, from: Data(line.utf8)))
        } catch let error as SuiteError {
            throw error
        } catch {
            throw SuiteError("the line is no JSON object")
        }
    }

    private static func run(_ json: SuiteJSON) throws -> ChartAnswer {
        guard let chart = json["chart"] else { throw SuiteError("the case has no chart") }
        let written = try SuiteChart(chart)
        let environment = LoadingEnvironment(zone: { _ in .utc }, calendar: { _ in nil }, calendarNames: [])
        let (workflow, diagnostics) = loadWorkflow(written.text, file: "chart", environment: environment)
        guard let workflow else {
            let mistakes = diagnostics.filter { $0.severity == .error }.map(\.message)
            throw SuiteError(mistakes.joined(separator: "; "))
        }
        var run = try SuiteRun(workflow)
        var answer = ChartAnswer(id: json["id"]?.text ?? "", active: [], terminated: false)
        for step in json["steps"]?.items ?? [] {
            try run.take(step)
            answer.active.append(run.leaves.compactMap { written.ids[$0] })
        }
        answer.terminated = run.current.isOver
        return answer
    }

    private static func encoded(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

/// A chart on the suite's clock.
private struct SuiteRun {
    let workflow: Workflow
    private(set) var current: Case
    private var now = Timestamp(secondsSinceEpoch: 0)

    init(_ workflow: Workflow) throws {
        self.workflow = workflow
        let journal = [JournalEntry(occurredAt: now, fact: .started(Start()))]
        var occurrences: [Occurrence] = []
        guard let start = workflow.replay(journal, until: Position(now, .events), occurrences: &occurrences) else {
            throw SuiteError("the chart does not start")
        }
        current = start
        try checkHealth()
    }

    mutating func take(_ step: SuiteJSON) throws {
        var occurrences: [Occurrence] = []
        if let elapsed = step["advance_ms"]?.whole { now = now + .seconds(elapsed) }
        if let name = step["event"]?.text {
            let payload = ValueMap([(.string("name"), .string(name)), (.string("data"), step["data"]?.value ?? .null)])
            let fact = Fact.event(name: SuiteChart.eventName(name), payload: .map(payload))
            _ = workflow.record(JournalEntry(occurredAt: now, fact: fact), in: &current, occurrences: &occurrences)
        } else if step["advance_ms"] != nil {
            workflow.advance(&current, to: now, occurrences: &occurrences)
            // What comes next comes after all that was due now.
            now = now + .microseconds(1)
        }
        try checkHealth()
    }

    var leaves: [String] {
        current.configuration.active.filter { [.atomic, .final].contains(workflow.chart.kind(of: $0)) }
            .map { workflow.states[Int($0.rawValue)].path }
    }

    private func checkHealth() throws {
        if let fault = current.fault { throw SuiteError(fault) }
    }
}
