package import CivilTime

/// A language that amounts are written in.
package enum AmountLanguage: String, CaseIterable, Sendable {
    case fr
    case en
}

extension Language {
    /// The same language where amounts are concerned.
    package var ofAmounts: AmountLanguage { self == .french ? .fr : .en }
}

extension Money: CustomStringConvertible {
    /// The amount and its currency: `100001.01 MAD`.
    package var description: String { "\(amount) \(currency)" }

    /// The amount, its currency and, when it is known, its basis: `100001.01 MAD incl-vat`. ``init(_:)`` reads it.
    package var textWithBasis: String { basis == .unspecified ? description : "\(self) \(basis.rawValue)" }

    /// The amount as people write it: `100 001,01 MAD` in French (narrow no-break spaces between thousands, a no-break
    /// space before the currency), `100,001.01 MAD` in English.
    package func formatted(in language: AmountLanguage) -> String {
        "\(amount.formatted(in: language))\u{A0}\(currency)"
    }
}

extension Decimal {
    /// The number as people write it, with all its places: `100 001,01` in French, `100,001.01` in English.
    package func formatted(in language: AmountLanguage) -> String {
        let parts = magnitude.description.split(separator: ".")
        let whole = Array(parts[0].utf8)
        var text = isNegative ? "-" : ""
        for (place, digit) in whole.enumerated() {
            if place > 0, (whole.count - place) % 3 == 0 { text += language == .fr ? "\u{202F}" : "," }
            text.unicodeScalars.append(UnicodeScalar(digit))
        }
        if parts.count > 1 { text += (language == .fr ? "," : ".") + parts[1] }
        return text
    }
}

extension TaxBasis {
    /// The basis as people write it after an amount: `HT`, `TTC`, `excl. VAT`, `incl. VAT`; empty when not specified.
    package func label(in language: AmountLanguage) -> String {
        switch (self, language) {
        case (.exclVAT, .fr): "HT"
        case (.inclVAT, .fr): "TTC"
        case (.exclVAT, .en): "excl. VAT"
        case (.inclVAT, .en): "incl. VAT"
        case (.unspecified, _): ""
        }
    }
}
