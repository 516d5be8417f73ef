import CTimerFD
import Glibc
import Testing
import TimerFD

@Suite(.serialized) struct TimerTests {
    @Test("a timer expires once, at its instant and not before")
    func expires() throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        let due = now() + 20_000
        try timer.arm(at: due)
        // Somebody may set the clock meanwhile, such as the tests below.
        var reasons: WakeReasons
        repeat { reasons = try waitForTimer(timer, or: wakeUp) } while reasons == .clockSet
        #expect(reasons == .expired)
        #expect(now() >= due)
        wakeUp.signal()
        #expect(try waitForTimer(timer, or: wakeUp) == .woken, "an expired timer is not armed")
    }

    @Test(
        "an instant that is past expires at once",
        arguments: [.min, -1, 0, 1, 999_999, 1_600_000_000_000_000] as [Int64])
    func past(instant: Int64) throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        try timer.arm(at: instant)
        #expect(try waitForTimer(timer, or: wakeUp) == .expired)
    }

    @Test("neither a disarmed timer nor one armed for the end of time expires", arguments: [nil, .max] as [Int64?])
    func silent(instant: Int64?) throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        try timer.arm(at: 1)
        if let instant { try timer.arm(at: instant) } else { try timer.disarm() }
        wakeUp.signal()
        #expect(try waitForTimer(timer, or: wakeUp) == .woken)
    }

    @Test("a later arming replaces an earlier one, from another thread too")
    func replaced() throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        try timer.arm(at: .max)
        let waiting = WaitingThread(timer, wakeUp)
        try timer.arm(at: 1)
        #expect(waiting.join() == .expired)
    }

    @Test("rings before a wait are one, and a ring ends a wait of another thread")
    func rings() throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        for _ in 0..<3 { wakeUp.signal() }
        #expect(try waitForTimer(timer, or: wakeUp) == .woken)
        let waiting = WaitingThread(timer, wakeUp)
        wakeUp.signal()
        #expect(waiting.join() == .woken)
    }

    @Test("both reasons are told at once")
    func both() throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        wakeUp.signal()
        try timer.arm(at: 1)
        #expect(try waitForTimer(timer, or: wakeUp) == [.expired, .woken])
    }

    @Test(
        "setting the clock ends the wait of an armed timer, which stays armed",
        .enabled(if: mayNudgeClock, "needs the right to set the clock (CAP_SYS_TIME)"))
    func clockSet() throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        let due = now() + 50_000
        try timer.arm(at: due)
        try nudgeClock()
        #expect(try waitForTimer(timer, or: wakeUp) == .clockSet)
        #expect(try waitForTimer(timer, or: wakeUp) == .expired)
        #expect(now() >= due)
    }

    @Test(
        "arming tells that the clock was set since, and arms",
        .enabled(if: mayNudgeClock, "needs the right to set the clock (CAP_SYS_TIME)"))
    func armedAfterClockSet() throws {
        let (timer, wakeUp) = (try WallClockTimer(), try WakeUp())
        try #require(try !timer.arm(at: .max))
        try nudgeClock()
        #expect(try timer.arm(at: 1))
        #expect(try waitForTimer(timer, or: wakeUp) == .expired)
    }
}

/// The wall clock, in microseconds since 1970.
private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}

private let mayNudgeClock: Bool = {
    do {
        try nudgeClock()
        return true
    } catch { return false }
}()

/// Sets the system's clock forward by a microsecond and back by the same: harmless, but seen by every timer.
private func nudgeClock() throws {
    for microsecond in [(seconds: 0, rest: 1), (seconds: -1, rest: 999_999)] {
        var change = timex()
        change.modes = UInt32(ADJ_SETOFFSET)
        change.time.tv_sec = microsecond.seconds
        change.time.tv_usec = microsecond.rest
        guard adjtimex(&change) != -1 else { throw NotAllowed() }
    }
}

private struct NotAllowed: Error {}

/// A thread of its own that waits, because a blocked thread of Swift's pool would be missing elsewhere.
private final class WaitingThread: @unchecked Sendable {
    private let timer: WallClockTimer
    private let wakeUp: WakeUp
    private var thread = pthread_t()
    private var reasons: WakeReasons?

    init(_ timer: WallClockTimer, _ wakeUp: WakeUp) {
        (self.timer, self.wakeUp) = (timer, wakeUp)
        let context = Unmanaged.passUnretained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let waiting = Unmanaged<WaitingThread>.fromOpaque(context).takeUnretainedValue()
                waiting.reasons = try? waitForTimer(waiting.timer, or: waiting.wakeUp)
                return nil
            }, context)
    }

    /// Waits for the thread to end: why its wait ended, nil if it failed.
    func join() -> WakeReasons? {
        pthread_join(thread, nil)
        return reasons
    }
}
