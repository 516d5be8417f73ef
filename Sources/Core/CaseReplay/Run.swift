import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

/// A case on its way through time: the data model that the chart runs against.
///
/// Between two calls everything is in ``current``; the other properties are of the step under way, so that a case may
/// be put down and taken up again anywhere (DESIGN.md §1, the law of downtime).
struct Run {
    let workflow: Workflow
    var current: Case
    var occurrences: [Occurrence] = []
    /// The position of the step under way; in a child, that of the case around it.
    var moment: Position
    var now: Timestamp { moment.instant }
    /// The payload of the event under way, for `event` in expressions.
    var payload: Value = .null
    /// What this case has said to the case around it, and what its children have said to it.
    var told: [Told] = []
    var inbox: [Told] = []
    /// True where eventless transitions have not seen yet what has become of children.
    var childrenChanged = false
    /// True in a child once the case around it is over.
    var isClosed = false
    /// Dues that were already over when their state was entered or their date moved; taken before anything else.
    var overdue: [Overdue] = []
    /// Dues of the position under way that have not been taken yet.
    private var waiting: [Due] = []
    /// States entered since overdue dues were last looked for.
    var freshStates: [StateIndex] = []
    /// The dates as they were then.
    var settledDates: [ResolvedDate?]
    /// The anchors as they were then.
    var settledAnchors: (events: [Position?], entries: [Position?])

    /// More steps than this at one instant are a loop in the workflow.
    static let stepsAtOneInstant = 1_000
    /// More events on their way at once come from events that send events.
    private static let mostPending = 256

    init(_ workflow: Workflow, resuming current: Case) {
        self.workflow = workflow
        self.current = current
        moment = current.position
        settledDates = current.dates
        settledAnchors = (current.eventAnchors, current.entryAnchors)
    }

    /// - Parameter moment: That of the case around a child, where that is not the child's position.
    init(_ workflow: Workflow, start: Start, at position: Position, moment: Position? = nil) {
        // A default that is a date stands in the file as other literal dates do.
        var parameters = workflow.parameters.map { parameter -> Value? in
            guard case .date(let day)? = parameter.defaultValue else { return parameter.defaultValue }
            return .date(day.adding(days: start.shiftDays))
        }
        for given in start.parameters { parameters[given.parameter] = given.value }
        var addresses = workflow.parties.map(\.address)
        for binding in start.parties { addresses[binding.party] = binding.address }
        let blank = Case(
            position: position, configuration: Configuration(active: []),
            entered: Array(repeating: nil, count: workflow.states.count),
            entrySerials: Array(repeating: 0, count: workflow.states.count), serial: 0, parameters: parameters,
            data: workflow.data.map(\.initialValue), addresses: addresses,
            dates: Array(repeating: nil, count: workflow.dates.count), shiftDays: start.shiftDays,
            eventAnchors: Array(repeating: nil, count: workflow.anchorEvents.count),
            entryAnchors: Array(repeating: nil, count: workflow.anchorStates.count),
            clocks: Array(repeating: [], count: workflow.clocks.count),
            cadences: Array(repeating: [], count: workflow.cadences.count),
            pending: [], children: Array(repeating: [], count: workflow.kinds.count),
            bound: Array(repeating: nil, count: workflow.openings.count), isOver: false, fault: nil)
        self.init(workflow, resuming: blank)
        self.moment = moment ?? position
        note(.started)
        for settlement in workflow.settlements + start.settlements { note(.settled(settlement)) }
        resolveDates()
        _ = macrostep { (chart, host) throws(MacrostepError) in try chart.start(host: &host) }
        settle()
    }

    mutating func note(_ kind: Occurrence.Kind) {
        occurrences.append(Occurrence(position: moment, kind: kind))
    }

    // MARK: Time

    /// Takes all that is due up to and including a position.
    ///
    /// - Returns: When it is due next after that.
    @discardableResult
    mutating func advance(to position: Position) -> Position? {
        let due = takeDues(upTo: position)
        if position > current.position {
            current.position = position
            moment = position
        }
        return due
    }

    /// - Returns: The position of the next due after those taken; `nil` for none.
    private mutating func takeDues(upTo position: Position) -> Position? {
        var steps = 0
        var due = workflow.nextDues(current)
        while let next = due, next.position <= position {
            steps = next.position.instant == now ? steps + 1 : 0
            if steps == Self.stepsAtOneInstant {
                fail("its dues of \(now) never end")
                return nil
            }
            take(next.dues, at: next.position)
            takeDuesOfChildren()
            due = workflow.nextDues(current)
        }
        return due?.position
    }

    /// Takes all that is due at one position: what one of them undoes, by leaving a state or moving a date, is left.
    private mutating func take(_ dues: [Due], at position: Position) {
        waiting = dues
        current.position = position
        moment = position
        let serials = current.entrySerials
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
            return current.configuration.contains(state) && current.entrySerials[index] == serials[index]
                && (date.map { current.dates[$0] == dates[$0] } ?? true)
        }
        guard current.fault == nil else { return false }
        if current.isOver || isClosed {
            // A contract that ends with a stretch still has to answer for it.
            if case .cadence(let due) = due.kind { return due.moment == .end && stands(due) }
            return false
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
        case .cadence(let due):
            return stands(due)
        }
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
            current.pending.removeAll { $0.serial == event.serial }
            _ = handle(name: event.name, payload: event.payload)
        case .cadence(let due):
            take(due)
        }
    }

    /// Lets the chart hear an event of Jalon's own, which happens whether or not anything waits for it.
    mutating func hear(_ name: String, payload: Value) {
        let anchor = workflow.anchorEvents.firstIndex { $0.name == name }
        _ = deliver(workflow.chart.key(for: name), name: name, payload: payload, anchor: anchor, isTaken: true)
    }

    // MARK: Facts

    /// Lets a fact happen, after all that is due before it.
    mutating func record(_ entry: JournalEntry) -> Reception {
        let position = Position(entry.occurredAt, .events)
        guard position >= current.position else { return .late }
        advance(to: Position(entry.occurredAt, .strictDues))
        current.position = position
        moment = position
        let place = occurrences.count
        defer {
            // The fact itself is told before what follows from it.
            if place < occurrences.count { occurrences[place].entry = entry.sequence }
            settle()
        }
        if let step = entry.child.steps.first { return record(entry, in: step) }
        switch entry.fact {
        case .started:
            return .ignored
        case .parameters(let values):
            give(values.map { (parameter: $0.parameter, value: $0.value) })
            return .handled
        case .parties(let bindings):
            name(bindings)
            return .handled
        case .decided(let decision):
            note(.decided(decision))
            return .handled
        case .corrected(let correction):
            note(.corrected(correction))
            return .handled
        case .amended(let amendment):
            note(.amended(amendment))
            return .handled
        case .event(let name, let payload):
            return handle(name: name, payload: payload) ? .handled : .ignored
        }
    }

    /// Gives parameters their values; `nil` makes one unknown again.
    mutating func give(_ values: [(parameter: Int, value: Value?)]) {
        let held = heldUpTimers()
        for given in values { current.parameters[given.parameter] = given.value }
        note(
            .parametersSet(
                values.compactMap { given in
                    given.value.map { ParameterValue(parameter: given.parameter, value: $0) }
                }))
        if values.contains(where: { workflow.datesUse(.parameter($0.parameter)) }) { resolveDates() }
        retry(held, after: Fact.parametersEvent)
    }

    /// Names parties, here and in the children that share them.
    mutating func name(_ bindings: [PartyBinding]) {
        let held = heldUpTimers()
        for binding in bindings { current.addresses[binding.party] = binding.address }
        note(.partiesSet(bindings))
        retry(held, after: Fact.partiesEvent)
        passOn(bindings)
    }

    /// Tries again what was short of a value: the guards of eventless transitions, and dues that had no effect.
    ///
    /// Nothing has to wait for the event itself.
    private mutating func retry(_ held: [Overdue], after event: String) {
        let still = heldUpTimers().map(\.due)
        overdue = held.filter { !still.contains($0.due) }
        _ = deliver(workflow.chart.key(for: event), name: event, payload: .null, anchor: nil)
    }

    mutating func handle(name: String, payload: Value) -> Bool {
        guard !current.isOver, current.fault == nil else {
            note(.event(name: name, payload: payload, isHandled: false))
            return false
        }
        let place = occurrences.count
        note(.event(name: name, payload: payload, isHandled: true))
        let isTaken = take(name)
        let anchor = workflow.anchorEvents.firstIndex { $0.name == name }
        let isHandled =
            deliver(workflow.chart.key(for: name), name: name, payload: payload, anchor: anchor, isTaken: isTaken)
            || isTaken
        if !isHandled {
            occurrences[place].kind = .event(name: name, payload: payload, isHandled: false)
        }
        return isHandled
    }

    /// Runs a macrostep on an event. Where a date counts from the event, it is known before the event's own actions.
    ///
    /// - Parameter isTaken: Whether the event has happened even if the chart does not wait for it.
    private mutating func deliver(
        _ key: EventKey, name: String, payload: Value, anchor: Int?, isTaken: Bool = false
    ) -> Bool {
        let earlier = anchor.map { current.eventAnchors[$0] }
        let dates = current.dates
        let mark = occurrences.count
        if let anchor { happened(anchor) }
        let told = occurrences.count
        self.payload = payload
        let event = ChartEvent(key: key, name: name, payload: payload)
        let configuration = current.configuration
        let isHandled = macrostep { (chart, host) throws(MacrostepError) in
            try chart.step(configuration, on: event, host: &host)
        }
        self.payload = .null
        if !isHandled, !isTaken, let anchor, let earlier {
            // A fact that nothing waited for did not happen, so nothing counts from it.
            current.eventAnchors[anchor] = earlier
            current.dates = dates
            occurrences.removeSubrange(mark..<told)
            resolveDates()
        }
        return isHandled
    }

    /// Notes that an event which dates count from has happened now.
    mutating func happened(_ anchor: Int) {
        current.eventAnchors[anchor] = moment
        resolveDates()
    }

    /// Runs the chart and keeps what it came to; a chart that does not come to rest leaves the case as it was.
    ///
    /// - Returns: Whether the event was handled.
    mutating func macrostep(_ step: (Statechart, inout Run) throws(MacrostepError) -> Step) -> Bool {
        guard current.fault == nil else { return false }
        let before = current
        let mark = Mark(occurrences: occurrences.count, told: told.count, inbox: inbox.count)
        do {
            let result = try step(workflow.chart, &self)
            current.configuration = result.configuration
            if result.isOver, !current.isOver {
                current.isOver = true
                current.pending = []
                note(.over)
            }
            guard current.pending.count <= Self.mostPending else {
                fail(
                    "more than \(Self.mostPending) events are on their way: they send one another", undoing: before,
                    mark)
                return false
            }
            return result.handled
        } catch {
            fail(error.description(of: workflow), undoing: before, mark)
            return false
        }
    }

    /// How much had been said when a step began.
    private struct Mark {
        var occurrences: Int
        var told: Int
        var inbox: Int
    }

    private mutating func fail(_ reason: String, undoing before: Case, _ mark: Mark) {
        current = before
        occurrences.removeSubrange(mark.occurrences...)
        told.removeSubrange(mark.told...)
        inbox.removeSubrange(mark.inbox...)
        fail(reason)
    }

    private mutating func fail(_ reason: String) {
        guard current.fault == nil else { return }
        current.fault = reason
        current.pending = []
        note(.fault(reason))
    }

    // MARK: Coming to rest

    /// Takes what was over before it began to count, until nothing is left: a deadline that had passed when its state
    /// was entered falls due at once.
    mutating func settle() {
        var steps = 0
        while !current.isOver, !isClosed, current.fault == nil {
            noteOverdue()
            if !inbox.isEmpty {
                // Each was said once, so this comes to an end by itself.
                hear(inbox.removeFirst())
                continue
            }
            if let event = current.pending.first(where: { $0.position <= moment && !isWaiting($0) }) {
                take(Due(position: current.position, kind: .pending(event), rank: .init(serial: event.serial)))
            } else if let next = nextOverdue() {
                take(next)
            } else if childrenChanged {
                lookAtChildren()
            } else if !passOnBindings() {
                return
            }
            steps += 1
            if steps == Self.stepsAtOneInstant {
                let names = current.configuration.active.map { workflow.states[Int($0.rawValue)].path }
                fail("it never comes to rest at \(now): \(names.joined(separator: ", "))")
            }
        }
        if current.isOver { tellPassedAlerts() }
        overdue = []
        inbox = []
        freshStates = []
        settledDates = current.dates
        settledAnchors = (current.eventAnchors, current.entryAnchors)
    }

    private func isWaiting(_ event: PendingEvent) -> Bool {
        waiting.contains { due in
            if case .pending(let other) = due.kind { other.serial == event.serial } else { false }
        }
    }
}

extension MacrostepError {
    /// The error with the states' paths of the workflow.
    fileprivate func description(of workflow: Workflow) -> String {
        let names = states.map { "'\(workflow.states[Int($0.rawValue)].path)'" }.joined(separator: ", ")
        return "transitions of \(names) still follow one another after \(microstepLimit) steps; give one of them a "
            + "condition that becomes false, or an event"
    }
}
