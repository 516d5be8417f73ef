import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowModel

/// The shipped workflow of the Massif central: two lots, and a case for each territory.
@Suite("the contract of the Massif central")
struct MassifTests {
    /// Read once: it is long.
    private static let shipped = Result {
        let file = projectRoot.appending(path: "workflows/massif-central.yaml")
        return try load(try String(contentsOf: file, encoding: .utf8), file: "massif-central.yaml")
    }
    private let workflow: Workflow

    init() throws { workflow = try Self.shipped.get() }

    private func scenario() throws -> Scenario { try Scenario("massif/whole-life", of: workflow) }

    /// The case of the scenario at an instant.
    private func life(until text: String) throws -> Case { try scenario().run(until: text).current }

    /// An expression's value as text, in the case or in a child of it.
    private func told(_ expression: String, _ current: Case, in path: String = "") throws -> String {
        let place = try path.isEmpty ? (workflow: workflow, current: current) : child(path, of: current)
        let value = try place.workflow.evaluate(expression, in: place.current)
        return value.words(in: .english, zone: workflow.zone).replacing("\u{A0}", with: " ")
    }

    /// The innermost states of a child.
    private func states(_ path: String, _ current: Case) throws -> [String] {
        let place = try child(path, of: current)
        return place.workflow.leaves(place.current)
    }

    private func child(_ path: String, of current: Case) throws -> (workflow: Workflow, current: Case) {
        let place = try workflow.child(at: try #require(ChildPath(path)), of: current)
        return (place.workflow, place.current)
    }

    /// The subjects of the messages that were owed.
    private func subjects(_ occurrences: [Occurrence]) -> [String] {
        occurrences.compactMap { occurrence in
            let told = occurrence.narration(in: workflow)
            return told.kind == "message" ? told.text.replacing("\u{A0}", with: " ") : nil
        }
    }

    @Test("every line of its history and every message reads as the fixture does")
    func story() throws {
        try expectFixture("massif/whole-life.txt", try scenario().story(until: "2019-03-31"))
    }

    @Test(
        "the mission ends 30 or 36 months after its start, as was settled",
        arguments: [("30", "2019-02-28"), ("36", "2019-08-31")])
    func end(months: String, last: String) throws {
        let journal = [
            try workflow.start(at: "2016-06-13T09:00", ["months": months, "steering-seats": "5"]),
            try workflow.event("call.sent", at: "2016-06-14T10:00"),
        ]
        let current = try #require(workflow.replay(journal, until: try workflow.time("2016-07-01")))
        #expect(try Scenario.date("end", of: current, workflow) == last)
        #expect(try told("last", current, in: "lot-1/1") == told("end", current))
    }

    @Test("each lot ranks its own offers: 50 for the method, 25 for the means, 25 for the price")
    func ranking() throws {
        let current = try life(until: "2016-08-03")
        #expect(
            try told("tender.ranking.map(r, r.candidate + ' ' + string(r.final)).join(', ')", current, in: "lot-1/1")
                == "Territoires et Cie 77.50, Cap Rural 74.17")
        #expect(try told("tender.ranking.map(r, r.candidate).join(', ')", current, in: "lot-2/2") == "Réseau Accueil")
    }

    @Test("no contract is signed before the standstill is over")
    func standstill() throws {
        let current = try life(until: "2016-08-19T23:59")
        #expect(try states("lot-1/1", current) == ["award.under-way.waiting"])
        #expect(try states("lot-1/1", life(until: "2016-08-20T00:00")) == ["award.under-way.signing"])
    }

    @Test("days are granted only once the committee has decided, at a second meeting where the quorum was missing")
    func grants() throws {
        let territory = "lot-1/1/territory/Combrailles"
        let before = try life(until: "2016-10-12")
        #expect(try states(territory, before) == ["granting"])
        #expect(try told("days", before, in: territory) == "0")
        #expect(try told("[grant_vote.second, grant_vote.committee.quorum == 3]", before) == "yes, yes")
        let after = try life(until: "2016-10-19")
        #expect(try states(territory, after) == ["support"])
        #expect(try told("days", after, in: territory) == "10")
    }

    @Test("an exploration waits until those with priority have their answer")
    func priority() throws {
        let waiting = try life(until: "2016-10-18T14:05")
        #expect(try told("requests.map(r, r.name)", waiting, in: "lot-1/1") == "Aubrac")
        #expect(try told("exploring", waiting, in: "lot-1/1") == "0")
        #expect(try states("lot-1/1/territory/Aubrac", life(until: "2016-10-18T14:15")) == ["assessment"])
    }

    @Test("a beginner's roadmap needs 40 % of the elected and a majority of the partners")
    func roadmap() throws {
        let territory = "lot-1/1/territory/Combrailles"
        #expect(try states(territory, life(until: "2017-05-31")) == ["support"])
        #expect(try states(territory, life(until: "2017-06-02")) == ["done"])
        for (elected, partners, isDone) in [("39.99", "80", false), ("40", "50", false), ("40", "50.01", true)] {
            let journal =
                try scenario().journal.filter { $0.occurredAt < (try workflow.time("2017-01-01")) } + [
                    workflow.event("\(territory)/elected.mobilised", at: "2017-01-02T10:00", ["share": elected]),
                    workflow.event("\(territory)/roadmap.delivered", at: "2017-01-03T10:00", ["partners": partners]),
                ]
            let current = try #require(workflow.replay(journal, until: try workflow.time("2017-01-04")))
            #expect(try states(territory, current) == [isDone ? "done" : "support"], "\(elected), \(partners)")
        }
    }

    @Test("8, 6 and 5 territories at most: the next waits, and takes the place of one that is refused")
    func quotas() throws {
        let started = try workflow.time("2016-09-01")
        var journal = try scenario().journal.filter { $0.occurredAt < started }
        func request(_ name: String, _ category: String, at time: String) throws {
            let fields = [
                "name": name, "category": category, "contact": "\(name)@example.org", "argued": "true",
                "shares": "true",
            ]
            journal.append(try workflow.event("lot-1/1/territory.requested", at: time, fields))
        }
        for number in 1...9 { try request("D\(number)", "débutant", at: "2016-09-05T10:0\(number)") }
        for number in 1...7 { try request("P\(number)", "difficulté", at: "2016-09-05T11:0\(number)") }
        for number in 1...6 { try request("E\(number)", "exploration", at: "2016-09-05T12:0\(number)") }
        func counts(until time: String) throws -> String {
            let current = try #require(workflow.replay(journal, until: try workflow.time(time)))
            return try told(
                "[beginners, in_difficulty, exploring].map(n, string(n)).join(' ') + ', ' + requests.map(r, r.name).join(' ')",
                current, in: "lot-1/1")
        }
        #expect(try counts(until: "2016-09-06") == "8 6 0, D9 P7 E1 E2 E3 E4 E5 E6")
        journal.append(
            try workflow.event("lot-1/1/territory/D3/refused", at: "2016-09-07T10:00", ["reason": "hors sujet"]))
        #expect(try counts(until: "2016-09-08") == "8 6 0, P7 E1 E2 E3 E4 E5 E6")
        // Once all that have priority are answered, explorations open, five of them.
        let first = [1, 2, 4, 5, 6, 7, 8, 9].map { "D\($0)" } + (1...6).map { "P\($0)" }
        for name in first {
            journal.append(
                try workflow.event(
                    "lot-1/1/territory/\(name)/refused", at: "2016-09-09T10:00", ["reason": "sans suite"]))
        }
        #expect(try counts(until: "2016-09-10") == "0 1 0, E1 E2 E3 E4 E5 E6")
        journal.append(
            try workflow.event("lot-1/1/territory/P7/refused", at: "2016-09-12T10:00", ["reason": "sans suite"]))
        #expect(try counts(until: "2016-09-13") == "0 0 5, E6")
        var occurrences: [Occurrence] = []
        _ = workflow.replay(journal, until: try workflow.time("2016-09-13"), occurrences: &occurrences)
        let lines = subjects(occurrences)
        #expect(lines.count { $0.contains("nombre atteint : D9") } == 2)
        #expect(lines.count { $0.contains("priorité à d'autres territoires : E1") } == 2)
    }

    @Test("an exploration without both of its documents is sent back")
    func documents() throws {
        let started = try workflow.time("2016-09-01")
        for fields in [["argued": "true"], ["shares": "true"], [:], ["argued": "true", "shares": "false"]] {
            let all = fields.merging(["name": "E", "category": "exploration", "contact": "e@example.org"]) { first, _ in
                first
            }
            let journal =
                try scenario().journal.filter { $0.occurredAt < started }
                + [workflow.event("lot-1/1/territory.requested", at: "2016-09-05T10:00", all)]
            let current = try #require(workflow.replay(journal, until: try workflow.time("2016-09-06")))
            #expect(try told("[exploring, requests.size()]", current, in: "lot-1/1") == "0, 0")
        }
    }

    @Test("two meetings a year of the contract: met in the first, one short in the second, told 44 days before its end")
    func meetings() throws {
        let occurrences = try scenario().run(until: "2019-03-31").occurrences
        let lines = occurrences.compactMap { occurrence -> String? in
            let told = occurrence.narration(in: workflow)
            guard told.element == "meetings.meetings" || told.text.contains("Alerte\u{A0}: Comité de pilotage") else {
                return nil
            }
            return "\(workflow.zone.civil(at: occurrence.instant).date) \(told.kind)"
        }
        #expect(lines.filter { $0.hasSuffix("breach") } == ["2018-09-01 breach"], "\(lines)")
        #expect(Set(lines.filter { $0.hasSuffix("message") }).contains("2018-07-18 message"), "\(lines)")
        let first = try life(until: "2017-08-31T12:00")
        // 20 September, 18 October and 17 November 2016; two decisions on one day are one meeting.
        #expect(try told("meetings.meetings.held", first) == "3")
    }

    @Test("the framing note is admitted by silence, two months after it was handed over, on a working day")
    func tacit() throws {
        let before = try life(until: "2018-12-17T23:59")
        #expect(try told("framing_delivery.is_admitted", before, in: "lot-2/2") == "no")
        let after = try life(until: "2018-12-18T00:00")
        #expect(
            try told("[framing_delivery.is_admitted, framing_delivery.is_tacit]", after, in: "lot-2/2") == "yes, yes")
        #expect(try told("string(framing_delivery.decided_on)", after, in: "lot-2/2") == "2018-12-17")
        // A guide that was decided on is not.
        #expect(try told("guide_delivery.is_tacit", after, in: "lot-2/2") == "no")
    }

    @Test("3 to 5 indicators, filled in for each year since a territory was selected")
    func indicators() throws {
        #expect(try told("indicators", life(until: "2016-11-01"), in: "lot-2/2") == "0")
        #expect(try told("indicators", life(until: "2016-12-06"), in: "lot-2/2") == "4")
        let current = try life(until: "2017-02-02")
        #expect(
            try states("lot-2/2/member/Livradois", current) == [
                "filling.y2015.finished", "filling.y2016.finished", "filling.y2017.waiting", "filling.y2018.waiting",
            ])
        #expect(try states("lot-2/2/member/Combrailles", life(until: "2018-12-31")) == ["complete"])
    }
}
