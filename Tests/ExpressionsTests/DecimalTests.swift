import Expressions
import SeededRandom
import Testing

/// A whole number as decimal digits, lowest first: slow, and too simple to be wrong.
private struct LongInteger: Equatable {
    var isNegative: Bool
    var digits: [Int]

    init(isNegative: Bool = false, digits: [Int]) {
        self.digits = digits
        while self.digits.last == 0 { self.digits.removeLast() }
        self.isNegative = isNegative && !self.digits.isEmpty
    }

    init(_ text: Substring) {
        self.init(isNegative: text.hasPrefix("-"), digits: text.compactMap(\.wholeNumberValue).reversed())
    }

    func shifted(_ places: Int) -> LongInteger {
        LongInteger(isNegative: isNegative, digits: [Int](repeating: 0, count: places) + digits)
    }

    var negated: LongInteger { LongInteger(isNegative: !isNegative, digits: digits) }

    private static func isSmaller(_ left: [Int], _ right: [Int]) -> Bool {
        left.count != right.count
            ? left.count < right.count : left.reversed().lexicographicallyPrecedes(right.reversed())
    }

    static func + (left: LongInteger, right: LongInteger) -> LongInteger {
        if left.isNegative == right.isNegative {
            var sum: [Int] = [], carry = 0
            for place in 0..<max(left.digits.count, right.digits.count) + 1 {
                let total =
                    carry + (place < left.digits.count ? left.digits[place] : 0)
                    + (place < right.digits.count ? right.digits[place] : 0)
                sum.append(total % 10)
                carry = total / 10
            }
            return LongInteger(isNegative: left.isNegative, digits: sum)
        }
        if isSmaller(left.digits, right.digits) { return right + left }
        var difference: [Int] = [], borrow = 0
        for place in left.digits.indices {
            var digit = left.digits[place] - borrow - (place < right.digits.count ? right.digits[place] : 0)
            borrow = digit < 0 ? 1 : 0
            if digit < 0 { digit += 10 }
            difference.append(digit)
        }
        return LongInteger(isNegative: left.isNegative, digits: difference)
    }

    static func * (left: LongInteger, right: LongInteger) -> LongInteger {
        var product = [Int](repeating: 0, count: left.digits.count + right.digits.count + 1)
        for (place, digit) in left.digits.enumerated() {
            for (other, factor) in right.digits.enumerated() { product[place + other] += digit * factor }
        }
        for place in product.indices.dropLast() {
            product[place + 1] += product[place] / 10
            product[place] %= 10
        }
        return LongInteger(isNegative: left.isNegative != right.isNegative, digits: product)
    }

    /// The quotient to the nearest whole number, halves away from zero.
    static func / (left: LongInteger, right: LongInteger) -> LongInteger {
        var rest = LongInteger(digits: []), quotient: [Int] = []
        let divisor = LongInteger(digits: right.digits)
        for digit in left.digits.reversed() {
            rest = rest.shifted(1) + LongInteger(digits: [digit])
            var count = 0
            while !isSmaller(rest.digits, divisor.digits) {
                rest = rest + divisor.negated
                count += 1
            }
            quotient.insert(count, at: 0)
        }
        let magnitude = LongInteger(digits: quotient)
        let isUp = !isSmaller((rest + rest).digits, divisor.digits)
        let rounded = isUp ? magnitude + LongInteger(digits: [1]) : magnitude
        return LongInteger(isNegative: left.isNegative != right.isNegative, digits: rounded.digits)
    }
}

/// A decimal by the slow model.
private struct LongDecimal {
    var significand: LongInteger
    var places: Int

    init(significand: LongInteger, places: Int) {
        self.significand = significand
        self.places = places
    }

    init(_ decimal: Decimal) {
        self.init(significand: LongInteger(Substring("\(decimal)")), places: decimal.places)
    }

    private func aligned(_ places: Int) -> LongInteger { significand.shifted(places - self.places) }

    static func + (left: LongDecimal, right: LongDecimal) -> LongDecimal {
        let places = max(left.places, right.places)
        return LongDecimal(significand: left.aligned(places) + right.aligned(places), places: places)
    }

    static func * (left: LongDecimal, right: LongDecimal) -> LongDecimal {
        LongDecimal(significand: left.significand * right.significand, places: left.places + right.places)
    }

    func divided(by divisor: LongDecimal, places wanted: Int) -> LongDecimal {
        let up = max(0, wanted + divisor.places - places), down = max(0, places - divisor.places - wanted)
        return LongDecimal(significand: significand.shifted(up) / divisor.significand.shifted(down), places: wanted)
    }

    /// Whether the slow result is what the fast one says; an absent one is right when nothing short enough exists.
    func agrees(with fast: Decimal?, fixedPlaces: Bool = false) -> Bool {
        guard let fast else {
            var digits = significand.digits[...], left = places
            while !fixedPlaces, left > 0, digits.first == 0 {
                digits = digits.dropFirst()
                left -= 1
            }
            let largest = LongInteger(Substring("\(Int128.max)"))
            let excess = LongInteger(digits: Array(digits)) + largest.negated
            return left > Decimal.mostPlaces || !(excess.isNegative || excess.digits.isEmpty)
        }
        let model = LongDecimal(fast), most = max(places, model.places)
        return aligned(most) == model.aligned(most)
    }
}

@Suite("decimals")
struct DecimalTests {
    /// A decimal of any size, small and round ones often.
    private func random(_ random: inout SeededGenerator) -> Decimal {
        let count = random.chance(60) ? Int.random(in: 1...6, using: &random) : Int.random(in: 1...38, using: &random)
        var digits = random.chance(50) ? "-" : ""
        for _ in 0..<count { digits += random.chance(30) ? "0" : "\(Int.random(in: 0...9, using: &random))" }
        let places = random.chance(60) ? Int.random(in: 0...4, using: &random) : Int.random(in: 0...38, using: &random)
        let padded = String(repeating: "0", count: max(0, places + 1 - count)) + digits.drop { $0 == "-" }
        let text =
            (digits.hasPrefix("-") ? "-" : "") + padded.dropLast(places)
            + (places > 0 ? "." + padded.suffix(places) : "")
        return Decimal(text) ?? .zero
    }

    @Test("sums, products and quotients are those of long arithmetic, or do not fit")
    func arithmetic() {
        var random = SeededGenerator(seed: seed)
        for round in 0..<fuzzCount / 4 {
            let a = self.random(&random), b = self.random(&random)
            let slowA = LongDecimal(a), slowB = LongDecimal(b)
            #expect((slowA + slowB).agrees(with: a.adding(b)), "round \(round): \(a) + \(b)")
            #expect((slowA + LongDecimal(b.negated)).agrees(with: a.subtracting(b)), "round \(round): \(a) - \(b)")
            #expect((slowA * slowB).agrees(with: a.multiplied(by: b)), "round \(round): \(a) * \(b)")
            let places = Int.random(in: 0...30, using: &random)
            guard !b.isZero else { continue }
            let quotient = a.divided(by: b, places: places)
            #expect(
                slowA.divided(by: slowB, places: places).agrees(with: quotient, fixedPlaces: true),
                "round \(round): \(a) / \(b) to \(places) places is not \(quotient?.description ?? "absent")")
        }
    }

    @Test("order and equality are those of the difference, and equal values have one hash")
    func order() {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<fuzzCount {
            let a = self.random(&random), b = self.random(&random)
            let difference = LongDecimal(a) + LongDecimal(b.negated)
            #expect((a < b) == difference.significand.isNegative, "\(a) < \(b)")
            #expect((a == b) == difference.significand.digits.isEmpty, "\(a) == \(b)")
            if let longer = a.rounded(places: min(a.places + 3, 38)) {
                #expect(longer == a && longer.hashValue == a.hashValue, "\(longer) and \(a)")
            }
        }
    }

    @Test("what is printed is read back, places included")
    func text() {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<fuzzCount {
            let value = self.random(&random)
            #expect(Decimal("\(value)")?.description == value.description)
        }
    }

    @Test(
        "only plain numbers are read",
        arguments: ["", "-", ".5", "5.", "1e", "1.2.3", "1 000", "١", "1e2000", "0x1", "+-1", "1_0"])
    func unreadable(text: String) { #expect(Decimal(text) == nil) }

    @Test(
        "rounding",
        arguments: [
            ("2.345", 2, Rounding.halfUp, "2.35"), ("-2.345", 2, .halfUp, "-2.35"), ("2.345", 2, .halfEven, "2.34"),
            ("2.355", 2, .halfEven, "2.36"), ("2.349", 2, .down, "2.34"), ("2.341", 2, .up, "2.35"),
            ("-2.341", 2, .floor, "-2.35"), ("-2.349", 2, .ceiling, "-2.34"), ("80.4", 2, .halfUp, "80.40"),
            ("0.004", 2, .halfUp, "0.00"), ("0.005", 2, .halfUp, "0.01"), ("99.995", 2, .halfUp, "100.00"),
        ])
    func rounding(value: String, places: Int, mode: Rounding, result: String) throws {
        #expect(try decimal(value).rounded(places: places, mode)?.description == result)
    }

    @Test("a decimal is written as people write it")
    func words() throws {
        #expect(try decimal("-1234567.50").formatted(in: .fr) == "-1\u{202F}234\u{202F}567,50")
        #expect(try decimal("123").formatted(in: .en) == "123")
    }
}
