import CaseReplay
import CivilTime
import Expressions
import JalonTestSupport
import SeededRandom
import Testing
import WorkflowModel

/// What corrections keep, over workflows and journals drawn by seed.
@Suite("the laws of corrections")
struct CorrectionLawTests {
    /// A drawn journal whose entries are numbered and happened at instants of their own, so that nothing hangs on the
    /// order in which two of them were recorded.
    private struct Drawn {
        let workflow: Workflow
        let journal: [JournalEntry]
        let end: Timestamp
        var random: SeededGenerator

        init(seed: UInt64) throws {
            var drawn = RandomWorkflow(seed: seed, levels: Int(seed % 3))
            workflow = try load(drawn.text)
            journal = try drawn.journal(of: workflow).enumerated().map { index, entry in
                JournalEntry(
                    occurredAt: entry.occurredAt + .seconds(index), fact: entry.fact, child: entry.child,
                    sequence: index + 1)
            }
            end = try workflow.time("2021-07-01T00:00")
            random = SeededGenerator(seed: seed ^ 0xC0)
        }

        func life(_ journal: [JournalEntry]) throws -> (Case, [String]) {
            var occurrences: [Occurrence] = []
            let end = try #require(workflow.replay(journal, until: end, occurrences: &occurrences))
            return (end, workflow.messageKeys(occurrences))
        }
    }

    private func correction(_ entry: Int, as sequence: Int, at instant: Timestamp, _ change: (inout Correction) -> Void)
        -> JournalEntry
    {
        var correction = Correction(entry: entry, reason: "")
        change(&correction)
        return JournalEntry(occurredAt: instant, fact: .corrected(correction), sequence: sequence)
    }

    private func withdrawal(_ entry: Int, as sequence: Int, at instant: Timestamp) -> JournalEntry {
        correction(entry, as: sequence, at: instant) { $0.isWithdrawal = true }
    }

    /// The entry as somebody got it wrong, and the correction that puts it right.
    private func mistaken(_ entry: JournalEntry, _ drawn: inout Drawn, as sequence: Int) -> (JournalEntry, JournalEntry)
    {
        var wrong = entry
        let place = entry.sequence ?? 0
        let right = correction(place, as: sequence, at: drawn.end) { correction in
            correction.child = entry.child
            wrong.occurredAt = entry.occurredAt + .seconds(drawn.random.below(40) * 86_400)
            correction.occurredAt = entry.occurredAt
            switch entry.fact {
            case .event(let name, .map(let payload)) where !payload.isEmpty:
                correction.fields = payload
                let other = payload.entries.map { entry -> (Value, Value) in
                    if case .int(let number) = entry.value {
                        (entry.key, .int(number + 3))
                    } else {
                        (entry.key, entry.value)
                    }
                }
                wrong.fact = .event(name: name, payload: .map(ValueMap(other)))
            case .parameters(let values):
                correction.parameters = values
                wrong.fact = .parameters(values.map { ParameterValue(parameter: $0.parameter, value: .int(1)) })
            case .parties(let bindings):
                correction.parties = bindings
                wrong.fact = .parties(bindings.map { PartyBinding(party: $0.party, address: "wrong@example.org") })
            default: break
            }
        }
        return (wrong, right)
    }

    @Test("correcting everything to the truth gives the case that never knew otherwise", arguments: seeds(6))
    func truth(seed: UInt64) throws {
        var drawn = try Drawn(seed: seed)
        let wanted = try drawn.life(drawn.journal)
        var journal = [drawn.journal[0]]
        var corrections: [JournalEntry] = []
        for entry in drawn.journal.dropFirst() {
            let (wrong, right) = mistaken(entry, &drawn, as: drawn.journal.count + corrections.count + 1)
            journal.append(wrong)
            corrections.append(right)
        }
        let found = try drawn.life(journal + corrections)
        #expect(found == wanted, "JALON_SEED=\(seed)")
        // Corrected once more, to the same, nothing changes.
        let again = corrections.enumerated().map { index, entry in
            JournalEntry(
                occurredAt: entry.occurredAt, fact: entry.fact,
                sequence: drawn.journal.count + corrections.count + index + 1)
        }
        #expect(try drawn.life(journal + corrections + again) == wanted, "JALON_SEED=\(seed)")
    }

    @Test("what was withdrawn never was, and comes back with its withdrawal withdrawn", arguments: seeds(6))
    func withdrawal(seed: UInt64) throws {
        var drawn = try Drawn(seed: seed)
        let all = try drawn.life(drawn.journal)
        let count = drawn.journal.count
        let chosen = drawn.journal.dropFirst().filter { _ in drawn.random.below(2) == 0 }.compactMap(\.sequence)
        let kept = try drawn.life(drawn.journal.filter { !chosen.contains($0.sequence ?? 0) })
        let out = chosen.enumerated().map { withdrawal($1, as: count + $0 + 1, at: drawn.end) }
        #expect(try drawn.life(drawn.journal + out) == kept, "JALON_SEED=\(seed)")
        let back = out.indices.map { withdrawal(count + $0 + 1, as: count + out.count + $0 + 1, at: drawn.end) }
        #expect(try drawn.life(drawn.journal + out + back) == all, "JALON_SEED=\(seed)")
        // Withdrawn and reported again is as if reported once.
        let again = drawn.journal.filter { chosen.contains($0.sequence ?? 0) }.enumerated().map { index, entry in
            JournalEntry(
                occurredAt: entry.occurredAt, fact: entry.fact, child: entry.child,
                sequence: count + out.count + index + 1)
        }
        #expect(try drawn.life(drawn.journal + out + again) == all, "JALON_SEED=\(seed)")
    }

    @Test("corrections count from the first day, wherever they stand in time and in the list", arguments: seeds(4))
    func order(seed: UInt64) throws {
        var drawn = try Drawn(seed: seed)
        var journal = [drawn.journal[0]]
        var corrections: [JournalEntry] = []
        for entry in drawn.journal.dropFirst() {
            let (wrong, right) = mistaken(entry, &drawn, as: drawn.journal.count + corrections.count + 1)
            journal.append(wrong)
            if drawn.random.below(2) == 0 { corrections.append(right) }
        }
        let wanted = try drawn.life(journal + corrections)
        let shuffled = (journal + corrections).shuffled(using: &drawn.random)
        #expect(try drawn.life(shuffled) == wanted, "JALON_SEED=\(seed)")
        let earlier = corrections.map { entry in
            JournalEntry(occurredAt: drawn.journal[0].occurredAt, fact: entry.fact, sequence: entry.sequence)
        }
        #expect(try drawn.life(journal + earlier) == wanted, "JALON_SEED=\(seed)")
        // A look back sees what is known today.
        let middle = try drawn.workflow.time("2021-04-01")
        let then = try #require(drawn.workflow.replay(journal + corrections, until: middle))
        #expect(drawn.workflow.replay(journal + earlier, until: middle) == then, "JALON_SEED=\(seed)")
    }

    @Test("a life followed step by step is the case replayed in one go", arguments: seeds(4))
    func life(seed: UInt64) throws {
        let drawn = try Drawn(seed: seed)
        let (wanted, keys) = try drawn.life(drawn.journal)
        let life = try #require(try Life(of: drawn.workflow, drawn.journal, until: drawn.end))
        #expect(life.current == wanted && drawn.workflow.messageKeys(life.occurrences) == keys, "JALON_SEED=\(seed)")
        var cut = try #require(
            try Life(of: drawn.workflow, drawn.journal, until: try drawn.workflow.time("2021-06-10")))
        try cut.advance(to: Position(after: drawn.end))
        #expect(cut.current == wanted, "JALON_SEED=\(seed)")
    }

    @Test("a case does not differ from itself, and what one life owes more the other owes less", arguments: seeds(4))
    func comparison(seed: UInt64) throws {
        var drawn = try Drawn(seed: seed)
        let chosen = 2 + drawn.random.below(drawn.journal.count - 1)
        let one = try #require(try Life(of: drawn.workflow, drawn.journal, until: drawn.end))
        let other = try #require(
            try Life(
                of: drawn.workflow,
                drawn.journal + [withdrawal(chosen, as: drawn.journal.count + 1, at: drawn.end)], until: drawn.end))
        #expect(Comparison(one, one, caseID: "c").isEmpty)
        let (forth, back) = (Comparison(one, other, caseID: "c"), Comparison(other, one, caseID: "c"))
        #expect(forth.dropped == back.owed && forth.owed == back.dropped, "JALON_SEED=\(seed)")
        #expect(forth.dates.map(\.before) == back.dates.map(\.after), "JALON_SEED=\(seed)")
        #expect(forth.values.map(\.after) == back.values.map(\.before), "JALON_SEED=\(seed)")
        #expect(forth.skipped == back.passed, "JALON_SEED=\(seed)")
        #expect(
            Set(forth.shifted.map { [$0.element, $0.before, $0.after] })
                == Set(back.shifted.map { [$0.element, $0.after, $0.before] }), "JALON_SEED=\(seed)")
        #expect(forth.children.map(\.before) == back.children.map(\.after), "JALON_SEED=\(seed)")
        // The messages of one are those of the other, less and more what is told.
        var keys = Set(drawn.workflow.messageKeys(one.occurrences))
        keys.subtract(forth.dropped.map { $0.key.replacing("c/", with: "case/", maxReplacements: 1) })
        keys.formUnion(forth.owed.map { $0.key.replacing("c/", with: "case/", maxReplacements: 1) })
        #expect(keys == Set(drawn.workflow.messageKeys(other.occurrences)), "JALON_SEED=\(seed)")
    }
}
