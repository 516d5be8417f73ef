import Glibc

/// What a process and the host say to each other, on a thread that sleeps until there is something to do.
struct PluginConversation {
    /// How far it has come.
    private enum Stage {
        case talking
        /// The process was asked to end, and is killed if it has not by then.
        case leaving(ContinuousClock.Instant)
        case killed
    }

    /// How long a process that has closed its output may take to end.
    private static let farewell = Duration.seconds(2)

    private let supervisor: PluginSupervisor
    private let child: ChildProcess
    private let link: PluginLink
    private let bell: Descriptor
    private var streams: ChildProcess.Streams
    private var stage = Stage.talking
    private var messages: LineSplitter
    private var errorLog: PluginErrorLog
    /// What is left of the line that is being written.
    private var unwritten: ArraySlice<UInt8> = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)

    /// - Parameter bell: The pipe's end where the link's ringing is heard.
    init(
        _ supervisor: PluginSupervisor, with child: ChildProcess, by streams: ChildProcess.Streams, link: PluginLink,
        bell: Descriptor
    ) {
        self.supervisor = supervisor
        self.child = child
        self.streams = streams
        self.link = link
        self.bell = bell
        messages = LineSplitter(longest: supervisor.limits.messageBytes)
        errorLog = PluginErrorLog(supervisor, generation: link.generation)
    }

    /// Speaks and listens until the process has ended and nothing of its group stays; returns its last words.
    mutating func run() -> String? {
        defer { buffer.deallocate() }
        while true {
            let wishes = link.takeWishes()
            if wishes.isOver { break }
            if wishes.mustDie { child.signalGroup(SIGKILL) }
            if streams.output == nil || wishes.mustLeave { bidFarewell() }
            write()
            wait()
            _ = readMessages()
            _ = readErrors()
        }
        // What the process started may outlive it, and even hold the pipes: what is in them now is all that counts.
        child.signalGroup(SIGKILL)
        while readMessages() {}
        while readErrors() {}
        if let rest = messages.finish() { supervisor.receive(rest, generation: link.generation) }
        errorLog.finish()
        return errorLog.lastWords
    }

    private mutating func bidFarewell() {
        switch stage {
        case .talking:
            child.signalGroup(SIGTERM)
            stage = .leaving(.now + Self.farewell)
        case .leaving(let end) where end <= .now:
            child.signalGroup(SIGKILL)
            stage = .killed
        case .leaving, .killed: break
        }
    }

    /// Sleeps until something can be read or written, the bell rings, or the farewell has lasted long enough.
    private func wait() {
        func watch(_ descriptor: Descriptor?, _ events: Int32) -> pollfd {
            pollfd(fd: descriptor?.number ?? -1, events: Int16(events), revents: 0)
        }
        var watched = [
            watch(bell, POLLIN), watch(streams.output, POLLIN), watch(streams.errors, POLLIN),
            watch(unwritten.isEmpty ? nil : streams.input, POLLOUT),
        ]
        var milliseconds: Int32 = -1
        if case .leaving(let end) = stage {
            milliseconds = Int32(max(0, ((end - .now) / .milliseconds(1)).rounded(.up)))
        }
        _ = poll(&watched, nfds_t(watched.count), milliseconds)
        if watched[0].revents != 0 { _ = bell.read(into: buffer) }
    }

    private mutating func write() {
        while let input = streams.input {
            if unwritten.isEmpty {
                let next = link.nextLine()
                if next.isClosed { streams.input = nil }
                guard let line = next.line else { return }
                unwritten = line[...]
            }
            switch unwritten.withUnsafeBytes({ input.write($0) }) {
            case .done(let count): unwritten.removeFirst(count)
            case .notNow: return
            // A process that reads no more is seen by its silence or its end, not here.
            case .over:
                streams.input = nil
                unwritten = []
            }
        }
    }

    /// Whether there may be more to read.
    private mutating func readMessages() -> Bool {
        guard let output = streams.output else { return false }
        switch output.read(into: buffer) {
        case .done(let count):
            for line in messages.take(UnsafeRawBufferPointer(buffer)[..<count].rebased) {
                supervisor.receive(line, generation: link.generation)
            }
            if !supervisor.listens(to: link.generation) { streams.output = nil }
            return true
        case .notNow: return false
        case .over:
            streams.output = nil
            return false
        }
    }

    private mutating func readErrors() -> Bool {
        guard let errors = streams.errors else { return false }
        switch errors.read(into: buffer) {
        case .done(let count):
            if !errorLog.take(UnsafeRawBufferPointer(buffer)[..<count].rebased) { streams.errors = nil }
            return true
        case .notNow: return false
        case .over:
            streams.errors = nil
            return false
        }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var rebased: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self) }
}
