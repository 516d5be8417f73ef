package import CivilTime
import StatechartKernel
import WorkflowModel

extension Workflow {
    /// The day from which dates that count from something do; `nil` while it is unknown.
    func start(of anchor: DateAnchor, in current: Case) -> CivilDate? {
        switch anchor {
        case .date(let index): current.dates[index]?.nominal
        case .event, .entry: position(of: anchor, in: current).map { zone.day(of: $0) }
        case .opening(let index): window(of: index, in: current)?.first
        }
    }

    /// The instant from which hours count: after a whole day they do from its end, before it and after a first day from
    /// its beginning.
    func instant(of anchor: DateAnchor, _ direction: DateSource.Direction, in current: Case) -> Timestamp? {
        switch anchor {
        case .date(let index):
            current.dates[index].map { date in
                if let time = date.time {
                    return zone.timestamp(of: CivilDateTime(date: date.nominal, time: time)).instant
                }
                let isEnd = direction == .after && dates[index].kind != .earliest
                return isEnd ? zone.endOfDay(date.nominal) : zone.startOfDay(date.nominal)
            }
        case .event, .entry: position(of: anchor, in: current)?.instant
        case .opening(let index): window(of: index, in: current).map { zone.startOfDay($0.first) }
        }
    }

    /// Where what happened did; `nil` while it has not, and for what is no happening.
    func position(of anchor: DateAnchor, in current: Case) -> Position? {
        switch anchor {
        case .event(let index): current.eventAnchors[index]
        case .entry(let index): current.entryAnchors[index]
        case .date, .opening: nil
        }
    }

    /// The window that a named date was given; what has happened since does not change when it opened.
    func window(of index: Int, in current: Case) -> DateWindow? {
        guard case .calendar(nil, let source) = dates[index].source else { return nil }
        return window(source, in: current)
    }

    func window(_ source: WindowSource, in current: Case) -> DateWindow? {
        switch source {
        case .fixed(let window): window.adding(days: current.shiftDays)
        case .relative(let span, let relation, let anchor):
            start(of: anchor, in: current).map { span.window(relation, $0) }
        }
    }

    /// A date counted in days or found in the calendar, and how; `nil` for other dates and while it is unknown.
    func derived(_ date: NamedDate, in current: Case) -> DerivedDate? {
        switch date.source {
        case .literal, .expression, .calendar(nil, _): return nil
        case .calendar(let day?, let source):
            let span: CalendarSpan? = if case .relative(let span, _, _) = source { span } else { nil }
            return window(source, in: current).flatMap {
                day.derived(in: $0.days, span: span, calendar: calendar, roll: date.roll)
            }
        case .counted(let period, let direction, let anchor):
            guard period.duration == nil, let start = start(of: anchor, in: current) else { return nil }
            switch direction {
            case .before: return limit(period, before: start, calendar: calendar, roll: date.roll)
            case .after:
                return limit(
                    period, after: start, calendar: calendar, roll: date.roll,
                    suspensions: date.clock.map { suspensions(of: $0, in: current) } ?? [])
            }
        }
    }

    /// The working day that a computed one moves to, and how.
    func rolled(_ day: CivilDate, of date: NamedDate) -> DerivedDate? {
        date.roll == .none ? nil : limit(Period(0, .days), after: day, calendar: calendar, roll: date.roll)
    }

    /// The days on which a clock stood still, in order.
    func suspensions(of clock: Int, in current: Case) -> [Suspension] {
        current.clocks[clock].map { stop in
            Suspension(from: zone.day(of: stop.since), until: stop.until.map { zone.day(of: $0) })
        }
    }

    /// Since when a date has no day because its clock stands still; `nil` where that is not why.
    package func suspendedSince(_ index: Int, in current: Case) -> CivilDate? {
        guard current.dates[index] == nil, let clock = dates[index].clock, let last = current.clocks[clock].last,
            last.until == nil, let anchor = dates[index].source.anchor, start(of: anchor, in: current) != nil
        else { return nil }
        return zone.day(of: last.since)
    }

    /// A date in a sentence of the contract's language: its day, or why it has none; empty for one that is unknown.
    package func words(ofDate index: Int, in current: Case) -> String {
        if let resolved = current.dates[index] { return resolved.words(of: dates[index], in: language) }
        guard let since = suspendedSince(index, in: current)?.words(in: language) else { return "" }
        return language == .french ? "suspendu depuis le \(since)" : "suspended since \(since)"
    }
}
