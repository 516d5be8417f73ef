import CivilTime
import StatechartKernel
package import WorkflowModel

/// Something that will happen to a case by itself, unless an event changes it first.
package struct Due: Equatable, Sendable {
    /// What will happen.
    package enum Kind: Equatable, Sendable {
        /// An index of `Workflow.timers`.
        case timer(Int)
        /// A rung of a ladder: indexes of `Workflow.ladders` and of its rungs.
        case rung(ladder: Int, rung: Int)
        /// One of `Case.pending`.
        case pending(PendingEvent)
        /// A moment of an obligation that comes back.
        case cadence(CadenceDue)
    }

    /// When it is taken.
    package var position: Position
    package var kind: Kind
    /// What dues of the same position are taken by.
    var rank: Rank

    /// What was set off first comes first: an event when it was sent, the dues of a state when it was entered. Those of
    /// one state are in the order of the file.
    struct Rank: Comparable {
        var serial: Int
        /// A timer's index, or a ladder's after all timers.
        var order = 0
        var rung = 0

        static func < (one: Rank, other: Rank) -> Bool {
            (one.serial, one.order, one.rung) < (other.serial, other.order, other.rung)
        }
    }

    static func precedes(_ one: Due, _ other: Due) -> Bool {
        one.position == other.position ? one.rank < other.rank : one.position < other.position
    }
}

extension Workflow {
    /// All that is due in a case itself after its position, in the order in which it will be taken.
    package func dues(_ current: Case) -> [Due] {
        var all: [Due] = []
        forEachDue(current) { all.append($0) }
        return all.sorted(by: Due.precedes)
    }

    /// When the first of ``dues(_:)`` is, or of the dues of a child; `nil` if nothing is due ever.
    package func nextDue(_ current: Case) -> Position? {
        var first: Position?
        forEachDue(current) { due in
            if first.map({ due.position < $0 }) ?? true { first = due.position }
        }
        if let due = nextDueOfChildren(current), first.map({ due < $0 }) ?? true { first = due }
        return first
    }

    /// ``nextDue(_:)`` and the case's own dues of that position, in the order in which they will be taken; none where
    /// only children are due then.
    func nextDues(_ current: Case) -> (position: Position, dues: [Due])? {
        var first: Position?
        var found: [Due] = []
        forEachDue(current) { due in
            if let first, due.position > first { return }
            if due.position != first { found = [] }
            first = due.position
            found.append(due)
        }
        if let due = nextDueOfChildren(current), first.map({ due < $0 }) ?? true { (first, found) = (due, []) }
        return first.map { ($0, found.sorted(by: Due.precedes)) }
    }

    private func nextDueOfChildren(_ current: Case) -> Position? {
        guard !current.isOver, current.fault == nil else { return nil }
        var first: Position?
        for children in current.children {
            for child in children {
                if let due = child.nextDue, first.map({ due < $0 }) ?? true { first = due }
            }
        }
        return first
    }

    private func forEachDue(_ current: Case, _ take: (Due) -> Void) {
        guard !current.isOver, current.fault == nil else { return }
        for event in current.pending {
            take(Due(position: event.position, kind: .pending(event), rank: .init(serial: event.serial)))
        }
        for index in cadences.indices { forEachDue(ofCadence: index, in: current, take) }
        for state in current.configuration.active {
            let info = states[Int(state.rawValue)]
            guard !info.timers.isEmpty || !info.ladders.isEmpty else { continue }
            guard let entered = current.entered[Int(state.rawValue)] else { continue }
            let serial = current.entrySerials[Int(state.rawValue)]
            for index in info.timers {
                guard let position = position(of: timers[index], entered: entered, dates: current.dates),
                    position > current.position
                else { continue }
                take(Due(position: position, kind: .timer(index), rank: .init(serial: serial, order: index)))
            }
            for index in info.ladders {
                guard let date = current.dates[ladders[index].date] else { continue }
                for (rung, position) in upcomingRungs(of: ladders[index], on: date, after: current.position) {
                    let rank = Due.Rank(serial: serial, order: timers.count + index, rung: rung)
                    take(Due(position: position, kind: .rung(ladder: index, rung: rung), rank: rank))
                }
            }
        }
    }

    /// The rungs that have not left for good, each with the position at which it leaves next.
    ///
    /// Where holidays bring two reminders of the same people to one moment, only the later rung is sent.
    private func upcomingRungs(
        of ladder: Ladder, on date: ResolvedDate, after position: Position
    ) -> [(rung: Int, position: Position)] {
        var upcoming: [(rung: Int, position: Position)] = []
        for (index, rung) in ladder.rungs.enumerated() {
            if case .onOpening = rung.moment, date.window == nil { continue }
            guard let next = self.position(of: rung, on: date, after: position) else { continue }
            upcoming.removeAll { earlier in
                earlier.position == next && ladder.rungs[earlier.rung].isEscalation == rung.isEscalation
                    && ladder.rungs[earlier.rung].recipients == rung.recipients
            }
            upcoming.append((index, next))
        }
        return upcoming
    }

    /// When a timer of an active state is up; `nil` while its date is unknown.
    func position(of timer: Timer, entered: Position, dates: [ResolvedDate?]) -> Position? {
        switch timer.moment {
        case .date(let index):
            return dates[index]?.limit
        case .period(let period):
            return end(of: period, after: entered)
        }
    }

    /// The end of a period: exact for hours and less, the end of a day otherwise.
    private func end(of period: Period, after start: Position) -> Position {
        if let exact = period.duration { return Position(start.instant + exact, .strictDues) }
        let last = limit(period, after: zone.day(of: start), calendar: calendar, roll: .nextWorkingDay)
        return Position(zone.endOfDay(last.date), .dayEnds)
    }

    /// When a rung leaves next, after a position; `nil` if it has left for good.
    func position(of rung: Rung, on date: ResolvedDate, after position: Position) -> Position? {
        guard case .every(let period) = rung.moment else {
            let next = self.position(of: rung, on: date)
            return next > position ? next : nil
        }
        func leaves(_ repetition: Int) -> Position? {
            period.repeated(repetition).map { leaving(date, period: $0, direction: .after) }
        }
        // Positions grow with repetitions: the first one after the position is found by halving.
        var low = firstRepetition(of: period, since: date.day, notBefore: position.instant)
        var step = 1
        while let next = leaves(low + step), next <= position {
            low += step
            step *= 2
        }
        var high = low + step
        while low < high {
            let middle = (low + high) / 2
            if let next = leaves(middle), next <= position { low = middle + 1 } else { high = middle }
        }
        return leaves(low)
    }

    /// When a rung that leaves once leaves.
    func position(of rung: Rung, on date: ResolvedDate) -> Position {
        switch rung.moment {
        case .before(let period): leaving(date, period: period, direction: .before)
        case .after(let period), .every(let period): leaving(date, period: period, direction: .after)
        case .onOpening:
            leaving(on: calendar.nextWorkingDay(onOrAfter: (date.window ?? DateWindow(date.day, date.day)).first))
        case .onTheDay:
            date.time == nil
                ? leaving(on: date.day) : min(leaving(on: date.day), Position(date.limit.instant, .inclusiveDues))
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
        return leaving(on: day.date)
    }

    private func leaving(on day: CivilDate) -> Position {
        Position(zone.timestamp(of: .init(date: day, time: reminderTime)).instant, .inclusiveDues)
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
