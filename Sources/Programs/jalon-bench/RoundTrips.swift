import ControlClient
import Glibc

/// W5: the status, asked on a kept connection and by `jalonctl` as a process.
struct RoundTrips {
    let programs: String

    func run() throws {
        let service = try ServiceUnderTest(programs: programs)
        try service.start()
        let client = service.client
        for _ in 0..<1_000 { _ = try client.status() }
        var trips: [Double] = []
        for _ in 0..<20_000 { trips.append(try seconds { _ = try client.status() } * 1e6) }
        Figure(workload: "W5", metric: "status-p50-microseconds", value: trips.quantile(0.5)).print()
        Figure(workload: "W5", metric: "status-p99-microseconds", value: trips.quantile(0.99)).print()
        var runs: [Double] = []
        for _ in 0..<51 { runs.append(try seconds { try jalonctl(service) } * 1000) }
        Figure(workload: "W5", metric: "jalonctl-status-p50-milliseconds", value: runs.quantile(0.5)).print()
    }

    /// Runs the program as a shell does. Foundation's `Process` would look only every 50 ms whether it has ended.
    private func jalonctl(_ service: ServiceUnderTest) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        let program = "\(programs)/jalonctl"
        let words = [program, "--socket", service.socketPath, "status"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        var status: Int32 = 0
        guard posix_spawn(&pid, program, &actions, nil, &arguments, environ) == 0, waitpid(pid, &status, 0) == pid,
            status == 0
        else { throw Unusable(description: "jalonctl status failed") }
    }
}
