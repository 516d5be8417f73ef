/// An exact decimal number: a 128-bit integer and a number of decimal places.
///
/// At most 38 places and about 38 digits. `0.70` keeps its two places and equals `0.7`. No operation rounds unless it
/// says so; what does not fit is absent.
package struct Decimal: Sendable {
    /// The digits as one integer, with sign.
    let significand: Int128
    /// How many of the digits stand after the point, 0...38.
    package let places: Int

    /// The most digits after the point.
    package static let mostPlaces = 38
    /// Places that `/` computes before it rounds half up; trailing zeros are then dropped.
    package static let quotientPlaces = 20
    /// 0, without places.
    package static let zero = Decimal(0)

    init(significand: Int128, places: Int) {
        self.significand = significand
        self.places = places
    }

    /// A whole number, of at most 64 bits.
    package init<Integer: FixedWidthInteger>(_ value: Integer) {
        self.init(significand: Int128(value), places: 0)
    }

    /// `significand × 10^-places`; absent outside 0...38 places.
    package init?(_ significand: Int64, places: Int) {
        guard (0...Self.mostPlaces).contains(places) else { return nil }
        self.init(significand: Int128(significand), places: places)
    }

    /// Reads `-12.50` or `1.5e3`, with a point and without thousands separators; absent for anything else, or for more
    /// digits than fit.
    package init?(_ text: some StringProtocol) {
        var significand: Int128 = 0
        var places = 0
        var isNegative = false
        var hasDigits = false
        var hasPoint = false
        var bytes = Array(text.utf8)[...]
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            bytes.removeFirst()
        }
        while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            bytes.removeFirst()
            if byte == UInt8(ascii: "."), hasDigits, !hasPoint, !bytes.isEmpty {
                hasPoint = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            hasDigits = true
            let (tenfold, tooMany) = significand.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = tenfold.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
            guard !tooMany, !tooLarge else { return nil }
            significand = sum
            if hasPoint { places += 1 }
        }
        guard hasDigits else { return nil }
        var exponent = 0
        if !bytes.isEmpty {
            guard let value = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)), abs(value) <= 1000 else {
                return nil
            }
            exponent = value
        }
        self.init(signed: isNegative ? -significand : significand, exponent: exponent - places)
    }

    /// `significand × 10^exponent`.
    private init?(signed significand: Int128, exponent: Int) {
        var significand = significand
        var places = -exponent
        while places > Self.mostPlaces, significand % 10 == 0, significand != 0 {
            significand /= 10
            places -= 1
        }
        if significand == 0 { places = min(max(places, 0), Self.mostPlaces) }
        guard places <= Self.mostPlaces else { return nil }
        if places < 0 {
            guard -places <= Self.mostPlaces else { return nil }
            let (product, overflow) = significand.multipliedReportingOverflow(by: Int128(Self.powers[-places]))
            guard !overflow else { return nil }
            self.init(significand: product, places: 0)
        } else {
            self.init(significand: significand, places: places)
        }
    }

    /// The shortest decimal that names this double, as printed; absent for infinities, NaN and what does not fit.
    package init?(shortest value: Double) {
        guard value.isFinite else { return nil }
        self.init(value.description)
    }

    /// Whether it is 0, whatever its places.
    package var isZero: Bool { significand == 0 }
    /// Whether it is less than 0.
    package var isNegative: Bool { significand < 0 }

    /// 10^0 to 10^38.
    static let powers: [UInt128] = (0...mostPlaces).map { exponent in
        (0..<exponent).reduce(1) { value, _ in value * 10 }
    }
}

extension Decimal: CustomStringConvertible {
    /// The number with all its places and a point: `-12.50`.
    package var description: String {
        let digits = String(significand.magnitude)
        let sign = significand < 0 ? "-" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}

extension Decimal: Comparable, Hashable {
    /// By value: `0.7` equals `0.70`.
    package static func == (left: Decimal, right: Decimal) -> Bool { left.compare(right) == 0 }

    package static func < (left: Decimal, right: Decimal) -> Bool { left.compare(right) < 0 }

    package func hash(into hasher: inout Hasher) {
        let shortest = withoutTrailingZeros
        hasher.combine(shortest.significand)
        hasher.combine(shortest.places)
    }

    /// Negative, zero or positive as this number is less than, equal to or greater than the other.
    private func compare(_ other: Decimal) -> Int {
        if places == other.places {
            return significand == other.significand ? 0 : significand < other.significand ? -1 : 1
        }
        let sign = significand.signum(), otherSign = other.significand.signum()
        guard sign == otherSign else { return sign < otherSign ? -1 : 1 }
        let most = max(places, other.places)
        let left = significand.magnitude.multipliedFullWidth(by: Self.powers[most - places])
        let right = other.significand.magnitude.multipliedFullWidth(by: Self.powers[most - other.places])
        if left == right { return 0 }
        return ((left.high, left.low) < (right.high, right.low)) == (sign > 0) ? -1 : 1
    }

    /// The same value with as few places as it takes.
    package var withoutTrailingZeros: Decimal {
        var value = significand
        var places = places
        while places > 0, value % 10 == 0 {
            value /= 10
            places -= 1
        }
        return Decimal(significand: value, places: places)
    }
}
