import ControlAPI
import ControlClient
import Foundation
import Synchronization
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite("Calls through the socket")
struct CallTests {
    @Test("status tells what the engine tells")
    func status() async throws {
        try await Harness.run { harness in
            let reply = try await harness.ask { try $0.status() }
            #expect(reply.now == "2021-09-24T12:00:00Z")
            #expect(reply.startedAt == "2021-09-24T11:59:00Z")
            #expect(reply.nextDue == "2021-09-24T12:00:01Z")
            #expect(reply.version == "1.2.3")
            #expect(reply.cases == CaseCounts(running: 1, over: 2, fault: 3))
            #expect(reply.messages == MessageCounts(waiting: 4, dead: 5))
            #expect(reply.workflows == 6)
            #expect(reply.brokenFiles == ["a.yaml: broken"])
            #expect(reply.zoneData == "2025b")
            #expect(reply.store == "memory")
        }
    }

    @Test("a case is shown with all that is known of it, and nothing for what is not")
    func show() async throws {
        try await Harness.run { harness in
            let reply = try await harness.ask { try $0.show(.init(caseID: "t-1", at: "2021-10-01")) }
            #expect(harness.engine.state.withLock(\.asked) == ["show t-1 2021-10-01"])
            #expect(reply.caseID == "t-1")
            #expect(reply.fault == "a loop")
            #expect(reply.document == "tanger.txt")
            #expect(reply.states.map(\.clause) == [5])
            #expect(reply.dates.map(\.words) == ["au plus tard lundi", nil])
            #expect(reply.dates.map(\.nominal) == ["2021-11-14", nil])
            #expect(reply.dates.map(\.clause) == [104, nil])
            #expect(reply.dates.map(\.isProvisional) == [true, false])
            #expect(reply.data.map(\.value) == [.number("100001.01"), nil])
            #expect(reply.parameters.map(\.value) == [nil])
            #expect(reply.accepts.first?.fields == [Field(name: "price", type: "an amount in MAD", isOptional: true)])
            #expect(reply.next.map(\.at) == ["2021-09-24T12:00:00Z"])
            #expect(reply.journalCount == 3)
        }
    }

    @Test("workflows, events, history, outbox, evaluate, why and reload answer what the engine says")
    func others() async throws {
        try await Harness.run { harness in
            let workflows = try await harness.ask { try $0.workflows() }
            #expect(workflows.workflows.map(\.zone) == ["Africa/Casablanca"])
            #expect(workflows.workflows.map(\.problems) == [["p"]])
            let events = try await harness.ask { try $0.events(of: "t-1") }
            #expect(events.events.map(\.unmet) == [["not yet"]])
            let history = try await harness.ask { try $0.history(of: "t-1") }
            let happened = Happened(
                at: "2021-09-24T13:00:00+01:00", kind: "event", text: "Offre reçue", element: "offer.received",
                clause: 126)
            #expect(history.happened == [happened])
            let outbox = try await harness.ask { try $0.outbox(.init(caseID: "t-1", limit: 5)) }
            #expect(outbox.messages.map(\.state) == ["dead"])
            #expect(outbox.messages.map(\.isLate) == [true])
            #expect(outbox.messages.map(\.address) == [nil])
            let value = try await harness.ask { try $0.evaluate("sum(x)", in: "t-1") }
            #expect(value == EvaluateReply(type: "money", words: "1 MAD", value: .text("1.00 MAD")))
            let why = try await harness.ask { try $0.why("end", in: "t-1") }
            #expect(why.lines == ["Fin", "  30 jours"])
            let whyNot = try await harness.ask {
                try $0.whyNot(.init(caseID: "t-1", event: "paid", fields: ["n": .number("1")]))
            }
            #expect(whyNot.title == "Paiement" && !whyNot.isAccepted && whyNot.reasons == ["ailleurs"])
            #expect(
                whyNot.obstacles
                    == [Obstacle(state: "a.b", title: "B", targets: ["C"], unmet: ["n vaut 1"], clause: 12)])
            let reload = try await harness.ask { try $0.reload() }
            #expect(reload.problems == ["a.yaml: broken"] && reload.withdrawn == ["b"])
            let asked = [
                "workflows", "events t-1", "history t-1", "outbox t-1 5", "evaluate t-1 sum(x)", "why t-1 end",
                "why not t-1 paid n",
                "reload",
            ]
            #expect(harness.engine.state.withLock(\.asked) == asked)
        }
    }

    @Test("cases come a page at a time until there are no more")
    func cases() async throws {
        try await Harness.run { harness in
            var after: String?
            var pages: [[String]] = []
            repeat {
                let asked = CasesParameters(after: after, limit: 2)
                let page = try await harness.ask { try $0.cases(asked) }
                pages.append(page.cases.map(\.caseID))
                after = page.next
            } while after != nil
            #expect(pages == [["t-1", "t-2"], ["t-3", "t-4"], ["t-5"]])
            let whole = try await harness.ask { try $0.cases(.init(limit: 5)) }
            #expect(whole.next == nil)
        }
    }

    @Test("an agenda may be of a stretch of time, written as RFC 3339")
    func agenda() async throws {
        try await Harness.run { harness in
            _ = try await harness.ask {
                try $0.agenda(.init(caseID: "t-1", from: "2021-09-24T13:00:00+01:00", until: nil, limit: 3))
            }
            _ = try await harness.ask { try $0.agenda(.init()) }
            let asked = ["agenda 2021-09-24T12:00:00Z - t-1 3", "agenda - - - 100"]
            #expect(harness.engine.state.withLock(\.asked) == asked)
            let refused = await refusal { _ = try await harness.ask { try $0.agenda(.init(from: "soon")) } }
            #expect(refused?.code == .badRequest)
            #expect(refused?.message == "'from' is 'soon', which is no instant")
        }
    }

    @Test("an event reaches the engine whole: who, when, and numbers digit by digit")
    func send() async throws {
        try await Harness.run { harness in
            let fields: [String: JSONValue] = [
                "mark": .number("79.5"), "price": .number("100001.01"), "name": .text("Étape"),
                "rows": .list([.object(["b": .null, "a": .boolean(true)])]),
            ]
            let reply = try await harness.ask {
                try $0.send(.init(caseID: "t-1", event: "x", fields: fields, occurredAt: "2021-09-24T16:30"))
            }
            #expect(reply.sequence == 7)
            #expect(reply.happened.map(\.text) == ["Offre reçue"])
            guard case .send(let request)? = harness.engine.state.withLock(\.written).first else {
                Issue.record("nothing was sent")
                return
            }
            #expect(request.caseID == "t-1")
            #expect(request.event == "x")
            #expect(request.occurredAt == "2021-09-24T16:30")
            #expect(request.author == getuid())
            #expect(
                request.fields == [
                    .init(name: "mark", value: .number("79.5")), .init(name: "name", value: .text("Étape")),
                    .init(name: "price", value: .number("100001.01")),
                    .init(
                        name: "rows",
                        value: .list([
                            .object([.init(name: "a", value: .boolean(true)), .init(name: "b", value: .null)])
                        ])),
                ])
        }
    }

    @Test("a start reaches the engine whole")
    func start() async throws {
        try await Harness.run { harness in
            _ = try await harness.ask {
                try $0.start(
                    .init(
                        workflow: "tanger", caseID: "t-9", parameters: ["penalty": .number("1")],
                        parties: ["buyer": "a@example.org"], rebase: Rebase(date: "start", to: "2026-01-01"),
                        occurredAt: "2025-12-01"))
            }
            guard case .start(let request)? = harness.engine.state.withLock(\.written).first else {
                Issue.record("nothing was started")
                return
            }
            #expect(request.workflow == "tanger")
            #expect(request.caseID == "t-9")
            #expect(request.parameters == [.init(name: "penalty", value: .number("1"))])
            #expect(request.parties == [.init(name: "buyer", value: .text("a@example.org"))])
            #expect(request.rebase?.date == "start")
            #expect(request.rebase?.to == "2026-01-01")
            #expect(request.occurredAt == "2025-12-01")
            #expect(request.author == getuid())
        }
    }

    @Test("a correction reaches the engine whole, and what moves comes back")
    func correct() async throws {
        try await Harness.run { harness in
            _ = try await harness.ask {
                try $0.correct(
                    .init(
                        caseID: "t-1", entry: 3, fields: ["price": .number("100001.0123456789")],
                        rebase: Rebase(date: "start", to: "2026-01-01"), occurredAt: "2025-12-01", reason: "erreur",
                        dryRun: true))
            }
            _ = try await harness.ask { try $0.apply(.init(plan: "dd", reason: "avenant")) }
            let written = harness.engine.state.withLock(\.written)
            guard case .correct(let correct)? = written.first, case .apply(let apply)? = written.last else {
                Issue.record("\(written)")
                return
            }
            #expect(correct.caseID == "t-1" && correct.entry == 3 && correct.reason == "erreur" && correct.isDryRun)
            #expect(correct.fields == [.init(name: "price", value: .number("100001.0123456789"))])
            #expect(!correct.isWithdrawal)
            #expect(correct.rebase?.date == "start" && correct.occurredAt == "2025-12-01" && correct.author == getuid())
            #expect(apply.plan == "dd" && apply.reason == "avenant" && apply.author == getuid())
        }
    }

    @Test("what would happen, plans and cases computed again are told in full")
    func versions() async throws {
        try await Harness.run { harness in
            let supposed = try await harness.ask {
                try $0.whatIf(
                    .init(caseID: "t-1", events: [.init(event: "e", occurredAt: "2021-10-01")], until: "2022"))
            }
            #expect(
                supposed.comparison.notOwed.map(\.fate) == ["sent"] && supposed.comparison.owed.map(\.fate) == ["owed"])
            #expect(supposed.comparison.dates.map(\.clause) == [104] && supposed.comparison.entries.map(\.entry) == [4])
            #expect(supposed.comparison.language == "fr" && supposed.until == "2021-09-24T12:01:00+00:00")
            #expect(supposed.happened.map(\.text) == ["Offre reçue"] && supposed.fault == "a loop")
            let plan = try await harness.ask { try $0.plan(.init(workflow: "tanger", cases: ["t-1", "t-2"])) }
            #expect(plan.digest == "dd" && plan.cases.map { $0.comparison == nil } == [false, true])
            let replay = try await harness.ask { try $0.replay(.init(after: "a", limit: 5)) }
            #expect(replay.checked == 5 && replay.differing.map(\.differences) == [["date 'end' moved"]])
            _ = try await harness.ask { try $0.evaluate("1", in: "t-1", at: "2022") }
            _ = try await harness.ask { try $0.agenda(.init(caseID: "t-1", at: "2022", limit: 5)) }
            let asked = [
                "what-if t-1 [e 2021-10-01] 2022", "plan tanger t-1 t-2", "replay a 5", "evaluate t-1 1 at 2022",
                "agenda - - t-1 5 at 2022",
            ]
            #expect(harness.engine.state.withLock(\.asked) == asked)
            let events = (0...ControlInterface.maximumSupposedEvents).map { _ in ControlAPI.SupposedEvent(event: "e") }
            let many = await refusal { _ = try await harness.ask { try $0.whatIf(.init(caseID: "c", events: events)) } }
            #expect(many?.message == "1001 events are more than one question may suppose")
        }
    }

    @Test("of many events in one call each has its own answer, in order")
    func sendMany() async throws {
        try await Harness.run { harness in
            let events = (0..<300).map { SendParameters(caseID: "c-\($0)", event: "x") }
            let reply = try await harness.ask { try $0.send(many: .init(events: events)) }
            #expect(reply.outcomes.count == 300)
            #expect(reply.outcomes[0] == Outcome(caseID: "t-1", sequence: 1))
            let refusal = ControlError(.notAccepted, "event 1 is not waited for")
            #expect(reply.outcomes[1] == Outcome(caseID: "c-1", refusal: refusal))
            let written = harness.engine.state.withLock(\.written).compactMap { request in
                if case .send(let sent) = request { sent.caseID } else { nil as String? }
            }
            #expect(written == events.map(\.caseID))
        }
    }

    @Test("what is asked for is bounded")
    func bounds() async throws {
        try await Harness.run { harness in
            for limit in [0, -1, 1_001] {
                let cases = await refusal { _ = try await harness.ask { try $0.cases(.init(limit: limit)) } }
                #expect(cases?.code == .badRequest)
                let outbox = await refusal { _ = try await harness.ask { try $0.outbox(.init(limit: limit)) } }
                #expect(outbox?.code == .badRequest)
            }
            let events = (0...ControlInterface.maximumEvents).map { _ in SendParameters(caseID: "c", event: "x") }
            let many = await refusal { _ = try await harness.ask { try $0.send(many: .init(events: events)) } }
            #expect(many?.message == "10001 events are more than one call may carry")
            #expect(harness.engine.state.withLock(\.asked).isEmpty)
        }
    }
}

/// The refusal that a call ends with; `nil` where it ends otherwise.
func refusal(_ body: () async throws -> Void) async -> ControlError? {
    do {
        try await body()
        return nil
    } catch ControlClientError.refused(let error) {
        return error
    } catch {
        Issue.record("not a refusal: \(error)")
        return nil
    }
}
