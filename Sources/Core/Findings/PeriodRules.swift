import CivilTime
import Expressions
import WorkflowModel

// Rules about how long things take: CHK-02, CHK-03, CHK-18.

extension Examination {
    var periodFindings: [Finding] {
        tooLongPhases + lengths + countings + statedDays + offersDeadlines + paymentPeriods + phaseValues
            + renewalValues + unclearPhases + unclearYears
    }

    /// CHK-02: the stages fit into the period.
    private var tooLongPhases: [Finding] {
        let phases = terms.phases.filter { $0.delay != nil }
        let delays = phases.compactMap(\.delay)
        guard delays.count > 1, !countsFromStart, let span = spans.max(by: { $0.days.upperBound < $1.days.upperBound })
        else { return [] }
        let first = span.days.lowerBound
        let last = delays.reduce(first) { day, delay in
            delay.duration == nil ? limit(delay, after: day, calendar: .everyDay, roll: .none).date : day
        }
        guard last > span.days.upperBound else { return [] }
        let needed = first.days(to: last)
        let available = first.days(to: span.days.upperBound)
        return [
            finding(
                "CHK-02", "phases", .error,
                say(
                    "Les \(phases.count) phases durent ensemble \(days(needed)), et la prestation n'en a que \(available) "
                        + "(du \(words(first)) au \(words(span.days.upperBound))).",
                    "The \(phases.count) stages take \(days(needed)) together, and the contract has \(available) "
                        + "(from \(words(first)) to \(words(span.days.upperBound)))."),
                say(
                    "Prolonger la prestation jusqu'au \(words(last)), ou raccourcir une phase.",
                    "Let the contract run until \(words(last)), or shorten a stage."),
                [phases.first?.clause, phases.last?.clause, span.clause])
        ]
    }

    /// Whether the delays of the stages all count from the start and grow, so that they are no lengths to be added.
    private var countsFromStart: Bool {
        let phases = terms.phases.filter { $0.delay != nil }
        return phases.allSatisfy { $0.from == .start } && fallInOrder(phases)
    }

    private func fallInOrder(_ phases: [PhaseTerm]) -> Bool {
        let first = firstDay ?? consultationDay ?? .earliest
        let ends = phases.compactMap { phase in
            phase.delay.flatMap { delay in
                delay.duration == nil ? limit(delay, after: first, calendar: .everyDay, roll: .none).date : nil
            }
        }
        return zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// CHK-03: one length.
    private var lengths: [Finding] {
        let lengths = terms.periods.compactMap { term in term.lasts.map { (period: $0, clause: term.clause) } }
        let values = lengths.map { length in
            let last = firstDay.flatMap { lastDay(of: length.period, from: $0) }
            return (
                text: words(normalised(length.period))
                    + (last.map { say(", soit jusqu'au \(words($0))", ", until \(words($0))") } ?? ""),
                clause: length.clause
            )
        }
        let proposal = say(
            "Choisir la durée qui compte ; la date de fin en dépend.",
            "Choose the length that counts; the end depends on it.")
        return disagreement("period", say("la durée du contrat", "the length of the contract"), values, proposal)
            + lengthAgainstEnd
    }

    /// Years as months, so that a year and twelve months are the same words.
    private func normalised(_ period: Period) -> Period { months(period).map { Period($0, .months) } ?? period }

    /// A length that does not lead from the first to the last day, counted in either way.
    private var lengthAgainstEnd: [Finding] {
        terms.periods.compactMap { term in
            guard let first = term.start?.day, let end = term.end?.day, let lasts = term.lasts,
                let last = lastDay(of: lasts, from: first), end != last, end != last.adding(days: 1)
            else { return nil }
            return finding(
                "CHK-03", "end", .error,
                say(
                    "\(words(lasts)) à partir du \(words(first)) mènent au \(words(last)), et le document dit \(words(end)).",
                    "\(words(lasts)) from \(words(first)) lead to \(words(last)), and the document says \(words(end))."),
                say("Choisir la date de fin qui compte.", "Choose the end that counts."),
                [term.clause, term.end?.clause])
        }
    }

    /// CHK-03: one way of counting years.
    private var countings: [Finding] {
        let values = terms.periods.compactMap { term in
            term.counted.map { counted in
                let text =
                    counted == .calendar
                    ? say("l'année civile", "the calendar year")
                    : say(
                        "un an de date à date depuis \(quoted(term.start?.title ?? "le début"))",
                        "a year from \(quoted(term.start?.title ?? "the start"))")
                return (text: text, clause: term.clause)
            }
        }
        return disagreement(
            "years", say("l'année du contrat", "the year of the contract"), values,
            say(
                "Choisir l'année qui compte : la fin et chaque reconduction en dépendent.",
                "Choose the year that counts: the end and each renewal depend on it."))
    }

    /// CHK-03: one first and one last day, and one deadline.
    private var statedDays: [Finding] {
        let starts = firstDays.compactMap { entry in entry.day.day.map { (text: words($0), clause: entry.clause) } }
        let ends = terms.periods.compactMap { term in
            term.end?.day.map { (text: words($0), clause: term.clause ?? term.end?.clause) }
        }
        let proposal = say("Choisir la date qui compte.", "Choose the date that counts.")
        return disagreement("start", say("la date de début", "the first day"), starts, proposal)
            + disagreement("last-day", say("la date de fin", "the last day"), ends, proposal)
    }

    private var offersDeadlines: [Finding] {
        let values = terms.offers.compactMap { offers in
            offers.due.flatMap { due in due.day.map { _ in (text: words(due), clause: due.clause ?? offers.clause) } }
        }
        return disagreement(
            "offers", say("la date limite de remise des offres", "the deadline for offers"), values,
            say("Choisir l'échéance qui compte et la publier.", "Choose the deadline that counts and publish it."))
    }

    private var paymentPeriods: [Finding] {
        let values = terms.payments.compactMap { term in term.within.map { (text: words($0), clause: term.clause) } }
        let penalties = terms.penalties.compactMap { term in
            term.permillePerDay.map { (text: "\(words($0)) ‰", clause: term.clause) }
        }
        let proposal = say("Choisir la valeur qui compte.", "Choose the value that counts.")
        return disagreement("payment", say("le délai de paiement", "the payment period"), values, proposal)
            + disagreement("penalty", say("la pénalité de retard", "the penalty for lateness"), penalties, proposal)
    }

    /// CHK-03: a stage that is stated twice is stated alike.
    private var phaseValues: [Finding] {
        let proposal = say("Choisir la valeur qui compte.", "Choose the value that counts.")
        return names(of: terms.phases.map(\.name)).flatMap { name -> [Finding] in
            let phases = terms.phases.filter { $0.name == name }
            let delays = phases.compactMap { term in term.delay.map { (text: words($0), clause: term.clause) } }
            let shares = phases.compactMap { term in term.share.map { (text: "\(words($0)) %", clause: term.clause) } }
            return disagreement(
                "delay-\(slug(name))", say("le délai de \(quoted(name))", "the delay of \(quoted(name))"), delays,
                proposal)
                + disagreement(
                    "share-\(slug(name))", say("la part de \(quoted(name))", "the share of \(quoted(name))"), shares,
                    proposal)
        }
    }

    private var renewalValues: [Finding] {
        let proposal = say("Choisir la valeur qui compte.", "Choose the value that counts.")
        let times = terms.renewals.compactMap { term in term.times.map { (text: "\($0)", clause: term.clause) } }
        let totals = terms.renewals.compactMap { term in
            term.total.map { (text: words(normalised($0)), clause: term.clause) }
        }
        let notices = terms.renewals.compactMap { term in term.notice.map { (text: words($0), clause: term.clause) } }
        return disagreement(
            "renewals", say("le nombre de reconductions", "the number of renewals"), times, proposal)
            + disagreement("total", say("la durée maximale", "the longest duration"), totals, proposal)
            + disagreement("notice", say("le préavis", "the notice of renewal"), notices, proposal)
    }

    /// CHK-18: what the delays of stages count from.
    private var unclearPhases: [Finding] {
        let phases = terms.phases.filter { $0.delay != nil }
        guard phases.count > 1, let first = phases.first, let last = phases.last else { return [] }
        let unsaid = phases.dropFirst().filter { $0.from == .unsaid }
        let fromStart = phases.filter { $0.from == .start }
        guard !unsaid.isEmpty || (fromStart.count > 1 && !fallInOrder(fromStart)) else { return [] }
        let message =
            unsaid.isEmpty
            ? say(
                "Les délais des \(phases.count) phases comptent tous du début du contrat, si bien que \(quoted(last.name)) (\(words(last.delay))) "
                    + "ne vient pas après \(quoted(first.name)) (\(words(first.delay))).",
                "The delays of the \(phases.count) stages all count from the contract's start, so that \(quoted(last.name)) "
                    + "(\(words(last.delay))) does not come after \(quoted(first.name)) (\(words(first.delay))).")
            : say(
                "Le document ne dit pas de quoi compte le délai de \(list(unsaid.map { quoted($0.name) })).",
                "The document does not say what the delay of \(list(unsaid.map { quoted($0.name) })) counts from.")
        return [
            finding(
                "CHK-18", "phases", .error, message,
                say(
                    "Compter chaque délai de la fin de la phase précédente.",
                    "Let each delay count from the end of the stage before it."),
                [first.clause, last.clause] + phases.map(\.fromClause))
        ]
    }

    private func words(_ period: Period?) -> String { period.map { words($0) } ?? "" }

    /// CHK-18: what `per year` means.
    private var unclearYears: [Finding] {
        guard !terms.periods.contains(where: { $0.counted != nil }) else { return [] }
        let counts = terms.counts.filter { $0.per == .year && $0.counted == nil }
        guard !counts.isEmpty else { return [] }
        return [
            finding(
                "CHK-18", "year", .warning,
                say(
                    "« Par an » ne dit pas de quelle année il s'agit, civile ou du contrat : \(list(names(of: counts.map(\.of)))).",
                    "“Per year” does not say which year, the calendar's or the contract's: \(list(names(of: counts.map(\.of))))."
                ),
                say(
                    "Compter par année du contrat, depuis son début.", "Count by years of the contract, from its start."
                ),
                counts.map(\.clause))
        ]
    }

    /// Each name once, in their order.
    func names(of all: [String]) -> [String] {
        var names: [String] = []
        for name in all where !names.contains(name) { names.append(name) }
        return names
    }
}
