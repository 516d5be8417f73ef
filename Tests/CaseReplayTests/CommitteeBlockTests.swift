import CaseReplay
import CivilTime
import Expressions
import Testing
import WorkflowModel

/// The blocks of committees that ship, each in a workflow that holds nothing else (DOMAIN.md §5, RULES.md C-01 to C-10).
@Suite("the blocks of committees")
struct CommitteeBlockTests {
    private static func head(_ committee: String = "", language: String = "fr") -> String {
        """
        jalon: 1
        workflow: test
        title: Test
        language: \(language)
        time-zone: Europe/Paris
        calendar: france
        parties: { buyer: Acheteur }
        committees:
          jury: { title: Jury, seats: 5, quorum: majority, notice: 5 clear days, second-notice: 3 clear days, minutes: 2 working days, approval: 10 days\(committee) }
        reminders: none

        """
    }

    private static func decision(_ with: String = "", committee: String = "") -> String {
        head(committee) + """
            states:
              choice:
                use: decision
                with: { subject: Choix, committee: jury, secretary: buyer\(with) }
                outcomes: { approved: yes-state, rejected: no-state, postponed: later }
              yes-state: { type: final }
              no-state: { type: final }
              later: { type: final }
            """
    }

    private struct Told {
        let workflow: Workflow
        let current: Case
        let occurrences: [Occurrence]

        var state: [String] { workflow.leaves(current) }

        /// Subjects of messages with whom they are for.
        var messages: [String] {
            occurrences.compactMap { occurrence in
                let told = occurrence.narration(in: workflow)
                return told.kind == "message" ? told.text.replacing("\u{A0}", with: " ") : nil
            }
        }
    }

    /// A case of a text after some facts, `instant event field=value…`, from 1 June 2022 on.
    private func tell(_ text: String, _ facts: [String], until: String) throws -> Told {
        let workflow = try load(text)
        var journal = [try workflow.start(at: "2022-06-01T08:00")]
        for fact in facts {
            let words = fact.split(separator: " ").map(String.init)
            let fields = words.dropFirst(2).map { $0.split(separator: "=").map(String.init) }
            journal.append(
                try workflow.event(
                    words[1], at: words[0], Dictionary(uniqueKeysWithValues: fields.map { ($0[0], $0[1]) })))
        }
        var occurrences: [Occurrence] = []
        let current = workflow.replay(journal, until: try workflow.time(until), occurrences: &occurrences)
        return Told(workflow: workflow, current: try #require(current), occurrences: occurrences)
    }

    /// The facts of a meeting on 14 June 2022, convened on the 8th: who comes, who declares an interest, who votes what.
    private func meeting(_ present: [String], conflicts: [String] = [], _ votes: [String]) -> [String] {
        ["2022-06-08T10:00 choice.convened on=2022-06-14 agenda=Choix"]
            + conflicts.map { "2022-06-14T09:00 choice.conflict.declared seat=\($0)" }
            + present.map { "2022-06-14T09:30 choice.attended seat=\($0)" } + ["2022-06-14T10:00 choice.opened"]
            + votes.map {
                let parts = $0.split(separator: ":")
                return "2022-06-14T10:30 choice.voted seat=\(parts[0]) vote=\(parts[1])"
            } + ["2022-06-14T11:00 choice.closed"]
    }

    @Test(
        "5 clear days before a meeting on 14 June end on the 8th",
        arguments: [("2022-06-08", true), ("2022-06-09", false)])
    func notice(convened: String, isInTime: Bool) throws {
        let told = try tell(
            Self.decision(), ["\(convened)T10:00 choice.convened on=2022-06-14 agenda=Choix"], until: "2022-06-10")
        #expect(told.state == [isInTime ? "choice.convoked" : "choice.convening"])
        #expect(told.messages.contains { $0.hasPrefix("Message → Jury : Convocation") } == isInTime)
        #expect(told.messages.contains { $0.contains("Convocation trop tardive") } == !isInTime)
    }

    @Test("a meeting convened too late, held without quorum or not held is none: until the next is fixed it has no day")
    func noMeeting() throws {
        func dates(_ facts: [String], _ until: String) throws -> [String] {
            let told = try tell(Self.decision(), facts, until: until)
            #expect(told.state == ["choice.convening"])
            #expect(!told.workflow.agenda(told.current).contains { $0.element.hasPrefix("choice.") })
            return told.workflow.dates.indices.compactMap { index in
                told.current.dates[index].map { "\(told.workflow.dates[index].name) \($0.day)" }
            }.filter { $0.hasPrefix("choice.") }
        }
        let late = "2022-06-09T10:00 choice.convened on=2022-06-14 agenda=Choix"
        #expect(try dates([late], "2022-06-10") == [])
        // What was convened in time for another day is not either: the late one took its place.
        #expect(try dates(["2022-06-08T10:00 choice.convened on=2022-06-21 agenda=Choix", late], "2022-06-10") == [])
        #expect(try dates(Array(meeting(["a", "b"], []).dropLast()), "2022-06-14T12:00") == [])
        #expect(try dates([meeting([], [])[0]], "2022-06-16") == [])
        let again = try tell(
            Self.decision(), [late, "2022-06-10T10:00 choice.convened on=2022-06-16 agenda=Choix"], until: "2022-06-11")
        #expect(again.state == ["choice.convoked"])
        #expect(again.workflow.agenda(again.current).map(\.words) == ["le jeudi 16 juin 2022"])
        #expect(again.messages.contains { $0.hasPrefix("Message → Jury : Convocation") })
    }

    @Test("a meeting of those that come back that is cancelled or convened too late has no day any more")
    func noSitting() throws {
        func told(_ facts: [String]) throws -> [String] {
            let told = try tell(Self.meetings, facts, until: "2022-06-10")
            return told.workflow.agenda(told.current).map(\.element)
        }
        let convened = "2022-06-08T09:00 board.convened on=2022-06-14 agenda=Point"
        #expect(try told([convened]).contains("board.meeting"))
        #expect(try !told([convened, "2022-06-09T09:00 board.cancelled"]).contains("board.meeting"))
        #expect(
            try !told(["2022-06-09T09:00 board.convened on=2022-06-14 agenda=Point"]).contains("board.meeting"))
    }

    @Test(
        "votes cast decide, abstentions do not count, and the chair decides a tie",
        arguments: [
            (["a:pour", "b:pour", "c:contre"], "yes-state"), (["a:pour", "b:contre", "c:contre"], "no-state"),
            (["a:pour", "b:abstention", "c:abstention"], "yes-state"),
            (["présidence:pour", "a:contre", "b:abstention"], "yes-state"),
            (["présidence:contre", "a:pour", "b:abstention"], "no-state"), (["a:pour", "b:contre"], "no-state"),
            (["a:for", "b:against", "c:for"], "yes-state"), ([], "no-state"),
        ])
    func votes(votes: [String], end: String) throws {
        let seats = ["présidence", "a", "b", "c"]
        #expect(try tell(Self.decision(), meeting(seats, votes), until: "2022-06-15").state == [end])
    }

    @Test("without a casting vote a tie carries nothing")
    func tie() throws {
        let facts = meeting(["présidence", "a", "b"], ["présidence:pour", "a:contre", "b:abstention"])
        #expect(try tell(Self.decision(", casting-vote: false"), facts, until: "2022-06-15").state == ["no-state"])
    }

    @Test(
        "a majority may be one of those present, or of all seats",
        arguments: [
            ("present", 2, "no-state"), ("present", 3, "yes-state"), ("seats", 2, "no-state"),
            ("seats", 3, "yes-state"),
        ])
    func majorities(majority: String, inFavour: Int, end: String) throws {
        let seats = ["a", "b", "c", "d"]
        let votes = seats.enumerated().map { "\($0.element):\($0.offset < inFavour ? "pour" : "abstention")" }
        let told = try tell(
            Self.decision(committee: ", majority: \(majority)"), meeting(seats, votes), until: "2022-06-15")
        #expect(told.state == [end])
    }

    @Test("who declares an interest neither counts for the quorum nor votes")
    func conflict() throws {
        let votes = ["a:pour", "b:pour", "c:contre"]
        let present = ["a", "b", "c"]
        #expect(try tell(Self.decision(), meeting(present, votes), until: "2022-06-15").state == ["yes-state"])
        let short = try tell(Self.decision(), meeting(present, conflicts: ["a"], votes), until: "2022-06-14T12:00")
        #expect(short.state == ["choice.convening"])
        #expect(short.messages.last?.contains("Quorum non atteint") == true)
        let enough = try tell(
            Self.decision(), meeting(present + ["d"], conflicts: ["a"], ["a:pour", "b:pour", "c:contre", "d:contre"]),
            until: "2022-06-15")
        #expect(enough.state == ["no-state"])
    }

    @Test("the second meeting has a notice of its own and needs no quorum")
    func second() throws {
        let first = meeting(["a", "b"], [])
        for (convened, isInTime) in [("2022-06-17", true), ("2022-06-18", false)] {
            let facts =
                first.dropLast() + [
                    "\(convened)T10:00 choice.convened on=2022-06-21 agenda=Choix",
                    "2022-06-21T09:30 choice.attended seat=a", "2022-06-21T10:00 choice.opened",
                    "2022-06-21T10:30 choice.voted seat=a vote=pour", "2022-06-21T11:00 choice.closed",
                ]
            #expect(
                try tell(Self.decision(), Array(facts), until: "2022-06-22").state
                    == [isInTime ? "yes-state" : "choice.convening"])
        }
    }

    @Test("a vote is one a seat, of a seat that is present; no more sit than there are seats, and only on the day")
    func seats() throws {
        let votes = ["a:contre", "a:pour", "b:pour", "c:contre", "e:contre", "f:contre"]
        #expect(try tell(Self.decision(), meeting(["a", "b", "c"], votes), until: "2022-06-15").state == ["yes-state"])
        let crowd = try tell(
            Self.decision(), meeting(["a", "b", "c", "d", "e", "f"], []).dropLast(2), until: "2022-06-14T10:01")
        #expect(try crowd.workflow.evaluate("choice.present.size()", in: crowd.current) == .int(5))
        let early = ["2022-06-08T10:00 choice.convened on=2022-06-14 agenda=Choix", "2022-06-13T10:00 choice.opened"]
        #expect(try tell(Self.decision(), early, until: "2022-06-13T12:00").state == ["choice.convoked"])
        // A meeting that nobody reports is to be fixed again.
        #expect(try tell(Self.decision(), early, until: "2022-06-15").state == ["choice.convening"])
    }

    @Test("an item may be postponed, and a decision may wait for its minutes, which silence approves")
    func minutes() throws {
        let postponed = meeting(["a", "b", "c"], []).dropLast() + ["2022-06-14T10:40 choice.item.postponed"]
        #expect(try tell(Self.decision(), Array(postponed), until: "2022-06-15").state == ["later"])
        let facts = meeting(["a", "b", "c"], ["a:pour"])
        let text = Self.decision(", with-minutes: true")
        #expect(try tell(text, facts, until: "2022-06-15").state == ["choice.record.drafting"])
        let sent = facts + ["2022-06-16T10:00 choice.record.minutes.sent"]
        #expect(try tell(text, sent, until: "2022-06-26").state == ["choice.record.approving"])
        // Ten days end on Sunday 26 June, and so on the Monday after.
        #expect(try tell(text, sent, until: "2022-06-28").state == ["yes-state"])
        let late = try tell(text, facts, until: "2022-06-18")
        #expect(late.messages.contains { $0.contains("Échéance dépassée : Relevé de décisions") })
    }

    private static let meetings =
        head() + """
            dates: { start: 2022-01-01, end: 2023-12-31 }
            states:
              running:
                type: parallel
                states:
                  board: { use: meetings, with: { name: Réunions, committee: jury, secretary: buyer, cadence: at least 2 per calendar year, from: start, until: end } }
                  item:
                    initial: vote
                    states:
                      vote:
                        use: decision
                        as: choice
                        with: { subject: Choix, committee: jury, secretary: buyer, met: board.met }
                        outcomes: { approved: decided }
                      decided: {}
            """

    @Test("a decision counts as a meeting, once a day, and owes minutes like one; without quorum nothing was held")
    func counted() throws {
        let text = Self.meetings
        let facts = [
            "2022-06-08T09:00 board.convened on=2022-06-14 agenda=Point", "2022-06-14T09:00 board.attended seat=a",
            "2022-06-14T09:05 board.held",
        ]
        let short = try tell(text, facts, until: "2022-06-15")
        #expect(try short.workflow.evaluate("board.meetings.held", in: short.current) == .int(0))
        #expect(short.messages.contains { $0.contains("Quorum non atteint") })
        let both =
            ["2022-06-08T09:00 board.convened on=2022-06-14 agenda=Point"]
            + meeting(["a", "b", "c"], ["a:pour"]).dropLast()
            + ["a", "b", "c"].map { "2022-06-14T10:40 board.attended seat=\($0)" } + ["2022-06-14T10:50 board.held"]
        let held = try tell(text, both.sorted { $0.prefix(16) < $1.prefix(16) }, until: "2022-06-15")
        #expect(try held.workflow.evaluate("board.meetings.held", in: held.current) == .int(1))
        #expect(try held.workflow.evaluate("board.records.owed.size()", in: held.current) == .int(1))
        // One is missing, and the year ends.
        let year = try tell(text, both.sorted { $0.prefix(16) < $1.prefix(16) }, until: "2023-01-02")
        #expect(year.messages.contains { $0.contains("Alerte : Réunions, il en manque 1, il reste 44 jours") })
        #expect(year.messages.contains { $0.contains("Manquement : Réunions, il en manque 1") })
    }

    @Test("a seat beyond the last one neither attends nor votes, and a vote in French counts")
    func seatNumbers() throws {
        let facts = meeting(["1", "2", "3", "6", "0"], ["1:pour", "2:contre", "3:pour", "6:contre"])
        let told = try tell(Self.decision(), facts, until: "2022-06-15")
        #expect(told.state == ["yes-state"])
        let ignored = told.occurrences.compactMap { occurrence -> String? in
            let narration = occurrence.narration(in: told.workflow)
            return narration.kind == "ignored" ? narration.text.replacing("\u{A0}", with: " ") : nil
        }
        #expect(ignored.count { $0.contains("siège : 6") } == 2)
        #expect(ignored.count { $0.contains("siège : 0") } == 1)
    }

    @Test("an unknown vote is refused with the words there are")
    func unknownVote() throws {
        let facts = meeting(["1", "2", "3"], []).dropLast()
        let told = try tell(Self.decision(), Array(facts), until: "2022-06-14T10:40")
        let vote = try told.workflow.event(
            "choice.voted", at: "2022-06-14T10:40", ["seat": "1", "vote": "peut-être"])
        guard case .event(_, let payload) = vote.fact else { preconditionFailure("no event") }
        let answer = try told.workflow.whyNot("choice.voted", carrying: payload, in: told.current, caseID: "t-1")
        let unmet = answer.obstacles.flatMap(\.unmet).map { $0.replacing("\u{A0}", with: " ") }
        #expect(
            unmet == ["voix vaut peut-être, et il faut l'un de pour, contre, abstention, for, against, abstain"])
    }
}
