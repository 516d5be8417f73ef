import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowModel

/// A fixture that tells what happens to a contract, and what Jalon makes of it.
struct Scenario {
    let workflow: Workflow
    let journal: [JournalEntry]

    /// Reads `Fixtures/NAME.scenario`: a line a fact, columns two spaces apart.
    init(_ name: String, of workflow: Workflow, shiftDays: Int = 0) throws {
        self.workflow = workflow
        let text = try String(contentsOf: Self.folder.appending(path: name + ".scenario"), encoding: .utf8)
        journal = try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let columns = line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
            var fields: [String: String] = [:]
            for column in columns.dropFirst(2) {
                let parts = column.split(separator: "=", maxSplits: 1).map(String.init)
                fields[parts[0]] = parts[1]
            }
            return columns[1] == "start"
                ? try workflow.start(at: columns[0], fields, shiftDays: shiftDays)
                : try workflow.event(columns[1], at: columns[0], fields)
        }
    }

    static let folder = projectRoot.appending(path: "Tests/CaseReplayTests/Fixtures")

    /// The case at an instant, and all that happened until then.
    func run(until text: String) throws -> (current: Case, occurrences: [Occurrence]) {
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(text), occurrences: &occurrences)
        return (try #require(current), occurrences)
    }

    /// What happened, then every message, as people read them.
    func story(until text: String) throws -> String {
        let (_, occurrences) = try run(until: text)
        var lines: [String] = []
        var messages: [String] = []
        for occurrence in occurrences {
            let moment = workflow.zone.civil(at: occurrence.instant)
            let told = occurrence.narration(in: workflow)
            let clause = told.clause.map { " [l. \($0.line)]" } ?? ""
            lines.append("\(moment)  \(told.kind)  \(told.text)\(clause)")
            guard case .message(let message) = occurrence.kind else { continue }
            let words = message.words(caseID: "tanger-1", workflow: workflow)
            messages.append(
                "----- \(moment) -> \(message.address ?? "")\n\(words.subject)\n\n\(words.body)")
        }
        return lines.joined(separator: "\n") + "\n\n" + messages.joined(separator: "\n")
    }

    /// A named date, as its day with its hour.
    static func date(_ name: String, of current: Case, _ workflow: Workflow) throws -> String {
        let index = try #require(workflow.date(named: name))
        guard let date = current.dates[index] else { return "unknown" }
        return "\(date.day)" + (date.time.map { "T\($0)" } ?? "")
    }

    /// A computed value, as people read it.
    static func value(_ name: String, of current: Case, _ workflow: Workflow) throws -> String {
        let index = try #require(workflow.values.firstIndex { $0.name == name })
        let value = workflow.computed(index, in: current)
        return value?.words(in: .english, zone: workflow.zone) ?? "unknown"
    }
}

/// Compares a text with the fixture of that name; with `JALON_UPDATE_FIXTURES=1`, writes it there.
func expectFixture(_ name: String, _ text: String, in folder: URL = Scenario.folder) throws {
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["JALON_UPDATE_FIXTURES"] == "1" {
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let wanted = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    guard text != wanted else { return }
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let old = wanted.split(separator: "\n", omittingEmptySubsequences: false)
    let place = zip(new, old).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(new.count, old.count)
    Issue.record(
        """
        \(name) differs from line \(place + 1); JALON_UPDATE_FIXTURES=1 writes it anew
        is:     \(place < new.count ? String(new[place]) : "the end")
        wanted: \(place < old.count ? String(old[place]) : "the end")
        """)
}
