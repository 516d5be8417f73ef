import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct DowntimeTests {
    private func makeCases() throws -> SimulatedWorld {
        let world = try makeWorld()
        try world.start("rapport", id: "r1", parties: both)
        try world.start("rapport", id: "r2", parties: ["titulaire": "paul@example.org"], rebase: ("due", "2025-04-04"))
        world.settle()
        return world
    }

    @Test("a case is the same after a month's stop as if there had been none")
    func sameCase() throws {
        let running = try makeCases()
        running.pass(to: "2025-04-10T08:00:00Z")
        let stopped = try makeCases()
        try stopped.sleep(to: "2025-04-10T08:00:00Z")
        for id in ["r1", "r2"] {
            #expect(try stopped.core.show(id, at: nil) == running.core.show(id, at: nil))
            #expect(try stopped.core.history(id) == running.core.history(id))
            let journals = try [stopped, running].map { try $0.store.journal(of: id) }
            #expect(journals[0] == journals[1])
        }
        #expect(stopped.restlessness + running.restlessness == [])
    }

    @Test("each person gets one message for all that fell due while the service was down, marked late")
    func oneMessage() throws {
        let world = try makeCases()
        try world.sleep(to: "2025-04-10T08:00:00Z")
        let letters = world.plugins.letters
        #expect(letters.map(\.to).sorted() == ["anne@example.org", "mairie@example.org", "paul@example.org"])
        let town = try #require(letters.first { $0.to == "mairie@example.org" })
        #expect(town.subject.plain == "[En retard] 2 messages qui auraient dû partir plus tôt")
        #expect(town.body.plain.contains("Ce message aurait dû partir le mardi 1er avril 2025.\n"))
        #expect(town.body.plain.contains("Référence : ccp.txt, ligne 12."))
        // Of the three reminders of one deadline, the last one is enough.
        let days = town.body.plain.split(separator: "partir le ").dropFirst().map { $0.split(separator: " 2025")[0] }
        #expect(days.sorted() == ["mardi 1er avril", "mardi 1er avril"], "\(town.body)")
        let anne = try #require(letters.first { $0.to == "anne@example.org" })
        #expect(
            anne.subject.plain
                == "Rapport annuel — [En retard] Échéance dépassée : Remise du rapport, le lundi 31 mars 2025")
        world.pass(to: "2025-06-01T08:00:00Z")
        #expect(world.plugins.letters.count == 3)
        let states = try world.core.outbox(nil, limit: 99).filter { $0.address != nil }.map(\.state)
        #expect(states.count { $0 == .delivered } == 5 && !states.contains(.waiting))
    }

    @Test("what was told in another message stands as that one does, wherever people look")
    func toldInAnother() throws {
        let world = try makeCases()
        world.plugins.behave { $0.to == "mairie@example.org" ? .failsForNow : .delivers }
        try world.sleep(to: "2025-04-10T08:00:00Z")
        func told(in state: OutboxRow.State) throws -> [OutboxRow] {
            try world.core.outbox("r1", in: state, limit: 99).filter(\.isToldInAnother)
        }
        let waiting = try told(in: .waiting)
        let gathering = try #require(try world.core.outbox("r1", in: .waiting, limit: 99).first(where: \.isGathering))
        #expect(waiting.count == 2)
        #expect(
            waiting.allSatisfy {
                $0.detail == "told with other late messages in '\(gathering.subject)' (\(gathering.key))"
            })
        world.plugins.behave { _ in .refuses }
        world.clock.pass(.days(1))
        world.settle()
        #expect(try told(in: .dead).count == 2 && told(in: .waiting).isEmpty)
        let refusal = expectRefusal(.messageSettled, saying: "is told in another, '\(gathering.key)'") {
            () throws(EngineError) in try world.decide(.retried, waiting[0].key)
        }
        #expect(refusal?.hint?.contains("outbox show \(gathering.key)") == true)
        world.plugins.behave { _ in .delivers }
        try world.decide(.retried, gathering.key)
        world.settle()
        for row in waiting {
            let shown = try world.core.effect(row.key)
            #expect(shown.state == .delivered && shown.nextAttempt == world.clock.now() && shown.attempts == 1)
            #expect(
                try world.core.proof(of: "r1").contains {
                    $0.contains(row.key) && $0.contains("\"state\":\"delivered\"")
                })
        }
        #expect(try told(in: .obsolete).isEmpty && told(in: .delivered).count == 2)
        #expect(try world.core.outbox("r1", limit: 99).count { $0.isToldInAnother } == 2)
        #expect(
            try world.core.outbox("r1", in: .obsolete, limit: 99).allSatisfy { $0.detail == OutboxRow.overtakenDetail })
    }

    @Test("a person with one late message gets that one, and on the same day hears nothing of its being late")
    func singleMessage() throws {
        let world = try makeCases()
        try world.sleep(to: "2025-03-24T12:00:00Z")
        #expect(
            world.subjects(to: "anne@example.org") == [
                "Rapport annuel — Rappel : Remise du rapport, au plus tard le lundi 31 mars 2025"
            ])
        #expect(world.plugins.letters.allSatisfy { $0.thread == "r1" })
    }

    @Test("English contracts are late in English")
    func english() throws {
        let world = try makeWorld([report.replacing("language: fr", with: "language: en")])
        try world.start("rapport", id: "r", parties: both)
        try world.sleep(to: "2025-04-10T08:00:00Z")
        #expect(world.subjects(to: "mairie@example.org") == ["[Late] 2 messages that should have left earlier"])
    }

    @Test("a crash anywhere on the way never makes a second message of one that somebody got")
    func crashes() throws {
        for crash in FaultyStore.Crash.allCases {
            for commit in 0... {
                let world = try makeCases()
                world.store.crash(after: commit, crash)
                world.clock.set(to: try at("2025-04-10T08:00:00Z"))
                world.settle()
                let hasCrashed = world.store.hasCrashed
                world.store.disarm()
                // The next start is a day later, so that more is late by then.
                try world.sleep(to: "2025-04-11T08:00:00Z")
                world.pass(to: "2025-04-30T08:00:00Z")
                for person in ["anne@example.org", "mairie@example.org", "paul@example.org"] {
                    let keys = Set(world.plugins.letters.filter { $0.to == person }.map(\.key))
                    #expect(keys.count == 1, "crash \(crash) commit \(commit): \(person) got \(keys)")
                }
                #expect(try world.store.counts().waiting == 0 && world.restlessness == [])
                if !hasCrashed { break }
            }
        }
    }

    @Test("what is late a second time is told in a second message, the first is not told again")
    func secondStop() throws {
        let world = try makeCases()
        world.plugins.behave { _ in .failsForNow }
        try world.sleep(to: "2025-03-31T08:00:00Z")
        #expect(world.plugins.calls.map(\.to).count { $0 == "anne@example.org" } == 1)
        world.plugins.behave { _ in .delivers }
        try world.sleep(to: "2025-04-02T08:00:00Z")
        let subjects = world.subjects(to: "anne@example.org")
        #expect(
            subjects.count == 2
                && Set(world.plugins.letters.filter { $0.to == "anne@example.org" }.map(\.key)).count == 2,
            "\(subjects)")
    }
}
