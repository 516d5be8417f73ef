import CaseReplay
import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

/// A simulation as its manager reads it: the contract's calendar, in the contract's language.
struct SimulationText {
    let simulation: Simulation
    /// Whether messages are written out in full.
    let hasMessages: Bool
    let style: Style

    private var workflow: Workflow { simulation.workflow }
    private var isFrench: Bool { workflow.language == .french }

    /// The text, without a line break at its end.
    func rendered() -> String {
        var lines = [style.bold(safe(workflow.title)), safe(place)]
        if !simulation.missing.isEmpty {
            lines += [
                "", style.yellow(isFrench ? "Pour commencer vraiment, il faudrait :" : "A real case would need:"),
            ]
            lines += simulation.missing.map { "  " + safe($0) }
        }
        lines += [""] + Timeline(calendar).folded(in: workflow.language).rendered(style)
        return (lines + closing).joined(separator: "\n")
    }

    private var place: String {
        let from = workflow.zone.civil(at: simulation.start).date.words(in: workflow.language)
        let to = lastDay
        let zone = workflow.zone.identifier
        return isFrench
            ? "Simulation du \(from) au \(to), heure \(frenchOf(zone))"
            : "Simulated from \(from) to \(to), \(zone) time"
    }

    // MARK: Lines

    private var calendar: [Timeline.Line] {
        simulation.entries.map { entry in
            line(entry, simulation.narration(entry))
        }
    }

    private func line(_ entry: Simulation.Entry, _ told: Simulation.Told) -> Timeline.Line {
        let zone = workflow.zone
        let (day, hour) = Timeline.names(
            of: zone.civil(at: entry.position.instant), ending: zone.dayEnding(at: entry.position),
            in: workflow.language)
        var line = Timeline.Line(
            day: day, hour: hour, kind: told.kind, text: told.text, element: told.element, clause: told.clause)
        if hasMessages, case .happened(let occurrence) = entry.kind, case .message(let message) = occurrence.kind {
            line.details = letter(message)
        }
        return line
    }

    private func letter(_ message: CaseReplay.Message) -> [String] {
        let words = message.words(caseID: workflow.name, workflow: workflow)
        let party = message.party(in: workflow).title
        let nobody = isFrench ? "personne n'est désigné" : "nobody is named"
        let colon = isFrench ? "\u{A0}: " : ": "
        let head = [
            (isFrench ? "À" : "To") + colon + "\(party) <\(message.address ?? nobody)>",
            (isFrench ? "Objet" : "Subject") + colon + words.subject, "",
        ]
        var body = words.body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while body.last?.isEmpty == true { body.removeLast() }
        return head + body + [""]
    }

    /// The day on which the simulation ends: unless people report something at that very instant, one that is over.
    private var lastDay: String {
        let end = Position(simulation.until, .dayEnds)
        return workflow.zone.day(of: max(end, simulation.entries.last?.position ?? end)).words(in: workflow.language)
    }

    // MARK: The end

    private var closing: [String] {
        let end = simulation.end
        var lines = ["", style.bold(isFrench ? "Au \(lastDay)" : "On \(lastDay)")]
        if let fault = end.fault {
            lines.append("  " + style.red((isFrench ? "Bloqué : " : "Stuck: ") + safe(fault)))
        } else if end.isOver {
            lines.append("  " + style.green(isFrench ? "Le contrat est terminé" : "The contract is over"))
        }
        lines += simulation.states(of: end).map { "  → " + safe($0) }
        lines += section(isFrench ? "Dossiers" : "Children", children(of: end))
        lines += section(isFrench ? "Attend" : "Waits for", workflow.acceptedEvents(end).flatMap(rows))
        lines += section(isFrench ? "Reste à donner" : "Still to be given", unknown)
        lines += section("Dates", workflow.dates.indices.map(row))
        lines += section(
            isFrench ? "Obligations périodiques" : "Cadences",
            workflow.cadences.indices.map { index in
                let cadence = workflow.cadences[index]
                return [cadence.title, workflow.words(ofCadence: index, in: end), clauseMark(cadence.clause?.line)]
            })
        lines += section(isFrench ? "Données" : "Data", simulation.values.flatMap(rows))
        return lines
    }

    private func section(_ heading: String, _ rows: [[String]]) -> [String] {
        rows.isEmpty ? [] : ["  " + style.bold(heading)] + table(rows, indent: 4, style: style)
    }

    /// Parameters and parties that nobody has said yet.
    private var unknown: [[String]] {
        let end = simulation.end
        let parameters = zip(workflow.parameters, end.parameters).filter { $1 == nil }.map(\.0)
        let parties = zip(workflow.parties, end.addresses).filter { $1 == nil }.map(\.0)
        return parameters.map { [$0.title ?? $0.name, $0.name, clauseMark($0.clause?.line)] }
            + parties.map { [$0.title, $0.name, clauseMark($0.clause?.line)] }
    }

    /// A value on a line; of a list, each item on its own.
    private func rows(_ item: (name: String, title: String, value: Value)) -> [[String]] {
        guard case .list(let items) = item.value else { return [[item.title, simulation.words(item.value)]] }
        return items.enumerated().map { [$0 == 0 ? item.title : "", simulation.words($1)] }
    }

    private func rows(_ event: AcceptedEvent) -> [[String]] {
        [[event.declaration.title, event.declaration.name]] + event.unmet.map { ["", "", $0] }
    }

    /// Children with where they stand.
    private func children(of end: Case) -> [[String]] {
        ChildPlace(workflow: workflow, current: end).descendants.map { child in
            let states = SimulationText.states(of: child.current, child.workflow).joined(separator: ", ")
            let fault = child.current.fault.map { (isFrench ? "bloqué : " : "stuck: ") + $0 }
            return ["\(child.path)", child.title ?? "", fault ?? states]
        }
    }

    private func row(_ index: Int) -> [String] {
        let date = workflow.dates[index]
        var words = workflow.words(ofDate: index, in: simulation.end)
        if words.isEmpty { words = isFrench ? "pas encore connue" : "not known yet" }
        if simulation.end.dates[index]?.isProvisional == true { words += isFrench ? " (provisoire)" : " (provisional)" }
        return [date.title, workflow.language.typeset(words), clauseMark(date.clause?.line)]
    }
}

extension Simulation {
    /// An entry in words: as `history` has it, and `data` and `why` beside.
    struct Told {
        var kind: String
        var text: String
        var element: String?
        var clause: Int?
    }

    /// An entry in words of the contract's language.
    func narration(_ entry: Entry) -> Told {
        switch entry.kind {
        case .happened(let occurrence):
            let told = occurrence.narration(in: workflow)
            return Told(kind: told.kind, text: told.text, element: told.element, clause: told.clause?.line)
        case .remembered(let index, let value):
            let item = workflow.data[index]
            let colon = workflow.language == .french ? "\u{A0}: " : ": "
            return Told(
                kind: "data", text: "\(item.title ?? item.name)\(colon)\(words(value))", element: item.name,
                clause: item.clause?.line)
        case .ignored(let current, let unmet):
            let isFrench = workflow.language == .french
            let places = SimulationText.states(of: current.current, current.workflow).joined(separator: ", ")
            let place =
                current.current.isOver
                ? (isFrench ? "le contrat est terminé" : "the contract is over")
                : (isFrench ? "le contrat en est à : \(places)" : "the contract stands at: \(places)")
            return Told(kind: "why", text: "(\(([place] + unmet).joined(separator: " ; ")))")
        }
    }

    /// What the case remembers and computes at the end, less what it does not know.
    var values: [(name: String, title: String, value: Value)] {
        let data = zip(workflow.data, end.data).map { ($0.name, $0.title ?? $0.name, $1) }
        let computed = workflow.values.enumerated().filter(\.element.isForPeople).compactMap { index, item in
            workflow.computed(index, in: end).map { (item.name, item.title ?? item.name, $0) }
        }
        return (data + computed).filter { $0.2 != .null && $0.2 != .list([]) && $0.2 != .string("") }
    }

    /// A value in words of the contract's language.
    func words(_ value: Value) -> String {
        workflow.language.typeset(value.words(in: workflow))
    }

    /// A case's innermost active states, each with the titles on the way there.
    func states(of current: Case) -> [String] { SimulationText.states(of: current, workflow) }
}

extension SimulationText {
    /// The same of a case of any workflow, such as a child.
    static func states(of current: Case, _ workflow: Workflow) -> [String] {
        let active = current.configuration.active.map { workflow.states[Int($0.rawValue)] }.filter { !$0.path.isEmpty }
        return active.filter { state in !active.contains { $0.path.hasPrefix(state.path + ".") } }.map { leaf in
            active.filter { leaf.path == $0.path || leaf.path.hasPrefix($0.path + ".") }.map(\.title)
                .joined(separator: " › ")
        }
    }
}
