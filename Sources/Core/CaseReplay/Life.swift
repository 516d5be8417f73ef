package import CivilTime
package import WorkflowModel

/// A case with all that has happened to it, up to a position of the past or of a supposed future.
package struct Life: Sendable {
    package let workflow: Workflow
    package private(set) var current: Case
    package private(set) var occurrences: [Occurrence] = []
    /// How far it was followed.
    package private(set) var until: Timestamp
    /// When the case last went on, or when it is followed from: what is only told goes on for ever where nobody does what
    /// is due.
    private var lastMove: Timestamp

    /// More happens than anybody reads: a timer that leads back to itself, or reminders without end.
    package struct TooLong: Error, Hashable, Sendable {
        /// How far it was followed.
        package var until: Timestamp
    }

    /// After this long without a date still to come and without a move, nothing but repetitions is left of a contract.
    package static let afterword = Duration.seconds(30 * 86_400)
    /// More occurrences nobody reads, and they would keep who computes them.
    package static let mostOccurrences = 50_000

    /// Follows a case through its facts.
    ///
    /// - Parameters:
    ///   - journal: As for ``Workflow/replay(_:until:occurrences:)``.
    ///   - limit: Everything due up to here is taken; `nil` until the case is over, or a while after its last date and move.
    ///   - now: With no limit, what is asked for is what comes after.
    ///   - most: Stops where more has happened.
    /// - Returns: `nil` if the case has not started by then.
    /// - Throws: ``TooLong``.
    package init?(
        of workflow: Workflow, _ journal: [JournalEntry], until limit: Position?, from now: Timestamp = .earliest,
        most: Int = mostOccurrences
    ) throws(TooLong) {
        let entries = workflow.inOrder(workflow.effective(journal))
            .filter { entry in limit.map { Position(entry.occurredAt, .events) <= $0 } ?? true }
        guard let first = entries.first,
            let current = workflow.replay(
                [first], until: Position(first.occurredAt, .events), occurrences: &occurrences)
        else { return nil }
        self.workflow = workflow
        self.current = current
        until = first.occurredAt
        lastMove = max(first.occurredAt, now)
        try follow(entries.dropFirst(), until: limit, most)
    }

    /// ``init(of:_:until:from:most:)`` up to and with an instant.
    package init?(of workflow: Workflow, _ journal: [JournalEntry], until instant: Timestamp) throws(TooLong) {
        try self.init(of: workflow, journal, until: Position(after: instant))
    }

    /// The day it was followed to: unless something happened at that very instant that begins a day, one that ends.
    package var lastDay: CivilDate {
        workflow.zone.day(of: max(Position(until, .dayEnds), occurrences.last?.position ?? current.position))
    }

    /// Follows it further while nobody does anything; a position it has passed changes nothing.
    ///
    /// - Throws: ``TooLong``.
    package mutating func advance(to position: Position, most: Int = mostOccurrences) throws(TooLong) {
        if position > current.position { try follow([], until: position, most) }
    }

    private mutating func follow(
        _ entries: ArraySlice<JournalEntry>, until limit: Position?, _ most: Int
    ) throws(TooLong) {
        var rest = entries
        while let first = [rest.first.map { Position($0.occurredAt, .events) }, workflow.nextDue(current)]
            .compactMap(\.self).min()
        {
            if first > limit ?? Position(after: rest.isEmpty ? horizon : .latest) { break }
            let next = first.instant
            let known = occurrences.count
            while let entry = rest.first, entry.occurredAt == next {
                rest.removeFirst()
                _ = workflow.record(entry, in: &current, occurrences: &occurrences)
            }
            workflow.advance(
                &current, to: min(Position(after: next), limit ?? Position(after: next)), occurrences: &occurrences)
            until = next
            if occurrences[known...].contains(where: \.movesCase) { lastMove = max(lastMove, next) }
            guard occurrences.count <= most else { throw TooLong(until: next) }
        }
        if let limit {
            workflow.advance(&current, to: limit, occurrences: &occurrences)
            until = limit.instant
        }
    }

    /// A while after the last date that is known, and the last thing that moved the case.
    private var horizon: Timestamp {
        max(current.lastLimit ?? lastMove, lastMove) + Self.afterword
    }
}
