package import CivilTime
import Synchronization
import WorkflowEngine

/// A clock that stands still until it is set.
package final class VirtualClock: Clock {
    private let instant: Mutex<Timestamp>

    /// Makes a clock that shows an instant.
    package init(_ instant: Timestamp) { self.instant = Mutex(instant) }

    /// The instant the clock was set to.
    package func now() -> Timestamp { instant.withLock { $0 } }

    /// Sets the clock, forward or back.
    package func set(to instant: Timestamp) { self.instant.withLock { $0 = instant } }

    /// Lets time pass.
    package func pass(_ duration: Duration) { instant.withLock { $0 = $0 + duration } }
}

extension Duration {
    /// So many times twenty-four hours.
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    /// So many times sixty minutes.
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3_600) }
}
