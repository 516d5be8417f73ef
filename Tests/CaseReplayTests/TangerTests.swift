import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowModel

/// The shipped workflow of Tangier; the numbers are those of DOMAIN.md §5.
@Suite("the contract of Tangier")
struct TangerTests {
    private let workflow: Workflow

    init() throws {
        let file = projectRoot.appending(path: "workflows/tanger-ess.yaml")
        workflow = try load(try String(contentsOf: file, encoding: .utf8), file: "tanger-ess.yaml")
    }

    private func scenario(_ name: String, shiftDays: Int = 0) throws -> Scenario {
        try Scenario("tanger/\(name)", of: workflow, shiftDays: shiftDays)
    }

    @Test(
        "every line of its history and every message reads as the fixture does",
        arguments: [
            ("whole-life", "2022-01-31"), ("no-offer", "2021-10-01"), ("nobody-reaches-70", "2021-10-15"),
            ("termination", "2021-12-01"),
        ])
    func story(name: String, until: String) throws {
        try expectFixture("tanger/\(name).txt", try scenario(name).story(until: until))
    }

    @Test("stages end 30 days after one another, from the nominal day, on a working day")
    func dates() throws {
        let current = try scenario("whole-life").run(until: "2021-09-01T09:00").current
        for (name, day) in [
            ("offers-due", "2021-09-24T16:30"), ("stage-1-due", "2021-10-15"), ("stage-2-due", "2021-11-15"),
            ("stage-3-due", "2021-12-14"), ("final-due", "2021-12-21"), ("end", "2021-12-15"),
        ] {
            #expect(try Scenario.date(name, of: current, workflow) == day, "\(name)")
        }
    }

    @Test("an offer is in time strictly before 16:30")
    func offers() throws {
        let (current, occurrences) = try scenario("whole-life").run(until: "2021-09-24T18:00")
        #expect(
            try told("consultation.offers.map(o, o.candidate).join(', ')", current) == "Atlas, Boughaz, Cap Spartel")
        #expect(workflow.leaves(current) == ["consultation.marking.analysing"])
        let refused = occurrences.compactMap { occurrence in
            if case .message(let message) = occurrence.kind {
                message.words(caseID: "t", workflow: workflow).subject
            } else {
                nil
            }
        }
        #expect(
            refused.last?.hasSuffix("Offre tardive, non ouverte\u{A0}: prestataire du cluster") == true, "\(refused)")
    }

    /// An expression's value as text.
    private func told(_ expression: String, _ current: Case) throws -> String {
        let value = try workflow.evaluate(expression, in: current)
        return value.words(in: .english, zone: workflow.zone).replacing("\u{A0}", with: " ")
    }

    @Test("offers of 70 and more are ranked by 70 % of the mark and 30 % of the price")
    func ranking() throws {
        let current = try scenario("whole-life").run(until: "2021-09-28").current
        #expect(
            try Scenario.value("ranking", of: current, workflow)
                == "candidate: Atlas, final: 83; candidate: Boughaz, final: 80.4")
    }

    @Test("the price is paid in shares of 30, 30, 30 and 10 %, the last takes what rounding left")
    func tranches() throws {
        let current = try scenario("whole-life").run(until: "2021-09-30").current
        #expect(
            try Scenario.value("tranches", of: current, workflow).replacing("\u{A0}", with: " ")
                == "30,000.30 MAD incl. VAT, 30,000.30 MAD incl. VAT, 30,000.30 MAD incl. VAT, 10,000.11 MAD incl. VAT")
    }

    @Test("each day late costs 1 ‰, until 10 % are reached, which the buyer is told once")
    func penalties() throws {
        func handedOver(_ day: String) throws -> (Case, [Occurrence]) {
            let items = ["document de présentation du cluster", "rapport du diagnostic"]
            let journal =
                try scenario("termination").journal.dropLast()
                + items.map { try workflow.event("stage-1.delivery.item.submitted", at: day + "T12:00", ["item": $0]) }
            var occurrences: [Occurrence] = []
            let until = try workflow.time("2022-12-31")
            return (try #require(workflow.replay(Array(journal), until: until, occurrences: &occurrences)), occurrences)
        }
        for (day, penalties, isCapTold) in [
            ("2021-10-15", "0.00", false), ("2021-10-21", "600.00", false), ("2022-01-22", "9,900.00", false),
            ("2022-01-23", "10,000.00", true), ("2022-02-12", "10,000.00", true),
        ] {
            let (current, occurrences) = try handedOver(day)
            #expect(try told("penalties", current) == "\(penalties) MAD incl. VAT")
            let alerts = occurrences.count { occurrence in
                guard case .message(let message) = occurrence.kind else { return false }
                return message.words(caseID: "t", workflow: workflow).subject.hasSuffix("plafond atteint")
            }
            #expect(alerts == (isCapTold ? 1 : 0), "\(day)")
        }
    }

    @Test("the whole life: late by 4, 2, 3 and 6 days, all paid")
    func wholeLife() throws {
        let (current, _) = try scenario("whole-life").run(until: "2022-01-31")
        #expect(current.isOver && current.fault == nil)
        #expect(workflow.leaves(current) == ["completed"])
        // Stage 1: 15 to 19 October. Stage 2: its second version 22 to 24 November. Stage 3: 14 to 17 December. The
        // final report: 21 to 27 December.
        #expect(
            try told("[stage_1.delivery.late_days, stage_2.delivery.late_days, stage_3.delivery.late_days]", current)
                == "4, 2, 3")
        #expect(try told("late_days", current) == "15")
        #expect(try told("penalties", current) == "1,500.02 MAD incl. VAT")
    }

    @Test("silence never admits: a deliverable that nobody decides on stays to be decided")
    func silence() throws {
        let journal = try scenario("whole-life").journal.filter {
            $0.occurredAt < (try workflow.time("2021-10-19T14:00"))
        }
        let current = try #require(workflow.replay(journal, until: try workflow.time("2022-12-31")))
        #expect(workflow.leaves(current).contains("execution.performance.work.stage-1.work.delivery.verifying"))
        #expect(try told("rules.tacit_admission", current) == "no")
        #expect(try told("stage_1.delivery.is_admitted", current) == "no")
    }

    @Test("a deliverable is admitted by the committee's vote alone")
    func vote() throws {
        let moment = "2021-10-20T10:00"
        let journal = try scenario("whole-life").journal.filter { $0.occurredAt < (try workflow.time(moment)) }
        let all = try journal + [workflow.event("stage-1.delivery.admitted", at: moment)]
        let current = try #require(workflow.replay(all, until: try workflow.time("2021-10-21")))
        #expect(workflow.leaves(current).contains("execution.performance.work.stage-1.work.delivery.verifying"))
    }

    @Test(
        "without an offer, or with none of 70 points, the consultation is abandoned at once",
        arguments: [
            ("no-offer", "2021-09-24T16:30"), ("nobody-reaches-70", "2021-09-27T10:05"),
        ])
    func abandonment(name: String, at: String) throws {
        let (current, occurrences) = try scenario(name).run(until: "2021-10-15")
        #expect(workflow.leaves(current) == ["abandoned"])
        #expect(occurrences.last?.instant == (try workflow.time(at)))
    }

    @Test("a terminated contract owes nothing more")
    func termination() throws {
        let (current, _) = try scenario("termination").run(until: "2021-12-01")
        #expect(workflow.leaves(current) == ["terminated"])
        #expect(workflow.nextDue(current) == nil && workflow.acceptedEvents(current).isEmpty)
    }

    @Test("the contract does not begin before the penalty and the committee's seats are known")
    func neededValues() throws {
        let journal = try [workflow.start(at: "2021-09-01T09:00")] + scenario("termination").journal[1...8]
        let current = try #require(workflow.replay(Array(journal), until: try workflow.time("2021-10-01")))
        #expect(workflow.leaves(current) == ["award.notified"])
        let given =
            try journal
            + [("penalty", "1"), ("follow-up-seats", "5")].map { name, value in
                JournalEntry(
                    occurredAt: try workflow.time("2021-10-01T09:00"),
                    fact: .parameters([try workflow.parameterValue(.init(name: name, value: .text(value)))]))
            }
        let known = try #require(workflow.replay(Array(given), until: try workflow.time("2021-10-02")))
        #expect(workflow.leaves(known).contains("execution.performance.work.method-1.decision.convening"))
    }

    @Test("rebased on another year, every written date moves and every period is counted anew")
    func rebase() throws {
        let shift = try workflow.shiftDays(rebasing: "offers-due", to: "2026-09-25")
        let journal = [
            try workflow.start(at: "2026-09-01T09:00", ["penalty": "1", "follow-up-seats": "5"], shiftDays: shift)
        ]
        let current = try #require(workflow.replay(journal, until: try workflow.time("2026-09-02")))
        #expect(try Scenario.date("offers-due", of: current, workflow) == "2026-09-25T16:30")
        #expect(try Scenario.date("start", of: current, workflow) == "2026-09-16")
        #expect(try Scenario.date("stage-1-due", of: current, workflow) == "2026-10-16")
        #expect(throws: TypeProblem.self) { try workflow.shiftDays(rebasing: "stage-1-due", to: "2026-10-01") }
        #expect(throws: TypeProblem.self) { try workflow.shiftDays(rebasing: "offers-due", to: "2026-09-25T12:00") }
    }
}
