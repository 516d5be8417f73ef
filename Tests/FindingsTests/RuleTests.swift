import Findings
import Foundation
import Testing
import WorkflowModel

/// Each rule with terms that break it and the same terms mended.
@Suite("the rules")
struct RuleTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        /// The finding's key.
        var key: String
        var severity: Finding.Severity
        /// What is written under `terms`, or beside it.
        var broken: String
        var sound: String
        var testDescription: String { key }

        init(_ key: String, _ severity: Finding.Severity, broken: String, sound: String) {
            self.key = key
            self.severity = severity
            self.broken = broken
            self.sound = sound
        }
    }

    static let samples: [Sample] = [
        Sample(
            "CHK-01/start", .error,
            broken: "terms: { offers: { due: start, clause: 1 }, period: { start: start, clause: 2 } }",
            sound: "terms: { offers: { due: offers-due, clause: 1 }, period: { start: start, clause: 2 } }"),
        Sample(
            "CHK-01/preparation", .warning,
            broken: """
                terms:
                  procedure: { kind: open-call, clause: 3 }
                  offers: { due: 2021-10-22T12:00, clause: 1 }
                  period: { start: start, clause: 2 }
                """,
            sound: """
                terms:
                  procedure: { kind: open-call, clause: 3 }
                  offers: { due: 2021-10-21T12:00, clause: 1 }
                  period: { start: start, clause: 2 }
                """),
        Sample(
            "CHK-02/phases", .error,
            broken: """
                terms:
                  period: { start: start, end: end, clause: 2 }
                  phases:
                    - { name: One, delay: 60 days, from: start, clause: 3 }
                    - { name: Two, delay: 31 days, from: previous, clause: 4 }
                """,
            sound: """
                terms:
                  period: { start: start, end: end, clause: 2 }
                  phases:
                    - { name: One, delay: 60 days, from: start, clause: 3 }
                    - { name: Two, delay: 30 days, from: previous, clause: 4 }
                """),
        Sample(
            "CHK-03/period", .error,
            broken: "terms: { period: [{ start: start, lasts: 30 months, clause: 2 }, { lasts: 3 years, clause: 3 }] }",
            sound: "terms: { period: [{ start: start, lasts: 36 months, clause: 2 }, { lasts: 3 years, clause: 3 }] }"),
        Sample(
            "CHK-03/end", .error,
            broken: "terms: { period: { start: start, end: end, lasts: 4 months, clause: 2 } }",
            sound: "terms: { period: { start: start, end: end, lasts: 3 months, clause: 2 } }"),
        Sample(
            "CHK-04/lot-1", .warning,
            broken: "terms: { ceilings: { lot: Lot 1, maximum: [8333 EUR excl-vat, 10000 EUR incl-vat], clause: 4 } }",
            sound: "terms: { ceilings: { lot: Lot 1, maximum: [12500 EUR excl-vat, 15000 EUR incl-vat], clause: 4 } }"),
        Sample(
            "CHK-04/tax", .warning,
            broken: "terms: { ceilings: { maximum: 97500 EUR, clause: 4 } }",
            sound: "terms: { ceilings: { maximum: 97500 EUR excl-vat, clause: 4 } }"),
        Sample(
            "CHK-05/shares", .error,
            broken:
                "terms: { phases: [{ name: One, share: 60 %, clause: 3 }, { name: Two, share: 39.99, clause: 4 }] }",
            sound: "terms: { phases: [{ name: One, share: 60 %, clause: 3 }, { name: Two, share: 40.00, clause: 4 }] }"),
        Sample(
            "CHK-06/weights", .error,
            broken: "terms: { criteria: [{ name: Price, weight: 100, clause: 3 }, { name: Team, clause: 4 }] }",
            sound: "terms: { criteria: [{ name: Price, rank: 1, clause: 3 }, { name: Team, rank: 2, clause: 4 }] }"),
        Sample(
            "CHK-06/sum", .error,
            broken:
                "terms: { criteria: [{ name: Price, weight: 60, clause: 3 }, { name: Team, weight: 30, clause: 4 }] }",
            sound:
                "terms: { criteria: [{ name: Price, weight: 60, clause: 3 }, { name: Team, weight: 40, clause: 4 }] }"),
        Sample(
            "CHK-07/minimum-mark", .warning,
            broken: "terms: { minimum-marks: { points: 70, clause: 3 } }",
            sound: "terms: { minimum-marks: { points: 70, scale: 100, clause: 3 } }"),
        Sample(
            "CHK-08/minimum", .warning,
            broken: """
                terms:
                  ceilings:
                    - { minimum: none, maximum: 10000 EUR excl-vat, clause: 3 }
                    - { minimum: 20 days, maximum: 50 days, per: year, clause: 4 }
                """,
            sound: """
                terms:
                  ceilings:
                    - { minimum: none, maximum: 10000 EUR excl-vat, clause: 3 }
                    - { minimum: 0 days, maximum: 50 days, per: year, clause: 4 }
                """),
        Sample(
            "CHK-08/indicators", .warning,
            broken: "terms: { counts: { of: Indicators, is: at least 3 to 5, clause: 3 } }",
            sound: "terms: { counts: { of: Indicators, is: at least 3, clause: 3 } }"),
        Sample(
            "CHK-09/estimate", .warning,
            broken: "terms: { ceilings: { maximum: 10000 EUR excl-vat, estimated: true, clause: 3 } }",
            sound: "terms: { ceilings: { maximum: 10000 EUR excl-vat, clause: 3 } }"),
        Sample(
            "CHK-09/span", .error,
            broken: "terms: { ceilings: { maximum: 10000 EUR excl-vat, clause: 3 }, renewal: { times: 2, clause: 4 } }",
            sound:
                "terms: { ceilings: { maximum: 10000 EUR excl-vat, per: total, clause: 3 }, renewal: { times: 2, clause: 4 } }"
        ),
        Sample(
            "CHK-09/currency", .warning,
            broken: "terms: { price: { form: lump-sum, basis: incl-vat, clause: 3 } }",
            sound: "terms: { price: { form: lump-sum, basis: incl-vat, currency: MAD, clause: 3 } }"),
        Sample(
            "CHK-10/report", .warning,
            broken:
                "terms: { period: { start: start, end: end, clause: 2 }, obligations: { of: Report, during: 2022-Q2, clause: 3 } }",
            sound:
                "terms: { period: { start: start, end: end, clause: 2 }, obligations: { of: Report, during: 2022-Q1, clause: 3 } }"
        ),
        Sample(
            "CHK-11/annex-1", .warning,
            broken: "terms: { references: { to: Annex 1, missing: true, clause: 3 } }",
            sound: "terms: { references: { to: Annex 1, clause: 3 } }"),
        Sample(
            "CHK-12/one", .warning,
            broken: "terms: { phases: { name: One, share: 100, clause: 3 } }",
            sound: "terms: { phases: { name: One, share: 100, content: report, clause: 3 } }"),
        Sample(
            "CHK-13/board", .warning,
            broken: "committees: { board: { title: The board, quorum: majority, clause: 3 } }\nterms: {}",
            sound:
                "committees: { board: { title: The board, seats: 5, quorum: majority, majority: cast, clause: 3 } }\nterms: {}"
        ),
        Sample(
            "CHK-14/offers", .warning,
            broken: "terms: { offers: { due: 2021-09-01, clause: 3 } }",
            sound: "terms: { offers: { due: 2021-09-01T12:00, clause: 3 } }"),
        Sample(
            "CHK-15/address", .warning,
            broken:
                "terms: { offers: { site: www.example.org, clause: 3 }, channels: { email: a@exampel.org, clause: 4 } }",
            sound:
                "terms: { offers: { site: www.example.org, clause: 3 }, channels: { email: a@mail.example.org, clause: 4 } }"
        ),
        Sample(
            "CHK-15/channels", .note,
            broken: "terms: { channels: [{ email: a@example.org, clause: 3 }, { post: 1 Main Street, clause: 4 }] }",
            sound: "terms: { channels: [{ email: a@example.org, clause: 3 }, { email: b@example.org, clause: 4 }] }"),
        Sample(
            "CHK-16/lots", .warning,
            broken: "terms: { counts: [{ of: lots, is: 5, clause: 3 }, { of: lots, is: at most 4, clause: 4 }] }",
            sound: "terms: { counts: [{ of: lots, is: 4 to 5, clause: 3 }, { of: lots, is: at most 4, clause: 4 }] }"),
        Sample(
            "CHK-17/price", .warning,
            broken:
                "terms: { price: [{ form: lump-sum, currency: EUR, clause: 3 }, { form: day-rate, currency: EUR, clause: 4 }] }",
            sound:
                "terms: { price: [{ form: lump-sum, currency: EUR, clause: 3 }, { form: lump-sum, currency: EUR, clause: 4 }] }"
        ),
        Sample(
            "CHK-18/phases", .error,
            broken: """
                terms:
                  phases:
                    - { name: One, delay: 30 days, from: start, from-clause: 5, clause: 3 }
                    - { name: Two, delay: 30 days, from: start, clause: 4 }
                """,
            sound: """
                terms:
                  phases:
                    - { name: One, delay: 30 days, from: start, from-clause: 5, clause: 3 }
                    - { name: Two, delay: 60 days, from: start, clause: 4 }
                """),
        Sample(
            "CHK-18/year", .warning,
            broken: "terms: { counts: { of: meetings, is: 2, per: year, clause: 3 } }",
            sound: "terms: { counts: { of: meetings, is: 2, per: year, counted: anniversary, clause: 3 } }"),
        Sample(
            "CHK-19/penalty", .warning,
            broken: "terms: {}", sound: "terms: { penalty: { permille-per-day: 1, clause: 3 } }"),
        Sample(
            "CHK-19/payment", .warning,
            broken: "terms: {}", sound: "terms: { payment: { within: 30 days, clause: 3 } }"),
        Sample(
            "CHK-20/value", .error,
            broken: """
                terms:
                  procedure: { kind: adapted, buyer: sub-central, during: 2021, clause: 3 }
                  ceilings: { maximum: 107000 EUR excl-vat, per: year, clause: 4 }
                  renewal: { times: 1, each: 1 year, total: 2 years, clause: 5 }
                """,
            sound: """
                terms:
                  procedure: { kind: adapted, buyer: sub-central, during: 2022, clause: 3 }
                  ceilings: { maximum: 107000 EUR excl-vat, per: year, clause: 4 }
                  renewal: { times: 1, each: 1 year, total: 2 years, clause: 5 }
                """),
        Sample(
            "CHK-21/contract", .warning,
            broken:
                "terms: { penalty: { rules: fr-ccag-pi-2021, clause: 3 }, ceilings: { maximum: 10000 EUR excl-vat, clause: 4 } }",
            sound:
                "terms: { penalty: { rules: fr-ccag-pi-2021, clause: 3 }, ceilings: { maximum: 10010 EUR excl-vat, clause: 4 } }"
        ),
        Sample(
            "CHK-22/renewal", .warning,
            broken: "terms: { renewal: { times: 1, mode: tacit, clause: 3 } }",
            sound: "terms: { renewal: { times: 1, mode: tacit, notice: 3 months, clause: 3 } }"),
        Sample(
            "CHK-22/total", .error,
            broken: "terms: { period: { lasts: 1 year, clause: 2 }, renewal: { times: 2, total: 4 years, clause: 3 } }",
            sound: "terms: { period: { lasts: 1 year, clause: 2 }, renewal: { times: 2, total: 36 months, clause: 3 } }"
        ),
        Sample(
            "CHK-23/framework", .error,
            broken: "terms: { procedure: { framework: true, clause: 2 }, period: { lasts: 49 months, clause: 3 } }",
            sound: "terms: { procedure: { framework: true, clause: 2 }, period: { lasts: 4 years, clause: 3 } }"),
        Sample(
            "CHK-24/nf", .note,
            broken:
                "terms: { symbols: [{ symbol: NFi, means: final mark, clause: 3 }, { symbol: NF, means: price mark, clause: 4 }] }",
            sound:
                "terms: { symbols: [{ symbol: NF, means: price mark, clause: 3 }, { symbol: NT, means: team mark, clause: 4 }] }"
        ),
        Sample(
            "CHK-25/references", .warning,
            broken:
                "terms: { criteria: { name: Means, weight: 100, items: [references, tools, References], clause: 3 } }",
            sound: "terms: { criteria: { name: Means, weight: 100, items: [references, tools], clause: 3 } }"),
        Sample(
            "CHK-26/tender", .note,
            broken:
                "terms: { vocabulary: [{ of: tender, word: offer, clause: 3 }, { of: tender, word: bid, clause: 4 }] }",
            sound:
                "terms: { vocabulary: [{ of: tender, word: offer, clause: 3 }, { of: bidder, word: bid, clause: 4 }] }"),
        Sample(
            "CHK-27/start", .warning,
            broken: "terms: { written: { date: start, as: 1 December, clause: 3 } }",
            sound: "terms: { written: { date: start, as: 1 December 2021, clause: 3 } }"),
    ]

    @Test("a rule finds what breaks it, and nothing once it is mended", arguments: samples)
    func sample(_ sample: Sample) throws {
        let broken = findings(of: try workflow(sample.broken))
        let found = try #require(broken.first { $0.key == sample.key }, "\(broken.map(\.key))")
        #expect(found.severity == sample.severity)
        #expect(found.isBlocking == (sample.severity == .error))
        let sound = findings(of: try workflow(sample.sound))
        #expect(!sound.contains { $0.key == sample.key })
    }

    @Test("all 27 rules have a sample")
    func all() {
        let rules = Set(Self.samples.map { String($0.key.prefix(6)) })
        #expect(rules.sorted() == (1...27).map { "CHK-" + ($0 < 10 ? "0" : "") + "\($0)" })
    }

    @Test("what a rule says in English reads as the fixture does")
    func english() throws {
        let told = try Self.samples.map { sample in
            try #require(findings(of: try workflow(sample.broken)).first { $0.key == sample.key }).asText
        }.joined(separator: "\n")
        let file = Fixture.folder.appending(path: "rules.findings")
        if ProcessInfo.processInfo.environment["JALON_UPDATE_FIXTURES"] == "1" {
            try told.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(told == (try? String(contentsOf: file, encoding: .utf8)))
    }

    @Test("a workflow that states no terms has no findings")
    func silent() throws {
        let found = findings(of: try workflow(""))
        #expect(found.isEmpty)
    }

    private func workflow(_ terms: String) throws -> Workflow { try Fixture.load(Fixture.base + terms + "\n") }
}
