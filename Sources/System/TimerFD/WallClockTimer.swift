internal import CTimerFD
import Glibc

/// One alarm on the wall clock, which follows the clock when it is set; any thread may arm it while another waits.
package final class WallClockTimer: Sendable {
    let descriptor: Int32

    /// Opens a timer that is not armed.
    ///
    /// - Throws: ``TimerError`` if the process has no descriptor left.
    package init() throws(TimerError) {
        let flags = Int32(TFD_CLOEXEC | TFD_NONBLOCK)
        descriptor = try TimerError.check(timerfd_create(CLOCK_REALTIME, flags), "timerfd_create")
    }

    deinit { close(descriptor) }

    /// Arms the timer for an instant, in place of any earlier one.
    ///
    /// - Parameter microseconds: The instant, in microseconds since 1970 in UTC; one that is past expires at once.
    /// - Returns: Whether the clock was set since the timer was last armed or read, so that the caller may look at it
    ///   again; the timer is armed all the same.
    /// - Throws: ``TimerError`` if the system refuses.
    @discardableResult
    package func arm(at microseconds: Int64) throws(TimerError) -> Bool {
        // Zero would disarm; 1970 is past in any case.
        let instant = max(microseconds, 1)
        let value = timespec(tv_sec: Int(instant / 1_000_000), tv_nsec: Int(instant % 1_000_000) * 1000)
        var setting = itimerspec(it_interval: timespec(), it_value: value)
        let flags = Int32(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)
        if timerfd_settime(descriptor, flags, &setting, nil) == 0 { return false }
        guard errno == ECANCELED else { throw TimerError(call: "timerfd_settime", number: errno) }
        return true
    }

    /// Disarms the timer: it neither expires nor notices the clock being set until it is armed again.
    ///
    /// - Throws: ``TimerError`` if the system refuses.
    package func disarm() throws(TimerError) {
        var setting = itimerspec()
        _ = try TimerError.check(timerfd_settime(descriptor, 0, &setting, nil), "timerfd_settime")
    }

    /// Takes what happened since the last time: `expired`, `clockSet` or neither.
    func take() throws(TimerError) -> WakeReasons {
        var expirations: UInt64 = 0
        if read(descriptor, &expirations, 8) == 8 { return .expired }
        switch errno {
        case ECANCELED: return .clockSet
        case EAGAIN, EINTR: return []
        default: throw TimerError(call: "read", number: errno)
        }
    }
}
