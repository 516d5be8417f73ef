import CaseReplay
import CivilTime
import Expressions
import Foundation
import Testing
import WorkflowLoading
import WorkflowModel

private let environment = LoadingEnvironment(
    zone: { name in
        guard let bytes = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)") else { return nil }
        return try? TimeZoneRules(tzif: Array(bytes), identifier: name)
    }, calendar: { _ in .everyDay }, calendarNames: [], library: { libraryText($0, in: "workflows") })

/// A contract that names its rules, and what is said of it.
private func load(
    rules: String, consultation: String = "2021-06-01", dates: String = "", values: String = ""
) -> (workflow: Workflow?, diagnostics: [Diagnostic]) {
    let text = """
        jalon: 1
        workflow: test
        title: Test
        language: fr
        time-zone: Europe/Paris
        rules: \(rules)
        consultation: \(consultation)
        events: { delivered: Livraison, letters.sent: Lettres envoyées }
        dates: { \(dates) }
        values: { \(values) }
        states:
          open: { on: { delivered: open, letters.sent: open } }
        """
    return loadWorkflow(text, file: "test.yaml", environment: environment)
}

private func instant(_ text: String, in workflow: Workflow) throws -> Timestamp {
    try #require(Timestamp(readableByPeople: text, zone: workflow.zone))
}

extension Workflow {
    /// Where a case stands after these events.
    fileprivate func after(_ events: [(name: String, at: String)]) throws -> Case {
        var journal = [JournalEntry(occurredAt: try instant("2021-06-01", in: self), fact: .started(Start()))]
        for (name, at) in events {
            let payload = Value.map(ValueMap([]))
            journal.append(
                JournalEntry(occurredAt: try instant(at, in: self), fact: .event(name: name, payload: payload)))
        }
        return try #require(replay(journal, until: try instant("2024-01-01", in: self)))
    }

    fileprivate func day(_ name: String, in current: Case) -> String? {
        date(named: name).flatMap { current.dates[$0]?.day.description }
    }
}

@Suite("rules in a workflow")
struct RulesInWorkflowTests {
    @Test(
        "periods of the pack are periods of the workflow's dates",
        arguments: [
            ("verified: rules.verification-period after delivered", "delivered", "2022-01-31", "2022-03-31"),
            ("verified: { at: rules.verification-period after delivered }", "delivered", "2021-12-31", "2022-02-28"),
            ("verified: rules.deemed-receipt after delivered", "delivered", "2021-07-01", "2021-07-09"),
            ("verified: rules.offers-minimum-electronic after delivered", "delivered", "2021-07-01", "2021-07-31"),
            (
                "verified: { is: \"rules.earliest_signature(letters, true)\" }, letters: { at: 2021-06-02, or: letters.sent }",
                "letters.sent", "2022-05-02", "2022-05-14"
            ),
        ])
    func dates(date: String, event: String, at: String, expected: String) throws {
        let workflow = try #require(load(rules: "fr-ccag-pi-2021", dates: date).workflow)
        let current = try workflow.after([(event, at)])
        #expect(workflow.day("verified", in: current) == expected)
    }

    @Test("a contract may say otherwise than its pack, formulas follow, and both stay known")
    func settings() throws {
        let loaded = load(
            rules: """
                { pack: fr-ccag-pi-2021, clause: 12, set: { verification-period: 30 days, standstill-counting: date-to-date, \
                penalty-divisor: { is: 1000, clause: 40 } } }
                """,
            dates: "verified: rules.verification-period after delivered, "
                + "signed: { is: \"rules.earliest_signature(date('2022-05-02'), true)\" }",
            values: "penalty: \"rules.penalty(money('30000 EUR'), 12)\", divisor: rules.penalty_divisor")
        #expect(loaded.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
        let workflow = try #require(loaded.workflow)
        let current = try workflow.after([("delivered", "2022-01-31")])
        #expect(workflow.day("verified", in: current) == "2022-03-02")
        #expect(workflow.day("signed", in: current) == "2022-05-13")
        #expect(try workflow.evaluate("penalty", in: current).description == #"money("360.00 EUR")"#)
        #expect(
            try workflow.evaluate("rules.penalty(money('30000 EUR'), 1)", in: current).description
                == #"money("30.00 EUR")"#)
        let lines = try workflow.explain("verified", in: current)
        #expect(
            lines.contains {
                $0.contains("fixé par le contrat (ligne 12) au lieu de 2 mois (CCAG-PI de 2021, art. 28.2)")
            }, "\(lines.joined(separator: "\n"))")
        let divisor = try #require(workflow.values.first { $0.name == "rules.penalty_divisor" }?.origin)
        #expect(
            divisor.words(in: .french)
                == "fixé par le contrat (ligne 40) au lieu de 3\u{202F}000 (CCAG-PI de 2021, art. 14.1.1)")
    }

    @Test("why a date is so cites pack, article, source, and that it was not verified")
    func why() throws {
        let workflow = try #require(
            load(
                rules: "fr-ccag-pi-2021",
                dates: "verified: rules.verification-period after delivered, "
                    + "signed: { is: \"rules.earliest_signature(date('2022-05-02'), rules.tacit_admission)\" }, "
                    + "paid: rules.payment-delay after verified"
            ).workflow)
        let current = try workflow.after([("delivered", "2022-01-31")])
        func rule(_ date: String) throws -> [String] {
            try workflow.explain(date, in: current).filter { $0.contains("source") || $0.contains("art.") }
                .map { $0.replacing("\u{A0}", with: " ") }
        }
        #expect(
            try rule("verified") == [
                "  Délai de vérification, à compter de la remise : CCAG-PI de 2021, art. 28.2 ; "
                    + "source : code-commande-publique.com/ccag-pi-2021-article-29 ; non vérifié"
            ])
        #expect(
            try rule("paid").first
                == "  Délai de paiement, État et collectivités : Code de la commande publique, art. R2192-10, consultations à "
                + "compter du 1er avril 2019 ; source : weka.fr, fiche 0188, blog.achatsolutions.fr")
        // The formula, the three values it is computed with, and the value it is given.
        let signed = try rule("signed")
        #expect(signed.count == 5, "\(signed)")
        #expect(
            signed.first?.hasPrefix(
                "    Premier jour de signature possible : Code de la commande publique, art. R2182-1") == true)
        #expect(signed.contains { $0.contains("CCAG-PI de 2021, art. 29 ; source : ") })
    }

    @Test("a default of general clauses that the contract does not cite is marked, and what the law says is not")
    func uncited() throws {
        let dates = "verified: rules.verification-period after delivered, paid: rules.payment-delay after delivered"
        let loaded = load(rules: "{ pack: fr-ccag-pi-2021, cited: false }", dates: dates)
        #expect(loaded.diagnostics.filter { $0.code == "not-contractual" }.count == 1)
        let workflow = try #require(loaded.workflow)
        let current = try workflow.after([("delivered", "2022-01-31")])
        func marked(_ date: String) throws -> Bool {
            try workflow.explain(date, in: current).contains { $0.hasSuffix("valeur par défaut, non contractuelle") }
        }
        #expect(try marked("verified"))
        #expect(try !marked("paid"))
        let cited = load(rules: "fr-ccag-pi-2021", dates: dates)
        #expect(!cited.diagnostics.contains { $0.code == "not-contractual" })
    }

    @Test("rules that were not verified are noted once, where they are used first")
    func notes() {
        let values = "a: \"rules.penalty(money('1 EUR'), 3)\", b: \"rules.penalty(money('1 EUR'), 4)\""
        let notes = load(rules: "fr-ccag-pi-2021", values: values).diagnostics.filter { $0.code == "unverified-rule" }
        #expect(notes.map(\.severity) == [.note, .note])
        #expect(notes.map { $0.message.prefix { $0 != " " } } == ["'rules.penalty'", "'rules.penalty_divisor'"])
    }

    @Test(
        "the same workflow has the rules of its consultation", arguments: [("2021-06-01", true), ("2022-02-01", false)])
    func consultation(day: String, isAllowed: Bool) throws {
        let workflow = try #require(
            load(rules: "fr-ccp", consultation: day, values: "allowed: \"rules.framework_allowed(false, 36)\"").workflow
        )
        let current = try workflow.after([])
        #expect(try workflow.evaluate("allowed", in: current) == .bool(isAllowed))
    }

    @Test("words of a period are of the contract's language")
    func words() throws {
        let workflow = try #require(load(rules: "fr-ccag-pi-2021", values: "v: rules.verification_period").workflow)
        #expect(
            try workflow.evaluate("v + ' ' + string(rules.payment_delay.count)", in: try workflow.after([])).description
                == #""2 mois 30""#)
    }
}
