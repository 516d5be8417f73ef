/// Whether an amount contains value added tax.
package enum TaxBasis: String, CaseIterable, Hashable, Sendable {
    /// Without VAT (HT).
    case exclVAT = "excl-vat"
    /// With VAT (TTC).
    case inclVAT = "incl-vat"
    /// Not said.
    case unspecified = "unspecified"
}
