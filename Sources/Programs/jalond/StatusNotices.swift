import Dispatch
import Synchronization
import Systemd

/// Tells the service manager how things are, from a thread of its own and not too often: the engine does not wait for a
/// manager that reads slowly, and one with much to do does not flood it.
final class StatusNotices: Sendable {
    private struct Waiting {
        var status: String?
        var isAlive = false
        /// Whether they will be told without further ado.
        var isUnderWay = false
        var toldAt: DispatchTime?
    }

    private static let pause = DispatchTimeInterval.seconds(1)

    private let queue = DispatchQueue(label: "jalon.notices")
    private let waiting = Mutex(Waiting())

    /// Returns at once; what comes within a second of the last notice is told together, the latest status alone.
    ///
    /// - Parameters:
    ///   - status: What has become of things; `nil` where that was told.
    ///   - isAlive: Whether the manager is to hear that the engine goes on.
    func tell(status: String?, isAlive: Bool) {
        guard status != nil || isAlive else { return }
        let earliest: DispatchTime? = waiting.withLock { waiting in
            waiting.status = status ?? waiting.status
            waiting.isAlive = waiting.isAlive || isAlive
            guard !waiting.isUnderWay else { return nil }
            waiting.isUnderWay = true
            return waiting.toldAt.map { max($0 + Self.pause, .now()) } ?? .now()
        }
        if let earliest { queue.asyncAfter(deadline: earliest) { [self] in send() } }
    }

    private func send() {
        let (status, isAlive) = waiting.withLock { waiting in
            defer { waiting = Waiting(toldAt: .now()) }
            return (waiting.status, waiting.isAlive)
        }
        // A manager that cannot be told hears the next ones.
        if isAlive { _ = try? notifyServiceManager(.watchdog) }
        if let status { _ = try? notifyServiceManager(.status(status)) }
    }
}
