internal import CSpawn
import Glibc
import Synchronization

/// A program that runs in a process group of its own. Somebody has to ``reap()`` it.
final class ChildProcess: Sendable {
    /// What is run, and where.
    struct Command {
        /// The program's path.
        var program: String
        /// What follows the program's name.
        var arguments: [String]
        /// All of its environment.
        var environment: [String: String]
        /// The folder it runs in.
        var folder: String
    }

    /// Our ends of the pipes to its standard streams; reading and writing never keep a thread waiting.
    struct Streams {
        var input: Descriptor?
        var output: Descriptor?
        var errors: Descriptor?
    }

    /// How it ended.
    enum End {
        case exited(Int32)
        case killed(signal: Int32)
        /// The system does not say.
        case unknown
    }

    private let id: pid_t
    private let isReaped = Mutex(false)

    private init(id: pid_t) { self.id = id }

    /// Starts a program.
    ///
    /// - Throws: ``SystemRefusal``; then nothing runs and no descriptor stays open.
    static func start(_ command: Command) throws(SystemRefusal) -> (ChildProcess, Streams) {
        // In the order of their numbers: where the service itself has no standard streams, a pipe may get one of these
        // numbers, and then the end that moves first must be the one in the way of the others.
        let (input, output, errors) = (try Pipe(), try Pipe(), try Pipe())
        let streams = Streams(input: input.writing, output: output.reading, errors: errors.reading)
        for end in [input.writing, output.reading, errors.reading] { end.neverWait() }
        let child = ChildProcess(
            id: try spawn(command, given: [input.reading, output.writing, errors.writing]))
        return (child, streams)
    }

    /// Sends a signal to the whole group: to the process, or after its end to what it started and left.
    func signalGroup(_ signal: Int32) {
        // Once it is reaped the number may be another's.
        isReaped.withLock { if !$0 { _ = kill(-id, signal) } }
    }

    /// Keeps the thread until the process has ended.
    func waitForEnd() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }

    /// Lets go of the process, once it has ended, with all that the system remembers of it.
    func reap() -> End {
        isReaped.withLock { isReaped in
            isReaped = true
            var status: Int32 = 0
            while waitpid(id, &status, 0) != id {
                guard errno == EINTR else { return .unknown }
            }
            let signal = status & 0x7F
            return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
        }
    }

    private static func spawn(_ command: Command, given streams: [Descriptor]) throws(SystemRefusal) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var numbers = zip(streams, [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]).map {
            posix_spawn_file_actions_adddup2(&actions, $0.number, $1)
        }
        numbers.append(posix_spawn_file_actions_addchdir_np(&actions, command.folder))
        // Whatever a library may have opened without care.
        numbers.append(posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1))

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        numbers.append(posix_spawnattr_setflags(&attributes, Int16(flags)))
        numbers.append(posix_spawnattr_setpgroup(&attributes, 0))
        numbers.append(posix_spawnattr_setsigdefault(&attributes, &all))
        numbers.append(posix_spawnattr_setsigmask(&attributes, &none))

        var arguments = ([command.program] + command.arguments).map { strdup($0) } + [nil]
        var environment = command.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var id: pid_t = 0
        numbers.append(
            numbers.allSatisfy { $0 == 0 }
                ? posix_spawn(&id, command.program, &actions, &attributes, &arguments, &environment) : 0)
        try SystemRefusal.check(
            numbers.first { $0 != 0 } ?? 0, "\(command.program) cannot be run in \(command.folder)")
        return id
    }
}
