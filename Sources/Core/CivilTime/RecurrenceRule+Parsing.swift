extension RecurrenceRule {
    /// Reads a rule, as `FREQ=MONTHLY;BYDAY=-1FR`, with or without `RRULE:` before it, in capitals or not.
    ///
    /// - Throws: ``RecurrenceError`` at the part that RFC 5545 does not allow, saying what it allows.
    package init(parsing text: String) throws(RecurrenceError) {
        var parser = RuleParser(text)
        self = try parser.parse()
    }
}

/// The parts of a rule and the places where they stand.
private struct RuleParser {
    private let bytes: [UInt8]
    private var columns: [String: Int] = [:]

    init(_ text: String) {
        bytes = text.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 }
    }

    /// A piece of the text and its column.
    private struct Piece {
        var text: String
        var column: Int
    }

    private static let names = [
        "FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY",
        "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST",
    ]

    mutating func parse() throws(RecurrenceError) -> RecurrenceRule {
        let prefix = Array("RRULE:".utf8)
        let begin = bytes.starts(with: prefix) ? prefix.count : 0
        var parts: [(name: String, value: Piece)] = []
        for part in split(begin..<bytes.count, at: ";") {
            let range = part.column - 1..<part.column - 1 + part.text.utf8.count
            let sides = split(range, at: "=")
            guard sides.count == 2 else {
                throw RecurrenceError(message: "'\(part.text)' is not a part as FREQ=DAILY", column: part.column)
            }
            guard Self.names.contains(sides[0].text) else {
                let known = Self.names.joined(separator: ", ")
                throw RecurrenceError(
                    message: "'\(sides[0].text)' is not a part; there are \(known)", column: part.column)
            }
            guard columns.updateValue(part.column, forKey: sides[0].text) == nil else {
                throw RecurrenceError(message: "\(sides[0].text) is given twice", column: part.column)
            }
            parts.append((sides[0].text, sides[1]))
        }
        let frequencies = RecurrenceRule.Frequency.allCases.map(\.rawValue).joined(separator: ", ")
        guard let given = parts.first(where: { $0.name == "FREQ" })?.value else {
            throw RecurrenceError(message: "FREQ is missing: write FREQ= and one of \(frequencies)", column: begin + 1)
        }
        guard let frequency = RecurrenceRule.Frequency(rawValue: given.text) else {
            throw RecurrenceError(message: "'\(given.text)' is not one of \(frequencies)", column: given.column)
        }
        var rule = RecurrenceRule(frequency)
        for (name, value) in parts { try set(name, value, &rule) }
        try checkCombination(rule)
        return rule
    }

    private func split(_ range: Range<Int>, at separator: Unicode.Scalar) -> [Piece] {
        var pieces: [Piece] = []
        var start = range.lowerBound
        for index in range.lowerBound...range.upperBound
        where index == range.upperBound || bytes[index] == UInt8(ascii: separator) {
            pieces.append(Piece(text: String(decoding: bytes[start..<index], as: UTF8.self), column: start + 1))
            start = index + 1
        }
        return pieces
    }

    private func set(_ name: String, _ value: Piece, _ rule: inout RecurrenceRule) throws(RecurrenceError) {
        switch name {
        case "INTERVAL": rule.interval = try number(value, 1...Int(Int32.max), signed: false)
        case "COUNT": rule.count = try number(value, 1...Int(Int32.max), signed: false)
        case "UNTIL": rule.until = try until(value)
        case "WKST":
            let day = try weekday(value)
            guard day.number == nil else {
                throw RecurrenceError(message: "WKST takes a weekday without number", column: value.column)
            }
            rule.weekStart = day.weekday
        case "BYDAY":
            for piece in list(value) { rule.byDay.append(try weekday(piece)) }
        case "BYSECOND": rule.bySecond = try numbers(value, 0...60, signed: false).map { min($0, 59) }
        case "BYMINUTE": rule.byMinute = try numbers(value, 0...59, signed: false)
        case "BYHOUR": rule.byHour = try numbers(value, 0...23, signed: false)
        case "BYMONTHDAY": rule.byMonthDay = try numbers(value, 1...31, signed: true)
        case "BYYEARDAY": rule.byYearDay = try numbers(value, 1...366, signed: true)
        case "BYWEEKNO": rule.byWeekNumber = try numbers(value, 1...53, signed: true)
        case "BYMONTH": rule.byMonth = try numbers(value, 1...12, signed: false)
        case "BYSETPOS": rule.byPosition = try numbers(value, 1...366, signed: true)
        default: break  // FREQ was read first
        }
    }

    private func list(_ value: Piece) -> [Piece] {
        split(value.column - 1..<value.column - 1 + value.text.utf8.count, at: ",")
    }

    private func numbers(
        _ value: Piece, _ range: ClosedRange<Int>, signed: Bool
    ) throws(RecurrenceError) -> [Int] {
        var numbers: [Int] = []
        for piece in list(value) {
            let number = try number(piece, range, signed: signed)
            if !numbers.contains(number) { numbers.append(number) }
        }
        return numbers
    }

    private func number(
        _ piece: Piece, _ range: ClosedRange<Int>, signed: Bool
    ) throws(RecurrenceError) -> Int {
        var scanner = ByteScanner(piece.text)
        let negative = signed && scanner.accept("-")
        if signed, !negative { _ = scanner.accept("+") }
        guard let number = scanner.number(), scanner.isAtEnd, range.contains(number) else {
            let allowed = "\(range.lowerBound) to \(range.upperBound)"
            let sign = signed ? ", or as much from the end with a minus sign" : ""
            throw RecurrenceError(
                message: "'\(piece.text)' is not a number from \(allowed)\(sign)", column: piece.column)
        }
        return negative ? -number : number
    }

    private func weekday(_ piece: Piece) throws(RecurrenceError) -> RecurrenceRule.NumberedWeekday {
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        let name = String(piece.text.suffix(2))
        guard let index = names.firstIndex(of: name) else {
            let known = names.joined(separator: ", ")
            throw RecurrenceError(
                message: "'\(piece.text)' is not one of \(known), with or without a number as -1FR",
                column: piece.column)
        }
        let weekday = Weekday.allCases[index]
        guard piece.text.utf8.count > 2 else { return .init(nil, weekday) }
        let prefix = Piece(text: String(piece.text.dropLast(2)), column: piece.column)
        return .init(try number(prefix, 1...53, signed: true), weekday)
    }

    private func until(_ value: Piece) throws(RecurrenceError) -> RecurrenceRule.Until {
        if let date = CivilDate(basic: value.text) { return .date(date) }
        if let local = CivilDateTime(basic: value.text) { return .local(local) }
        if value.text.hasSuffix("Z"), let utc = CivilDateTime(basic: value.text.dropLast()) {
            return .instant(Timestamp(secondsSinceEpoch: utc.secondsSinceEpoch))
        }
        throw RecurrenceError(
            message: "'\(value.text)' is not a date as 20211231 or a time as 20211231T230000Z", column: value.column)
    }

    /// Refuses what RFC 5545 forbids together.
    private func checkCombination(_ rule: RecurrenceRule) throws(RecurrenceError) {
        let frequency = rule.frequency
        if rule.count != nil, rule.until != nil {
            throw error("COUNT", "COUNT and UNTIL exclude each other: keep one")
        }
        if !rule.byWeekNumber.isEmpty, frequency != .yearly {
            throw error("BYWEEKNO", "BYWEEKNO is for FREQ=YEARLY only")
        }
        if !rule.byYearDay.isEmpty, [.daily, .weekly, .monthly].contains(frequency) {
            throw error("BYYEARDAY", "BYYEARDAY cannot go with FREQ=\(frequency.rawValue)")
        }
        if !rule.byMonthDay.isEmpty, frequency == .weekly {
            throw error("BYMONTHDAY", "BYMONTHDAY cannot go with FREQ=WEEKLY")
        }
        if rule.byDay.contains(where: { $0.number != nil }) {
            if frequency < .monthly {
                throw error("BYDAY", "a numbered weekday is for FREQ=MONTHLY and FREQ=YEARLY only")
            }
            if !rule.byWeekNumber.isEmpty {
                throw error("BYDAY", "a numbered weekday cannot go with BYWEEKNO")
            }
        }
        let selects = [
            rule.bySecond, rule.byMinute, rule.byHour, rule.byMonthDay, rule.byYearDay, rule.byWeekNumber, rule.byMonth,
        ].contains { !$0.isEmpty }
        if !rule.byPosition.isEmpty, !selects, rule.byDay.isEmpty {
            throw error("BYSETPOS", "BYSETPOS needs another BY part to select from")
        }
    }

    private func error(_ part: String, _ message: String) -> RecurrenceError {
        RecurrenceError(message: message, column: columns[part] ?? 1)
    }
}
