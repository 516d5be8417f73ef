import Dispatch
import Synchronization

/// A queue with a thread of its own, on which the service's tasks run instead of on Swift's shared threads.
///
/// Once a task has run on those, libdispatch looks every second, for ever, whether there are threads enough: a service
/// that has nothing to do would wake as often.
final class TaskQueue: TaskExecutor {
    private let queue = DispatchQueue(label: "jalon.tasks")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs work to its end, with all the tasks it begins, while the calling thread waits.
    func run(_ work: @escaping @Sendable () async throws -> Void) throws {
        let ended = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        // Awaited by the semaphore.
        Task(executorPreference: self) {
            do { try await work() } catch { failure.withLock { $0 = error } }
            ended.signal()
        }
        ended.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
