import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

extension SimulatedWorld {
    /// Corrects an entry in a turn of its own.
    @discardableResult
    func correct(
        _ caseID: String, _ entry: Int, _ fields: KeyValuePairs<String, PlainValue> = [:], on: String? = nil,
        rebase: (date: String, to: String)? = nil, withdraw: Bool = false, reason: String = "erreur de saisie",
        dryRun: Bool = false
    ) throws(EngineError) -> WriteReply {
        let request = CorrectRequest(
            caseID: caseID, entry: entry, fields: fields.map { .init(name: $0.key, value: $0.value) }, rebase: rebase,
            occurredAt: on, isWithdrawal: withdraw, reason: reason, isDryRun: dryRun, author: 1000)
        return try write([.correct(request)])[0].get()
    }
}

@Suite struct CorrectionTests {
    /// A case whose report came on the tenth, recorded with too few pages, and that was looked at on the fourteenth.
    private func makeReport() throws -> SimulatedWorld {
        let world = try makeWorld()
        try world.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        world.pass(to: "2025-03-10T09:00:00Z")
        try world.send("r", "report.submitted", ["pages": .number("12")])
        world.pass(to: "2025-03-14T09:00:00Z")
        return world
    }

    @Test("a corrected field gives the case that never knew otherwise, and tells what moved")
    func replaced() throws {
        let world = try makeReport()
        let reply = try world.correct("r", 2, ["pages": .number("40")])
        #expect(reply.sequence == 3 && reply.caseID == "r")
        let moved = try #require(reply.comparison)
        #expect(moved.comparison.values.map { "\($0.title) \($0.before ?? "-") \($0.after ?? "-")" } == ["pages 12 40"])
        #expect(moved.comparison.dropped.map(\.subject.plain) == ["12 pages à lire, note 0"])
        #expect(moved.comparison.owed.map(\.subject.plain) == ["40 pages à lire, note 0"])
        #expect(moved.fates.values.sorted { $0.rawValue < $1.rawValue } == [.owed, .sent])
        #expect(moved.comparison.dates.isEmpty && moved.comparison.states.isEmpty && moved.comparison.effects.isEmpty)

        let truth = try makeWorld()
        try truth.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        truth.pass(to: "2025-03-10T09:00:00Z")
        try truth.send("r", "report.submitted", ["pages": .number("40")])
        for end in ["2025-03-14T10:00:00Z", "2025-05-01T00:00:00Z"] {
            world.pass(to: end)
            truth.pass(to: end)
            var view = try world.core.show("r", at: nil)
            view.journalCount = 2
            #expect(try view == truth.core.show("r", at: nil))
            #expect(
                try world.core.history("r").filter { $0.kind != "corrected" } == truth.core.history("r"))
        }
        // The message with the wrong number was sent, so the right one is too, late; nothing else is sent twice.
        #expect(
            world.subjects(to: "mairie@example.org") == [
                "Rapport annuel — 12 pages à lire, note 0", "Rapport annuel — [En retard] 40 pages à lire, note 0",
            ])
        #expect(world.restlessness == [])
    }

    /// A reminder that is owed and has not left.
    private func makePaused() throws -> SimulatedWorld {
        let text = """
            jalon: 1
            workflow: again
            title: Again
            time-zone: UTC
            parties: { keeper: Keeper }
            events: { pause: Pause, resume: Resume }
            dates: { due: { at: 2025-03-31 } }
            initial: open
            states:
              open: { remind: { of: due, to: keeper, before: [7 days], after: [1 day] }, on: { pause: paused } }
              paused: { on: { resume: open } }
            """
        let world = try makeWorld([text])
        try world.start("again", id: "c", parties: ["keeper": "keeper@example.org"])
        world.clock.pass(.days(25))
        return world
    }

    @Test("a reminder that a late fact dropped leaves after all once the case comes to owe it again by itself")
    func owedAgain() throws {
        let world = try makePaused()
        _ = world.core.turn([])
        func states() throws -> [OutboxRow.State] { try world.core.outbox("c", limit: 9).map(\.state) }
        #expect(try states() == [.waiting])
        try world.send("c", "pause", on: "2025-03-10")
        #expect(try states() == [.obsolete])
        try world.send("c", "resume")
        #expect(try states() == [.waiting])
        world.settle()
        #expect(world.subjects(to: "keeper@example.org").count == 1)
        #expect(try world.core.status().counts.waiting == 0)
    }

    @Test("a reminder that is dropped under way and owed again too late says why, whatever its plugin answers")
    func overtakenUnderWay() throws {
        let world = try makePaused()
        _ = world.core.turn([])
        let dispatch = try #require(world.core.dispatches().first)
        try world.send("c", "pause", on: "2025-03-10")
        world.clock.pass(.days(20))
        try world.correct("c", 2, withdraw: true)
        world.core.settle(dispatch, .failedTemporarily(reason: "time is up"), jitter: 0)
        _ = world.core.turn([])
        let row = try world.core.effect(dispatch.row.key)
        #expect(row.state == .obsolete && row.detail == OutboxRow.overtakenDetail)
    }

    @Test("history tells what has become of messages, and those that have left although they would not today")
    func deliveries() throws {
        let world = try makeReport()
        func messages() throws -> [String] {
            try world.core.historyWithDeliveries("r").filter { $0.kind == "message" }.map(\.text.plain)
        }
        #expect(try messages() == ["Message → Acheteur : 12 pages à lire, note 0"])
        try world.correct("r", 2, ["pages": .number("40")])
        let left =
            "Message → mairie@example.org : 12 pages à lire, note 0 (envoyé ; ne suit plus de ce que l'on sait)"
        #expect(try messages().sorted() == ["Message → Acheteur : 40 pages à lire, note 0 (en attente d'envoi)", left])
        try world.correct("r", 2, ["pages": .number("50")])
        let kept = try messages()
        #expect(kept.count == 3 && kept.contains(left))
        #expect(kept.contains { $0.hasSuffix("40 pages à lire, note 0 (non envoyé : il n'était plus dû)") })
        #expect(try world.core.history("r").filter { $0.kind == "message" }.count == 1)
    }

    /// Takes minutes where each message is looked for among all others.
    @Test("a late fact of a case that has sent very many messages is taken as fast as others", .timeLimit(.minutes(1)))
    func manyMessages() throws {
        let clock = """
            jalon: 1
            workflow: clock
            title: A clock
            time-zone: UTC
            parties: { keeper: Keeper }
            events: { stop: Stop }
            initial: ticking
            states:
              ticking:
                entry: [{ notify: { to: keeper, subject: Tick } }]
                after: { 1 minute: ticking }
                on: { stop: stopped }
              stopped: { type: final }
            """
        let world = try makeWorld([clock])
        try world.start("clock", id: "c", parties: ["keeper": "keeper@example.org"])
        world.clock.pass(.days(14))
        while world.core.turn([]) {}
        let reply = try world.send("c", "stop", on: "2025-03-02T08:00:30Z")
        let moved = try #require(reply.comparison)
        #expect(moved.comparison.dropped.count == 13 * 24 * 60 && moved.comparison.owed.isEmpty)
        #expect(try world.core.outbox("c", in: .waiting, limit: .max).count == 24 * 60 + 1)
    }

    @Test("history keeps what was wrong, with its number, where it was corrected, and why")
    func history() throws {
        let world = try makeReport()
        try world.correct("r", 2, ["pages": .number("40")])
        try world.correct("r", 2, withdraw: true, reason: "autre dossier")
        let told = try world.core.history("r")
        #expect(told.filter { $0.entry != nil }.map(\.entry) == [1, 3, 4])
        #expect(
            told.filter { $0.kind == "corrected" }.map(\.text.plain) == [
                "Écriture 2 corrigée : Rapport remis (pages : 12), le lundi 10 mars 2025 à 10 h → pages : 40 — motif : erreur de saisie",
                "Écriture 2 retirée : Rapport remis (pages : 40), le lundi 10 mars 2025 à 10 h — motif : autre dossier",
            ])
        #expect(
            told.filter { $0.kind == "corrected" }.map(\.localTime)
                == Array(repeating: "2025-03-14T10:00:00+01:00", count: 2))
        let rows = try world.store.journal(of: "r")
        #expect(rows.count == 4 && JournalCoding.firstBreak(in: rows) == nil)
    }

    @Test("a message that a correction makes pointless is dropped before it leaves, and the journal names it")
    func dropped() throws {
        let world = try makeWorld()
        world.plugins.behave { $0.to == "mairie@example.org" ? .failsForNow : .delivers }
        try world.start("rapport", id: "r", parties: both)
        world.pass(to: "2025-03-12T10:00:00Z")
        try world.send("r", "report.submitted", ["pages": .number("12")], on: "2025-03-10")
        let waiting = try #require(world.store.outbox(of: "r", limit: 9).first)
        #expect(waiting.state == .waiting)
        let reply = try world.correct("r", 2, withdraw: true)
        #expect(reply.comparison?.fates == [waiting.key: .dropped])
        #expect(reply.comparison?.comparison.states.map(\.element) == ["review", "writing"])
        #expect(try world.store.journal(of: "r").last?.text.contains("\"dropped\":[\"\(waiting.key)\"]") == true)
        world.plugins.behave { _ in .delivers }
        world.pass(to: "2025-03-20T10:00:00Z")
        #expect(world.plugins.letters.isEmpty)
        #expect(try world.store.counts().waiting == 0)
    }

    @Test("withdrawing a correction brings back what it corrected, and nothing is sent again")
    func undone() throws {
        let world = try makeReport()
        let before = try world.core.show("r", at: nil)
        try world.correct("r", 2, withdraw: true)
        world.pass(to: "2025-03-14T09:30:00Z")
        #expect(try world.core.show("r", at: nil).states.map(\.path) == ["writing"])
        try world.correct("r", 3, withdraw: true)
        var after = try world.core.show("r", at: "2025-03-14T10:00")
        after.journalCount = before.journalCount
        #expect(after == before)
        world.pass(to: "2025-03-20T09:00:00Z")
        #expect(world.subjects(to: "mairie@example.org") == ["Rapport annuel — 12 pages à lire, note 0"])
    }

    @Test("an entry at another date moves what counts from it")
    func moved() throws {
        let world = try makeReport()
        let reply = try world.correct("r", 2, on: "2025-03-04T12:00", dryRun: true)
        #expect(reply.sequence == 0)
        expectRefusal(.badRequest, saying: "would come before the case's beginning") { () throws(EngineError) in
            try world.correct("r", 2, on: "2025-02-20")
        }
        try world.correct("r", 2, on: "2025-03-05T12:00")
        world.pass(to: "2025-05-01T00:00:00Z")
        let accepted = try #require(world.core.history("r").first { $0.element == "accepted" && $0.kind == "entered" })
        #expect(accepted.localTime == "2025-04-05T00:00:00+02:00")
    }

    @Test("the start is corrected too: its values, its people, its date, the days it moves dates by")
    func start() throws {
        let world = try makeReport()
        let reply = try world.correct(
            "r", 1, ["price": .text("250.50"), "acheteur": .text("ville@example.org")], rebase: ("due", "2025-04-30"))
        #expect(reply.comparison?.comparison.dates.map(\.element) == ["due"])
        var view = try world.core.show("r", at: nil)
        #expect(view.parameters[0].value?.plain.contains("250,50") == true)
        #expect(view.parties.map(\.address) == ["anne@example.org", "ville@example.org"])
        #expect(view.dates[0].date == "2025-04-30")
        try world.correct("r", 1, on: "2025-02-01T09:00")
        view = try world.core.show("r", at: nil)
        #expect(view.startedAt == "2025-02-01T09:00:00+01:00" && view.dates[0].date == "2025-04-30")
        try world.send("r", "report.refused", on: "2025-03-11")
        try world.correct("r", 3, withdraw: true)
        #expect(try world.core.show("r", at: nil).dates[0].date == "2025-03-31")
        #expect(try world.core.show("r", at: nil).startedAt == "2025-02-01T09:00:00+01:00")
    }

    @Test("parameters and parties that were given wrong are put right")
    func givenLater() throws {
        let world = try makeReport()
        try world.send("r", "parameters.set", ["price": .text("1")])
        try world.send("r", "parties.set", ["acheteur": .text("a@example.org")])
        try world.correct("r", 3, ["price": .text("2")])
        try world.correct("r", 4, ["acheteur": .text("b@example.org")])
        let view = try world.core.show("r", at: nil)
        #expect(view.parameters[0].value?.hasPrefix("2,00") == true && view.parties[1].address == "b@example.org")
    }

    @Test("who a party was and is now is told, of corrections and of late facts")
    func partiesMoved() throws {
        let world = try makeReport()
        try world.send("r", "parties.set", ["acheteur": .text("a@example.org")])
        func told(_ reply: WriteReply) throws -> [String] {
            let comparison = try #require(reply.comparison).comparison
            return comparison.parties.map { "\($0.element) \($0.title) : \($0.before ?? "-") → \($0.after ?? "-")" }
        }
        let corrected = try world.correct("r", 3, ["acheteur": .text("b@example.org")])
        #expect(try told(corrected) == ["acheteur Acheteur : a@example.org → b@example.org"])
        let late = try world.send("r", "parties.set", ["titulaire": .text("paul@example.org")], on: "2025-03-12")
        #expect(try told(late) == ["titulaire Titulaire : anne@example.org → paul@example.org"])
        let same = try world.correct("r", 2, ["pages": .number("40")])
        #expect(try told(same) == [])
    }

    @Test("what cannot be corrected is refused with the reason, and nothing changes")
    func refusals() throws {
        let world = try makeReport()
        try world.correct("r", 2, ["pages": .number("40")])
        try world.send("r", "report.refused")
        try world.correct("r", 4, withdraw: true)
        let before = try world.contents()
        let refused: [(EngineError.Code, String, () throws(EngineError) -> WriteReply)] = [
            (
                .badRequest, "has no entry 9: it has 5",
                { () throws(EngineError) in try world.correct("r", 9, withdraw: true) }
            ),
            (
                .badRequest, "cannot be without one",
                { () throws(EngineError) in try world.correct("r", 1, withdraw: true) }
            ),
            (
                .badRequest, "withdrawn already, by entry 5",
                { () throws(EngineError) in try world.correct("r", 4, withdraw: true) }
            ),
            (
                .badRequest, "withdrawn already",
                { () throws(EngineError) in try world.correct("r", 4, on: "2025-03-11") }
            ),
            (
                .badRequest, "itself a correction, of entry 2",
                { () throws(EngineError) in try world.correct("r", 3, on: "2025-03-11") }
            ),
            (.badRequest, "nothing is said", { () throws(EngineError) in try world.correct("r", 2) }),
            (
                .badRequest, "no other values",
                { () throws(EngineError) in try world.correct("r", 2, ["pages": .number("1")], withdraw: true) }
            ),
            (
                .badRequest, "says why",
                { () throws(EngineError) in try world.correct("r", 2, withdraw: true, reason: "") }
            ),
            (
                .badRequest, "'colour'",
                { () throws(EngineError) in try world.correct("r", 2, ["colour": .text("red")]) }
            ),
            (
                .badRequest, "pages: expected a whole number",
                { () throws(EngineError) in try world.correct("r", 2, ["pages": .text("many")]) }
            ),
            (
                .badRequest, "only the start",
                { () throws(EngineError) in try world.correct("r", 2, rebase: ("due", "2025-04-30")) }
            ),
            (
                .badRequest, "no such parameter or party",
                { () throws(EngineError) in try world.correct("r", 1, ["prix": .text("1")]) }
            ),
            (.badRequest, "future", { () throws(EngineError) in try world.correct("r", 2, on: "2030-01-01") }),
            (
                .badRequest, "would come before the case's beginning",
                { () throws(EngineError) in try world.correct("r", 1, on: "2025-03-12") }
            ),
            (
                .notAccepted, "do not hold",
                { () throws(EngineError) in try world.correct("r", 2, ["pages": .number("3")]) }
            ),
            (.caseNotFound, "'q'", { () throws(EngineError) in try world.correct("q", 2, withdraw: true) }),
        ]
        for (code, words, work) in refused { expectRefusal(code, saying: words, work) }
        #expect(try world.contents() == before)
    }

    @Test("a dry run tells the same as the correction and records nothing")
    func dryRun() throws {
        let world = try makeReport()
        let before = try world.contents()
        let tried = try world.correct("r", 2, ["pages": .number("40")], dryRun: true)
        #expect(try world.contents() == before && tried.sequence == 0)
        let sent = try world.write([
            .send(
                SendRequest(
                    caseID: "r", event: "report.refused", occurredAt: "2025-03-11", isDryRun: true, author: 1))
        ])[0].get()
        #expect(try world.contents() == before && sent.sequence == 0)
        #expect(sent.comparison?.comparison.states.map(\.element) == ["review", "writing"])
        let done = try world.correct("r", 2, ["pages": .number("40")])
        #expect(done.comparison == tried.comparison && done.happened == tried.happened)
    }

    @Test("a late fact tells what it moved, and which later entries lose their effect")
    func late() throws {
        let world = try makeReport()
        let reply = try world.send("r", "report.submitted", ["pages": .number("20")], on: "2025-03-05T12:00")
        let moved = try #require(reply.comparison).comparison
        #expect(moved.effects.map(\.entry) == [2] && moved.effects.map(\.hasEffect) == [false])
        #expect(moved.values.map(\.after) == ["20"])
        #expect(try world.send("r", "report.refused").comparison == nil)
    }

    @Test("a corrected start tells by how many days dates move against where they were")
    func rebasedAgain() throws {
        let world = try makeWorld([report])
        try world.start("rapport", id: "r", parties: both, rebase: ("due", "2026-04-04"))
        for (day, words) in [("2026-04-15", "dates décalées de 11 jours"), ("2026-04-03", "dates avancées de 1 jour")] {
            let reply = try world.correct("r", 1, rebase: ("due", day), dryRun: true)
            #expect(reply.happened.contains { $0.text.plain.contains("→ \(words)") }, "\(reply.happened.map(\.text))")
        }
    }

    @Test("corrections survive a restart and are taken into account by every look back")
    func restart() throws {
        let world = try makeReport()
        try world.correct("r", 2, withdraw: true)
        let before = try world.core.history("r")
        try world.restart()
        #expect(try world.core.history("r") == before)
        #expect(try world.core.show("r", at: "2025-03-12").states.map(\.path) == ["writing"])
        #expect(try world.core.replayDifferences(after: nil, limit: 10).differing == [])
    }

    // MARK: What did not leave

    /// A case whose reminder of the day before the deadline, to a party that nobody is named for, is a dead letter.
    private func makeDeadReminder() throws -> (world: SimulatedWorld, key: String) {
        let world = try makeWorld([handover], at: "2025-03-04T12:00:00Z")
        try world.start("handover", id: "h", set: ["due": .text("2025-03-05")], parties: ["buyer": "b@example.org"])
        world.settle()
        let dead = try #require(try world.core.outbox("h", in: .dead, limit: 9).first)
        return (world, dead.key)
    }

    @Test("a dead letter that a correction makes pointless is dropped, and naming its party does not send it")
    func deadDropped() throws {
        let (world, key) = try makeDeadReminder()
        let reply = try world.correct("h", 1, ["due": .text("2025-06-30")])
        #expect(reply.comparison?.fates == [key: .dropped])
        #expect(try world.store.journal(of: "h").last?.text.contains("\"dropped\":[\"\(key)\"]") == true)
        #expect(try world.core.effect(key).state == .obsolete)
        try world.send("h", "parties.set", ["supplier": .text("s@example.org")])
        world.settle()
        #expect(world.plugins.letters.isEmpty)
        // Owed again, it finds who was named meanwhile.
        #expect(try world.correct("h", 1, ["due": .text("2025-03-05")]).comparison?.fates == [key: .owed])
        world.settle()
        #expect(world.subjects(to: "s@example.org").count == 1 && world.plugins.letters[0].key == key)
    }

    @Test("a dead letter to nobody that is owed again is dead again, and the answer says that it lacks a name")
    func deadAgain() throws {
        let (world, key) = try makeDeadReminder()
        try world.correct("h", 1, ["due": .text("2025-06-30")])
        let reply = try world.correct("h", 1, ["due": .text("2025-03-05")])
        #expect(reply.comparison?.fates == [key: .nobody])
        let row = try world.core.effect(key)
        #expect(row.state == .dead && row.detail == "nobody is named for the party")
        try world.send("h", "parties.set", ["supplier": .text("s@example.org")])
        world.settle()
        #expect(world.plugins.letters.map(\.key) == [key])
    }

    @Test(
        "a letter that was given up on while a correction dropped it is not a dead letter, and leaves if it is owed again"
    )
    func droppedUnderWay() throws {
        let world = try makeWorld([handover], at: "2025-03-04T12:00:00Z")
        world.plugins.behave { _ in .hangs }
        try world.start("handover", id: "h", set: ["due": .text("2025-03-05")], parties: ["supplier": "s@example.org"])
        world.settle()
        try world.correct("h", 1, ["due": .text("2025-06-30")])
        world.plugins.answerAll(.failedPermanently(reason: "no such person"))
        world.settle()
        #expect(try world.core.outbox("h", limit: 9).map(\.state) == [.obsolete])
        world.plugins.behave { _ in .delivers }
        try world.correct("h", 1, ["due": .text("2025-03-05")])
        world.settle()
        #expect(world.plugins.letters.count == 1)
    }

    @Test(
        "a late letter that was to leave by itself and may have done so is not told with others once it is owed again")
    func maybeGone() throws {
        let world = try makeWorld([handover], at: "2025-03-04T12:00:00Z")
        for (id, due) in [("h", "2025-03-20"), ("other", "2025-03-24")] {
            try world.start("handover", id: id, set: ["due": .text(due)], parties: ["supplier": "s@example.org"])
        }
        world.settle()
        world.plugins.behave { _ in .hangs }
        try world.sleep(to: "2025-03-14T12:00:00Z")
        let key = try #require(try world.core.outbox("h", in: .waiting, limit: 9).first).key
        world.plugins.behave { _ in .delivers }
        // Nobody hears what has become of it; nor of the other case's letter, which is late too.
        world.clock.set(to: try at("2025-03-18T12:00:00Z"))
        try world.restart()
        for due in ["2025-06-30", "2025-03-20"] { try world.correct("h", 1, ["due": .text(due)]) }
        world.settle()
        #expect(world.plugins.letters.contains { $0.key == key })
        #expect(try world.core.outbox(nil, limit: 9).allSatisfy { $0.state == .delivered && !$0.isToldInAnother })
    }

    @Test("a message that a person gave up is not promised when it is owed again")
    func givenUp() throws {
        let (world, key) = try makeDeadReminder()
        try world.decide(.dropped, key, reason: "told by telephone")
        try world.correct("h", 1, ["due": .text("2025-06-30")])
        #expect(try world.correct("h", 1, ["due": .text("2025-03-05")]).comparison?.fates == [key: .unsent])
        #expect(try world.core.effect(key).state == .dropped)
    }

    // MARK: Reminders of the past

    @Test(
        "a reminder that becomes owed in the past is not sent once what it reminds of is done, and the answer says so")
    func doneAlready() throws {
        let world = try makeWorld([handover], at: "2025-03-04T12:00:00Z")
        let supplier: KeyValuePairs = ["supplier": "s@example.org"]
        try world.start("handover", id: "h", set: ["due": .text("2025-06-30")], parties: supplier)
        try world.send("h", "report.submitted")
        let reply = try world.correct("h", 1, ["due": .text("2025-03-05")])
        let key = try #require(reply.comparison?.comparison.owed.first?.key)
        #expect(reply.comparison?.fates == [key: .overtaken])
        world.settle()
        #expect(world.plugins.letters.isEmpty)
        #expect(try world.core.effect(key).state == .obsolete)
        world.clock.pass(.hours(1))
        // Said once; and sent where the report turns out not to be in.
        #expect(
            try world.send("h", "parties.set", ["buyer": .text("b@example.org")], on: "2025-03-04T12:00:00Z")
                .comparison?.fates == [:])
        #expect(try world.correct("h", 2, withdraw: true).comparison?.fates == [key: .owed])
        world.settle()
        #expect(world.plugins.letters.map(\.key) == [key])
        #expect(world.restlessness == [])
    }

    @Test("of the rungs of one ladder that become owed in the past, each party gets the last one")
    func lastRung() throws {
        let world = try makeWorld([handover], at: "2025-03-01T12:00:00Z")
        let supplier: KeyValuePairs = ["supplier": "s@example.org"]
        try world.start("handover", id: "h", set: ["due": .text("2025-06-30")], parties: supplier)
        world.pass(to: "2025-03-09T12:00:00Z")
        let reply = try world.correct("h", 1, ["due": .text("2025-03-10")])
        let told = try #require(
            reply.comparison?.comparison.owed.map { "\($0.subject) \(reply.comparison?.fates[$0.key] as Any)" })
        #expect(
            told == [
                "Reminder: Report, in 7 days Optional(WorkflowEngine.ComparisonView.Fate.overtaken)",
                "Reminder: Report, tomorrow Optional(WorkflowEngine.ComparisonView.Fate.owed)",
            ])
        world.settle()
        #expect(world.plugins.letters.count == 1 && world.plugins.letters[0].key.contains("before 1 day"))
        // A reminder of a date that is another by now is none either.
        try world.send("h", "parameters.set", ["due": .text("2025-07-31")])
        world.pass(to: "2025-03-12T12:00:00Z")
        try world.correct("h", 1, ["due": .text("2025-03-09")])
        world.settle()
        #expect(world.plugins.letters.count == 1)
    }

    @Test("reminders that were late because the service was down are told, whatever is corrected first")
    func downBefore() throws {
        let world = try makeWorld([handover], at: "2025-03-01T12:00:00Z")
        let supplier: KeyValuePairs = ["supplier": "s@example.org"]
        try world.start("handover", id: "h", set: ["due": .text("2025-03-10")], parties: supplier)
        world.clock.set(to: try at("2025-03-09T12:00:00Z"))
        try world.restart()
        try world.send("h", "note.added", on: "2025-03-02")
        world.settle()
        #expect(world.plugins.letters.map(\.subject) == ["A handover — Reminder: Report, by Monday 10 March 2025"])
        #expect(try world.core.effect(world.plugins.letters[0].key).isLate)
    }

    @Test("what-if tells which reminders of the past would not be sent")
    func overtakenWhatIf() throws {
        let world = try makeWorld([handover], at: "2025-03-04T12:00:00Z")
        let supplier: KeyValuePairs = ["supplier": "s@example.org"]
        try world.start("handover", id: "h", set: ["due": .text("2025-06-30")], parties: supplier)
        world.pass(to: "2025-03-05T12:00:00Z")
        let due = SupposedEvent(
            event: "parameters.set", fields: [.init(name: "due", value: .text("2025-03-06"))],
            occurredAt: "2025-03-04T13:00:00Z")
        let done = SupposedEvent(event: "report.submitted", occurredAt: "2025-03-05T11:00:00Z")
        let alone = try world.core.whatIf("h", [due], until: nil).comparison
        #expect(alone.fates.values.sorted { $0.rawValue < $1.rawValue }.map(\.rawValue).contains("owed"))
        let both = try world.core.whatIf("h", [due, done], until: nil).comparison
        #expect(Set(both.comparison.owed.compactMap { both.fates[$0.key] }) == [.overtaken])
    }

    private let handover = """
        jalon: 1
        workflow: handover
        title: A handover
        time-zone: UTC
        parameters: { due: date }
        parties: { buyer: Buyer, supplier: Supplier }
        events: { report.submitted: Report, note.added: Note }
        dates: { report-due: { title: Report, is: due } }
        initial: working
        states:
          working:
            remind: { of: report-due, to: supplier, before: [7 days, 1 day] }
            on: { report.submitted: later, note.added: {} }
          later: {}
        """
}
