/// A word, number, text or sign of an expression.
struct Token {
    enum Kind: Equatable {
        case identifier(String)
        /// A name in backquotes, for a field whose name is no identifier.
        case quotedIdentifier(String)
        /// A word kept for other languages: a field's or method's name, never a variable's.
        case reserved(String)
        /// A literal without sign: the sign before it is the parser's.
        case int(UInt64)
        case uint(UInt64)
        /// The digits of a literal with point or exponent.
        case fraction(String)
        case string(String)
        case bytes([UInt8])
        /// `+`, `<=`, `[`, `?`, `in`, `true`, …
        case sign(String)
        case end
    }

    let kind: Kind
    /// In UTF-8 bytes of the source.
    let range: Range<Int>
}
