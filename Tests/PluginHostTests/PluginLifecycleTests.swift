import PluginAPI
import SeededRandom
import Testing

@testable import PluginHost
import WorkflowEngine

/// The host's side of the protocol against random plugins: its laws, by seed.
struct PluginLifecycleTests {
    @Test("every call gets one outcome, no more calls run than may, and no deadline passes unseen", arguments: 0..<100)
    func laws(seed: UInt64) throws {
        var world = try RandomPlugin(seed: seed)
        for _ in 0..<1000 { try world.step() }
        try world.stop()
        #expect(world.asked == Set(world.outcomes.keys), "seed \(seed)")
        #expect(world.outcomes.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        #expect(world.started > 0 && (world.delivered > 0 || world.isHostile), "seed \(seed): the world did nothing")
    }

    @Test("rests double up to the longest, shaken between half and whole", arguments: 1...40)
    func rests(failures: Int) {
        var random = SeededGenerator(seed: UInt64(failures))
        let backoff = Backoff(first: .seconds(1), longest: .seconds(300))
        let whole = Duration.seconds(failures > 9 ? 300 : min(300, 1 << (failures - 1)))
        for _ in 0..<50 {
            let rest = backoff.rest(afterFailures: failures, random: &random)
            #expect(rest >= whole / 2 && rest <= whole)
        }
    }

    @Test("an allowance gives its burst, then so many a second")
    func allowance() {
        var allowance = Allowance(perSecond: 10, burst: 5, now: .zero)
        let milliseconds = [0, 0, 0, 0, 0, 0, 100, 100] + Array(repeating: 60_000, count: 6)
        let taken = milliseconds.map { allowance.take(now: .milliseconds($0)) }
        #expect(
            taken.map { $0 ? "yes" : "no" }.joined(separator: " ")
                == "yes yes yes yes yes no yes no yes yes yes yes yes no")
    }

    @Test("lines are the same however the bytes arrive", arguments: 0..<50)
    func lines(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<500).map { _ in UInt8.random(in: 8...13, using: &random) }
        let expected = bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast().map { line in
            LineSplitter.Line(bytes: Array(line.prefix(7)), isCut: line.count > 7)
        }
        var splitter = LineSplitter(longest: 7)
        var rest = bytes[...]
        var lines: [LineSplitter.Line] = []
        while !rest.isEmpty {
            let part = Array(rest.prefix(Int.random(in: 1...20, using: &random)))
            lines += part.withUnsafeBytes { splitter.take($0) }
            rest = rest.dropFirst(part.count)
        }
        if lines.count > expected.count { lines.removeLast() }  // the cut beginning of the last, unended one
        #expect(lines == expected, "seed \(seed)")
    }
}

/// A plugin, its process and its callers, all at random, around the lifecycle that is tested.
private struct RandomPlugin {
    let seed: UInt64
    /// Whether the process does more wrong than right.
    var isHostile: Bool { seed % 4 == 0 }
    var random: SeededGenerator
    var now = Duration.seconds(5)
    var lifecycle: PluginLifecycle
    var generation: Int?
    var isKilled = false
    var requests: [Int64] = []
    var events: [MessageID] = []
    var asked: Set<Int> = []
    var outcomes: [Int: Int] = [:]
    var started = 0
    var delivered = 0

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        let manifest = PluginManifest(
            name: "random", summary: "Random.",
            actions: [
                "do": ActionDeclaration(isRepeatable: seed % 2 == 0), "wait": ActionDeclaration(isRepeatable: true),
            ],
            events: seed % 3 == 0 ? ["e": EventDeclaration()] : [:], concurrency: Int(seed % 5) + 1)
        let installation = try PluginInstallation(
            folder: "/x", manifest: manifest, settings: [:], secrets: [:], stateFolder: "/y")
        var limits = PluginLimits()
        limits.callsWaiting = 8
        lifecycle = PluginLifecycle(installation, limits: limits, random: SeededGenerator(seed: seed), now: now)
        lifecycle.timePassed(now: now)
        try settle()
    }

    mutating func step() throws {
        if Int.random(in: 0..<3, using: &random) == 0 {
            pass(
                .milliseconds(
                    Int.random(in: 0...(isHostile || random.next() % 16 == 0 ? 40_000 : 2000), using: &random)))
        }
        switch Int.random(in: 0..<(isHostile || random.next() % 16 == 0 ? 12 : 8), using: &random) {
        case 0...3:
            let token = asked.count
            asked.insert(token)
            let action = Bool.random(using: &random) ? "do" : "wait"
            let call = ActionCall(key: "\(token)", plugin: "random", action: action, input: [])
            lifecycle.take(call, input: [:], token: token, now: now)
        case 4...5: speak()
        case 6: if isKilled, let generation { end(generation, "was ended by signal 9", clean: false) }
        case 8...9: if let generation { end(generation, "ended", clean: Bool.random(using: &random)) }
        case 7:
            if let id = events.popLast() {
                let refusal: String? = Bool.random(using: &random) ? nil : "no"
                lifecycle.eventAnswered(id, refusal: refusal, generation: generation ?? 1)
            }
        default: lifecycle.inputIsFull(generation: Int.random(in: 0...1, using: &random), now: now)
        }
        try settle()
    }

    mutating func speak() {
        guard let generation else { return }
        let message: PluginMessage
        switch Int.random(in: (isHostile || random.next() % 16 == 0 ? 0 : 2)..<20, using: &random) {
        case 0: message = .notUnderstood("it lied")
        case 1: message = .executed(id: 10_000, .success(.delivered("?")))
        case 2:
            message = .emit(
                id: .integer(Int64.random(in: 0..<9, using: &random)), EmitParameters(event: "e", key: "k", data: [:]))
        case 3, 4, 5, 6:
            message = .initialized(.success(InitializeResult(actions: ["do", "wait"])))
            if lifecycle.phase != .starting { return }
        default:
            guard !requests.isEmpty else { return }
            let id = requests.remove(at: Int.random(in: 0..<requests.count, using: &random))
            message = .executed(id: id, .success(.delivered("done")))
        }
        lifecycle.receive(message, bytes: 100, generation: generation, now: now)
    }

    mutating func end(_ generation: Int, _ how: String, clean: Bool) {
        self.generation = nil
        lifecycle.ended(how, wasClean: clean, generation: generation, now: now)
    }

    /// Lets time pass, stopping at each deadline on the way.
    mutating func pass(_ duration: Duration) {
        let until = now + duration
        for _ in 0..<1000 {
            guard let next = lifecycle.nextDeadline, next <= until else { break }
            #expect(next >= now, "seed \(seed): a deadline was not seen to")
            now = next
            lifecycle.timePassed(now: now)
            #expect(lifecycle.nextDeadline ?? .seconds(1_000_000) > now, "seed \(seed): a deadline stays")
        }
        now = until
    }

    /// Does what the lifecycle asks for.
    mutating func settle() throws {
        while let effect = lifecycle.nextEffect() {
            switch effect {
            case .start(let generation):
                #expect(self.generation == nil, "seed \(seed): two processes at once")
                self.generation = generation
                isKilled = false
                started += 1
                requests = []
                events = []
            case .send(let line):
                let text = String(decoding: line, as: UTF8.self)
                if text.contains("action/execute") { requests.append(try #require(lifecycle.running.keys.max())) }
            case .complete(let token, let outcome):
                outcomes[token, default: 0] += 1
                if case .delivered = outcome { delivered += 1 }
            case .kill: isKilled = true
            case .deliver(_, let id, _): events.append(id)
            case .closeInput, .log: break
            }
        }
        #expect(lifecycle.running.count <= lifecycle.manifest.concurrency, "seed \(seed)")
        #expect(lifecycle.waiting.count <= lifecycle.limits.callsWaiting, "seed \(seed)")
    }

    mutating func stop() throws {
        lifecycle.stop(now: now)
        try settle()
        pass(lifecycle.limits.stop)
        try settle()
        if let generation {
            #expect(isKilled || lifecycle.phase == .stopping, "seed \(seed): nobody ends the process")
            end(generation, "ended", clean: true)
        }
        try settle()
        #expect(generation == nil && lifecycle.phase == .resting, "seed \(seed)")
    }
}
