import ArgumentParser
import ControlAPI
import ControlServer
import DefinitionFiles
import Dispatch
import Glibc
import PluginHost
import SQLiteStore
import Synchronization
import Systemd
import TimerFD
import Varlink
import WorkflowEngine
import WorkflowLoading

@main
struct Jalond: ParsableCommand {
    private static let standardPeople = "/etc/jalon/people.yaml"

    static let configuration = CommandConfiguration(
        commandName: "jalond", abstract: "Runs contracts: knows their dates, tells people in time.",
        discussion: """
            Started by systemd as a rule. It keeps its cases in STATE/jalon.db, answers jalonctl on RUNTIME/control.sock, \
            reads workflows from *.yaml in the workflow folders and plugins from the folders below the plugin folders. \
            SIGHUP reads workflows again; SIGTERM and Ctrl-C stop it.

            Exit codes: 0 stopped, 2 wrong options, 7 bad settings, 8 the store cannot be used, 9 the socket cannot.
            """, version: Release.version, subcommands: [RestoreCommand.self])

    @Option(help: "Folder of the store and of the plugins' own files.")
    var state: String = "/var/lib/jalon"

    @Option(help: "Folder of the control socket, where systemd hands none over.")
    var runtime: String = "/run/jalon"

    @Option(help: "A folder of workflow files; may be given several times.")
    var workflows: [String] = ["/etc/jalon/workflows", "/usr/share/jalon/workflows"]

    @Option(help: "A folder of plugins; may be given several times.")
    var plugins: [String] = ["/usr/lib/jalon/plugins"]

    @Option(help: "The settings file. (default: /etc/jalon/jalond.yaml, where it is there)")
    var settings: String?

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let line = Array("jalond: \(message(for: error)); see jalond --help\n".utf8)
            _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            Glibc.exit(2)
        }
    }

    func run() throws {
        let log = ServiceLog()
        var settings = try readSettings(log)
        let lock: StateLock
        let store: SQLiteCaseStore
        do throws(StoreError) {
            lock = try StateLock(folder: state)
            store = try SQLiteCaseStore(path: "\(state)/jalon.db")
        } catch {
            log.write(.error, error.message)
            throw ExitCode(8)
        }
        if settings.people == nil, access(Self.standardPeople, F_OK) == 0 { settings.people = Self.standardPeople }
        // This thread only waits while the other one has it.
        let tasks = TaskQueue()
        nonisolated(unsafe) let daemon = Daemon(
            command: self, settings: settings, store: store, log: log, tasks: tasks)
        try tasks.run { try await daemon.run() }
        try store.close()
        withExtendedLifetime(lock) {}
    }

    private func readSettings(_ log: ServiceLog) throws -> Settings {
        let standard = "/etc/jalon/jalond.yaml"
        if settings == nil, access(standard, F_OK) != 0 { return Settings() }
        let file = readText(settings ?? standard)
        guard let text = file.text else {
            log.write(.error, "\(file.path): \(file.diagnostics.first?.message ?? "cannot be read")")
            throw ExitCode(7)
        }
        do throws(Settings.Problem) {
            return try Settings(text, file: file.path)
        } catch {
            log.write(.error, error.description)
            throw ExitCode(7)
        }
    }
}
