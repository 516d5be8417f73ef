import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

/// What the engine does with children of cases: everything that it does with cases.
@Suite("children in the engine")
struct ChildTests {
    /// A framework with two orders of the third of March, the first of them delivered on the twentieth.
    private func makeOrders() throws -> SimulatedWorld {
        let world = try makeWorld([SimulatedContracts.orders])
        try world.start("orders", id: "o")
        world.pass(to: "2025-03-03T09:00:00Z")
        for number in ["1", "2"] {
            try world.send("o", "placed", ["number": .text(number), "amount": .text("1000 EUR")])
        }
        world.pass(to: "2025-03-20T09:00:00Z")
        try world.send("o/order/1", "delivered")
        world.pass(to: "2025-03-21T09:00:00Z")
        return world
    }

    private func told(_ moves: [CaseReplay.Comparison.Move]) -> [String] {
        moves.map { "\($0.element) \($0.before?.plain ?? "-") → \($0.after?.plain ?? "-")" }
    }

    @Test("a child shows when it was opened, and the entries that are about it")
    func shown() throws {
        let world = try makeOrders()
        let whole = try world.core.show("o", at: nil)
        let child = try world.core.show("o/order/1", at: nil)
        #expect(child.startedAt.hasPrefix("2025-03-03T") && child.startedAt != whole.startedAt)
        #expect(whole.journalCount == 4 && child.journalCount == 1)
        #expect(try world.core.show("o/order/2", at: nil).journalCount == 0)
    }

    @Test("a fact of a child that comes late tells what moves in the child, and stands in its place")
    func late() throws {
        let world = try makeOrders()
        let reply = try world.send("o", "order/2/stopped", on: "2025-03-05T10:00")
        let moved = try #require(reply.comparison?.comparison)
        #expect(told(moved.dates) == ["order/2/due au plus tard le lundi 24 mars 2025 → -"])
        #expect(moved.states.isEmpty && moved.children.isEmpty)
        #expect(
            moved.dropped.map { "\($0.recipient) \($0.subject.plain)" } == [
                "Titulaire Bon de commande 2 — Rappel : due, dans 5 jours",
                "Acheteur Bon de commande 2 — Rappel : due, dans 5 jours",
                "Titulaire Bon de commande 2 — Rappel : due, dans 3 jours",
                "Acheteur Bon de commande 2 — Rappel : due, dans 3 jours",
            ])
        let resumed = try world.send("o/order/2", "resumed", on: "2025-03-10T10:00")
        #expect(
            told(resumed.comparison?.comparison.dates ?? []) == [
                "order/2/due - → au plus tard le vendredi 28 mars 2025"
            ])
        #expect(
            try world.core.why("order/2/due", in: "o").first?.plain == "due : au plus tard le vendredi 28 mars 2025")
        // Before it was opened there was no such order.
        expectRefusal(.notAccepted, saying: "there is no order '2'") { () throws(EngineError) in
            try world.send("o/order/2", "stopped", on: "2025-03-02")
        }
        expectRefusal(.notAccepted, saying: "there is no order '2'") { () throws(EngineError) in
            try world.send("o/order/2", "parties.set", ["maker": .text("x@example.org")], on: "2025-03-02")
        }
    }

    @Test("a fact reaches a child that is opened by what falls due just before it, in the same turn")
    func openedByDue() throws {
        let text = """
            jalon: 1
            workflow: timed
            title: T
            time-zone: UTC
            cases: { unit: { title: Unit, events: { done: {} }, states: { open: { on: { done: over } }, over: { type: final } } } }
            states:
              waiting: { after: { 1 hour: running } }
              running: { entry: [{ open: { case: unit, key: "'1'" } }] }
            """
        let world = try makeWorld([text])
        try world.start("timed", id: "c")
        expectRefusal(.caseNotFound, saying: "there is no unit '1'") { () throws(EngineError) in
            try world.send("c", "unit/1/done")
        }
        world.clock.pass(.days(1))
        try world.send("c", "unit/1/done")
        #expect(try world.core.show("c/unit/1", at: nil).status == "over")
    }

    /// A ceiling that tells the contract of each order it takes, as the block 'budget' does.
    private static let ceiling = """
        jalon: 1
        workflow: ceiling
        title: Accord-cadre
        language: fr
        time-zone: Europe/Paris
        events: { placed: { fields: { number: text } }, accepted: { fields: { number: text } } }
        data: { orders: { list: { number: text } } }
        cases: { order: { title: Bon de commande, states: { making: {} } } }
        states:
          running:
            on:
              placed: { keep: orders, do: [{ send: { event: accepted, data: { number: event.number } } }] }
              accepted: { open: { case: order, key: event.number } }
        """

    @Test("an event is refused that would open a child whose key cannot be one, now, late, supposed or corrected")
    func badKeys() throws {
        let world = try makeWorld([SimulatedContracts.orders, Self.ceiling])
        try world.start("orders", id: "o")
        try world.start("ceiling", id: "c")
        world.pass(to: "2025-03-03T09:00:00Z")
        for id in ["o", "c"] {
            var fields: KeyValuePairs<String, PlainValue> = ["number": .text("BC-7"), "amount": .text("1 EUR")]
            if id == "c" { fields = ["number": .text("BC-7")] }
            try world.send(id, "placed", fields)
            let before = try world.contents()
            fields = ["number": .text("BC/9"), "amount": .text("1 EUR")]
            if id == "c" { fields = ["number": .text("BC/9")] }
            let reason = "« BC/9 » n'est pas une clé (1 à 100 caractères, sans « / », ni espace"
            for day in [nil, "2025-03-02"] {
                let error = expectRefusal(.notAccepted, saying: reason) { () throws(EngineError) in
                    try world.send(id, "placed", fields, on: day)
                }
                #expect(error?.hint?.contains("write '-' where it has '/'") == true)
            }
            expectRefusal(.notAccepted, saying: reason) { () throws(EngineError) in
                try world.correct(id, 2, ["number": .text("BC/9")])
            }
            let members = fields.map { PlainValue.Member(name: $0.key, value: $0.value) }
            expectRefusal(.notAccepted, saying: reason) { () throws(EngineError) in
                try world.core.whatIf(id, [SupposedEvent(event: "placed", fields: members)], until: "2025-03-05")
            }
            #expect(try world.contents() == before)
            #expect(try world.core.show(id, at: nil).children.map(\.key) == ["BC-7"])
        }
    }

    @Test("an entry of a child is corrected by its number, and what stands in the journal is read back")
    func corrected() throws {
        let world = try makeOrders()
        let reply = try world.correct("o", 4, on: "2025-03-21T08:00", reason: "bordereau")
        #expect(
            reply.happened.map(\.text.plain) == [
                "Écriture 4 corrigée : Bon de commande 1 : Livré, le jeudi 20 mars 2025 à 10 h → le vendredi 21 mars 2025 à "
                    + "8 h — motif : bordereau"
            ])
        expectRefusal(.badRequest, saying: "entry 4 is not about 'order/2'") { () throws(EngineError) in
            try world.correct("o/order/2", 4, on: "2025-03-19")
        }
        let undone = try world.correct("o/order/1", 4, withdraw: true)
        #expect(undone.caseID == "o")
        #expect(told(undone.comparison?.comparison.children ?? []) == ["order/1 terminé → en cours"])
        #expect(
            told(undone.comparison?.comparison.states ?? []) == [
                "order/1/done Bon de commande 1 — done → -", "order/1/making - → Bon de commande 1 — making",
            ])
        let before = try world.core.show("o/order/1", at: nil)
        try world.restart()
        #expect(try world.core.show("o/order/1", at: nil) == before && before.status == "running")
        #expect(try world.core.replayDifferences(after: nil, limit: 9).differing.isEmpty)
        #expect(try world.core.history("o/order/1").contains { $0.entry == 4 } == false)
        // The order itself was a mistake: it is gone with all that followed.
        let gone = try world.correct("o", 3, withdraw: true, reason: "doublon")
        #expect(told(gone.comparison?.comparison.children ?? []) == ["order/2 en cours → -"])
        #expect(try world.core.show("o", at: nil).children.map(\.path) == ["order/1"])
    }

    @Test("an order whose number was wrong is another order, in the agenda too")
    func renamed() throws {
        let world = try makeOrders()
        func ahead() throws -> [String] {
            try world.core.agenda(from: nil, until: nil, caseID: "o", limit: 99).map(\.element)
        }
        #expect(try ahead() == ["order/2/due", "order/2/reports", "end", "order/2/limit"])
        let reply = try world.correct("o", 3, ["number": .text("9")])
        #expect(told(reply.comparison?.comparison.children ?? []) == ["order/2 en cours → -", "order/9 - → en cours"])
        #expect(try ahead() == ["order/9/due", "order/9/reports", "end", "order/9/limit"])
        expectRefusal(.badRequest, saying: "this is done with whole cases") { () throws(EngineError) in
            try world.core.proof(of: "o/order/9")
        }
    }

    @Test("parameters and parties of a child are corrected among its own; what it follows and shares is not its own")
    func ownValues() throws {
        let world = try makeOrders()
        let named = try world.send("o/order/2", "parties.set", ["maker": .text("maker@example.org")])
        try world.correct("o", named.sequence, ["maker": .text("other@example.org")])
        #expect(
            try world.core.show("o/order/2", at: nil).parties.map(\.address) == [
                "buyer@example.org", "other@example.org",
            ])
        expectRefusal(.badRequest, saying: "it is a party of the whole case") { () throws(EngineError) in
            try world.correct("o", named.sequence, ["buyer": .text("other@example.org")])
        }
        let given = try world.send("o/order/2", "parameters.set", ["amount": .text("2000 EUR")])
        try world.correct("o", given.sequence, ["amount": .text("3000 EUR")])
        #expect(try world.core.evaluate("cases.order.map(o, o.amount.amount())", in: "o").words.plain == "1 000, 3 000")
        expectRefusal(.badRequest, saying: "it follows the case around") { () throws(EngineError) in
            try world.correct("o", given.sequence, ["last": .text("2025-04-01")])
        }
        #expect(try world.core.replayDifferences(after: nil, limit: 9).differing.isEmpty)
    }

    @Test("what is supposed of a child is told of the whole case, and the child is shown at the end")
    func whatIf() throws {
        let world = try makeOrders()
        let view = try world.core.whatIf(
            "o/order/2", [SupposedEvent(event: "delivered", occurredAt: "2025-03-22")], until: "2025-04-15")
        #expect(told(view.comparison.comparison.children) == ["order/2 en cours → terminé"])
        #expect(view.end.id == "o/order/2" && view.end.status == "over")
        #expect(view.happened.allSatisfy { $0.text.hasPrefix("Bon de commande 2") } && !view.happened.isEmpty)
        // A child that the supposed events open is known to those after it.
        let opened = try world.core.whatIf(
            "o",
            [
                SupposedEvent(
                    event: "placed",
                    fields: [.init(name: "number", value: .text("3")), .init(name: "amount", value: .text("5 EUR"))]),
                SupposedEvent(event: "order/3/delivered", occurredAt: "2025-03-25"),
            ], until: "2025-04-01")
        #expect(told(opened.comparison.comparison.children) == ["order/3 - → terminé"])
        expectRefusal(.badRequest, saying: "there is no such kind of case: there are order") { () throws(EngineError) in
            try world.core.whatIf("o", [SupposedEvent(event: "lot/1/delivered")], until: nil)
        }
        let absent = try world.core.whatIf("o", [SupposedEvent(event: "order/XX/delivered")], until: nil)
        let refusal = try #require(absent.refusal)
        #expect(refusal.code == .caseNotFound && refusal.message.contains("there is no order 'XX'"), "\(refusal)")
        #expect(absent.notTaken.count == 1)
    }

    @Test("why, why-not and the values of a child are asked by its path")
    func questions() throws {
        let world = try makeOrders()
        #expect(try world.core.why("order/2/limit", in: "o") == world.core.why("limit", in: "o/order/2"))
        #expect(
            try world.core.why("limit", in: "o/order/2").map(\.plain).contains(
                "  « last » suit le dossier autour : end"))
        let request = SendRequest(caseID: "o/order/1", event: "delivered", author: 0)
        let over = try world.core.whyNot(request)
        #expect(!over.isAccepted && over.reasons == ["le dossier est terminé"])
        let named = SendRequest(caseID: "o", event: "order/2/resumed", author: 0)
        #expect(try world.core.whyNot(named).reasons.map(\.plain).contains("« work » n'est pas suspendu"))
        expectRefusal(.caseNotFound, saying: "there is no order '9'") { () throws(EngineError) in
            try world.core.whyNot(SendRequest(caseID: "o/order/9", event: "delivered", author: 0))
        }
    }

    @Test("what nobody could be told of in a child is sent once its own party is named, and only of that child")
    func deadLetters() throws {
        let world = try makeOrders()
        try world.send("o", "placed", ["number": .text("3"), "amount": .text("1000 EUR")])
        world.pass(to: "2025-03-24T09:00:00Z")
        let dead = try world.core.outbox("o", in: .dead, limit: 99)
        #expect(
            Set(dead.map { $0.key.split(separator: "/").prefix(3).joined(separator: "/") }) == [
                "o/order/1", "o/order/2",
            ])
        try world.send("o/order/2", "parties.set", ["maker": .text("maker@example.org")])
        world.pass(to: "2025-03-24T09:05:00Z")
        #expect(!world.subjects(to: "maker@example.org").isEmpty)
        #expect(try world.core.outbox("o/order/2", in: .dead, limit: 99).isEmpty)
        #expect(try !world.core.outbox("o/order/1", in: .dead, limit: 99).isEmpty)
    }

    @Test("a new version of the workflow is planned with what it moves in children, and taken over")
    func plan() throws {
        let world = try makeOrders()
        try world.correct("o", 4, on: "2025-03-21T08:00", reason: "bordereau")
        world.source.texts = [SimulatedContracts.orders.replacing("20 days after entry", with: "40 days after entry")]
        _ = world.core.reload()
        let plan = try world.core.plan("orders", cases: nil)
        let moved = try #require(plan.cases.first?.comparison?.comparison)
        #expect(plan.cases.first?.obstacles == [])
        #expect(
            told(moved.dates) == [
                "order/1/due au plus tard le lundi 24 mars 2025 → au plus tard le lundi 14 avril 2025",
                "order/2/due au plus tard le lundi 24 mars 2025 → au plus tard le lundi 14 avril 2025",
            ])
        _ = try world.write([.apply(ApplyRequest(plan: plan.digest, reason: "avenant", author: 0))])[0].get()
        #expect(try world.core.show("o/order/2", at: nil).dates.first { $0.name == "due" }?.date == "2025-04-14")
        #expect(try world.core.replayDifferences(after: nil, limit: 9).differing.isEmpty)
    }
}
