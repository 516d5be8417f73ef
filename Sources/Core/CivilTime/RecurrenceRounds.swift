/// The readings of the clock that a rule selects, round by round, in ascending order and without end but the last year.
///
/// A round is a year, month, week, day, hour, minute or second. Within it each BY part adds or filters as the table in
/// RFC 5545, section 3.3.10 says; what the table leaves to the start is taken from it.
struct RecurrenceRounds: IteratorProtocol {
    private let rule: RecurrenceRule
    private let start: Int64
    /// No reading after this is of interest; seconds of the wall clock.
    private let end: Int64
    private let days: DaySelection
    /// Seconds since midnight for rules of whole days, ascending.
    private let times: [Int64]
    /// The current round: a year, a month (from year 0), a day number, or a count of hours, minutes or seconds.
    private var round: Int
    /// Readings of the current round.
    private var readings: [Int64] = []
    private var position = 0
    /// Whether the steps of a rule shorter than a day ever fall on a time that BYHOUR and smaller parts let through.
    private let canMeetTime: Bool
    /// Rounds examined since the last reading.
    private var fruitless = 0

    /// Rounds without a reading after which there will be no other.
    ///
    /// Dates and weekdays repeat after 400 years, so that many rounds of whole days have shown all there is. Shorter
    /// rounds stand here only for an hour, minute or second that their steps may meet on later days.
    private var longestSearch: Int {
        switch rule.frequency {
        case .yearly: 400
        case .monthly: 4800
        case .weekly: 20_871
        case .daily: DaySelection.cycle
        case .hourly, .minutely, .secondly: 500_000
        }
    }

    init(_ rule: RecurrenceRule, start: CivilDateTime, end: Int64) {
        self.rule = rule
        self.start = start.secondsSinceEpoch
        self.end = end
        days = DaySelection(rule, start: start.date)
        let hours = rule.byHour.isEmpty ? [start.time.hour] : rule.byHour.sorted()
        let minutes = rule.byMinute.isEmpty ? [start.time.minute] : rule.byMinute.sorted()
        let seconds = rule.bySecond.isEmpty ? [start.time.second] : Array(Set(rule.bySecond)).sorted()
        switch rule.frequency {
        case .hourly: times = Self.product([0], minutes, seconds)
        case .minutely: times = Self.product([0], [0], seconds)
        case .secondly: times = [0]
        default: times = Self.product(hours, minutes, seconds)
        }
        switch rule.frequency {
        case .yearly: round = start.date.year
        case .monthly: round = start.date.year * 12 + start.date.month - 1
        case .weekly:
            let lead = flooredDivision(start.date.weekday.rawValue - rule.weekStart.rawValue, by: 7).remainder
            round = start.date.dayNumber - lead
        case .daily: round = start.date.dayNumber
        case .hourly, .minutely, .secondly:
            round = Int(flooredDivision(start.secondsSinceEpoch, by: Int64(Self.unit(rule.frequency))).quotient)
        }
        canMeetTime = rule.frequency >= .daily || Self.canMeetTime(rule, from: round)
    }

    /// Steps meet a time of day if it is as far from the start as a multiple of what interval and day have in common.
    private static func canMeetTime(_ rule: RecurrenceRule, from start: Int) -> Bool {
        let unit = unit(rule.frequency)
        var (common, rest) = (86_400 / unit, rule.interval)
        while rest != 0 { (common, rest) = (rest, common % rest) }
        let first = flooredDivision(start, by: common).remainder
        return stride(from: first * unit, to: 86_400, by: common * unit).contains { filteredPart(rule, $0) == nil }
    }

    /// The largest part of a time of day that a rule shorter than a day filters out, in seconds; absent if none.
    private static func filteredPart(_ rule: RecurrenceRule, _ time: Int) -> Int? {
        func lacks(_ list: [Int], _ value: Int) -> Bool { !list.isEmpty && !list.contains(value) }
        let unit = unit(rule.frequency)
        if lacks(rule.byHour, time / 3600) { return 3600 }
        if unit < 3600, lacks(rule.byMinute, time / 60 % 60) { return 60 }
        if unit < 60, lacks(rule.bySecond, time % 60) { return 1 }
        return nil
    }

    private static func product(_ hours: [Int], _ minutes: [Int], _ seconds: [Int]) -> [Int64] {
        hours.flatMap { hour in
            minutes.flatMap { minute in seconds.map { Int64(hour * 3600 + minute * 60 + $0) } }
        }
    }

    /// Seconds in a round shorter than a day.
    private static func unit(_ frequency: RecurrenceRule.Frequency) -> Int {
        switch frequency {
        case .hourly: 3600
        case .minutely: 60
        default: 1
        }
    }

    mutating func next() -> Int64? {
        guard canMeetTime else { return nil }
        while true {
            while position < readings.count {
                position += 1
                let reading = readings[position - 1]
                if reading > end { return nil }
                if reading >= start { return reading }
            }
            guard fruitless < longestSearch, let next = nextRound() else { return nil }
            readings = next
            position = 0
            fruitless = next.isEmpty ? fruitless + 1 : 0
        }
    }

    /// The readings of the current round, after which the next one is current; absent when there is no round left.
    private mutating func nextRound() -> [Int64]? {
        guard rule.frequency >= .daily else { return nextShortRound() }
        var selected: [Int] = []
        switch rule.frequency {
        case .yearly:
            guard round <= 9999, Self.seconds(CivilDate.dayNumber(year: round, month: 1, day: 1)) <= end else {
                return nil
            }
            days.append(ofYear: round, to: &selected)
        case .monthly:
            let (year, month) = flooredDivision(round, by: 12)
            guard year <= 9999, Self.seconds(CivilDate.dayNumber(year: year, month: month + 1, day: 1)) <= end else {
                return nil
            }
            days.append(ofMonth: month + 1, year: year, to: &selected)
        default:
            guard round <= CivilDate.latest.dayNumber, Self.seconds(round) <= end else { return nil }
            for day in round..<round + (rule.frequency == .weekly ? 7 : 1) { days.append(day: day, to: &selected) }
        }
        round += rule.interval * (rule.frequency == .weekly ? 7 : 1)
        return positioned(selected.flatMap { day in times.map { Self.seconds(day) + $0 } })
    }

    private static func seconds(_ dayNumber: Int) -> Int64 { Int64(dayNumber) * 86_400 }

    /// An hour, minute or second: BYHOUR and smaller parts filter, larger steps skip what they leave out.
    private mutating func nextShortRound() -> [Int64]? {
        let unit = Self.unit(rule.frequency)
        let seconds = round * unit
        guard seconds <= end, seconds <= Int(Self.seconds(CivilDate.latest.dayNumber + 1)) else { return nil }
        let (day, time) = flooredDivision(seconds, by: 86_400)
        guard let selected = days.first(from: day) else { return nil }
        let target: Int
        if selected > day {
            target = selected * 86_400
        } else if let part = Self.filteredPart(rule, time) {
            target = (flooredDivision(seconds, by: part).quotient + 1) * part
        } else {
            round += rule.interval
            return positioned(times.map { Int64(seconds) + $0 })
        }
        // The first round of the rule's own steps that is not before the target.
        let steps = (target / unit - round + rule.interval - 1) / rule.interval
        round += max(steps, 1) * rule.interval
        return []
    }

    /// What BYSETPOS keeps.
    private func positioned(_ readings: [Int64]) -> [Int64] {
        guard !rule.byPosition.isEmpty else { return readings }
        let indexes = rule.byPosition.map { $0 > 0 ? $0 - 1 : readings.count + $0 }
        return Set(indexes).sorted().filter(readings.indices.contains).map { readings[$0] }
    }
}

/// The days a rule's BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY and BYDAY select.
private struct DaySelection: Sendable {
    private let months: [Int]
    private let monthDays: [Int]
    private let yearDays: [Int]
    private let weekNumbers: [Int]
    private let weekdays: [RecurrenceRule.NumberedWeekday]
    private let weekStart: Weekday
    /// Numbered weekdays are counted within the month, else within the year.
    private let numbersWithinMonth: Bool

    init(_ rule: RecurrenceRule, start: CivilDate) {
        let givesDay =
            !(rule.byMonthDay.isEmpty && rule.byYearDay.isEmpty && rule.byWeekNumber.isEmpty && rule.byDay.isEmpty)
        var months = rule.byMonth
        var monthDays = rule.byMonthDay
        var weekdays = rule.byDay
        // What no part says is as in the start.
        if !givesDay {
            switch rule.frequency {
            case .yearly:
                if months.isEmpty { months = [start.month] }
                monthDays = [start.day]
            case .monthly: monthDays = [start.day]
            case .weekly: weekdays = [.init(nil, start.weekday)]
            default: break
            }
        }
        self.months = months.sorted()
        self.monthDays = monthDays
        self.weekdays = weekdays
        yearDays = rule.byYearDay
        weekNumbers = rule.byWeekNumber
        weekStart = rule.weekStart
        numbersWithinMonth = rule.frequency == .monthly || !rule.byMonth.isEmpty
    }

    func append(ofYear year: Int, to selected: inout [Int]) {
        for month in months.isEmpty ? Array(1...12) : months { append(ofMonth: month, year: year, to: &selected) }
    }

    func append(ofMonth month: Int, year: Int, to selected: inout [Int]) {
        guard months.isEmpty || months.contains(month) else { return }
        let first = CivilDate.dayNumber(year: year, month: month, day: 1)
        for day in 1...CivilDate.daysInMonth(year: year, month: month)
        where matches(first + day - 1, year: year, month: month, day: day) {
            selected.append(first + day - 1)
        }
    }

    func append(day dayNumber: Int, to selected: inout [Int]) {
        if matches(dayNumber) { selected.append(dayNumber) }
    }

    /// Days after which dates and weekdays repeat: 400 years.
    static let cycle = 146_097

    /// The first selected day from a day on; absent when there is none in the calendar.
    func first(from dayNumber: Int) -> Int? {
        (dayNumber..<dayNumber + Self.cycle).first(where: matches)
    }

    private func matches(_ dayNumber: Int) -> Bool {
        let date = CivilDate(dayNumber: dayNumber)
        guard date.dayNumber == dayNumber else { return false }
        let (year, month, day) = date.fields
        return matches(dayNumber, year: year, month: month, day: day)
    }

    private func matches(_ dayNumber: Int, year: Int, month: Int, day: Int) -> Bool {
        guard months.isEmpty || months.contains(month) else { return false }
        let monthLength = CivilDate.daysInMonth(year: year, month: month)
        if !monthDays.isEmpty, !monthDays.contains(day), !monthDays.contains(day - monthLength - 1) { return false }
        let yearLength = CivilDate.isLeap(year: year) ? 366 : 365
        let dayOfYear = dayNumber - CivilDate.dayNumber(year: year, month: 1, day: 1) + 1
        if !yearDays.isEmpty, !yearDays.contains(dayOfYear), !yearDays.contains(dayOfYear - yearLength - 1) {
            return false
        }
        if !weekNumbers.isEmpty, !isInSelectedWeek(dayNumber) { return false }
        guard !weekdays.isEmpty else { return true }
        let weekday = CivilDate(dayNumber: dayNumber).weekday
        let (index, length) = numbersWithinMonth ? (day, monthLength) : (dayOfYear, yearLength)
        return weekdays.contains { wanted in
            guard wanted.weekday == weekday else { return false }
            guard let number = wanted.number else { return true }
            return number > 0 ? (index - 1) / 7 + 1 == number : (length - index) / 7 + 1 == -number
        }
    }

    /// Whether the day's week has a selected number; the first week of a year is the first with four days in it.
    private func isInSelectedWeek(_ dayNumber: Int) -> Bool {
        let (year, number) = week(of: dayNumber)
        guard !weekNumbers.contains(number) else { return true }
        let weeks = week(of: CivilDate.dayNumber(year: year, month: 12, day: 28)).number
        return weekNumbers.contains(number - weeks - 1)
    }

    private func week(of dayNumber: Int) -> (year: Int, number: Int) {
        let weekday = CivilDate(dayNumber: dayNumber).weekday
        let lead = flooredDivision(weekday.rawValue - weekStart.rawValue, by: 7).remainder
        let fourthDay = CivilDate(dayNumber: dayNumber - lead + 3)
        return (fourthDay.year, (fourthDay.dayOfYear - 1) / 7 + 1)
    }
}
