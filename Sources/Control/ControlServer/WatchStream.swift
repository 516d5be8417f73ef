import ControlAPI
import Dispatch
import Synchronization
import Varlink
import WorkflowEngine

/// What one watcher is told, in the order in which it happened, as fast as its peer reads.
///
/// Nobody waits for a slow peer: what it has not read yet is kept up to a bound, and what is more is counted, so that the
/// peer at least learns how much it has missed.
final class WatchStream: Sendable {
    private struct Waiting {
        var happened: ArraySlice<WatchedView> = []
        var missed = 0
        /// True while ``tellNext()`` is on its way.
        var isTelling = true
    }

    private let reply: VarlinkResponder
    /// Serial, and shared with other streams.
    private let queue: DispatchQueue
    private let waiting = Mutex(Waiting())

    /// What is kept for a peer that does not read.
    static let longest = 10_000

    init(_ reply: VarlinkResponder, on queue: DispatchQueue) {
        self.reply = reply
        self.queue = queue
    }

    /// Sends the empty reply that stands for the beginning, then what has happened since.
    func begin() { tell(WatchReply()) }

    /// Takes what happened; called by the engine.
    func happened(_ view: WatchedView) {
        let isResting = waiting.withLock { waiting in
            // What comes after something that was left out waits until that has been said.
            if waiting.missed > 0 || waiting.happened.count >= Self.longest {
                waiting.missed += 1
            } else {
                waiting.happened.append(view)
            }
            defer { waiting.isTelling = true }
            return !waiting.isTelling
        }
        if isResting { queue.async { [self] in tellNext() } }
    }

    private func tellNext() {
        let next: WatchReply? = waiting.withLock { waiting in
            if let view = waiting.happened.popFirst() { return WatchReply(view) }
            waiting.isTelling = waiting.missed > 0
            defer { waiting.missed = 0 }
            return waiting.missed > 0 ? WatchReply(missed: waiting.missed) : nil
        }
        if let next { tell(next) }
    }

    /// Sends a reply, and what comes next once the peer has room for it.
    private func tell(_ next: WatchReply) {
        do {
            try reply.reply(next, continues: true) { [self] in queue.async { self.tellNext() } }
        } catch {
            reply.error(ControlHandler.unwritable(error))
        }
    }
}
