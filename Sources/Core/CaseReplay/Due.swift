import CivilTime
import StatechartKernel
package import WorkflowModel

/// Something that will happen to a case by itself, unless an event changes it first.
package struct Due: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// An index of `Workflow.timers`.
        case timer(Int)
        /// A rung of a ladder: indexes of `Workflow.ladders` and of its rungs.
        case rung(ladder: Int, rung: Int)
        /// One of `Case.pending`.
        case pending(PendingEvent)
    }

    package var position: Position
    package var kind: Kind
    /// What dues of the same position are taken by: what was set off first, then the order of the file.
    var rank: Rank

    struct Rank: Comparable {
        var since: Timestamp
        var order: Int

        static func < (one: Rank, other: Rank) -> Bool {
            (one.since, one.order) < (other.since, other.order)
        }
    }

    static func precedes(_ one: Due, _ other: Due) -> Bool {
        one.position == other.position ? one.rank < other.rank : one.position < other.position
    }
}

extension Workflow {
    /// All that is due in a case after its position, in the order in which it will be taken.
    package func dues(_ current: Case) -> [Due] {
        var all: [Due] = []
        forEachDue(current) { all.append($0) }
        return all.sorted(by: Due.precedes)
    }

    /// When the first of ``dues(_:)`` is; `nil` if nothing is due ever.
    package func nextDue(_ current: Case) -> Position? {
        var first: Position?
        forEachDue(current) { due in
            if first.map({ due.position < $0 }) ?? true { first = due.position }
        }
        return first
    }

    private func forEachDue(_ current: Case, _ take: (Due) -> Void) {
        guard !current.isOver, current.fault == nil else { return }
        for (index, event) in current.pending.enumerated() {
            let position = Position(event.instant, .strictDues)
            take(Due(position: position, kind: .pending(event), rank: .init(since: event.sentAt, order: index)))
        }
        for state in current.configuration.active {
            let info = states[Int(state.rawValue)]
            guard !info.timers.isEmpty || !info.ladders.isEmpty else { continue }
            guard let entered = current.entered[Int(state.rawValue)] else { continue }
            for index in info.timers {
                guard let position = position(of: timers[index], in: current, entered: entered),
                    position > current.position
                else { continue }
                take(Due(position: position, kind: .timer(index), rank: .init(since: entered, order: index)))
            }
            for index in info.ladders {
                guard let date = current.dates[ladders[index].date] else { continue }
                for (rungIndex, rung) in ladders[index].rungs.enumerated() {
                    guard let position = position(of: rung, on: date, after: current.position) else { continue }
                    let rank = Due.Rank(since: entered, order: timers.count + index)
                    take(Due(position: position, kind: .rung(ladder: index, rung: rungIndex), rank: rank))
                }
            }
        }
    }

    /// When a timer of an active state is up; `nil` while its date is unknown.
    func position(of timer: Timer, in current: Case, entered: Timestamp) -> Position? {
        switch timer.moment {
        case .date(let index):
            return current.dates[index]?.limit
        case .period(let period):
            return Position(instant(of: period, after: entered), .strictDues)
        }
    }

    /// The end of a period that began at an instant: exact for hours and less, the end of a day otherwise.
    private func instant(of period: Period, after start: Timestamp) -> Timestamp {
        if let exact = period.duration { return start + exact }
        let end = limit(period, after: zone.civil(at: start).date, calendar: calendar, roll: .nextWorkingDay)
        return zone.endOfDay(end.date)
    }

    /// When a rung leaves next, after a position; `nil` if it has left for good.
    func position(of rung: Rung, on date: ResolvedDate, after position: Position) -> Position? {
        switch rung.moment {
        case .every(let period):
            var repetition = firstRepetition(of: period, since: date.day, notBefore: position.instant)
            while let sum = period.repeated(repetition) {
                let next = leaving(date, period: sum, direction: .after)
                if next > position { return next }
                repetition += 1
            }
            return nil
        case .before, .onTheDay, .after:
            let next = self.position(of: rung, on: date)
            return next > position ? next : nil
        }
    }

    /// When a rung that leaves once leaves.
    func position(of rung: Rung, on date: ResolvedDate) -> Position {
        switch rung.moment {
        case .before(let period): leaving(date, period: period, direction: .before)
        case .after(let period), .every(let period): leaving(date, period: period, direction: .after)
        case .onTheDay:
            Position(min(zone.timestamp(of: .init(date: date.day, time: reminderTime)).instant, date.limit.instant),
                .inclusiveDues)
        }
    }

    /// The reminder before a date leaves on a working day at the latest, one after it on the next
    /// (RULES.md REM-04: a holiday moves the reminder, never the deadline).
    private func leaving(_ date: ResolvedDate, period: Period, direction: DateSource.Direction) -> Position {
        if let exact = period.duration {
            let distance = direction == .before ? .zero - exact : exact
            return Position(date.limit.instant + distance, .inclusiveDues)
        }
        let day =
            direction == .before
            ? limit(period, before: date.day, calendar: calendar, roll: .previousWorkingDay)
            : limit(period, after: date.day, calendar: calendar, roll: .nextWorkingDay)
        return Position(zone.timestamp(of: .init(date: day.date, time: reminderTime)).instant, .inclusiveDues)
    }

    /// A repetition number that is not past its turn yet, so that a daily reminder of an old date is found at once.
    private func firstRepetition(of period: Period, since day: CivilDate, notBefore instant: Timestamp) -> Int {
        max(1, day.days(to: zone.civil(at: instant).date) / period.mostDays - 1)
    }
}

extension Period {
    /// Two lifetimes of reminders are enough.
    private static let mostRepetitions = 10_000

    /// The period so many times over; `nil` for more than anybody would be reminded.
    fileprivate func repeated(_ times: Int) -> Period? {
        times <= Self.mostRepetitions && mostDays * times <= 365 * 100 ? Period(count * times, unit) : nil
    }

    /// No fewer calendar days than the period ever takes, 1 or more.
    fileprivate var mostDays: Int {
        switch unit {
        case .seconds, .minutes, .hours: max(1, count * (unit.seconds ?? 1) / 86_400 + 1)
        case .days: max(1, count)
        case .workingDays, .workableDays, .clearDays: count * 3 + 14
        case .weeks: max(1, count * 7)
        case .months: max(1, count * 31)
        case .years: max(1, count * 366)
        }
    }
}
