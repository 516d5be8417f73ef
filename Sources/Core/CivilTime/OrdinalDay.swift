/// A day by its place in a stretch of days: `first working day`, `2nd last Friday`.
package struct OrdinalDay: Hashable, Sendable {
    /// From 1, or from -1, the last, backwards; never 0.
    package let number: Int
    /// Which days are counted.
    package let counting: CalendarSpan.Counting

    /// - Precondition: `number` is not 0.
    package init(_ number: Int, _ counting: CalendarSpan.Counting) {
        precondition(number != 0, "days are counted from 1, or from -1 backwards")
        self.number = number
        self.counting = counting
    }

    /// `first` to `fifth`, in order.
    static let ranks = ["first", "second", "third", "fourth", "fifth"]

    /// The number a rank stands for: `first`, `2nd`, up to 366.
    static func rank(_ word: some StringProtocol) -> Int? {
        if let place = ranks.firstIndex(where: { $0 == word }) { return place + 1 }
        var scanner = ByteScanner(word)
        guard let number = scanner.number(), (1...366).contains(number),
            ["st", "nd", "rd", "th"].contains(String(word.drop { $0.isNumber }))
        else { return nil }
        return number
    }

    /// The day in a stretch; absent where it has fewer such days.
    package func day(in days: ClosedRange<CivilDate>, calendar: BusinessCalendar) -> CivilDate? {
        guard number.magnitude <= days.lowerBound.days(to: days.upperBound) + 1 else { return nil }
        let step = number > 0 ? 1 : -1
        let end = step > 0 ? days.upperBound : days.lowerBound
        var left = number.magnitude
        var day = step > 0 ? days.lowerBound : days.upperBound
        while true {
            if counting.counts(day, calendar) { left -= 1 }
            if left == 0 { return day }
            guard day != end else { return nil }
            day = day.adding(days: step)
        }
    }

    /// The day in a stretch and the reasoning; absent where it has fewer such days.
    ///
    /// - Parameter span: What the stretch is called, where it is a span of the calendar.
    package func derived(
        in days: ClosedRange<CivilDate>, span: CalendarSpan? = nil, calendar: BusinessCalendar, roll: Roll = .none
    ) -> DerivedDate? {
        guard let found = day(in: days, calendar: calendar) else { return nil }
        var derivation = Derivation(calendar: calendar, steps: [.stretch(span, days.lowerBound, days.upperBound)])
        derivation.skip(number > 0 ? days.lowerBound...found : found...days.upperBound, counting)
        derivation.steps.append(.place(self, found))
        return derivation.finish(found, roll)
    }
}

extension CalendarSpan.Counting {
    /// Whether a day is one of those counted.
    fileprivate func counts(_ day: CivilDate, _ calendar: BusinessCalendar) -> Bool {
        switch self {
        case .everyDay: true
        case .workingDays: calendar.isWorkingDay(day)
        case .workableDays: calendar.isWorkableDay(day)
        case .weekday(let weekday): day.weekday == weekday
        }
    }
}

extension Derivation {
    /// Notes what is not counted among the days passed over.
    fileprivate mutating func skip(_ days: ClosedRange<CivilDate>, _ counting: CalendarSpan.Counting) {
        let kind: BusinessCalendar.DayKind
        switch counting {
        case .everyDay, .weekday: return
        case .workingDays: kind = .working
        case .workableDays: kind = .workable
        }
        var weekendDays = 0
        for number in days.lowerBound.dayNumber...days.upperBound.dayNumber {
            switch calendar.closure(on: CivilDate(dayNumber: number), of: kind) {
            case .weekend: weekendDays += 1
            case .holiday(let holiday): steps.append(.skippedHoliday(holiday))
            case nil: break
            }
        }
        if weekendDays > 0 { steps.append(.skippedWeekend(days: weekendDays)) }
        noteEstimates(days.lowerBound, days.upperBound)
    }
}

// MARK: In words

extension CalendarSpan {
    /// The span with its article: `the month`, `l'année`.
    func nameWords(in language: Language) -> String {
        switch (self, language) {
        case (.month, .english): "the month"
        case (.quarter, .english): "the quarter"
        case (.semester, .english): "the half-year"
        case (.year, .english): "the year"
        case (.month, .french): "le mois"
        case (.quarter, .french): "le trimestre"
        case (.semester, .french): "le semestre"
        case (.year, .french): "l'année"
        }
    }
}

extension OrdinalDay {
    /// Which day is looked for: `last working day`, `dernier jour ouvré`.
    package func words(in language: Language) -> String {
        let count = Int(number.magnitude)
        switch language {
        case .english:
            let name =
                switch counting {
                case .everyDay: "day"
                case .workingDays: "working day"
                case .workableDays: "workable day"
                case .weekday(let weekday): weekday.words(in: .english)
                }
            let rank = number == -1 ? "last" : number > 0 ? Self.ordinal(count) : "\(Self.ordinal(count)) last"
            return "\(rank) \(name)"
        case .french:
            let name =
                switch counting {
                case .everyDay: "jour"
                case .workingDays: "jour ouvré"
                case .workableDays: "jour ouvrable"
                case .weekday(let weekday): weekday.words(in: .french)
                }
            let rank = number == -1 ? "dernier" : count == 1 ? "1er" : "\(count)e"
            return "\(rank) \(name)\(number < -1 ? " à partir de la fin" : "")"
        }
    }

    /// `1st`, `2nd`, `3rd`, `11th`.
    private static func ordinal(_ number: Int) -> String {
        let ending =
            switch (number % 100, number % 10) {
            case (11...13, _): "th"
            case (_, 1): "st"
            case (_, 2): "nd"
            case (_, 3): "rd"
            default: "th"
            }
        return "\(number)\(ending)"
    }
}
