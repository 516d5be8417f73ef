import StatechartKernel

/// The chart of a conformance case, with the conditions and blocks that its host runs.
struct SampleChart {
    private(set) var description = ChartDescription(initial: InitialDescription(targets: []), states: [])
    private(set) var guards: [JSONValue] = []
    private(set) var blocks: [[JSONValue]] = []
    let data: [String: JSONValue]

    init(_ chart: JSONValue) throws {
        if case .object(let members) = chart["data"] { data = members } else { data = [:] }
        description.initial = initial(chart["initial"]) ?? InitialDescription(targets: [])
        description.states = try list(chart["states"]).map { try state($0) }
    }

    private mutating func state(_ json: JSONValue) throws -> StateDescription {
        let kind: StateKind
        switch json["kind"]?.text {
        case "atomic": kind = .atomic
        case "compound": kind = .compound
        case "parallel": kind = .parallel
        case "final": kind = .final
        case "history": kind = json["history"]?.text == "deep" ? .deepHistory : .shallowHistory
        default: throw SampleError(reason: "unknown kind \(String(describing: json["kind"]))")
        }
        var state = StateDescription(
            id: json["id"]?.text ?? "", kind: kind, initial: initial(json["initial"] ?? json["default"]),
            entry: block(json["entry"]), exit: block(json["exit"]))
        for (place, written) in list(json["on"]).enumerated() {
            var transition = transition(written)
            if let delay = written["after_ms"] {
                let timer = "after.\(state.id).\(place)"
                transition.events = [timer]
                let send = ["send": .string(timer), "id": .string(timer), "delay_ms": delay] as [String: JSONValue]
                state.entry += block(.array([.object(send)]))
                state.exit += block(.array([.object(["cancel": .string(timer)])]))
            }
            state.transitions.append(transition)
        }
        state.children = try list(json["states"]).map { try self.state($0) }
        return state
    }

    private mutating func transition(_ json: JSONValue) -> TransitionDescription {
        TransitionDescription(
            events: texts(json["events"]), guardID: json["cond"].map { guardID($0) }, targets: texts(json["targets"]),
            isInternal: json["type"]?.text == "internal", actions: block(json["do"]))
    }

    private mutating func initial(_ json: JSONValue?) -> InitialDescription? {
        json.map { InitialDescription(targets: texts($0["targets"]), actions: block($0["do"])) }
    }

    private mutating func guardID(_ json: JSONValue) -> GuardID {
        guards.append(json)
        return GuardID(rawValue: Int32(guards.count - 1))
    }

    private mutating func block(_ json: JSONValue?) -> [ActionID] {
        if list(json).isEmpty { return [] }
        blocks.append(list(json))
        return [ActionID(rawValue: Int32(blocks.count - 1))]
    }

    private func list(_ json: JSONValue?) -> [JSONValue] { json?.elements ?? [] }
    private func texts(_ json: JSONValue?) -> [String] { list(json).compactMap(\.text) }
}

/// A case, or an expression in it, that cannot be understood.
struct SampleError: Error {
    let reason: String
}
