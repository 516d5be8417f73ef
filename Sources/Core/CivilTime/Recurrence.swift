/// A recurrence set of RFC 5545: a rule counted from a start, with dates added (`RDATE`) and taken out (`EXDATE`).
///
/// Iterating computes one occurrence after the other, ascending and without repetition; a rule that never occurs, or
/// never again, ends. The start is an occurrence only if the rule selects it.
package struct Recurrence: Sequence, Equatable, Sendable {
    /// What the rule is counted from, which also says what occurrences are.
    package enum Start: Equatable, Sendable {
        /// Days without time.
        case date(CivilDate)
        /// Readings of a clock, in whatever zone the reader is.
        case floating(CivilDateTime)
        /// Readings of a zone's clocks; instants therefore.
        case zoned(CivilDateTime, TimeZoneRules)
    }

    /// One occurrence.
    package struct Occurrence: Hashable, Sendable {
        /// What clocks show then; 00:00 for days without time.
        package var local: CivilDateTime
        /// Absent without a zone.
        package var instant: Timestamp?
    }

    /// The rule as it was given.
    package let rule: RecurrenceRule
    /// What the rule is counted from.
    package let start: Start
    /// Occurrences beside those of the rule, as keys (see `key`), ascending.
    private var added: [Int64] = []
    private var excludedKeys: Set<Int64> = []
    private var excludedDays: Set<CivilDate> = []

    /// Counts a rule from a start.
    ///
    /// - Throws: ``RecurrenceError`` for a rule of hours, minutes or seconds whose start has no time.
    package init(_ rule: RecurrenceRule, from start: Start) throws(RecurrenceError) {
        if case .date = start, rule.frequency < .daily {
            throw RecurrenceError(
                message: "FREQ=\(rule.frequency.rawValue) needs a start with a time, not a date", column: 1)
        }
        self.rule = rule
        self.start = start
    }

    /// Reads a rule and `RDATE` and `EXDATE` lines, as `EXDATE;TZID=Europe/Paris:20210924T163000,20211001T163000`.
    ///
    /// A time is of the zone that `TZID` names, else of the start's, or of UTC where it ends in `Z`. An excluded date
    /// without time takes out its whole day.
    /// - Parameter zones: The rules of a zone by its name, for a `TZID` that is not the start's.
    /// - Throws: ``RecurrenceError`` with the column within the rule or the line.
    package init(
        rrule: String, from start: Start, lines: [String] = [], zones: (String) -> TimeZoneRules? = { _ in nil }
    ) throws(RecurrenceError) {
        try self.init(RecurrenceRule(parsing: rrule), from: start)
        for line in lines { try add(line, zones) }
        added.sort()
    }

    /// Starts again from the first occurrence.
    package func makeIterator() -> Iterator { Iterator(self) }
}

// MARK: Keys

extension Recurrence {
    /// The start's reading of the clock.
    private var startReading: CivilDateTime {
        switch start {
        case .date(let date): CivilDateTime(date: date, time: .midnight)
        case .floating(let local), .zoned(let local, _): local
        }
    }

    fileprivate var zone: TimeZoneRules? {
        if case .zoned(_, let zone) = start { zone } else { nil }
    }

    /// What occurrences are ordered by: seconds of UTC with a zone, seconds of the wall clock without.
    private func key(_ local: CivilDateTime) -> Int64 { key(local, in: zone) }

    private func key(_ local: CivilDateTime, in zone: TimeZoneRules?) -> Int64 {
        zone.map { $0.timestamp(of: local).instant.secondsSinceEpoch } ?? local.secondsSinceEpoch
    }

    fileprivate func occurrence(_ key: Int64) -> Occurrence {
        guard let zone else { return Occurrence(local: CivilDateTime(secondsSinceEpoch: key), instant: nil) }
        let instant = Timestamp(secondsSinceEpoch: key)
        return Occurrence(local: zone.civil(at: instant), instant: instant)
    }

    /// The last key the rule may have.
    fileprivate var lastKey: Int64 {
        switch rule.until {
        case nil: Int64.max
        case .date(let date): key(CivilDateTime(date: date, time: .lastSecond))
        case .local(let local): key(local)
        case .instant(let instant): instant.secondsSinceEpoch
        }
    }

    fileprivate func makeRounds() -> RecurrenceRounds {
        var rule = rule
        if case .date = start {
            // RFC 5545 has these ignored for a start without time.
            rule.byHour = []
            rule.byMinute = []
            rule.bySecond = []
        }
        let last = lastKey
        // Readings run ahead of or behind UTC by no more than the largest offset.
        let end = last == Int64.max ? last : last + TimeZoneRules.largestOffset
        return RecurrenceRounds(rule, start: startReading, end: end)
    }
}

// MARK: Iteration

extension Recurrence {
    /// Computes one occurrence after the other.
    package struct Iterator: IteratorProtocol {
        private let recurrence: Recurrence
        private var rounds: RecurrenceRounds
        private let lastKey: Int64
        /// Occurrences of the rule still allowed.
        private var left: Int
        /// The key of the rule's next occurrence, once looked for.
        private var pending: Int64?
        private var lastFromRule = Int64.min
        private var lastReturned = Int64.min
        /// Keys that a change of clocks moved beyond readings yet to come, ascending.
        private var moved: [Int64] = []
        /// A reading that was taken from the rounds but must wait for `moved`.
        private var waiting: Int64?
        private var nextAdded = 0

        fileprivate init(_ recurrence: Recurrence) {
            self.recurrence = recurrence
            rounds = recurrence.makeRounds()
            lastKey = recurrence.lastKey
            left = recurrence.rule.count ?? Int.max
            pending = nextFromRule()
        }

        /// The next occurrence; absent once there are no more.
        package mutating func next() -> Occurrence? {
            while true {
                let key: Int64
                let added = recurrence.added
                if nextAdded < added.count, added[nextAdded] <= pending ?? Int64.max {
                    key = added[nextAdded]
                    nextAdded += 1
                } else if let pending {
                    key = pending
                    self.pending = nextFromRule()
                } else {
                    return nil
                }
                guard key > lastReturned else { continue }
                lastReturned = key
                let occurrence = recurrence.occurrence(key)
                if !recurrence.excludes(key, occurrence) { return occurrence }
            }
        }

        /// The rule's next key within COUNT and UNTIL, excluded or not.
        private mutating func nextFromRule() -> Int64? {
            guard left > 0 else { return nil }
            while let key = nextKey() {
                guard key > lastFromRule else { continue }
                guard key <= lastKey else { break }
                lastFromRule = key
                left -= 1
                return key
            }
            left = 0
            return nil
        }

        /// The keys of the rounds' readings, ascending although a time that clocks skip is moved to a later one.
        private mutating func nextKey() -> Int64? {
            guard let zone = recurrence.zone else { return rounds.next() }
            while true {
                if let candidate = waiting ?? rounds.next().flatMap({ resolve($0, zone) }) {
                    waiting = nil
                    guard let first = moved.first, first <= candidate else { return candidate }
                    waiting = candidate
                }
                guard !moved.isEmpty else { return nil }
                return moved.removeFirst()
            }
        }

        /// The key of a reading; readings that clocks skip go to `moved`, and the first one after them is returned.
        private mutating func resolve(_ reading: Int64, _ zone: TimeZoneRules) -> Int64? {
            var reading: Int64? = reading
            while let current = reading {
                switch zone.timestamp(of: CivilDateTime(secondsSinceEpoch: current)) {
                case .unique(let instant), .overlap(let instant): return instant.secondsSinceEpoch
                case .gap(let instant): moved.append(instant.secondsSinceEpoch)
                }
                reading = rounds.next()
            }
            return nil
        }
    }

    fileprivate func excludes(_ key: Int64, _ occurrence: Occurrence) -> Bool {
        excludedKeys.contains(key) || excludedDays.contains(occurrence.local.date)
    }
}

// MARK: RDATE and EXDATE

extension Recurrence {
    private mutating func add(_ line: String, _ zones: (String) -> TimeZoneRules?) throws(RecurrenceError) {
        guard let colon = line.firstIndex(of: ":") else {
            throw RecurrenceError(message: "'\(line)' is not a line as EXDATE:20210924T163000", column: 1)
        }
        let parameters = line[..<colon].split(separator: ";", omittingEmptySubsequences: false)
        guard let name = parameters.first?.uppercased(), name == "RDATE" || name == "EXDATE" else {
            throw RecurrenceError(message: "'\(line[..<colon])' is neither RDATE nor EXDATE", column: 1)
        }
        var zone = zone
        for parameter in parameters.dropFirst() where parameter.uppercased().hasPrefix("TZID=") {
            let column = line.utf8.distance(from: line.startIndex, to: parameter.startIndex) + 1
            zone = try self.zone(named: parameter.dropFirst(5).filter { $0 != "\"" }, column: column, zones)
        }
        var column = line.utf8.distance(from: line.startIndex, to: colon) + 2
        for value in line[line.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false) {
            // Of a period, as 20210924T163000Z/PT1H, the start matters.
            let begin = value.split(separator: "/", maxSplits: 1).first ?? ""
            if let date = CivilDate(basic: begin) {
                if name == "EXDATE" {
                    excludedDays.insert(date)
                } else {
                    added.append(key(CivilDateTime(date: date, time: .midnight)))
                }
            } else {
                let key = try key(parsing: begin, in: zone, column: column)
                if name == "EXDATE" { excludedKeys.insert(key) } else { added.append(key) }
            }
            column += value.utf8.count + 1
        }
    }

    /// The zone that a `TZID` names.
    private func zone(
        named name: String, column: Int, _ zones: (String) -> TimeZoneRules?
    ) throws(RecurrenceError) -> TimeZoneRules {
        guard let own = zone else {
            throw RecurrenceError(
                message: "TZID=\(name) is of no use where the start has no zone: give the start one, or leave it out",
                column: column)
        }
        let upper = name.uppercased()
        if upper == own.identifier.uppercased() { return own }
        if upper == "UTC" { return .utc }
        guard let zone = zones(name) else {
            throw RecurrenceError(
                message: "there is no time zone '\(name)'; write one as Europe/Paris, or the times in UTC",
                column: column)
        }
        return zone
    }

    private func key(
        parsing text: Substring, in zone: TimeZoneRules?, column: Int
    ) throws(RecurrenceError) -> Int64 {
        if text.hasSuffix("Z"), let utc = CivilDateTime(basic: text.dropLast()) {
            return utc.secondsSinceEpoch
        }
        guard let local = CivilDateTime(basic: text) else {
            throw RecurrenceError(
                message: "'\(text)' is not a date as 20210924 or a time as 20210924T163000Z", column: column)
        }
        return key(local, in: zone)
    }
}
