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
    ///
    /// - Parameter given: Parameters that the case starts with, before those of the fixture.
    init(_ name: String, of workflow: Workflow, shiftDays: Int = 0, given: [String: String] = [:]) throws {
        self.workflow = workflow
        let text = try String(contentsOf: Self.folder.appending(path: name + ".scenario"), encoding: .utf8)
        journal = try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let columns = line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
            var fields: [String: String] = [:]
            for column in columns.dropFirst(2) {
                let parts = column.split(separator: "=", maxSplits: 1).map(String.init)
                fields[parts[0]] = parts[1]
            }
            return switch columns[1] {
            case "start": try workflow.start(at: columns[0], fields.merging(given) { $1 }, shiftDays: shiftDays)
            case "parameters": try workflow.parameters(at: columns[0], fields)
            case let name where name.hasSuffix("/parties"):
                try workflow.parties(of: String(name.dropLast("/parties".count)), at: columns[0], fields)
            case let name: try workflow.event(name, at: columns[0], fields)
            }
        }
    }

    static let folder = projectRoot.appending(path: "Tests/CaseReplayTests/Fixtures")

    /// The case at an instant, and all that happened until then.
    func run(until text: String) throws -> (current: Case, occurrences: [Occurrence]) {
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(text), occurrences: &occurrences)
        return (try #require(current), occurrences)
    }

    /// `tanger-1` for `tanger-ess`.
    private var caseID: String { "\(workflow.name.prefix { $0 != "-" })-1" }

    /// What happened, then every message, as people read them.
    func story(until text: String) throws -> String {
        try [history(until: text, leaving: []), messages(until: text)].joined(separator: "\n\n")
    }

    /// What happened, a line each, without what is of some kinds.
    func history(until text: String, leaving: Set<String> = ["left", "date"]) throws -> String {
        try run(until: text).occurrences.compactMap { occurrence in
            let told = occurrence.narration(in: workflow)
            guard !leaving.contains(told.kind) else { return nil }
            return line(occurrence, told.kind, told)
        }.joined(separator: "\n")
    }

    /// Every message in full.
    func messages(until text: String) throws -> String {
        try run(until: text).occurrences.compactMap { occurrence in
            guard case .message(let message) = occurrence.kind else { return nil }
            let words = message.words(caseID: caseID, workflow: workflow)
            return "----- \(moment(occurrence)) -> \(message.address ?? "")\n\(words.subject)\n\n\(words.body)"
        }.joined(separator: "\n")
    }

    /// What is invoiced, paid, late and owed for it.
    func payments(until text: String) throws -> String {
        let events = [".invoice.received", ".interrupted", ".completed", ".payment.made", ".interest.paid"]
        return try run(until: text).occurrences.compactMap { occurrence in
            let told = occurrence.narration(in: workflow)
            switch occurrence.kind {
            case .event(let name, _, _) where events.contains { name.hasSuffix($0) }:
                return line(occurrence, told.kind, told)
            case .message(let message):
                guard case .notification(_, let body) = message.content,
                    ["payment", "penalties"].contains(where: { message.element.contains($0) })
                else { return nil }
                return line(occurrence, told.kind, told)
                    + (body.isEmpty ? "" : "\n    " + workflow.language.typeset(body))
            default: return nil
            }
        }.joined(separator: "\n")
    }

    /// The deadlines ahead, as they were known on some days.
    func agenda(on days: [String]) throws -> String {
        try days.map { day in
            let current = try run(until: day).current
            let items = workflow.agenda(current).map { item in
                let clause = item.clause.map { " [l. \($0.line)]" } ?? ""
                return workflow.language.typeset("  \(item.title)\(workflow.language.colon)\(item.words)") + clause
            }
            return "\(day)\n" + items.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private func moment(_ occurrence: Occurrence) -> String { "\(workflow.zone.civil(at: occurrence.instant))" }

    private func line(_ occurrence: Occurrence, _ kind: String, _ told: Narration) -> String {
        "\(moment(occurrence))  \(kind)  \(told.text)" + (told.clause.map { " [l. \($0.line)]" } ?? "")
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
