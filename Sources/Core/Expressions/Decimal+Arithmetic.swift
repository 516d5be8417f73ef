/// How a result that falls between two neighbours becomes one of them.
package enum Rounding: Sendable {
    /// To the nearest; halves away from zero, as amounts are rounded.
    case halfUp
    /// To the nearest; halves to the even digit.
    case halfEven
    /// Towards zero.
    case down
    /// Away from zero.
    case up
    /// Towards the lesser neighbour.
    case floor
    /// Towards the greater neighbour.
    case ceiling

    /// Whether the magnitude goes up by one.
    ///
    /// - Parameters:
    ///   - half: The rest compared with one half: negative, zero or positive; the rest itself is not zero.
    func goesUp(half: Int, isNegative: Bool, isOdd: Bool) -> Bool {
        switch self {
        case .halfUp: half >= 0
        case .halfEven: half > 0 || (half == 0 && isOdd)
        case .down: false
        case .up: true
        case .floor: isNegative
        case .ceiling: !isNegative
        }
    }
}

extension Decimal {
    /// The exact sum; absent when it does not fit.
    package func adding(_ other: Decimal) -> Decimal? {
        aligned(with: other).flatMap { left, right, places in
            let (sum, overflow) = left.addingReportingOverflow(right)
            return overflow || sum == .min ? nil : Decimal(significand: sum, places: places)
        }
    }

    /// The exact difference; absent when it does not fit.
    package func subtracting(_ other: Decimal) -> Decimal? {
        aligned(with: other).flatMap { left, right, places in
            let (difference, overflow) = left.subtractingReportingOverflow(right)
            return overflow || difference == .min ? nil : Decimal(significand: difference, places: places)
        }
    }

    /// The exact product; absent when it does not fit.
    package func multiplied(by other: Decimal) -> Decimal? {
        let isNegative = (significand < 0) != (other.significand < 0)
        var (high, low) = significand.magnitude.multipliedFullWidth(by: other.significand.magnitude)
        var places = places + other.places
        while places > 0, high > 0 || low > Int128.max.magnitude || places > Self.mostPlaces {
            let (shortHigh, rest) = high.quotientAndRemainder(dividingBy: 10)
            let (shortLow, digit) = UInt128(10).dividingFullWidth((rest, low))
            guard digit == 0 else { return nil }
            (high, low) = (shortHigh, shortLow)
            places -= 1
        }
        guard high == 0 else { return nil }
        return Decimal(magnitude: low, isNegative: isNegative, places: places)
    }

    /// The quotient with exactly that many places; absent when it does not fit or the divisor is zero.
    ///
    /// - Parameter places: 0...38.
    package func divided(by divisor: Decimal, places wanted: Int, rounding: Rounding = .halfUp) -> Decimal? {
        guard !divisor.isZero, (0...Self.mostPlaces).contains(wanted) else { return nil }
        let isNegative = (significand < 0) != (divisor.significand < 0)
        let shift = wanted + divisor.places - places
        var numerator: (high: UInt128, low: UInt128) = (0, significand.magnitude)
        var denominator = divisor.significand.magnitude
        var remaining = shift
        while remaining > 0 {
            let power = Self.powers[min(remaining, Self.mostPlaces)]
            let low = numerator.low.multipliedFullWidth(by: power)
            let (high, overflow) = numerator.high.multipliedReportingOverflow(by: power)
            let (sum, carry) = high.addingReportingOverflow(low.high)
            guard !overflow, !carry else { return nil }
            numerator = (sum, low.low)
            remaining -= min(remaining, Self.mostPlaces)
        }
        if shift < 0 {
            let (product, overflow) = denominator.multipliedReportingOverflow(by: Self.powers[-shift])
            // A divisor past 128 bits is more than twice any dividend: nothing is left but the rounding.
            if overflow {
                let isUp = !isZero && rounding.goesUp(half: -1, isNegative: isNegative, isOdd: false)
                return Decimal(magnitude: isUp ? 1 : 0, isNegative: isNegative, places: wanted)
            }
            denominator = product
        }
        guard numerator.high < denominator else { return nil }
        var (quotient, rest) = denominator.dividingFullWidth(numerator)
        if rest != 0 {
            let toNext = denominator - rest
            let half = rest < toNext ? -1 : rest == toNext ? 0 : 1
            if rounding.goesUp(half: half, isNegative: isNegative, isOdd: quotient & 1 == 1) {
                guard quotient < UInt128.max else { return nil }
                quotient += 1
            }
        }
        return Decimal(magnitude: quotient, isNegative: isNegative, places: wanted)
    }

    /// The quotient to ``quotientPlaces`` places, rounded half up, without trailing zeros; absent when it does not fit or
    /// the divisor is zero.
    package func divided(by divisor: Decimal) -> Decimal? {
        divided(by: divisor, places: Self.quotientPlaces)?.withoutTrailingZeros
    }

    /// The number with exactly that many places, 0...38; absent when it does not fit.
    package func rounded(places wanted: Int, _ rounding: Rounding = .halfUp) -> Decimal? {
        if wanted == places { return self }
        return divided(by: Decimal(1), places: wanted, rounding: rounding)
    }

    /// The number with the opposite sign.
    package var negated: Decimal {
        // No operation gives the least significand, which has no opposite.
        Decimal(significand: 0 - significand, places: places)
    }

    /// The number without its sign.
    package var magnitude: Decimal { isNegative ? negated : self }

    /// The whole part, towards zero; absent when it is no 64-bit integer.
    package var wholePart: Int64? { rounded(places: 0, .down).flatMap { Int64(exactly: $0.significand) } }

    /// The nearest double.
    package var approximation: Double { Double(description) ?? .nan }

    private init?(magnitude: UInt128, isNegative: Bool, places: Int) {
        guard magnitude <= Int128.max.magnitude else { return nil }
        let value = Int128(magnitude)
        self.init(significand: isNegative ? -value : value, places: places)
    }

    /// Both significands at the greater number of places.
    private func aligned(with other: Decimal) -> (Int128, Int128, Int)? {
        if places == other.places { return (significand, other.significand, places) }
        let most = max(places, other.places)
        if let left = raised(to: most), let right = other.raised(to: most) { return (left, right, most) }
        // Zeros at the end may be all that does not fit.
        let shortLeft = withoutTrailingZeros, shortRight = other.withoutTrailingZeros
        let shortMost = max(shortLeft.places, shortRight.places)
        guard let left = shortLeft.raised(to: shortMost), let right = shortRight.raised(to: shortMost) else {
            return nil
        }
        return (left, right, shortMost)
    }

    private func raised(to wanted: Int) -> Int128? {
        let (product, overflow) = significand.multipliedReportingOverflow(by: Int128(Self.powers[wanted - places]))
        return overflow ? nil : product
    }
}
