import Expressions
import SeededRandom
import Testing

@Suite("money")
struct MoneyTests {
    @Test("shares sum to the total, and all but the last are rounded half up")
    func shares() throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<fuzzCount {
            let total = try #require(
                Money(
                    minorUnits: Int64.random(in: -1_000_000_000...1_000_000_000, using: &random), currency: "MAD",
                    basis: .inclVAT))
            // Hundredths of percent that total 100 %.
            var cuts = (0..<Int.random(in: 0...6, using: &random)).map { _ in Int.random(in: 0...10_000, using: &random)
            }.sorted()
            cuts = [0] + cuts + [10_000]
            let percents = try zip(cuts.dropFirst(), cuts).map { try #require(Decimal(Int64($0 - $1), places: 2)) }
            let shares = try #require(total.shares(percents: percents), "seed \(seed), round \(round)")
            #expect(shares.count == percents.count)
            #expect(shares.reduce(0) { $0 + $1.minorUnits } == total.minorUnits, "seed \(seed), round \(round)")
            for (share, percent) in zip(shares, percents).dropLast() {
                let exact = try #require(total.amount.multiplied(by: percent)?.divided(by: Decimal(100), places: 2))
                #expect(share.amount == exact)
                #expect(share.currency == "MAD" && share.basis == .inclVAT)
            }
        }
    }

    @Test("100,001.01 in shares of 30, 30, 30 and 10 % is 30,000.30 three times and 10,000.11")
    func tranches() throws {
        let shares = try amount("100001.01 MAD").shares(percents: [30, 30, 30, 10].map { Decimal($0) })
        #expect(shares?.map(\.description) == ["30000.30 MAD", "30000.30 MAD", "30000.30 MAD", "10000.11 MAD"])
        #expect(try amount("1.00 MAD").shares(percents: [Decimal(50), Decimal(49)]) == nil)
        #expect(try amount("1.00 MAD").shares(percents: []) == nil)
    }

    @Test(
        "VAT is rounded half up, once",
        arguments: [
            ("10000 EUR incl-vat", "8333.33 EUR excl-vat"), ("8333 EUR excl-vat", "9999.60 EUR incl-vat"),
            ("12500 EUR", "15000.00 EUR incl-vat"), ("0.02 EUR excl-vat", "0.02 EUR incl-vat"),
            ("0.03 EUR excl-vat", "0.04 EUR incl-vat"),
        ])
    func tax(from: String, to: String) throws {
        let given = try amount(from), rate = try decimal("0.20")
        let result = given.basis == .inclVAT ? given.excludingVAT(rate: rate) : given.includingVAT(rate: rate)
        #expect(result?.textWithBasis == to)
    }

    @Test("VAT is neither added nor taken off twice")
    func taxTwice() throws {
        #expect(try amount("1 EUR incl-vat").includingVAT(rate: decimal("0.20")) == nil)
        #expect(try amount("1 EUR excl-vat").excludingVAT(rate: decimal("0.20")) == nil)
    }

    @Test("an amount is written as people write it, and as it is read")
    func text() throws {
        let value = try amount("100001.01 MAD incl-vat")
        #expect(value.formatted(in: .fr) == "100\u{202F}001,01\u{A0}MAD")
        #expect(value.formatted(in: .en) == "100,001.01\u{A0}MAD")
        #expect(value.description == "100001.01 MAD")
        #expect(Money(value.textWithBasis) == value)
        #expect(value.basis.label(in: .fr) == "TTC")
        #expect(try amount("-0.5 EUR").description == "-0.50 EUR")
        #expect(try amount("1500 XOF").description == "1500 XOF")
        #expect(try amount("1.234 TND").minorUnits == 1234)
    }

    @Test(
        "only whole minor units of a currency are read",
        arguments: [
            "", "1", "EUR", "1 eur", "1 EURO", "1.001 EUR", "1.5 XOF", "1  EUR", "1 EUR ttc", "1,5 EUR",
            "100000000000000000000 EUR",
        ])
    func unreadable(text: String) { #expect(Money(text) == nil) }

    @Test(
        "products and quotients are rounded half up once",
        arguments: [
            ("money('0.01 EUR') * 0.5", "0.01 EUR"), ("money('-0.01 EUR') * 0.5", "-0.01 EUR"),
            ("money('100 EUR') / 3", "33.33 EUR"),
            ("money('200 EUR') / 3", "66.67 EUR"), ("3 * money('33.33 EUR')", "99.99 EUR"),
            // Rounded in two steps, the first would give 0.10 and then 0.05.
            ("money('0.19 EUR') * 0.5 * 0.5", "0.05 EUR"), ("money('1 EUR') * 0.045", "0.05 EUR"),
        ])
    func products(source: String, result: String) throws { #expect(outcome(source) == "money(\"\(result)\")") }

    @Test(
        "amounts of two currencies or bases are never mixed",
        arguments: [
            ("money('1 EUR') + money('1 MAD')", "'+' does not take EUR and MAD [money-mismatch]"),
            (
                "money('1 EUR incl-vat') - money('1 EUR')",
                "'-' does not take an amount including VAT and one without tax basis [money-mismatch]"
            ),
            ("money('1 EUR') < money('1 MAD')", "'<' does not take EUR and MAD [money-mismatch]"),
            ("dyn(money('1 EUR')) + dyn(money('1 MAD'))", "1.00 EUR and 1.00 MAD cannot be added [money-mismatch]"),
            ("dyn(money('1 EUR')) < dyn(money('1 MAD'))", "1.00 EUR and 1.00 MAD cannot be compared [money-mismatch]"),
            (
                "dyn(money('1 EUR excl-vat')) > dyn(money('1 EUR incl-vat'))",
                "1.00 EUR excl-vat and 1.00 EUR incl-vat cannot be compared [money-mismatch]"
            ),
            (
                "sum([dyn(money('1 EUR')), dyn(money('1 MAD'))])",
                "1.00 EUR and 1.00 MAD cannot be added [money-mismatch]"
            ),
            ("money('1 EUR').includingVAT(0.2).includingVAT(0.2)", "the amount already includes VAT [money-mismatch]"),
            (
                "[dyn(money('1 EUR')), dyn(money('2 EUR incl-vat')), dyn(money('2 EUR excl-vat'))].sort()",
                "2.00 EUR incl-vat and 2.00 EUR excl-vat cannot be put in order [money-mismatch]"
            ),
        ])
    func mismatches(source: String, message: String) { #expect(outcome(source) == message) }

    @Test("a sum of no amounts is zero where the currency is known, and an error where it is not")
    func emptySums() throws {
        let known = workflowEnvironment([
            "amounts": .list(.money(currency: "MAD", basis: .inclVAT)), "others": .list(.anyMoney),
        ])
        let sum = try #require(Expression.compile("sum(amounts)", in: known).0)
        #expect(sum.type == .money(currency: "MAD", basis: .inclVAT))
        #expect(try sum.evaluate(["amounts": .list([])]) == .money(amount("0 MAD incl-vat")))
        let unknown = try #require(Expression.compile("sum(others)", in: known).0)
        #expect(throws: EvaluationError.self) { try unknown.evaluate(["others": .list([])]) }
        let given = try #require(Expression.compile("sum(others, money('0 EUR'))", in: known).0)
        #expect(try given.evaluate(["others": .list([])]) == .money(amount("0 EUR")))
        #expect(outcome("sum([])") == "0")
    }

    @Test("a tender's marks: 0.70 technical, 0.30 price over the kept offers")
    func marks() throws {
        // A 80 at 100 000, B 72 at 90 000, C 69.9 at 50 000, left out below 70.
        let environment = workflowEnvironment(
            [
                "offers": .list(
                    .record([
                        ("name", .string), ("technical", .decimal), ("price", .money(currency: "MAD", basis: .inclVAT)),
                    ]))
            ])
        let (expression, diagnostics) = Expression.compile(
            """
            cel.bind(kept, offers.filter(o, o.technical >= 70),
              cel.bind(lowest, math.least(kept.map(o, o.price)),
                kept.map(o, {'name': o.name, 'mark': round(0.70 * o.technical + 0.30 * (100 * (lowest / o.price)), 2)})
                  .sortBy(r, -r.mark).map(r, r.name + ' ' + string(r.mark))))
            """, in: environment, expecting: .list(.string))
        #expect(diagnostics.isEmpty)
        let offers = try [
            ("A", "80", "100000 MAD incl-vat"), ("B", "72", "90000 MAD incl-vat"), ("C", "69.9", "50000 MAD incl-vat"),
        ]
        .map { name, mark, price in
            Value.map(
                ValueMap([
                    (.string("name"), .string(name)), (.string("technical"), .decimal(try decimal(mark))),
                    (.string("price"), .money(try amount(price))),
                ]))
        }
        #expect(try expression?.evaluate(["offers": .list(offers)]) == .list([.string("A 83.00"), .string("B 80.40")]))
    }
}
