package import CivilTime
package import WorkflowModel

extension Workflow {
    /// Where a contract stands at an instant: the same answer for ever, whoever asks and whenever.
    ///
    /// - Parameters:
    ///   - journal: Facts in any order; the first in time must be ``Fact/started(_:)``. Facts after `until` are left out,
    ///     corrections are taken into account whenever they were made.
    ///   - until: Everything due up to here is taken, inclusive deadlines of this very instant too.
    ///   - occurrences: Gets what happened, in order.
    /// - Returns: `nil` if the contract has not started by then.
    package func replay(
        _ journal: [JournalEntry], until: Timestamp, occurrences: inout [Occurrence]
    ) -> Case? {
        replay(journal, until: Position(after: until), occurrences: &occurrences)
    }

    /// The same up to a position, which may lie within an instant.
    package func replay(
        _ journal: [JournalEntry], until: Position, occurrences: inout [Occurrence]
    ) -> Case? {
        let entries = inOrder(effective(journal)).filter { Position($0.occurredAt, .events) <= until }
        guard let first = entries.first, case .started(let start) = first.fact else { return nil }
        var run = Run(self, start: start, at: Position(first.occurredAt, .events))
        run.occurrences[0].entry = first.sequence
        for entry in entries.dropFirst() { _ = run.record(entry) }
        run.advance(to: until)
        occurrences += run.occurrences
        return run.current
    }

    /// ``replay(_:until:occurrences:)`` where only the case matters.
    package func replay(_ journal: [JournalEntry], until: Timestamp) -> Case? {
        var occurrences: [Occurrence] = []
        return replay(journal, until: until, occurrences: &occurrences)
    }

    /// The same up to a position, where only the case matters.
    package func replay(_ journal: [JournalEntry], until: Position) -> Case? {
        var occurrences: [Occurrence] = []
        return replay(journal, until: until, occurrences: &occurrences)
    }

    /// Facts in the order in which they happened; those of one instant stay in the order given.
    package func inOrder(_ journal: [JournalEntry]) -> [JournalEntry] {
        journal.enumerated()
            .sorted { ($0.element.occurredAt, $0.offset) < ($1.element.occurredAt, $1.offset) }
            .map(\.element)
    }

    /// Takes what is due up to and including an instant, each at its own.
    ///
    /// An instant the case has passed already changes nothing.
    package func advance(_ current: inout Case, to instant: Timestamp, occurrences: inout [Occurrence]) {
        advance(&current, to: Position(after: instant), occurrences: &occurrences)
    }

    /// The same up to a position, which may lie within an instant.
    package func advance(_ current: inout Case, to position: Position, occurrences: inout [Occurrence]) {
        var run = Run(self, resuming: current)
        run.advance(to: position)
        current = run.current
        occurrences += run.occurrences
    }

    /// The case once what is due up to a position is taken; one that has passed it is as it was.
    package func advanced(_ current: Case, to position: Position) -> Case {
        var run = Run(self, resuming: current)
        run.advance(to: position)
        return run.current
    }

    /// Lets a fact happen to a case that has not passed its instant, and all that was due before it.
    ///
    /// - Returns: What the case made of it; ``Reception/late`` where it belongs before the case's position: the caller
    ///   then replays the journal with the fact in its place.
    package func record(
        _ entry: JournalEntry, in current: inout Case, occurrences: inout [Occurrence]
    ) -> Reception {
        var run = Run(self, resuming: current)
        let reception = run.record(entry)
        guard reception != .late else { return .late }
        current = run.current
        occurrences += run.occurrences
        return reception
    }
}

/// What a case made of a fact.
package enum Reception: Hashable, Sendable {
    case handled
    /// Nothing waits for it in the case's state at that instant.
    case ignored
    /// The case has passed that instant.
    case late
}
