import Foundation
import Testing

/// A generator that repeats itself (Steele, Lea, Flood, 2014): a seed stands for all that follows from it.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// The seeds of a law: `JALON_SEED` replays one, `JALON_FUZZ` multiplies how many there are.
func seeds(_ count: Int) -> [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let text = environment["JALON_SEED"], let seed = UInt64(text) { return [seed] }
    let scale = environment["JALON_FUZZ"].flatMap { Int($0) } ?? 1
    return (1...UInt64(count * max(1, scale))).map { $0 }
}
