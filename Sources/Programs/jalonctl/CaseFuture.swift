import CivilTime
import ControlAPI

/// What happens to a case from now on, as its manager reads it: in the contract's language.
enum CaseFuture {
    static func text(_ reply: WhatIfReply, caseID: String, style: Style) -> String {
        let isFrench = reply.comparison.language == "fr"
        let language: Language = isFrench ? .french : .english
        let from = dayWords(reply.now, in: language)
        let to = dayWords(reply.lastDay, in: language)
        var lines = [
            style.bold(safe(caseID)) + "  " + safe(reply.title),
            isFrench
                ? "Du \(from) au \(to), heure \(frenchOf(reply.zone))" : "From \(from) to \(to), \(reply.zone) time",
        ]
        lines += [""] + Timeline(reply.happened).folded(in: language).rendered(style)
        lines += ["", style.bold(isFrench ? "Au \(to)" : "On \(to)")]
        if let fault = reply.fault {
            lines.append("  " + style.red((isFrench ? "Bloqué : " : "Stuck: ") + safe(fault)))
        } else if reply.status == "over" {
            lines.append("  " + style.green(isFrench ? "Le contrat est terminé" : "The contract is over"))
        }
        lines += reply.states.map { "  → " + safe($0.title) }
        let unknown = isFrench ? "pas encore connue" : "not known yet"
        lines += CaseText.section(
            "Dates", reply.dates.map { [$0.title, $0.words ?? unknown, clauseMark($0.clause)] }, style)
        lines += CaseText.section(isFrench ? "Données" : "Data", reply.data.map { [$0.title, $0.words] }, style)
        return lines.joined(separator: "\n")
    }
}
