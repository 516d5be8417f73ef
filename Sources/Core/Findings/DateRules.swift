import CivilTime
import Expressions
import WorkflowModel

// Rules about days: CHK-01, CHK-10, CHK-14, CHK-27.

extension Examination {
    var dateFindings: [Finding] { offersAndStart + outsideObligations + offersWithoutHour + datesWithoutYear }

    /// CHK-01: offers arrive before the contract starts, with time enough to award it.
    private var offersAndStart: [Finding] {
        terms.offers.flatMap { offers -> [Finding] in
            guard let due = offers.due, let last = due.day else { return [] }
            return firstDays.flatMap { first, clause -> [Finding] in
                guard let day = first.day else { return [] }
                if last >= day {
                    let message = say(
                        "Les offres sont attendues jusqu'au \(words(due)), alors que l'exécution commence le \(words(day)).",
                        "Offers are taken until \(words(due)), and the contract starts on \(words(day)).")
                    return [
                        finding(
                            "CHK-01", "start", .error, message,
                            say(
                                "Faire commencer l'exécution après la notification du contrat, ou avancer la remise des offres.",
                                "Let the contract start once it is notified, or take offers until an earlier day."),
                            [due.clause ?? offers.clause, clause])
                    ]
                }
                return preparation(from: last, to: day, [due.clause ?? offers.clause, clause])
            }
        }
    }

    private func preparation(from last: CivilDate, to first: CivilDate, _ clauses: [Clause?]) -> [Finding] {
        guard let kind = terms.procedures.compactMap(\.kind).first,
            let least = thresholds.value("preparation.\(kind.rawValue)", on: consultationDay),
            Decimal(last.days(to: first)) < least.value
        else { return [] }
        let available = days(last.days(to: first))
        let wanted = words(least.value)
        return [
            finding(
                "CHK-01", "preparation", .warning,
                say(
                    "Il n'y a que \(available) entre la remise des offres (\(words(last))) et le début (\(words(first))) : cette "
                        + "procédure en demande environ \(wanted) (\(least.source)).",
                    "There are only \(available) between the offers (\(words(last))) and the start (\(words(first))): this "
                        + "procedure takes about \(wanted) (\(least.source))."),
                say(
                    "Vérifier le calendrier d'attribution, ou repousser le début.",
                    "Check the calendar of the award, or start later."), clauses)
        ]
    }

    /// CHK-10: what has to be done falls into the contract's period.
    private var outsideObligations: [Finding] {
        terms.obligations.flatMap { obligation -> [Finding] in
            let outside = obligation.during.compactMap { window -> (DayRange, ClosedRange<CivilDate>, Clause?)? in
                spans.first { !$0.days.overlaps(window.days) }.map { (window, $0.days, $0.clause) }
            }
            guard let (_, span, clause) = outside.first else { return [] }
            let windows = list(outside.map { words($0.0) })
            return [
                finding(
                    "CHK-10", slug(obligation.of), .warning,
                    say(
                        "\(quoted(obligation.of)), \(windows) : hors de la durée du contrat, qui va du "
                            + "\(words(span.lowerBound)) au \(words(span.upperBound)).",
                        "\(quoted(obligation.of)), \(windows): outside the contract's period, from "
                            + "\(words(span.lowerBound)) to \(words(span.upperBound))."),
                    say(
                        "Retirer cette échéance, la rattacher à une reconduction, ou corriger la durée.",
                        "Drop it, leave it to a renewal, or correct the period."),
                    [obligation.clause, clause])
            ]
        }
    }

    private func words(_ window: DayRange) -> String {
        let parts = window.text.split(separator: "-")
        let year = String(parts[0])
        guard !window.text.contains("/"), parts.count == 2 else {
            return parts.count == 1
                ? year : "\(words(window.days.lowerBound)) – \(words(window.days.upperBound))"
        }
        switch parts[1] {
        case "H1": return say("1er semestre \(year)", "first half of \(year)")
        case "H2": return say("2e semestre \(year)", "second half of \(year)")
        case let quarter where quarter.hasPrefix("Q"):
            return say("trimestre \(quarter.dropFirst()) de \(year)", "quarter \(quarter.dropFirst()) of \(year)")
        default: return "\(CivilDate.monthName(window.days.lowerBound.month, in: language)) \(year)"
        }
    }

    /// CHK-14: the deadline for offers has an hour.
    private var offersWithoutHour: [Finding] {
        terms.offers.compactMap { offers in
            guard let due = offers.due, let day = due.day, due.time == nil else { return nil }
            return finding(
                "CHK-14", "offers", .warning,
                say(
                    "La date limite de remise des offres, le \(words(day)), n'a pas d'heure.",
                    "The deadline for offers, \(words(day)), has no hour."),
                say(
                    "Sans précision, les offres sont reçues jusqu'à la fin de la journée (23 h 59 min 59 s).",
                    "Unless it is said otherwise, offers are taken until the end of the day (23:59:59)."),
                [due.clause ?? offers.clause])
        }
    }

    /// CHK-27: dates are written with their year.
    private var datesWithoutYear: [Finding] {
        terms.written.compactMap { written in
            let numbers = written.word.split { !$0.isNumber }
            guard !numbers.contains(where: { $0.count == 4 }) else { return nil }
            return finding(
                "CHK-27", slug(written.of), .warning,
                say(
                    "La date \(quoted(written.word)) (\(written.of)) est écrite sans année.",
                    "The date \(quoted(written.word)) (\(written.of)) is written without its year."),
                say(
                    "Confirmer l'année retenue dans le déroulement du contrat.",
                    "Confirm the year that the workflow has."),
                [written.clause])
        }
    }
}
