/// A time on a clock's face, to the second, from 00:00:00 to 23:59:59.
package struct TimeOfDay: Hashable, Comparable, Sendable {
    /// 0..<86,400.
    package let secondsSinceMidnight: Int

    /// 00:00:00.
    package static let midnight = TimeOfDay(unchecked: 0)
    /// 23:59:59, what a date limit without an hour means (RULES T-07).
    package static let lastSecond = TimeOfDay(unchecked: 86_399)

    private init(unchecked seconds: Int) { secondsSinceMidnight = seconds }

    /// Absent outside 0..<86,400.
    package init?(secondsSinceMidnight: Int) {
        guard (0..<86_400).contains(secondsSinceMidnight) else { return nil }
        self.init(unchecked: secondsSinceMidnight)
    }

    /// Absent when a number is outside its range: hour 0...23, minute and second 0...59.
    package init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
        self.init(unchecked: hour * 3600 + minute * 60 + second)
    }

    /// Reads `16:30` or `16:30:00`; absent for anything else. There is no 24:00.
    package init?(iso text: some StringProtocol) {
        var scanner = ByteScanner(text)
        guard let time = TimeOfDay(&scanner), scanner.isAtEnd else { return nil }
        self = time
    }

    /// Reads `16:30` or `16:30:00` at the scanner's place and leaves the rest.
    init?(_ scanner: inout ByteScanner) {
        guard let hour = scanner.digits(2), scanner.accept(":"), let minute = scanner.digits(2) else { return nil }
        var second = 0
        if scanner.accept(":") {
            guard let digits = scanner.digits(2) else { return nil }
            second = digits
        }
        self.init(hour: hour, minute: minute, second: second)
    }

    /// 0...23.
    package var hour: Int { secondsSinceMidnight / 3600 }
    /// 0...59.
    package var minute: Int { secondsSinceMidnight / 60 % 60 }
    /// 0...59.
    package var second: Int { secondsSinceMidnight % 60 }

    /// Earlier times are less.
    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.secondsSinceMidnight < right.secondsSinceMidnight
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// `16:30`, with the seconds only when there are some: `16:30:05`.
    package var description: String {
        let minutes = "\(padded(hour, 2)):\(padded(minute, 2))"
        return second == 0 ? minutes : "\(minutes):\(padded(second, 2))"
    }
}
