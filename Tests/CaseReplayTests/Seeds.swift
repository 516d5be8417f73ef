import Foundation

/// The seeds of a law: `JALON_SEED` replays one, `JALON_FUZZ` multiplies how many there are.
func seeds(_ count: Int) -> [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let text = environment["JALON_SEED"], let seed = UInt64(text) { return [seed] }
    let scale = environment["JALON_FUZZ"].flatMap { Int($0) } ?? 1
    return (1...UInt64(count * max(1, scale))).map { $0 }
}
