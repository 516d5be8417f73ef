package import CivilTime

/// An instant of CEL, to the nanosecond, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
package struct CELTimestamp: Hashable, Comparable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package let secondsSinceEpoch: Int64
    /// 0...999,999,999.
    package let nanoseconds: Int32

    /// The instant at a whole second; absent outside the range.
    package init?(secondsSinceEpoch: Int64, nanoseconds: Int32 = 0) {
        guard Self.range.contains(secondsSinceEpoch), (0...999_999_999).contains(nanoseconds) else { return nil }
        self.secondsSinceEpoch = secondsSinceEpoch
        self.nanoseconds = nanoseconds
    }

    /// The same instant with more digits.
    package init(_ timestamp: Timestamp) {
        secondsSinceEpoch = timestamp.secondsSinceEpoch
        nanoseconds = Int32((timestamp.microseconds - timestamp.secondsSinceEpoch * 1_000_000) * 1000)
    }

    /// The same instant, rounded down to the microsecond.
    package var timestamp: Timestamp {
        Timestamp(microseconds: secondsSinceEpoch * 1_000_000 + Int64(nanoseconds / 1000))
    }

    package static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.secondsSinceEpoch, left.nanoseconds) < (right.secondsSinceEpoch, right.nanoseconds)
    }

    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// The instant that much later; absent outside the range.
    package func adding(_ duration: CELDuration) -> CELTimestamp? {
        CELTimestamp(total: total + Int128(duration.nanoseconds))
    }

    /// The instant that much earlier; absent outside the range.
    package func subtracting(_ duration: CELDuration) -> CELTimestamp? {
        CELTimestamp(total: total - Int128(duration.nanoseconds))
    }

    /// The time since an earlier instant; absent when it is no ``CELDuration``.
    package func since(_ other: CELTimestamp) -> CELDuration? {
        Int64(exactly: total - other.total).map(CELDuration.init(nanoseconds:))
    }

    /// Nanoseconds since 1970.
    private var total: Int128 { Int128(secondsSinceEpoch) * 1_000_000_000 + Int128(nanoseconds) }

    private init?(total: Int128) {
        var (seconds, rest) = total.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest < 0 {
            seconds -= 1
            rest += 1_000_000_000
        }
        guard let seconds = Int64(exactly: seconds) else { return nil }
        self.init(secondsSinceEpoch: seconds, nanoseconds: Int32(rest))
    }
}

// MARK: RFC 3339

extension CELTimestamp: CustomStringConvertible {
    /// Reads RFC 3339 with `T` and an offset, as `2021-09-24T16:30:00.5+02:00`; absent for anything else.
    ///
    /// Digits after the ninth of the fraction are dropped.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func has(_ character: Unicode.Scalar, at place: Int) -> Bool {
            place < bytes.count && bytes[place] == UInt8(ascii: character)
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
            let day = number(8..<10), has("T", at: 10) || has("t", at: 10), let hour = number(11..<13),
            has(":", at: 13),
            let minute = number(14..<16), has(":", at: 16), let second = number(17..<19), hour <= 23, minute <= 59,
            second <= 59, let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        var place = 19
        var nanoseconds = 0
        if has(".", at: place) {
            place += 1
            var weight = 100_000_000
            let first = place
            while let digit = number(place..<place + 1) {
                nanoseconds += digit * weight
                weight /= 10
                place += 1
            }
            guard place > first else { return nil }
        }
        var offset = 0
        if has("Z", at: place) || has("z", at: place) {
            place += 1
        } else {
            guard has("+", at: place) || has("-", at: place), let hours = number(place + 1..<place + 3),
                has(":", at: place + 3), let minutes = number(place + 4..<place + 6), hours <= 23, minutes <= 59
            else { return nil }
            offset = (has("-", at: place) ? -1 : 1) * (hours * 3600 + minutes * 60)
            place += 6
        }
        guard place == bytes.count else { return nil }
        let local = Int64(date.dayNumber) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        self.init(secondsSinceEpoch: local - Int64(offset), nanoseconds: Int32(nanoseconds))
    }

    /// RFC 3339 in UTC, with as many decimals as it takes: `2021-09-24T14:30:00.5Z`.
    package var description: String {
        let civil = CivilDateTime(secondsSinceEpoch: secondsSinceEpoch)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let time = "\(two(civil.time.hour)):\(two(civil.time.minute)):\(two(civil.time.second))"
        return "\(civil.date)T\(time)\(fractionText(UInt64(nanoseconds)))Z"
    }
}

// MARK: Zones

/// Seconds east of UTC in a zone at an instant; absent for an unknown zone.
///
/// The zone is an IANA name, `UTC` (also when empty), or a fixed offset as `+01:00`, `02:00`, `-02:30`.
func offset(ofZone zone: String, at instant: CELTimestamp, rules: (String) -> TimeZoneRules?) -> Int? {
    if zone.isEmpty || zone == "UTC" || zone == "Z" { return 0 }
    let bytes = Array(zone.utf8)
    if let first = bytes.first, first < UInt8(ascii: "A") {
        let sign = first == UInt8(ascii: "-") ? -1 : 1
        let digits = bytes.dropFirst(first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? 1 : 0)
        let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            let hours = Int(String(decoding: parts[0], as: UTF8.self)),
            let minutes = Int(String(decoding: parts[1], as: UTF8.self)), (0...23).contains(hours),
            (0...59).contains(minutes)
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
    return rules(zone)?.offset(at: instant.timestamp)
}
