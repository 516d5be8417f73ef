import CaseReplay
import CivilTime
import Expressions
import JalonTestSupport
import Foundation
import StatechartKernel
import Testing
import WorkflowModel
import SeededRandom

/// Child cases: what opens them, moves them, and what the case around sees of them.
@Suite("child cases")
struct ChildTests {
    private let framework: Workflow

    init() throws {
        framework = try load(
            String(contentsOf: Scenario.folder.appending(path: "children/framework.yaml"), encoding: .utf8))
    }

    private typealias Event = (time: String, name: String, fields: [String: String])

    private struct Told {
        let workflow: Workflow
        let current: Case
        let occurrences: [Occurrence]

        /// What happened of some kinds, as people read it.
        func lines(_ kinds: String...) -> [String] {
            occurrences.compactMap { occurrence in
                let told = occurrence.narration(in: workflow)
                guard kinds.contains(told.kind) else { return nil }
                return told.text.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ")
            }
        }

        /// The innermost states of a child, or why there is none.
        func states(_ path: String) throws -> [String] {
            do throws(QuestionError) {
                let place = try workflow.child(at: ChildPath(path) ?? ChildPath(), of: current)
                return place.workflow.leaves(place.current)
            } catch {
                return [error.message]
            }
        }
    }

    private func tell(_ workflow: Workflow, _ events: [Event], until: String) throws -> Told {
        var journal = [try workflow.start(at: "2021-01-04T08:00")]
        for event in events { journal.append(try workflow.event(event.name, at: event.time, event.fields)) }
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(until), occurrences: &occurrences)
        return Told(workflow: workflow, current: try #require(current), occurrences: occurrences)
    }

    private func order(_ number: String, _ amount: String, due: String = "2021-03-01", at time: String) -> Event {
        (time, "order.placed", ["number": number, "amount": amount, "due": due])
    }

    // MARK: A ceiling over all

    @Test("orders are taken up to the maximum, to the cent, and 80, 90 and 100 % of it are told")
    func ceiling() throws {
        let told = try tell(
            framework,
            [
                order("BC-1", "60000 EUR", at: "2021-02-01T10:00"), order("BC-2", "30000 EUR", at: "2021-02-02T10:00"),
                order("BC-3", "7500.01 EUR", at: "2021-02-03T10:00"), order("BC-3", "7500 EUR", at: "2021-02-04T10:00"),
                order("BC-4", "0.01 EUR", at: "2021-02-05T10:00"),
            ], until: "2021-02-28")
        #expect(told.current.children[1].map(\.key) == ["BC-1", "BC-2", "BC-3"])
        #expect(
            told.lines("ignored") == [
                "Bon de commande (numéro : BC-3, montant : 7 500,01 EUR HT, à livrer le : lundi 1er mars 2021) — sans effet",
                "Bon de commande (numéro : BC-4, montant : 0,01 EUR HT, à livrer le : lundi 1er mars 2021) — sans effet",
            ])
        #expect(
            told.lines("message").filter { $0.contains("du maximum") } == [
                "Message → Chambre de commerce : 80 % du maximum", "Message → Chambre de commerce : 90 % du maximum",
                "Message → Chambre de commerce : 100 % du maximum",
            ])
        #expect(try framework.evaluate("ordered == maximum", in: told.current).description == "true")
    }

    @Test("a second child of one key is refused where everybody sees it")
    func sameKey() throws {
        let told = try tell(
            framework,
            [
                order("A", "1 EUR", at: "2021-02-01T10:00"), order("A", "2 EUR", at: "2021-02-02T10:00"),
                order("a/b", "2 EUR", at: "2021-02-02T10:00"), order("", "2 EUR", at: "2021-02-02T10:00"),
            ],
            until: "2021-02-03")
        let reasons = [
            "Bon de commande « A » non ouvert : « Bon de commande A » a déjà cette clé",
            "Bon de commande non ouvert : « a/b » n'est pas une clé (1 à 100 caractères, sans « / », ni "
                + "espace au début ou à la fin)",
            "Bon de commande non ouvert : «  » n'est pas une clé (1 à 100 caractères, sans « / », ni "
                + "espace au début ou à la fin)",
        ]
        #expect(told.lines("refused") == reasons)
        #expect(told.lines("message") == reasons.map { "Message → Chambre de commerce : Refus : \($0)" })
        #expect(told.current.children[1].count == 1)
    }

    // MARK: Each on its own path

    @Test("lots opened at the start go their own ways, and the end waits for all children")
    func lots() throws {
        let events: [Event] = [
            ("2021-02-01T10:00", "lot/1/lot.awarded", [:]), ("2021-02-02T10:00", "lot/2/lot.dropped", [:]),
            order("A", "1 EUR", at: "2021-02-01T10:00"), ("2021-02-10T10:00", "order/A/delivered", [:]),
            ("2021-02-11T10:00", "order/B/delivered", [:]),
        ]
        var told = try tell(framework, events, until: "2021-12-31")
        #expect(try told.states("lot/1") == ["running"] && told.states("lot/2") == ["dropped"])
        #expect(try told.states("order/A") == ["done"])
        #expect(try told.states("order/B") == ["there is no order 'B': there are A"])
        #expect(told.lines("ignored") == ["Bon de commande B — Livré — sans effet"])
        #expect(framework.leaves(told.current).contains("running.lots.open"))
        told = try tell(framework, events, until: "2022-02-01")
        #expect(try told.states("lot/1") == ["closed"])
        #expect(told.current.isOver && framework.leaves(told.current).contains("over"))
    }

    @Test("what a child is bound to is followed: its dates move when the case's do, at the same instant")
    func liveBindings() throws {
        let told = try tell(
            framework,
            [
                ("2021-02-01T10:00", "lot/1/lot.awarded", [:]), ("2021-03-01T10:00", "lot/2/lot.dropped", [:]),
                ("2021-06-01T10:00", "framework.extended", ["until": "2022-06-30"]),
            ],
            until: "2022-03-01")
        #expect(try told.states("lot/1") == ["running"])
        let moved = told.occurrences.filter { $0.instant == (try? framework.time("2021-06-01T10:00")) }
            .map { $0.narration(in: framework) }.filter { $0.kind == "date" }.map(\.element)
        #expect(moved == ["end", "lot/1/over"], "the lot that is over follows no more")
        #expect(told.current.children[0][1].current.dates[0]?.day == CivilDate(iso: "2022-01-03"))
    }

    @Test("a case's due comes before those of its children at one instant, and what it moves is left undone")
    func parentFirst() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: renewal
            title: Renewal
            time-zone: Africa/Casablanca
            parties: { buyer: Buyer }
            reminders: none
            data: { years: integer }
            dates: { first: 2021-03-01, end: { is: first + 100 * years, roll: none } }
            cases:
              lot:
                parameters: { end: date }
                dates: { over: { is: end } }
                states: { open: { at: { over: closed } }, closed: { type: final } }
            states:
              running:
                entry: [{ open: { case: lot, key: "'1'", with: { end: end } } }]
                at: { end: { when: years < 2, set: { years: years + 1 } } }
            """)
        let told = try tell(workflow, [], until: "2022-01-01")
        let days = told.occurrences.filter { occurrence in
            if case .over = occurrence.kind { occurrence.child != nil } else { false }
        }.map { "\(workflow.zone.civil(at: $0.instant))" }
        #expect(days == ["2021-09-18T00:00"], "both renewals spared the lot its end")
    }

    @Test("a child tells the case around it, with its key, and its outcome and result when it is over")
    func telling() throws {
        let told = try tell(
            framework,
            [
                order("A", "1 EUR", due: "2021-02-15", at: "2021-02-01T10:00"),
                order("B", "2 EUR", due: "2021-02-10", at: "2021-02-01T11:00"),
            ], until: "2021-02-20")
        #expect(
            told.lines("event").suffix(2) == [
                "Livraison en retard (jours : 1, bon : B)", "Livraison en retard (jours : 1, bon : A)",
            ])
        #expect(try framework.evaluate("late.map(l, l.key)", in: told.current).description == "[\"B\", \"A\"]")
    }

    @Test("the event of a child's end carries key, outcome and result")
    func over() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: over
            title: Over
            time-zone: Africa/Casablanca
            parties: { buyer: Buyer }
            reminders: none
            events: { placed: { fields: { n: integer } } }
            data: { ended: { list: { key: text, outcome: text, spent: { type: integer, optional: true } } } }
            dates: { since: 3 days after order.over }
            cases:
              order:
                parameters: { n: integer }
                events: { done: Done, dropped: Dropped }
                result: { spent: n * 2 }
                states:
                  open: { on: { done: closed, dropped: lost } }
                  closed: { type: final }
                  lost: { type: final }
            states:
              running:
                on:
                  placed: { open: { case: order, key: string(event.n), with: { n: event.n } } }
                  order.over: { keep: ended }
            """)
        let told = try tell(
            workflow,
            [
                ("2021-02-01", "placed", ["n": "1"]), ("2021-02-02", "placed", ["n": "2"]),
                ("2021-02-03", "order/2/done", [:]), ("2021-02-04", "order/1/dropped", [:]),
            ], until: "2021-03-01")
        let rows = try workflow.evaluate(
            "ended.map(e, e.key + ' ' + e.outcome + ' ' + string(e.spent))", in: told.current)
        #expect(rows.description == "[\"2 closed 4\", \"1 lost 2\"]")
        #expect(try Scenario.date("since", of: told.current, workflow) == "2021-02-07", "of the last one")
        #expect(
            try workflow.evaluate("cases.order.map(o, o.title + string(o.over) + o.states[0])", in: told.current)
                .description == "[\"order 1truelost\", \"order 2trueclosed\"]")
    }

    @Test("a territory has its own contact; messages say which child they are about, and keys are unique")
    func parties() throws {
        let told = try tell(
            framework,
            [
                (
                    "2021-02-01T10:00", "territory.requested",
                    ["name": "Nord", "category": "beginner", "contact": "nord@example.org"]
                ),
                (
                    "2021-02-01T11:00", "territory.requested",
                    ["name": "Sud", "category": "beginner", "contact": "sud@example.org"]
                ),
                (
                    "2021-02-01T12:00", "territory.requested",
                    ["name": "Est", "category": "beginner", "contact": "est@example.org"]
                ),
                ("2021-02-02T10:00", "territory/Nord/days.granted", ["days": "4"]),
                ("2021-02-02T10:00", "territory/Sud/days.granted", ["days": "4"]),
            ], until: "2021-03-01")
        #expect(
            told.current.children[2].map(\.title) == ["Territoire Nord", "Territoire Sud"], "two beginners at most")
        let messages = told.occurrences.compactMap { occurrence in
            if case .message(let message) = occurrence.kind { message } else { nil }
        }
        #expect(
            messages.map(\.address) == [
                "nord@example.org", "buyer@example.org", "sud@example.org", "buyer@example.org",
            ])
        let keys = framework.messageKeys(told.occurrences)
        #expect(Set(keys).count == 4)
        #expect(keys.first?.hasPrefix("case/territory/Nord/requested transition 1/1/2021-02-02T09:00:00Z#") == true)
        let words = messages[0].words(caseID: "f-1", workflow: framework)
        #expect(words.subject == "Expertise des grappes — Territoire Nord — 4 jours accordés")
        #expect(
            words.body.replacing("\u{A0}", with: " ")
                == "4 jours accordés.\n\nMarché : Expertise des grappes, Territoire Nord (dossier f-1 territory/Nord).\n"
        )
    }

    @Test("a party named later is named for the children too")
    func sharedParties() throws {
        var journal = [try framework.start(at: "2021-01-04T08:00")]
        let buyer = PartyBinding(party: 0, address: "other@example.org")
        journal.append(JournalEntry(occurredAt: try framework.time("2021-02-01"), fact: .parties([buyer])))
        let current = try #require(framework.replay(journal, until: try framework.time("2021-02-02")))
        #expect(current.children[0].map { $0.current.addresses[0] } == ["other@example.org", "other@example.org"])
    }

    // MARK: Trouble

    @Test("a child that breaks down shows it; the case and the other children go on")
    func fault() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: fault
            title: Fault
            language: fr
            time-zone: Africa/Casablanca
            parties: { buyer: Buyer }
            cases:
              lot:
                events: { go: Go, end: End }
                data: { x: integer }
                states:
                  open: { on: { go: a, end: closed } }
                  a: { always: { when: x >= 0, to: b, set: { x: x + 1 } } }
                  b: { always: a }
                  closed: { type: final }
            states:
              running:
                entry: [{ open: { case: lot, key: "'1'" } }, { open: { case: lot, key: "'2'" } }]
                always: { when: "cases.lot.exists(l, l.over)", to: some }
              some: {}
            """)
        let told = try tell(
            workflow, [("2021-02-01", "lot/1/go", [:]), ("2021-02-02", "lot/2/end", [:])], until: "2021-03-01")
        #expect(told.current.fault == nil && workflow.leaves(told.current) == ["some"])
        #expect(told.current.children[0][0].current.fault?.contains("still follow one another") == true)
        #expect(told.lines("fault").first?.hasPrefix("lot 1 : ne peut pas continuer : transitions of") == true)
        #expect(Case(snapshot: told.current.snapshot(), of: workflow) == told.current)
    }

    @Test("a case and a child that answer each other for ever break down the case, and it stays as it was")
    func pingPong() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: pingpong
            title: Ping-pong
            time-zone: Africa/Casablanca
            parties: { buyer: Buyer }
            data: { n: integer }
            events: { pong: { fields: { n: integer } }, go: Go }
            cases:
              lot:
                parameters: { n: integer }
                events: { go: Go }
                states:
                  s: { on: { parameters.set: { tell: { event: pong, data: { n: n } } } } }
            states:
              running:
                entry: [{ open: { case: lot, key: "'1'", with: { n: n } } }]
                on: { pong: { set: { n: event.n + 1 } }, go: { set: { n: 1 } } }
            """)
        let told = try tell(workflow, [("2021-02-01", "go", [:])], until: "2021-03-01")
        #expect(told.current.fault?.hasPrefix("it never comes to rest") == true)
        #expect(workflow.nextDue(told.current) == nil)
    }

    @Test("when the case is over its children are: they take no events and owe nothing")
    func overWithParent() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: over
            title: Over
            time-zone: Africa/Casablanca
            parties: { buyer: Buyer }
            events: { stop: Stop }
            cases:
              lot:
                events: { go: Go }
                states: { open: { on: { go: closed }, after: { 3 days: closed } }, closed: { type: final } }
            states:
              running: { entry: [{ open: { case: lot, key: "'1'" } }], on: { stop: end } }
              end: { type: final }
            """)
        let told = try tell(
            workflow, [("2021-01-05", "stop", [:]), ("2021-01-06", "lot/1/go", [:])], until: "2021-03-01")
        let place = try workflow.child(at: ChildPath(steps: [.init(kind: "lot", key: "1")]), of: told.current)
        #expect(place.current.isOver && place.workflow.leaves(place.current) == ["open"])
        #expect(place.workflow.whyIgnored("go", in: place.current) == ["the case is over"])
        #expect(workflow.nextDue(told.current) == nil && workflow.agenda(told.current).isEmpty)
        #expect(told.lines("ignored") == ["lot 1: Go — no effect"])
    }

    // MARK: Questions, snapshots

    @Test("agenda, reasons and values of a child are asked by its path")
    func questions() throws {
        let told = try tell(framework, [order("A", "5 EUR", at: "2021-02-01T10:00")], until: "2021-02-02")
        let agenda = framework.agenda(told.current)
        #expect(
            agenda.map { "\($0.element) \($0.title)" } == [
                "order/A/delivery Bon de commande A — Livraison", "end Fin de l'accord-cadre",
                "lot/1/over Lot 1 Feuille de route — Fin du lot", "lot/2/over Lot 2 Réseau — Fin du lot",
                "order/A/last Bon de commande A — Au plus tard",
            ])
        #expect(framework.agenda(told.current, limit: 2) == Array(agenda.prefix(2)))
        let place = try framework.child(at: ChildPath(steps: [.init(kind: "order", key: "A")]), of: told.current)
        #expect(place.title == "Bon de commande A" && place.followed == [2])
        #expect(try place.workflow.evaluate("amount", in: place.current).description.contains("5.00 EUR"))
        #expect(try place.workflow.explain("delivery", in: place.current)[0].contains("1er mars 2021"))
        #expect(place.workflow.acceptedEvents(place.current).map(\.declaration.name) == ["delivered", "postponed"])
    }

    @Test("a snapshot of a tree is the tree; bytes that are not one are refused")
    func snapshot() throws {
        let told = try tell(
            framework, [order("A", "5 EUR", at: "2021-02-01T10:00"), order("B", "6 EUR", at: "2021-02-01T10:00")],
            until: "2021-02-02")
        let bytes = told.current.snapshot()
        let read = try #require(Case(snapshot: bytes, of: framework))
        #expect(read == told.current && framework.nextDue(read) == framework.nextDue(told.current))
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(Case(snapshot: Array(bytes[..<length]), of: framework) == nil)
        }
        for place in stride(from: 1, to: bytes.count, by: 3) {
            var broken = bytes
            broken[place] ^= 0x41
            if let other = Case(snapshot: broken, of: framework) { _ = framework.nextDue(other) }
        }
    }

    @Test("two stages are said to have the same agenda only where they have", arguments: seeds(20))
    func sameAgenda(seed: UInt64) throws {
        var drawn = RandomWorkflow(seed: seed, levels: 1 + Int(seed % 2))
        let workflow = try load(drawn.text)
        let start = try workflow.start(at: "2021-02-01T08:00")
        var current = try #require(workflow.replay([start], until: start.occurredAt))
        for instant in try drawn.cuts(of: workflow) {
            var nothing: [Occurrence] = []
            let before = current
            workflow.advance(&current, to: instant, occurrences: &nothing)
            guard workflow.hasSameAgenda(before, current) else { continue }
            #expect(workflow.agenda(before) == workflow.agenda(current), "JALON_SEED=\(seed)")
        }
    }
}
