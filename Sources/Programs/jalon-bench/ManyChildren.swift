import CaseReplay
import CivilTime
import DefinitionFiles
import WorkflowLoading
import WorkflowModel

/// One case with many children: what opening them all costs, and a step on one of them.
enum ManyChildren {
    static func run() throws {
        let files = ZoneFiles(folder: ZoneFiles.systemFolder)
        let environment = LoadingEnvironment(zone: { files.zone($0) }, calendar: { _ in nil }, calendarNames: [])
        let (loaded, diagnostics) = loadWorkflow(text, file: "many.yaml", environment: environment)
        guard let workflow = loaded else {
            throw Unusable(description: "\(diagnostics.map { $0.rendered(source: text) })")
        }
        for count in [10, 1_000, 5_000] { try measure(workflow, count) }
    }

    private static func measure(_ workflow: Workflow, _ count: Int) throws {
        let journal = try (0..<count).map { number in
            let due = CivilDate(year: 2022, month: 1 + number % 12, day: 1 + number % 28)
            let fields: [PlainValue.Member] = [
                .init(name: "number", value: .text("n\(number)")),
                .init(name: "due", value: .text("\(due ?? .earliest)")),
            ]
            return try entry("placed", fields, ChildPath(), workflow)
        }
        let start = JournalEntry(occurredAt: instant("2021-01-04", workflow), fact: .started(Start()))
        var opened: Case?
        let opening = seconds { opened = workflow.replay([start] + journal, until: instant("2021-02-01", workflow)) }
        guard var current = opened, current.children[0].count == count else {
            throw Unusable(description: "the children were not opened")
        }
        let child = ChildPath(steps: [.init(kind: "order", key: "n\(count / 2)")])
        let noted = try entry("noted", [], child, workflow)
        var occurrences: [Occurrence] = []
        let steps = 200
        let elapsed = seconds {
            for _ in 0..<steps {
                let before = current
                _ = workflow.record(noted, in: &current, occurrences: &occurrences)
                _ = workflow.nextDue(current)
                _ = workflow.hasSameAgenda(before, current)
            }
        }
        let agenda = seconds { for _ in 0..<20 { _ = workflow.agenda(current, limit: 50) } }
        let writing = seconds { for _ in 0..<20 { _ = current.snapshot() } }
        let bytes = current.snapshot()
        let reading = seconds { _ = Case(snapshot: bytes, of: workflow) }
        func print(_ metric: String, _ value: Double) {
            Figure(workload: "W2", metric: "children-\(metric):\(count)", value: value).print()
        }
        print("open-all-ms", opening * 1_000)
        print("event-on-one-us", elapsed / Double(steps) * 1_000_000)
        print("agenda-us", agenda / 20 * 1_000_000)
        print("snapshot-us", writing / 20 * 1_000_000)
        print("snapshot-bytes", Double(bytes.count))
        print("snapshot-read-ms", reading * 1_000)
    }

    private static func entry(
        _ name: String, _ fields: [PlainValue.Member], _ child: ChildPath, _ workflow: Workflow
    ) throws -> JournalEntry {
        let owner = workflow.definition(at: child) ?? workflow
        let payload = try PlainValue.object(fields).record(owner.event(named: name)?.fields ?? [], zone: owner.zone)
        return JournalEntry(
            occurredAt: instant("2021-02-01", workflow), fact: .event(name: name, payload: payload), child: child)
    }

    private static func instant(_ text: String, _ workflow: Workflow) -> Timestamp {
        Timestamp(readableByPeople: text, zone: workflow.zone) ?? .earliest
    }

    private static let text = """
        jalon: 1
        workflow: many
        title: Many orders
        time-zone: Europe/Paris
        parties: { buyer: Buyer }
        events: { placed: { fields: { number: text, due: date } } }
        dates: { end: 2023-12-31 }
        cases:
          order:
            parameters: { due: date, end: date }
            events: { delivered: Delivered, noted: Noted }
            data: { notes: integer }
            dates: { delivery: { is: due }, last: { is: end } }
            result: { due: delivery }
            states:
              open: { on: { delivered: done, noted: { set: { notes: notes + 1 } } }, at: { delivery: late } }
              late: { on: { delivered: done } }
              done: { type: final }
        states:
          running:
            on: { placed: { open: { case: order, key: event.number, with: { due: event.due, end: end } } } }
            at: { end: over }
          over: { type: final }
        """
}
