import CivilTime
import DefinitionFiles
import People
import SeededRandom
import WorkflowEngine
package import WorkflowLoading
import WorkflowModel

/// The contracts that simulations are made of: some that hold every construct, those that ship, and random ones.
package struct SimulatedContracts: Sendable {
    /// The zones of this machine, and the calendars and library files that ship.
    package let environment: LoadingEnvironment
    private let constructs: [LoadedWorkflow]
    /// Each with when to begin: before its first literal date.
    private let shipped: [(workflow: LoadedWorkflow, start: Timestamp)]

    /// Loads the contracts.
    ///
    /// - Parameters:
    ///   - folder: Of the workflows that ship, with their calendars.
    ///   - zones: A folder of TZif files.
    package init(workflows folder: String, zones: String = ZoneFiles.systemFolder) {
        let files = DefinitionFiles(zones: ZoneFiles(folder: zones))
        environment = files.environment(for: folder)
        constructs = Self.load([Self.report, Self.rounds, Self.orders], environment)
        shipped = fileNames(in: folder).filter { $0.hasSuffix(".yaml") }.compactMap { name in
            let file = files.workflow(at: "\(folder)/\(name)")
            guard let workflow = file.workflow else { return nil }
            let loaded = LoadedWorkflow(
                workflow: workflow, digest: JournalCoding.digest(of: file.definition), text: file.definition, file: name
            )
            return (loaded, Self.start(of: workflow))
        }
    }

    private static func load(_ texts: [String], _ environment: LoadingEnvironment) -> [LoadedWorkflow] {
        let (workflows, problems) = TextWorkflows(texts, environment: environment).readFiles()
        precondition(problems.isEmpty, problems.joined(separator: "\n"))
        return workflows
    }

    /// Two weeks before the first day that the workflow names.
    private static func start(of workflow: Workflow) -> Timestamp {
        let days = workflow.dates.compactMap { date -> CivilDate? in
            if case .literal(let day, _) = date.source { day } else { nil }
        }
        guard let first = days.min() else { return instant("2025-02-20T08:00:00Z") }
        return instant("\(first)T08:00:00Z") - .days(14)
    }

    private static func instant(_ text: String) -> Timestamp {
        guard let instant = Timestamp(rfc3339: text) else { preconditionFailure("'\(text)' is no instant") }
        return instant
    }

    // MARK: Workloads

    /// Contracts that hold every construct: reminders, silence that accepts, delayed events, two things at a time, child
    /// cases, clocks, cadences.
    package func everyConstruct(cases: Int, facts: Int) -> Workload {
        Workload(
            constructs, environment: environment, cases: cases, facts: facts, from: Self.instant("2025-02-20T08:00:00Z")
        )
    }

    /// Contracts that ship, all of one workflow; by a number, of which any will do.
    package func shipped(_ number: Int, cases: Int, facts: Int) -> Workload {
        let (workflow, start) = shipped[number % shipped.count]
        var workload = Workload([workflow], environment: environment, cases: cases, facts: facts, from: start)
        workload.rareEvents = ["consultation.abandoned", "contract.terminated"]
        return workload
    }

    /// Contracts that make no sense, of a chart drawn by seed.
    ///
    /// - Parameter levels: Of child cases; with two, a chart that goes round may take seconds.
    package func random(seed: UInt64, levels: Int, cases: Int, facts: Int) -> Workload {
        Workload(
            Self.load([RandomWorkflow(seed: seed, levels: levels).text], environment), environment: environment,
            cases: cases, facts: facts, from: Self.instant("2021-02-01T08:00:00Z"))
    }

    // MARK: Drawing

    /// A simulation of which everything follows from the seed: contracts, people, faults and how long it lasts.
    package func simulation(
        seed: UInt64, makeStore: @escaping () throws -> FaultyStore = { FaultyStore(InMemoryStore()) }
    ) -> (simulation: Simulation, duration: Duration) {
        var random = SeededGenerator(seed: seed ^ 0xFA_017)
        let (cases, facts) = (1 + random.below(4), 3 + random.below(25))
        var workload =
            switch random.below(10) {
            case 0...3: everyConstruct(cases: cases, facts: facts)
            case 4...6: shipped(random.below(100), cases: cases, facts: facts)
            default:
                self.random(
                    seed: seed, levels: random.once(in: 12) ? random.once(in: 8) ? 2 : 1 : 0, cases: cases, facts: facts
                )
            }
        if random.chance(50) { workload.directory = Self.people(workload.start) }
        // Faults that are left out let the others reach further.
        var faults: Simulation.Faults = []
        for (_, fault) in Simulation.Faults.each where random.chance(50) { faults.insert(fault) }
        return (Simulation(seed: seed, workload, faults: faults, makeStore: makeStore), .days(10 + random.below(90)))
    }

    /// Roles that change hands and an organ, by the names of the parties of contracts.
    private static func people(_ start: Timestamp) -> Directory {
        let change = TimeZoneRules.utc.civil(at: start + .days(30)).date
        let people = ["amina", "ben", "chloe"].map { Person(id: $0, name: $0, address: "\($0)@example.net") }
        return Directory(
            people: people,
            roles: [
                Role(
                    name: "buyer",
                    holders: [
                        Mandate(person: "amina", term: Term(until: change)),
                        Mandate(person: "ben", term: Term(from: change)),
                    ])
            ],
            organs: [
                Organ(
                    name: "committee", title: "Committee",
                    seats: [
                        Seat(holders: [Mandate(person: "amina")], isChair: true),
                        Seat(holders: [Mandate(person: "chloe")]),
                    ])
            ])
    }
}
