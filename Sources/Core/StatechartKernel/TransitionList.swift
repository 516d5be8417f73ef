/// Transitions in the order in which they were selected; the first eight need no heap memory.
@usableFromInline
struct TransitionList {
    @usableFromInline static let inlineCapacity = 8
    @usableFromInline var inline = InlineArray<8, Int32>(repeating: 0)
    @usableFromInline var rest: [Int32] = []
    @usableFromInline var count = 0

    @inlinable init() {}

    @inlinable
    subscript(place: Int) -> Int {
        Int(place < TransitionList.inlineCapacity ? inline[place] : rest[place &- TransitionList.inlineCapacity])
    }

    @inlinable
    mutating func append(_ transition: Int) {
        if count < TransitionList.inlineCapacity {
            inline[count] = Int32(truncatingIfNeeded: transition)
        } else {
            rest.append(Int32(truncatingIfNeeded: transition))
        }
        count &+= 1
    }

    mutating func removeAll(where isUnwanted: (Int) -> Bool) {
        var kept = TransitionList()
        for place in 0..<count where !isUnwanted(self[place]) { kept.append(self[place]) }
        self = kept
    }
}
