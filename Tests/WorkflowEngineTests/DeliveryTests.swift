import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

/// Tells one person each time it is told to.
let bell = """
    jalon: 1
    workflow: bell
    title: A bell
    time-zone: UTC
    parties:
      one: { title: One, address: one@example.org }
      other: { title: Other }
    events:
      ring: { fields: { n: integer } }
      call: { fields: { n: integer } }
    initial: on
    states:
      on:
        on:
          ring: { notify: { to: one, subject: "Ring {{ event.n }}" } }
          call: { notify: { to: other, subject: "Call {{ event.n }}" } }
    """

@Suite struct DeliveryTests {
    private func makeBell(rings: Int = 0) throws -> SimulatedWorld {
        let world = try makeWorld([bell])
        try world.start("bell", id: "b")
        world.settle()
        for number in 0..<rings { try ring(world, number) }
        return world
    }

    private func ring(_ world: SimulatedWorld, _ number: Int, _ event: String = "ring") throws {
        try world.send("b", event, ["n": .number(String(number))])
    }

    @Test("a failed delivery is tried again, later each time, half of it by chance")
    func retries() throws {
        let world = try makeBell(rings: 1)
        world.plugins.behave { _ in .failsForNow }
        var pauses: [Int] = []
        let start = world.clock.now()
        world.settle()
        for round in 0..<14 {
            let next = try #require(world.core.nextTurn())
            pauses.append(Int((next - world.clock.now()).components.seconds))
            world.jitter = round % 2 == 0 ? 1 : 0
            world.clock.set(to: next)
            world.settle()
        }
        #expect(pauses == [7, 20, 20, 80, 80, 320, 320, 1280, 1280, 5120, 5120, 14400, 7200, 14400])
        world.plugins.behave { _ in .delivers }
        world.pass(to: start + .days(2))
        #expect(world.plugins.letters.map(\.subject) == ["A bell — Ring 0"])
        #expect(try world.core.outbox("b", limit: 9).map(\.attempts) == [16])
        #expect(Set(world.plugins.calls.map(\.key)).count == 1)
        #expect(world.restlessness == [])
    }

    @Test("a reminder that leaves days after it was owed names its deadline by the date, however it came to be late")
    func delayedReminder() throws {
        for language in ["fr", "en"] {
            let world = try makeWorld([report.replacing("language: fr", with: "language: \(language)")])
            try world.start("rapport", id: "r", parties: both)
            world.plugins.behave { _ in .failsForNow }
            world.pass(to: "2025-03-24T09:00:00Z")
            world.plugins.behave { _ in .delivers }
            world.pass(to: "2025-03-24T20:00:00Z")
            // The same day, its words are still true.
            let onTime =
                language == "fr" ? "Rappel : Remise du rapport, dans 7 jours" : "Reminder: Remise du rapport, in 7 days"
            #expect(world.subjects(to: "anne@example.org") == ["Rapport annuel — \(onTime)"])
            world.plugins.behave { _ in .refuses }
            world.pass(to: "2025-03-31T20:00:00Z")
            world.plugins.behave { _ in .delivers }
            let dead = try #require(
                try world.core.outbox("r", in: .dead, limit: 9).first {
                    $0.key.contains("1 day") && $0.address == "anne@example.org"
                })
            try world.decide(.retried, dead.key)
            world.settle()
            let letter = try #require(world.plugins.letters.last { $0.key == dead.key })
            #expect(
                letter.subject.plain
                    == (language == "fr"
                        ? "Rapport annuel — [En retard] Rappel : Remise du rapport, au plus tard le lundi 31 mars 2025"
                        : "Rapport annuel — [Late] Reminder: Remise du rapport, by Monday 31 March 2025"))
            #expect(
                letter.body.plain.hasPrefix(
                    language == "fr"
                        ? "Ce message aurait dû partir le dimanche 30 mars 2025.\n\nÉchéance « Remise du rapport » : au plus tard"
                        : "This message should have left on Sunday 30 March 2025.\n\n'Remise du rapport' is due by Monday"
                ),
                "\(letter.body)")
            // What was sent is what the outbox says, from then on.
            let row = try world.core.effect(dead.key)
            #expect(row.subject == letter.subject && row.body == letter.body)
        }
    }

    @Test("what fails for days, or for good, becomes a dead letter with the last reason")
    func deadLetters() throws {
        let world = try makeBell(rings: 1)
        world.plugins.behave { _ in .failsForNow }
        world.pass(to: "2025-03-11T08:00:00Z")
        var row = try #require(try world.core.outbox("b", limit: 9).first)
        #expect(row.state == .dead && row.attempts == 30 && row.detail == "busy")
        #expect(world.core.nextTurn() == nil)
        world.plugins.behave { _ in .refuses }
        try ring(world, 1)
        world.settle()
        row = try #require(try world.core.outbox("b", limit: 9).first)
        #expect(row.state == .dead && row.attempts == 1 && row.detail == "no such person")
        #expect(try world.core.status().counts.dead == 2)
    }

    @Test("a message to nobody is a dead letter at once")
    func nobody() throws {
        let world = try makeBell()
        try ring(world, 1, "call")
        world.settle()
        let rows = try world.core.outbox("b", limit: 9)
        #expect(rows.map(\.state) == [.dead] && rows[0].detail == "nobody is named for the party")
        #expect(world.plugins.calls.isEmpty && world.core.nextTurn() == nil)
        world.clock.pass(.days(1))
        try world.send("b", "parties.set", ["one": .text("else@example.org")])
        world.settle()
        #expect(world.plugins.calls.isEmpty, "another party's name changes nothing")
        try world.send("b", "parties.set", ["other": .text("other@example.org")])
        world.clock.pass(.seconds(1))
        try ring(world, 2, "call")
        world.settle()
        #expect(world.subjects(to: "other@example.org") == ["A bell — [Late] Call 1", "A bell — Call 2"])
        #expect(try world.core.outbox("b", limit: 9).map(\.state) == [.delivered, .delivered])
        // Naming somebody else later sends nothing again.
        try world.send("b", "parties.set", ["other": .text("third@example.org")])
        world.settle()
        #expect(world.plugins.calls.count == 2)
    }

    @Test("a plugin that never answers holds its own effects up, and nobody else")
    func hangs() throws {
        let world = try makeBell()
        world.plugins.behave { $0.subject.hasSuffix("13") ? .hangs : .delivers }
        for number in 0..<100 { try ring(world, number) }
        world.settle()
        #expect(world.plugins.letters.count == 99)
        #expect(world.core.nextTurn() == nil && world.restlessness == [])
        #expect(world.core.isDelivering)
        for _ in 0..<5 { world.settle() }
        #expect(world.plugins.calls.count == 100)
    }

    @Test("effects on their way are bounded, and the next leave as soon as one has arrived")
    func bounded() throws {
        let world = try makeBell(rings: 100)
        world.plugins.behave { _ in .hangs }
        world.settle()
        #expect(world.plugins.calls.count == EngineSettings.deliveriesAtOnce)
        #expect(world.core.nextTurn() == nil && world.restlessness == [])
        world.store.reads = 0
        for _ in 0..<5 { world.settle() }
        #expect(world.store.reads == 0, "nothing can leave, so nobody has to ask")
        world.plugins.answerAll(.delivered(detail: ""))
        world.settle()
        #expect(world.plugins.calls.count == 2 * EngineSettings.deliveriesAtOnce)
        world.plugins.behave { _ in .delivers }
        world.plugins.answerAll(.delivered(detail: ""))
        world.settle()
        #expect(world.plugins.calls.count == 100 && Set(world.plugins.calls.map(\.key)).count == 100)
        #expect(try world.store.counts().waiting == 0)
    }

    @Test("a retry is not forgotten while other effects are on their way")
    func retryBehindHanging() throws {
        let world = try makeBell()
        world.plugins.behave { $0.subject.hasSuffix("0") ? .failsForNow : .hangs }
        for number in 0..<3 { try ring(world, number) }
        world.settle()
        let retry = world.clock.now() + .seconds(7)
        #expect(world.core.nextTurn() == retry)
        // Another program start knows it from the store.
        try world.restart()
        world.settle()
        #expect(world.core.nextTurn() == retry && world.restlessness == [])
        world.plugins.behave { _ in .delivers }
        world.pass(to: retry)
        #expect(world.plugins.letters.map(\.subject) == ["A bell — Ring 0"])
    }

    @Test("an answer that comes twice counts once")
    func answeredTwice() throws {
        let world = try makeBell(rings: 1)
        let dispatch = try #require(world.core.dispatches().first)
        #expect(world.core.dispatches().isEmpty)
        world.core.settle(dispatch, .delivered(detail: "first"), jitter: 0)
        world.core.settle(dispatch, .failedTemporarily(reason: "second"), jitter: 0)
        _ = world.core.turn([])
        world.core.settle(dispatch, .failedTemporarily(reason: "third"), jitter: 0)
        _ = world.core.turn([])
        let rows = try world.core.outbox("b", limit: 9)
        #expect(rows.map(\.state) == [.delivered] && rows[0].detail == "first" && rows[0].attempts == 1)
    }

    @Test("after a crash between delivery and commit the message is the same one, with the same key")
    func crashBeforeCommit() throws {
        let world = try makeBell(rings: 1)
        world.store.crash(after: 0, .before)
        world.settle()
        #expect(world.plugins.letters.count == 1)
        world.clock.pass(.days(2))
        try world.restart()
        world.settle()
        #expect(world.plugins.calls.count == 2 && Set(world.plugins.calls.map(\.key)).count == 1)
        #expect(try world.core.outbox("b", limit: 9).map(\.state) == [.delivered])
    }

    @Test("while the store is full, nothing leaves twice")
    func fullDisk() throws {
        let world = try makeBell(rings: 2)
        world.plugins.behave { $0.subject.hasSuffix("1") ? .deliversInSilence : .failsForNow }
        world.settle()
        world.store.refusal = StoreError(.full, "memory: no room")
        world.plugins.answerAll(.delivered(detail: "at last"))
        for _ in 0..<20 {
            world.settle()
            world.clock.pass(.seconds(5))
        }
        // Nor does anything leave of which nobody could note that it left.
        #expect(world.plugins.calls.count == 2 && world.core.isDelivering && world.restlessness == [])
        world.store.refusal = nil
        world.settle()
        #expect(world.plugins.letters.count == 1 && world.plugins.calls.count == 3)
        #expect(try world.core.outbox("b", limit: 9).map(\.detail) == ["at last", "busy"])
    }

    @Test("a store that failed has to take something again before anything leaves")
    func probe() throws {
        let world = try makeBell(rings: 1)
        world.plugins.behave { _ in .failsForNow }
        world.settle()
        world.store.refusal = StoreError(.full, "memory: no room")
        _ = try? world.send("b", "ring", ["n": .number("2")])
        #expect(world.core.trouble != nil)
        for _ in 0..<20 {
            world.clock.pass(.hours(1))
            world.settle()
            #expect(world.core.trouble != nil && world.plugins.calls.count == 1)
        }
        world.store.refusal = nil
        world.settle()
        #expect(world.core.trouble == nil && world.plugins.calls.count == 2)
    }

    @Test("ten thousand cases due at one instant are all taken, once")
    func manyAtOnce() throws {
        let world = try makeWorld([silent])
        let count = 10_000
        for group in stride(from: 0, to: count, by: 500) {
            _ = world.write(
                (group..<group + 500).map {
                    .start(StartRequest(workflow: "silent", caseID: "s\($0)", author: 1))
                })
        }
        let commits = world.store.commits
        world.pass(to: "2025-03-31T12:00:00Z")
        #expect(try world.store.counts().over == count)
        #expect(world.store.commits - commits == 5 && world.restlessness == [])
        #expect(world.core.nextTurn() == nil)
        for id in ["s0", "s4999", "s9999"] {
            #expect(try world.core.history(id).count { $0.kind == "due" } == 1)
        }
    }
}
