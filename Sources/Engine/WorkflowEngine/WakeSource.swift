package import CivilTime

/// What the engine's thread waits on between turns.
package protocol WakeSource: Sendable {
    /// Blocks until an instant of the wall clock, until the clock is set, or until ``wake()``; for ever if `nil`.
    func wait(until instant: Timestamp?)

    /// Ends a wait, now or the next one. From any thread.
    func wake()
}
