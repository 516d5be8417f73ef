import CaseReplay
import CivilTime
import Foundation
import StatechartKernel
import Testing
import WorkflowLoading
import WorkflowModel

/// The root of the project.
let projectRoot: URL = {
    let file = URL(filePath: #filePath).resolvingSymlinksInPath()
    return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}()

/// What a workflow refers to: this machine's zones and the calendars that ship.
let shippedEnvironment: LoadingEnvironment = {
    let zone = { @Sendable (name: String) -> TimeZoneRules? in
        guard let bytes = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)") else { return nil }
        return try? TimeZoneRules(tzif: Array(bytes), identifier: name)
    }
    let folder = projectRoot.appending(path: "workflows/calendars")
    let names = ["morocco", "france", "mayotte", "alsace-moselle"]
    var calendars: [String: BusinessCalendar] = [:]
    for name in names {
        let text = try? String(contentsOf: folder.appending(path: name + ".yaml"), encoding: .utf8)
        calendars[name] = text.flatMap { loadCalendar($0, file: name).calendar }
    }
    let library = { @Sendable (wanted: LibraryFile) -> LibraryText? in
        let path = "workflows/\(wanted.kind.rawValue)/\(wanted.name).yaml"
        let text = try? String(contentsOf: projectRoot.appending(path: path), encoding: .utf8)
        return text.map { LibraryText(text: $0, path: path) }
    }
    return LoadingEnvironment(
        zone: zone, calendar: { [calendars] in calendars[$0] }, calendarNames: names, library: library)
}()

/// Loads a workflow that must have no mistakes.
func load(_ text: String, file: String = "test.yaml") throws -> Workflow {
    let (workflow, diagnostics) = loadWorkflow(text, file: file, environment: shippedEnvironment)
    let rendered = diagnostics.filter { $0.severity == .error }.map { $0.rendered(source: text) }
    return try #require(workflow, "\(rendered.joined(separator: "\n"))\n\(text)")
}

extension Workflow {
    /// An instant of the contract's zone, as people write it.
    func time(_ text: String) throws -> Timestamp {
        try #require(Timestamp(readableByPeople: text, zone: zone), "'\(text)' is no time")
    }

    /// The start of a case, every party named.
    func start(at text: String, _ parameters: [String: String] = [:], shiftDays: Int = 0) throws -> JournalEntry {
        let given = try parameters.sorted { $0.key < $1.key }
            .map { try parameterValue(.init(name: $0.key, value: .text($0.value))) }
        let bindings = parties.indices.map { PartyBinding(party: $0, address: "\(parties[$0].name)@example.org") }
        return JournalEntry(
            occurredAt: try time(text),
            fact: .started(Start(parameters: given, parties: bindings, shiftDays: shiftDays)))
    }

    /// A reported event with its fields; one of a child is written `order/BC-7/delivered`.
    func event(_ name: String, at text: String, _ fields: [String: String] = [:]) throws -> JournalEntry {
        let (path, name) = try #require(ChildPath.split(name))
        let declaration = try #require(definition(at: path)?.event(named: name), "no event '\(name)'")
        let members = fields.sorted { $0.key < $1.key }.map { PlainValue.Member(name: $0.key, value: .text($0.value)) }
        let payload = try PlainValue.object(members).record(declaration.fields, zone: zone)
        return JournalEntry(occurredAt: try time(text), fact: .event(name: name, payload: payload), child: path)
    }

    /// Parameters that become known.
    func parameters(at text: String, _ values: [String: String]) throws -> JournalEntry {
        let given = try values.sorted { $0.key < $1.key }
            .map { try parameterValue(.init(name: $0.key, value: .text($0.value))) }
        return JournalEntry(occurredAt: try time(text), fact: .parameters(given))
    }

    /// Who the parties of a child are, such as `lot/1`.
    func parties(of path: String, at text: String, _ addresses: [String: String]) throws -> JournalEntry {
        let path = try #require(ChildPath(path))
        let owner = try #require(definition(at: path), "no kind '\(path)'")
        let bindings = try addresses.sorted { $0.key < $1.key }
            .map { try owner.partyBinding(.init(name: $0.key, value: .text($0.value))) }
        return JournalEntry(occurredAt: try time(text), fact: .parties(bindings), child: path)
    }

    /// The keys of the messages among occurrences, sorted.
    func messageKeys(_ occurrences: [Occurrence]) -> [String] {
        occurrences.compactMap { occurrence in
            if case .message(let message) = occurrence.kind { message.key(caseID: "case", workflow: self) } else { nil }
        }.sorted()
    }

    /// The paths of the innermost active states.
    func leaves(_ current: Case) -> [String] {
        current.configuration.active.filter { chart.children(of: $0).isEmpty }.map { states[Int($0.rawValue)].path }
    }
}
