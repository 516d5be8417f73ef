internal import CTimerFD
import Glibc

/// A bell: any thread rings it, one thread waits for it. Rings before a wait are one ring, and none is lost.
package final class WakeUp: Sendable {
    let descriptor: Int32

    /// Opens a bell that has not been rung.
    ///
    /// - Throws: ``TimerError`` if the process has no descriptor left.
    package init() throws(TimerError) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = try TimerError.check(eventfd(0, flags), "eventfd")
    }

    deinit { close(descriptor) }

    /// Ends the wait of ``waitForTimer(_:or:)``, or the next one if nobody waits now.
    package func signal() {
        // Fails only when the counter is full, and then the bell rings already.
        _ = eventfd_write(descriptor, 1)
    }

    /// Whether the bell was rung since the last time.
    func take() -> Bool {
        var rings: UInt64 = 0
        return eventfd_read(descriptor, &rings) == 0
    }
}
