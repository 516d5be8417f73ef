/// The working days of a place: its weekend and its holidays.
package struct BusinessCalendar: Equatable, Sendable {
    /// As in `calendar: morocco`.
    package let name: String
    /// Ascending, without repetition.
    package let weekend: [Weekday]
    /// The holidays, in the order that names a day on which several fall.
    package let rules: [HolidayRule]
    /// Announced days of the Hijri calendar.
    package let proclamations: [HijriProclamation]

    /// The holidays of `computedYears`, by date; within a day in the order of the rules.
    private let computed: [Holiday]
    /// Day numbers of the provisional ones.
    private let computedEstimates: [Int]

    /// Years whose holidays are worked out in advance; those of others are worked out each time.
    private static let computedYears = 1970...2100
    /// How far a working day is looked for.
    static let longestClosure = 366

    /// A calendar without weekend and holidays: every day is a working day.
    package static let everyDay = BusinessCalendar(name: "every day", weekend: [], rules: [])

    /// Makes a calendar of rules.
    ///
    /// A calendar that closes for longer than a year, as one whose weekend has seven days, is taken to be open where a
    /// working day is looked for and none is found within a year.
    /// - Parameters:
    ///   - weekend: Days of the week that are never worked.
    ///   - rules: Holidays; when two fall on one day, the first rule names it.
    ///   - proclamations: Announced days of the Hijri calendar; of two for one month the last counts.
    package init(
        name: String, weekend: [Weekday] = [.saturday, .sunday], rules: [HolidayRule],
        proclamations: [HijriProclamation] = []
    ) {
        self.name = name
        self.weekend = Weekday.allCases.filter(weekend.contains)
        self.rules = rules
        self.proclamations = proclamations
        computed = Self.observances(of: rules, proclamations, in: Self.computedYears)
        computedEstimates = computed.filter(\.provisional).map(\.date.dayNumber)
    }

    /// The holidays of these years by date, those on a weekend too; several may fall on one day.
    package func holidays(in years: ClosedRange<Int>) -> [Holiday] {
        Self.observances(of: rules, proclamations, in: years)
    }

    /// The holiday on a day, the first rule's where there are several; absent when there is none.
    package func holiday(on date: CivilDate) -> Holiday? {
        let year = date.year
        let known = Self.computedYears.contains(year) ? computed : holidays(in: year...year)
        let index = known.partitioningIndex { $0.date >= date }
        return index < known.count && known[index].date == date ? known[index] : nil
    }

    /// Whether an estimated holiday falls in `days` or on the day before or after, and so may be moved into them.
    func estimate(near days: ClosedRange<CivilDate>) -> Holiday? {
        guard rules.contains(where: { if case .hijri = $0.occurrence { true } else { false } }) else { return nil }
        let wanted = days.lowerBound.dayNumber - 1...days.upperBound.dayNumber + 1
        let years = days.lowerBound.year - 1...days.upperBound.year + 1
        guard Self.computedYears.contains(years.lowerBound), Self.computedYears.contains(years.upperBound) else {
            return holidays(in: years).first { $0.provisional && wanted.contains($0.date.dayNumber) }
        }
        let index = computedEstimates.partitioningIndex { $0 >= wanted.lowerBound }
        guard index < computedEstimates.count, wanted.contains(computedEstimates[index]) else { return nil }
        let date = CivilDate(dayNumber: computedEstimates[index])
        let first = computed.partitioningIndex { $0.date >= date }
        return computed[first...].first(where: \.provisional)
    }
}

// MARK: Working days

extension BusinessCalendar {
    /// Neither weekend nor holiday; in French «jour ouvré».
    package func isWorkingDay(_ date: CivilDate) -> Bool { closure(on: date, of: .working) == nil }

    /// Monday to Saturday and no holiday; in French «jour ouvrable».
    package func isWorkableDay(_ date: CivilDate) -> Bool { closure(on: date, of: .workable) == nil }

    /// The day itself if it is a working day, else the next one.
    package func nextWorkingDay(onOrAfter date: CivilDate) -> CivilDate { nextDay(.working, from: date, step: 1) }

    /// The day itself if it is a working day, else the last one before.
    package func previousWorkingDay(onOrBefore date: CivilDate) -> CivilDate { nextDay(.working, from: date, step: -1) }

    /// The two ways of counting only days of work.
    enum DayKind { case working, workable }

    /// Why a day is not of the kind; absent when it is.
    func closure(on date: CivilDate, of kind: DayKind) -> Closure? {
        let weekday = date.weekday
        switch kind {
        case .working: if weekend.contains(weekday) { return .weekend }
        case .workable: if weekday == .sunday { return .weekend }
        }
        return holiday(on: date).map(Closure.holiday)
    }

    func nextDay(_ kind: DayKind, from date: CivilDate, step: Int) -> CivilDate {
        for distance in 0...Self.longestClosure {
            let candidate = date.adding(days: step * distance)
            if closure(on: candidate, of: kind) == nil { return candidate }
        }
        return date
    }
}

/// Why a day is not worked.
package enum Closure: Hashable, Sendable {
    case weekend
    case holiday(Holiday)
}

// MARK: Rules

extension BusinessCalendar {
    private static func observances(
        of rules: [HolidayRule], _ proclamations: [HijriProclamation], in years: ClosedRange<Int>
    ) -> [Holiday] {
        let years = years.clamped(to: 1...9999)
        var found: [(holiday: Holiday, rule: Int)] = []
        for (index, rule) in rules.enumerated() {
            let first = max(years.lowerBound, rule.firstYear ?? years.lowerBound)
            let last = min(years.upperBound, rule.lastYear ?? years.upperBound)
            guard first <= last else { continue }
            for holiday in rule.holidays(in: first...last, proclamations) { found.append((holiday, index)) }
        }
        return found.sorted { ($0.holiday.date, $0.rule) < ($1.holiday.date, $1.rule) }.map(\.holiday)
    }
}

extension HolidayRule {
    fileprivate func holidays(in years: ClosedRange<Int>, _ proclamations: [HijriProclamation]) -> [Holiday] {
        switch occurrence {
        case .fixed(let month, let day):
            years.compactMap { CivilDate(year: $0, month: month, day: day) }.map(certain)
        case .easter(let offset):
            years.map { certain(.easterSunday(year: $0).adding(days: offset)) }
        case .once(let date):
            years.contains(date.year) ? [certain(date)] : []
        case .hijri(let month, let day):
            hijriHolidays(in: years, month: month, day: day, proclamations.filter { $0.month == month })
        }
    }

    private func certain(_ date: CivilDate) -> Holiday { Holiday(date: date, name: name, source: source) }

    private func hijriHolidays(
        in years: ClosedRange<Int>, month: Int, day: Int, _ proclamations: [HijriProclamation]
    ) -> [Holiday] {
        guard (1...12).contains(month) else { return [] }
        let first = HijriCalendar.years(overlapping: years.lowerBound).lowerBound
        let last = HijriCalendar.years(overlapping: years.upperBound).upperBound
        var holidays: [Holiday] = []
        for year in first...last {
            let estimate = HijriCalendar.firstDay(year: year, month: month)
            // The same month comes back after 354 days, so half a month cannot mistake the year.
            let proclaimed = proclamations.last { abs($0.date.dayNumber - $0.day + 1 - estimate) <= 15 }
            let begin = proclaimed.map { $0.date.dayNumber - $0.day + 1 } ?? estimate
            let holiday = Holiday(
                date: CivilDate(dayNumber: begin + day - 1), name: name, provisional: proclaimed == nil,
                source: proclaimed?.source ?? source)
            if years.contains(holiday.date.year) { holidays.append(holiday) }
        }
        return holidays
    }
}

extension Array {
    /// The first index whose element satisfies `predicate`, which must hold from some element on to the end.
    func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
