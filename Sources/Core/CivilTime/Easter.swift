extension CivilDate {
    /// Easter Sunday of a year (1...9999) in the Gregorian calendar.
    ///
    /// Source: the "anonymous" algorithm in Nature, 20 April 1876, p. 487, as given by J. Meeus, Astronomical Algorithms.
    package static func easterSunday(year: Int) -> CivilDate {
        let (century, yearOfCentury) = year.quotientAndRemainder(dividingBy: 100)
        let golden = year % 19
        let correction = century - century / 4 - (8 * century + 13) / 25
        let epact = (correction + 19 * golden + 15) % 30
        let fullMoon = epact - (golden + 11 * epact) / 319
        let toSunday = (2 * (century % 4) + 2 * (yearOfCentury / 4) - yearOfCentury % 4 - fullMoon + 32) % 7
        return CivilDate(dayNumber: dayNumber(year: year, month: 3, day: 22) + fullMoon + toSunday)
    }
}
