import Expressions
import Findings
import SeededRandom
import Testing
import WorkflowModel

/// A number changed in a contract's terms changes what is found in it, and nothing else.
@Suite("changed contracts")
struct ChangeTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var contract: String
        var from: String
        var to: String
        var gone: Set<String> = []
        var new: Set<String> = []
        var testDescription: String { "\(contract): \(to)" }
    }

    static let changes = [
        Change(contract: "massif-central", from: "lasts: 3 years", to: "lasts: 30 months", gone: ["CHK-03/period"]),
        Change(
            contract: "massif-central", from: "2016-07-26T16:00", to: "2016-07-22T16:00", gone: ["CHK-01/preparation"]),
        Change(
            contract: "massif-central", from: "2016-07-26T16:00", to: "2016-09-01T16:00", gone: ["CHK-01/preparation"],
            new: ["CHK-01/start"]),
        Change(contract: "massif-central", from: "weight: 50", to: "weight: 45", new: ["CHK-06/sum"]),
        Change(contract: "massif-central", from: "is: 42", to: "is: 40", gone: ["CHK-16/territoires-laureats"]),
        Change(contract: "tanger-ess", from: "delay: 30 days", to: "delay: 28 days", gone: ["CHK-02/phases"]),
        Change(
            contract: "tanger-ess", from: "      from: start\n", to: "      from: previous\n",
            gone: ["CHK-18/phases"]),
        Change(contract: "tanger-ess", from: "share: 10 %", to: "share: 20 %", new: ["CHK-05/shares"]),
        Change(
            contract: "tanger-ess", from: "points: 70,", to: "points: 70, scale: 100,", gone: ["CHK-07/minimum-mark"]),
        Change(
            contract: "tanger-ess", from: "at: 2021-12-15", to: "at: 2021-12-16",
            new: ["CHK-03/end"]),
        Change(
            contract: "ecosolies-nantes", from: "8333 EUR", to: "8333.33 EUR", gone: ["CHK-04/lot-1", "CHK-04/lot-2"]),
        Change(
            contract: "ecosolies-nantes", from: "at: 2018-03-23", to: "at: 2018-03-23T17:00", gone: ["CHK-14/offers"]),
        Change(contract: "ecosolies-nantes", from: "@ecossolies.fr", to: "@ecosolies.fr", gone: ["CHK-15/address"]),
        Change(
            contract: "ecosolies-nantes", from: "  price:\n",
            to: "  penalty: { rules: fr-ccag-pi-2021, clause: 103 }\n  price:\n", gone: ["CHK-19/penalty"],
            new: ["CHK-21/lot-1", "CHK-21/lot-2"]),
        Change(
            contract: "mayotte-m21-11", from: "estimated: true", to: "estimated: true, per: year",
            gone: ["CHK-09/span"],
            new: ["CHK-20/value"]),
        Change(
            contract: "mayotte-m21-11", from: "estimated: true", to: "estimated: true, per: total",
            gone: ["CHK-09/span"]),
        Change(contract: "mayotte-m21-11", from: "times: 2", to: "times: 3", new: ["CHK-22/total"]),
        Change(contract: "mayotte-m21-11", from: "weight: 70", to: "weight: 60", new: ["CHK-06/sum"]),
    ]

    @Test("what is found changes with it", arguments: changes)
    func change(_ change: Change) throws {
        let before = Set(findings(of: try Fixture.workflow(change.contract)).map(\.key))
        let changed = try Fixture.workflow(change.contract, replacing: [(change.from, change.to)])
        let after = Set(findings(of: changed).map(\.key))
        #expect(before.subtracting(after) == change.gone)
        #expect(after.subtracting(before) == change.new)
    }

    @Test("shares and weights are found exactly where they do not make 100", arguments: 0..<UInt64(40))
    func sums(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Two in three seeds make 100: hundredths of a per cent, cut anywhere.
        let whole = [10_000, 10_000, 9_000 + random.below(2_000)][Int(seed % 3)]
        let cuts = (0..<random.below(5)).map { _ in random.below(whole) }.sorted()
        let parts = zip([0] + cuts, cuts + [whole]).map { $1 - $0 }
        func percent(_ part: Int) throws -> Decimal { try #require(Decimal(Int64(part), places: 2)) }
        let phases = try parts.enumerated().map {
            "    - { name: P\($0.offset), share: \(try percent($0.element)), clause: 1 }"
        }
        let criteria = try parts.enumerated().map {
            "    - { name: C\($0.offset), weight: \(try percent($0.element)), clause: 1 }"
        }
        let terms =
            "terms:\n  phases:\n" + phases.joined(separator: "\n") + "\n  criteria:\n"
            + criteria.joined(separator: "\n")
        let found = Set(findings(of: try Fixture.load(Fixture.base + terms + "\n")).map(\.key))
        #expect(found.contains("CHK-05/shares") == (whole != 10_000))
        #expect(found.contains("CHK-06/sum") == (whole != 10_000))
    }

    @Test("an amount with its tax is right, and a cent more or less is not", arguments: 0..<UInt64(40))
    func tax(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let amount = try #require(
            Money(minorUnits: Int64(100 + random.below(10_000_000)), currency: "EUR", basis: .exclVAT))
        let rate = try #require(Decimal("0.20"))
        let right = try #require(amount.includingVAT(rate: rate))
        for difference in Int64(-1)...1 {
            let stated = try #require(
                Money(minorUnits: right.minorUnits + difference, currency: "EUR", basis: .inclVAT))
            let terms =
                "terms: { ceilings: { maximum: [\(amount.textWithBasis), \(stated.textWithBasis)], clause: 1 } }\n"
            let found = findings(of: try Fixture.load(Fixture.base + terms)).map(\.key)
            #expect(found.contains("CHK-04/contract") == (difference != 0), "\(amount) → \(stated)")
        }
    }

    @Test("stages that fit are never found, and one day more always is", arguments: 0..<UInt64(40))
    func phases(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // From 1 December 2021 to 1 March 2022 there are 90 days.
        let cuts = (0..<random.below(4)).map { _ in random.below(90) }.sorted()
        for days in [90, 91] {
            let lengths = zip([0] + cuts, cuts + [days]).map { $1 - $0 }
            let phases = lengths.enumerated().map {
                "    - { name: P\($0.offset), delay: \($0.element) days, from: previous, clause: 1 }"
            }
            let terms =
                "terms:\n  period: { start: start, end: end, clause: 2 }\n  phases:\n" + phases.joined(separator: "\n")
            let found = findings(of: try Fixture.load(Fixture.base + terms + "\n")).map(\.key)
            #expect(found.contains("CHK-02/phases") == (days > 90 && lengths.count > 1), "\(lengths)")
        }
    }

    @Test("the order of statements changes neither what is found nor how bad it is", arguments: 0..<UInt64(10))
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for name in ["mayotte-m21-11", "massif-central", "ecosolies-nantes"] {
            let found = findings(of: try Fixture.workflow(name))
            let text = try Fixture.text(name)
            // Statements of one line in a list, list by list.
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            var start = 0
            while start < lines.count {
                let end = lines[start...].firstIndex { !$0.hasPrefix("    - {") } ?? lines.count
                if end - start > 1 {
                    lines.replaceSubrange(start..<end, with: lines[start..<end].shuffled(using: &random))
                }
                start = max(end, start + 1)
            }
            let shuffled = findings(of: try Fixture.load(lines.joined(separator: "\n")))
            #expect(shuffled.map(\.key) == found.map(\.key))
            #expect(shuffled.map(\.severity) == found.map(\.severity))
        }
    }
}
