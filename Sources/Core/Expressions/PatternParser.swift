/// A pattern as it is written.
indirect enum Pattern {
    case empty
    case set(CharacterSet)
    case any(includingNewline: Bool)
    case assertion(RegularExpression.Assertion)
    case sequence([Pattern])
    case alternatives([Pattern])
    /// Without `most`, any number of times.
    case repetition(Pattern, least: Int, most: Int?)
}

/// Reads a pattern of RE2's syntax. Source: RE2 syntax.
///
/// Whether a repetition is greedy makes no difference to whether there is a match, so `?` after one is passed over.
struct PatternParser {
    typealias Failure = RegularExpression.PatternError

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesNewline = false
    }

    private static let mostRepetitions = 1000
    private static let greatestDepth = 100

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    private var flags = Flags()

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func parse() throws(Failure) -> Pattern {
        let pattern = try alternatives()
        guard place == scalars.count else { throw Failure(message: "a ')' has no '('") }
        return pattern
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func accept(_ text: String) -> Bool {
        guard scalars[place...].starts(with: text.unicodeScalars) else { return false }
        place += text.unicodeScalars.count
        return true
    }

    private mutating func alternatives() throws(Failure) -> Pattern {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw Failure(message: "its groups are nested too deep") }
        var alternatives = [try sequence()]
        while accept("|") { alternatives.append(try sequence()) }
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func sequence() throws(Failure) -> Pattern {
        var parts: [Pattern] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            place += 1
            let atom: Pattern
            switch scalar {
            case "*", "+", "?": throw Failure(message: "'\(scalar)' has nothing to repeat")
            case "(":
                guard let group = try group() else { continue }
                atom = group
            case "[": atom = .set(try bracketed())
            case ".": atom = .any(includingNewline: flags.dotTakesNewline)
            case "^": atom = .assertion(flags.isMultiline ? .lineStart : .textStart)
            case "$": atom = .assertion(flags.isMultiline ? .lineEnd : .textEnd)
            case "\\" where accept("Q"):
                var quoted = quotedLiterals()
                // A repetition after it concerns its last character.
                guard let last = quoted.popLast() else { continue }
                parts += quoted
                atom = last
            case "\\": atom = try escape()
            default: atom = literal(scalar)
            }
            parts.append(try repeated(atom))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private func literal(_ scalar: Unicode.Scalar) -> Pattern {
        var set = CharacterSet(scalar.value...scalar.value)
        set.ignoresCase = flags.ignoresCase
        return .set(set)
    }

    // MARK: Repetitions

    private mutating func repeated(_ atom: Pattern) throws(Failure) -> Pattern {
        var pattern = atom
        var wasRepeated = false
        while let (least, most) = repetition() {
            guard !wasRepeated else { throw Failure(message: "a repetition cannot itself be repeated") }
            guard max(least, most ?? 0) <= Self.mostRepetitions else {
                throw Failure(message: "more than \(Self.mostRepetitions) repetitions")
            }
            if let most, most < least { throw Failure(message: "a repetition from \(least) to \(most)") }
            wasRepeated = true
            _ = accept("?")
            pattern = .repetition(pattern, least: least, most: most)
        }
        return pattern
    }

    /// `*`, `+`, `?`, `{2}`, `{2,}`, `{2,3}`; other braces are literal.
    private mutating func repetition() -> (least: Int, most: Int?)? {
        if accept("*") { return (0, nil) }
        if accept("+") { return (1, nil) }
        if accept("?") { return (0, 1) }
        let start = place
        guard accept("{"), let least = number() else {
            place = start
            return nil
        }
        if accept("}") { return (least, least) }
        if accept(",") {
            if accept("}") { return (least, nil) }
            if let most = number(), accept("}") { return (least, most) }
        }
        place = start
        return nil
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
            place += 1
        }
        return value
    }

    // MARK: Groups

    /// A group after its bracket; nil for one that only sets flags.
    private mutating func group() throws(Failure) -> Pattern? {
        let outer = flags
        if accept("?") {
            if accept("P<") || accept("<") {
                let name = scalars[place...].prefix { $0 == "_" || CharacterSet.wordCharacters.contains($0) }
                place += name.count
                guard !name.isEmpty, accept(">") else { throw Failure(message: "a group's name is a word in < >") }
            } else if try setFlags() {
                return nil
            }
        }
        let pattern = try alternatives()
        guard accept(")") else { throw Failure(message: "a '(' has no ')'") }
        flags = outer
        return pattern
    }

    /// Reads `i-s:` or `i-s)`; true when the flags hold for the rest of the group around.
    private mutating func setFlags() throws(Failure) -> Bool {
        var value = true
        while let scalar = next {
            place += 1
            switch scalar {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotTakesNewline = value
            case "U": break
            case "-" where value: value = false
            case ":": return false
            case ")": return true
            default: throw Failure(message: "'(?\(scalar)' is not supported")
            }
        }
        throw Failure(message: "a '(' has no ')'")
    }

    // MARK: Escapes

    private mutating func escape() throws(Failure) -> Pattern {
        guard let scalar = next else { throw Failure(message: "it ends with a backslash") }
        switch scalar {
        case "A": return assertion(.textStart)
        case "z": return assertion(.textEnd)
        case "b": return assertion(.wordBoundary)
        case "B": return assertion(.noWordBoundary)
        default:
            var set = try escapedSet()
            set.ignoresCase = flags.ignoresCase
            return .set(set)
        }
    }

    /// The characters of `\Q…\E` after its beginning, which mean themselves.
    private mutating func quotedLiterals() -> [Pattern] {
        var parts: [Pattern] = []
        while place < scalars.count, !accept("\\E") {
            parts.append(literal(scalars[place]))
            place += 1
        }
        return parts
    }

    private mutating func assertion(_ assertion: RegularExpression.Assertion) -> Pattern {
        place += 1
        return .assertion(assertion)
    }

    /// The set of an escape, after its backslash: a class or one character.
    private mutating func escapedSet() throws(Failure) -> CharacterSet {
        guard let scalar = next else { throw Failure(message: "it ends with a backslash") }
        place += 1
        switch scalar {
        case "d", "D": return negated(.digits, scalar == "D")
        case "s", "S": return negated(.spaces, scalar == "S")
        case "w", "W": return negated(.wordCharacters, scalar == "W")
        case "p", "P": return try category(isNegated: scalar == "P")
        case "a": return CharacterSet(0x07...0x07)
        case "f": return CharacterSet(0x0C...0x0C)
        case "n": return CharacterSet(0x0A...0x0A)
        case "r": return CharacterSet(0x0D...0x0D)
        case "t": return CharacterSet(0x09...0x09)
        case "v": return CharacterSet(0x0B...0x0B)
        case "x": return try hexadecimal()
        case "0"..."7":
            place -= 1
            let digits = scalars[place...].prefix(3).prefix { ("0"..."7").contains($0) }
            // \1 alone would be a reference, which takes more than linear time.
            guard scalar == "0" || digits.count > 1 else { throw Failure(message: "'\\\(scalar)' is not supported") }
            place += digits.count
            let value = digits.reduce(0) { $0 * 8 + $1.value - 0x30 }
            return CharacterSet(value...value)
        default:
            let isWord = CharacterSet.wordCharacters.contains(scalar)
            guard scalar.isASCII, !isWord || scalar == "_" else {
                throw Failure(message: "'\\\(scalar)' is not supported")
            }
            return CharacterSet(scalar.value...scalar.value)
        }
    }

    private func negated(_ set: CharacterSet, _ isNegated: Bool) -> CharacterSet {
        var set = set
        set.isNegated = isNegated
        return set
    }

    private mutating func hexadecimal() throws(Failure) -> CharacterSet {
        let isBraced = accept("{")
        let digits = scalars[place...].prefix(isBraced ? 8 : 2).prefix { $0.properties.isASCIIHexDigit }
        place += digits.count
        guard let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16), Unicode.Scalar(value) != nil,
            isBraced ? accept("}") : digits.count == 2
        else { throw Failure(message: "\\x needs two hexadecimal digits, or some in { }") }
        return CharacterSet(value...value)
    }

    /// `\pL`, `\p{Lu}`, `\p{^Lu}`.
    private mutating func category(isNegated: Bool) throws(Failure) -> CharacterSet {
        var isNegated = isNegated
        var name = ""
        if accept("{") {
            if accept("^") { isNegated.toggle() }
            while let scalar = next, scalar != "}" {
                name.unicodeScalars.append(scalar)
                place += 1
            }
            guard accept("}") else { throw Failure(message: "\\p{ has no }") }
        } else if let scalar = next {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard let members = CharacterSet.categories(name) else {
            throw Failure(message: "there is no general category '\(name)' (scripts are not supported)")
        }
        var set = CharacterSet()
        set.insert(members, isNegated: isNegated)
        return set
    }

    // MARK: Sets

    /// A set after its `[`.
    private mutating func bracketed() throws(Failure) -> CharacterSet {
        var set = CharacterSet()
        set.ignoresCase = flags.ignoresCase
        set.isNegated = accept("^")
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            if accept("[:") {
                let isNegated = accept("^")
                let name = scalars[place...].prefix { $0 != ":" && $0 != "]" }
                place += name.count
                guard accept(":]"), let named = CharacterSet.ascii(String(String.UnicodeScalarView(name))) else {
                    throw Failure(message: "there is no class [:\(String(String.UnicodeScalarView(name))):]")
                }
                set.insert(negated(named, isNegated))
                continue
            }
            let first = try member()
            guard let low = first.single, next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                set.insert(first)
                continue
            }
            place += 1
            guard let high = try member().single, low <= high else {
                throw Failure(message: "a range ends before it begins")
            }
            set.insert(low...high)
        }
        guard accept("]") else { throw Failure(message: "a '[' has no ']'") }
        return set
    }

    private mutating func member() throws(Failure) -> CharacterSet {
        guard let scalar = next else { throw Failure(message: "a '[' has no ']'") }
        place += 1
        return scalar == "\\" ? try escapedSet() : CharacterSet(scalar.value...scalar.value)
    }
}

extension CharacterSet {
    /// The only character of a set of one.
    fileprivate var single: UInt32? {
        guard ranges.count == 1, categories.isEmpty, !isNegated, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
