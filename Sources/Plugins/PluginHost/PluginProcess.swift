import FoundationEssentials
import Glibc
import PluginAPI
import Subprocess
import SystemPackage

/// One process of a plugin, from its start until it and all it started are gone.
struct PluginProcess: Sendable {
    /// The host's end: what to write, and the wish to have it killed.
    struct Link: Sendable {
        var generation: Int
        var lines: AsyncStream<[UInt8]>.Continuation
        var kills: AsyncStream<Void>.Continuation
    }

    /// Sets the limits of a process before it becomes the plugin; Subprocess has no way to.
    private static let limiter = "/usr/bin/prlimit"
    /// How long a process that has closed its output may take to end.
    private static let farewell = Duration.seconds(2)

    private let supervisor: PluginSupervisor
    private let generation: Int
    private let lines: AsyncStream<[UInt8]>
    private let kills: AsyncStream<Void>

    /// Makes a process that is not started yet, and the host's end of it.
    static func make(for supervisor: PluginSupervisor, generation: Int) -> (PluginProcess, Link) {
        let (lines, linesIn) = AsyncStream.makeStream(
            of: [UInt8].self, bufferingPolicy: .bufferingOldest(supervisor.limits.messagesUnread))
        let (kills, killsIn) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let process = PluginProcess(supervisor: supervisor, generation: generation, lines: lines, kills: kills)
        return (process, Link(generation: generation, lines: linesIn, kills: killsIn))
    }

    /// Runs the process and tells the supervisor what it says and how it ended.
    func run() async {
        let end = await runToEnd()
        supervisor.ended(end.how, wasClean: end.wasClean, generation: generation)
    }

    private func runToEnd() async -> (how: String, wasClean: Bool) {
        let installation = supervisor.installation
        let executable = installation.folder + "/" + installation.manifest.executable
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            return ("could not be started: there is no executable file \(executable)", false)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: installation.stateFolder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            return ("could not be started: its folder \(installation.stateFolder) cannot be made: \(error)", false)
        }
        let lastWords = LastWords()
        do {
            let result = try await Subprocess.run(
                .path(FilePath(Self.limiter)), arguments: arguments(executable), environment: environment,
                workingDirectory: FilePath(installation.stateFolder), platformOptions: Self.options,
                input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                await converse(execution, lastWords)
            }
            let words = await lastWords.text.map { "; its last words: \($0)" } ?? ""
            switch result.terminationStatus {
            case .exited(0): return ("ended", true)
            case .exited(let code): return ("ended with exit code \(code)\(words)", false)
            case .signaled(let signal): return ("was ended by signal \(signal)\(words)", false)
            }
        } catch {
            return ("could not be started: \(error)", false)
        }
    }

    private func arguments(_ executable: String) -> Arguments {
        let memory = supervisor.installation.manifest.memory ?? supervisor.limits.memory
        // Data rather than address space: runtimes reserve far more addresses than they ever use.
        let data = Self.within(RLIMIT_DATA, memory)
        let files = Self.within(RLIMIT_NOFILE, supervisor.limits.openFiles)
        return ["--data=\(data)", "--nofile=\(files)", "--core=0", "--", executable]
    }

    /// A limit, or the service's own where that is lower: nobody but root may give more than they have.
    private static func within(_ resource: __rlimit_resource, _ wanted: Int) -> Int {
        var own = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &own) == 0 else { return wanted }
        return Int(clamping: min(own.rlim_max, rlim_t(wanted)))
    }

    private var environment: Environment {
        .custom([
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
            "JALON_PLUGIN_NAME": supervisor.installation.manifest.name,
        ])
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = teardown
        return options
    }

    private static var teardown: [TeardownStep] {
        [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: farewell)]
    }

    private typealias Conversation = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    /// Speaks and listens until the process's output ends, then sees to it that nothing of it stays.
    private func converse(_ execution: Conversation, _ lastWords: LastWords) async {
        await withTaskGroup { group in
            group.addTask { await write(to: execution.standardInputWriter) }
            group.addTask { await readErrors(execution.standardError, lastWords) }
            group.addTask {
                for await _ in kills { try? execution.send(signal: .kill, toProcessGroup: true) }
            }
            await readMessages(execution.standardOutput)
            await execution.teardown(using: Self.teardown)
            // What the process started may outlive it; its group stays ours until the process is reaped, after this.
            try? execution.send(signal: .kill, toProcessGroup: true)
            group.cancelAll()
        }
    }

    private func write(to input: StandardInputWriter) async {
        // A process that reads no more is seen by its silence or its end, not here.
        for await line in lines where (try? await input.write(line)) == nil { break }
        try? await input.finish()
    }

    private func readMessages(_ output: SubprocessOutputSequence) async {
        var splitter = LineSplitter(longest: supervisor.limits.messageBytes)
        var iterator = output.makeAsyncIterator()
        while let buffer = try? await iterator.next() {
            for line in buffer.withUnsafeBytes({ splitter.take($0) }) {
                supervisor.receive(line, generation: generation)
            }
            // A flood is always ready to be read: without a pause it would keep this thread from everyone else.
            guard supervisor.listens(to: generation) else { return }
            await Task.yield()
        }
        if let rest = splitter.finish() { supervisor.receive(rest, generation: generation) }
    }

    private func readErrors(_ errors: SubprocessOutputSequence, _ lastWords: LastWords) async {
        let limits = supervisor.limits
        var splitter = LineSplitter(longest: limits.logLineBytes)
        var allowance = Allowance(
            perSecond: limits.logLinesPerSecond, burst: limits.logLineBurst, now: supervisor.now)
        var bytes = Allowance(perSecond: limits.logBytesPerSecond, burst: limits.logBurst, now: supervisor.now)
        var dropped = 0
        func log(_ text: String) {
            if allowance.take(now: supervisor.now) {
                if dropped > 0 { supervisor.logError("(\(dropped) lines were too many and are not shown)") }
                dropped = 0
                supervisor.logError(text)
            } else {
                dropped += 1
            }
        }
        var iterator = errors.makeAsyncIterator()
        while let buffer = try? await iterator.next() {
            let lines = buffer.withUnsafeBytes { splitter.take($0) }
            for line in lines { log(String(decoding: line.bytes, as: UTF8.self)) }
            if let last = lines.last { await lastWords.set(PluginMessage.excerpt(last.bytes)) }
            guard bytes.take(buffer.count, now: supervisor.now) else {
                supervisor.loggedTooMuch(generation: generation)
                break
            }
            await Task.yield()
        }
        if let rest = splitter.finish() {
            log(String(decoding: rest.bytes, as: UTF8.self))
            await lastWords.set(PluginMessage.excerpt(rest.bytes))
        }
        if dropped > 0 { supervisor.logError("(\(dropped) lines were too many and are not shown)") }
    }

    /// The last line of a process's standard error: often the reason why it ended.
    private actor LastWords {
        private(set) var text: String?
        func set(_ text: String) { self.text = text }
    }
}
