import CivilTime
import Expressions
import WorkflowModel

// Rules about what execution needs and the document may not say: CHK-19, CHK-22, CHK-23.

extension Examination {
    /// CHK-19: what lateness costs, and when the buyer pays.
    var paymentFindings: [Finding] {
        var found: [Finding] = []
        let hasPenalty = terms.penalties.contains { $0.permillePerDay != nil || $0.rules != nil }
        if !hasPenalty {
            found.append(
                missing(
                    "penalty", terms.penalties.compactMap(\.parameter).first,
                    say(
                        "Le document ne fixe pas les pénalités de retard.",
                        "The document fixes no penalty for lateness."),
                    say(
                        "Fixer le taux et son plafond au contrat, ou renoncer aux pénalités.",
                        "Fix the rate and its cap in the contract, or do without."),
                    terms.penalties.map(\.clause)))
        }
        if !terms.payments.contains(where: { $0.within != nil }) {
            found.append(
                missing(
                    "payment", terms.payments.compactMap(\.parameter).first,
                    say("Le document ne fixe pas le délai de paiement.", "The document fixes no payment period."),
                    say("Appliquer le délai légal de l'acheteur.", "Apply the legal period of the buyer."),
                    terms.payments.map(\.clause)))
        }
        return found
    }

    /// A gap; no more than a remark where the workflow asks for the value before it is needed.
    private func missing(
        _ subject: String, _ parameter: OpenValue?, _ message: String, _ proposal: String, _ clauses: [Clause?]
    ) -> Finding {
        guard let parameter, parameter.isNeeded else {
            return finding("CHK-19", subject, .warning, message, proposal, clauses)
        }
        return finding(
            "CHK-19", subject, .note, message,
            say(
                "Donner la valeur de \(quoted(parameter.title)) ; le contrat n'avance pas sans elle.",
                "Give the value of \(quoted(parameter.title)); the contract does not go on without."),
            clauses)
    }

    var renewalFindings: [Finding] { unclearRenewal + renewalTotal + frameworkLength }

    /// CHK-22: what silence does, and by when somebody has to speak.
    private var unclearRenewal: [Finding] {
        guard let first = terms.renewals.first else { return [] }
        let missing = [
            terms.renewals.allSatisfy { $0.mode == nil }
                ? say("le mode (tacite ou expresse)", "its mode (tacit or express)") : nil,
            terms.renewals.allSatisfy { $0.notice == nil } ? say("le préavis", "its notice") : nil,
            terms.renewals.allSatisfy { $0.times == nil && $0.total == nil }
                ? say("le nombre de fois", "how many times") : nil,
        ].compactMap(\.self)
        guard !missing.isEmpty else { return [] }
        return [
            finding(
                "CHK-22", "renewal", .warning,
                say(
                    "Le contrat peut être reconduit ; il manque \(list(missing)).",
                    "The contract can be renewed; what is missing: \(list(missing))."),
                say(
                    "Sans précision, la reconduction est tacite ; fixer le préavis pour décider à temps.",
                    "Unless it is said otherwise, renewal is tacit; fix the notice, so as to decide in time."),
                [first.clause])
        ]
    }

    /// CHK-22: the first period and its renewals make the whole.
    private var renewalTotal: [Finding] {
        terms.renewals.compactMap { renewal in
            guard let total = renewal.total, let stated = months(total), let times = renewal.times,
                let term = terms.periods.first(where: { $0.lasts.flatMap(months) != nil }),
                let length = term.lasts, let first = months(length)
            else { return nil }
            let each = renewal.each.flatMap(months) ?? first
            let sum = first + times * each
            guard sum != stated else { return nil }
            return finding(
                "CHK-22", "total", .error,
                say(
                    "\(words(length)) et \(times) reconductions de \(each) mois font \(sum) mois, et le document dit \(words(total)).",
                    "\(words(length)) and \(times) renewals of \(each) months make \(sum) months, and the document says \(words(total))."
                ),
                say(
                    "Choisir le nombre de reconductions ou la durée totale qui compte.",
                    "Choose the number of renewals or the whole duration that counts."),
                [term.clause, renewal.clause])
        }
    }

    /// CHK-23: a framework agreement is not too long (RULES.md R-04).
    private var frameworkLength: [Finding] {
        guard let framework = terms.procedures.first(where: \.isFramework), let whole = wholeMonths,
            let most = thresholds.value("framework.months", on: consultationDay), Decimal(whole.months) > most.value
        else { return [] }
        return [
            finding(
                "CHK-23", "framework", .error,
                say(
                    "L'accord-cadre dure \(whole.months) mois avec ses reconductions, plus que les \(words(most.value)) mois permis "
                        + "(\(most.source)).",
                    "The framework agreement lasts \(whole.months) months with its renewals, more than the \(words(most.value)) "
                        + "allowed (\(most.source))."),
                say(
                    "Réduire les reconductions, ou justifier la durée.",
                    "Renew less often, or give reasons for the length."),
                [framework.clause] + whole.clauses)
        ]
    }
}
