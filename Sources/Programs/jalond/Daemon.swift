import ArgumentParser
import CivilTime
import ControlAPI
import ControlServer
import DefinitionFiles
import Dispatch
import Glibc
import PluginAPI
import PluginHost
import SQLiteStore
import Synchronization
import Systemd
import TimerFD
import Varlink
import WorkflowEngine

/// The service: its parts, started in order and stopped in reverse.
struct Daemon {
    /// How long the plugins may take to be gone: longer than ``PluginLimits/stop``, after which they are killed.
    private static let patience = DispatchTimeInterval.seconds(8)

    let command: Jalond
    let settings: Settings
    let store: SQLiteCaseStore
    let log: ServiceLog
    let tasks: TaskQueue
    private let notices = DispatchQueue(label: "jalon.manager")

    init(command: Jalond, settings: Settings, store: SQLiteCaseStore, log: ServiceLog, tasks: TaskQueue) {
        self.command = command
        self.settings = settings
        self.store = store
        self.log = log
        self.tasks = tasks
    }

    func run() async throws {
        let signals = Signals([SIGTERM, SIGINT, SIGHUP])
        let watchdog = try watchdogMicroseconds().map { Duration.microseconds(Int64(clamping: $0)) }
        let wakeSource = try TimerWakeSource(watchdog: watchdog)
        let host = pluginHost()
        let engine = Engine(
            try core(), plugins: host, wakeSource: wakeSource, random: { Double.random(in: 0...1) },
            heartbeat: Heartbeat(log: log, isWatched: watchdog != nil).beat)
        let server = ControlServer(
            engine: engine, version: Release.version, roles: roles(),
            onViolation: { [log] peer, violation in
                log.write(
                    .warning, "closed a control connection",
                    [
                        ("JALON_UID", "\(peer.userID)"), ("JALON_REASON", "\(violation)"),
                    ])
            })

        let (unplugged, unpluggedIn) = AsyncStream.makeStream(of: Void.self)
        // Not awaited itself: a process whose end nobody notices must not keep the service from stopping.
        Task(executorPreference: tasks) {
            await host.run()
            unpluggedIn.finish()
        }
        let thread = DispatchQueue(label: "jalon.engine")
        let (ready, readyIn) = AsyncStream.makeStream(of: Void.self)
        let (ended, endedIn) = AsyncStream.makeStream(of: Void.self)
        thread.async {
            engine.run { readyIn.finish() }
            endedIn.finish()
        }
        for await _ in ready {}
        do {
            try await listen(server)
        } catch {
            log.write(.error, "\(error)")
            engine.stop()
            for await _ in ended {}
            await stop(host, unplugged, unpluggedIn)
            throw ExitCode(9)
        }
        notify(.ready)
        log.write(.info, "ready", [("JALON_VERSION", Release.version)])

        for await signal in signals.received {
            guard signal == SIGHUP else { break }
            notify(.reloading)
            await reload(engine)
            notify(.ready)
        }
        notify(.stopping)
        await server.shutdown()
        engine.stop()
        for await _ in ended {}
        await stop(host, unplugged, unpluggedIn)
        log.write(.info, "stopped")
    }

    /// Stops the plugins and waits until they are gone, though not for ever.
    private func stop(
        _ host: PluginHost, _ unplugged: AsyncStream<Void>, _ unpluggedIn: AsyncStream<Void>.Continuation
    ) async {
        host.stop()
        DispatchQueue(label: "jalon.patience").asyncAfter(deadline: .now() + Self.patience) { [log] in
            for plugin in host.status() where plugin.phase != "resting" {
                log.write(
                    .error, "the system does not let go of its process, which was killed; the service stops without it",
                    [("JALON_PLUGIN", plugin.name)])
            }
            unpluggedIn.finish()
        }
        for await _ in unplugged {}
    }

    private func core() throws -> EngineCore {
        let zoneFolder = getenv("TZDIR").map { String(cString: $0) } ?? ZoneFiles.systemFolder
        let source = FileWorkflowSource(
            folders: command.workflows, zoneFolder: zoneFolder, peopleFile: settings.people)
        let core: EngineCore
        do throws(StoreError) {
            core = try EngineCore(
                store: store, clock: SystemClock(), source: source,
                settings: EngineSettings(
                    messagePlugin: settings.messages, version: Release.version, storeName: "\(command.state)/jalon.db"))
        } catch {
            log.write(.error, error.message)
            throw ExitCode(8)
        }
        for problem in core.fileProblems { log.write(.warning, "a workflow file is left out: \(problem)") }
        return core
    }

    /// A path that is good from any folder: plugins run in one of their own.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    private func pluginHost() -> PluginHost {
        let installed = InstalledPlugins(
            in: command.plugins.map(Self.absolute), settings: settings,
            stateFolder: Self.absolute(command.state) + "/plugins")
        for problem in installed.problems { log.write(.warning, "a plugin is left out: \(problem)") }
        if !installed.installations.contains(where: { $0.manifest.name == settings.messages }) {
            log.write(
                .warning,
                "plugin '\(settings.messages)', which is to deliver messages, is not installed: they wait; "
                    + "install it in \(command.plugins.joined(separator: " or ")), or name another with 'messages:' in the "
                    + "settings")
        }
        return PluginHost(
            installed.installations, random: SystemRandomNumberGenerator(),
            log: { [log] entry in
                // What a plugin says is its own affair; what the host says of it deserves a look.
                log.write(entry.source == .host ? .warning : .info, entry.text, [("JALON_PLUGIN", entry.plugin)])
            },
            events: { _, completion in completion("no workflow takes events of plugins yet") })
    }

    private func roles() -> @Sendable () -> ControlRoles {
        let roles = ControlRoles(
            administrators: [0, geteuid()], operatorGroups: settings.operatorGroups.union([getegid()]),
            operators: settings.operators, others: settings.othersMayLook ? .viewer : nil)
        return { roles }
    }

    /// The socket that systemd hands over, or one of our own.
    private func listen(_ server: ControlServer) async throws {
        let inherited = try takeInheritedSockets()
        for socket in inherited { try await server.listen(on: .inherited(descriptor: socket.descriptor)) }
        if inherited.isEmpty {
            // Where others may look they have to reach the socket; what each may do is for their roles to say.
            let mode: UInt32 = settings.othersMayLook ? 0o666 : 0o660
            try await server.listen(on: .path("\(command.runtime)/control.sock", mode: mode))
        }
    }

    private func reload(_ engine: Engine) async {
        let read = await withCheckedContinuation { continuation in
            engine.reload { continuation.resume(returning: (try? $0.get()) ?? ReloadView()) }
        }
        for problem in read.problems { log.write(.warning, "a workflow file keeps its last good version: \(problem)") }
        for name in read.withdrawn {
            log.write(.warning, "no file holds workflow '\(name)' any more: no case of it can be started")
        }
        log.write(.info, "reloaded")
    }

    /// Tells the service manager, after what it was told before, without waiting until it reads.
    private func notify(_ notice: ServiceNotice) {
        notices.async { [log] in
            do throws(SystemdError) {
                try notifyServiceManager(notice)
            } catch {
                log.write(.warning, "the service manager cannot be told", [("JALON_REASON", error.description)])
            }
        }
    }
}

/// Tells the service manager and the log, at each of the engine's turns, that it is alive and what comes next.
private final class Heartbeat: Sendable {
    private let log: ServiceLog
    private let isWatched: Bool
    private let notices = StatusNotices()
    private let told = Mutex<(status: String, trouble: StoreError?, problems: Set<String>)>(("", nil, []))

    init(log: ServiceLog, isWatched: Bool) {
        self.log = log
        self.isWatched = isWatched
    }

    @Sendable func beat(_ core: EngineCore) {
        let next = core.nextTurn().map { "next due \($0.rfc3339)" } ?? "nothing is due"
        let status = core.trouble.map { "the store fails: \($0.message)" } ?? next
        let problems = core.problems
        let kinds = Set(problems.map(\.kind))
        told.withLock { told in
            notices.tell(status: told.status == status ? nil : status, isAlive: isWatched)
            for problem in problems where !told.problems.contains(problem.kind) {
                log.write(.error, problem.sentence)
            }
            for kind in told.problems.subtracting(kinds).sorted() {
                log.write(.notice, "\(kind): this is over")
            }
            if let trouble = core.trouble, trouble != told.trouble {
                log.write(.error, "nothing can be stored: \(trouble.message)")
            } else if core.trouble == nil, told.trouble != nil {
                log.write(.notice, "the store works again")
            }
            told = (status, core.trouble, kinds)
        }
    }
}

/// Signals as a stream; they no longer end the process.
private final class Signals {
    let received: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    init(_ numbers: [Int32]) {
        let (received, receivedIn) = AsyncStream.makeStream(of: Int32.self)
        let queue = DispatchQueue(label: "jalon.signals")
        self.received = received
        sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { receivedIn.yield(number) }
            source.resume()
            return source
        }
    }
}
