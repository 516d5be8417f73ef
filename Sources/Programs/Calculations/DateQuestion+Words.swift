import CivilTime

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
