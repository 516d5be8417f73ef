// Dates, times and distances as people read them in messages.

extension CivilDate {
    /// `Friday 24 September 2021`, `vendredi 24 septembre 2021`; the first of a month is `1er` in French.
    package func words(in language: Language) -> String {
        "\(weekday.words(in: language)) \(wordsWithoutWeekday(in: language))"
    }

    /// `24 September 2021`, `1er septembre 2021`: as articles of law and periods of validity are dated.
    package func wordsWithoutWeekday(in language: Language) -> String {
        let (year, month, day) = fields
        let number = language == .french && day == 1 ? "1er" : "\(day)"
        return "\(number) \(Self.monthName(month, in: language)) \(year)"
    }

    /// The name of a month, 1...12: `September`, `septembre`.
    package static func monthName(_ month: Int, in language: Language) -> String {
        switch language {
        case .english:
            [
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December",
            ][month - 1]
        case .french:
            [
                "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
                "novembre", "décembre",
            ][month - 1]
        }
    }
}

extension Weekday {
    /// `Friday`, `vendredi`.
    package func words(in language: Language) -> String {
        switch language {
        case .english:
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][rawValue - 1]
        case .french:
            ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"][rawValue - 1]
        }
    }
}

extension TimeOfDay {
    /// `16:30`; in French `16 h 30`, `16 h`, and with seconds `23 h 59 min 59 s`.
    package func words(in language: Language) -> String {
        guard language == .french else { return description }
        if second != 0 { return "\(hour) h \(padded(minute, 2)) min \(padded(second, 2)) s" }
        return minute == 0 ? "\(hour) h" : "\(hour) h \(padded(minute, 2))"
    }
}

extension CivilDateTime {
    /// `Friday 24 September 2021 at 16:30`, `vendredi 24 septembre 2021 à 16 h 30`.
    package func words(in language: Language) -> String {
        "\(date.words(in: language)) \(language == .french ? "à" : "at") \(time.words(in: language))"
    }
}

extension CivilDate {
    /// The end of this day: `Friday 24 September 2021 at 24:00`, `vendredi 24 septembre 2021 à 24 h`.
    package func endWords(in language: Language) -> String {
        "\(words(in: language)) " + (language == .french ? "à 24 h" : "at 24:00")
    }

    /// How far this day is from `today`: `today`, `tomorrow`, `in 7 days`, `3 days ago`; `dans 7 jours`, `il y a 3 jours`.
    package func distanceWords(from today: CivilDate, in language: Language) -> String {
        let days = today.days(to: self)
        let amount = "\(abs(days)) \(PeriodUnit.days.words(abs(days), in: language))"
        switch (language, days) {
        case (.english, 0): return "today"
        case (.english, 1): return "tomorrow"
        case (.english, -1): return "yesterday"
        case (.english, 2...): return "in \(amount)"
        case (.english, _): return "\(amount) ago"
        case (.french, 0): return "aujourd'hui"
        case (.french, 1): return "demain"
        case (.french, -1): return "hier"
        case (.french, 2...): return "dans \(amount)"
        case (.french, _): return "il y a \(amount)"
        }
    }
}
