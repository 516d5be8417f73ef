import CivilTime
import ControlAPI
import ControlClient
import DefinitionFiles
import Foundation
import Glibc
import People
import SQLiteStore
import Synchronization
import WorkflowEngine
import WorkflowLoading
import WorkflowModel

/// W3: a store of very many cases, many due at one instant, and how late dues are taken.
struct ManyCases {
    let programs: String
    let largest: Int

    func run() throws {
        for count in Set([min(100_000, largest), largest]).sorted() { try load(count) }
        try dueAtOnce(10_000)
        try lateness(perSecond: 100, seconds: 30)
    }

    // MARK: Many cases

    private static let yearly = """
        jalon: 1
        workflow: bench
        title: A day of the year
        time-zone: UTC
        parameters: { day: date }
        dates: { due: { is: day } }
        initial: waiting
        states:
          waiting: { remind: none, at: { due: done } }
          done: { type: final }

        """

    private func load(_ count: Int) throws {
        let service = try ServiceUnderTest(programs: programs, workflow: Self.yearly)
        let today = TimeZoneRules.utc.civil(at: WallClock().now()).date
        let elapsed = try seconds {
            try Seeder(service).start(count) { index in
                StartRequest(
                    workflow: "bench", caseID: "case-\(index)",
                    parameters: [.init(name: "day", value: .text(today.adding(days: 1 + index * 7 % 364).description))],
                    author: 0)
            }
        }
        print("inserts-per-second", of: count, (Double(count) / elapsed).rounded())
        let attributes = try FileManager.default.attributesOfItem(atPath: service.storePath)
        print("file-mebibytes", of: count, (Double((attributes[.size] as? Int) ?? 0) / 1_048_576).rounded())
        try service.start()
        print("start-to-ready-milliseconds", of: count, service.startSeconds * 1000)
        let status = try service.client.status()
        guard status.cases.running == count else {
            throw Unusable(description: "\(status.cases.running) cases of \(count) run")
        }
        print("resident-mebibytes", of: count, service.residentMebibytes)
        let backup = BackupParameters(file: "\(service.folder)/backup.db")
        try measure("backup", of: count, service) { _ = try $0.backup(backup) }
        try measure("verify", of: count, service) { _ = try $0.verify(VerifyParameters()) }
    }

    /// How long a piece of upkeep takes, and how long others wait for an answer meanwhile.
    private func measure(
        _ name: String, of count: Int, _ service: ServiceUnderTest,
        _ work: @escaping @Sendable (ControlClient) throws -> Void
    ) throws {
        let path = service.socketPath
        let elapsed = Mutex<Double?>(nil)
        let longest = Mutex(0.0)
        try onThreads(2) { number in
            let client = ControlClient(socketPath: path, timeout: nil)
            if number == 0 {
                let taken = try seconds { try work(client) }
                elapsed.withLock { $0 = taken }
            } else {
                while elapsed.withLock(\.self) == nil {
                    let taken = try seconds { _ = try client.status() }
                    longest.withLock { $0 = max($0, taken) }
                    waitSeconds(0.001)
                }
            }
        }
        print("\(name)-seconds", of: count, elapsed.withLock(\.self) ?? 0)
        print("longest-status-milliseconds-during-\(name)", of: count, longest.withLock(\.self) * 1000)
    }

    private func print(_ metric: String, of count: Int, _ value: Double) {
        Figure(workload: "W3", metric: "\(metric):\(count)-cases", value: value).print()
    }

    // MARK: Dues

    /// Every case is due so long after its start.
    private static func alarm(after seconds: Int) -> String {
        """
        jalon: 1
        workflow: bench
        title: An alarm
        time-zone: UTC
        initial: waiting
        states:
          waiting: { after: { \(seconds) seconds: done } }
          done: { type: final }

        """
    }

    private func dueAtOnce(_ count: Int) throws {
        let wait = 20
        let service = try ServiceUnderTest(programs: programs, workflow: Self.alarm(after: wait))
        let start = WallClock().now()
        try Seeder(service).start(count) { index in
            StartRequest(workflow: "bench", caseID: "case-\(index)", occurredAt: start.rfc3339, author: 0)
        }
        try service.start()
        let due = start + .seconds(wait)
        guard WallClock().now() < due else { throw Unusable(description: "seeding took longer than \(wait) s") }
        let client = service.client
        while try client.status().cases.running > 0 {
            guard WallClock().now() < due + .seconds(60) else {
                throw Unusable(description: "dues are still not taken")
            }
            waitSeconds(0.002)
        }
        Figure(
            workload: "W3", metric: "milliseconds-until-all-taken:\(count)-dues",
            value: Double((WallClock().now() - due).components.attoseconds) / 1e15
                + Double((WallClock().now() - due).components.seconds) * 1000
        ).print()
    }

    private func lateness(perSecond: Int, seconds: Int) throws {
        let wait = seconds + 15
        let count = perSecond * seconds
        let service = try ServiceUnderTest(programs: programs, workflow: Self.alarm(after: wait))
        // The first was started long ago, and the last just now; each is due a moment after the one before.
        let first = WallClock().now() + .seconds(-seconds)
        let spacing = 1_000_000 / perSecond
        let starts = (0..<count).map { Timestamp(microseconds: first.microseconds + Int64($0 * spacing)) }
        try Seeder(service).start(count) { index in
            StartRequest(workflow: "bench", caseID: "case-\(index)", occurredAt: starts[index].rfc3339, author: 0)
        }
        try service.start()
        var late: [Double] = []
        struct Enough: Error {}
        do {
            try service.client.watch(nil) { caseID, happened in
                guard happened.kind == "over", let index = caseID.split(separator: "-").last.flatMap({ Int($0) }) else {
                    return
                }
                let lateness = WallClock().now().microseconds - starts[index].microseconds - Int64(wait) * 1_000_000
                late.append(Double(lateness) / 1000)
                if late.count == count { throw Enough() }
            }
        } catch is Enough {}
        Figure(workload: "W3", metric: "lateness-p50-milliseconds", value: late.quantile(0.5)).print()
        Figure(workload: "W3", metric: "lateness-p99-milliseconds", value: late.quantile(0.99)).print()
    }
}

/// Fills a service's store before the service starts, with its own engine and store.
private final class Seeder {
    private let store: SQLiteCaseStore
    private let core: EngineCore

    init(_ service: ServiceUnderTest) throws {
        store = try SQLiteCaseStore(path: service.storePath)
        core = try EngineCore(
            store: store, clock: WallClock(), source: OneFolder("\(service.folder)/workflows"),
            settings: EngineSettings(messagePlugin: "none", version: "bench", storeName: service.storePath))
    }

    func start(_ count: Int, _ request: (Int) -> StartRequest) throws {
        var refused: EngineError?
        for first in stride(from: 0, to: count, by: 2_000) {
            _ = core.turn(
                (first..<min(first + 2_000, count)).map { index in
                    (WriteRequest.start(request(index)), { if case .failure(let error) = $0 { refused = error } })
                })
            if let refused { throw Unusable(description: refused.message) }
        }
        try store.close()
    }
}

/// The workflows of one folder.
private final class OneFolder: WorkflowSource {
    private let folder: String
    private let files = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder))

    init(_ folder: String) { self.folder = folder }

    var zoneDataVersion: String { files.zones.version }

    func readFiles() -> (workflows: [LoadedWorkflow], problems: [String]) {
        let read = fileNames(in: folder).map { files.workflow(at: "\(folder)/\($0)") }
        let workflows = read.compactMap { file in
            file.workflow.map {
                LoadedWorkflow(
                    workflow: $0, digest: JournalCoding.digest(of: file.definition), text: file.definition,
                    file: file.path)
            }
        }
        return (workflows, read.flatMap(\.diagnostics).filter { $0.severity == .error }.map(\.message))
    }

    func readPeople() -> (directory: Directory?, problems: [String]) { (Directory(), []) }

    func compile(_ definition: StoredDefinition) -> WorkflowModel.Workflow? {
        files.workflow(pinned: definition.text, name: definition.name, folder: folder)
    }
}

/// The system's wall clock.
struct WallClock: WorkflowEngine.Clock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}

/// Lets time pass, which is what is measured here.
func waitSeconds(_ seconds: Double) {
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + seconds)
}
