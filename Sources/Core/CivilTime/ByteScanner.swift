/// Reads ASCII text from left to right; what does not fit is left where it is and answered with `nil` or `false`.
struct ByteScanner {
    let bytes: [UInt8]
    var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { index == bytes.count }
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Skips `character` if it comes next.
    mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard let next, next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// The number written with exactly `count` decimal digits, if they come next.
    mutating func digits(_ count: Int) -> Int? {
        guard index + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[index..<index + count] {
            guard let digit = Self.digit(byte) else { return nil }
            value = value * 10 + digit
        }
        index += count
        return value
    }

    /// The number written with one or more decimal digits; absent when none comes next or it does not fit an `Int32`.
    mutating func number() -> Int? {
        let start = index
        var value = 0
        while let byte = next, let digit = Self.digit(byte) {
            value = value * 10 + digit
            guard value <= Int(Int32.max) else { return nil }
            index += 1
        }
        return index > start ? value : nil
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte) - Int(UInt8(ascii: "0")) : nil
    }
}

/// Writes `value` with at least `width` digits, zeros in front. Negative values are not expected.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension [UInt8] {
    /// Appends a number that has no more than so many digits, with zeros before it.
    mutating func append(_ value: Int, digits: Int) {
        var unit = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            append(UInt8(ascii: "0") + UInt8(value / unit % 10))
            unit /= 10
        }
    }
}

/// Quotient and remainder of a division that rounds down, so that the remainder is never negative.
func flooredDivision<Number: FixedWidthInteger & SignedInteger>(
    _ value: Number, by divisor: Number
) -> (quotient: Number, remainder: Number) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
