extension Language {
    /// A colon with the space French puts before it.
    package var colon: String { self == .french ? "\u{A0}: " : ": " }

    /// Puts the no-break spaces that French wants: before `:`, `;`, `?`, `!`, `»` and per cent signs, after `«`, and
    /// within an hour (`16 h 30`). Spaces only are replaced, so nothing is added to what people wrote.
    package func typeset(_ text: String) -> String {
        guard self == .french else { return text }
        let scalars = Array(text.unicodeScalars)
        let fixed = scalars.indices.filter { scalars[$0] == " " && holds(together: scalars, at: $0) }
        guard !fixed.isEmpty else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + fixed.count)
        var (number, next) = (-1, 0)
        for byte in text.utf8 {
            let isFirstOfScalar = byte & 0xC0 != 0x80
            if isFirstOfScalar { number += 1 }
            if isFirstOfScalar, next < fixed.count, fixed[next] == number {
                bytes += "\u{A0}".utf8
                next += 1
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a line must not break at a space of a French text.
    private func holds(together scalars: [Unicode.Scalar], at space: Int) -> Bool {
        func scalar(_ distance: Int) -> Unicode.Scalar {
            scalars.indices.contains(space + distance) ? scalars[space + distance] : " "
        }
        switch scalar(1) {
        case ":", ";", "?", "!", "»", "%", "‰": return true
        case "h": return scalar(-1).isNumber && !scalar(2).properties.isAlphabetic || scalar(-1) == "«"
        case let after where scalar(-1) == "h" && after.isNumber:
            // Minutes, where the hour before them stands so.
            return scalar(-2) == "\u{A0}" || scalar(-2) == " " && scalar(-3).isNumber
        default: return scalar(-1) == "«"
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isNumber: Bool { isASCII ? ("0"..."9").contains(self) : properties.numericType != nil }
}

/// A name after the French « de », which loses its vowel before another: `de Noël`, `d'Ascension`.
package func frenchOf(_ name: String) -> String { elided("de", before: name) }

/// Two French words, the first without its last « e » or « a » where the second begins with a vowel: `de Noël`, `qu'une`.
package func elided(_ word: String, before next: String) -> String {
    guard word.hasSuffix("e") || word.hasSuffix("a") else { return "\(word) \(next)" }
    let startsWithVowel = next.lowercased().first.map { "aàâäeéèêëiîïoôöuùûüæœ".contains($0) } ?? false
    return startsWithVowel ? "\(word.dropLast())'\(next)" : "\(word) \(next)"
}
