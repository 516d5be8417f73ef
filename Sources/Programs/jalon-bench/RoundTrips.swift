import ControlClient
import Foundation

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

    private func jalonctl(_ service: ServiceUnderTest) throws {
        let process = Process()
        process.executableURL = URL(filePath: "\(programs)/jalonctl")
        process.arguments = ["--socket", service.socketPath, "status"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unusable(description: "jalonctl status failed") }
    }
}
