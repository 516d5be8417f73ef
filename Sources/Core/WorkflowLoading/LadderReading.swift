import CivilTime
import WorkflowModel
import YAMLReader

/// A ladder without the date and state it belongs to.
struct LadderDraft {
    var rungs: [Rung]
    var clause: Clause?
}

extension WorkflowLoader {
    /// Reads the reminders every deadline gets unless its state says otherwise.
    ///
    /// Without a section, the first party is told 7 days and 1 day before and the day after: silence has to be asked for.
    /// A child without one has that of the case around it.
    func readReminders(_ node: YAMLNode?) {
        guard let node else {
            if let use {
                defaultLadder = use.user.defaultLadder
            } else if surroundings == nil, !parties.isEmpty {
                defaultLadder = sensibleLadder(to: [0])
                usedParties.insert(0)
            }
            return
        }
        guard node.text != "none" else {
            defaultLadder = nil
            return
        }
        guard let reader = MappingReader(node, use == nil ? .reminders : .remindersOfBlock, report) else { return }
        if let text = reader.text("at"), let node = reader["at"] {
            if let time = TimeOfDay(iso: text) {
                reminderTime = time
            } else {
                report.error("bad-time", "'\(text)' is no time of day such as 09:00", at: node.span)
            }
        }
        if reader["to"] == nil, parties.isEmpty {
            report.error(
                "missing-key", "'reminders' needs 'to', and the workflow has no parties", at: node.span.firstCharacter)
        }
        let standard = use.map { $0.user.defaultLadder?.rungs.first?.recipients ?? [] } ?? (parties.isEmpty ? [] : [0])
        let recipients = reader["to"].map { self.parties($0) } ?? standard
        usedParties.formUnion(recipients)
        defaultLadder = ladder(reader, to: recipients)
    }

    /// Reads what the blocks used here say of reminders; those that say nothing remind as their users do.
    func readRemindersOfUses() {
        for use in uses {
            use.inner.readReminders(use.header.file.top["reminders"])
            use.inner.readRemindersOfUses()
        }
    }

    private func sensibleLadder(to recipients: [PartyIndex]) -> LadderDraft {
        let moments: [Rung.Moment] = [
            .onOpening, .before(Period(7, .days)), .before(Period(1, .days)), .after(Period(1, .days)),
        ]
        return LadderDraft(rungs: moments.map { rung($0, to: recipients) }, clause: nil)
    }

    /// Reads a ladder's rungs; one that names none gets the sensible ones.
    func ladder(_ reader: MappingReader, to recipients: [PartyIndex]) -> LadderDraft {
        var rungs: [Rung] = []
        for period in periods(reader["before"], of: "before") { rungs.append(rung(.before(period), to: recipients)) }
        if reader.flag("on-opening") == true { rungs.append(rung(.onOpening, to: recipients)) }
        if reader.flag("on-the-day") == true { rungs.append(rung(.onTheDay, to: recipients)) }
        for period in periods(reader["after"], of: "after") { rungs.append(rung(.after(period), to: recipients)) }
        for period in periods(reader["every"], of: "every") {
            if period.count == 0 {
                report.error("bad-period", "a reminder cannot repeat every \(period)", at: reader["every"]?.span)
                continue
            }
            rungs.append(rung(.every(period), to: recipients))
        }
        for node in list(reader["escalate"]) {
            guard let escalation = MappingReader(node, .escalation, report) else { continue }
            let higher = escalation["to"].map { parties($0) } ?? []
            for period in periods(escalation["after"], of: "after") {
                rungs.append(rung(.after(period), to: higher, isEscalation: true))
            }
        }
        if rungs.isEmpty { rungs = sensibleLadder(to: recipients).rungs }
        return LadderDraft(rungs: rungs, clause: reader.clause() ?? clause)
    }

    private func rung(_ moment: Rung.Moment, to recipients: [PartyIndex], isEscalation: Bool = false) -> Rung {
        let name: String =
            switch moment {
            case .before(let period): "before \(period)"
            case .onOpening: "on opening"
            case .onTheDay: "on the day"
            case .after(let period): "\(isEscalation ? "escalation " : "")after \(period)"
            case .every(let period): "every \(period)"
            }
        return Rung(name: name, moment: moment, recipients: recipients, isEscalation: isEscalation)
    }

    private func periods(_ node: YAMLNode?, of key: String) -> [Period] {
        guard let node else { return [] }
        return report.texts(node, of: key).compactMap { period($0.text, at: $0.span) }
    }

    /// Reads one party's name or a list of them.
    func parties(_ node: YAMLNode) -> [PartyIndex] {
        report.texts(node, of: "to").flatMap { name, span in
            if let indexes = names.parties[name] {
                usedParties.formUnion(indexes)
                usedNames.insert(name)
                return indexes
            }
            report.unknown("party", name, at: span, among: names.parties.names)
            return []
        }
    }
}

/// A node that may stand alone or in a list.
func list(_ node: YAMLNode?) -> [YAMLNode] {
    guard let node else { return [] }
    if case .sequence(let items) = node.content { return items }
    return [node]
}
