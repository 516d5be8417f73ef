// The basic format of ISO 8601, without hyphens and colons, which iCalendar writes dates and times in.

extension CivilDate {
    /// Reads `20210924`; absent for anything else.
    package init?(basic text: some StringProtocol) {
        var scanner = ByteScanner(text)
        guard let date = CivilDate(basic: &scanner), scanner.isAtEnd else { return nil }
        self = date
    }

    fileprivate init?(basic scanner: inout ByteScanner) {
        guard let year = scanner.digits(4), let month = scanner.digits(2), let day = scanner.digits(2) else {
            return nil
        }
        self.init(year: year, month: month, day: day)
    }

    /// `20210924`.
    package var basic: String {
        let (year, month, day) = fields
        return padded(year, 4) + padded(month, 2) + padded(day, 2)
    }
}

extension CivilDateTime {
    /// Reads `20210924T163000`; absent for anything else.
    package init?(basic text: some StringProtocol) {
        var scanner = ByteScanner(text)
        guard let date = CivilDate(basic: &scanner), scanner.accept("T"), let hour = scanner.digits(2),
            let minute = scanner.digits(2), let second = scanner.digits(2), scanner.isAtEnd,
            let time = TimeOfDay(hour: hour, minute: minute, second: second)
        else { return nil }
        self.init(date: date, time: time)
    }

    /// `20210924T163000`.
    package var basic: String {
        "\(date.basic)T\(padded(time.hour, 2))\(padded(time.minute, 2))\(padded(time.second, 2))"
    }
}
