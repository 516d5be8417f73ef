import CaseReplay
import CivilTime
import Expressions
import Testing
import WorkflowModel

/// The blocks that ship, each in a workflow that holds nothing else; the numbers are those of DOMAIN.md §5.
@Suite("the blocks that ship")
struct ShippedBlockTests {
    private static func head(_ language: String) -> String {
        """
        jalon: 1
        workflow: test
        title: Test
        language: \(language)
        time-zone: Europe/Paris
        calendar: france
        parties: { buyer: Acheteur, committee: Comité, supplier: Titulaire }
        reminders: none

        """
    }

    /// A case of a text after some facts, `instant event field=value…`, from 1 December 2021 at 8:00 on.
    private struct Life {
        let workflow: Workflow
        let current: Case
        let occurrences: [Occurrence]

        init(_ text: String, language: String = "fr", _ facts: [String], until: String) throws {
            workflow = try load(ShippedBlockTests.head(language) + text)
            var journal = [try workflow.start(at: "2021-12-01T08:00")]
            for fact in facts {
                let words = fact.split(separator: " ").map(String.init)
                let fields = words.dropFirst(2).map {
                    $0.replacing("_", with: " ").split(separator: "=").map(String.init)
                }
                journal.append(
                    try workflow.event(
                        words[1], at: words[0], Dictionary(uniqueKeysWithValues: fields.map { ($0[0], $0[1]) })))
            }
            var occurrences: [Occurrence] = []
            let end = try workflow.time(until)
            current = try #require(workflow.replay(journal, until: end, occurrences: &occurrences))
            self.occurrences = occurrences
        }

        /// What an expression comes to now.
        func value(_ expression: String) throws -> String { try workflow.evaluate(expression, in: current).plain }

        var state: [String] { workflow.leaves(current) }

        /// What happened and was said, as people read it.
        var story: String {
            occurrences.compactMap { occurrence in
                let told = occurrence.narration(in: workflow)
                let moment = workflow.zone.civil(at: occurrence.instant)
                guard case .message(let message) = occurrence.kind else {
                    return "\(moment)  \(told.kind)  \(told.text)"
                }
                let words = message.words(caseID: "test-1", workflow: workflow)
                return "\(moment)  -> \(message.address ?? "")\n    \(words.subject)\n    "
                    + words.body.split(separator: "\n").joined(separator: "\n    ")
            }.joined(separator: "\n") + "\n"
        }
    }

    // MARK: Deliverable

    private static func deliverable(_ extra: String = "") -> String {
        """
        dates: { study-due: { title: Remise de l'étude, at: 2021-12-31 } }
        states:
          study:
            clause: 117
            use: deliverable
            with: { name: Étude, due: study-due, supplier: supplier, validated-by: committee, buyer: buyer\(extra) }
            outcomes: { validated: admitted, rejected: refused }
          admitted: { type: final }
          refused: { type: final }
        """
    }

    @Test(
        "a deliverable's whole life reads as its fixture does, in both languages", arguments: ["fr", "en"])
    func deliverableStory(language: String) throws {
        let life = try Life(
            Self.deliverable(", verification: 15 days"), language: language,
            [
                "2022-01-05T10:00 study.submitted", "2022-01-10T10:00 study.postponed reason=Annexe",
                "2022-01-28T10:00 study.submitted", "2022-02-14T10:00 study.reduced percent=10 reason=Erreurs",
            ], until: "2022-03-01")
        try expectFixture("blocks/deliverable-\(language).txt", life.story)
        #expect(life.state == ["admitted"])
        // Five days of the first version; the second was wanted by 25 January.
        #expect(try life.value("study.late_days") == "8")
        #expect(try life.value("study.share_admitted") == "90")
    }

    @Test(
        "silence admits on the last day of the period, whenever somebody looks",
        arguments: [
            ("2021-12-31", "2022-02-28"), ("2022-01-31", "2022-03-31"),
        ])
    func tacit(handedOver: String, admitted: String) throws {
        let text = Self.deliverable(", verification: 2 months, tacit: true")
        let facts = ["\(handedOver)T10:00 study.submitted"]
        let before = try Life(text, facts, until: "\(admitted)T23:59")
        #expect(before.state == ["study.verifying"])
        let after = try Life(text, facts, until: "2022-06-01")
        #expect(after.state == ["admitted"])
        #expect(try after.value("study.decided_on") == admitted)
        #expect(try after.value("study.is_tacit") == "true")
        // A decision on the last day is in time.
        let decided = try Life(text, facts + ["\(admitted)T23:00 study.refused reason=Non"], until: "2022-06-01")
        #expect(decided.state == ["refused"])
    }

    @Test("without tacit admission silence changes nothing, and the buyer is told")
    func silence() throws {
        let life = try Life(Self.deliverable(), ["2021-12-30T10:00 study.submitted"], until: "2022-06-01")
        #expect(life.state == ["study.verifying"])
        #expect(life.story.contains("Décision en retard"))
        #expect(try life.value("study.late_days") == "0")
    }

    @Test("a deliverable of several items is handed over with the last of them")
    func items() throws {
        let text = Self.deliverable(", items: [rapport, carte]")
        let first = ["2021-12-20T10:00 study.item.submitted item=rapport", "2021-12-21T10:00 study.submitted"]
        let part = try Life(text, first, until: "2021-12-24")
        #expect(part.state == ["study.preparing"])
        #expect(try part.value("study.missing") == "carte")
        let whole = try Life(text, first + ["2022-01-02T10:00 study.item.submitted item=carte"], until: "2022-01-03")
        #expect(whole.state == ["study.verifying"])
        #expect(try whole.value("study.late_days") == "2")
    }

    @Test("a rejected deliverable whose user says nothing of it ends the block")
    func rejected() throws {
        let life = try Life(
            """
            states:
              study:
                use: deliverable
                with: { name: Étude, due: 30 days after entry, supplier: supplier, validated-by: committee }
                outcomes: { validated: admitted }
                done: closed
              admitted: { type: final }
              closed: { type: final }
            """, ["2021-12-31T10:00 study.submitted", "2022-01-03T10:00 study.refused reason=Vide"],
            until: "2022-02-01")
        #expect(life.state == ["closed"])
        #expect(try Scenario.date("study.due", of: life.current, life.workflow) == "2021-12-31")
    }

    // MARK: Payment

    private static func payment(_ with: String) -> String {
        """
        data: { validated: boolean, total: { type: money, currency: EUR, initial: 20000 } }
        events: { accepted: Livrable admis }
        states:
          work:
            type: parallel
            states:
              review: { on: { accepted: { set: { validated: "true" } } } }
              share:
                clause: 114
                use: payment
                with: { name: Acompte 1, payer: buyer, payee: supplier, \(with) }
        """
    }

    private static let lateness = "amount: 12000 EUR, rate: 8, lump-sum: 40 EUR"

    @Test("a payment's whole life reads as its fixture does, in both languages", arguments: ["fr", "en"])
    func paymentStory(language: String) throws {
        let life = try Life(
            Self.payment("\(Self.lateness), earned: validated"), language: language,
            [
                "2022-04-01T10:00 accepted", "2022-05-02T10:00 share.invoice.received amount=12000_EUR",
                "2022-06-21T10:00 share.payment.made", "2022-07-01T10:00 share.interest.paid",
            ], until: "2022-09-01")
        try expectFixture("blocks/payment-\(language).txt", life.story)
        #expect(life.state == ["work.review", "work.share.paid"])
        #expect(try Scenario.date("share.payment-due", of: life.current, life.workflow) == "2022-06-01")
        #expect(try life.value("share.interest") == "52.60 EUR")
        #expect(try life.value("share.late_cost") == "92.60 EUR")
        #expect(try Scenario.date("share.interest-due", of: life.current, life.workflow) == "2022-08-05")
    }

    @Test("nothing is payable before it is earned and invoiced; the period runs from the later of the two")
    func earned() throws {
        let text = Self.payment("amount: 12000 EUR, earned: validated")
        let invoiced = ["2022-05-02T10:00 share.invoice.received amount=12000_EUR"]
        #expect(try Life(text, invoiced, until: "2022-12-01").state.last == "work.share.unearned")
        let both = try Life(text, invoiced + ["2022-05-20T10:00 accepted"], until: "2022-06-01")
        #expect(both.state.last == "work.share.payable")
        #expect(try Scenario.date("share.payment-due", of: both.current, both.workflow) == "2022-06-19")
    }

    @Test("an interruption gives a new period, or what was left of the old one if that is longer; and only once")
    func interruption() throws {
        let facts = [
            "2022-05-02T10:00 share.invoice.received amount=12000_EUR", "2022-05-12T10:00 share.interrupted reason=RIB",
            "2022-05-22T10:00 share.completed",
        ]
        for (extra, due) in [("", "2022-06-21"), (", again-within: 5 days", "2022-06-11")] {
            let life = try Life(Self.payment("amount: 12000 EUR\(extra)"), facts, until: "2022-05-23")
            #expect(try Scenario.date("share.payment-due", of: life.current, life.workflow) == due)
        }
        let twice = try Life(
            Self.payment("amount: 12000 EUR"), facts + ["2022-05-25T10:00 share.interrupted reason=Encore"],
            until: "2022-05-26")
        #expect(twice.state.last == "work.share.payable")
    }

    @Test("an invoice of another amount, or one beyond the total, is not accepted")
    func refusedInvoices() throws {
        let text = Self.payment("amount: 12000 EUR, total: total, paid-before: 8000 EUR")
        #expect(
            try Life(text, ["2022-05-02T10:00 share.invoice.received amount=12000_EUR"], until: "2022-05-03").state.last
                == "work.share.payable")
        let other = try Life(text, ["2022-05-02T10:00 share.invoice.received amount=12500_EUR"], until: "2022-05-03")
        #expect(other.state.last == "work.share.waiting")
        #expect(other.story.contains("Facture à refaire"))
        let beyond = try Life(
            Self.payment("total: total, paid-before: 8000.01 EUR"),
            ["2022-05-02T10:00 share.invoice.received amount=12000_EUR"], until: "2022-05-03")
        #expect(beyond.state.last == "work.share.waiting")
        #expect(beyond.story.contains("Facture au-delà du total"))
    }

    @Test("a retention and the recovery of an advance are deducted")
    func deductions() throws {
        let text = Self.payment("amount: 10000 EUR, retention: 5, advance: 1800 EUR, executed: 70")
        let life = try Life(text, ["2022-05-02T10:00 share.invoice.received amount=10000_EUR"], until: "2022-05-03")
        #expect(try life.value("share.retained") == "500.00 EUR")
        // A third of the way from 65 % to 80 %.
        #expect(try life.value("share.recovered") == "600.00 EUR")
        #expect(try life.value("share.to_pay") == "8900.00 EUR")
        #expect(life.story.contains("d'avance à résorber") || life.story.contains("d’avance à résorber"))
    }

    // MARK: Award

    private static let award = """
        states:
          award:
            use: award
            with: { name: Étude, buyer: buyer, formal: true }
            outcomes: { notified: running, abandoned: over }
          running: {}
          over: { type: final }
        """

    @Test("reasons asked for keep their own fifteen days, whatever comes between")
    func reasons() throws {
        let asked = [
            "2021-12-01T09:00 award.rejections.sent", "2021-12-08T09:00 award.reasons.asked candidate=A",
            "2021-12-10T09:00 award.reasons.asked candidate=B",
        ]
        let waiting = try Life(Self.award, asked, until: "2021-12-14")
        #expect(waiting.state == ["award.under-way.signing"])
        #expect(try waiting.value("award.reasons_due") == "2021-12-23")
        let one = try Life(
            Self.award, asked + ["2021-12-14T09:00 award.reasons.given candidate=A"], until: "2021-12-15")
        #expect(try one.value("award.reasons_due") == "2021-12-27", "a Saturday moves to the Monday")
        let late = try Life(Self.award, asked, until: "2021-12-25")
        #expect(late.story.contains("Motifs à communiquer"))
        let done = try Life(
            Self.award, asked + ["2021-12-14T09:00 award.signed", "2021-12-15T09:00 award.contract.notified"],
            until: "2021-12-16")
        #expect(done.state == ["running"])
        #expect(done.story.contains("les motifs restent à communiquer à A, B"))
    }

    @Test("a standstill's end is told as a day, and there is none of a review that nobody asked for")
    func standstill() throws {
        let life = try Life(Self.award, ["2021-12-01T09:00 award.rejections.sent"], until: "2021-12-02")
        let index = try #require(life.workflow.date(named: "award.standstill-end"))
        #expect(life.workflow.words(ofDate: index, in: life.current) == "le lundi 13 décembre 2021")
        let review = try #require(life.workflow.date(named: "award.review-due"))
        #expect(life.current.dates[review] == nil)
    }

    // MARK: Kinds of dates

    @Test(
        "a date that is no deadline is told as what it is",
        arguments: [
            ("fr", "deadline", "au plus tard le mercredi 15 décembre 2021"),
            ("fr", "day", "le mercredi 15 décembre 2021"),
            ("fr", "earliest", "à partir du mercredi 15 décembre 2021"),
            ("en", "deadline", "by Wednesday 15 December 2021"), ("en", "day", "on Wednesday 15 December 2021"),
            ("en", "earliest", "from Wednesday 15 December 2021"),
        ])
    func kinds(language: String, kind: String, words: String) throws {
        let text = """
            dates: { limit: { title: Limite, at: 2021-12-15, kind: \(kind) } }
            states:
              waiting: { remind: { of: limit, to: buyer, before: [1 day] }, at: { limit: over } }
              over: { type: final }
            """
        let life = try Life(text, language: language, [], until: "2021-12-15")
        #expect(life.workflow.words(ofDate: 0, in: life.current) == words)
        #expect(life.story.contains(words))
    }

    @Test("a date computed from data moves to a working day where the file says so")
    func rolledExpression() throws {
        let text = """
            data: { day: { type: date } }
            events: { fixed: { fields: { on: date } } }
            dates:
              plain: { is: day }
              moved: { is: day, roll: next-working-day }
            states: { waiting: { on: { fixed: { set: { day: event.on } } } } }
            """
        let life = try Life(text, ["2021-12-01T09:00 fixed on=2021-12-12"], until: "2021-12-02")
        #expect(try life.value("plain") == "2021-12-12")
        #expect(try life.value("moved") == "2021-12-13")
    }

    // MARK: Evaluation

    private static func evaluation(_ criteria: String, price: Int, threshold: String) -> String {
        """
        dates: { offers-due: 2021-12-20 }
        states:
          tender:
            use: evaluation
            with:
              name: Lot 1
              due: offers-due
              buyer: buyer
              criteria: "[\(criteria)]"
              price-weight: \(price)
              threshold: \(threshold)
            outcomes: { awarded: over, none: over }
          over: { type: final }
        """
    }

    private static func tender(marks: [String: [String: String]], prices: [String: String]) -> [String] {
        marks.keys.sorted().map { "2021-12-06T10:00 tender.offer.received candidate=\($0)" }
            + marks.sorted { $0.key < $1.key }.flatMap { candidate, marks in
                marks.sorted { $0.key < $1.key }.map {
                    "2021-12-21T10:00 tender.offer.marked candidate=\(candidate) criterion=\($0.key) mark=\($0.value)"
                }
            } + ["2021-12-21T11:00 tender.marking.closed"]
            + prices.sorted { $0.key < $1.key }.map {
                "2021-12-22T10:00 tender.price.opened candidate=\($0.key) price=\($0.value)"
            }
    }

    @Test("a mark is compared with the threshold as it is, not as it is shown")
    func threshold() throws {
        let life = try Life(
            Self.evaluation("{'name': 'M', 'weight': 70.0, 'scale': 100.0}", price: 30, threshold: "70"),
            Self.tender(marks: ["A": ["M": "69.995"], "B": ["M": "72"]], prices: ["A": "50000", "B": "90000"]),
            until: "2021-12-23")
        #expect(try life.value("tender.kept.map(k, k.candidate)") == "B")
        #expect(try life.value("tender.ranking.map(r, r.candidate)") == "B")
        #expect(try life.value("tender.ranking[0].final") == "80.4")
    }

    @Test("of a candidate whose name begins with a vowel, French says d'")
    func elision() throws {
        let received = ["Atlas", "Atlas", "Bor", "Bor"].enumerated().map { hour, candidate in
            "2021-12-06T1\(hour):00 tender.offer.received candidate=\(candidate)"
        }
        let life = try Life(
            Self.evaluation("{'name': 'M', 'weight': 70.0, 'scale': 100.0}", price: 30, threshold: "0"), received,
            until: "2021-12-07")
        #expect(life.story.contains("Nouvelle offre d'Atlas") && life.story.contains("Nouvelle offre de Bor"))
        #expect(life.story.contains("Une offre d'Atlas était déjà enregistrée"))
    }

    @Test("a final mark is rounded once, so offers that are equal are tied (RULES.md SC-02, SC-10)")
    func finalMarks() throws {
        let criteria = "{'name': 'M', 'weight': 50.0, 'scale': 20.0}, {'name': 'N', 'weight': 25.0, 'scale': 20.0}"
        let tied = try Life(
            Self.evaluation(criteria, price: 25, threshold: "0"),
            Self.tender(
                marks: ["A": ["M": "12", "N": "18.5"], "B": ["M": "13.5", "N": "19.5"]],
                prices: ["A": "60000", "B": "75000"]), until: "2021-12-23")
        #expect(try tied.value("tender.ranking.map(r, string(r.final))") == "78.13, 78.13")
        #expect(try tied.value("tender.tied") == "A, B")
        let half = try Life(
            Self.evaluation("{'name': 'M', 'weight': 70.0, 'scale': 100.0}", price: 30, threshold: "0"),
            Self.tender(marks: ["A": ["M": "71.45"], "B": ["M": "70"]], prices: ["A": "90000", "B": "30000"]),
            until: "2021-12-23")
        #expect(try half.value("tender.ranking.filter(r, r.candidate == 'A')[0].final") == "60.02")
    }
}

extension Value {
    /// The value as a file would have it.
    var plain: String {
        switch self {
        case .string(let text): text
        case .date(let day): "\(day)"
        case .decimal(let number): "\(number.withoutTrailingZeros)"
        case .money(let money): "\(money.amount) \(money.currency)"
        case .list(let values): values.map(\.plain).joined(separator: ", ")
        default: "\(self)"
        }
    }
}
