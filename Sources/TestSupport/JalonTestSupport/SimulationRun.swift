import CivilTime
import SeededRandom
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
    private(set) var queues: [String: [Deed]] = [:]
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
    private var slownessEnds = Timestamp.earliest
    private var isUpgrading = false
    private var filesComeBack = Timestamp.earliest
    private var filesAreBroken = false
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
        source = workload.makeSource()
        for deed in script.deeds { queues[deed.caseID, default: []].append(deed) }
        for (_, fault) in Simulation.Faults.each where fault != .slowPlugins && simulation.faults.contains(fault) {
            for _ in 0..<1 + random.below(4) { plan.append((start + random.some(of: duration), fault)) }
        }
        plan.sort { $0.instant < $1.instant }
        store.beforeCommit = { [self] in
            if slownessEnds > now() { clock.pass(.seconds(random.below(120))) }
        }
        if let (commit, crash) = simulation.crash { store.crash(after: commit, crash) }
    }

    /// Runs one engine after the other until the end.
    func play() throws {
        while !isEnding {
            guard let core = try makeCore() else { continue }
            let engine = Engine(
                core, plugins: self, wakeSource: self, random: { [self] in jitter() }, heartbeat: { _ in })
            self.engine = engine
            pause = .zero
            engine.run {}
            self.engine = nil
            try close()
            clock.pass(pause)
        }
        report.commits = store.commits
        store.beforeCommit = {}
    }

    /// Starts a program; `nil` where it ends at once, and the service manager starts it again later.
    private func makeCore() throws -> EngineCore? {
        do throws(StoreError) {
            return try EngineCore(store: store, clock: self, source: source, settings: SimulatedWorld.settings)
        } catch {
            guard store.readRefusal != nil else { throw error }
            clock.pass(.seconds(100))
            strike()
            return nil
        }
    }

    /// What a start after this one finds: plugins are gone, and nobody knows what came of the last requests.
    private func close() throws {
        answers = []
        if store.hasCrashed {
            report.crashes += 1
            try store.restart()
            // A crash strikes at a commit, which may be the last one; the end is for a program that runs.
            let length = Duration.seconds(1 + random.below(simulation.faults.contains(.stops) ? 86_400 : 600))
            pause = max(.zero, min(length, end - now()))
        }
        if isUpgrading {
            isUpgrading = false
            try store.loseSnapshots()
        }
        // One that was dropped while it was on its way may be owed again after all.
        for row in try store.sound.outbox(of: nil, limit: .max)
        where row.isUnsettled && received[row.key] != nil {
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
        return try deed.isAccepted && store.sound.journal(of: deed.caseID).count == done - left + 1
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
            plan.first?.instant, answers.map(\.instant).min(), store.refusal == nil ? nil : roomComes,
            clockReturns?.instant,
            filesAreBroken ? filesComeBack : nil,
        ]
        return (deeds + others.compactMap(\.self)).min()
    }

    private func strike() {
        if roomComes <= now() {
            store.refusal = nil
            store.readRefusal = nil
        }
        if filesAreBroken, filesComeBack <= now() {
            filesAreBroken = false
            source.texts = workload.workflows.map(\.text)
            engine?.reload { _ in }
        }
        if let (instant, duration) = clockReturns, instant <= now() {
            clockReturns = nil
            clock.pass(.zero - duration)
        }
        while let (instant, fault) = plan.first, instant <= now() {
            plan.removeFirst()
            // What a clock in the future has brought forward does not happen after the faults' time.
            guard now() < faultsEnd else { continue }
            // The engine tries a store that fails every few seconds, so hours of that would make a run of turns alone.
            switch fault {
            case .crashes:
                store.crash(after: random.below(6), random.pick(FaultyStore.Crash.allCases))
            case .stops:
                report.stops += 1
                // Soon enough for everybody to be answered before the end.
                pause = min(random.some(of: .days(random.pick([1, 1, 30]))), faultsEnd + .days(10) - now())
                engine?.stop()
            case .clockJumps:
                let jump = random.some(of: .days(3)) * (random.once(in: 3) ? -1 : 1)
                clock.pass(jump)
                clockReturns = (now() + random.some(of: .hours(8)), jump)
            case .fullDisk:
                store.refusal = StoreError(.full, "memory: no room on the disk")
                roomComes = now() + .seconds(1) + random.some(of: .seconds(60 * random.pick([10, 10, 30, 90])))
            case .failingDisk:
                store.refusal = StoreError(.failed, "memory: the disk does not answer")
                store.readRefusal = store.refusal
                roomComes = now() + .seconds(1) + random.some(of: .seconds(1_200))
            case .slowDisk:
                slownessEnds = now() + random.some(of: .hours(9))
            case .upgrades:
                isUpgrading = true
                engine?.stop()
            case .brokenFiles:
                filesAreBroken = true
                source.texts = ["jalon: 1, and no more"]
                filesComeBack = now() + random.some(of: .hours(30))
                engine?.reload { _ in }
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
            ask(about: id)
            let asked = engine
            engine?.write(deed.request, soon: random.chance(50) ? { $0() } : nil) { [self] reply in
                guard engine === asked, !store.hasCrashed else { return }
                hear(reply, of: deed)
            }
        }
    }

    /// People look at things, which changes nothing.
    private func ask(about id: String) {
        switch random.below(12) {
        case 0: engine?.show(id, at: nil) { _ in }
        case 1: engine?.events(id) { _ in }
        case 2: engine?.history(id) { _ in }
        case 3: engine?.status { _ in }
        case 4: engine?.cases(after: nil, workflow: nil, limit: 100) { _ in }
        case 5: engine?.agenda(from: nil, until: nil, caseID: nil, at: nil, limit: 100) { _ in }
        default: break
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
        case .failure(let error) where error.code == .workflowNotFound && filesAreBroken:
            retries[id] = filesComeBack
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
        guard simulation.faults.contains(.slowPlugins), now() < faultsEnd else {
            return completion(.delivered(detail: ""))
        }
        let isLost = random.once(in: 8)
        if isLost { excused[key, default: 0] += 1 }
        let outcome: ActionOutcome = isLost ? .failedTemporarily(reason: "time is up") : .delivered(detail: "")
        let repeats = random.once(in: 8)
        answers.append(
            (
                now() + .seconds(random.below(300)), answers.count,
                {
                    completion(outcome)
                    if repeats { completion(.failedTemporarily(reason: "said again")) }
                }
            ))
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

extension OutboxRow {
    /// Whether nothing is settled about it for good.
    fileprivate var isUnsettled: Bool { state == .waiting || state == .obsolete && !isGathered }
}
