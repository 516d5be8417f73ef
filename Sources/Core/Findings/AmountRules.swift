import CivilTime
import Expressions
import WorkflowModel

// Rules about amounts: CHK-04, CHK-09, CHK-17.

extension Examination {
    var amountFindings: [Finding] {
        taxes + amountsWithoutTax + differingCeilings + estimates + ceilingsWithoutSpan + currencies + priceForms
    }

    /// CHK-04: with VAT is without VAT and the tax.
    private var taxes: [Finding] {
        guard let rate = thresholds.value("vat.rate", on: consultationDay) else { return [] }
        return terms.ceilings.compactMap { ceiling in
            let moneys = ceiling.maximum.compactMap(\.money)
            guard let without = moneys.first(where: { $0.basis == .exclVAT }),
                let with = moneys.first(where: { $0.basis == .inclVAT && $0.hasCurrency(of: without) }),
                let factor = rate.value.divided(by: Decimal(100)), let computed = without.includingVAT(rate: factor),
                computed != with, let gap = computed.subtracting(with)
            else { return nil }
            // Less than a unit of the currency comes from rounding what was computed.
            let isRounding = gap.amount.magnitude < Decimal(1)
            return finding(
                "CHK-04", subject(ceiling.lot), isRounding ? .warning : .error,
                say(
                    "\(words(without)) et \(words(rate.value)) % de TVA font \(words(computed)), et non \(words(with))\(lot(ceiling)).",
                    "\(words(without)) and \(words(rate.value))% VAT make \(words(computed)), not \(words(with))\(lot(ceiling))."
                ),
                say(
                    "Retenir l'un des deux montants ; l'autre s'en déduit.",
                    "Let one of the two amounts count; the other follows from it."),
                [ceiling.clause])
        }
    }

    /// CHK-04: every amount is with or without VAT.
    private var amountsWithoutTax: [Finding] {
        let bare = terms.ceilings.filter { ceiling in
            let moneys = ceiling.maximum.compactMap(\.money)
            return !moneys.isEmpty && moneys.allSatisfy { $0.basis == .unspecified }
        }
        let amounts = bare.flatMap { $0.maximum.compactMap(\.money) }
        guard !amounts.isEmpty else { return [] }
        return [
            finding(
                "CHK-04", "tax", .warning,
                say(
                    "\(list(amounts.map { words($0) })) : le document ne dit pas si c'est hors taxes ou toutes taxes comprises.",
                    "\(list(amounts.map { words($0) })): the document does not say whether VAT is included."),
                say(
                    "Retenir le montant hors taxes, celui auquel les seuils se comparent.",
                    "Take it without VAT, as thresholds are."),
                bare.map(\.clause))
        ]
    }

    /// CHK-03: one ceiling of one kind.
    private var differingCeilings: [Finding] {
        names(of: terms.ceilings.map { subject($0.lot) }).flatMap { lot -> [Finding] in
            let ceilings = terms.ceilings.filter { subject($0.lot) == lot }
            let amounts = ceilings.flatMap { ceiling in
                ceiling.maximum.compactMap { amount in amount.kind.map { (kind: $0, amount: amount, ceiling: ceiling) }
                }
            }
            return names(of: amounts.map { "\($0.kind)\($0.ceiling.per?.rawValue ?? "")" }).flatMap {
                kind -> [Finding] in
                let same = amounts.filter { "\($0.kind)\($0.ceiling.per?.rawValue ?? "")" == kind }
                return disagreement(
                    "maximum-\(lot)", say("le maximum", "the ceiling"),
                    same.map { (text: words($0.amount), clause: $0.ceiling.clause) },
                    say("Choisir le montant qui compte.", "Choose the amount that counts."))
            }
        }
    }

    /// CHK-09: a ceiling is a ceiling.
    private var estimates: [Finding] {
        terms.ceilings.filter(\.isEstimated).map { ceiling in
            finding(
                "CHK-09", ceiling.lot.map { "estimate-\(slug($0))" } ?? "estimate", .warning,
                say(
                    "Le maximum de \(list(ceiling.maximum.map { words($0) })) est « estimé »\(lot(ceiling)) : une estimation n'arrête pas "
                        + "les commandes, un maximum si.",
                    "The ceiling of \(list(ceiling.maximum.map { words($0) })) is “estimated”\(lot(ceiling)): an estimate does not stop "
                        + "orders, a ceiling does."),
                say("Le traiter comme un maximum ferme.", "Treat it as a firm ceiling."), [ceiling.clause])
        }
    }

    /// CHK-09: a ceiling of a contract that can be renewed is for a year or for all of it.
    private var ceilingsWithoutSpan: [Finding] {
        let open = terms.ceilings.filter { ceiling in
            ceiling.per == nil && ceiling.maximum.contains { $0.money != nil }
        }
        guard !open.isEmpty, let renewal = terms.renewals.first else { return [] }
        let amounts = list(names(of: open.compactMap { $0.maximum.compactMap(\.money).first }.map { words($0) }))
        return [
            finding(
                "CHK-09", "span", .error,
                say(
                    "Le document ne dit pas si le maximum (\(amounts)) vaut pour une année ou pour toute la durée, reconductions comprises.",
                    "The document does not say whether the ceiling (\(amounts)) is for a year or for the whole duration with its renewals."
                ),
                say(
                    "Le compter pour toute la durée : la lecture la plus prudente, qui fixe aussi la procédure.",
                    "Count it for the whole duration: the cautious reading, on which the procedure rests too."),
                open.map(\.clause) + [renewal.clause])
        ]
    }

    /// CHK-09: a price has a currency.
    private var currencies: [Finding] {
        let hasCurrency = terms.ceilings.contains { ceiling in ceiling.maximum.contains { $0.money != nil } }
        let bare = terms.prices.filter { $0.currency == nil }
        guard !hasCurrency, !bare.isEmpty, bare.count == terms.prices.count else { return [] }
        return [
            finding(
                "CHK-09", "currency", .warning,
                say("Le prix n'a pas de monnaie.", "The price has no currency."),
                say(
                    "Retenir la monnaie du pays de l'acheteur et l'écrire au contrat.",
                    "Take the currency of the buyer's country and write it into the contract."),
                bare.map(\.clause))
        ]
    }

    /// CHK-17: one form of price.
    private var priceForms: [Finding] {
        let forms = names(of: terms.prices.map { words($0.form) })
        guard forms.count > 1 else { return [] }
        return [
            finding(
                "CHK-17", "price", .warning,
                say("Le prix est à la fois \(list(forms)).", "The price is \(list(forms)) at the same time."),
                say(
                    "Payer le forfait ; le coût journalier n'éclaire que l'offre.",
                    "Pay the lump sum; the day rate only explains the offer."),
                terms.prices.map(\.clause))
        ]
    }

    private func words(_ form: PriceTerm.Form) -> String {
        switch form {
        case .lumpSum: say("un forfait", "a lump sum")
        case .dayRate: say("un coût journalier", "a day rate")
        case .unitPrices: say("un bordereau de prix unitaires", "a list of unit prices")
        }
    }

    func words(_ amount: StatedAmount) -> String {
        switch amount {
        case .none: say("aucun", "none")
        case .money(let money): words(money)
        case .quantity(let number, let unit): "\(words(number)) \(unit)"
        }
    }
}

extension StatedAmount {
    var money: Money? { if case .money(let money) = self { money } else { nil } }

    /// The number; `nil` where there is none.
    var number: Decimal? {
        switch self {
        case .none: nil
        case .money(let money): money.amount
        case .quantity(let number, _): number
        }
    }

    /// What can be compared: the currency with its basis, or the unit.
    var kind: String? {
        switch self {
        case .none: nil
        case .money(let money): "\(money.currency) \(money.basis.rawValue) "
        case .quantity(_, let unit): "\(unit) "
        }
    }
}
