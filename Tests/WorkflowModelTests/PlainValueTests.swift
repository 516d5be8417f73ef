import CivilTime
import Expressions
import Testing
import WorkflowModel

@Suite("plain values")
struct PlainValueTests {
    @Test(
        "text and numbers are read as what the type asks for",
        arguments: [
            (plain: PlainValue.text("true"), type: ValueType.bool, value: Value.bool(true)),
            (.number("30"), .int, .int(30)), (.text("30"), .int, .int(30)),
            (.number("79.5"), .decimal, decimal("79.5")),
            (.text("0.30"), .decimal, decimal("0.30")), (.number("7"), .string, .string("7")),
            (.text("100001.01"), .money(currency: "MAD", basis: .inclVAT), money("100001.01 MAD incl-vat")),
            (.text("5 EUR TTC"), .money(currency: "EUR", basis: .inclVAT), money("5 EUR incl-vat")),
            (.text("5 EUR"), .money(currency: nil, basis: nil), money("5 EUR")),
            (.text("2021-09-24"), .date, .date(CivilDate(iso: "2021-09-24") ?? .earliest)),
            (.list([.number("1")]), .list(.int), .list([.int(1)])),
            (
                .object([.init(name: "a-b", value: .text("x"))]), .record([("a_b", .string)]),
                .map(ValueMap([(.string("a_b"), .string("x"))]))
            ),
        ])
    func typed(plain: PlainValue, type: ValueType, value: Value) throws {
        #expect(try plain.typed(type, zone: .utc) == value)
    }

    @Test(
        "what does not fit is refused with its place, what was expected and what was found",
        arguments: [
            (plain: PlainValue.text("yes"), type: ValueType.bool, problem: "expected true or false, found 'yes'"),
            (.number("1.5"), .int, "expected a whole number, found 1.5"),
            (.text("5 EUR"), .money(currency: "MAD", basis: nil), "expected MAD, found EUR"),
            (
                .text("5 EUR excl-vat"), .money(currency: "EUR", basis: .inclVAT),
                "expected an amount 'incl-vat', found '5 EUR excl-vat'"
            ),
            (.text("2021-02-30"), .date, "expected a date such as 2021-09-24, found '2021-02-30'"),
            (.list([.number("1"), .null]), .list(.int), "[1]: expected a whole number, found nothing"),
            (.object([]), .record([("price", .int)]), "price: missing; it must be a whole number"),
            (
                .object([.init(name: "prize", value: .null)]), .record([("price", .int)]),
                "there is no field 'prize': it has price"
            ),
            (.text("x"), .record([] as [RecordField]), "expected fields with values, found 'x'"),
        ])
    func refused(plain: PlainValue, type: ValueType, problem: String) {
        do throws(TypeProblem) {
            _ = try plain.typed(type, zone: .utc)
            Issue.record("\(plain) fits \(type)")
        } catch {
            #expect(error.description == problem)
        }
    }

    @Test(
        "instants are read with an offset, in the zone as screens show them, or as the start of a day",
        arguments: [
            ("2021-09-24T16:30:00+01:00", "2021-09-24T15:30:00Z"), ("2021-09-24T16:30", "2021-09-24T16:30:00Z"),
            ("2021-09-24", "2021-09-24T00:00:00Z"), ("2021-09-24 16:30", "2021-09-24T16:30:00Z"),
        ])
    func instants(text: String, instant: String) {
        #expect(Timestamp(readableByPeople: text, zone: .utc)?.rfc3339 == instant)
    }

    @Test(
        "a value written plain is read back as the same value",
        arguments: [
            (Value.bool(false), ValueType.bool), (.int(-3), .int), (decimal("1.50"), .decimal),
            (.string("é\"\n"), .string),
            (money("10.10 EUR"), .money(currency: nil, basis: nil)),
            (money("10.10 EUR excl-vat"), .money(currency: nil, basis: nil)),
            (money("10.10 EUR incl-vat"), .money(currency: "EUR", basis: .inclVAT)),
            (.date(CivilDate(iso: "2020-02-29") ?? .earliest), .date), (.list([.int(1), .int(2)]), .list(.int)),
            (.map(ValueMap([(.string("b"), .int(1)), (.string("a"), .list([]))])), .dyn),
        ])
    func roundTrip(value: Value, type: ValueType) throws {
        #expect(try PlainValue(value).typed(type, zone: .utc) == value)
    }

    @Test("canonical JSON sorts names and escapes no more than it must")
    func canonical() {
        let value = PlainValue.object([
            .init(name: "b", value: .list([.null, .boolean(true), .number("1.50")])),
            .init(name: "a", value: .text("\"\\\n\u{1}é")),
        ])
        #expect(value.canonicalJSON == #"{"a":"\"\\\n\u0001é","b":[null,true,1.50]}"#)
    }

    @Test(
        "a descriptor matches a name, a prefix of whole parts, or everything",
        arguments: [
            ("a.b", "a.b", true), ("a", "a.b", true), ("a.*", "a", true), ("a.*", "a.b.c", true), ("*", "x", true),
            ("a", "ab", false), ("a.b", "a", false), ("b", "a.b", false),
        ])
    func descriptors(descriptor: String, name: String, matches: Bool) {
        #expect(eventDescriptor(descriptor, matches: name) == matches)
    }
}

private func decimal(_ text: String) -> Value { Decimal(text).map(Value.decimal) ?? .null }

private func money(_ text: String) -> Value { Money(text).map(Value.money) ?? .null }
