import FoundationEssentials
import PluginAPI
import PluginHost
import Subprocess
import Synchronization
import SystemPackage
import Testing
import WorkflowEngine

/// A host with a scripted plugin, in a folder of its own, its time standing still unless told otherwise.
struct HostUnderTest: Sendable {
    let host: PluginHost
    let folder: String
    let timer: ManualTimer
    let log: LogBook
    let events: EventBook

    /// Asks the plugin to do something and waits for what comes of it.
    func call(_ how: String, key: String = "k", action: String = "do", plugin: String = "scripted") async
        -> ActionOutcome
    {
        await withCheckedContinuation { continuation in
            start(how, key: key, action: action, plugin: plugin) { continuation.resume(returning: $0) }
        }
    }

    /// Asks the plugin to do something and does not wait.
    func start(
        _ how: String, key: String = "k", action: String = "do", plugin: String = "scripted",
        _ completion: @escaping @Sendable (ActionOutcome) -> Void
    ) {
        let input = Array(#"{"how":"\#(how)"}"#.utf8)
        host.execute(ActionCall(key: key, plugin: plugin, action: action, input: input), completion: completion)
    }

    /// What the plugin finds when it starts next, in place of its setting `start`.
    func nextStart(_ how: String) throws {
        try how.write(toFile: folder + "/state/scripted/start", atomically: true, encoding: .utf8)
    }
}

/// Runs a host with the scripted plugin, and under each of `others` one more, for as long as `body` takes.
func withHost(
    start: String = "", settings: [String: JSONValue] = [:], concurrency: Int = 4, memory: Int? = nil,
    event: String? = nil, keepsEvents: Bool = true, others: [String] = [], limits: PluginLimits = PluginLimits(),
    _ body: @Sendable (HostUnderTest) async throws -> Void
) async throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.path + "/jalon-" + UUID().uuidString
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: folder) }
    let script = try String(contentsOfFile: fixtures + "/scripted.py", encoding: .utf8)
    try "#!\(try await interpreter.value)\n\(script)".write(
        toFile: folder + "/scripted", atomically: true, encoding: .utf8)
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/scripted")

    let installations = try (["scripted"] + others).map { name in
        let manifest = PluginManifest(
            name: name, summary: "Does what it is told.", executable: "scripted",
            settings: [
                "start": FieldDeclaration(.text, isRequired: false),
                "events": FieldDeclaration(.integer, isRequired: false),
                "event": FieldDeclaration(.text, isRequired: false),
                "token": FieldDeclaration(.secret),
            ],
            actions: [
                "do": ActionDeclaration(isRepeatable: true, input: ["how": FieldDeclaration(.text)]),
                "once": ActionDeclaration(
                    isRepeatable: false, timeout: .seconds(5), input: ["how": FieldDeclaration(.text)]),
            ],
            events: event.map { [$0: EventDeclaration(data: ["number": FieldDeclaration(.integer)])] } ?? [:],
            memory: memory, concurrency: concurrency)
        try #require(manifest.problems() == [])
        return try PluginInstallation(
            folder: folder, manifest: manifest, settings: settings.merging(["start": .text(start)]) { $1 },
            secrets: ["token": Secret("Sésame 7")], stateFolder: "\(folder)/state/\(name)")
    }
    let timer = ManualTimer()
    let log = LogBook()
    let events = EventBook(isOpen: keepsEvents)
    let host = PluginHost(
        installations, limits: limits, timer: timer, random: SystemRandomNumberGenerator(),
        log: { log.add($0) }, events: { events.add($0, $1) })
    let running = Task { await host.run() }  // awaited below, whatever happens
    let result: Result<Void, any Error>
    do {
        try await body(HostUnderTest(host: host, folder: folder, timer: timer, log: log, events: events))
        result = .success(())
    } catch {
        result = .failure(error)
    }
    host.stop()
    timer.advance(by: limits.stop)
    await running.value
    try result.get()
}

let fixtures = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Fixtures"

/// The interpreter itself, found once: a script's first line cannot name a shim that needs the environment.
private let interpreter = Task {
    try await Subprocess.run(
        .name("python3"), arguments: ["-c", "import sys; print(sys.executable, end='')"],
        output: .string(limit: 4096)
    ).standardOutput
}

/// Time that passes when told to.
final class ManualTimer: PluginTimer {
    private let state = Mutex(State())

    private struct State {
        var now = Duration.seconds(1000)
        var calls: [(moment: Duration, action: @Sendable () -> Void)] = []
    }

    var now: Duration { state.withLock { $0.now } }

    func call(at moment: Duration, _ action: @escaping @Sendable () -> Void) {
        let isDue = state.withLock { state in
            if moment > state.now { state.calls.append((moment, action)) }
            return moment <= state.now
        }
        if isDue { action() }
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.calls.filter { $0.moment <= state.now }
            state.calls.removeAll { $0.moment <= state.now }
            return due
        }
        for call in due { call.action() }
    }
}

/// What was logged, and who waits for it to be.
final class LogBook: Sendable {
    private let state = Mutex(State())

    private struct State {
        var lines: [String] = []
        var waiting: [(text: String, continuation: CheckedContinuation<String, Never>)] = []
    }

    var lines: [String] { state.withLock { $0.lines } }

    func add(_ entry: PluginLogEntry) {
        let found = state.withLock { state in
            let line = "\(entry.plugin) \(entry.source): \(entry.text)"
            state.lines.append(line)
            let found = state.waiting.filter { line.contains($0.text) }
            state.waiting.removeAll { line.contains($0.text) }
            return found.map { ($0.continuation, line) }
        }
        for (continuation, line) in found { continuation.resume(returning: line) }
    }

    /// The first line with this text, which may still have to come.
    @discardableResult
    func line(with text: String) async -> String {
        await withCheckedContinuation { continuation in
            let found = state.withLock { state in
                let found = state.lines.first { $0.contains(text) }
                if found == nil { state.waiting.append((text, continuation)) }
                return found
            }
            if let found { continuation.resume(returning: found) }
        }
    }
}

/// The events that arrived: accepted at once, or, while the book is not open, when it is opened.
final class EventBook: Sendable {
    private let state: Mutex<State>

    private struct State {
        var events: [PluginEvent] = []
        var isOpen: Bool
        var unanswered: [@Sendable (String?) -> Void] = []
    }

    init(isOpen: Bool) { state = Mutex(State(isOpen: isOpen)) }

    var events: [PluginEvent] { state.withLock { $0.events } }

    func add(_ event: PluginEvent, _ answer: @escaping @Sendable (String?) -> Void) {
        let isOpen = state.withLock { state in
            state.events.append(event)
            if !state.isOpen { state.unanswered.append(answer) }
            return state.isOpen
        }
        if isOpen { answer(nil) }
    }

    /// Accepts what waits, and from now on everything; or refuses what waits for this reason.
    func open(refusing reason: String? = nil) {
        let unanswered = state.withLock { state in
            state.isOpen = true
            defer { state.unanswered = [] }
            return state.unanswered
        }
        for answer in unanswered { answer(reason) }
    }
}
