import Dispatch

/// Time for time-outs: it never jumps, and its origin means nothing.
package protocol PluginTimer: Sendable {
    /// The time since the origin.
    var now: Duration { get }
    /// Calls `action` once, from any thread, when `now` has reached `moment`; at once if it already has.
    func call(at moment: Duration, _ action: @escaping @Sendable () -> Void)
}

/// The machine's monotonic clock.
package struct MonotonicTimer: PluginTimer {
    private let queue = DispatchQueue(label: "jalon.plugin-timer")

    /// Makes a timer.
    package init() {
        // The first call takes a descriptor, for good; later there may be none left, and the call would never come.
        queue.asyncAfter(deadline: .now() + .milliseconds(1)) {}
    }

    /// The time since the machine started, less the time it slept.
    package var now: Duration { .nanoseconds(Int64(DispatchTime.now().uptimeNanoseconds)) }

    /// Calls `action` from a queue of the timer's own.
    package func call(at moment: Duration, _ action: @escaping @Sendable () -> Void) {
        let (seconds, attoseconds) = moment.components
        // Rounded up: a call a nanosecond too early would find nothing due.
        let nanoseconds = UInt64(max(seconds, 0)) * 1_000_000_000 + UInt64(max(attoseconds, 0)) / 1_000_000_000 + 1
        queue.asyncAfter(deadline: DispatchTime(uptimeNanoseconds: nanoseconds), execute: action)
    }
}
