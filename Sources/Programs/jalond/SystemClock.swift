import CivilTime
import Glibc
import TimerFD
import WorkflowEngine

/// The system's wall clock.
struct SystemClock: Clock {
    func now() -> Timestamp {
        var time = timespec()
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { preconditionFailure("Linux has a wall clock") }
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}

/// Sleeps on a timer of the wall clock, so that nothing runs while nothing is due.
struct TimerWakeSource: WakeSource {
    private let timer: WallClockTimer
    private let bell: WakeUp
    private let clock = SystemClock()
    /// The watchdog has to hear from the engine this often.
    private let longestSleep: Duration?

    /// - Parameter watchdog: What the service manager waits for at most; `nil` without a watchdog.
    /// - Throws: `TimerError` if the process has no descriptor left.
    init(watchdog: Duration?) throws(TimerError) {
        timer = try WallClockTimer()
        bell = try WakeUp()
        longestSleep = watchdog.map { $0 / 2 }
    }

    func wait(until instant: Timestamp?) {
        let latest = longestSleep.map { clock.now() + $0 }
        do throws(TimerError) {
            if let end = [instant, latest].compactMap(\.self).min() {
                // True where the clock was set since the timer was armed last; the next turn looks at it again.
                if try timer.arm(at: end.microseconds) { return }
            } else {
                try timer.disarm()
            }
            _ = try waitForTimer(timer, or: bell)
        } catch {
            preconditionFailure("the engine cannot wait: \(error)")
        }
    }

    func wake() { bell.signal() }
}
