/// A set of characters of a pattern: ranges of code points and general categories.
struct CharacterSet: Sendable {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    private(set) var categories: [(members: [Unicode.GeneralCategory], isNegated: Bool)] = []
    var isNegated = false
    /// Whether letters stand for both cases.
    var ignoresCase = false

    init(_ ranges: ClosedRange<UInt32>...) { self.ranges = ranges }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    /// Adds what another set contains, which has no case of its own to ignore.
    mutating func insert(_ other: CharacterSet) {
        if other.isNegated {
            ranges += other.complement
            categories += other.categories.map { ($0.members, !$0.isNegated) }
        } else {
            ranges += other.ranges
            categories += other.categories
        }
    }

    mutating func insert(_ members: [Unicode.GeneralCategory], isNegated: Bool) {
        categories.append((members, isNegated))
    }

    /// What is in none of the ranges; of a set of categories only, nothing.
    private var complement: [ClosedRange<UInt32>] {
        guard !ranges.isEmpty else { return [] }
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if next < range.lowerBound { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var isMember = has(scalar)
        if !isMember, ignoresCase {
            isMember = otherCases(of: scalar).contains(where: has)
        }
        return isMember != isNegated
    }

    private func has(_ scalar: Unicode.Scalar) -> Bool {
        for range in ranges where range.contains(scalar.value) { return true }
        guard !categories.isEmpty else { return false }
        let category = scalar.properties.generalCategory
        return categories.contains { $0.members.contains(category) != $0.isNegated }
    }

    private func otherCases(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if scalar.isASCII {
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
            return isLetter ? [Unicode.Scalar(UInt8(scalar.value) ^ 0x20)] : []
        }
        return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { text in
            text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
        }
    }

    // MARK: Named sets

    static let digits = CharacterSet(0x30...0x39)
    static let spaces = CharacterSet(0x09...0x0A, 0x0C...0x0D, 0x20...0x20)
    static let wordCharacters = CharacterSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)

    /// A class as `[:alpha:]`. Source: RE2 syntax, "ASCII character classes".
    static func ascii(_ name: String) -> CharacterSet? {
        switch name {
        case "alnum": CharacterSet(0x30...0x39, 0x41...0x5A, 0x61...0x7A)
        case "alpha": CharacterSet(0x41...0x5A, 0x61...0x7A)
        case "ascii": CharacterSet(0x00...0x7F)
        case "blank": CharacterSet(0x09...0x09, 0x20...0x20)
        case "cntrl": CharacterSet(0x00...0x1F, 0x7F...0x7F)
        case "digit": digits
        case "graph": CharacterSet(0x21...0x7E)
        case "lower": CharacterSet(0x61...0x7A)
        case "print": CharacterSet(0x20...0x7E)
        case "punct": CharacterSet(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E)
        case "space": CharacterSet(0x09...0x0D, 0x20...0x20)
        case "upper": CharacterSet(0x41...0x5A)
        case "word": wordCharacters
        case "xdigit": CharacterSet(0x30...0x39, 0x41...0x46, 0x61...0x66)
        default: nil
        }
    }

    /// A general category as `Lu`, or a group of them as `L`; absent for an unknown name, and for scripts.
    static func categories(_ name: String) -> [Unicode.GeneralCategory]? {
        let all: [(String, Unicode.GeneralCategory)] = [
            ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
            ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
            ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
            ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation),
            ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
            ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
            ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Cs", .surrogate), ("Co", .privateUse),
            ("Cn", .unassigned),
        ]
        let members = all.filter { $0.0 == name || (name.utf8.count == 1 && $0.0.hasPrefix(name)) || name == "Any" }
        return members.isEmpty ? nil : members.map(\.1)
    }
}
