/// The Umm al-Qura calendar of Saudi Arabia: an estimate of where lunar months begin in other countries.
///
/// Countries that watch for the crescent, as Morocco does, begin a month on the same day or a day later, seldom earlier.
enum HijriCalendar {
    /// The years whose months are tabulated, 14 March 1937 to 16 November 2077.
    static let tabulatedYears = 1356...1500

    /// The day number of the first day of a month, 1...12.
    ///
    /// Outside the tabulated years: the arithmetical calendar, which may be two days off.
    static func firstDay(year: Int, month: Int) -> Int {
        guard tabulatedYears.contains(year) else { return arithmeticalFirstDay(year: year, month: month) }
        let index = year - tabulatedYears.lowerBound
        let earlierMonths = longMonths[index] & (1 << (month - 1) - 1)
        return firstDays[index] + 29 * (month - 1) + earlierMonths.nonzeroBitCount
    }

    /// The Hijri years that have a day in a Gregorian year.
    static func years(overlapping year: Int) -> ClosedRange<Int> {
        // A lunar year has 354.367 days; the bounds are wide by one year on each side.
        let estimate = Int((Double(year) - 622) * 365.2425 / 354.367)
        return estimate - 1...estimate + 2
    }

    /// Eleven leap days in thirty years; 1 Muharram of year 1 is 16 July 622 of the Julian calendar (19 July Gregorian).
    private static func arithmeticalFirstDay(year: Int, month: Int) -> Int {
        let leapDays = flooredDivision(3 + 11 * year, by: 30).quotient
        return (year - 1) * 354 + leapDays + 29 * (month - 1) + month / 2 - 492_148
    }

    /// The day number of 1 Muharram of each tabulated year.
    private static let firstDays: [Int] = longMonths.dropLast().reduce(into: [-11_981]) { days, months in
        days.append(days[days.count - 1] + 29 * 12 + months.nonzeroBitCount)
    }

    /// A bit for each month of 30 days, the lowest for Muharram; the other months have 29.
    private static let longMonths: [UInt16] = [
        0xEAA, 0xE94, 0xD2A, 0xC56, 0x4AE, 0xA6D, 0x56A, 0xD55, 0xD4A, 0xA93, 0x52B, 0xA5B,
        0x53A, 0x6B5, 0xEA9, 0xD52, 0xD29, 0xA55, 0x4AD, 0x56D, 0xAEA, 0x6E4, 0xED1, 0xDA2,
        0xAAA, 0x95A, 0x2DA, 0x5B9, 0xBB2, 0x764, 0x6C9, 0x555, 0x2AB, 0x4DB, 0xABA, 0x5B4,
        0xDA9, 0xD52, 0xAA5, 0x92D, 0x26D, 0x8ED, 0x2DA, 0xAD5, 0xAA5, 0xA4B, 0x497, 0x937,
        0x2B6, 0x975, 0xD69, 0xD52, 0xC95, 0x92B, 0x25B, 0x4DB, 0x9D5, 0x5D2, 0xDA5, 0xD4A,
        0xA95, 0x54D, 0xAAD, 0x3AA, 0xBD2, 0xBC4, 0xB89, 0xA95, 0x52D, 0x5AD, 0xB6A, 0x6D4,
        0xDC9, 0xD92, 0xAA6, 0x956, 0x2AE, 0x56D, 0x36A, 0xB55, 0xAAA, 0x94D, 0x49D, 0x95D,
        0x2BA, 0x5B5, 0x5AA, 0xD55, 0xA9A, 0x92E, 0x26E, 0x55D, 0xADA, 0x6D4, 0x6A5, 0xB27,
        0xA4D, 0x4AD, 0x56D, 0xB5A, 0x754, 0xF49, 0xE92, 0xD26, 0xA56, 0x356, 0x6B5, 0xBAA,
        0xB92, 0xB25, 0x68B, 0xA9B, 0x55A, 0xADA, 0x5B4, 0xDA9, 0xB52, 0xA9A, 0x536, 0x276,
        0x575, 0xAF2, 0x6D4, 0x6A9, 0x555, 0x2AD, 0x4BD, 0x9BA, 0x574, 0xB69, 0xB52, 0xA95,
        0x52D, 0xA5D, 0x4DA, 0xAD9, 0x6B2, 0xE95, 0xE2A, 0xC96, 0x92E, 0xAAD, 0x56A, 0xD65,
        0xD4A,
    ]
}
