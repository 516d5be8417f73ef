import ControlAPI
import ControlClient
import Foundation
import Glibc
import Synchronization
import Testing

/// The built service, killed without warning again and again while people and plugins work with it.
@Suite("The built service under SIGKILL", .serialized)
struct KillTests {
    /// Numbers that people have sent, each once.
    private struct Tally {
        var next = 1
        /// With the case that took them.
        var acknowledged: [Int: String] = [:]
        var sent: Set<Int> = []
    }

    @Test("what was acknowledged is kept once and told once, whenever the service is killed")
    func kills() throws {
        let rounds = ProcessInfo.processInfo.environment["JALON_KILLS"].flatMap { Int($0) } ?? 5
        let jalon = try NotesContract.install()
        try jalon.start()
        let tally = Mutex(Tally())
        var cases: [String] = []
        for round in 0..<rounds {
            let client = ControlClient(socketPath: jalon.socket)
            cases.append(try client.start(StartParameters(workflow: "notes", caseID: "notes-\(round)")).caseID)
            let process = try #require(jalon.daemon)
            strike(process, within: 1_000...60_000)
            // Two send one by one, the third many at a time, until the service is gone.
            let (caseID, socket) = (cases[round], jalon.socket)
            DispatchQueue.concurrentPerform(iterations: 3) { number in
                Self.send(number == 2 ? 20 : 1, to: caseID, at: socket, tally)
            }
            process.waitUntilExit()
            if round % 4 == 3 {
                let starting = try jalon.launch()
                strike(starting, within: 1_000...60_000)
                starting.waitUntilExit()
            }
            #expect(try jalon.start() == nil, "round \(round): \(jalon.logged)")
        }
        let told = try NotesContract.told(of: cases, at: jalon.socket)
        let delivered = NotesContract.delivered(by: jalon)
        let (acknowledged, sent) = tally.withLock { ($0.acknowledged, $0.sent) }
        for (number, caseID) in acknowledged {
            #expect(told[caseID]?[number] == 1, "\(number) was acknowledged and is gone")
            #expect(delivered[number] == 1, "\(number) was told \(delivered[number] ?? 0) times")
        }
        let kept = told.values.flatMap(\.keys)
        #expect(Set(kept).isSubset(of: sent) && Set(kept).count == kept.count)
        #expect(delivered.allSatisfy { $0.value == 1 } && Set(delivered.keys) == Set(kept))
        #expect(acknowledged.count > rounds, "the service was killed before it had done anything")
        for caseID in cases { #expect(try jalon.ctl("history", caseID).status == 0) }
        #expect(jalon.stop() == 0)
        print("\(rounds) kills: \(sent.count) events sent, \(acknowledged.count) acknowledged, \(kept.count) kept")
    }

    /// Kills a process at some moment from now, in microseconds.
    private func strike(_ process: Process, within moments: ClosedRange<Int>) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(.random(in: moments))) {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// Sends numbers until the service does not answer any more, so many in a call.
    private static func send(_ count: Int, to caseID: String, at socket: String, _ tally: borrowing Mutex<Tally>) {
        let client = ControlClient(socketPath: socket)
        // As many as one page of the outbox shows.
        for _ in 0..<(count == 1 ? 300 : 20) {
            let numbers = tally.withLock { tally in
                defer { tally.next += count }
                let numbers = tally.next..<tally.next + count
                tally.sent.formUnion(numbers)
                return numbers
            }
            let events = numbers.map { NotesContract.event($0, in: caseID) }
            let taken =
                events.count == 1
                ? (try? client.send(events[0])).map { _ in [true] }
                : (try? client.send(many: SendManyParameters(events: events)))?.outcomes.map { $0.sequence != nil }
            guard let taken else { return }
            tally.withLock { tally in
                for (number, isTaken) in zip(numbers, taken) where isTaken { tally.acknowledged[number] = caseID }
            }
        }
    }
}
