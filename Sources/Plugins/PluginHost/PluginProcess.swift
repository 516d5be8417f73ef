import FoundationEssentials
import Glibc
import PluginAPI

/// One process of a plugin, from its start until it and all it started are gone.
struct PluginProcess: Sendable {
    /// Sets the limits of a process before it becomes the plugin; a start by the system's own call has no way to.
    private static let limiter = "/usr/bin/prlimit"

    private let supervisor: PluginSupervisor
    private let link: PluginLink

    /// Makes a process that is not started yet, and the host's end of it.
    static func make(for supervisor: PluginSupervisor, generation: Int) -> (PluginProcess, PluginLink) {
        let link = PluginLink(generation: generation, longest: supervisor.limits.messagesUnread)
        return (PluginProcess(supervisor: supervisor, link: link), link)
    }

    /// Runs the process and tells the supervisor what it says and how it ended.
    ///
    /// All of it is done on a thread of the process's own: a plugin that floods the host has nobody else wait.
    func run() async {
        let end = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(SystemRefusal) {
                    try startThread { continuation.resume(returning: runToEnd()) }
                } catch {
                    continuation.resume(returning: ("could not be started: \(error)", false))
                }
            }
        } onCancel: {
            link.leave()
        }
        supervisor.ended(end.how, wasClean: end.wasClean, generation: link.generation)
    }

    private func runToEnd() -> (how: String, wasClean: Bool) {
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
        do throws(SystemRefusal) {
            return try converse(executable)
        } catch {
            return ("could not be started: \(error)", false)
        }
    }

    private func converse(_ executable: String) throws(SystemRefusal) -> (how: String, wasClean: Bool) {
        let bell = try Pipe()
        for end in [bell.reading, bell.writing] { end.neverWait() }
        let (child, streams) = try ChildProcess.start(
            ChildProcess.Command(
                program: Self.limiter, arguments: arguments(executable), environment: environment,
                folder: supervisor.installation.stateFolder))
        link.ring(bell.writing)
        defer { link.ring(nil) }
        do throws(SystemRefusal) {
            try startThread { [link] in
                child.waitForEnd()
                link.ended()
            }
        } catch {
            child.signalGroup(SIGKILL)
            _ = child.reap()
            throw error
        }
        var conversation = PluginConversation(supervisor, with: child, by: streams, link: link, bell: bell.reading)
        let words = conversation.run().map { "; its last words: \($0)" } ?? ""
        switch child.reap() {
        case .exited(0): return ("ended", true)
        case .exited(let code): return ("ended with exit code \(code)\(words)", false)
        case .killed(let signal): return ("was ended by signal \(signal)\(words)", false)
        case .unknown: return ("ended, and the system does not say how\(words)", false)
        }
    }

    private func arguments(_ executable: String) -> [String] {
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

    private var environment: [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
            "JALON_PLUGIN_NAME": supervisor.installation.manifest.name,
        ]
    }
}
