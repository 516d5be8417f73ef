import CaseReplay
package import CivilTime
import Expressions
import WorkflowEngine
package import WorkflowLoading
import WorkflowModel

/// What a simulation does: cases of some workflows, and people who report facts to them.
package struct Workload: Sendable {
    package var texts: [String]
    package var environment: LoadingEnvironment
    package var cases: Int
    /// Facts that people report or try to, over all cases.
    package var facts: Int
    /// When the first case begins.
    package var start: Timestamp
    /// Events that are seldom reported, because they end everything.
    package var rareEvents: Set<String>

    /// Makes a workload.
    ///
    /// - Parameter start: In RFC 3339.
    package init(
        _ texts: [String], environment: LoadingEnvironment, cases: Int, facts: Int, from start: String,
        rareEvents: Set<String> = []
    ) {
        guard let start = Timestamp(rfc3339: start) else { preconditionFailure("'\(start)' is no instant") }
        self.texts = texts
        self.environment = environment
        self.cases = cases
        self.facts = facts
        self.start = start
        self.rareEvents = rareEvents
    }
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
        world = try SimulatedWorld(
            workload.texts, at: workload.start.rfc3339, environment: workload.environment)
        let workflows = world.source.readFiles().workflows.map(\.workflow)
        precondition(world.core.fileProblems.isEmpty, world.core.fileProblems.joined(separator: "\n"))
        let instants = (0..<workload.cases + workload.facts)
            .map { _ in workload.start + random.some(of: duration) }.sorted()
        var begun: [(id: String, workflow: Workflow, at: Timestamp)] = []
        for (number, instant) in instants.enumerated() {
            world.pass(to: instant)
            let left = workload.cases - begun.count
            let request: WriteRequest
            if begun.isEmpty || (left > 0 && random.below(instants.count - number) < 2 * left) {
                let workflow = random.one(of: workflows)
                let id = "\(workflow.name)-\(begun.count + 1)"
                begun.append((id, workflow, instant))
                request = .start(random.start(of: workflow, id: id, at: instant))
            } else {
                let (id, workflow, start) = random.one(of: begun)
                let isRare = random.once(in: 20)
                let accepted = ((try? world.core.events(id)) ?? []).filter(\.unmet.isEmpty).map(\.name)
                    .filter { isRare || !workload.rareEvents.contains($0) }
                request = .send(random.send(to: id, of: workflow, accepting: accepted, from: start, at: instant))
            }
            let reply = world.write([request])[0]
            world.settle()
            deeds.append(Deed(instant: instant, request: request, isAccepted: (try? reply.get()) != nil))
        }
        world.pass(to: workload.start + duration + rest)
    }
}

extension SeededGenerator {
    fileprivate mutating func start(of workflow: Workflow, id: String, at instant: Timestamp) -> StartRequest {
        let parties = workflow.parties.filter { _ in !once(in: 4) }.map { party in
            PlainValue.Member(name: party.name, value: .text(address()))
        }
        let began = once(in: 3) ? instant - some(of: .days(20)) : instant
        let parameters = workflow.parameters.filter { _ in once(in: 2) }.map { parameter in
            PlainValue.Member(name: parameter.name, value: value(of: parameter.type))
        }
        return StartRequest(
            workflow: workflow.name, caseID: id, parameters: parameters, parties: parties, occurredAt: began.rfc3339,
            author: 1000)
    }

    private mutating func address() -> String { one(of: ["anne", "ben", "chloe"]) + "@example.org" }

    fileprivate mutating func send(
        to id: String, of workflow: Workflow, accepting: [String], from start: Timestamp, at instant: Timestamp
    ) -> SendRequest {
        var request = SendRequest(caseID: id, event: "", occurredAt: instant.rfc3339, author: 1000)
        if once(in: 4) {
            // Entered late, sometimes before the case began.
            request.occurredAt = (instant - some(of: instant - start + .seconds(60))).rfc3339
        }
        switch below(10) {
        case 0 where !workflow.parties.isEmpty:
            request.event = "parties.set"
            request.fields = [.init(name: one(of: workflow.parties).name, value: .text(address()))]
        case 1 where !workflow.parameters.isEmpty:
            let parameter = one(of: workflow.parameters)
            request.event = "parameters.set"
            request.fields = [.init(name: parameter.name, value: value(of: parameter.type))]
        default:
            let isAccepted = !accepting.isEmpty && !once(in: 5)
            request.event = isAccepted ? one(of: accepting) : one(of: workflow.events).name
            for field in workflow.event(named: request.event)?.fields ?? [] where !field.isOptional || once(in: 2) {
                request.fields.append(.init(name: field.name, value: value(of: field.type)))
            }
        }
        return request
    }

    private mutating func value(of type: ValueType) -> PlainValue {
        switch type {
        case .bool: .boolean(once(in: 2))
        case .int: .number(String(1 + below(4)))
        case .decimal: .text("\(40 + below(60)).\(below(10))\(below(10))")
        case .money(let currency, _): .text("\(1 + below(90_000)).\(below(10))0 \(currency ?? "EUR")")
        case .date: .text("2025-0\(1 + below(9))-\(10 + below(18))")
        case .timestamp: .text("2025-0\(1 + below(9))-\(10 + below(18))T12:30")
        case .list: .list([])
        default: .text(one(of: ["A", "B", "C"]))
        }
    }
}
