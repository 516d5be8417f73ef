import Glibc

/// Why a wait ended: at least one reason.
package struct WakeReasons: OptionSet, Hashable, Sendable {
    /// The bits.
    package let rawValue: Int

    /// Makes a set from its bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The armed instant has come; the timer is no longer armed.
    package static let expired = WakeReasons(rawValue: 1)
    /// The wall clock was set, forward or back, while the timer was armed; it is still armed, for the same instant.
    package static let clockSet = WakeReasons(rawValue: 2)
    /// Somebody called ``WakeUp/signal()``.
    package static let woken = WakeReasons(rawValue: 4)
}

/// Blocks the calling thread until the timer expires, the clock is set or the bell is rung: for ever, if none happens.
///
/// One thread at a time may wait on a timer or a bell.
///
/// - Returns: Every reason there is at that moment.
/// - Throws: ``TimerError`` if the system refuses.
package func waitForTimer(_ timer: WallClockTimer, or wakeUp: WakeUp) throws(TimerError) -> WakeReasons {
    while true {
        var watched = [
            pollfd(fd: timer.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        if poll(&watched, 2, -1) == -1, errno != EINTR { throw TimerError(call: "poll", number: errno) }
        var reasons = try timer.take()
        if wakeUp.take() { reasons.insert(.woken) }
        // Nothing after all: a signal came, or the timer was armed anew between poll and read.
        if !reasons.isEmpty { return reasons }
    }
}
