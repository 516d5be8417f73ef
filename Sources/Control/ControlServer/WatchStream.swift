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
        var happened: [WatchedView] = []
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
    /// Replies that are sent before it is looked whether the peer reads.
    private static let repliesAtOnce = 100

    init(_ reply: VarlinkResponder, on queue: DispatchQueue) {
        self.reply = reply
        self.queue = queue
    }

    /// Sends the empty reply that stands for the beginning, then what has happened since.
    func begin() { tell([WatchReply()]) }

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
        let (views, missed) = waiting.withLock { waiting in
            let views = Array(waiting.happened.prefix(Self.repliesAtOnce))
            waiting.happened.removeFirst(views.count)
            let missed = views.isEmpty ? waiting.missed : 0
            waiting.missed -= missed
            waiting.isTelling = !views.isEmpty || missed > 0
            return (views, missed)
        }
        tell(views.map(WatchReply.init) + (missed > 0 ? [WatchReply(missed: missed)] : []))
    }

    private func tell(_ replies: [WatchReply]) {
        do {
            for next in replies.dropLast() { try reply.reply(next, continues: true) }
            if let last = replies.last {
                try reply.reply(last, continues: true) { [self] in queue.async { self.tellNext() } }
            }
        } catch {
            reply.error(ControlHandler.unwritable(error))
        }
    }
}
