import CaseReplay
package import CivilTime
import Expressions
package import People
import SeededRandom
package import WorkflowEngine
package import WorkflowLoading
import WorkflowModel

/// What a simulation does: cases of some workflows, and people who report facts to them.
package struct Workload: Sendable {
    package var workflows: [LoadedWorkflow]
    package var environment: LoadingEnvironment
    /// Who people are.
    package var directory = Directory()
    package var cases: Int
    /// Facts that people report or try to, over all cases.
    package var facts: Int
    /// When the first case begins.
    package var start: Timestamp
    /// Events that are seldom reported, because they end everything.
    package var rareEvents: Set<String> = []

    /// Makes a workload.
    package init(
        _ workflows: [LoadedWorkflow], environment: LoadingEnvironment, cases: Int, facts: Int, from start: Timestamp
    ) {
        self.workflows = workflows
        self.environment = environment
        self.cases = cases
        self.facts = facts
        self.start = start
    }

    /// Where an engine reads the workflows.
    func makeSource() -> TextWorkflows { TextWorkflows(workflows, directory: directory, environment: environment) }
}

/// Something a person asks for at an instant, and what an engine without faults answers.
struct Deed {
    var instant: Timestamp
    var request: WriteRequest
    var isAccepted: Bool

    var caseID: String {
        switch request {
        case .start(let start): start.caseID ?? ""
        case .send(let send): send.caseID
        case .correct(let correct): correct.caseID
        case .apply: ""
        case .decide: preconditionFailure("nobody decides about messages here")
        }
    }
}

/// A workload made concrete, by playing it to an engine without faults.
struct Script {
    var deeds: [Deed] = []
    /// The engine without faults, at ``end``.
    var world: SimulatedWorld

    /// - Parameters:
    ///   - duration: In which all deeds happen.
    ///   - rest: Time after them in which nobody does anything.
    init(_ workload: Workload, seed: UInt64, duration: Duration, rest: Duration) throws {
        var random = SeededGenerator(seed: seed)
        world = try SimulatedWorld(workload.makeSource(), at: workload.start)
        let workflows = workload.workflows.map(\.workflow)
        var addresses = ["anne@example.org", "ben@example.org", "chloe@example.org"]
        addresses +=
            workload.directory.roles.map { "role:\($0.name)" } + workload.directory.organs.map { "organ:\($0.name)" }
        addresses += workload.directory.people.map { "person:\($0.id)" }
        let instants = (0..<workload.cases + workload.facts)
            .map { _ in workload.start + random.some(of: duration) }.sorted()
        var begun: [(id: String, workflow: Workflow, at: Timestamp)] = []
        for (number, instant) in instants.enumerated() {
            world.pass(to: instant)
            let left = workload.cases - begun.count
            let request: WriteRequest
            if begun.isEmpty || (left > 0 && random.below(instants.count - number) < 2 * left) {
                let workflow = random.pick(workflows)
                let id = "\(workflow.name)-\(begun.count + 1)"
                begun.append((id, workflow, instant))
                request = .start(random.start(of: workflow, id: id, at: instant, addresses: addresses))
            } else {
                let (id, workflow, start) = random.pick(begun)
                let isRare = random.once(in: 20)
                let accepted = ((try? world.core.events(id)) ?? []).filter(\.unmet.isEmpty).map(\.name)
                    .filter { isRare || !workload.rareEvents.contains($0) }
                request = .send(
                    random.send(
                        to: id, of: workflow, accepting: accepted, from: start, at: instant, addresses: addresses))
            }
            let reply = world.write([request])[0]
            world.settle()
            deeds.append(Deed(instant: instant, request: request, isAccepted: (try? reply.get()) != nil))
        }
        world.pass(to: workload.start + duration + rest)
    }
}

extension SeededGenerator {
    fileprivate mutating func start(
        of workflow: Workflow, id: String, at instant: Timestamp, addresses: [String]
    ) -> StartRequest {
        let parties = workflow.parties.filter { _ in !once(in: 4) }.map { party in
            PlainValue.Member(name: party.name, value: .text(pick(addresses)))
        }
        let began = once(in: 3) ? instant - some(of: .days(20)) : instant
        let parameters = workflow.parameters.filter { _ in once(in: 2) }.map { parameter in
            PlainValue.Member(name: parameter.name, value: value(of: parameter.type, near: instant))
        }
        return StartRequest(
            workflow: workflow.name, caseID: id, parameters: parameters, parties: parties, occurredAt: began.rfc3339,
            author: 1000)
    }

    fileprivate mutating func send(
        to id: String, of workflow: Workflow, accepting: [String], from start: Timestamp, at instant: Timestamp,
        addresses: [String]
    ) -> SendRequest {
        var request = SendRequest(caseID: id, event: "", occurredAt: instant.rfc3339, author: 1000)
        if once(in: 4) {
            // Entered late, sometimes before the case began.
            request.occurredAt = (instant - some(of: instant - start + .seconds(60))).rfc3339
        }
        switch below(10) {
        case 0 where !workflow.parties.isEmpty:
            request.event = "parties.set"
            request.fields = [.init(name: pick(workflow.parties).name, value: .text(pick(addresses)))]
        case 1 where !workflow.parameters.isEmpty:
            let parameter = pick(workflow.parameters)
            request.event = "parameters.set"
            request.fields = [.init(name: parameter.name, value: value(of: parameter.type, near: instant))]
        default:
            let isAccepted = !accepting.isEmpty && !once(in: 5)
            request.event = isAccepted ? pick(accepting) : pick(workflow.events.map(\.name) + ["unheard.of"])
            let (path, name) = ChildPath.split(request.event) ?? (ChildPath(), request.event)
            let own = workflow.definition(at: path) ?? workflow
            if !path.isEmpty, once(in: 6) { return tell(request, path, of: own, near: instant, addresses) }
            for field in own.event(named: name)?.fields ?? [] where !field.isOptional || once(in: 2) {
                request.fields.append(.init(name: field.name, value: value(of: field.type, near: instant)))
            }
        }
        return request
    }

    /// Names a party of a child, or gives it a value, whatever it follows.
    private mutating func tell(
        _ request: SendRequest, _ path: ChildPath, of workflow: Workflow, near instant: Timestamp, _ addresses: [String]
    ) -> SendRequest {
        var request = request
        if !workflow.parameters.isEmpty, once(in: 3) {
            let parameter = pick(workflow.parameters)
            request.event = path.name("parameters.set")
            request.fields = [
                .init(name: parameter.name, value: value(of: parameter.type, near: instant))
            ]
        } else {
            request.event = path.name("parties.set")
            request.fields = [.init(name: pick(workflow.parties).name, value: .text(pick(addresses)))]
        }
        return request
    }

    private mutating func value(of type: ValueType, near instant: Timestamp) -> PlainValue {
        func near() -> Timestamp { instant - .days(20) + some(of: .days(60)) }
        return switch type {
        case .bool: .boolean(once(in: 2))
        case .int: .number(String(1 + below(4)))
        case .decimal: .text("\(40 + below(60)).\(below(10))\(below(10))")
        case .money(let currency, _): .text("\(1 + below(90_000)).\(below(10))0 \(currency ?? "EUR")")
        case .date: .text("\(TimeZoneRules.utc.civil(at: near()).date)")
        case .timestamp: .text(near().rfc3339)
        case .list: .list([])
        default: .text(pick(["A", "B", "C"]))
        }
    }
}
