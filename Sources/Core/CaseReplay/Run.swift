import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

/// A case on its way through time: the data model that the chart runs against.
struct Run {
    let workflow: Workflow
    var current: Case
    var occurrences: [Occurrence] = []
    /// The instant of the step under way.
    var now: Timestamp
    /// The payload of the event under way, for `event` in expressions.
    var payload: Value = .null
    /// Dates have to be computed again: something they count from has changed.
    var datesAreStale = false
    /// Dues that were already over when their state was entered or their date moved; taken before anything else.
    var overdue: [Overdue] = []
    /// Dues of the position under way that have not been taken yet.
    var waiting: [Due] = []
    /// Counts entries of states, so that an overdue timer of a state left and entered again is dropped.
    var entrySerials: [Int]
    /// States entered since overdue dues were last looked for.
    var freshStates: [StateIndex] = []
    /// Dates that have moved since then, by index.
    var movedDates: [Bool]

    struct Overdue {
        var due: Due
        /// The state whose timer or ladder it is, and its entry serial when this was noted.
        var state: StateIndex
        var serial: Int
    }

    /// More steps than this at one instant are a loop in the workflow.
    static let stepsAtOneInstant = 1_000

    init(_ workflow: Workflow, resuming current: Case) {
        self.workflow = workflow
        self.current = current
        now = current.position.instant
        entrySerials = Array(repeating: 0, count: workflow.states.count)
        movedDates = Array(repeating: false, count: workflow.dates.count)
    }

    init(_ workflow: Workflow, start: Start, at instant: Timestamp) {
        var parameters = workflow.parameters.map(\.defaultValue)
        for given in start.parameters { parameters[given.parameter] = given.value }
        var addresses = workflow.parties.map(\.address)
        for binding in start.parties { addresses[binding.party] = binding.address }
        let blank = Case(
            position: Position(instant, .events), configuration: Configuration(active: []),
            entered: Array(repeating: nil, count: workflow.states.count), parameters: parameters,
            data: workflow.data.map(\.initialValue), addresses: addresses,
            dates: Array(repeating: nil, count: workflow.dates.count), shiftDays: start.shiftDays,
            eventAnchors: Array(repeating: nil, count: workflow.anchorEvents.count),
            entryAnchors: Array(repeating: nil, count: workflow.anchorStates.count),
            pending: [], isOver: false, fault: nil)
        self.init(workflow, resuming: blank)
        note(.started)
        resolveDates()
        _ = macrostep { (chart, host) throws(MacrostepError) in try chart.start(host: &host) }
        settle()
    }

    mutating func note(_ kind: Occurrence.Kind) {
        occurrences.append(Occurrence(instant: now, kind: kind))
    }

    // MARK: Time

    /// Takes all that is due up to and including a position.
    mutating func advance(to position: Position) {
        var steps = 0
        while let next = workflow.nextDue(current), next <= position {
            steps = next.instant == now ? steps + 1 : 0
            guard steps < Self.stepsAtOneInstant else { return fail("its dues of \(now) never end") }
            takeDues(at: next)
        }
        if position > current.position {
            current.position = position
            now = position.instant
        }
    }

    /// Takes all that is due at one position: what one of them undoes, by leaving a state or moving a date, is left.
    private mutating func takeDues(at position: Position) {
        waiting = workflow.dues(current).filter { $0.position == position }
        current.position = position
        now = position.instant
        let serials = entrySerials
        let dates = current.dates
        while !waiting.isEmpty {
            let due = waiting.removeFirst()
            guard stands(due, serials: serials, dates: dates) else { continue }
            take(due)
            settle()
        }
    }

    private func stands(_ due: Due, serials: [Int], dates: [ResolvedDate?]) -> Bool {
        func isUnchanged(_ state: StateIndex, date: Int?) -> Bool {
            let index = Int(state.rawValue)
            return current.configuration.contains(state) && entrySerials[index] == serials[index]
                && (date.map { current.dates[$0] == dates[$0] } ?? true)
        }
        switch due.kind {
        case .timer(let index):
            let timer = workflow.timers[index]
            if case .date(let date) = timer.moment { return isUnchanged(timer.state, date: date) }
            return isUnchanged(timer.state, date: nil)
        case .rung(let index, _):
            return isUnchanged(workflow.ladders[index].state, date: workflow.ladders[index].date)
        case .pending(let event):
            return current.pending.contains(event)
        }
    }

    /// Lets a fact happen, after all that is due before it.
    mutating func record(_ entry: JournalEntry) -> Reception {
        let position = Position(entry.occurredAt, .events)
        guard position >= current.position else { return .late }
        advance(to: Position(entry.occurredAt, .strictDues))
        current.position = position
        now = entry.occurredAt
        defer { settle() }
        switch entry.fact {
        case .started:
            return .ignored
        case .parameters(let values):
            for given in values { current.parameters[given.parameter] = given.value }
            note(.parametersSet(values))
            resolveDates()
            // Nothing has to wait for it; guards that were short of a value are tried again.
            _ = deliver(workflow.chart.key(for: Fact.parametersEvent), name: Fact.parametersEvent, payload: .null,
                anchor: nil)
            return .handled
        case .parties(let bindings):
            for binding in bindings { current.addresses[binding.party] = binding.address }
            note(.partiesSet(bindings))
            _ = deliver(workflow.chart.key(for: Fact.partiesEvent), name: Fact.partiesEvent, payload: .null, anchor: nil)
            return .handled
        case .event(let name, let payload):
            return handle(name: name, payload: payload) ? .handled : .ignored
        }
    }

    private mutating func handle(name: String, payload: Value) -> Bool {
        guard !current.isOver, current.fault == nil else {
            note(.event(name: name, payload: payload, isHandled: false))
            return false
        }
        let place = occurrences.count
        note(.event(name: name, payload: payload, isHandled: true))
        let anchor = workflow.anchorEvents.firstIndex { $0.name == name }
        let isHandled = deliver(workflow.chart.key(for: name), name: name, payload: payload, anchor: anchor)
        if !isHandled {
            occurrences[place].kind = .event(name: name, payload: payload, isHandled: false)
        }
        return isHandled
    }

    /// Runs a macrostep on an event. Where a date counts from the event, it is known before the event's own actions.
    private mutating func deliver(_ key: EventKey, name: String, payload: Value, anchor: Int?) -> Bool {
        let before = anchor.map { ($0, current.eventAnchors[$0]) }
        if let anchor {
            current.eventAnchors[anchor] = now
            resolveDates()
        }
        self.payload = payload
        let event = ChartEvent(key: key, name: name, payload: payload)
        let configuration = current.configuration
        let isHandled = macrostep { (chart, host) throws(MacrostepError) in
            try chart.step(configuration, on: event, host: &host)
        }
        self.payload = .null
        // A fact that nothing waited for did not happen, so nothing counts from it.
        if !isHandled, let (anchor, value) = before {
            current.eventAnchors[anchor] = value
            datesAreStale = true
        }
        return isHandled
    }

    private mutating func take(_ due: Due) {
        switch due.kind {
        case .timer(let index):
            note(.timer(index))
            let timer = workflow.timers[index]
            _ = deliver(timer.key, name: timer.eventName, payload: .null, anchor: nil)
        case .rung(let ladder, let rung):
            remind(workflow.ladders[ladder], workflow.ladders[ladder].rungs[rung])
        case .pending(let event):
            current.pending.removeAll { $0 == event }
            _ = handle(name: event.name, payload: event.payload)
        }
    }

    /// Runs the chart and keeps what it came to. Returns whether the event was handled.
    private mutating func macrostep(_ step: (Statechart, inout Run) throws(MacrostepError) -> Step) -> Bool {
        guard current.fault == nil else { return false }
        do {
            let result = try step(workflow.chart, &self)
            current.configuration = result.configuration
            if result.isOver, !current.isOver {
                current.isOver = true
                current.pending = []
                note(.over)
            }
            return result.handled
        } catch {
            fail(error.description)
            return false
        }
    }

    mutating func fail(_ reason: String) {
        guard current.fault == nil else { return }
        current.fault = reason
        current.pending = []
        overdue = []
        note(.fault(reason))
    }

    // MARK: What is over already

    /// Takes what was over before it began to count, until nothing is left: a deadline that had passed when its state
    /// was entered falls due at once.
    private mutating func settle() {
        var steps = 0
        while true {
            if datesAreStale { resolveDates() }
            guard current.fault == nil, !current.isOver else { return forgetOverdue() }
            noteOverdue()
            if let event = current.pending.first(where: { $0.instant <= now && !isWaiting($0) }) {
                take(Due(position: current.position, kind: .pending(event), rank: .init(since: now, order: 0)))
            } else if let next = nextOverdue() {
                take(next)
            } else {
                return
            }
            steps += 1
            guard steps < Self.stepsAtOneInstant else {
                let names = current.configuration.active.map { workflow.states[Int($0.rawValue)].path }
                return fail("it never comes to rest at \(now): \(names.joined(separator: ", "))")
            }
        }
    }

    private func isWaiting(_ event: PendingEvent) -> Bool { waiting.contains { $0.kind == .pending(event) } }

    private mutating func nextOverdue() -> Due? {
        overdue.removeAll { item in
            entrySerials[Int(item.state.rawValue)] != item.serial || !current.configuration.contains(item.state)
        }
        guard let first = overdue.indices.min(by: { Due.precedes(overdue[$0].due, overdue[$1].due) }) else { return nil }
        return overdue.remove(at: first).due
    }

    private mutating func forgetOverdue() {
        overdue = []
        freshStates = []
    }

    /// Looks for what was over already when its state was entered or its date moved.
    private mutating func noteOverdue() {
        let fresh = freshStates
        let moved = movedDates
        guard !fresh.isEmpty || moved.contains(true) else { return }
        freshStates = []
        for index in movedDates.indices { movedDates[index] = false }
        for state in current.configuration.active {
            let info = workflow.states[Int(state.rawValue)]
            guard !info.timers.isEmpty || !info.ladders.isEmpty, let entered = current.entered[Int(state.rawValue)]
            else { continue }
            let isFresh = fresh.contains(state)
            for index in info.timers {
                let timer = workflow.timers[index]
                if !isFresh {
                    guard case .date(let date) = timer.moment, moved[date] else { continue }
                }
                guard let position = workflow.position(of: timer, in: current, entered: entered),
                    position <= current.position
                else { continue }
                note(overdue: .timer(index), since: position, of: state, entered: entered, order: index)
            }
            for index in info.ladders where isFresh || moved[workflow.ladders[index].date] {
                guard let rung = lastPassedRung(of: workflow.ladders[index]) else { continue }
                note(
                    overdue: .rung(ladder: index, rung: rung), since: current.position, of: state, entered: entered,
                    order: workflow.timers.count + index)
            }
        }
    }

    private mutating func note(
        overdue kind: Due.Kind, since position: Position, of state: StateIndex, entered: Timestamp, order: Int
    ) {
        overdue.removeAll { $0.due.kind == kind }
        let due = Due(position: position, kind: kind, rank: .init(since: entered, order: order))
        overdue.append(Overdue(due: due, state: state, serial: entrySerials[Int(state.rawValue)]))
    }

    /// The latest reminder before a date that should have left already. Somebody has to learn of a date that was
    /// close from the first, so that one leaves at once; of a date that is over, nobody is reminded.
    private func lastPassedRung(of ladder: Ladder) -> Int? {
        guard let date = current.dates[ladder.date], date.limit > current.position else { return nil }
        var last: (rung: Int, position: Position)?
        for (index, rung) in ladder.rungs.enumerated() {
            guard case .before = rung.moment else { continue }
            let position = workflow.position(of: rung, on: date)
            if position <= current.position, last.map({ $0.position < position }) ?? true { last = (index, position) }
        }
        return last?.rung
    }
}
