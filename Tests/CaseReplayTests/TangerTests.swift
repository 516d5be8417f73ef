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
        guard case .list(let rows) = current.data[0] else { return #expect(Bool(false), "offers is no list") }
        #expect(rows.count == 3)
        let ignored = occurrences.contains { occurrence in
            if case .event("offer.received", let payload, false) = occurrence.kind {
                "\(payload)".contains("Detroit")
            } else {
                false
            }
        }
        #expect(ignored)
        #expect(workflow.leaves(current) == ["consultation.marking"])
    }

    @Test("offers of 70 and more are ranked by 70 % of the mark and 30 % of the price")
    func ranking() throws {
        let current = try scenario("whole-life").run(until: "2021-09-28").current
        #expect(
            try Scenario.value("ranking", of: current, workflow)
                == "candidate: Atlas, final: 83, candidate: Boughaz, final: 80.4")
    }

    @Test("the price is paid in shares of 30, 30, 30 and 10 %, the last takes what rounding left")
    func tranches() throws {
        let current = try scenario("whole-life").run(until: "2021-09-30").current
        #expect(
            try Scenario.value("tranches", of: current, workflow).replacing("\u{A0}", with: " ")
                == "30,000.30 MAD incl. VAT, 30,000.30 MAD incl. VAT, 30,000.30 MAD incl. VAT, 10,000.11 MAD incl. VAT")
    }

    @Test("each day late costs 1 ‰, until 10 % are reached")
    func penalties() throws {
        func penalties(late: String) throws -> String {
            let journal =
                try scenario("termination").journal.dropLast() + [
                    workflow.event("stage-1.submitted", at: late + "T12:00")
                ]
            let current = try #require(workflow.replay(Array(journal), until: try workflow.time("2022-12-31")))
            return try Scenario.value("penalties", of: current, workflow).replacing("\u{A0}", with: " ")
        }
        #expect(try penalties(late: "2021-10-15") == "0.00 MAD incl. VAT")
        #expect(try penalties(late: "2021-10-21") == "600.00 MAD incl. VAT")
        #expect(try penalties(late: "2022-02-12") == "10,000.00 MAD incl. VAT")
    }

    @Test("a refused deliverable is submitted again; days late are counted from the first submission")
    func refusal() throws {
        let (current, occurrences) = try scenario("whole-life").run(until: "2022-01-31")
        #expect(current.isOver && current.fault == nil)
        #expect(workflow.leaves(current) == ["completed"])
        // Stage 1: 15 to 19 October. Stage 2: due on 15 November, given again on the 17th.
        #expect(try Scenario.value("late-days", of: current, workflow) == "6")
        #expect(occurrences.count > 80)
    }

    @Test(
        "without an offer, or with none of 70 points, the consultation is abandoned at once",
        arguments: [
            ("no-offer", "2021-09-24T16:30"), ("nobody-reaches-70", "2021-09-27T10:00"),
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

    @Test("the contract cannot be notified before the penalty is known")
    func neededValues() throws {
        let journal = try [workflow.start(at: "2021-09-01T09:00")] + scenario("whole-life").journal[1...8]
        let current = try #require(workflow.replay(Array(journal), until: try workflow.time("2021-10-01")))
        #expect(workflow.leaves(current) == ["consultation.award"])
        let unmet = workflow.acceptedEvents(current).first { $0.declaration.name == "contract.notified" }?.unmet
        #expect(unmet == ["parameter 'penalty' is not known yet"])
    }

    @Test("rebased on another year, every written date moves and every period is counted anew")
    func rebase() throws {
        let shift = try workflow.shiftDays(rebasing: "offers-due", to: "2026-09-25")
        let journal = [try workflow.start(at: "2026-09-01T09:00", ["penalty": "1"], shiftDays: shift)]
        let current = try #require(workflow.replay(journal, until: try workflow.time("2026-09-02")))
        #expect(try Scenario.date("offers-due", of: current, workflow) == "2026-09-25T16:30")
        #expect(try Scenario.date("start", of: current, workflow) == "2026-09-16")
        #expect(try Scenario.date("stage-1-due", of: current, workflow) == "2026-10-16")
        #expect(throws: TypeProblem.self) { try workflow.shiftDays(rebasing: "stage-1-due", to: "2026-10-01") }
        #expect(throws: TypeProblem.self) { try workflow.shiftDays(rebasing: "offers-due", to: "2026-09-25T12:00") }
    }
}
