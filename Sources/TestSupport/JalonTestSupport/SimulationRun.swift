import CivilTime
import WorkflowEngine

/// One run of a simulation: the clock, the plugins and the wake-up of the engine that it drives.
///
/// Everything happens on the thread that calls ``play()``: the engine's loop runs there, and whenever it waits, the
/// world goes on.
final class SimulationRun: @unchecked Sendable {
    let script: Script
    let store: FaultyStore
    var report = Simulation.Report()
    let end: Timestamp
    let workload: Workload
    private let simulation: Simulation
    private let faultsEnd: Timestamp
    private var random: SeededGenerator
    private let clock: VirtualClock
    private let source: TextWorkflows

    // The engine that runs, if one does.
    private var engine: Engine?
    private var isWoken = false
    private var isEnding = false
    private var restlessWaits = 0
    private var pause = Duration.zero

    // People.
    /// By case, deeds that are still to be done, in order.
    private var queues: [String: [Deed]] = [:]
    /// Cases that wait for an answer.
    private var asking: Set<String> = []
    /// Cases whose last deed failed, and when it is tried again.
    private var retries: [String: Timestamp] = [:]

    // Plugins.
    private var answers: [(instant: Timestamp, number: Int, answer: () -> Void)] = []
    private var deathEnds = Timestamp.earliest
    /// How often somebody got the message of a key, and how often faults excuse that.
    private(set) var received: [String: Int] = [:]
    private(set) var excused: [String: Int] = [:]

    // Faults.
    private var plan: [(instant: Timestamp, fault: Simulation.Faults)] = []
    private var roomComes = Timestamp.earliest
    private var clockReturns: (instant: Timestamp, by: Duration)?

    init(_ simulation: Simulation, _ script: Script, duration: Duration, rest: Duration) throws {
        self.simulation = simulation
        workload = simulation.workload
        self.script = script
        store = try simulation.makeStore()
        random = SeededGenerator(seed: simulation.seed ^ 0x5EED)
        let start = workload.start
        clock = VirtualClock(start)
        faultsEnd = start + duration
        end = start + duration + rest
        source = TextWorkflows(workload.texts, environment: workload.environment)
        for deed in script.deeds { queues[deed.caseID, default: []].append(deed) }
        for fault in [Simulation.Faults.crashes, .stops, .clockJumps, .fullDisk, .deadPlugins]
        where simulation.faults.contains(fault) {
            for _ in 0..<1 + random.below(4) { plan.append((start + random.some(of: duration), fault)) }
        }
        plan.sort { $0.instant < $1.instant }
        if let (commit, crash) = simulation.crash { store.crash(after: commit, crash) }
    }

    /// Runs one engine after the other until the end.
    func play() throws {
        while !isEnding {
            let core = try EngineCore(store: store, clock: self, source: source, settings: SimulatedWorld.settings)
            let engine = Engine(core, plugins: self, wakeSource: self, random: { [self] in jitter() }, heartbeat: { _ in })
            self.engine = engine
            pause = .zero
            engine.run {}
            self.engine = nil
            try close()
            clock.pass(pause)
        }
        report.commits = store.commits
    }

    /// What a start after this one finds: plugins are gone, and nobody knows what came of the last requests.
    private func close() throws {
        answers = []
        if store.hasCrashed {
            report.crashes += 1
            try store.restart()
            pause = .seconds(1 + random.below(simulation.faults.contains(.stops) ? 86_400 : 600))
        }
        for row in try store.outbox(of: nil, limit: .max) where row.state == .waiting && received[row.key] != nil {
            excused[row.key, default: 0] += 1
        }
        asking = []
        for (id, queue) in queues {
            guard let deed = queue.first else { continue }
            // Whoever got no answer looks at what the case says.
            if try isRecorded(deed) { queues[id]?.removeFirst() }
        }
    }

    /// True if the deed is the case's next row of the journal.
    private func isRecorded(_ deed: Deed) throws -> Bool {
        let done = script.deeds.filter { $0.caseID == deed.caseID && $0.isAccepted }.count
        let left = (queues[deed.caseID] ?? []).count { $0.isAccepted }
        return try deed.isAccepted && store.journal(of: deed.caseID).count == done - left + 1
    }

    private func jitter() -> Double { Double(random.below(1000)) / 1000 }

    // MARK: The world goes on

    /// Lets the next thing happen: time passes up to it, or none at all.
    private func goOn(until wanted: Timestamp?) {
        if store.hasCrashed {
            clock.pass(.seconds(20))
            engine?.stop()
            return
        }
        if let wanted, wanted <= now() {
            restlessWaits += 1
            guard restlessWaits < 20 else {
                if !isEnding {
                    report.violations.append("at \(now()) the engine does not rest: it asks to be woken at \(wanted)")
                }
                isEnding = true
                clock.pass(.seconds(20))
                engine?.stop()
                return
            }
        } else {
            restlessWaits = 0
        }
        let next = [wanted, nextEvent(), isEnding ? nil : end].compactMap(\.self).min() ?? now()
        if next > now() { clock.set(to: next) }
        if now() >= end, !isEnding, answers.isEmpty {
            isEnding = true
            engine?.stop()
            return
        }
        strike()
        act()
        answer()
    }

    private func nextEvent() -> Timestamp? {
        let deeds = queues.compactMap { id, queue -> Timestamp? in
            guard let deed = queue.first, !asking.contains(id) else { return nil }
            return max(deed.instant, retries[id] ?? deed.instant)
        }
        let others = [
            plan.first?.instant, answers.map(\.instant).min(), roomComes > now() ? roomComes : nil, clockReturns?.instant,
        ]
        return (deeds + others.compactMap(\.self)).min()
    }

    private func strike() {
        if roomComes <= now() { store.refusal = nil }
        if let (instant, duration) = clockReturns, instant <= now() {
            clockReturns = nil
            clock.pass(.zero - duration)
        }
        while let (instant, fault) = plan.first, instant <= now() {
            plan.removeFirst()
            // What a clock in the future has brought forward does not happen after the faults' time.
            guard now() < faultsEnd else { continue }
            switch fault {
            case .crashes:
                store.crash(after: random.below(6), random.one(of: FaultyStore.Crash.allCases))
            case .stops:
                report.stops += 1
                pause = random.some(of: .days(random.one(of: [1, 1, 30])))
                engine?.stop()
            case .clockJumps:
                let jump = random.some(of: .days(3))
                clock.pass(jump)
                clockReturns = (now() + random.some(of: .hours(8)), jump)
            case .fullDisk:
                store.refusal = StoreError(.full, "memory: no room on the disk")
                roomComes = now() + random.some(of: .hours(30))
            default:
                deathEnds = now() + random.some(of: .hours(9))
            }
        }
    }

    // MARK: People

    private func act() {
        for id in queues.keys.sorted() {
            guard let deed = queues[id]?.first, !asking.contains(id), deed.instant <= now(),
                retries[id].map({ $0 <= now() }) ?? true
            else { continue }
            asking.insert(id)
            let asked = engine
            engine?.write(deed.request) { [self] reply in
                guard engine === asked, !store.hasCrashed else { return }
                hear(reply, of: deed)
            }
        }
    }

    private func hear(_ reply: Result<WriteReply, EngineError>, of deed: Deed) {
        let id = deed.caseID
        asking.remove(id)
        retries[id] = nil
        switch reply {
        case .success:
            if !deed.isAccepted { report.violations.append("\(id): \(deed.request) is accepted with faults only") }
        case .failure(let error) where [.storeFull, .storeFailed, .busy, .stopping].contains(error.code):
            retries[id] = now() + .seconds(60 + random.below(3600))
            return
        case .failure(let error):
            if deed.isAccepted {
                report.violations.append("\(id): \(deed.request) is refused with faults only: \(error)")
            }
        }
        queues[id]?.removeFirst()
    }

    // MARK: Plugins

    private func answer() {
        let ready = answers.filter { $0.instant <= now() }.sorted { ($0.instant, $0.number) < ($1.instant, $1.number) }
        answers.removeAll { $0.instant <= now() }
        for (_, _, answer) in ready { answer() }
    }

    private func perform(_ call: ActionCall, _ completion: @escaping @Sendable (ActionOutcome) -> Void) {
        let key = SimulatedPlugins.Letter(call).key
        guard deathEnds <= now() else {
            return completion(.pluginFailed(reason: "the plugin is dead", wasTried: false))
        }
        received[key, default: 0] += 1
        guard simulation.faults.contains(.slowPlugins), now() < faultsEnd else { return completion(.delivered(detail: "")) }
        let isLost = random.once(in: 8)
        if isLost { excused[key, default: 0] += 1 }
        let outcome: ActionOutcome = isLost ? .failedTemporarily(reason: "time is up") : .delivered(detail: "")
        let repeats = random.once(in: 8)
        answers.append((now() + .seconds(random.below(300)), answers.count, {
            completion(outcome)
            if repeats { completion(.failedTemporarily(reason: "said again")) }
        }))
    }
}

extension SimulationRun: Clock, WakeSource, PluginCaller {
    func now() -> Timestamp { clock.now() }

    func wait(until instant: Timestamp?) {
        if isWoken {
            isWoken = false
            return
        }
        goOn(until: instant)
    }

    func wake() { isWoken = true }

    func execute(_ call: ActionCall, completion: @escaping @Sendable (ActionOutcome) -> Void) {
        perform(call, completion)
    }
}
