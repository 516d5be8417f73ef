package import CivilTime
package import WorkflowModel

extension CadenceStatus {
    /// Where the obligation stands: `1 of 2, 1 is missing`, `1 sur 2, il en manque 1`.
    package func words(in language: Language) -> String {
        let french = language == .french
        let count = "\(held) \(french ? "sur" : "of") \(period.required)"
        return missing == 0 ? count : "\(count), \(missingWords(in: language))"
    }

    private func missingWords(in language: Language) -> String {
        language == .french ? "il en manque \(missing)" : "\(missing) \(missing == 1 ? "is" : "are") missing"
    }

    /// How much of the stretch is left after a day: `44 days are left`.
    private func leftWords(on day: CivilDate, in language: Language) -> String {
        let days = day.days(to: period.days.upperBound)
        let length = Period(max(0, days), .days).words(in: language)
        switch (days, language) {
        case (...0, .french): return "c'est le dernier jour"
        case (...0, .english): return "this is the last day"
        case (_, .french): return "il reste \(length)"
        case (1, .english): return "1 day is left"
        case (_, .english): return "\(length) are left"
        }
    }

    /// What the message of an alert or of the end says.
    func message(
        isOver: Bool, on day: CivilDate, _ isLate: Bool, language: Language, in workflow: Workflow
    ) -> (subject: String, paragraphs: [String]) {
        let cadence = workflow.cadences[cadence]
        let french = language == .french
        let missing = missingWords(in: language)
        let bounds = DateWindow(period.days.lowerBound, period.days.upperBound).boundsWords(in: language)
        let rule = cadence.rule.words(in: language)
        let obligation =
            french
            ? "L'obligation « \(cadence.title) » : \(rule). Sur la période \(bounds) : \(held) sur \(period.required)."
            : "'\(cadence.title)': \(rule). In the period \(bounds): \(held) of \(period.required)."
        if isOver {
            return (
                (french ? "Manquement : " : "Breach: ") + "\(cadence.title), \(missing)",
                [obligation, french ? "La période est terminée et \(missing)." : "The period is over and \(missing)."]
            )
        }
        let last = (french ? "le " : "") + period.days.upperBound.words(in: language)
        let left = isLate ? (french ? "au plus tard \(last)" : "by \(last)") : leftWords(on: day, in: language)
        let lead = cadence.lead.words(in: language)
        return (
            (french ? "Alerte : " : "Alert: ") + "\(cadence.title), \(missing), \(left)",
            [
                obligation,
                isLate
                    ? french
                        ? "Pour \(last), \(missing) ; chaque préparation demande \(lead)."
                        : "By \(last), \(missing); each takes \(lead) to prepare."
                    : french
                        ? "À ce jour, \(missing) et \(left) ; chaque préparation demande \(lead)."
                        : "As of today, \(missing) and \(left); each takes \(lead) to prepare.",
            ]
        )
    }

    /// What the agenda says of the end of the stretch.
    func agendaWords(in language: Language) -> String {
        let last = period.days.upperBound.words(in: language)
        return (language == .french ? "au plus tard le \(last), " : "by \(last), ") + words(in: language)
    }
}

extension Workflow {
    /// The stretch of an obligation in which something is missing still at an instant: the one under way, or the next.
    func openStatus(ofCadence index: Int, in current: Case, at instant: Timestamp) -> CadenceStatus? {
        guard !current.isOver, current.fault == nil else { return nil }
        var day = zone.civil(at: instant).date
        for _ in 0..<4 {
            guard let status = status(ofCadence: index, on: day, in: current) else { return nil }
            if status.missing > 0, status.period.days.upperBound >= day { return status }
            day = status.period.days.upperBound.adding(days: 1)
        }
        return nil
    }

    /// An obligation that comes back in one line, as `show` has it.
    package func words(ofCadence index: Int, in current: Case) -> String {
        guard let status = status(ofCadence: index, in: current) else {
            guard start(of: cadences[index].from, in: current) == nil else {
                return language == .french ? "terminée" : "over"
            }
            return language == .french ? "pas encore commencée" : "not begun yet"
        }
        return words(of: status)
    }

    /// How often it has happened in a stretch, and which one it is.
    func words(of status: CadenceStatus) -> String {
        let bounds = DateWindow(status.period.days.lowerBound, status.period.days.upperBound).boundsWords(in: language)
        return "\(status.words(in: language)) (\(bounds))"
    }

    /// How an obligation came to stand as it does, in lines.
    func explanation(ofCadence index: Int, in current: Case) -> [String] {
        let cadence = cadences[index]
        let french = language == .french
        var lines = ["\(cadence.title)\(cited(cadence.clause))\(language.colon)\(words(ofCadence: index, in: current))"]
        lines.append((french ? "  règle : " : "  rule: ") + cadence.rule.words(in: language))
        if let status = status(ofCadence: index, in: current) {
            let held = current.cadences[index].filter { status.period.days.contains($0) }
            let title = event(named: cadence.event)?.title ?? cadence.event
            let days = held.map { $0.words(in: language) }.joined(separator: french ? " ; " : "; ")
            lines.append(
                "  \(title)\(language.colon)" + (held.isEmpty ? french ? "jamais" : "never" : days))
            for due in dues(of: status) {
                guard case .cadence(let moment) = due.kind else { continue }
                lines.append(
                    "  " + words(of: moment, on: zone.civil(at: due.position.instant).date, lead: cadence.lead))
            }
        }
        lines += origin(of: cadence.from, in: current, indent: "  ")
        return lines
    }

    private func words(of due: CadenceDue, on day: CivilDate, lead: Period) -> String {
        let french = language == .french
        switch due.moment {
        case .alert(let missing):
            let words = day.words(in: language)
            let length = lead.words(in: language)
            return french
                ? "alerte le \(words) : il reste alors moins de \(missing) × \(length)"
                : "alert on \(words): less than \(missing) × \(length) is left then"
        case .end:
            let last = due.period.days.upperBound.words(in: language)
            return french ? "manquement à la fin du \(last)" : "breach at the end of \(last)"
        }
    }
}
