/// A time zone: which offset from UTC its clocks have at any instant, read from a TZif file (RFC 9636, versions 1 to 4).
package struct TimeZoneRules: Equatable, Sendable {
    /// The zone's name, as `Europe/Paris`.
    package let identifier: String
    /// Seconds since 1970-01-01T00:00:00Z at which an offset begins, ascending.
    private let starts: [Int64]
    /// The offset before the first start, then the one from each start on; seconds east of UTC.
    private let offsets: [Int32]
    /// The footer's rule, for instants from the last start on; absent means that the last offset stays.
    private let rule: PosixTimeZone?

    /// The footer's rule is written out as starts up to the end of this year, so that usual dates need a search only.
    private static let lastExpandedYear = 2100
    /// No offset is larger (RFC 9636, 3.2 limits them to -25 h and +26 h); in seconds.
    static let largestOffset: Int64 = 26 * 3600

    /// Coordinated Universal Time.
    package static let utc = TimeZoneRules(identifier: "UTC", starts: [], offsets: [0], rule: nil)

    private init(identifier: String, starts: [Int64], offsets: [Int32], rule: PosixTimeZone?) {
        self.identifier = identifier
        self.starts = starts
        self.offsets = offsets
        self.rule = rule
    }

    /// Reads the bytes of a TZif file.
    ///
    /// - Parameters:
    ///   - tzif: The whole file. It may come from anywhere: every count and index in it is checked.
    ///   - identifier: The zone's name, kept and shown in errors.
    /// - Throws: ``TZifError`` when the bytes are not TZif, are cut short or contradict themselves, or count leap seconds.
    package init(tzif: [UInt8], identifier: String) throws(TZifError) {
        var reader = TZifReader(tzif, identifier: identifier)
        var (starts, offsets, rule) = try reader.read()
        if let footer = rule {
            if starts.isEmpty { offsets = [Int32(footer.standardOffset)] }
            if footer.daylight == nil {
                rule = nil
            } else {
                let firstYear = starts.last.map { CivilDateTime(secondsSinceEpoch: $0).date.year } ?? 1900
                let years = firstYear...max(firstYear, Self.lastExpandedYear)
                for change in footer.changes(in: years, after: starts.last ?? Int64.min) {
                    starts.append(change.start)
                    offsets.append(Int32(change.offset))
                }
            }
        }
        self.init(identifier: identifier, starts: starts, offsets: offsets, rule: rule)
    }
}

// MARK: From instants to clocks

extension TimeZoneRules {
    /// Seconds east of UTC that clocks show at this instant.
    package func offset(at instant: Timestamp) -> Int { stretch(containing: instant.secondsSinceEpoch).offset }

    /// What clocks show at this instant, to the second.
    package func civil(at instant: Timestamp) -> CivilDateTime {
        let seconds = instant.secondsSinceEpoch
        return CivilDateTime(secondsSinceEpoch: seconds + Int64(stretch(containing: seconds).offset))
    }

    /// A stretch of time with one offset, `start` included and `end` not.
    private struct Stretch {
        var start: Int64
        var end: Int64
        var offset: Int
    }

    private func stretch(containing seconds: Int64) -> Stretch {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        var stretch = Stretch(
            start: low == 0 ? Int64.min : starts[low - 1],
            end: low == starts.count ? Int64.max : starts[low],
            offset: Int(offsets[low]))
        guard low == starts.count, let rule else { return stretch }
        let year = CivilDateTime(secondsSinceEpoch: seconds).date.year
        for change in rule.changes(in: year - 1...year + 1, after: stretch.start) {
            if change.start > seconds {
                stretch.end = change.start
                break
            }
            stretch.start = change.start
            stretch.offset = change.offset
        }
        return stretch
    }
}

// MARK: From clocks to instants

extension TimeZoneRules {
    /// The instant at which clocks show `local`.
    ///
    /// A time that a change of clocks skips takes the offset before the change; one that is repeated is its first
    /// occurrence (RFC 5545, 3.3.5).
    package func timestamp(of local: CivilDateTime) -> LocalResolution {
        switch resolve(local) {
        case .unique(let seconds): .unique(Timestamp(secondsSinceEpoch: seconds))
        case .gap(let seconds, _): .gap(Timestamp(secondsSinceEpoch: seconds))
        case .overlap(let seconds): .overlap(Timestamp(secondsSinceEpoch: seconds))
        }
    }

    /// The first instant of a day: 0:00, or where clocks skip 0:00, the moment they were changed.
    package func startOfDay(_ date: CivilDate) -> Timestamp {
        switch resolve(CivilDateTime(date: date, time: .midnight)) {
        case .unique(let seconds), .overlap(let seconds), .gap(_, change: let seconds):
            Timestamp(secondsSinceEpoch: seconds)
        }
    }

    /// The instant a day is over: its 24:00, which is the first instant of the next day.
    package func endOfDay(_ date: CivilDate) -> Timestamp {
        date == .latest ? .latest : startOfDay(date.adding(days: 1))
    }

    private enum Resolution {
        case unique(Int64)
        case gap(Int64, change: Int64)
        case overlap(Int64)
    }

    /// Instants, in seconds since 1970-01-01T00:00:00Z, for a reading of the clock.
    private func resolve(_ local: CivilDateTime) -> Resolution {
        let reading = local.secondsSinceEpoch
        var current = stretch(containing: reading - Self.largestOffset)
        if reading + Self.largestOffset < current.end { return .unique(reading - Int64(current.offset)) }
        // Every instant that could show this reading lies in the periods from here on; there are few.
        var first: Int64?
        while true {
            let candidate = reading - Int64(current.offset)
            if candidate >= current.start, candidate < current.end {
                guard first == nil else { return .overlap(first ?? candidate) }
                first = candidate
            }
            guard current.end <= reading + Self.largestOffset else { break }
            let next = stretch(containing: current.end)
            if first == nil, candidate >= current.end, reading - Int64(next.offset) < next.start {
                return .gap(candidate, change: next.start)
            }
            current = next
        }
        return .unique(first ?? reading - Int64(current.offset))
    }
}
