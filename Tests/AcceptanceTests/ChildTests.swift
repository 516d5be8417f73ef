import Foundation
import Glibc
import Testing

@Suite("Child cases in the built service", .serialized)
struct ChildTests {
    private static let framework = Installation.root
        .appending(path: "Tests/CaseReplayTests/Fixtures/children/framework.yaml")

    /// A service with a framework contract under way.
    private func running() throws -> Installation {
        let jalon = try Installation()
        try FileManager.default.copyItem(
            at: Self.framework, to: jalon.workflows.appending(path: "framework.yaml"))
        #expect(try jalon.start() == nil, "\(jalon.logged)")
        let started = try jalon.ctl([
            "start", "framework", "--case", "f", "--rebase", "start=2999-01-04", "--party", "buyer=cci@example.org",
            "--party", "supplier=titulaire@example.org",
        ])
        #expect(started.status == 0, "\(started.errors)")
        return jalon
    }

    private func place(_ number: String, _ amount: String, in jalon: Installation) throws -> Int32 {
        try jalon.ctl("send", "f", "order.placed", "number=\(number)", "amount=\(amount)", "due=2999-03-01").status
    }

    @Test(
        "orders are children of one case: placed under its ceiling, moved by their paths, found again after a restart")
    func orders() throws {
        let jalon = try running()
        #expect(try place("BC-1", "60000 EUR", in: jalon) == 0 && place("BC-2", "30000 EUR", in: jalon) == 0)
        let refused = try jalon.ctl("send", "f", "order.placed", "number=BC-3", "amount=7500.01 EUR", "due=2999-03-01")
        #expect(refused.status != 0 && refused.errors.contains("does not take 'order.placed'"), "\(refused.errors)")
        #expect(try place("BC-3", "7500 EUR", in: jalon) == 0)

        let delivered = try jalon.ctl("send", "f", "order/BC-1/delivered")
        #expect(delivered.status == 0, "\(delivered.errors)")
        #expect(delivered.output.contains("Bon de commande BC-1\u{A0}: → Livré"), "\(delivered.output)")
        #expect(try jalon.ctl("send", "f/order/BC-2", "postponed", "to=2999-04-01").status == 0)
        let unknown = try jalon.ctl("send", "f", "order/BC-9/delivered")
        #expect(unknown.status == 3 && unknown.errors.contains("there is no order 'BC-9': there are BC-1, BC-2, BC-3"))
        let bound = try jalon.ctl("send", "f", "order/BC-2/parameters.set", "limit=2999-04-01")
        #expect(bound.status != 0 && bound.errors.contains("it follows the case around"), "\(bound.errors)")

        jalon.stop(SIGKILL)
        #expect(try jalon.start() == nil, "\(jalon.logged)")
        let shown = try jalon.ctl("show", "f").output
        #expect(shown.contains("order/BC-1  Bon de commande BC-1"), "\(shown)")
        #expect(shown.contains("lot/2"), "\(shown)")
        let child = try jalon.ctl("show", "f/order/BC-2").output
        #expect(
            child.contains("Expertise des grappes — Bon de commande BC-2") && child.contains("30\u{202F}000,00"),
            "\(child)")
        #expect(try jalon.ctl("events", "f/order/BC-2").output.contains("postponed"))
        #expect(try jalon.ctl("events", "f").output.contains("order/BC-2/postponed"))
        #expect(try jalon.ctl("why", "f", "order/BC-2/delivery").output.contains("1er avril 2999"))
        #expect(try jalon.ctl("eval", "f/order/BC-2", "amount").output.contains("30\u{202F}000,00"))
        #expect(try jalon.ctl("agenda", "f").output.contains("Bon de commande BC-2 — Livraison"))
        let history = try jalon.ctl("history", "f/order/BC-1").output
        #expect(history.contains("Bon de commande BC-1\u{A0}: fin") && !history.contains("BC-2"), "\(history)")
        #expect(jalon.stop() == 0)
    }

    @Test("a simulation supposes events of children by their paths")
    func simulation() throws {
        let jalon = try running()
        try jalon.write(
            """
            start: 2021-01-04
            until: 2021-04-30
            events:
              - { at: 2021-02-01, event: order.placed, number: BC-1, amount: 5000 EUR, due: 2021-03-01 }
              - { at: 2021-02-10, event: lot/1/lot.awarded }
              - { at: 2021-02-11, event: order/BC-1/delivered }
            """, to: "events.yaml")
        try jalon.write(
            """
            start: 2021-01-04
            events:
              - { at: 2021-02-10, event: lit/1/lot.awarded }
              - { at: 2021-02-10, event: lot/1/lot.awardd }
              - { at: 2021-02-10, event: lot/lot.awarded }
            """, to: "wrong.yaml")
        let workflow = jalon.workflows.appending(path: "framework.yaml").path
        let story = try jalon.ctl("simulate", workflow, "--events", jalon.folder.appending(path: "events.yaml").path)
        #expect(story.status == 0, "\(story.errors)")
        #expect(story.output.contains("Lot 1 Feuille de route\u{A0}: → Exécution"), "\(story.output)")
        #expect(story.output.contains("order/BC-1  Bon de commande BC-1"), "\(story.output)")
        let wrong = try jalon.ctl("simulate", workflow, "--events", jalon.folder.appending(path: "wrong.yaml").path)
        #expect(
            wrong.errors.contains("has no case 'lit'") && wrong.errors.contains("did you mean 'lot'?"),
            "\(wrong.errors)")
        #expect(wrong.errors.contains("'lot/1' has no event 'lot.awardd'"), "\(wrong.errors)")
        #expect(wrong.errors.contains("an event of a child is written KIND/KEY/EVENT"), "\(wrong.errors)")
        #expect(jalon.stop() == 0)
    }
}
