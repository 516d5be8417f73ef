import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

/// What is asked of a case, now and at other times.
@Suite struct QuestionTests {
    private func makeReport() throws -> SimulatedWorld {
        let world = try makeWorld()
        try world.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        world.pass(to: "2025-03-10T09:00:00Z")
        try world.send("r", "report.submitted", ["pages": .number("12"), "mark": .text("15.50")])
        return world
    }

    @Test("an expression is computed with what the case knows now, then, and in the future")
    func evaluate() throws {
        let world = try makeReport()
        #expect(try world.core.evaluate("pages * 2", in: "r").words == "24")
        #expect(try world.core.evaluate("price", in: "r").type == "money")
        #expect(try world.core.evaluate("pages", in: "r", at: "2025-03-09").words == "0")
        #expect(try world.core.evaluate("active", in: "r").value == .list([.text("review")]))
        #expect(try world.core.evaluate("active", in: "r", at: "2026-01-01").value == .list([.text("accepted")]))
        #expect(try world.core.evaluate("today", in: "r", at: "2025-03-05T12:00").words == "mercredi 5 mars 2025")
        expectRefusal(.badRequest, saying: "column 1") { () throws(EngineError) in
            try world.core.evaluate("pagse", in: "r")
        }
        expectRefusal(.badRequest, saying: "no date") { () throws(EngineError) in
            try world.core.evaluate("pages", in: "r", at: "soon")
        }
        expectRefusal(.badRequest, saying: "had not begun") { () throws(EngineError) in
            try world.core.evaluate("pages", in: "r", at: "2025-02-01")
        }
        expectRefusal(.caseNotFound, saying: "'q'") { () throws(EngineError) in try world.core.evaluate("1", in: "q") }
    }

    @Test("how a date came to be is told in the contract's language; other names are refused")
    func why() throws {
        let world = try makeReport()
        let lines = try world.core.why("due", in: "r").map(\.plain)
        #expect(
            lines == [
                "Remise du rapport (ccp.txt, ligne 12) : au plus tard le lundi 31 mars 2025",
                "  écrite dans le document",
            ])
        expectRefusal(.badRequest, saying: "there is no date, value or cadence 'end'; there are due") {
            () throws(EngineError) in
            try world.core.why("end", in: "r")
        }
    }

    @Test("reminders that never end are followed for a while after the last date, however late it is asked")
    func remindersWithoutEnd() throws {
        let world = try makeWorld([
            """
            jalon: 1
            workflow: endless
            title: Endless
            time-zone: UTC
            parties: { buyer: { title: Buyer, address: buyer@example.org } }
            events: { done: Done }
            dates: { due: { at: 2025-03-10 } }
            states:
              open: { remind: { of: due, to: buyer, every: 7 days }, on: { done: closed } }
              closed: { type: final }
            """
        ])
        try world.start("endless", id: "e")
        let early = try world.core.whatIf("e", [], until: nil)
        #expect(early.happened.count { $0.kind == "message" } == 4)
        #expect(try early.until < at("2025-04-15T00:00:00Z"))
        world.pass(to: "2026-03-01T08:00:00Z")
        let late = try world.core.whatIf("e", [], until: nil)
        #expect(late.happened.count { $0.kind == "message" } == 5)
        #expect(try late.until < at("2026-04-01T00:00:00Z"))
    }

    @Test("questions change nothing, wherever in time they look")
    func nothingChanges() throws {
        let world = try makeReport()
        let before = try world.contents()
        _ = try world.core.show("r", at: "2025-12-31")
        _ = try world.core.whatIf("r", [SupposedEvent(event: "report.refused", occurredAt: "2025-03-20")], until: nil)
        _ = try world.core.evaluate("pages", in: "r", at: "2025-12-31")
        #expect(try world.contents() == before && world.core.show("r", at: nil).states.map(\.path) == ["review"])
    }

    @Test("an agenda of another time is what lay or will lie ahead then")
    func agenda() throws {
        let world = try makeReport()
        func ahead(_ at: String?) throws -> [String] {
            try world.core.agenda(from: nil, until: nil, caseID: "r", at: at, limit: 9).map(\.element)
        }
        #expect(try ahead(nil) == ["due", "review"])
        #expect(try ahead("2025-03-05") == ["due"])
        #expect(try ahead("2025-04-01") == ["review"])
        #expect(try ahead("2025-05-01") == [])
        expectRefusal(.badRequest, saying: "of one case") { () throws(EngineError) in
            try world.core.agenda(from: nil, until: nil, caseID: nil, at: "2025-05-01", limit: 9)
        }
    }

    @Test("a future in which too much happens is refused, and the engine goes on")
    func endless() throws {
        let clockwork = """
            jalon: 1
            workflow: clockwork
            title: Every minute
            time-zone: UTC
            events: { stop: Stop }
            initial: tick
            states:
              tick: { after: { 1 minutes: tock }, on: { stop: end } }
              tock: { after: { 1 minutes: tick }, on: { stop: end } }
              end: { type: final }
            """
        let world = try makeWorld([clockwork])
        try world.start("clockwork", id: "c")
        expectRefusal(.badRequest, saying: "more than 50000 things happen") { () throws(EngineError) in
            try world.core.show("c", at: "2099-01-01")
        }
        expectRefusal(.badRequest, saying: "more than 50000 things happen") { () throws(EngineError) in
            try world.core.whatIf("c", [], until: nil)
        }
        #expect(try world.core.show("c", at: "2025-03-01T08:03").states.map(\.path) == ["tock"])
    }

    // MARK: What if

    @Test("without events, a case is told to its end: what happens if nobody does anything")
    func future() throws {
        let world = try makeReport()
        let view = try world.core.whatIf("r", [], until: nil)
        #expect(view.comparison.comparison.isEmpty)
        #expect(view.happened.map(\.kind) == ["due", "left", "entered", "over"])
        #expect(view.end.status == "over")
        #expect(try view.until == at("2025-04-09T22:00:00Z"))
    }

    @Test("with events, it tells what moves beside doing nothing: states, dates, sums and messages")
    func supposed() throws {
        let world = try makeReport()
        let events = [
            SupposedEvent(event: "report.refused", occurredAt: "2025-03-12"),
            SupposedEvent(
                event: "report.submitted", fields: [.init(name: "pages", value: .number("3"))], occurredAt: "2025-03-13"
            ),
            SupposedEvent(
                event: "report.submitted", fields: [.init(name: "pages", value: .number("30"))],
                occurredAt: "2025-03-28"),
        ]
        let view = try world.core.whatIf("r", events, until: nil)
        let moved = view.comparison.comparison
        #expect(moved.values.map { "\($0.element) \($0.after ?? "-")" } == ["pages 30", "mark 0"])
        #expect(moved.passed.map(\.path) == ["writing", "review"] && moved.skipped.isEmpty)
        #expect(moved.effects.map(\.entry) == [4] && moved.effects.map(\.hasEffect) == [false])
        #expect(
            moved.owed.map(\.subject.plain) == [
                "Rappel : Remise du rapport, dans 7 jours", "Rappel : Remise du rapport, dans 7 jours",
                "30 pages à lire, note 0",
            ])
        #expect(Set(view.comparison.fates.values) == [.owed])
        #expect(view.until == (try at("2025-04-27T22:00:00Z")))
        let near = try world.core.whatIf("r", events, until: "2025-03-20")
        #expect(near.comparison.comparison.states.map(\.element) == ["review", "writing"])
    }

    @Test("what the case would not take is told, with what 'send' would answer to the first")
    func notTaken() throws {
        let world = try makeReport()
        func asked(_ events: [(String, String?)]) throws -> (WhatIfView, String) {
            let view = try world.core.whatIf(
                "r", events.map { SupposedEvent(event: $0, occurredAt: $1) }, until: nil)
            return (view, view.refusal.map { "\($0.code) \($0.message)" } ?? "taken")
        }
        let now = try asked([("report.refused", nil), ("report.refused", nil), ("report.refused", "2025-03-20")])
        #expect(now.0.notTaken == [4, 5])
        #expect(
            now.1 == "notAccepted supposed event 2, 'report.refused': case 'r' does not take 'report.refused': "
                + "nothing waits for it in writing")
        let later = try asked([("report.refused", "2025-05-01")])
        #expect(
            later.1 == "notAccepted supposed event 1, 'report.refused': case 'r' does not take 'report.refused' on "
                + "2025-05-01T00:00: the case is over")
        #expect(try asked([("report.refused", "2025-03-20")]).1 == "taken")
    }

    @Test("what a deadline moves is told of the day that ends, what people report of the day it is reported")
    func days() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        let submitted = SupposedEvent(
            event: "report.submitted", fields: [.init(name: "pages", value: .number("30"))], occurredAt: "2025-03-10")
        let view = try world.core.whatIf("r", [submitted], until: nil)
        let moved = view.comparison.comparison
        // 30 days end with the 9th of April, and the case with them.
        #expect(moved.passed.map { "\($0.path) \($0.day)" } == ["review 2025-03-10", "accepted 2025-04-09"])
        #expect(view.until == (try at("2025-04-09T22:00:00Z")) && "\(view.lastDay)" == "2025-04-09")
        let late = moved.dropped.first { $0.subject.plain == "Le rapport n'est pas remis" }
        #expect(late.map { "\($0.day)" } == "2025-03-31")
        let limited = try world.core.whatIf("r", [submitted], until: "2025-03-20")
        #expect("\(limited.lastDay)" == "2025-03-20")
        let ignored = SupposedEvent(event: "report.refused", occurredAt: "2025-04-20")
        let reported = try world.core.whatIf("r", [submitted, ignored], until: nil)
        #expect("\(reported.lastDay)" == "2025-04-20")
    }

    @Test("what cannot be supposed is refused with its place")
    func refused() throws {
        let world = try makeReport()
        for (event, on, words) in [
            ("report.sent", nil, "supposed event 1, 'report.sent': report.sent: there is no such event"),
            ("report.refused", "soon", "supposed event 1, 'report.refused': 'soon' is no date"),
            ("report.refused", "2025-02-01", "the case began on"),
        ] as [(String, String?, String)] {
            expectRefusal(.badRequest, saying: words) { () throws(EngineError) in
                try world.core.whatIf("r", [SupposedEvent(event: event, occurredAt: on)], until: nil)
            }
        }
        expectRefusal(.badRequest, saying: "2025-03-01 is over") { () throws(EngineError) in
            try world.core.whatIf("r", [], until: "2025-03-01")
        }
        let future = expectRefusal(.badRequest, saying: "is in the future") { () throws(EngineError) in
            try world.send("r", "report.refused", on: "2099-01-01")
        }
        #expect(future?.hint?.contains("jalonctl what-if supposes them") == true)
    }

    // MARK: Computing again

    @Test("a case that its journal does not come to is found, with what differs")
    func differences() throws {
        let world = try makeReport()
        try world.start("counter", id: "c")
        #expect(try world.core.replayDifferences(after: nil, limit: 1).next == "c")
        let sound = try world.core.replayDifferences(after: nil, limit: 10)
        #expect(sound.checked == 2 && sound.differing == [] && sound.next == nil)

        // As a program would have left it that counted dates otherwise.
        var row = try #require(try world.store.storedCase("r"))
        row.snapshot = []
        row.due = try at("2025-03-30T00:00:00Z")
        let agenda = [
            AgendaRow(
                caseID: "r", instant: try at("2025-03-30T00:00:00Z"), element: "due", title: "Remise du rapport",
                words: "le 30 mars", clause: 12)
        ]
        try world.store.apply([.caseCommit(CaseCommit(state: row, journal: [], agenda: agenda, outbox: []))])
        let found = try world.core.replayDifferences(after: "c", limit: 10)
        #expect(found.differing.map(\.caseID) == ["r"])
        let words = found.differing.flatMap(\.differences).joined(separator: "\n")
        #expect(
            words.contains("it is due next on 2025-03-30")
                && words.contains("its agenda has Remise du rapport, le 30 mars"))
        #expect(words.contains("its agenda lacks Vérification"))
    }
}
