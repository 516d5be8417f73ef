/// The rule in a TZif footer: a POSIX `TZ` string with the extension of RFC 9636, 3.3.1, as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixTimeZone: Equatable, Sendable {
    /// Seconds east of UTC.
    var standardOffset: Int
    /// Absent when clocks are never changed.
    var daylight: Daylight?

    struct Daylight: Equatable, Sendable {
        /// Seconds east of UTC.
        var offset: Int
        var start: Day
        var end: Day
    }

    /// A day of each year and a time on it: seconds after its 0:00, within a week on either side.
    struct Day: Equatable, Sendable {
        enum Rule: Equatable, Sendable {
            /// 1...365; 29 February is never counted.
            case julian(Int)
            /// 0...365; 29 February is counted.
            case zeroBased(Int)
            /// Month 1...12, week 1...5 (5 is the last), weekday 0...6 from Sunday.
            case weekday(month: Int, week: Int, day: Int)
        }
        var rule: Rule
        var time: Int
    }

    /// The changes of clocks that the rule makes in these years, ascending, and only those after the given instant.
    ///
    /// Instants are seconds since 1970-01-01T00:00:00Z. Of two changes at once the later year's counts, which is how a
    /// rule says that daylight saving never ends.
    func changes(in years: ClosedRange<Int>, after limit: Int64) -> [(start: Int64, offset: Int)] {
        guard let daylight else { return [] }
        var changes: [(start: Int64, offset: Int)] = []
        changes.reserveCapacity(years.count * 2)
        for year in years {
            let begin = (start: daylight.start.seconds(in: year) - Int64(standardOffset), offset: daylight.offset)
            let end = (start: daylight.end.seconds(in: year) - Int64(daylight.offset), offset: standardOffset)
            for change in begin.start <= end.start ? [begin, end] : [end, begin] where change.start > limit {
                guard let last = changes.last else {
                    changes.append(change)
                    continue
                }
                if change.start == last.start { changes[changes.count - 1] = change }
                if change.start > last.start { changes.append(change) }
            }
        }
        return changes
    }
}

extension PosixTimeZone.Day {
    /// Seconds since 1970-01-01T00:00:00 on the wall clock.
    fileprivate func seconds(in year: Int) -> Int64 {
        let firstDay = CivilDate.dayNumber(year: year, month: 1, day: 1)
        let day: Int
        switch rule {
        case .julian(let number):
            day = firstDay + number - (number >= 60 && CivilDate.isLeap(year: year) ? 0 : 1)
        case .zeroBased(let number):
            day = firstDay + number
        case .weekday(let month, let week, let weekday):
            let first = CivilDate.dayNumber(year: year, month: month, day: 1)
            let lead = flooredDivision(weekday - (first + 4), by: 7).remainder  // day 0 was a Thursday, 4 from Sunday
            let wanted = lead + (week - 1) * 7
            day = first + (wanted < CivilDate.daysInMonth(year: year, month: month) ? wanted : wanted - 7)
        }
        return Int64(day) * 86_400 + Int64(time)
    }
}

// MARK: Reading

extension PosixTimeZone {
    /// Reads the whole string; absent when it does not follow the grammar.
    init?(_ bytes: some Collection<UInt8>) {
        var scanner = ByteScanner(Array(bytes))
        guard Self.skipName(&scanner), let standard = Self.time(&scanner, hours: 0...24) else { return nil }
        standardOffset = -standard
        guard !scanner.isAtEnd else { return }
        guard Self.skipName(&scanner) else { return nil }
        var daylightOffset = standardOffset + 3600
        if scanner.next != UInt8(ascii: ",") {
            guard let offset = Self.time(&scanner, hours: 0...24) else { return nil }
            daylightOffset = -offset
        }
        guard let start = Day(&scanner), let end = Day(&scanner), scanner.isAtEnd else { return nil }
        daylight = Daylight(offset: daylightOffset, start: start, end: end)
    }

    /// Skips three or more letters, or anything short in angle brackets.
    private static func skipName(_ scanner: inout ByteScanner) -> Bool {
        let quoted = scanner.accept("<")
        var length = 0
        while let byte = scanner.next {
            let letter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let other =
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "-")
            guard letter || (quoted && other) else { break }
            scanner.index += 1
            length += 1
        }
        return length >= 3 && (!quoted || scanner.accept(">"))
    }

    /// Reads `[+-]hh[:mm[:ss]]` as seconds.
    fileprivate static func time(_ scanner: inout ByteScanner, hours: ClosedRange<Int>) -> Int? {
        let sign = scanner.accept("-") ? -1 : 1
        if sign == 1 { _ = scanner.accept("+") }
        guard let hour = scanner.number(), hours.contains(hour) else { return nil }
        var seconds = hour * 3600
        for unit in [60, 1] where scanner.accept(":") {
            guard let number = scanner.number(), number <= 59 else { return nil }
            seconds += number * unit
        }
        return sign * seconds
    }
}

extension PosixTimeZone.Day {
    /// Reads `,M3.5.0/2`, `,J60` or `,59` at the scanner's place.
    fileprivate init?(_ scanner: inout ByteScanner) {
        guard scanner.accept(",") else { return nil }
        if scanner.accept("M") {
            guard let month = scanner.number(), (1...12).contains(month), scanner.accept("."),
                let week = scanner.number(), (1...5).contains(week), scanner.accept("."),
                let day = scanner.number(), (0...6).contains(day)
            else { return nil }
            rule = .weekday(month: month, week: week, day: day)
        } else if scanner.accept("J") {
            guard let number = scanner.number(), (1...365).contains(number) else { return nil }
            rule = .julian(number)
        } else {
            guard let number = scanner.number(), (0...365).contains(number) else { return nil }
            rule = .zeroBased(number)
        }
        time = 2 * 3600
        if scanner.accept("/") {
            guard let seconds = PosixTimeZone.time(&scanner, hours: 0...167) else { return nil }
            time = seconds
        }
    }
}
