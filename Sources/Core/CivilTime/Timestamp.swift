/// An instant, to the microsecond, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z.
///
/// As POSIX time has it, leap seconds are not counted.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before.
    package let microseconds: Int64

    /// 0001-01-01T00:00:00Z.
    package static let earliest = Timestamp(unchecked: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z.
    package static let latest = Timestamp(unchecked: 253_402_300_799_999_999)

    private init(unchecked microseconds: Int64) { self.microseconds = microseconds }

    /// The instant that many microseconds after 1970-01-01T00:00:00Z; outside the range, the nearest instant in it.
    package init(microseconds: Int64) {
        self.init(unchecked: min(max(microseconds, Self.earliest.microseconds), Self.latest.microseconds))
    }

    /// The instant that many whole seconds after 1970-01-01T00:00:00Z; outside the range, the nearest instant in it.
    package init(secondsSinceEpoch seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self = overflow ? (seconds < 0 ? .earliest : .latest) : Timestamp(microseconds: product)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package var secondsSinceEpoch: Int64 { flooredDivision(microseconds, by: 1_000_000).quotient }

    /// Earlier instants are less.
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

// MARK: Arithmetic

extension Timestamp {
    /// The instant `duration` later, rounded down to the microsecond; absent when it is outside the range.
    package func adding(_ duration: Duration) -> Timestamp? {
        let (seconds, attoseconds) = duration.components
        let fraction = flooredDivision(attoseconds, by: 1_000_000_000_000).quotient
        let (whole, tooFar) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (shift, tooLong) = whole.addingReportingOverflow(fraction)
        let (sum, outside) = microseconds.addingReportingOverflow(shift)
        guard !tooFar, !tooLong, !outside else { return nil }
        return (Self.earliest.microseconds...Self.latest.microseconds).contains(sum) ? Timestamp(unchecked: sum) : nil
    }

    /// The instant `duration` later; outside the range, the nearest instant in it.
    package static func + (instant: Timestamp, duration: Duration) -> Timestamp {
        instant.adding(duration) ?? (duration < .zero ? .earliest : .latest)
    }

    /// The instant `duration` earlier; outside the range, the nearest instant in it.
    package static func - (instant: Timestamp, duration: Duration) -> Timestamp { instant + (.zero - duration) }

    /// The time from `earlier` to `later`, negative when the names mislead.
    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .microseconds(later.microseconds - earlier.microseconds)
    }
}

// MARK: RFC 3339

extension Timestamp {
    /// Reads RFC 3339, as `2021-09-24T16:30:00+02:00` or `2021-09-24T14:30:00.5Z`; absent for anything else.
    ///
    /// `t`, `z` and a space instead of `T` are accepted. Digits after the sixth of the fraction are dropped. A leap
    /// second (`:60`) is the first instant of the next minute.
    package init?(rfc3339 text: some StringProtocol) {
        var scanner = ByteScanner(text)
        guard let date = CivilDate(&scanner),
            scanner.accept("T") || scanner.accept("t") || scanner.accept(" "),
            let hour = scanner.digits(2), scanner.accept(":"), let minute = scanner.digits(2), scanner.accept(":"),
            let second = scanner.digits(2), hour <= 23, minute <= 59, second <= 60,
            let fraction = Self.fraction(&scanner), let offset = Self.offset(&scanner), scanner.isAtEnd
        else { return nil }
        let seconds = Int64(date.dayNumber) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        let microseconds = seconds * 1_000_000 + Int64(fraction)
        guard (Self.earliest.microseconds...Self.latest.microseconds).contains(microseconds) else { return nil }
        self.init(unchecked: microseconds)
    }

    /// Microseconds after the decimal point, 0 without one.
    private static func fraction(_ scanner: inout ByteScanner) -> Int? {
        guard scanner.accept(".") else { return 0 }
        guard var value = scanner.digits(1) else { return nil }
        var count = 1
        while let digit = scanner.digits(1) {
            if count < 6 {
                value = value * 10 + digit
                count += 1
            }
        }
        for _ in count..<6 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    private static func offset(_ scanner: inout ByteScanner) -> Int? {
        if scanner.accept("Z") || scanner.accept("z") { return 0 }
        let sign = scanner.accept("+") ? 1 : scanner.accept("-") ? -1 : 0
        guard sign != 0, let hours = scanner.digits(2), scanner.accept(":"), let minutes = scanner.digits(2),
            hours <= 23, minutes <= 59
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    /// RFC 3339 in UTC: `2021-09-24T14:30:00Z`, with six digits of fraction only when it is not zero.
    package var rfc3339: String { rfc3339(suffix: "Z", offset: 0) }

    /// RFC 3339 in the given zone: `2021-09-24T16:30:00+02:00`. An offset's seconds are dropped, as the format has none.
    package func rfc3339(in zone: TimeZoneRules) -> String {
        let minutes = zone.offset(at: self) / 60
        let size = abs(minutes)
        let suffix = "\(minutes < 0 ? "-" : "+")\(padded(size / 60, 2)):\(padded(size % 60, 2))"
        return rfc3339(suffix: suffix, offset: minutes * 60)
    }

    private func rfc3339(suffix: String, offset: Int) -> String {
        let split = flooredDivision(microseconds, by: 1_000_000)
        let local = CivilDateTime(secondsSinceEpoch: split.quotient + Int64(offset))
        let date = local.date.fields
        // Written byte by byte: every journal row has two of these.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        bytes.append(date.year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(date.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(date.day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(local.time.hour, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(local.time.minute, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(local.time.second, digits: 2)
        if split.remainder != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(Int(split.remainder), digits: 6)
        }
        bytes += suffix.utf8
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Timestamp: CustomStringConvertible {
    /// The same as ``rfc3339``.
    package var description: String { rfc3339 }
}
