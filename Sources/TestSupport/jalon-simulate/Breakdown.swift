import Glibc
import Synchronization

/// The run that is under way, as a line for whoever reads of a breakdown; a signal handler writes it as it is.
nonisolated(unsafe) private let line = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 128)
private let length = Atomic<Int>(0)

/// No run takes nearly as long on a processor; one that does has stopped making progress.
private let longestRunSeconds = 300

/// Sees to it that a run that traps or never ends says which seed it was.
func guardAgainstBreakdown() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGPROF] {
        signal(number) { number in
            _ = write(STDERR_FILENO, line.baseAddress, length.load(ordering: .relaxed))
            _exit(128 + number)
        }
    }
}

/// Remembers which run begins, and gives it its time.
func noteRun(_ seed: UInt64) {
    let words = "jalon-simulate: seed \(seed) broke down or did not end; replay with deploy/simulate --seed \(seed)\n"
    length.store(line.update(fromContentsOf: words.utf8.prefix(128)), ordering: .relaxed)
    var limit = itimerval()
    limit.it_value.tv_sec = longestRunSeconds
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
}

/// A line on standard error.
func tell(_ words: String) {
    let line = Array("jalon-simulate: \(words)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
