import PluginAPI

/// A process's standard error: cut into lines, logged as far as the limits allow, its last line kept.
struct PluginErrorLog {
    /// The last line: often the reason why the process ended.
    private(set) var lastWords: String?
    private let supervisor: PluginSupervisor
    private let generation: Int
    private var splitter: LineSplitter
    private var lines: Allowance
    private var bytes: Allowance
    private var dropped = 0

    init(_ supervisor: PluginSupervisor, generation: Int) {
        let limits = supervisor.limits
        self.supervisor = supervisor
        self.generation = generation
        splitter = LineSplitter(longest: limits.logLineBytes)
        lines = Allowance(perSecond: limits.logLinesPerSecond, burst: limits.logLineBurst, now: supervisor.now)
        bytes = Allowance(perSecond: limits.logBytesPerSecond, burst: limits.logBurst, now: supervisor.now)
    }

    /// Takes what was read; false where it is too much and no more is to be read.
    mutating func take(_ read: UnsafeRawBufferPointer) -> Bool {
        let complete = splitter.take(read)
        for line in complete { log(line) }
        if let last = complete.last { lastWords = PluginMessage.excerpt(last.bytes) }
        guard bytes.take(read.count, now: supervisor.now) else {
            supervisor.loggedTooMuch(generation: generation)
            return false
        }
        return true
    }

    /// Nothing more comes.
    mutating func finish() {
        if let rest = splitter.finish() {
            log(rest)
            lastWords = PluginMessage.excerpt(rest.bytes)
        }
        tellDropped()
    }

    private mutating func log(_ line: LineSplitter.Line) {
        guard lines.take(now: supervisor.now) else { return dropped += 1 }
        tellDropped()
        supervisor.logError(String(decoding: line.bytes, as: UTF8.self))
    }

    private mutating func tellDropped() {
        if dropped > 0 { supervisor.logError("(\(dropped) lines were too many and are not shown)") }
        dropped = 0
    }
}
