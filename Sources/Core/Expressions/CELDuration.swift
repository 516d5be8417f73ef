/// A span of time of CEL, to the nanosecond, of at most 292 years.
///
/// The limit is that of 64-bit nanoseconds, as in the reference implementation.
package struct CELDuration: Hashable, Comparable, Sendable {
    /// The span; negative spans go back.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The span of Swift's duration, rounded towards zero to the nanosecond; absent when it does not fit.
    package init?(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !tooLong, !overflow else { return nil }
        nanoseconds = sum
    }

    /// The same span as Swift has it.
    package var duration: Duration { .nanoseconds(nanoseconds) }

    package static func < (left: CELDuration, right: CELDuration) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Reads `1h30m`, `-1.5s`, `100ms`, `0`: numbers with units h, m, s, ms, us, ns; absent for anything else.
    package init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            bytes.removeFirst()
        }
        if bytes.elementsEqual("0".utf8) {
            nanoseconds = 0
            return
        }
        guard !bytes.isEmpty else { return nil }
        var total: Int128 = 0
        while !bytes.isEmpty {
            guard let part = Self.part(&bytes) else { return nil }
            total += part
            guard total <= Int128(Int64.max) + 1 else { return nil }
        }
        guard let value = Int64(exactly: isNegative ? -total : total) else { return nil }
        nanoseconds = value
    }

    /// One number with its unit, in nanoseconds; what is finer is dropped.
    private static func part(_ bytes: inout ArraySlice<UInt8>) -> Int128? {
        func digits() -> ArraySlice<UInt8> {
            let run = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            bytes = bytes.dropFirst(run.count)
            return run
        }
        let whole = digits()
        var fraction: ArraySlice<UInt8> = []
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            fraction = digits()
        }
        let unitBytes = bytes.prefix {
            $0 != UInt8(ascii: ".") && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        bytes = bytes.dropFirst(unitBytes.count)
        let units: [String: Int128] = [
            "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
            "h": 3_600_000_000_000,
        ]
        guard !whole.isEmpty || !fraction.isEmpty, whole.count <= 19,
            let unit = units[String(decoding: unitBytes, as: UTF8.self)]
        else { return nil }
        var value = whole.reduce(0 as Int128) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) } * unit
        var scale = unit
        for digit in fraction.prefix(16) {
            value += Int128(digit - UInt8(ascii: "0")) * scale / 10
            scale /= 10
        }
        return value
    }
}

extension CELDuration: CustomStringConvertible {
    /// Seconds with as many decimals as it takes: `3600.5s`.
    package var description: String { secondsText(nanoseconds.magnitude, isNegative: nanoseconds < 0) + "s" }
}

/// A count of nanoseconds in seconds, without trailing zeros.
func secondsText(_ nanoseconds: UInt64, isNegative: Bool) -> String {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return "\(isNegative ? "-" : "")\(seconds)\(fractionText(rest))"
}

/// `.5` for 500,000,000 nanoseconds; empty for none.
func fractionText(_ nanoseconds: UInt64) -> String {
    guard nanoseconds > 0 else { return "" }
    let digits = String(nanoseconds + 1_000_000_000).utf8.dropFirst()
    let shortest = digits.prefix(
        (digits.lastIndex { $0 != UInt8(ascii: "0") }.map { digits.distance(from: digits.startIndex, to: $0) } ?? 0) + 1
    )
    return "." + String(decoding: Array(shortest), as: UTF8.self)
}
