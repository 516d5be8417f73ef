import CivilTime

extension CalendarSpan {
    /// Where the span begins and ends, as a sentence without its full stop.
    func words(_ days: ClosedRange<CivilDate>, in language: Language) -> String {
        let first = days.lowerBound.words(in: language)
        let last = days.upperBound.words(in: language)
        return switch (self, language) {
        case (.month, .english): "the month goes from \(first) to \(last)"
        case (.quarter, .english): "the quarter goes from \(first) to \(last)"
        case (.semester, .english): "the half-year goes from \(first) to \(last)"
        case (.year, .english): "the year goes from \(first) to \(last)"
        case (.month, .french): "le mois va du \(first) au \(last)"
        case (.quarter, .french): "le trimestre va du \(first) au \(last)"
        case (.semester, .french): "le semestre va du \(first) au \(last)"
        case (.year, .french): "l'année va du \(first) au \(last)"
        }
    }
}

extension CalendarSpan.Counting {
    /// Which day was looked for and found, as a sentence without its full stop.
    func words(_ number: Int, _ date: CivilDate, in language: Language) -> String {
        let day = date.words(in: language)
        let count = Int(number.magnitude)
        switch language {
        case .english:
            let name =
                switch self {
                case .everyDay: "day"
                case .workingDays: "working day"
                case .workableDays: "workable day"
                }
            let rank = number == -1 ? "last" : number > 0 ? Self.ordinal(count) : "\(Self.ordinal(count)) last"
            return "its \(rank) \(name) is \(day)"
        case .french:
            let name =
                switch self {
                case .everyDay: "jour"
                case .workingDays: "jour ouvré"
                case .workableDays: "jour ouvrable"
                }
            let rank = number == -1 ? "dernier" : count == 1 ? "1er" : "\(count)e"
            return "son \(rank) \(name)\(number < -1 ? " à partir de la fin" : "") est le \(day)"
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

extension CivilDate {
    /// Whether the day is worked and why not, as a sentence without its full stop.
    func workWords(in calendar: BusinessCalendar, _ language: Language) -> String {
        let day = words(in: language)
        let closure: Closure? =
            calendar.weekend.contains(weekday) ? .weekend : calendar.holiday(on: self).map(Closure.holiday)
        return switch (closure, language) {
        case (nil, .english): "\(day) is a working day"
        case (nil, .french): "\(day) est un jour ouvré"
        case (let closure?, .english): "\(day) is not worked: \(closure.words(in: .english))"
        case (let closure?, .french): "\(day) n'est pas un jour ouvré : \(closure.words(in: .french))"
        }
    }
}
