import CivilTime
import Expressions
import WorkflowModel

// Rules about stages that are paid for: CHK-05, CHK-12.

extension Examination {
    var phaseFindings: [Finding] { sharesOfPrice + emptyPhases }

    /// CHK-05: the shares make up the price.
    private var sharesOfPrice: [Finding] {
        let shared = names(of: terms.phases.map(\.name)).compactMap { name in
            terms.phases.first { $0.name == name && $0.share != nil }
        }
        let shares = shared.compactMap(\.share)
        guard !shares.isEmpty, let sum = total(shares), sum != Decimal(100) else { return [] }
        return [
            finding(
                "CHK-05", "shares", .error,
                say(
                    "Les parts payées, \(list(shares.map { "\(words($0)) %" })), font ensemble \(words(sum)) % et non 100 %.",
                    "The shares paid, \(list(shares.map { "\(words($0))%" })), make \(words(sum))% together and not 100%."
                ),
                say(
                    "Corriger les parts avant de signer : la dernière paie le solde.",
                    "Correct the shares before signing: the last one pays the balance."),
                [shared.first?.clause, shared.last?.clause])
        ]
    }

    /// The sum; `nil` for one beyond 38 digits.
    func total(_ numbers: [Decimal]) -> Decimal? {
        numbers.reduce(Decimal.zero) { sum, number in sum?.adding(number) }
    }

    /// CHK-12: what is paid for says what has to be handed over, and a list that is announced follows.
    private var emptyPhases: [Finding] {
        names(of: terms.phases.map(\.name)).compactMap { name in
            let phases = terms.phases.filter { $0.name == name }
            let announced = phases.first { $0.content?.isEmpty == true }
            let isPaid = phases.contains { $0.share.map { $0 > .zero } == true }
            let isSilent = phases.allSatisfy { ($0.content ?? []).isEmpty }
            guard announced != nil || (isPaid && isSilent) else { return nil }
            let message =
                isSilent
                ? say(
                    "\(quoted(name)) : une part du prix est payée, et rien ne dit ce qu'il faut remettre.",
                    "\(quoted(name)) is paid for, and nothing says what has to be handed over.")
                : say(
                    "Le document annonce le contenu de \(quoted(name)), et rien ne suit.",
                    "The document announces what \(quoted(name)) holds, and nothing follows.")
            return finding(
                "CHK-12", slug(name), .warning, message,
                say(
                    "Fixer le contenu attendu avec la personne qui valide le livrable.",
                    "Agree on the content with whoever validates the deliverable."),
                [announced?.clause] + phases.map(\.clause))
        }
    }
}
