import CaseReplay
import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

/// Cases that go over to another version of their workflow.
@Suite struct PlanTests {
    /// The report with two weeks more to hand it in, and a shorter time to look at it.
    private let amended = report.replacing("2025-03-31", with: "2025-04-14").replacing(
        "30 days: accepted", with: "15 days: accepted")

    private func makeWorld(_ text: String) throws -> SimulatedWorld {
        let world = try WorkflowEngineTests.makeWorld([report])
        try world.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        world.pass(to: "2025-03-25T09:00:00Z")
        world.source.texts = [text]
        _ = world.core.reload()
        return world
    }

    @discardableResult
    private func apply(_ plan: PlanView, to world: SimulatedWorld) throws(EngineError) -> PlanView? {
        try world.write([.apply(ApplyRequest(plan: plan.digest, reason: "avenant n° 1", author: 0))])[0].get().plan
    }

    @Test("a plan tells what moves in each case of another version, and changes nothing")
    func plan() throws {
        let world = try makeWorld(amended)
        let before = try world.contents()
        let plan = try world.core.plan("rapport", cases: nil)
        let planned = try #require(plan.cases.first)
        #expect(plan.cases.map(\.caseID) == ["r"] && planned.obstacles == [] && planned.from != plan.definition)
        let moved = try #require(planned.comparison)
        #expect(
            moved.comparison.dates.map { "\($0.before?.plain ?? "") \($0.after?.plain ?? "")" } == [
                "au plus tard le lundi 31 mars 2025 au plus tard le lundi 14 avril 2025"
            ])
        #expect(moved.comparison.dropped.count == 2 && Set(moved.fates.values) == [.sent])
        #expect(try world.contents() == before)
        #expect(try world.core.plan("rapport", cases: ["r"]).digest == plan.digest)
        #expect(try world.core.plan("rapport", cases: nil).digest == plan.digest)
    }

    @Test("applied, the case is as if it had been started with the new version; nothing is sent twice")
    func apply() throws {
        let world = try makeWorld(amended)
        let plan = try world.core.plan("rapport", cases: nil)
        #expect(try apply(plan, to: world) == plan)
        let truth = try WorkflowEngineTests.makeWorld([amended])
        try truth.start("rapport", id: "r", set: ["price": .text("100")], parties: both)
        truth.pass(to: "2025-03-25T09:00:00Z")
        for end in ["2025-03-25T10:00:00Z", "2025-04-20T00:00:00Z"] {
            world.pass(to: end)
            truth.pass(to: end)
            var view = try world.core.show("r", at: nil)
            view.journalCount = 1
            #expect(try view == truth.core.show("r", at: nil))
        }
        #expect(
            try world.core.history("r").filter { $0.kind == "amended" }.map(\.text.plain) == [
                "Nouvelle version du contrat : \(plan.definition.prefix(12)) au lieu de \(plan.cases[0].from.prefix(12))"
                    + " — motif : avenant n° 1"
            ])
        let subjects = world.subjects(to: "anne@example.org")
        #expect(
            subjects.count { $0.contains("dans 7 jours") } == 2
                && Set(world.plugins.letters.map(\.key)).count == world.plugins.letters.count)
        #expect(try world.store.definitions().count == 2)
        #expect(try world.core.plan("rapport", cases: nil).cases == [])
        #expect(world.restlessness == [])
        try world.restart()
        #expect(try world.core.replayDifferences(after: nil, limit: 9).differing == [])
        #expect(try world.core.show("r", at: nil).dates[0].date == "2025-04-14")
        #expect(try world.send("r", "report.submitted", ["pages": .number("12")]).sequence == 3)
    }

    @Test("a plan whose ground has moved is refused, and no case is switched")
    func changed() throws {
        let world = try makeWorld(amended)
        let plan = try world.core.plan("rapport", cases: nil)
        try world.send("r", "report.submitted", ["pages": .number("12")])
        let before = try world.contents()
        expectRefusal(.planChanged, saying: "no case was switched") { () throws(EngineError) in
            try apply(plan, to: world)
        }
        world.settle()
        let second = try world.core.plan("rapport", cases: nil)
        world.source.texts = [amended.replacing("15 days", with: "16 days")]
        _ = world.core.reload()
        expectRefusal(.planChanged, saying: "has changed") { () throws(EngineError) in try apply(second, to: world) }
        expectRefusal(.planNotFound, saying: "no plan abc") { () throws(EngineError) in
            try world.write([.apply(ApplyRequest(plan: "abc", reason: "", author: 0))])[0].get()
        }
        #expect(try world.store.storedCase("r")?.digest == plan.cases[0].from && before.count == 4)
        // A due that passes changes what the plan rests on; time alone does not.
        let third = try world.core.plan("rapport", cases: nil)
        world.pass(to: "2025-03-26T09:00:00Z")
        #expect(try world.core.plan("rapport", cases: nil).digest == third.digest)
        world.pass(to: "2025-05-26T09:00:00Z")
        #expect(try world.core.plan("rapport", cases: ["r"]).digest != third.digest)
    }

    @Test("where the store refuses one case of a plan, none is switched, whoever asks is told, and others go on")
    func refusedByStore() throws {
        let world = try makeWorld(amended)
        for id in ["q", "s"] { try world.start("rapport", id: id, set: ["price": .text("100")], parties: both) }
        world.source.texts = [amended.replacing("2025-04-14", with: "2025-04-15")]
        _ = world.core.reload()
        let plan = try world.core.plan("rapport", cases: nil)
        let before = Dictionary(uniqueKeysWithValues: plan.cases.map { ($0.caseID, $0.from) })
        try world.start("rapport", id: "other", set: ["price": .text("100")], parties: both)
        world.store.refusedCase = "r"
        let requests: [WriteRequest] = [
            .apply(ApplyRequest(plan: plan.digest, reason: "", author: 0)),
            .send(
                SendRequest(
                    caseID: "other", event: "report.submitted", fields: [.init(name: "pages", value: .number("12"))],
                    author: 0)),
        ]
        let replies = world.write(requests)
        expectRefusal(.storeFailed, saying: "the row of r is refused") { () throws(EngineError) in try replies[0].get()
        }
        #expect(try replies[1].get().sequence == 2)
        for (id, digest) in before { #expect(try world.store.storedCase(id)?.digest == digest) }
        world.store.refusedCase = nil
        #expect(try apply(world.core.plan("rapport", cases: ["q", "r", "s"]), to: world)?.cases.count == 3)
        for id in before.keys { #expect(try world.store.storedCase(id)?.digest == plan.definition) }
    }

    @Test("a case whose journal says what the new version does not know cannot move, and keeps nobody from moving")
    func obstacles() throws {
        let world = try makeWorld(report)
        try world.start("rapport", id: "s", set: ["price": .text("100")], parties: both)
        try world.send("s", "report.submitted", ["pages": .number("12"), "mark": .text("15")])
        world.source.texts = [
            report.replacing("      mark: { title: note, type: decimal, optional: true }\n", with: "")
                .replacing(", mark: \"has(event.mark) ? event.mark : decimal('0')\"", with: "")
        ]
        #expect(world.core.reload() == ReloadView())
        let plan = try world.core.plan("rapport", cases: nil)
        #expect(plan.cases.map(\.caseID) == ["r", "s"] && plan.cases.map { $0.obstacles.count } == [0, 1])
        #expect(plan.cases[1].obstacles[0].plain.hasPrefix("entry 2 (Rapport remis (pages : 12, note : 15)"))
        try apply(plan, to: world)
        #expect(try world.core.show("r", at: nil).digest == plan.definition)
        #expect(try world.core.show("s", at: nil).digest == plan.cases[1].from)
        expectRefusal(.badRequest, saying: "no case of the plan can move") { () throws(EngineError) in
            try apply(try world.core.plan("rapport", cases: ["s"]), to: world)
        }
    }

    @Test(
        "what an entry names that the new version lacks is told; an event it does not declare keeps the case where it is"
    )
    func lacking() throws {
        let world = try makeWorld(report)
        try world.send("r", "report.submitted", ["pages": .number("12")])
        func obstacles(_ text: String) throws -> [String] {
            world.source.texts = [text]
            #expect(world.core.reload().problems == [])
            return try world.core.plan("rapport", cases: nil).cases.flatMap(\.obstacles).map(\.plain)
        }
        let renamed = try obstacles(
            report.replacing("acheteur", with: "client"))
        #expect(
            renamed.count == 1 && renamed[0].contains("does not fit the new version: acheteur: there is no such party"))
        let text = """
            jalon: 1
            workflow: rapport
            title: Rapport
            language: fr
            time-zone: UTC
            parties: { buyer: Acheteur, supplier: Titulaire }
            parameters: { price: decimal }
            events: { begun: Commencé, held: Tenu }
            states: { a: { on: { begun: b, held: a } }, b: {} }
            """
        let other = try WorkflowEngineTests.makeWorld([text])
        try other.start("rapport", id: "x")
        try other.send("x", "begun")
        other.source.texts = [text.replacing("begun: Commencé, ", with: "").replacing("begun: b, ", with: "")]
        #expect(other.core.reload().problems == [])
        let plan = try other.core.plan("rapport", cases: nil)
        #expect(plan.cases[0].obstacles.count == 1 && plan.cases[0].comparison == nil)
        #expect(
            plan.cases[0].obstacles[0].plain.hasPrefix("entry 2 (Commencé, le ")
                && plan.cases[0].obstacles[0].hasSuffix("there is no event 'begun'"))
        // What was withdrawn is nothing to the new version.
        try other.correct("x", 2, withdraw: true)
        #expect(try other.core.plan("rapport", cases: nil).cases[0].obstacles == [])
        other.source.texts = [text.replacing("begun: b, ", with: "")]
        #expect(other.core.reload().problems == [])
        #expect(try other.core.plan("rapport", cases: nil).cases[0].obstacles == [])
    }

    @Test("corrections go over with the journal, and are made under the new version afterwards")
    func withCorrections() throws {
        let world = try makeWorld(report)
        try world.send("r", "report.submitted", ["pages": .number("12")])
        try world.correct("r", 2, ["pages": .number("40")])
        world.source.texts = [amended]
        _ = world.core.reload()
        try apply(try world.core.plan("rapport", cases: nil), to: world)
        #expect(try world.core.show("r", at: nil).data.map(\.words) == ["40", "0"])
        try world.correct("r", 2, on: "2025-03-20")
        #expect(
            try world.core.agenda(from: nil, until: nil, caseID: "r", limit: 9).map(\.element) == ["review", "due"])
        expectRefusal(.badRequest, saying: "another version of its workflow") { () throws(EngineError) in
            try world.correct("r", 4, withdraw: true)
        }
    }

    @Test("what is no workflow, no case or another workflow's case is refused")
    func refusals() throws {
        let world = try WorkflowEngineTests.makeWorld()
        try world.start("silent", id: "s")
        expectRefusal(.workflowNotFound, saying: "'no'") { () throws(EngineError) in
            try world.core.plan("no", cases: nil)
        }
        expectRefusal(.caseNotFound, saying: "'x'") { () throws(EngineError) in
            try world.core.plan("rapport", cases: ["x"])
        }
        expectRefusal(.badRequest, saying: "of workflow 'silent'") { () throws(EngineError) in
            try world.core.plan("rapport", cases: ["s"])
        }
    }
}
