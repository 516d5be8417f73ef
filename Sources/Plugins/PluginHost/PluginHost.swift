import FoundationEssentials
import Glibc
import PluginAPI
import Synchronization
package import WorkflowEngine

/// Runs the plugins: starts a process when a plugin is needed, bounds and watches it, and brings each call one outcome.
///
/// ``execute(_:completion:)`` never waits: a plugin that hangs, dies, floods or talks nonsense costs its own calls a
/// typed failure and nobody else anything.
package final class PluginHost: PluginCaller {
    private let supervisors: [String: PluginSupervisor]
    private let launches: AsyncStream<PluginProcess>
    private let launchesIn: AsyncStream<PluginProcess>.Continuation

    /// Makes a host; nothing is started before ``run()``.
    ///
    /// - Parameters:
    ///   - installations: The plugins, each under a name of its own.
    ///   - limits: The bounds for all of them.
    ///   - timer: Time for time-outs.
    ///   - random: Shakes the rests between attempts; each plugin draws its own seed from it.
    ///   - log: Takes what plugins write to standard error and what the host has to say of them, from any thread.
    ///   - events: Takes an event and, once it is kept for good, calls back with nil, or with the reason why it is
    ///     refused; from any thread, once.
    package init(
        _ installations: [PluginInstallation], limits: PluginLimits = PluginLimits(),
        timer: any PluginTimer = MonotonicTimer(), random: any RandomNumberGenerator,
        log: @escaping @Sendable (PluginLogEntry) -> Void,
        events: @escaping @Sendable (PluginEvent, @escaping @Sendable (_ refusal: String?) -> Void) -> Void
    ) {
        // A plugin may end while it is written to; the write must fail, not end the service.
        _ = signal(SIGPIPE, SIG_IGN)
        let (launches, launchesIn) = AsyncStream.makeStream(of: PluginProcess.self)
        var random = random
        var supervisors: [String: PluginSupervisor] = [:]
        for installation in installations {
            let seed = random.next()
            supervisors[installation.manifest.name] = PluginSupervisor(
                installation, limits: limits, timer: timer, random: SeededGenerator(state: seed),
                launches: launchesIn, log: log, events: events)
        }
        precondition(supervisors.count == installations.count, "two plugins have one name")
        self.supervisors = supervisors
        self.launches = launches
        self.launchesIn = launchesIn
    }

    /// Asks a plugin for an effect and returns at once.
    package func execute(_ call: ActionCall, completion: @escaping @Sendable (ActionOutcome) -> Void) {
        guard let supervisor = supervisors[call.plugin] else {
            let known = supervisors.keys.sorted().joined(separator: ", ")
            return completion(
                .pluginFailed(
                    reason: "there is no plugin '\(call.plugin)'; installed are \(known.isEmpty ? "none" : known)",
                    wasTried: false))
        }
        let manifest = supervisor.installation.manifest
        guard let action = manifest.actions[call.action] else {
            let known = manifest.actions.keys.sorted().joined(separator: ", ")
            return completion(
                .failedPermanently(
                    reason: "plugin '\(call.plugin)' has no action '\(call.action)'; it has \(known)"))
        }
        guard let input = try? JSONDecoder().decode(JSONValue.self, from: Data(call.input)) else {
            return completion(
                .failedPermanently(reason: "the input of '\(call.plugin).\(call.action)' is not JSON"))
        }
        if let problem = action.input.mismatch(with: input) {
            return completion(
                .failedPermanently(reason: "the input of '\(call.plugin).\(call.action)' does not fit: \(problem)"))
        }
        supervisor.execute(call, input: input, completion: completion)
    }

    /// Runs the plugins' processes until ``stop()`` has been called and the last of them is gone.
    ///
    /// Cancelling the task ends the processes less politely. Call it once.
    package func run() async {
        for name in supervisors.keys.sorted() { supervisors[name]?.start() }
        await withDiscardingTaskGroup { group in
            for await process in launches { group.addTask { await process.run() } }
        }
    }

    /// Lets each plugin finish what is under way, within ``PluginLimits/stop``, and refuses everything new.
    package func stop() {
        for name in supervisors.keys.sorted() { supervisors[name]?.stop() }
        launchesIn.finish()
    }

    /// How each plugin is doing, by name.
    package func status() -> [PluginStatus] {
        supervisors.values.map(\.status).sorted { $0.name < $1.name }
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and good enough to shake a rest.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
