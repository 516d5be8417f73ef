/// A finite double's shortest decimal digits, with the place of the point.
private struct ShortestDigits {
    /// Without zeros at either end; empty for zero.
    var digits: [UInt8] = []
    /// How many digits stand before the point; negative or zero when zeros follow it.
    var point = 0

    init(_ value: Double) {
        var exponent = 0
        var isPastPoint = false
        let text = value.magnitude.description.utf8
        let mantissa = text.prefix { $0 != UInt8(ascii: "e") }
        if mantissa.count < text.count {
            exponent = Int(String(decoding: text.dropFirst(mantissa.count + 1), as: UTF8.self)) ?? 0
        }
        for byte in mantissa {
            if byte == UInt8(ascii: ".") {
                isPastPoint = true
                continue
            }
            let digit = byte - UInt8(ascii: "0")
            if digit == 0, digits.isEmpty {
                if isPastPoint { point -= 1 }
                continue
            }
            digits.append(digit)
            if !isPastPoint { point += 1 }
        }
        while digits.last == 0 { digits.removeLast() }
        point = digits.isEmpty ? 1 : point + exponent
    }
}

private func text(_ digits: some Sequence<UInt8>) -> String {
    String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
}

private func specialText(_ value: Double) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
}

/// A double as `string(x)` writes it: the shortest digits that name it, with an exponent from 10^6 up or below 0.0001,
/// as C's `%g` has it.
func generalText(_ value: Double) -> String {
    guard value.isFinite else { return specialText(value) }
    let shortest = ShortestDigits(value)
    let exponent = shortest.point - 1
    guard !shortest.digits.isEmpty, exponent < -4 || exponent >= 6 else { return plainText(value) }
    let rest = shortest.digits.dropFirst()
    let mantissa = text(shortest.digits.prefix(1)) + (rest.isEmpty ? "" : "." + text(rest))
    return (value.sign == .minus ? "-" : "") + mantissa + exponentText(exponent)
}

/// A double with its shortest digits and no exponent: `100000000000000000000000` for 1e23.
func plainText(_ value: Double) -> String {
    guard value.isFinite else { return specialText(value) }
    let shortest = ShortestDigits(value)
    let sign = value.sign == .minus ? "-" : ""
    if shortest.digits.isEmpty { return sign + "0" }
    if shortest.point <= 0 {
        return sign + "0." + String(repeating: "0", count: -shortest.point) + text(shortest.digits)
    }
    let missing = String(repeating: "0", count: max(0, shortest.point - shortest.digits.count))
    let rest = shortest.digits.dropFirst(shortest.point)
    return sign + text(shortest.digits.prefix(shortest.point)) + missing + (rest.isEmpty ? "" : "." + text(rest))
}

private func exponentText(_ exponent: Int) -> String {
    "e\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
}

/// A number's decimal digits, all of them, for rounding to a wanted count.
struct ExactDigits {
    var isNegative: Bool
    /// Without leading zeros; empty for zero.
    var digits: [UInt8]
    /// How many digits stand before the point; negative when zeros follow it.
    var point: Int
    /// Whether halves are rounded away from zero, as amounts are, rather than to the even digit.
    var roundsHalfUp = false

    /// A finite double's exact value, which has at most 1,075 decimal digits.
    init(_ value: Double) {
        isNegative = value.sign == .minus
        guard value != 0 else {
            digits = []
            point = 0
            return
        }
        // value = mantissa × 2^exponent; a negative exponent is 5^-exponent with the point moved.
        var mantissa = value.significandBitPattern
        var exponent = -1074
        if value.exponentBitPattern != 0 {
            mantissa |= 1 << 52
            exponent = Int(value.exponentBitPattern) - 1075
        }
        var limbs: [UInt32] = [UInt32(truncatingIfNeeded: mantissa % 1_000_000_000), UInt32(mantissa / 1_000_000_000)]
        for _ in 0..<abs(exponent) {
            var carry: UInt64 = 0
            for place in limbs.indices {
                let product = UInt64(limbs[place]) * (exponent < 0 ? 5 : 2) + carry
                limbs[place] = UInt32(product % 1_000_000_000)
                carry = product / 1_000_000_000
            }
            if carry > 0 { limbs.append(UInt32(carry)) }
        }
        var all: [UInt8] = []
        for limb in limbs.reversed() {
            let text = String(limb).utf8
            all += [UInt8](repeating: 0, count: 9 - text.count)
            all += text.map { $0 - UInt8(ascii: "0") }
        }
        digits = Array(all.drop { $0 == 0 })
        point = digits.count + min(exponent, 0)
    }

    /// A decimal's digits.
    init(_ value: Decimal) {
        isNegative = value.isNegative
        let text = String(value.significand.magnitude).utf8
        digits = value.isZero ? [] : text.map { $0 - UInt8(ascii: "0") }
        point = digits.count - value.places
        roundsHalfUp = true
    }

    /// Keeps that many digits, rounding the rest.
    private mutating func keep(_ count: Int) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            return
        }
        let next = digits[count]
        let isExactHalf = !roundsHalfUp && next == 5 && digits[(count + 1)...].allSatisfy { $0 == 0 }
        let goesUp = isExactHalf ? count > 0 && digits[count - 1] % 2 == 1 : next >= 5
        digits.removeSubrange(count...)
        guard goesUp else { return }
        var place = count - 1
        while place >= 0, digits[place] == 9 {
            digits[place] = 0
            place -= 1
        }
        if place >= 0 {
            digits[place] += 1
        } else {
            digits.insert(1, at: 0)
            point += 1
        }
    }

    /// `-12.50` for two places.
    func fixed(places: Int) -> String {
        var rounded = self
        rounded.keep(point + places)
        let before = max(0, rounded.point)
        let whole = rounded.digits.prefix(before) + [UInt8](repeating: 0, count: max(0, before - rounded.digits.count))
        var fraction = [UInt8](repeating: 0, count: min(places, max(0, -rounded.point)))
        fraction += rounded.digits.dropFirst(before)
        fraction += [UInt8](repeating: 0, count: max(0, places - fraction.count))
        return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : text(whole))
            + (places == 0 ? "" : "." + text(fraction.prefix(places)))
    }

    /// `-1.25e+01` for two places.
    func scientific(places: Int) -> String {
        var rounded = self
        rounded.keep(1 + places)
        let exponent = rounded.digits.isEmpty ? 0 : rounded.point - 1
        let all = rounded.digits + [UInt8](repeating: 0, count: max(0, 1 + places - rounded.digits.count))
        return (isNegative ? "-" : "") + text(all.prefix(1)) + (places == 0 ? "" : "." + text(all[1...places]))
            + exponentText(exponent)
    }
}

/// The double that a text names, as `double(x)` reads it: decimal, `Infinity`, `-inf`, `NaN`; absent for anything else.
func double(from text: String) -> Double? {
    let isNumber = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
    if isNumber { return Double(text) }
    switch text.lowercased() {
    case "nan", "+nan", "-nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
}
