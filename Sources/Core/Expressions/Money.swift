/// An amount of money: a whole number of minor units (cents, centimes), a currency and a tax basis.
///
/// Amounts are added and compared only within one currency and basis; products are rounded once, half up.
package struct Money: Hashable, Sendable {
    /// The amount in minor units, as 10000101 for 100001.01 MAD.
    package let minorUnits: Int64
    /// The ISO 4217 code's three letters, a byte each.
    private let code: UInt32
    /// Digits of a minor unit, 0...4: 2 for most currencies.
    package let minorDigits: Int8
    /// Whether VAT is in the amount.
    package var basis: TaxBasis

    /// The ISO 4217 code, as `MAD`.
    package var currency: String {
        String(decoding: [UInt8(code >> 16 & 0xFF), UInt8(code >> 8 & 0xFF), UInt8(code & 0xFF)], as: UTF8.self)
    }

    /// An amount in minor units; absent when the currency is not three capital letters.
    package init?(minorUnits: Int64, currency: String, basis: TaxBasis = .unspecified) {
        guard Self.isCode(currency) else { return nil }
        self.minorUnits = minorUnits
        code = currency.utf8.reduce(0) { $0 << 8 | UInt32($1) }
        minorDigits = Self.minorDigits(of: currency)
        self.basis = basis
    }

    /// The amount, rounded half up to the minor unit; absent when it does not fit or the currency is no code.
    package init?(amount: Decimal, currency: String, basis: TaxBasis = .unspecified) {
        guard let units = amount.rounded(places: Int(Self.minorDigits(of: currency))),
            let minorUnits = Int64(exactly: units.significand)
        else { return nil }
        self.init(minorUnits: minorUnits, currency: currency, basis: basis)
    }

    /// Reads `100001.01 MAD`, `100001.01 MAD incl-vat` or `100001.01 MAD TTC`.
    ///
    /// Absent for anything else, for more decimals than the currency has, and for what does not fit.
    package init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2 || words.count == 3, let amount = Decimal(words[0]) else { return nil }
        let basis = words.count == 3 ? TaxBasis(word: words[2]) : .unspecified
        guard let basis else { return nil }
        self.init(amount: amount, currency: String(words[1]), basis: basis)
        guard self.amount == amount else { return nil }
    }

    private init(_ minorUnits: Int64, like model: Money, basis: TaxBasis? = nil) {
        self.minorUnits = minorUnits
        code = model.code
        minorDigits = model.minorDigits
        self.basis = basis ?? model.basis
    }

    /// The amount in units of the currency, with all its decimals.
    package var amount: Decimal { Decimal(significand: Int128(minorUnits), places: Int(minorDigits)) }

    static func isCode(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    /// Digits of a currency's minor unit. Source: ISO 4217, list one, where it is not 2.
    private static func minorDigits(of currency: String) -> Int8 {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case "CLF", "UYW": 4
        default: 2
        }
    }
}

// MARK: Arithmetic

extension Money {
    /// Whether both amounts have one currency, whatever their basis.
    package func hasCurrency(of other: Money) -> Bool { code == other.code }

    /// Whether the amounts may be set beside each other: one currency, and not one with and one without VAT.
    package func isComparable(with other: Money) -> Bool {
        code == other.code && (basis == other.basis || basis == .unspecified || other.basis == .unspecified)
    }

    /// The sum; absent when it does not fit. Both amounts must have one currency and basis.
    package func adding(_ other: Money) -> Money? {
        precondition(code == other.code && basis == other.basis, "amounts of different currencies or bases")
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        return overflow ? nil : Money(sum, like: self)
    }

    /// The difference; absent when it does not fit. Both amounts must have one currency and basis.
    package func subtracting(_ other: Money) -> Money? {
        precondition(code == other.code && basis == other.basis, "amounts of different currencies or bases")
        let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        return overflow ? nil : Money(difference, like: self)
    }

    /// The product, rounded once to the minor unit; absent when it does not fit.
    package func multiplied(by factor: Decimal, rounding: Rounding = .halfUp) -> Money? {
        guard let exact = amount.multiplied(by: factor) else { return nil }
        return rounded(exact, rounding)
    }

    /// The quotient, rounded once to the minor unit; absent when it does not fit or the divisor is zero.
    package func divided(by divisor: Decimal, rounding: Rounding = .halfUp) -> Money? {
        amount.divided(by: divisor, places: Int(minorDigits), rounding: rounding).flatMap { rounded($0, rounding) }
    }

    /// The amount times `part` divided by `whole`, rounded once, half up, to the minor unit; absent when it does not fit
    /// or `whole` is zero.
    package func prorata(_ part: Decimal, of whole: Decimal) -> Money? {
        guard let exact = amount.multiplied(by: part)?.divided(by: whole, places: Int(minorDigits)) else { return nil }
        return rounded(exact, .halfUp)
    }

    /// How many times the other amount this one is; absent when that is zero. See ``Decimal/divided(by:)``.
    package func ratio(to other: Money) -> Decimal? {
        precondition(isComparable(with: other), "amounts of different currencies or bases")
        return amount.divided(by: other.amount)
    }

    /// The amount with the opposite sign; absent for the one that has none.
    package var negated: Money? { minorUnits == .min ? nil : Money(-minorUnits, like: self) }

    private func rounded(_ exact: Decimal, _ rounding: Rounding) -> Money? {
        guard let units = exact.rounded(places: Int(minorDigits), rounding),
            let minorUnits = Int64(exactly: units.significand)
        else { return nil }
        return Money(minorUnits, like: self)
    }
}

// MARK: Tax and shares

extension Money {
    /// The amount with VAT, rounded half up; absent when it does not fit or already contains VAT.
    ///
    /// - Parameter rate: As a fraction: `0.20` for 20 %.
    package func includingVAT(rate: Decimal) -> Money? {
        guard basis != .inclVAT, let factor = Decimal(1).adding(rate), let result = multiplied(by: factor) else {
            return nil
        }
        return Money(result.minorUnits, like: self, basis: .inclVAT)
    }

    /// The amount without VAT, rounded half up; absent when it does not fit or is already without VAT.
    ///
    /// - Parameter rate: As a fraction: `0.20` for 20 %.
    package func excludingVAT(rate: Decimal) -> Money? {
        guard basis != .exclVAT, let factor = Decimal(1).adding(rate), let result = divided(by: factor) else {
            return nil
        }
        return Money(result.minorUnits, like: self, basis: .exclVAT)
    }

    /// The parts of the amount for these percentages: each rounded half up, the last whatever is left.
    ///
    /// 100001.01 at 30, 30, 30, 10 gives 30000.30 three times and 10000.11.
    /// - Returns: As many parts as percentages, summing to the amount. Absent when the percentages do not total 100, when
    ///   one is negative, or when there is none.
    package func shares(percents: [Decimal]) -> [Money]? {
        var total = Decimal.zero
        for percent in percents {
            guard !percent.isNegative, let sum = total.adding(percent) else { return nil }
            total = sum
        }
        guard total == Decimal(100) else { return nil }
        var rest = self
        var parts: [Money] = []
        for percent in percents.dropLast() {
            guard let exact = amount.multiplied(by: percent),
                let part = exact.divided(by: Decimal(100), places: Int(minorDigits)).flatMap({ rounded($0, .halfUp) }),
                let left = rest.subtracting(part)
            else { return nil }
            parts.append(part)
            rest = left
        }
        return parts + [rest]
    }
}
