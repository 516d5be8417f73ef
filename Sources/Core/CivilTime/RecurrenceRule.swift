/// A recurrence rule (`RRULE`) of RFC 5545, section 3.3.10, without the start it counts from.
package struct RecurrenceRule: Equatable, Sendable {
    /// How long one round of the rule is.
    package enum Frequency: String, CaseIterable, Comparable, Sendable {
        case secondly = "SECONDLY"
        case minutely = "MINUTELY"
        case hourly = "HOURLY"
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"

        /// Shorter rounds are less.
        package static func < (left: Frequency, right: Frequency) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// A weekday, or the nth of them in a month or year; from the end when negative.
    package struct NumberedWeekday: Equatable, Sendable {
        /// Absent for every such day.
        package var number: Int?
        /// The day of the week.
        package var weekday: Weekday

        /// Every such day, or the one with this number.
        package init(_ number: Int? = nil, _ weekday: Weekday) {
            self.number = number
            self.weekday = weekday
        }
    }

    /// The last moment at which the rule may occur, included.
    package enum Until: Equatable, Sendable {
        /// With this day.
        case date(CivilDate)
        /// By the clock of the recurrence's own start.
        case local(CivilDateTime)
        /// At an instant.
        case instant(Timestamp)
    }

    /// How long one round is.
    package var frequency: Frequency
    /// 1 or more: every second round for 2, and so on.
    package var interval = 1
    /// How many times the rule occurs; absent for no limit.
    package var count: Int?
    /// Absent for no limit.
    package var until: Until?
    /// 0...59; a leap second is written 60 and read as 59.
    package var bySecond: [Int] = []
    /// 0...59.
    package var byMinute: [Int] = []
    /// 0...23.
    package var byHour: [Int] = []
    /// Days of the week; the day must be one of them.
    package var byDay: [NumberedWeekday] = []
    /// 1...31, or -31...-1 from the end.
    package var byMonthDay: [Int] = []
    /// 1...366, or -366...-1 from the end.
    package var byYearDay: [Int] = []
    /// 1...53, or -53...-1 from the end.
    package var byWeekNumber: [Int] = []
    /// 1...12.
    package var byMonth: [Int] = []
    /// Which of a round's occurrences are kept: 1...366, or -366...-1 from the end.
    package var byPosition: [Int] = []
    /// The day on which weeks begin, for rounds of weeks and for week numbers.
    package var weekStart = Weekday.monday

    /// A rule with this frequency and no other part; set the parts as needed.
    package init(_ frequency: Frequency) { self.frequency = frequency }
}

/// Why a text is not a recurrence: what is wrong and where.
package struct RecurrenceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and what is allowed.
    package var message: String
    /// Where in the text, in bytes from 1.
    package var column: Int

    /// The place and the message.
    package var description: String { "column \(column): \(message)" }
}
