import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel
import SeededRandom

/// The two laws of a case (DESIGN.md §1), over workflows and journals drawn by seed.
@Suite("the laws of a case")
struct LawTests {
    @Test(
        "however the time line is cut into runs and stops, the case and its messages are the same", arguments: seeds(12)
    )
    func downtime(seed: UInt64) throws {
        try downtime(of: RandomWorkflow(seed: seed), seed)
    }

    @Test("the same with children in cases, two levels of them", arguments: seeds(12))
    func downtimeOfTrees(seed: UInt64) throws {
        try downtime(of: RandomWorkflow(seed: seed, levels: 1 + Int(seed % 2)), seed)
    }

    private func downtime(of random: RandomWorkflow, _ seed: UInt64) throws {
        var drawn = random
        let workflow = try load(drawn.text)
        let journal = try drawn.journal(of: workflow)
        let end = try workflow.time("2021-07-01T00:00")
        var wanted: [Occurrence] = []
        let whole = try #require(workflow.replay(journal, until: end, occurrences: &wanted))

        var cuts = try drawn.cuts(of: workflow)[...]
        var occurrences: [Occurrence] = []
        var current = try #require(
            workflow.replay([journal[0]], until: Position(journal[0].occurredAt, .events), occurrences: &occurrences))
        for entry in journal.dropFirst() {
            while let cut = cuts.first, cut < entry.occurredAt {
                workflow.advance(&current, to: cut, occurrences: &occurrences)
                current = try #require(putDown(current, workflow), "seed \(seed): the snapshot is not read back")
                cuts.removeFirst()
            }
            #expect(workflow.record(entry, in: &current, occurrences: &occurrences) != .late, "seed \(seed)")
            current = try #require(putDown(current, workflow), "seed \(seed): the snapshot is not read back")
        }
        for cut in cuts + [end] {
            workflow.advance(&current, to: cut, occurrences: &occurrences)
            current = try #require(putDown(current, workflow), "seed \(seed): the snapshot is not read back")
        }
        #expect(current == whole, "JALON_SEED=\(seed)\n\(drawn.text)")
        #expect(workflow.messageKeys(occurrences) == workflow.messageKeys(wanted), "JALON_SEED=\(seed)\n\(drawn.text)")
    }

    @Test("facts entered late, in any order, give the same case and messages", arguments: seeds(8))
    func orderOfRecording(seed: UInt64) throws {
        try orderOfRecording(of: RandomWorkflow(seed: seed), seed)
    }

    @Test("the same with children in cases", arguments: seeds(8))
    func orderOfRecordingInTrees(seed: UInt64) throws {
        try orderOfRecording(of: RandomWorkflow(seed: seed, levels: 1 + Int(seed % 2)), seed)
    }

    private func orderOfRecording(of random: RandomWorkflow, _ seed: UInt64) throws {
        var drawn = random
        let workflow = try load(drawn.text)
        let journal = try drawn.journal(of: workflow)
        let end = try workflow.time("2021-07-01T00:00")
        var wanted: [Occurrence] = []
        let whole = try #require(workflow.replay(journal, until: end, occurrences: &wanted))

        // Facts of one instant happened in the order in which they were entered, so they keep it.
        var groups: [[JournalEntry]] = []
        for entry in journal.dropFirst() {
            if let last = groups.last?.last, last.occurredAt == entry.occurredAt {
                groups[groups.count - 1].append(entry)
            } else {
                groups.append([entry])
            }
        }
        var entered = [journal[0]]
        var occurrences: [Occurrence] = []
        var current = try #require(workflow.replay(entered, until: entered[0].occurredAt, occurrences: &occurrences))
        for entry in drawn.shuffled(groups).joined() {
            entered.append(entry)
            guard workflow.record(entry, in: &current, occurrences: &occurrences) == .late else { continue }
            let position = current.position
            occurrences = []
            current = try #require(workflow.replay(entered, until: position, occurrences: &occurrences))
        }
        workflow.advance(&current, to: end, occurrences: &occurrences)
        #expect(current == whole, "JALON_SEED=\(seed)\n\(drawn.text)")
        #expect(workflow.messageKeys(occurrences) == workflow.messageKeys(wanted), "JALON_SEED=\(seed)\n\(drawn.text)")
    }

    @Test(
        "an agenda that is kept because nothing of it changed is the one that would be made anew", arguments: seeds(9))
    func sameAgenda(seed: UInt64) throws {
        var drawn = RandomWorkflow(seed: seed, levels: Int(seed % 3))
        let workflow = try load(drawn.text)
        let journal = try drawn.journal(of: workflow)
        var stages: [Case] = []
        for instant in (journal.map(\.occurredAt) + (try drawn.cuts(of: workflow))).sorted() {
            let known = journal.filter { $0.occurredAt <= instant }
            stages.append(try #require(workflow.replay(known, until: instant)))
        }
        for (one, other) in zip(stages, stages.dropFirst()) where workflow.hasSameAgenda(one, other) {
            #expect(workflow.agenda(one) == workflow.agenda(other), "JALON_SEED=\(seed)\n\(drawn.text)")
        }
    }

    @Test("a deadline that has left the agenda before its day does not come back", arguments: seeds(12))
    func agendaIsLeftForGood(seed: UInt64) throws {
        var drawn = RandomWorkflow(seed: seed)
        let workflow = try load(drawn.text)
        let journal = try drawn.journal(of: workflow)
        var left: [String: Timestamp] = [:]
        for instant in (journal.map(\.occurredAt) + (try drawn.cuts(of: workflow))).sorted() {
            let current = try #require(
                workflow.replay(journal.filter { $0.occurredAt <= instant }, until: instant))
            guard !current.isOver, current.fault == nil else { break }
            let listed = Set(workflow.agenda(current).map(\.element))
            for (date, resolved) in zip(workflow.dates, current.dates) {
                guard let limit = resolved?.limit, limit > current.position else { continue }
                #expect(
                    !(listed.contains(date.name) && left[date.name] != nil),
                    "\(date.name) JALON_SEED=\(seed)\n\(drawn.text)")
                if !listed.contains(date.name) { left[date.name] = instant }
            }
        }
    }

    @Test("the drawn cases live: they move, remind, wait, end, and few break down")
    func drawnCasesLive() throws {
        var counts: [String: Int] = [:]
        for seed in 1...30 as ClosedRange<UInt64> {
            var drawn = RandomWorkflow(seed: seed)
            let workflow = try load(drawn.text)
            var occurrences: [Occurrence] = []
            let end = try workflow.time("2021-07-01T00:00")
            _ = workflow.replay(try drawn.journal(of: workflow), until: end, occurrences: &occurrences)
            for occurrence in occurrences { counts[occurrence.narration(in: workflow).kind, default: 0] += 1 }
        }
        for kind in ["event", "ignored", "parameters", "parties", "due", "entered", "left", "date", "message", "over"] {
            #expect(counts[kind, default: 0] >= 8, "\(kind) in \(counts)")
        }
        #expect(counts["fault", default: 0] < 8, "\(counts)")
    }

    @Test("the drawn children live: they are opened, refused, told of, move, and end")
    func drawnChildrenLive() throws {
        var counts: [String: Int] = [:]
        for seed in 1...50 as ClosedRange<UInt64> {
            var drawn = RandomWorkflow(seed: seed, levels: 1 + Int(seed % 2))
            let workflow = try load(drawn.text)
            var occurrences: [Occurrence] = []
            let end = try workflow.time("2021-07-01T00:00")
            _ = workflow.replay(try drawn.journal(of: workflow), until: end, occurrences: &occurrences)
            for occurrence in occurrences {
                let depth = occurrence.child?.path.steps.count ?? 0
                counts["\(depth) \(occurrence.narration(in: workflow).kind)", default: 0] += 1
                if case .event(let name, _, true) = occurrence.kind { counts["\(depth) \(name)", default: 0] += 1 }
            }
        }
        for kind in ["event", "ignored", "parameters", "due", "entered", "left", "date", "message", "over"] {
            #expect(counts["1 \(kind)", default: 0] >= 8, "\(kind) in \(counts)")
        }
        for kind in ["0 refused", "0 told", "1 told", "2 entered", "2 event", "2 message"] {
            #expect(counts[kind, default: 0] >= 4, "\(kind) in \(counts)")
        }
        #expect(counts["0 fault", default: 0] < 12, "\(counts)")
    }

    @Test(
        "what a block calls its own is nobody's business: other names inside give the same case", arguments: seeds(10))
    func namesInside(seed: UInt64) throws {
        var lives: [[String]] = []
        // The workflow's own names, and names that nothing else has.
        for inside in [{ $0 }, { "own\($0)" }] as [(String) -> String] {
            var drawn = RandomWorkflow(seed: seed, inside: inside)
            let workflow = try load(drawn.text)
            let journal = try drawn.journal(of: workflow)
            let end = try workflow.time("2021-07-01T00:00")
            var occurrences: [Occurrence] = []
            let current = try #require(workflow.replay(journal, until: end, occurrences: &occurrences))
            let told = occurrences.compactMap { occurrence in
                if case .message(let message) = occurrence.kind {
                    "\(occurrence.instant) \(message.words(caseID: "case", workflow: workflow).subject)"
                } else {
                    nil
                }
            }
            let dates = current.dates.map { date in date.map { "\($0.day)" } ?? "unknown" }
            let text = (["\(current.data)"] + dates + workflow.leaves(current) + told).map {
                $0.replacing("own", with: "")
            }
            lives.append(text)
        }
        #expect(lives[0] == lives[1], "JALON_SEED=\(seed)")
    }

    private func putDown(_ current: Case, _ workflow: Workflow) -> Case? {
        Case(snapshot: current.snapshot(), of: workflow)
    }
}
