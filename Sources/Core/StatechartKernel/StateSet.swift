/// A set of states as bits; the first 128 need no heap memory.
///
/// Two words lie inside the value because charts written by people fit them; larger charts use an array for the rest.
@usableFromInline
struct StateSet: Sendable {
    @usableFromInline var low: UInt64 = 0
    @usableFromInline var high: UInt64 = 0
    /// Words from the third on; grows when a member needs it.
    @usableFromInline var rest: [UInt64] = []

    @inlinable init() {}

    init(_ states: some Sequence<StateIndex>) {
        for state in states { insert(Int(state.rawValue)) }
    }

    @inlinable var wordCount: Int { 2 &+ rest.count }

    @inlinable
    func word(_ position: Int) -> UInt64 {
        switch position {
        case 0: low
        case 1: high
        default: position &- 2 < rest.count ? rest[position &- 2] : 0
        }
    }

    @inlinable
    mutating func unite(_ position: Int, _ bits: UInt64) {
        switch position {
        case 0: low |= bits
        case 1: high |= bits
        default:
            if bits == 0 { return }
            while rest.count <= position &- 2 { rest.append(0) }
            rest[position &- 2] |= bits
        }
    }

    @inlinable
    func contains(_ state: Int) -> Bool {
        word(state &>> 6) &>> UInt64(truncatingIfNeeded: state & 63) & 1 != 0
    }

    @inlinable
    mutating func insert(_ state: Int) {
        unite(state &>> 6, 1 &<< UInt64(truncatingIfNeeded: state & 63))
    }

    @inlinable
    mutating func remove(_ state: Int) {
        let kept: UInt64 = ~(1 &<< UInt64(truncatingIfNeeded: state & 63))
        switch state &>> 6 {
        case 0: low &= kept
        case 1: high &= kept
        case let position where position &- 2 < rest.count: rest[position &- 2] &= kept
        default: break
        }
    }

    @inlinable var isEmpty: Bool {
        low | high == 0 && (rest.isEmpty || rest.allSatisfy { $0 == 0 })
    }

    @inlinable
    func intersects(_ other: StateSet) -> Bool {
        if (low & other.low) | (high & other.high) != 0 { return true }
        if rest.isEmpty || other.rest.isEmpty { return false }
        return zip(rest, other.rest).contains { $0 & $1 != 0 }
    }

    @inlinable
    mutating func formUnion(_ other: StateSet) {
        low |= other.low
        high |= other.high
        if !other.rest.isEmpty { for position in 2..<other.wordCount { unite(position, other.word(position)) } }
    }

    /// Adds the members of `other` that lie in a range of states.
    @inlinable
    mutating func formUnion(_ other: StateSet, from first: Int, through last: Int) {
        low |= other.low & StateSet.mask(0, first, last)
        high |= other.high & StateSet.mask(1, first, last)
        if other.rest.isEmpty { return }
        for position in 2..<other.wordCount {
            unite(position, other.word(position) & StateSet.mask(position, first, last))
        }
    }

    @inlinable
    func intersection(_ other: StateSet) -> StateSet {
        var result = StateSet()
        result.low = low & other.low
        result.high = high & other.high
        if !rest.isEmpty && !other.rest.isEmpty { result.rest = zip(rest, other.rest).map { $0 & $1 } }
        return result
    }

    /// True if a member lies in a range of states.
    func intersects(from first: Int, through last: Int) -> Bool {
        if first > last { return false }
        let member = next(from: first)
        return member >= 0 && member <= last
    }

    /// The first member at or after `state`; -1 if there is none.
    @inlinable
    func next(from state: Int) -> Int {
        var position = state &>> 6
        if position >= wordCount { return -1 }
        var bits = word(position) & (UInt64.max &<< UInt64(truncatingIfNeeded: state & 63))
        while bits == 0 {
            position &+= 1
            if position >= wordCount { return -1 }
            bits = word(position)
        }
        return position &<< 6 &+ bits.trailingZeroBitCount
    }

    /// The last member before `state`; -1 if there is none.
    @inlinable
    func previous(before state: Int) -> Int {
        var state = state
        var position = state &>> 6
        if position >= wordCount {
            position = wordCount
            state = position &<< 6
        }
        var bits = word(position) & ~(UInt64.max &<< UInt64(truncatingIfNeeded: state & 63))
        while bits == 0 {
            position &-= 1
            if position < 0 { return -1 }
            bits = word(position)
        }
        return position &<< 6 &+ 63 &- bits.leadingZeroBitCount
    }

    /// Members in document order.
    var elements: [StateIndex] {
        var result: [StateIndex] = []
        var state = next(from: 0)
        while state >= 0 {
            result.append(StateIndex(state))
            state = next(from: state + 1)
        }
        return result
    }

    @inlinable
    static func mask(_ position: Int, _ first: Int, _ last: Int) -> UInt64 {
        let start = Swift.max(first &- position &<< 6, 0)
        let end = Swift.min(last &- position &<< 6, 63)
        if start > end { return 0 }
        return (UInt64.max &<< UInt64(truncatingIfNeeded: start))
            & (UInt64.max &>> UInt64(truncatingIfNeeded: 63 &- end))
    }
}

extension StateSet: Hashable {
    // Members alone count: two sets are equal whatever room their arrays have grown to.

    @usableFromInline
    static func == (left: StateSet, right: StateSet) -> Bool {
        if left.low != right.low || left.high != right.high { return false }
        if left.rest.isEmpty && right.rest.isEmpty { return true }
        return (2..<max(left.wordCount, right.wordCount)).allSatisfy { left.word($0) == right.word($0) }
    }

    @usableFromInline
    func hash(into hasher: inout Hasher) {
        hasher.combine(low)
        hasher.combine(high)
        for position in rest.indices where rest[position] != 0 {
            hasher.combine(position)
            hasher.combine(rest[position])
        }
    }
}
