import CivilTime
import Expressions
import WorkflowModel

// Rules about what the contract is worth: CHK-20, CHK-21.

extension Examination {
    var valueFindings: [Finding] { procedureThreshold + idlePenalties }

    /// CHK-20: what all lots and renewals are worth together allows the procedure (RULES.md L-01).
    private var procedureThreshold: [Finding] {
        guard let procedure = terms.procedures.first(where: { $0.kind == .adapted }), let buyer = procedure.buyer,
            let limit = thresholds.value("procedure.\(buyer.rawValue)", on: consultationDay), let worth = worth(),
            worth.amount.amount >= limit.value
        else { return [] }
        return [
            finding(
                "CHK-20", "value", .error,
                say(
                    "Avec ses reconductions, le contrat peut valoir \(words(worth.amount)) : une procédure adaptée n'est permise "
                        + "qu'au-dessous de \(words(limit.value)) (\(limit.source)).",
                    "With its renewals the contract may be worth \(words(worth.amount)): an adapted procedure is allowed below "
                        + "\(words(limit.value)) only (\(limit.source))."),
                say(
                    "Compter le maximum pour toute la durée, ou passer par une procédure formalisée.",
                    "Count the ceiling for the whole duration, or use a formal procedure."),
                [procedure.clause] + worth.clauses)
        ]
    }

    /// All ceilings together over the whole duration, in one currency, without VAT where the document says so.
    private func worth() -> (amount: Money, clauses: [Clause?])? {
        let years = wholeMonths.map { ($0.months + 11) / 12 } ?? 1
        var sum: Money?
        var clauses: [Clause?] = []
        for ceiling in terms.ceilings {
            guard let money = withoutTax(ceiling) else { continue }
            guard let amount = money.multiplied(by: Decimal(ceiling.per == .year ? years : 1)) else { return nil }
            clauses.append(ceiling.clause)
            guard let before = sum else {
                sum = amount
                continue
            }
            guard before.hasCurrency(of: amount), before.basis == amount.basis, let more = before.adding(amount) else {
                return nil
            }
            sum = more
        }
        return sum.map { ($0, clauses + (wholeMonths?.clauses ?? [])) }
    }

    private func withoutTax(_ ceiling: CeilingTerm) -> Money? {
        let moneys = ceiling.maximum.compactMap(\.money)
        return moneys.first { $0.basis == .exclVAT } ?? moneys.first
    }

    /// CHK-21: a penalty that may be owed (RULES.md P-02, P-03).
    private var idlePenalties: [Finding] {
        terms.penalties.flatMap { penalty -> [Finding] in
            guard let rules = penalty.rules,
                let cap = thresholds.value("penalty.\(rules).cap", on: consultationDay),
                let exemption = thresholds.value("penalty.\(rules).exemption", on: consultationDay)
            else { return [] }
            return terms.ceilings.compactMap { ceiling in
                guard let money = withoutTax(ceiling), let rate = cap.value.divided(by: Decimal(100)),
                    let most = money.multiplied(by: rate), most.amount <= exemption.value
                else { return nil }
                return finding(
                    "CHK-21", subject(ceiling.lot), .warning,
                    say(
                        "Les pénalités sont plafonnées à \(words(most))\(lot(ceiling)) (\(words(cap.value)) % de \(words(money))), et rien n'est dû "
                            + "jusqu'à \(words(exemption.value)) (\(exemption.source)) : aucun retard ne coûtera rien.",
                        "Penalties are capped at \(words(most))\(lot(ceiling)) (\(words(cap.value))% of \(words(money))), and nothing is "
                            + "owed up to \(words(exemption.value)) (\(exemption.source)): no delay will ever cost anything."
                    ),
                    say(
                        "Écarter l'exonération dans le contrat, si les retards doivent compter.",
                        "Set the exemption aside in the contract if lateness shall count."),
                    [ceiling.clause, penalty.clause])
            }
        }
    }
}
