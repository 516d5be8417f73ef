import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct SendTests {
    @Test("an event changes the case, and the answer tells what happened")
    func send() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        let reply = try world.send("r", "report.submitted", ["pages": .text("12"), "mark": .number("15.50")])
        #expect(reply.sequence == 2 && reply.caseID == "r")
        #expect(reply.happened.map(\.kind) == ["event", "left", "entered", "message"])
        #expect(reply.happened[0].text.plain == "Rapport remis (pages : 12, note : 15,5)")
        #expect(reply.happened[0].localTime == "2025-03-01T09:00:00+01:00")
        world.settle()
        #expect(world.subjects(to: "mairie@example.org") == ["Rapport annuel — 12 pages à lire, note 15,5"])
        #expect(try world.core.show("r", at: nil).data.map(\.words) == ["12", "15,5"])
    }

    @Test("an event that nothing waits for is refused with the reason, and not recorded")
    func refusals() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        let before = try world.contents()
        expectRefusal(.notAccepted, saying: "nothing waits for it in writing") { () throws(EngineError) in
            try world.send("r", "report.refused")
        }
        expectRefusal(.notAccepted, saying: "do not hold") { () throws(EngineError) in
            try world.send("r", "report.submitted", ["pages": .number("9")])
        }
        expectRefusal(.caseNotFound, saying: "'q'") { () throws(EngineError) in try world.send("q", "report.refused") }
        #expect(try world.contents() == before)
        #expect(try world.core.history("r").map(\.kind) == ["started", "date", "entered"])
    }

    @Test("what an event carries is typed, field by field")
    func payloads() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        let wrong: [(String, KeyValuePairs<String, PlainValue>, String)] = [
            ("report.submitted", [:], "pages: missing"),
            ("report.submitted", ["pages": .text("many")], "pages: expected a whole number"),
            ("report.submitted", ["pages": .number("12"), "colour": .text("red")], "'colour'"),
            ("report.refused", ["why": .text("short")], "'why'"), ("report.sent", [:], "there is no such event"),
            ("parameters.set", [:], "it says nothing"), ("parties.set", [:], "it says nothing"),
            ("parameters.set", ["price": .boolean(true)], "price"), ("parties.set", ["maire": .text("a@b")], "maire"),
        ]
        for (event, fields, words) in wrong {
            expectRefusal(.badRequest, saying: words) { () throws(EngineError) in try world.send("r", event, fields) }
        }
    }

    @Test("a fact of the future, and one before the case began, are refused")
    func instants() throws {
        let world = try makeWorld()
        try world.start("counter", id: "c")
        let add: KeyValuePairs = ["n": PlainValue.number("1")]
        for (on, words) in [
            ("2025-03-01T08:00:01Z", "future"), ("2025-03-02", "future"), ("2025-03-01T07:59:59Z", "began"),
            ("tomorrow", "no date"),
        ] {
            expectRefusal(.badRequest, saying: words) { () throws(EngineError) in
                try world.send("c", "add", add, on: on)
            }
        }
        #expect(try world.send("c", "add", add, on: "2025-03-01T08:00:00Z").sequence == 2)
    }

    @Test("the bare day on which a case began is no earlier than its beginning, an earlier one is refused")
    func firstDay() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: both)
        #expect(try world.send("r", "report.submitted", ["pages": .number("12")], on: "2025-03-01").sequence == 2)
        world.pass(to: "2025-03-02T09:00:00Z")
        try world.send("r", "report.refused", on: "2025-03-01")
        #expect(
            try world.core.history("r").filter { $0.entry != nil }.map(\.localTime) == [
                "2025-03-01T09:00:00+01:00", "2025-03-01T09:00:00+01:00", "2025-03-01T09:00:00+01:00",
            ])
        try world.correct("r", 3, on: "2025-03-01", reason: "same day")
        _ = try world.core.whatIf(
            "r",
            [
                SupposedEvent(
                    event: "report.submitted", fields: [.init(name: "pages", value: .number("10"))],
                    occurredAt: "2025-03-01")
            ], until: "2025-03-05")
        expectRefusal(.badRequest, saying: "began") { () throws(EngineError) in
            try world.send("r", "report.refused", on: "2025-02-28")
        }
    }

    @Test("who is refused is told how to ask why, of the event with what it carries")
    func hints() throws {
        let gate = """
            jalon: 1
            workflow: gate
            title: Gate
            time-zone: UTC
            events: { knock: { fields: { word: text, tags: { list: text, optional: true } } } }
            states:
              shut: { on: { knock: { when: event.word == 'sesame', to: open } } }
              open: {}
            """
        let world = try makeWorld([report, gate])
        try world.start("rapport", id: "r", parties: both)
        try world.start("gate", id: "g")
        func hint(_ fields: KeyValuePairs<String, PlainValue>, on day: String? = nil) -> String? {
            expectRefusal(.notAccepted, saying: "do not hold") { () throws(EngineError) in
                try world.send("r", "report.submitted", fields, on: day)
            }?.hint
        }
        #expect(
            hint(["pages": .number("9")]) == "jalonctl why-not r report.submitted pages=9 shows what stands in the way")
        for (fields, written) in [
            ([.init(name: "word", value: .text("it's me"))], "'word=it'\\''s me'"),
            (
                [.init(name: "word", value: .text("a")), .init(name: "tags", value: .list([.text("b")]))],
                "--data '{\"tags\":[\"b\"],\"word\":\"a\"}'"
            ),
        ] as [([PlainValue.Member], String)] {
            let request = SendRequest(caseID: "g", event: "knock", fields: fields, author: 1)
            let refusal = expectRefusal(.notAccepted, saying: "do not hold") { () throws(EngineError) in
                try world.write([.send(request)])[0].get()
            }
            #expect(refusal?.hint == "jalonctl why-not g knock \(written) shows what stands in the way")
        }
        world.pass(to: "2025-03-05T09:00:00Z")
        #expect(
            hint(["pages": .number("9")], on: "2025-03-02")
                == "jalonctl show r --at 2025-03-02T00:00 shows where it stood")
    }

    @Test("of many names the nearest to a mistyped one are offered")
    func nearest() throws {
        let many = """
            jalon: 1
            workflow: many
            title: Many
            time-zone: UTC
            events: { \((1...40).map { "thing.\($0).done: Done" }.joined(separator: ", ")) }
            dates: { \((1...40).map { "day-\($0): 2025-04-01" }.joined(separator: ", ")) }
            states: { open: { on: { \((1...40).map { "thing.\($0).done: open" }.joined(separator: ", ")) } } }
            """
        let world = try makeWorld([many])
        try world.start("many", id: "m")
        let refusals: [EngineError?] = [
            expectRefusal(.badRequest, saying: "of 42 names the nearest are thing.7.done") { () throws(EngineError) in
                try world.send("m", "thing.7.dne")
            },
            expectRefusal(.badRequest, saying: "of 42 names the nearest are thing.7.done") { () throws(EngineError) in
                try world.core.whatIf("m", [SupposedEvent(event: "thing.7.dne")], until: nil)
            },
            expectRefusal(.badRequest, saying: "of 40 names the nearest are day-7") { () throws(EngineError) in
                try world.start("many", rebase: ("day7", "2025-05-01"))
            },
            expectRefusal(.badRequest, saying: "none of the 40 names is near it") { () throws(EngineError) in
                try world.core.whyNot(SendRequest(caseID: "m", event: "nothing", author: 1))
            },
        ]
        for refusal in refusals { #expect(refusal.map { $0.message.utf8.count < 300 } == true) }
    }

    @Test("parameters and parties are named later, each in a row of the journal")
    func givenLater() throws {
        let world = try makeWorld()
        try world.start("rapport", id: "r", parties: ["titulaire": "anne@example.org"])
        try world.send("r", "parameters.set", ["price": .text("1200.50")])
        try world.send("r", "parties.set", ["acheteur": .text("mairie@example.org")])
        let view = try world.core.show("r", at: nil)
        #expect(view.parameters.map { $0.value?.contains("200,50") } == [true])
        #expect(view.parties.map(\.address) == ["anne@example.org", "mairie@example.org"])
        #expect(view.journalCount == 3)
        #expect(try world.core.history("r").map(\.kind) == ["started", "date", "entered", "parameters", "parties"])
    }

    @Test("a fact entered late gives the same case as one entered in time")
    func late() throws {
        let inTime = try makeWorld()
        try inTime.start("rapport", id: "r", parties: both)
        inTime.pass(to: "2025-03-20T10:00:00Z")
        try inTime.send("r", "report.submitted", ["pages": .number("40"), "mark": .text("15.50")])
        inTime.pass(to: "2025-04-10T00:00:00Z")

        let late = try makeWorld()
        try late.start("rapport", id: "r", parties: both)
        late.pass(to: "2025-04-10T00:00:00Z")
        #expect(late.subjects(to: "anne@example.org").count == 3)
        let reply = try late.send(
            "r", "report.submitted", ["pages": .number("40"), "mark": .text("15.50")], on: "2025-03-20T10:00:00Z")
        #expect(reply.happened.map(\.kind) == ["event", "left", "entered", "message"])
        late.settle()

        #expect(try late.core.history("r") == inTime.core.history("r"))
        #expect(try late.core.show("r", at: nil) == inTime.core.show("r", at: nil))
        #expect(late.restlessness + inTime.restlessness == [])
    }

    @Test("messages that a late fact makes obsolete are dropped, and those sent are not sent again")
    func obsolete() throws {
        let world = try makeWorld()
        world.plugins.behave { $0.to == "mairie@example.org" ? .failsForNow : .delivers }
        try world.start("rapport", id: "r", parties: both)
        world.pass(to: "2025-03-24T10:00:00Z")
        #expect(try world.core.outbox("r", limit: 9).map(\.state) == [.waiting, .delivered])
        try world.send("r", "report.submitted", ["pages": .number("40")], on: "2025-03-10")
        let rows = try world.core.outbox("r", limit: 9)
        #expect(
            Set(rows.map { "\($0.address ?? "") \($0.state.rawValue)" }) == [
                "mairie@example.org obsolete", "anne@example.org delivered", "mairie@example.org waiting",
            ])
        world.plugins.behave { _ in .delivers }
        world.pass(to: "2025-05-30T10:00:00Z")
        #expect(
            world.subjects(to: "mairie@example.org") == [
                "Rapport annuel — [En retard] 40 pages à lire, note 0"
            ])
        #expect(world.subjects(to: "anne@example.org").count == 1)
        #expect(try world.store.counts().waiting == 0)
    }

    @Test("a message that one late fact drops and another brings back is sent, once")
    func revived() throws {
        let world = try makeWorld()
        world.plugins.behave { $0.to == "mairie@example.org" ? .failsForNow : .delivers }
        try world.start("rapport", id: "r", parties: both)
        world.pass(to: "2025-03-24T10:00:00Z")
        try world.send("r", "report.submitted", ["pages": .number("40")], on: "2025-03-10")
        try world.send("r", "report.refused", on: "2025-03-12")
        world.plugins.behave { _ in .delivers }
        world.pass(to: "2025-03-29T10:00:00Z")
        let reminders = world.subjects(to: "mairie@example.org").filter { $0.contains("dans 7 jours") }
        #expect(reminders.count == 1 && world.subjects(to: "anne@example.org").count == 1)
        #expect(try world.store.counts().waiting == 0 && world.restlessness == [])
    }

    @Test("an effect that becomes obsolete while a plugin fails it is not tried again")
    func obsoleteUnderWay() throws {
        let world = try makeWorld()
        world.plugins.behave { _ in .hangs }
        try world.start("rapport", id: "r", parties: both)
        world.pass(to: "2025-03-24T10:00:00Z")
        try world.send("r", "report.submitted", ["pages": .number("40")], on: "2025-03-10")
        world.plugins.behave { _ in .delivers }
        world.plugins.answerAll(.failedTemporarily(reason: "time is up"))
        world.pass(to: "2025-03-30T10:00:00Z")
        #expect(world.plugins.letters.map(\.to) == ["mairie@example.org"])
        #expect(try world.core.outbox("r", limit: 9).count { $0.state == .obsolete } == 2)
    }

    @Test("a case with very much behind it takes a late fact though the clock was set back behind all of that")
    func muchBehind() throws {
        let ticking = """
            jalon: 1
            workflow: ticking
            title: Ticking
            time-zone: UTC
            events: { note.added: Note }
            data: { notes: integer }
            states: { one: { after: { 1 seconds: one }, on: { note.added: { set: { notes: notes + 1 } } } } }
            """
        let world = try makeWorld([ticking])
        try world.start("ticking", id: "t")
        world.clock.set(to: try at("2025-03-01T13:00:00Z"))
        world.settle()
        world.clock.set(to: try at("2025-03-01T08:30:00Z"))
        try world.send("t", "note.added", on: "2025-03-01T08:10:00Z")
        #expect(try world.core.show("t", at: nil).data.map(\.words) == ["1"])
    }

    @Test("of two equal facts of one instant the second is judged by itself")
    func twice() throws {
        let world = try makeWorld()
        try world.start("silent", id: "s")
        try world.send("s", "done", on: "2025-03-01T08:00:00Z")
        world.pass(to: "2025-03-02T08:00:00Z")
        expectRefusal(.notAccepted, saying: "the case is over") { () throws(EngineError) in
            try world.send("s", "done", on: "2025-03-01T08:00:00Z")
        }
        #expect(try world.core.show("s", at: nil).journalCount == 2)
    }

    @Test("events of one instant happen in the order in which they are sent, before what is due by then")
    func oneInstant() throws {
        let world = try makeWorld(at: "2025-03-31T12:00:00Z")
        let replies = world.write([
            .start(StartRequest(workflow: "silent", caseID: "s", occurredAt: "2025-03-31T11:00", author: 1)),
            .start(StartRequest(workflow: "counter", caseID: "c", author: 1)),
            .send(SendRequest(caseID: "c", event: "add", fields: [.init(name: "n", value: .number("2"))], author: 1)),
            .send(SendRequest(caseID: "s", event: "done", author: 1)),
            .send(SendRequest(caseID: "c", event: "add", fields: [.init(name: "n", value: .number("3"))], author: 1)),
        ])
        for reply in replies[1...] where (try? reply.get()) == nil { Issue.record("\(reply)") }
        #expect(try world.core.show("c", at: nil).data.map(\.words) == ["5"])
    }
}
