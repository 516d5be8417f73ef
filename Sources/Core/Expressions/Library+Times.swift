import CivilTime

extension Library {
    /// Parts of instants, dates and durations. As CEL has it, months, days of the month and of the year count from 0
    /// (`getDate` from 1), and Sunday is 0.
    static let times: [LibraryFunction] =
        dateParts.flatMap { name, part in
            [
                .member(
                    name, [.timestamp] => .int, [.date] => .int,
                    implementation: .one { value, meter throws(EvaluationError) in
                        if case .date(let day) = value { return .int(part(LocalTime(day))) }
                        guard case .timestamp(let instant) = value else { return nil }
                        return .int(part(try civil(instant, in: "", meter)))
                    }),
                .member(
                    name, [.timestamp, .string] => .int,
                    implementation: .two { value, zone, meter throws(EvaluationError) in
                        guard case .timestamp(let instant) = value, case .string(let zone) = zone else { return nil }
                        return .int(part(try civil(instant, in: zone, meter)))
                    }),
            ]
        }
        + timeParts.flatMap { name, part, ofDuration in
            [
                .member(
                    name, [.timestamp] => .int, [.duration] => .int,
                    implementation: .one { value, meter throws(EvaluationError) in
                        if case .duration(let span) = value { return .int(ofDuration(span.nanoseconds)) }
                        guard case .timestamp(let instant) = value else { return nil }
                        return .int(part(try civil(instant, in: "", meter).time, instant))
                    }),
                .member(
                    name, [.timestamp, .string] => .int,
                    implementation: .two { value, zone, meter throws(EvaluationError) in
                        guard case .timestamp(let instant) = value, case .string(let zone) = zone else { return nil }
                        return .int(part(try civil(instant, in: zone, meter).time, instant))
                    }),
            ]
        }
        + [
            .member(
                "addMonths", [.date, .int] => .date,
                implementation: .two { day, months, _ throws(EvaluationError) in
                    guard case .date(let day) = day, case .int(let months) = months else { return nil }
                    guard abs(months) <= 12 * 9999 else { throw .overflow("\(day).addMonths(\(months))") }
                    return .date(day.adding(months: Int(months)))
                }),
            .member(
                "monthsUntil", [.date, .date] => .int,
                implementation: .two { day, later, _ throws(EvaluationError) in
                    guard case .date(let day) = day, case .date(let later) = later else { return nil }
                    return .int(Int64(day.wholeMonths(until: later)))
                }),
        ]

    private static let dateParts: [(String, @Sendable (LocalTime) -> Int64)] = [
        ("getFullYear", { Int64($0.date.year + $0.shiftedYears) }),
        ("getMonth", { Int64($0.date.month - 1) }),
        ("getDate", { Int64($0.date.day) }),
        ("getDayOfMonth", { Int64($0.date.day - 1) }),
        ("getDayOfYear", { Int64($0.date.dayOfYear - 1) }),
        ("getDayOfWeek", { Int64($0.date.weekday.rawValue % 7) }),
    ]

    private static let timeParts:
        [(String, @Sendable (TimeOfDay, CELTimestamp) -> Int64, @Sendable (_ nanoseconds: Int64) -> Int64)] = [
            ("getHours", { time, _ in Int64(time.hour) }, { $0 / 3_600_000_000_000 }),
            ("getMinutes", { time, _ in Int64(time.minute) }, { $0 / 60_000_000_000 }),
            ("getSeconds", { time, _ in Int64(time.second) }, { $0 / 1_000_000_000 }),
            // Of a duration, the part below the second, unlike the other three: so says the standard.
            ("getMilliseconds", { _, instant in Int64(instant.nanoseconds / 1_000_000) }, { $0 / 1_000_000 % 1000 }),
        ]

    /// Date and time of an instant in a zone.
    static func civil(_ instant: CELTimestamp, in zone: String, _ meter: Meter) throws(EvaluationError) -> LocalTime {
        guard let offset = offset(ofZone: zone, at: instant, rules: meter.zones) else {
            throw unreadable(zone, "a time zone such as Africa/Casablanca or +01:00")
        }
        return LocalTime(secondsSinceEpoch: instant.secondsSinceEpoch + Int64(offset))
    }
}

/// A local date and time. West and east of Greenwich, those of the first and last instants are in the years 0 and 10000.
struct LocalTime {
    /// In a year of the calendar's range.
    let date: CivilDate
    let time: TimeOfDay
    /// How many years later than `date` the day really is: 0, or 400 either way, after which the calendar repeats.
    let shiftedYears: Int

    init(secondsSinceEpoch seconds: Int64) {
        let first = Int64(CivilDate.earliest.dayNumber) * 86_400, last = Int64(CivilDate.latest.dayNumber + 1) * 86_400
        shiftedYears = seconds < first ? -400 : seconds >= last ? 400 : 0
        let civil = CivilDateTime(secondsSinceEpoch: seconds - Int64(shiftedYears / 400) * 146_097 * 86_400)
        date = civil.date
        time = civil.time
    }

    init(_ date: CivilDate) {
        self.date = date
        time = TimeOfDay.midnight
        shiftedYears = 0
    }
}
