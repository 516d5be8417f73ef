import CivilTime

/// `string.format`. Source: CEL specification, doc/extensions/strings.md.
///
/// `%s`, `%d`, `%f`, `%e`, `%b`, `%o`, `%x`, `%X` and `%%`; a precision as `%.2f`, 6 by default.
func formatted(_ template: String, _ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> String {
    var result = ""
    var next = 0
    var rest = Array(template.unicodeScalars)[...]
    try meter.chargeText(template.utf8.count)
    while let scalar = rest.popFirst() {
        guard scalar == "%" else {
            result.unicodeScalars.append(scalar)
            continue
        }
        if rest.first == "%" {
            rest.removeFirst()
            result += "%"
            continue
        }
        var precision: Int?
        if rest.first == "." {
            rest.removeFirst()
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            precision = Int(String(String.UnicodeScalarView(digits)))
            guard let given = precision, given <= mostFormatPlaces else {
                throw EvaluationError(.invalidArgument, "a precision is a number up to \(mostFormatPlaces)")
            }
        }
        guard let conversion = rest.popFirst() else {
            throw EvaluationError(.invalidArgument, "the format ends within a clause")
        }
        guard arguments.indices.contains(next) else {
            throw EvaluationError(.invalidArgument, "the format has no argument number \(next + 1)")
        }
        let text = try clause(conversion, precision: precision, arguments[next])
        try meter.chargeText(text.utf8.count)
        result += text
        next += 1
    }
    return result
}

private let mostFormatPlaces = 1000

private func clause(
    _ conversion: Unicode.Scalar, precision: Int?, _ value: Value
) throws(EvaluationError) -> String {
    let result: String? =
        switch conversion {
        case "s": plain(value)
        case "d": whole(value)
        case "f": fraction(value) { $0.fixed(places: precision ?? 6) }
        case "e": fraction(value) { $0.scientific(places: precision ?? 6) }
        case "b": if case .bool(let flag) = value { flag ? "1" : "0" } else { digits(value, radix: 2) }
        case "o": digits(value, radix: 8)
        case "x": hexadecimal(value, isUppercase: false)
        case "X": hexadecimal(value, isUppercase: true)
        default: throw EvaluationError(.invalidArgument, "'%\(conversion)' is no format clause")
        }
    guard let result else {
        throw EvaluationError(.invalidArgument, "'%\(conversion)' does not take a \(value.valueType)")
    }
    return result
}

/// `%s`; absent for what has no text.
private func plain(_ value: Value) -> String? {
    switch value {
    case .null, .bool, .int: return value.description
    case .uint(let number): return String(number)
    case .double(let number): return plainText(number)
    case .string(let text): return text
    case .bytes(let bytes): return lenientText(bytes)
    case .timestamp(let instant): return instant.description
    case .duration(let span): return span.description
    case .type(let type): return type.runtimeName
    case .decimal(let number): return number.description
    case .money(let amount): return amount.description
    case .date(let day): return day.description
    case .list(let elements):
        let texts = elements.compactMap(plain)
        return texts.count == elements.count ? "[" + texts.joined(separator: ", ") + "]" : nil
    case .map(let map):
        let pairs = map.entries.compactMap { entry in
            plain(entry.key).flatMap { key in plain(entry.value).map { (key, "\(key): \($0)") } }
        }
        guard pairs.count == map.count else { return nil }
        let sorted = pairs.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        return "{" + sorted.map(\.1).joined(separator: ", ") + "}"
    case .optional: return nil
    }
}

/// Bytes as UTF-8, each run of invalid ones as one replacement character.
private func lenientText(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var wasInvalid = false
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue(let scalar):
            text.append(scalar)
            wasInvalid = false
        case .error:
            if !wasInvalid { text.append("\u{FFFD}") }
            wasInvalid = true
        case .emptyInput: return String(text)
        }
    }
}

/// `%d`
private func whole(_ value: Value) -> String? {
    switch value {
    case .int, .uint, .double, .decimal: plain(value)
    default: nil
    }
}

/// `%f` and `%e`: the exact value, rounded half to even; a decimal's half up, as amounts are.
private func fraction(_ value: Value, _ write: (ExactDigits) -> String) -> String? {
    switch value {
    case .double(let number): number.isFinite ? write(ExactDigits(number)) : plainText(number)
    default: value.asDecimal.map { write(ExactDigits($0)) }
    }
}

private func digits(_ value: Value, radix: Int) -> String? {
    switch value {
    case .int(let number): String(number, radix: radix)
    case .uint(let number): String(number, radix: radix)
    default: nil
    }
}

private func hexadecimal(_ value: Value, isUppercase: Bool) -> String? {
    func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    let result: String? =
        switch value {
        case .string(let string): text(string.utf8)
        case .bytes(let bytes): text(bytes)
        default: digits(value, radix: 16)
        }
    return isUppercase ? result?.uppercased() : result
}
