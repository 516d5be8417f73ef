/// Whether an amount contains value added tax.
package enum TaxBasis: String, CaseIterable, Hashable, Sendable {
    /// Without VAT (HT).
    case exclVAT = "excl-vat"
    /// With VAT (TTC).
    case inclVAT = "incl-vat"
    /// Not said.
    case unspecified = "unspecified"

    /// Reads it as it is written in files, or as French documents have it.
    init?(word: some StringProtocol) {
        switch word {
        case "HT": self = .exclVAT
        case "TTC": self = .inclVAT
        default: self.init(rawValue: String(word))
        }
    }
}
