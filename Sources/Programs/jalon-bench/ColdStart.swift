/// W4: start on an empty store, memory and wake-ups while nothing happens.
struct ColdStart {
    let programs: String

    private static let idleSeconds = 20.0

    func run() throws {
        let service = try ServiceUnderTest(programs: programs)
        var starts: [Double] = []
        for _ in 0..<7 {
            try service.start()
            starts.append(service.startSeconds * 1000)
            service.stop()
        }
        Figure(workload: "W4", metric: "start-to-ready-milliseconds", value: starts.quantile(0.5)).print()
        try service.start()
        // What the start leaves to do is over after a moment, and threads that did it are gone.
        waitSeconds(8)
        let wakeUps = service.wakeUps(inSeconds: Self.idleSeconds)
        Figure(workload: "W4", metric: "idle-resident-mebibytes", value: service.residentMebibytes).print()
        Figure(workload: "W4", metric: "wake-ups-in-20-seconds", value: Double(wakeUps)).print()
    }
}
