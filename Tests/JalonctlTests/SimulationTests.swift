import CaseReplay
import CivilTime
import DefinitionFiles
import Expressions
import Foundation
import SeededRandom
import Testing
import WorkflowLoading
import WorkflowModel

@testable import jalonctl

private let hasZones = FileManager.default.fileExists(atPath: "\(ZoneFiles.systemFolder)/Europe/Paris")

@Suite("Simulations", .enabled(if: hasZones, "this machine has no zone data"))
struct SimulationTests {
    /// Each read once: a calendar works out its holidays for a century and more.
    private static let read = ["etude.yaml", "permit.yaml"].map { name in
        DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder), calendarFolders: [])
            .workflow(at: Fixture.path(name))
    }

    private func workflow(_ name: String) throws -> Workflow {
        let read = Self.read.first { $0.path == Fixture.path(name) }
        let workflow = read?.workflow
        return try #require(workflow, "\(read?.diagnostics.map(\.message) ?? [])")
    }

    private func scenario(_ name: String, for workflow: Workflow) throws -> Scenario {
        let (scenario, diagnostics) = ScenarioReader.read(try Fixture.text(name), file: name, for: workflow)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return scenario
    }

    private func text(_ simulation: Simulation, messages: Bool = false) -> String {
        SimulationText(simulation: simulation, hasMessages: messages, style: .plain).rendered()
    }

    @Test("a contract's life reads as its calendar, in its language")
    func french() throws {
        let workflow = try workflow("etude.yaml")
        let simulation = try Simulation(
            of: workflow, scenario("etude-evenements.yaml", for: workflow), shiftDays: 0)
        try Fixture.expect(text(simulation), is: "etude-simulation.txt")
        try Fixture.expect(text(simulation, messages: true), is: "etude-simulation-messages.txt")
        try Fixture.expect(prettyJSON(SimulationReport(simulation)), is: "etude-simulation.json")
    }

    private func prettyJSON(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("without events a contract tells what happens if nobody does anything")
    func nobodyActs() throws {
        let english = try Simulation(of: workflow("permit.yaml"), Scenario(), shiftDays: 0)
        try Fixture.expect(text(english), is: "permit-simulation.txt")
        let french = try Simulation(of: workflow("etude.yaml"), Scenario(), shiftDays: 365)
        try Fixture.expect(text(french), is: "etude-simulation-seule.txt")
    }

    @Test("every mistake in an events file is shown at its place")
    func mistakes() throws {
        let source = try Fixture.text("mauvais-evenements.yaml")
        let (_, diagnostics) = ScenarioReader.read(
            source, file: "mauvais-evenements.yaml", for: try workflow("etude.yaml"))
        let rendered = diagnostics.map { $0.rendered(source: source) }.joined(separator: "\n")
        try Fixture.expect(rendered, is: "mauvais-evenements.diagnostics")
    }

    @Test("an events file may be JSON, and its `until` includes the day")
    func json() throws {
        let workflow = try workflow("permit.yaml")
        let text =
            #"{"start": "2026-03-01", "until": "2026-03-31", "#
            + #""events": [{"at": "2026-03-10", "event": "granted"}]}"#
        let (scenario, diagnostics) = ScenarioReader.read(text, file: "e.json", for: workflow)
        #expect(diagnostics.isEmpty)
        let end = try #require(Timestamp(rfc3339: "2026-03-31T23:00:00Z"))
        #expect(scenario.until == Position(end, .dayEnds))
        let simulation = try Simulation(of: workflow, scenario, shiftDays: 0)
        #expect(simulation.end.isOver)
    }

    @Test("a scenario that cannot be run says why")
    func impossible() throws {
        let workflow = try workflow("permit.yaml")
        func failure(_ json: String) throws -> String? {
            let (scenario, diagnostics) = ScenarioReader.read(json, file: "e.json", for: workflow)
            #expect(diagnostics.isEmpty)
            do {
                _ = try Simulation(of: workflow, scenario, shiftDays: 0)
                return nil
            } catch {
                return error.line
            }
        }
        #expect(
            try failure(#"{"start": "2026-03-05", "events": [{"at": "2026-03-01", "event": "granted"}]}"#)
                == "jalonctl: an event of 2026-03-01 00:00 comes before the start, 2026-03-05 00:00; "
                + "give an earlier start")
        #expect(
            try failure(#"{"start": "2026-03-05", "until": "2026-03-01"}"#)
                == "jalonctl: the end, 2026-03-01, comes before the start, 2026-03-05 00:00; "
                + "give a later --until or an earlier --start")
        #expect(
            try failure(#"{"start": "2026-03-05", "until": "2026-03-04"}"#)?
                .hasPrefix("jalonctl: the end, 2026-03-04, comes before the start, 2026-03-05 00:00; ") == true)
    }

    @Test("a start, an event and their errors are written as 'start' and 'send' take them")
    func forms() throws {
        let workflow = try workflow("permit.yaml")
        for (start, at) in [
            ("2026-03-05", "2026-03-05"), ("2026-03-05T10:30", "2026-03-05"), ("2026-03-05T10:30:00Z", "2026-03-05"),
            ("2026-03-05T10:30", "2026-03-05T10:30"),
        ] {
            let events = #""events": [{"at": "\#(at)", "event": "granted"}]"#
            let beginning = Timestamp(readableByPeople: start, zone: workflow.zone)
            // Whether the start is said before the events, after them, or on the command line.
            for (text, option) in [
                (#"{"start": "\#(start)", \#(events)}"#, nil), (#"{\#(events), "start": "\#(start)"}"#, nil),
                (#"{"start": "2026-01-01", \#(events)}"#, beginning),
            ] {
                let (scenario, diagnostics) = ScenarioReader.read(text, file: "e.json", for: workflow, start: option)
                #expect(diagnostics.isEmpty && scenario.start == beginning)
                #expect(scenario.events.map(\.occurredAt) == [beginning], "\(start) \(at)")
            }
        }
        let (_, diagnostics) = ScenarioReader.read(#"{"start": "5 mars"}"#, file: "e.json", for: workflow)
        #expect(
            diagnostics.map(\.message) == [
                "'5 mars' is no date or time; write 2021-09-24, 2021-09-24T16:30 or 2021-09-24T16:30:00+01:00"
            ])
    }

    /// A journal of the study's events at random instants, many of them at the same one.
    private func journal(seed: UInt64, _ workflow: Workflow) throws -> [JournalEntry] {
        var random = SeededGenerator(seed: seed)
        let first = try #require(Timestamp(rfc3339: "2026-05-20T07:00:00Z"))
        let fact = Fact.started(Start(parameters: [], parties: [], shiftDays: 0))
        let montant = try workflow.parameterValue(.init(name: "montant", value: .text("1000 EUR")))
        var entries = [JournalEntry(occurredAt: first, fact: fact)]
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            // Whole days after the start, at hours where dues are.
            let day = Int64.random(in: 0...80, using: &random)
            let hours: [Int64] = [0, 0, 7, 15]
            let hour = hours.randomElement(using: &random) ?? 0
            let instant = Timestamp(secondsSinceEpoch: first.secondsSinceEpoch + day * 86_400 + hour * 3600)
            let pages = Int64.random(in: 1...9, using: &random)
            let facts: [Fact] = [
                .event(name: "rapport.remis", payload: .map(ValueMap([(.string("pages"), .int(pages))]))),
                .event(name: "rapport.valide", payload: .map(ValueMap([]))),
                .parameters([montant]),
            ]
            entries.append(JournalEntry(occurredAt: instant, fact: facts.randomElement(using: &random) ?? facts[0]))
        }
        return entries
    }

    @Test("a simulation tells what one replay of the whole journal does", arguments: UInt64(0)..<200)
    func sameAsReplay(seed: UInt64) throws {
        let workflow = try workflow("etude.yaml")
        let journal = try journal(seed: seed, workflow)
        let until = try #require(Timestamp(rfc3339: "2026-12-31T00:00:00Z"))
        var scenario = Scenario(start: journal[0].occurredAt, until: Position(after: until))
        scenario.events = Array(journal[1...])
        let simulation = try Simulation(of: workflow, scenario, shiftDays: 0)
        var occurrences: [Occurrence] = []
        let whole = workflow.replay(journal, until: until, occurrences: &occurrences)
        let expected = occurrences.map { "\($0.position) \($0.narration(in: workflow).text)" }
        let told = simulation.entries.compactMap { entry in
            if case .happened(let occurrence) = entry.kind {
                "\(entry.position) \(occurrence.narration(in: workflow).text)"
            } else {
                nil as String?
            }
        }
        #expect(told == expected, "seed \(seed)")
        #expect(simulation.end == whole, "seed \(seed)")
    }

    @Test("a contract that waits for ever is told for 30 days after its last date")
    func waitsForEver() throws {
        let text = """
            jalon: 1
            workflow: waiting
            title: Attente
            language: fr
            time-zone: Europe/Paris
            parties: { buyer: Acheteur }
            events: { delivered: Remis }
            dates: { due: { title: Remise, at: 2022-03-01 } }
            states:
              waiting:
                remind: { of: due, to: buyer, before: [7 days], after: [1 day], every: 7 days }
                on: { delivered: done }
              done: { type: final }
            """
        let zones = ZoneFiles(folder: ZoneFiles.systemFolder)
        let environment = DefinitionFiles(zones: zones, calendarFolders: []).environment(for: ".")
        let workflow = try #require(loadWorkflow(text, file: "waiting.yaml", environment: environment).workflow)
        let simulation = try Simulation(of: workflow, Scenario(), shiftDays: 0)
        let last = workflow.zone.civil(at: simulation.until).date
        #expect("\(last)" > "2022-03-20" && "\(last)" <= "2022-04-01")
    }
}
