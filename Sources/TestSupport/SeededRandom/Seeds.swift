import Glibc

private func number(_ variable: String) -> UInt64? { getenv(variable).flatMap { UInt64(String(cString: $0)) } }

/// The one seed that is to be replayed: `JALON_SEED`.
package let replayedSeed = number("JALON_SEED")

/// The seed of tests that draw all they need from one: `JALON_SEED`, or always the same.
package let seed = replayedSeed ?? 1

/// By how much tests with random input multiply what they try: `JALON_FUZZ`, or 1.
package let effort = max(1, number("JALON_FUZZ").map { Int(clamping: $0) } ?? 1)

/// The seeds of a law: the one that is replayed, or so many times ``effort``.
package func seeds(_ count: Int) -> [UInt64] { replayedSeed.map { [$0] } ?? Array(1...UInt64(count * effort)) }
