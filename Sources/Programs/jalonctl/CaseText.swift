import ControlAPI

/// A case and its parts, as people read them.
enum CaseText {
    static func text(_ reply: CaseReply, style: Style) -> String {
        var lines = [style.bold(safe(reply.caseID)) + "  " + safe(reply.title)]
        var rows = [["workflow", "\(reply.workflow) \(reply.digest.prefix(12))"]]
        if let document = reply.document { rows.append(["document", document]) }
        rows.append([reply.caseID.contains("/") ? "opened" : "started", clockTime(reply.startedAt)])
        rows.append(["status", reply.fault.map { "cannot go on: \($0)" } ?? reply.status])
        rows.append(["shown at", "\(clockTime(reply.at)) \(reply.zone)"])
        rows.append(["journal", "\(reply.journalCount) \(reply.journalCount == 1 ? "entry" : "entries")"])
        lines += table(rows, indent: 2, style: style)
        lines += section("States", reply.states.map(row), style)
        lines += section("Dates", reply.dates.map(row), style)
        lines += section(
            "Cadences", reply.cadences.map { [$0.name, $0.title, $0.words, clauseMark($0.clause)] }, style)
        lines += section("Parameters", reply.parameters.map(row), style)
        lines += section("Parties", reply.parties.map(row), style)
        lines += section("Data", reply.data.map { [$0.name, $0.title, $0.words] }, style)
        lines += section("Children", children(reply), style)
        lines += reply.accepts.isEmpty ? [] : ["", style.bold("Waits for")] + events(reply.accepts, style)
        lines += section("Next", reply.next.map { [$0.words, $0.title, clauseMark($0.clause)] }, style)
        return lines.joined(separator: "\n")
    }

    /// A heading with its rows, after a blank line; nothing where there are no rows.
    static func section(_ heading: String, _ rows: [[String]], _ style: Style) -> [String] {
        rows.isEmpty ? [] : ["", style.bold(heading)] + table(rows, indent: 2, style: style)
    }

    static func row(_ state: State) -> [String] {
        [state.path, state.title, "since \(clockTime(state.since, of: state.day))", clauseMark(state.clause)]
    }

    /// Children by kind: path, title, where it stands, what comes next.
    private static func children(_ reply: CaseReply) -> [[String]] {
        let rows = reply.children.map { child in
            [
                child.path, child.title,
                child.fault.map { "cannot go on: \($0)" } ?? child.states.joined(separator: ", "),
                child.next ?? (child.status == "over" ? "over" : ""),
            ]
        }
        let rest = reply.childCount - reply.children.count
        return rest > 0 ? rows + [["…", "\(rest) more", "", ""]] : rows
    }

    static func row(_ date: NamedDate) -> [String] {
        var words = date.words ?? date.date ?? "not known yet"
        if let nominal = date.nominal, nominal != date.date { words += " (nominal \(nominal))" }
        if date.isProvisional { words += " (provisional)" }
        return [date.name, date.title, words, clauseMark(date.clause)]
    }

    static func row(_ parameter: Parameter) -> [String] {
        [
            parameter.name, parameter.title, parameter.value ?? "not known yet (\(parameter.type))",
            clauseMark(parameter.clause),
        ]
    }

    static func row(_ party: Party) -> [String] {
        [party.name, party.title, party.address ?? "nobody is named"]
    }

    /// Events with what they carry: `offer.received  Offre reçue  candidate, price, [note]  l. 126`.
    static func events(_ events: [AcceptedEvent], _ style: Style) -> [String] {
        let rows = events.map { event in
            [event.name, event.title, event.fields.map(field).joined(separator: ", "), clauseMark(event.clause)]
        }
        return zip(events, table(rows, indent: 2, style: style)).flatMap { event, line in
            [line] + event.unmet.map { "      " + style.yellow("not yet: ") + safe($0) }
        }
    }

    private static func field(_ field: Field) -> String {
        field.isOptional ? "[\(field.name): \(field.type)]" : "\(field.name): \(field.type)"
    }
}
