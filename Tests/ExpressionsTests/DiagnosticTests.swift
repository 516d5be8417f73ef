import Expressions
import Testing

@Suite("diagnostics")
struct DiagnosticTests {
    static let environment = workflowEnvironment([
        "offers": .list(.record([("price", .money(currency: "MAD", basis: .inclVAT)), ("technical", .decimal)])),
        "mark": .decimal, "count": .int, "name": .string, "ready": .bool, "due": .date, "sent": .timestamp,
        "contract.notified": .timestamp,
    ])

    @Test(
        "a mistake is shown at its place, with its name and what was probably meant",
        arguments: [
            ("offers.size() >", "15+0 a value is missing; the expression ends [syntax]"),
            ("(1 + 2", "6+0 ')' is missing to close the bracket; the expression ends [syntax]"),
            ("count = 1", "6+1 '=' means nothing here; equality is == [syntax]"),
            ("'abc", "0+4 the text has no closing quote [syntax]"),
            (#"'a\qb'"#, #"2+2 '\q' is no escape; a backslash itself is written \\ [syntax]"#),
            ("12abc", "0+5 '12abc' is neither a number nor a name [syntax]"),
            ("99999999999999999999", "0+20 the integer does not fit 64 bits [syntax]"),
            ("return", "0+6 'return' is a reserved word and cannot be a name [syntax]"),
            ("ofers.size()", "0+5 there is no 'ofers' here; did you mean 'offers'? [unknown-name]"),
            ("offers.sizes()", "0+14 there is no function 'sizes'; did you mean 'size'? [unknown-function]"),
            (
                "offers.exist(o, o.price > o.price)",
                "0+34 there is no function 'exist'; did you mean 'exists'? [unknown-function]"
            ),
            (
                "offers[0].prise",
                "10+5 there is no field 'prise'; it has price, technical; did you mean 'price'? [unknown-field]"
            ),
            (
                "offers.all(o, o.techncal > 70)",
                "16+8 there is no field 'techncal'; it has price, technical; did you mean 'technical'? [unknown-field]"
            ),
            ("mark + name", "0+11 '+' does not take (decimal, string) [type-mismatch]"),
            ("count && ready", "0+5 '&&' needs true or false, and this is int [type-mismatch]"),
            ("ready ? 1 : 'no'", "0+16 the value is int or string; both must be of one type [type-mismatch]"),
            (
                "mark * double('1')",
                "0+18 '*' does not take (decimal, double); make the double exact with decimal(…) [type-mismatch]"
            ),
            ("name.startsWith(1)", "0+18 there is no string.startsWith(int) [type-mismatch]"),
            ("name.startsWith()", "0+17 'startsWith' is called as x.startsWith(…) [unknown-function]"),
            ("count.map(x, x)", "0+5 'map' does not go over int [type-mismatch]"),
            (
                "offers.sort()",
                "0+13 values of type {price: money(MAD, incl-vat), technical: decimal} have no order [type-mismatch]"
            ),
            ("offers.all(1, true)", "11+1 a macro's variable is a simple name [invalid-macro]"),
            ("has(count)", "0+10 has() takes one field selection, as has(offer.price) [invalid-macro]"),
            ("date('2021-02-30')", #"5+12 "2021-02-30" is not a day such as 2021-09-15 [invalid-literal]"#),
            ("name.matches('(')", "13+3 this is no pattern: a '(' has no ')' [invalid-literal]"),
            ("offers[0].price > money('1 EUR')", "0+32 '>' does not take MAD and EUR [money-mismatch]"),
            ("due < sent", "0+10 '<' does not take (date, timestamp) [type-mismatch]"),
            (
                "offers.map(o, o.price).contains(1)",
                "0+34 there is no list(money(MAD, incl-vat)).contains(int) [type-mismatch]"
            ),
            ("Offer{price: 1}", "0+5 there are no message types here; a map is written {'name': value} [syntax]"),
            ("{1.5: 2}", "1+3 a map's key is a string, an integer or a boolean, not decimal [type-mismatch]"),
        ])
    func mistakes(source: String, shown: String) {
        let (expression, diagnostics) = Expression.compile(source, in: Self.environment)
        #expect(expression == nil)
        #expect(diagnostics.map { "\($0.offset)+\($0.length) \($0)" } == [shown])
    }

    @Test("all mistakes of an expression come at once, by place")
    func several() {
        let (_, diagnostics) = Expression.compile(
            "nam == 'x' && mark + name > 0 && offers[0].prise == mark", in: Self.environment)
        #expect(diagnostics.map(\.code) == ["unknown-name", "type-mismatch", "unknown-field"])
        #expect(diagnostics.map(\.offset) == [0, 14, 43])
    }

    @Test(
        "types are found",
        arguments: [
            ("offers.filter(o, o.technical >= 70).map(o, o.price)", "list(money(MAD, incl-vat))"),
            ("sum(offers.map(o, o.price)) * 0.30", "money(MAD, incl-vat)"),
            ("offers[0].price.excludingVAT(0.20)", "money(MAD, excl-vat)"),
            ("shares(offers[0].price, [30, 70])", "list(money(MAD, incl-vat))"),
            ("offers[0].price / offers[1].price", "decimal"), ("mark + count", "decimal"), ("count * 2", "int"),
            ("ready ? 1 : 0.5", "decimal"), ("[1, 0.5]", "list(decimal)"), ("[]", "list(dyn)"),
            ("[[], [1]]", "list(list(int))"),
            ("{'a': 1}", "map(string, int)"), ("[1, 'a']", "list(dyn)"), ("dyn(1)", "dyn"),
            ("offers.first()", "optional({price: money(MAD, incl-vat), technical: decimal})"),
            ("offers.first().?price.orValue(money('0 MAD incl-vat'))", "money(MAD, incl-vat)"),
            ("offers.first().price", "optional(money(MAD, incl-vat))"),
            ("due - due", "int"), ("due + 30", "date"), ("sent - sent", "duration"), ("contract.notified", "timestamp"),
            ("name == null", "bool"), ("type(name)", "type"),
            ("offers.transformMap(i, o, o.technical)", "map(int, decimal)"),
            ("money('5 EUR')", "money(EUR, unspecified)"), ("[3, 1].sortBy(x, -x)", "list(int)"), ("null", "null"),
        ])
    func types(source: String, type: String) {
        let (expression, diagnostics) = Expression.compile(source, in: Self.environment)
        #expect(diagnostics == [])
        #expect(expression?.type.description == type)
    }

    @Test("a value of another type than expected is a mistake; an integer becomes a decimal where one is expected")
    func expectations() throws {
        let (_, diagnostics) = Expression.compile("count > 1", in: Self.environment, expecting: .anyMoney)
        #expect(diagnostics.map(\.message) == ["the value must be money, and this is bool"])
        let share = try #require(Expression.compile("count", in: Self.environment, expecting: .decimal).0)
        #expect(share.type == .decimal)
        #expect(try share.evaluate(["count": .int(3)]) == .decimal(Decimal(3)))
    }

    @Test("unchecked, a mistake waits until it is evaluated")
    func unchecked() throws {
        let environment = ExpressionEnvironment(isChecked: false)
        let expression = try #require(Expression.compile("true || missing.size() > f(1)", in: environment).0)
        #expect(try expression.evaluate() == .bool(true))
        let failing = try #require(Expression.compile("missing", in: environment).0)
        #expect(throws: EvaluationError(.unboundVariable, "'missing' is not declared", offset: 0)) {
            try failing.evaluate()
        }
    }
}
