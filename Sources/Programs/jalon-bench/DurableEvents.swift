import ControlAPI
import ControlClient
import Foundation

/// W1: 1,000 cases of a chart of ten steps with 1 KiB of data, each driven through its ten events.
struct DurableEvents {
    let programs: String

    private static let cases = 1_000
    private static let steps = 10

    private static let workflow: String = {
        let states = (0..<steps).map { "  s\($0): { on: { step: { to: s\($0 + 1), set: { count: event.n } } } }" }
        return """
            jalon: 1
            workflow: bench
            title: Ten steps
            time-zone: UTC
            parameters: { load: text }
            events: { step: { fields: { n: integer } } }
            data: { count: integer, kept: text }
            initial: s0
            states:
            \(states.joined(separator: "\n"))
              s\(steps): { type: final }

            """
    }()

    func run() throws {
        let service = try ServiceUnderTest(programs: programs, workflow: Self.workflow)
        try service.start()
        try start(service, prefix: "a", clients: 32)
        let alone = try drive(service, prefix: "a", clients: 1)
        Figure(workload: "W1", metric: "events-per-second", value: alone.rounded()).print()
        try start(service, prefix: "b", clients: 32)
        let together = try drive(service, prefix: "b", clients: 32)
        Figure(workload: "W1", metric: "events-per-second", clients: 32, value: together.rounded()).print()
        let rate = try start(service, prefix: "c", clients: 32)
        Figure(workload: "W1", metric: "starts-per-second", clients: 32, value: rate.rounded()).print()
        let stream = try stream(service, prefix: "c")
        Figure(workload: "W1", metric: "streamed-events-per-second", value: stream.rounded()).print()
        service.stop()

        let raw = try RawSQLite(copyOf: service.storePath).eventsPerSecond(limit: Self.cases * Self.steps)
        Figure(workload: "W1", system: "raw-sqlite", metric: "events-per-second", value: raw.rounded()).print()
        Figure(workload: "W1", metric: "ratio-to-raw", value: alone / raw).print()
        Figure(workload: "W1", metric: "ratio-to-raw", clients: 32, value: together / raw).print()
    }

    @discardableResult
    private func start(_ service: ServiceUnderTest, prefix: String, clients: Int) throws -> Double {
        let load = String(repeating: "0123456789abcdef", count: 64)
        let path = service.socketPath
        let elapsed = try seconds {
            try onThreads(clients) { number in
                let client = ControlClient(socketPath: path)
                for index in stride(from: number, to: Self.cases, by: clients) {
                    _ = try client.start(
                        StartParameters(
                            workflow: "bench", caseID: "\(prefix)-\(index)", parameters: ["load": .text(load)]))
                }
            }
        }
        return Double(Self.cases) / elapsed
    }

    private func drive(_ service: ServiceUnderTest, prefix: String, clients: Int) throws -> Double {
        let path = service.socketPath
        let elapsed = try seconds {
            try onThreads(clients) { number in
                let client = ControlClient(socketPath: path)
                for step in 0..<Self.steps {
                    for index in stride(from: number, to: Self.cases, by: clients) {
                        _ = try client.send(Self.event(prefix, index, step))
                    }
                }
            }
        }
        return Double(Self.cases * Self.steps) / elapsed
    }

    private func stream(_ service: ServiceUnderTest, prefix: String) throws -> Double {
        let client = service.client
        let events = (0..<Self.steps).flatMap { step in
            (0..<Self.cases).map { Self.event(prefix, $0, step) }
        }
        let elapsed = try seconds {
            for start in stride(from: 0, to: events.count, by: 2_000) {
                let reply = try client.send(many: SendManyParameters(events: Array(events[start..<start + 2_000])))
                guard reply.outcomes.allSatisfy({ $0.refusal == nil }) else {
                    throw Unusable(description: "an event of the stream was refused")
                }
            }
        }
        return Double(events.count) / elapsed
    }

    private static func event(_ prefix: String, _ index: Int, _ step: Int) -> SendParameters {
        SendParameters(caseID: "\(prefix)-\(index)", event: "step", fields: ["n": .number(String(step))])
    }
}
