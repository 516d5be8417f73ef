import CaseReplay
import CivilTime
import JalonTestSupport
import WorkflowModel
import SeededRandom

extension RandomWorkflow {
    /// Facts from the start on, in the order in which they happened; some share an instant with one another or with a
    /// deadline.
    mutating func journal(of workflow: Workflow) throws -> [JournalEntry] {
        var journal: [JournalEntry] = []
        // Many of those of children find none, or one that is over.
        let count = 3 + random.below(15)
        for _ in 0..<(workflow.kinds.isEmpty ? count : 2 * count) {
            let day = CivilDate(year: 2021, month: 2 + random.below(4), day: 1 + random.below(28)).map { "\($0)" } ?? ""
            let time = random.chance(40) ? random.pick(moments) : "\(day)T\(random.pick(["09:00", "12:34", "16:30"]))"
            journal.append(try fact(at: time, of: workflow))
        }
        return [try workflow.start(at: "2021-02-01T08:00", random.chance(50) ? ["limit": "5"] : [:])]
            + workflow.inOrder(journal)
    }

    private mutating func fact(at time: String, of workflow: Workflow) throws -> JournalEntry {
        if let kind = workflow.kinds.first, random.chance(50) {
            var entry = try fact(at: time, of: kind.workflow)
            let key = random.pick(["a", "a", "a", "b", "c", "0", "1"])
            entry.child = ChildPath(steps: [.init(kind: kind.name, key: key)] + entry.child.steps)
            return entry
        }
        // Which blocks a child uses only its own text knows.
        let isWhole = workflow.sharedParties == 0
        if let event = !isWhole || blockEvents.isEmpty || random.chance(60) ? nil : random.pick(blockEvents) {
            return try workflow.event(event, at: time, ["n": "\(random.below(9))"])
        }
        switch random.below(8) {
        case 0:
            let value = try workflow.parameterValue(
                .init(name: random.pick(["limit", "factor"]), value: .number("\(random.below(9))")))
            return JournalEntry(occurredAt: try workflow.time(time), fact: .parameters([value]))
        case 1:
            return JournalEntry(
                occurredAt: try workflow.time(time),
                fact: .parties([
                    PartyBinding(
                        // A child names its own parties only.
                        party: workflow.sharedParties + random.below(workflow.parties.count - workflow.sharedParties),
                        address: "new\(random.below(3))@example.org")
                ]))
        case 2: return try workflow.event("e0", at: time, ["n": "\(random.below(9))"])
        case 3:
            let fields = ["key": random.pick(["a", "b", "c"])]
            let n = random.chance(50) ? ["n": "\(random.below(9))"] : [:]
            return try workflow.event("e1", at: time, fields.merging(n) { $1 })
        case 4: return try workflow.event("e4", at: time, ["day": "2021-0\(2 + random.below(5))-15"])
        default: return try workflow.event(random.pick(["e2", "e3"]), at: time)
        }
    }

    /// Instants at which a case is put down.
    mutating func cuts(of workflow: Workflow) throws -> [Timestamp] {
        let first = try workflow.time("2021-02-01T08:00")
        let last = try workflow.time("2021-07-01")
        var cuts: [Timestamp] = []
        for _ in 0..<random.below(30) {
            cuts.append(
                random.chance(40)
                    ? try workflow.time(random.pick(moments))
                    : first + .seconds(random.below(150 * 24) * 3600 + random.pick([0, 0, 1800, 61])))
        }
        return cuts.filter { $0 > first && $0 < last }.sorted()
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }
}
