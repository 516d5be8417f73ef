import CaseReplay
import CivilTime
import Expressions
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct JournalTests {
    private func makeJournal() throws -> SimulatedWorld {
        let world = try makeWorld()
        try world.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        for mark in ["12.50", "13", "1e2", "0.10"] {
            world.clock.pass(.days(1))
            try world.send("r", "report.submitted", ["pages": .number("40"), "mark": .text(mark)])
            try world.send("r", "report.refused")
        }
        return world
    }

    @Test("a journal reads back as it was written, to the digit")
    func readsBack() throws {
        let world = try makeJournal()
        let history = try world.core.history("r")
        let marks = history.filter { $0.kind == "event" && $0.element == "report.submitted" }.map(\.text)
        #expect(marks.map { $0.split(separator: " ").last } == ["12,5)", "13)", "100)", "0,1)"])
        // Without snapshots and memory, the case comes from its journal alone.
        let shown = try world.core.show("r", at: nil)
        var stored = try #require(try world.store.storedCase("r"))
        stored.snapshot = []
        try world.store.apply([.caseCommit(CaseCommit(state: stored, journal: [], agenda: nil, outbox: []))])
        try world.restart()
        #expect(try world.core.show("r", at: nil) == shown)
        #expect(try world.core.history("r") == history)
    }

    /// A store whose journal somebody has changed behind the engine's back.
    private func tampered(_ change: (inout [JournalRow]) -> Void) throws -> EngineError? {
        let world = try makeJournal()
        var rows = try world.store.journal(of: "r")
        change(&rows)
        let store = InMemoryStore()
        let state = try #require(try world.store.storedCase("r"))
        try store.apply(
            world.store.definitions().map(StoreChange.definition)
                + [.caseCommit(CaseCommit(state: state, journal: rows, agenda: nil, outbox: []))])
        let reader = try SimulatedWorld(
            [report], at: "2025-03-09T08:00:00Z", environment: environment, store: FaultyStore(store))
        do throws(EngineError) {
            _ = try reader.core.history("r")
            return nil
        } catch {
            return error
        }
    }

    @Test("an untouched journal is sound")
    func sound() throws { #expect(try tampered { _ in } == nil) }

    @Test("a row that was changed, left out, added or dated anew is found and named")
    func tampering() throws {
        let text = try tampered { $0[3].text = $0[3].text.replacing("13", with: "18") }
        #expect(text?.message.contains("'r' was changed: entry 4 ") == true, "\(String(describing: text))")
        let rehashed = try tampered { rows in
            rows[3].text = rows[3].text.replacing("13", with: "18")
            rows[3].hash = JournalCoding.hash(rows[3].text, after: rows[2].hash)
        }
        #expect(rehashed?.message.contains("entry 5 ") == true, "\(String(describing: rehashed))")
        let missing = try tampered { $0.remove(at: 4) }
        #expect(missing?.message.contains("entry 6 ") == true, "\(String(describing: missing))")
        let short = try tampered { $0.removeLast() }
        #expect(short?.message.contains("ends with entry 8") == true, "\(String(describing: short))")
        let long = try tampered { rows in
            var row = rows[8]
            row.sequence = 10
            row.text = row.text.replacing("\"sequence\":9", with: "\"sequence\":10")
            row.hash = JournalCoding.hash(row.text, after: rows[8].hash)
            rows.append(row)
        }
        #expect(long?.message.contains("ends with entry 10") == true, "\(String(describing: long))")
        let dated = try tampered { $0[2].occurredAt = $0[2].occurredAt + .seconds(1) }
        #expect(dated?.message.contains("entry 3 ") == true, "\(String(describing: dated))")
    }

    @Test("JSON reads back what was written, and nothing else is JSON")
    func json() throws {
        let value = PlainValue.object([
            .init(
                name: "a", value: .list([.number("-0.10"), .number("1E+30"), .null, .boolean(true), .boolean(false)])),
            .init(name: "é\"\\\n\u{1}🗓", value: .text("l'« échéance »\t\u{7F}\u{0}")),
            .init(name: "", value: .object([])),
        ])
        #expect(
            PlainValue(json: value.canonicalJSON)
                == .object([
                    .init(name: "", value: .object([])),
                    .init(
                        name: "a",
                        value: .list([.number("-0.10"), .number("1E+30"), .null, .boolean(true), .boolean(false)])),
                    .init(name: "é\"\\\n\u{1}🗓", value: .text("l'« échéance »\t\u{7F}\u{0}")),
                ]))
        #expect(
            PlainValue(json: #" [ "\u00e9\ud83d\uddd3\/\b\f\r" , 0 ] "#)
                == .list([
                    .text("é🗓/\u{8}\u{C}\r"), .number("0"),
                ]))
        for text in [
            "", "01", "1.", ".5", "-", "1e", "[1,]", "{\"a\"}", "{\"a\":1,}", "tru", "\"a", "\"\\x\"", "\"\\ud800\"",
            "\"\\u12\"", "\"\n\"", "1 2", "nul", "{a:1}", String(repeating: "[", count: 200),
        ] {
            #expect(PlainValue(json: text) == nil, "\(text)")
        }
    }

    @Test("facts of every kind of value survive their row")
    func values() throws {
        let text = """
            jalon: 1
            workflow: kinds
            title: Kinds
            time-zone: Europe/Paris
            events:
              told:
                fields:
                  flag: boolean
                  word: text
                  count: integer
                  share: decimal
                  price: { type: money, currency: EUR, basis: excl-vat }
                  any-price: money
                  day: date
                  moment: date-time
                  rows: { list: { name: text, price: money } }
                  pair: { record: { a: integer, b: decimal } }
                  whatever: any
            data:
              share: decimal
            initial: on
            states: { on: { on: { told: { set: { share: event.share } } } } }
            """
        let world = try makeWorld([text])
        try world.start("kinds", id: "k")
        let workflow = try world.core.find("k").workflow
        let record = PlainValue.object([
            .init(name: "flag", value: .boolean(true)), .init(name: "word", value: .text("12")),
            .init(name: "count", value: .number("-9223372036854775808")), .init(name: "share", value: .text("0.70")),
            .init(name: "price", value: .text("1200.50")), .init(name: "any-price", value: .text("3.14 MAD")),
            .init(name: "day", value: .text("2025-03-01")), .init(name: "moment", value: .text("2025-03-01T12:30")),
            .init(
                name: "rows",
                value: .list([
                    .object([
                        .init(name: "name", value: .text("« A »")), .init(name: "price", value: .text("5 EUR")),
                    ])
                ])),
            .init(
                name: "pair",
                value: .object([.init(name: "a", value: .number("1")), .init(name: "b", value: .number("2.0"))])),
            .init(name: "whatever", value: .list([.null, .number("1.50"), .text("x")])),
        ])
        let fields = try #require(workflow.event(named: "told")).fields
        let payload = try record.record(fields, zone: workflow.zone)
        let entry = JournalEntry(occurredAt: world.clock.now(), fact: .event(name: "told", payload: payload))
        let row = JournalCoding.row(
            entry, caseID: "k", digest: "d", sequence: 2, recordedAt: world.clock.now(), author: 1, previous: [],
            workflow: workflow)
        let read = try #require(JournalCoding.entry(row, caseID: "k", workflow: workflow))
        guard case .event("told", let again) = read.fact else { return #expect(Bool(false), "\(read)") }
        #expect(again == payload && "\(again)" == "\(payload)")
    }
}
