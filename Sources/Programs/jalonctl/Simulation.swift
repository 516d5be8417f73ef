import CaseReplay
import CivilTime
import Expressions
import WorkflowModel

/// A contract's whole life under a scenario.
///
/// It is replayed a step at a time rather than in one go, so that what a case remembers can be told when it changes;
/// what happens is the same, since any cut of the time line gives the same case.
struct Simulation {
    struct Entry {
        var position: Position
        var kind: Kind
    }

    enum Kind {
        case happened(Occurrence)
        /// A data item has another value, by index of `Workflow.data`.
        case remembered(Int, Value)
        /// The event before it had no effect; where the case stood then, and what stood in the way.
        case ignored(ChildPlace, unmet: [String])
    }

    /// More than this nobody reads, and a reminder without end would fill the memory.
    static let maximumEntries = 50_000
    /// How long after the last date of the contract a simulation goes on where nobody says until when.
    static let afterword = Duration.seconds(30 * 86_400)
    /// How many days before its first date a contract starts where nobody says when.
    static let foreword = 30

    let workflow: Workflow
    let start: Timestamp
    /// How far the simulation went.
    private(set) var until: Timestamp
    private(set) var entries: [Entry] = []
    /// When the case last went on: by a fact, or from one state to another. What is only told goes on for ever where
    /// nobody does what is due.
    private var lastMove: Timestamp
    /// The contract at the end.
    private(set) var end: Case
    /// What a real case would need before it could start, for people.
    let missing: [String]

    /// Runs a scenario.
    ///
    /// - Parameter shiftDays: Days by which written dates move.
    /// - Throws: ``Failure`` for a scenario without a start, with events before it, or with too much happening.
    init(of workflow: Workflow, _ scenario: Scenario, shiftDays: Int) throws(Failure) {
        let start = try Self.start(of: workflow, scenario, shiftDays)
        if let first = scenario.events.map(\.occurredAt).min(), first < start {
            throw .usage(
                "an event of \(clockTime(first.rfc3339(in: workflow.zone))) comes before the start, "
                    + clockTime(start.rfc3339(in: workflow.zone)), hint: "give an earlier start")
        }
        if let until = scenario.until, until < Position(start, .events) {
            throw .usage(
                "the end, \(dueTime(until.calendarInstant.rfc3339(in: workflow.zone))), comes before the start, "
                    + clockTime(start.rfc3339(in: workflow.zone)), hint: "give a later --until or an earlier --start")
        }
        let fact = Fact.started(
            Start(parameters: scenario.parameters, parties: scenario.parties, shiftDays: shiftDays))
        let journal = workflow.inOrder([JournalEntry(occurredAt: start, fact: fact)] + scenario.events)
            .filter { entry in scenario.until.map { Position(entry.occurredAt, .events) <= $0 } ?? true }
        // What happens at the very start has to be replayed with it: the start takes what is due at that instant.
        let later = journal.firstIndex { $0.occurredAt > start } ?? journal.endIndex
        guard let nothing = workflow.replay([journal[0]], until: start) else {
            preconditionFailure("a journal that begins with its start has no case")
        }
        self.workflow = workflow
        self.start = start
        missing = workflow.missing(in: nothing)
        until = start
        lastMove = start
        var occurrences: [Occurrence] = []
        end = workflow.replay(Array(journal[..<later]), until: start, occurrences: &occurrences) ?? nothing
        note(occurrences, since: workflow.data.map(\.initialValue))
        try run(journal[later...], until: scenario.until)
    }

    private mutating func run(_ journal: ArraySlice<JournalEntry>, until limit: Position?) throws(Failure) {
        var rest = journal
        while true {
            let fact = rest.first.map { Position($0.occurredAt, .events) }
            guard let first = [fact, workflow.nextDue(end)].compactMap(\.self).min() else { break }
            if first > limit ?? Position(after: rest.isEmpty ? horizon : .latest) { break }
            let next = first.instant
            until = next
            // What is over by then is told before what people report at that very instant.
            advance(to: Position(next, .dayEnds), within: limit)
            advance(to: Position(next, .strictDues), within: limit)
            while let entry = rest.first, entry.occurredAt == next {
                rest.removeFirst()
                record(entry)
            }
            advance(to: Position(after: next), within: limit)
            guard entries.count <= Self.maximumEntries else {
                throw Failure(
                    .other, code: "too-much",
                    "more than \(Self.maximumEntries) things happen before "
                        + clockTime(next.rfc3339(in: workflow.zone)), hint: "give an earlier --until")
            }
        }
        if let limit {
            until = limit.instant
            advance(to: limit, within: limit)
        }
    }

    private mutating func advance(to position: Position, within limit: Position?) {
        step { workflow, current, occurrences in
            workflow.advance(&current, to: min(position, limit ?? position), occurrences: &occurrences)
        }
    }

    private mutating func record(_ entry: JournalEntry) {
        var reception = Reception.handled
        step { workflow, current, occurrences in
            reception = workflow.record(entry, in: &current, occurrences: &occurrences)
        }
        guard reception == .ignored, case .event(let name, _) = entry.fact else { return }
        do throws(QuestionError) {
            let place = try workflow.child(at: entry.child, of: end)
            let accepted = place.workflow.acceptedEvents(place.current).first { $0.declaration.name == name }
            entries.append(
                Entry(
                    position: Position(entry.occurredAt, .events), kind: .ignored(place, unmet: accepted?.unmet ?? [])))
        } catch {
            let place = ChildPlace(workflow: workflow, current: end)
            entries.append(
                Entry(position: Position(entry.occurredAt, .events), kind: .ignored(place, unmet: [error.message])))
        }
    }

    private mutating func step(_ body: (Workflow, inout Case, inout [Occurrence]) -> Void) {
        let before = end.data
        var occurrences: [Occurrence] = []
        body(workflow, &end, &occurrences)
        note(occurrences, since: before)
    }

    private mutating func note(_ occurrences: [Occurrence], since before: [Value]) {
        if let move = occurrences.last(where: \.movesCase)?.instant { lastMove = max(lastMove, move) }
        entries += occurrences.map { Entry(position: $0.position, kind: .happened($0)) }
        for (index, (old, new)) in zip(before, end.data).enumerated() where old != new {
            switch new {
            // What is added to a list has been told as what an event carried.
            case .list, .map: continue
            default:
                let position = occurrences.last?.position ?? end.position
                entries.append(Entry(position: position, kind: .remembered(index, new)))
            }
        }
    }

    /// A while after the last date that is known, of the case or of a child, and the last thing that moved it.
    private var horizon: Timestamp { max(end.lastLimit ?? lastMove, lastMove) + Self.afterword }

    private static func start(
        of workflow: Workflow, _ scenario: Scenario, _ shiftDays: Int
    ) throws(Failure) -> Timestamp {
        if let start = scenario.start { return start }
        let written = workflow.dates.compactMap { date -> CivilDate? in
            if case .literal(let day, _) = date.source { day.adding(days: shiftDays - foreword) } else { nil }
        }
        let days = written + scenario.events.map { workflow.zone.civil(at: $0.occurredAt).date }
        if let first = days.min() { return workflow.zone.startOfDay(first) }
        throw .usage(
            "the workflow has no written date to start from", hint: "say when the contract starts with --start")
    }
}
