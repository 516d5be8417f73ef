import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel
import YAMLReader

extension Shape {
    static let cadence = Shape(
        name: "a cadence", required: ["event", "from"],
        optional: ["title", "at", "rrule", "basis", "until", "lead", "to", "clause"])
}

extension WorkflowLoader {
    /// The lead where the file says nothing (RULES.md C-10).
    private static let ordinaryLead = Period(45, .days)

    /// Takes up the names that expressions use, `NAME.held`, `NAME.required` and `NAME.missing`.
    func declareCadences(_ node: YAMLNode?) {
        for (name, _, span) in report.section(node, "cadences") {
            let index = tables.cadenceNames.count
            tables.cadenceNames.append(prefix + name)
            names.cadences[name] = index
            guard report.checkWord(name, at: span) else { continue }
            for count in Cadence.Count.allCases {
                scope.add(count.rawValue, of: name, .int, .cadence(index, count))
            }
        }
    }

    /// Reads the cadences, once dates are known.
    func readCadences(_ node: YAMLNode?) {
        for (name, node, _) in report.section(node, "cadences") {
            guard let cadence = cadence(name, node) else { continue }
            tables.cadences.append(cadence)
        }
        for (event, span) in states.usedEvents.inOrder where event.hasPrefix(Cadence.eventPrefix) {
            checkMissed(event, span)
        }
    }

    /// The events that cadences tell, as they are written here.
    var missedEvents: [String] { cadenceNames.map { "\(Cadence.eventPrefix)\($0).missed" } }

    private func cadence(_ name: String, _ node: YAMLNode) -> Cadence? {
        guard let reader = MappingReader(node, .cadence, report) else { return nil }
        let event = events(reader, "event").first?.text
        let rule = rule(reader)
        let from = reader["from"].flatMap { bound($0, "from") }
        let until = reader["until"].flatMap { bound($0, "until") }
        let lead = reader["lead"].flatMap { node in reader.text("lead").flatMap { period($0, at: node.span) } }
        if lead?.duration != nil {
            report.error("bad-period", "a lead is counted in days or more", at: reader["lead"]?.span)
        }
        let recipients = reader["to"].map { parties($0) } ?? defaultLadder?.rungs.first?.recipients ?? []
        usedParties.formUnion(recipients)
        guard let event, let rule, let from else { return nil }
        return Cadence(
            name: prefix + name, title: words(reader, "title") ?? name, event: event, rule: rule, from: from,
            until: until, lead: lead ?? Self.ordinaryLead, recipients: recipients, clause: reader.clause() ?? clause)
    }

    private func rule(_ reader: MappingReader) -> CadenceRule? {
        let basis = reader.choice("basis", CadenceRule.Basis.self) ?? .contract
        switch (reader["at"], reader["rrule"]) {
        case (nil, nil):
            report.error(
                "missing-key", "a cadence needs 'at' (at least 2 per year) or 'rrule'",
                at: reader.node.span.firstCharacter)
        case (_?, let rrule?):
            report.error("two-sources", "a cadence has 'at' or 'rrule'; keep one", at: rrule.span)
        case (let at?, nil):
            guard let text = reader.text("at") else { return nil }
            guard let given = namedCadences[text] else { return cadenceRule(text, basis: basis, at: at) }
            usedNames.insert(text)
            if let node = reader["basis"] {
                report.warning("no-effect", "'\(text)' says itself where its stretches begin", at: node.span)
            }
            return given
        case (nil, let rrule?):
            if let node = reader["basis"] {
                report.warning("no-effect", "a recurrence rule has stretches of its own", at: node.span)
            }
            return reader.text("rrule").flatMap { recurrence($0, rrule) }
        }
        return nil
    }

    /// Reads `at least 2 per year`; a basis that the text names itself goes before the one given.
    func cadenceRule(_ text: String, basis: CadenceRule.Basis, at node: YAMLNode) -> CadenceRule? {
        do throws(CadenceError) {
            return try CadenceRule(parsing: text, basis: basis)
        } catch {
            let word = String(decoding: Array(text.utf8)[error.part], as: UTF8.self)
            report.error(
                "bad-cadence", error.message,
                at: part(of: node, from: error.part.lowerBound, length: error.part.count),
                guess: report.guess(word, among: error.known))
            return nil
        }
    }

    private func recurrence(_ text: String, _ node: YAMLNode) -> CadenceRule? {
        do throws(RecurrenceError) {
            let rule = try RecurrenceRule(parsing: text)
            _ = try Recurrence(rule, from: .date(.earliest))
            return .recurrence(rule)
        } catch {
            report.error("bad-recurrence", error.message, at: part(of: node, from: error.column - 1, length: 1))
            return nil
        }
    }

    /// The name of a date, an event or a state's entry.
    private func bound(_ node: YAMLNode, _ key: String) -> DateAnchor? {
        guard let text = report.text(node, of: key) else { return nil }
        if CivilDate(iso: text) != nil || CivilDateTime(iso: text) != nil {
            report.error(
                "wrong-type", "'\(key)' is the name of a date, an event or 'entry of STATE': give this date a name",
                at: node.span)
            return nil
        }
        return anchor(text, at: node.span, states)
    }

    private func checkMissed(_ event: String, _ span: SourceSpan) {
        let known = missedEvents
        guard !known.contains(event), event != Cadence.eventPrefix + "*" else { return }
        report.error(
            "unknown-cadence",
            "no cadence tells '\(event)'; a cadence NAME tells '\(Cadence.eventPrefix)NAME.missed'", at: span,
            guess: report.guess(event, among: known))
    }
}
