/// A day and a time as a calendar and a clock on the wall show them; a zone makes it an instant.
package struct CivilDateTime: Hashable, Comparable, Sendable {
    /// The day on the calendar.
    package var date: CivilDate
    /// The time on the clock.
    package var time: TimeOfDay

    /// The given time of the given day.
    package init(date: CivilDate, time: TimeOfDay) {
        self.date = date
        self.time = time
    }

    /// Reads `2021-09-24T16:30` or `2021-09-24T16:30:00`; absent for anything else.
    package init?(iso text: some StringProtocol) {
        var scanner = ByteScanner(text)
        guard let date = CivilDate(&scanner), scanner.accept("T"), let time = TimeOfDay(&scanner), scanner.isAtEnd
        else { return nil }
        self.init(date: date, time: time)
    }

    /// The wall clock's reading that many seconds after it read 1970-01-01T00:00; outside the dates' range, its end.
    package init(secondsSinceEpoch seconds: Int64) {
        let earliest = Int64(CivilDate.earliest.dayNumber) * 86_400
        let latest = Int64(CivilDate.latest.dayNumber) * 86_400 + 86_399
        let split = flooredDivision(min(max(seconds, earliest), latest), by: 86_400)
        date = CivilDate(dayNumber: Int(split.quotient))
        time = TimeOfDay(secondsSinceMidnight: Int(split.remainder)) ?? .midnight
    }

    /// Seconds of the wall clock since it read 1970-01-01T00:00, as if no clock were ever changed.
    package var secondsSinceEpoch: Int64 { Int64(date.dayNumber) * 86_400 + Int64(time.secondsSinceMidnight) }

    /// `2021-09-24T16:30`, with the seconds only when there are some.
    package var iso: String { "\(date)T\(time)" }

    /// Earlier readings are less.
    package static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
        (left.date, left.time) < (right.date, right.time)
    }
}

extension CivilDateTime: CustomStringConvertible {
    /// The same as ``iso``.
    package var description: String { iso }
}
