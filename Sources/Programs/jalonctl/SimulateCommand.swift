import ArgumentParser
import CaseReplay
import DefinitionFiles
import WorkflowLoading
import WorkflowModel

/// `jalonctl simulate`.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Tell a contract's whole life in advance: dates, messages, sums.",
        discussion: """
            Needs no service and sends nothing. Without --events, it tells what happens if nobody does anything. An \
            events file is YAML or JSON:

              start: 2021-09-01
              parameters: { offer: 120000 MAD }
              parties: { buyer: marches@example.org }
              events:
                - { at: 2021-09-20T10:00, event: consultation.offer.received, candidate: Atlas }

            After a case's id rather than a file, the service tells what happens to that case from now on, or to a child \
            of it, CASE/KIND/KEY; 'start', 'parameters' and 'parties' are what they are then.

            Where nobody says, the contract starts \(Simulation.foreword) days before its first written date and is \
            told until it is over, or 30 days after its last date.

            With --json, an object with 'workflow', 'title', 'language', 'zone', 'start', 'until', 'missing', \
            'happened' (each with 'at', 'kind', 'text', 'element', 'clause' and 'message') and 'end' ('status', \
            'fault', 'states', 'dates', 'data', 'accepts').
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The workflow file, or a case that runs.", valueName: "file"))
    var file: String

    @Option(name: .long, help: ArgumentHelp("What is supposed to happen.", valueName: "file"))
    var events: String?

    @Option(name: .long, help: ArgumentHelp("A parameter's value; may be repeated.", valueName: "name=value"))
    var set: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("A party's address; may be repeated.", valueName: "name=address"))
    var party: [Assignment] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Move all written dates by as many days, so that this date falls on that day.", valueName: "date=day"))
    var rebase: [Assignment] = []

    @Option(name: .long, help: ArgumentHelp("When the contract starts.", valueName: "time"))
    var start: String?

    @Option(name: .long, help: ArgumentHelp("How far to go; a day is included.", valueName: "time"))
    var until: String?

    @Flag(name: .long, help: "The messages' full text.")
    var messages = false

    func run() throws {
        if !isFile { return try runCase() }
        let definition = DefinitionFiles(zones: .ofEnvironment()).workflow(at: file)
        guard let workflow = definition.workflow else {
            throw Failure.badFile(file, definition.diagnostics, asJSON: options.json) { definition.rendered($0) }
        }
        let simulation = try Simulation(
            of: workflow, scenario(workflow),
            shiftDays: Assignment.only(rebase, "--rebase").map { rebase throws(Failure) in
                try fitting("--rebase") { () throws(TypeProblem) in
                    try workflow.shiftDays(rebasing: rebase.name, to: rebase.value)
                }
            } ?? 0)
        if options.json {
            try printJSON(SimulationReport(simulation))
        } else {
            print(SimulationText(simulation: simulation, hasMessages: messages, style: .ofOutput).rendered())
        }
        if simulation.end.fault != nil { throw ExitCode(Failure.Kind.other.rawValue) }
    }

    /// A case's id has no slash and that of a child two or more, and no file of its name lies about.
    private var isFile: Bool {
        file.hasPrefix("/") || file.hasPrefix(".") || file.hasSuffix(".yaml") || file.split(separator: "/").count == 2
            || readText(file).text != nil
    }

    /// What the events file supposes, with what the command line says beside it.
    private func scenario(_ workflow: Workflow) throws -> Scenario {
        let start = try start.map { text throws(Failure) in try instant(text, "--start", in: workflow.zone) }
        var scenario = Scenario(start: start)
        if let events {
            let read = readText(events)
            let (found, diagnostics) =
                read.text.map { ScenarioReader.read($0, file: events, for: workflow, start: start) }
                ?? (Scenario(), read.diagnostics)
            guard diagnostics.isEmpty else {
                throw Failure.badFile(events, diagnostics, asJSON: options.json) { $0.rendered(source: read.shown) }
            }
            scenario = found
        }
        for (name, value) in try Assignment.byName(set, "--set").sorted(by: { $0.key < $1.key }) {
            scenario.parameters.append(
                try fitting("--set") { () throws(TypeProblem) in
                    try workflow.parameterValue(.init(name: name, value: .text(value)))
                })
        }
        for (name, value) in try Assignment.byName(party, "--party").sorted(by: { $0.key < $1.key }) {
            scenario.parties.append(
                try fitting("--party") { () throws(TypeProblem) in
                    try workflow.partyBinding(.init(name: name, value: .text(value)))
                })
        }
        if let until {
            try checkTime(until, "--until")
            scenario.until = Position(readableByPeople: until, zone: workflow.zone, includesDay: true)
        }
        return scenario
    }

    private func fitting<Value>(
        _ option: String, _ body: () throws(TypeProblem) -> Value
    ) throws(Failure) -> Value {
        do throws(TypeProblem) { return try body() } catch { throw .usage("\(option): \(error.description)") }
    }
}
