/// Why a text is not a period: what is wrong with it and what is allowed.
package struct PeriodError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and what is allowed.
    package var message: String
    /// The same as ``message``.
    package var description: String { message }
}

extension Period {
    /// Reads words, as `30 days` or `5 clear days`, or ISO 8601, as `P30D`, `P1Y6M` or `PT36H`.
    ///
    /// ISO parts that can be one unit are: years and months as months, weeks and days as days, hours, minutes and
    /// seconds as the smallest of them.
    /// - Throws: ``PeriodError`` for any other text, saying what is allowed.
    package init(parsing text: String) throws(PeriodError) {
        self = try text.utf8.first == UInt8(ascii: "P") ? Self.iso(text) : Self.words(text)
    }

    private static let allowedWords = """
        a number and a unit: seconds, minutes, hours, days, working days, workable days, clear days, weeks, months or \
        years; or ISO 8601, as P30D
        """

    private static func words(_ text: String) throws(PeriodError) -> Period {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else {
            throw PeriodError(message: "'\(text)' is not a period: write \(allowedWords)")
        }
        var scanner = ByteScanner(parts[0])
        guard let count = scanner.number(), scanner.isAtEnd else {
            throw PeriodError(message: "'\(text)' does not begin with a whole number: write \(allowedWords)")
        }
        guard let unit = PeriodUnit.named(String(parts[1])) else {
            throw PeriodError(message: "'\(parts[1])' is not a unit of time: write \(allowedWords)")
        }
        return try checked(count, unit, text)
    }

    private static func checked(_ count: Int, _ unit: PeriodUnit, _ text: String) throws(PeriodError) -> Period {
        guard count <= largestCount(of: unit) else {
            throw PeriodError(message: "'\(text)' is longer than \(longestYears) years, the longest period there is")
        }
        return Period(count, unit)
    }

    // MARK: ISO 8601

    private static func iso(_ text: String) throws(PeriodError) -> Period {
        var parts: [(count: Int, unit: PeriodUnit)] = []
        var scanner = ByteScanner(text)
        _ = scanner.accept("P")
        var inTime = false
        while !scanner.isAtEnd {
            if !inTime, scanner.accept("T") {
                inTime = true
                continue
            }
            guard let count = scanner.number(), let unit = isoUnit(&scanner, inTime: inTime),
                parts.last.map({ isoRank($0.unit) < isoRank(unit) }) ?? true
            else {
                throw PeriodError(message: isoProblem(text))
            }
            parts.append((count, unit))
        }
        guard let last = parts.last, !text.hasSuffix("T") else { throw PeriodError(message: isoProblem(text)) }
        return try merged(parts, last.unit, text)
    }

    private static func isoProblem(_ text: String) -> String {
        "'\(text)' is not an ISO 8601 period: write whole numbers in the order P…Y…M…W…DT…H…M…S, as P30D, P1Y6M or PT36H"
    }

    private static func isoUnit(_ scanner: inout ByteScanner, inTime: Bool) -> PeriodUnit? {
        if inTime {
            return scanner.accept("H") ? .hours : scanner.accept("M") ? .minutes : scanner.accept("S") ? .seconds : nil
        }
        if scanner.accept("Y") { return .years }
        if scanner.accept("M") { return .months }
        if scanner.accept("W") { return .weeks }
        return scanner.accept("D") ? .days : nil
    }

    private static func isoRank(_ unit: PeriodUnit) -> Int {
        [.years, .months, .weeks, .days, .hours, .minutes, .seconds].firstIndex(of: unit) ?? 0
    }

    /// One period of several parts, in the smallest unit named; parts that are zero do not matter.
    private static func merged(
        _ parts: [(count: Int, unit: PeriodUnit)], _ smallest: PeriodUnit, _ text: String
    ) throws(PeriodError) -> Period {
        let present = parts.filter { $0.count > 0 }
        guard let unit = present.last?.unit else { return Period(0, smallest) }
        var sum = 0
        for part in present {
            guard let factor = factor(of: part.unit, in: unit) else {
                throw PeriodError(
                    message: """
                        '\(text)' mixes \(part.unit.words(2, in: .english)) and \(unit.words(2, in: .english)), which have \
                        no fixed ratio: write years with months, weeks with days, or hours with minutes and seconds
                        """)
            }
            sum += try checked(part.count, part.unit, text).count * factor
        }
        return try checked(sum, unit, text)
    }

    private static func factor(of unit: PeriodUnit, in smaller: PeriodUnit) -> Int? {
        if unit == smaller { return 1 }
        if unit == .years, smaller == .months { return 12 }
        if unit == .weeks, smaller == .days { return 7 }
        guard let seconds = unit.seconds, let divisor = smaller.seconds else { return nil }
        return seconds / divisor
    }
}
