import StatechartKernel

/// Runs the expressions and actions of a conformance case, with delayed events on a virtual clock.
struct SampleHost: StatechartHost {
    struct DelayedEvent {
        let due: Double
        let id: String?
        let event: ChartEvent<JSONValue>
    }

    let chart: Statechart
    let sample: SampleChart
    var data: [String: JSONValue]
    var now = 0.0
    /// In the order in which they fall due, then in which they were sent.
    var delayed: [DelayedEvent] = []
    var trace: [String] = []

    init(_ chart: Statechart, _ sample: SampleChart) {
        self.chart = chart
        self.sample = sample
        data = sample.data
    }

    mutating func holds(
        _ guardID: GuardID, event: ChartEvent<JSONValue>?, in configuration: Configuration
    ) throws(SampleError) -> Bool {
        try value(sample.guards[Int(guardID.rawValue)], event, configuration).isTrue
    }

    mutating func run(
        _ action: ActionID, event: ChartEvent<JSONValue>?, in configuration: Configuration,
        raising queue: inout InternalQueue<JSONValue>
    ) throws(SampleError) {
        try run(sample.blocks[Int(action.rawValue)], event, configuration, &queue)
    }

    private mutating func run(
        _ actions: [JSONValue], _ event: ChartEvent<JSONValue>?, _ configuration: Configuration,
        _ queue: inout InternalQueue<JSONValue>
    ) throws(SampleError) {
        for action in actions {
            if let name = action["raise"]?.text {
                queue.raise(self.event(name))
            } else if let name = action["send"]?.text {
                let payload = try action["data"].map { json throws(SampleError) in try value(json, event, configuration)
                }
                send(self.event(name, payload), id: action["id"]?.text, after: action["delay_ms"]?.number ?? 0)
            } else if let id = action["cancel"]?.text {
                delayed.removeAll { $0.id == id }
            } else if let name = action["assign"]?.text, let expression = action["expr"] {
                data[name] = try value(expression, event, configuration)
            } else if let condition = action["if"] {
                let branch = try value(condition, event, configuration).isTrue ? "then" : "else"
                try run(action[branch]?.elements ?? [], event, configuration, &queue)
            } else {
                throw SampleError(reason: "unknown action \(action)")
            }
        }
    }

    mutating func didEnter(_ state: StateIndex) { trace.append("+" + chart.id(of: state)) }
    mutating func didExit(_ state: StateIndex) { trace.append("-" + chart.id(of: state)) }
    mutating func doneData(of state: StateIndex) -> JSONValue? { nil }
    mutating func failurePayload(_ failure: SampleError) -> JSONValue? { .string(failure.reason) }

    func event(_ name: String, _ payload: JSONValue? = nil) -> ChartEvent<JSONValue> {
        ChartEvent(key: chart.key(for: name), name: name, payload: payload)
    }

    private mutating func send(_ event: ChartEvent<JSONValue>, id: String?, after delay: Double) {
        let due = now + delay
        let place = delayed.firstIndex { $0.due > due } ?? delayed.endIndex
        delayed.insert(DelayedEvent(due: due, id: id, event: event), at: place)
    }

    private func value(
        _ json: JSONValue, _ event: ChartEvent<JSONValue>?, _ configuration: Configuration
    ) throws(SampleError) -> JSONValue {
        guard let head = json.elements.first?.text else { throw SampleError(reason: "no expression: \(json)") }
        let operands = json.elements.dropFirst()
        func operand(_ place: Int) throws(SampleError) -> JSONValue {
            try value(json.elements[place], event, configuration)
        }
        switch head {
        case "lit": return json.elements[1]
        case "in":
            guard let id = json.elements[1].text, let state = chart.index(of: id) else {
                throw SampleError(reason: "unknown state \(json.elements[1])")
            }
            return .bool(configuration.contains(state))
        case "var":
            guard let name = json.elements[1].text, let value = data[name] else {
                throw SampleError(reason: "unknown variable \(json.elements[1])")
            }
            return value
        case "event":
            var value = JSONValue.object(["name": .string(event?.name ?? ""), "data": event?.payload ?? .null])
            for key in operands.compactMap(\.text) {
                guard let member = value[key] else { throw SampleError(reason: "the event has no '\(key)'") }
                value = member
            }
            return value
        case "not": return .bool(try !operand(1).isTrue)
        case "and": return try operand(1).isTrue ? .bool(try operand(2).isTrue) : .bool(false)
        case "or": return try operand(1).isTrue ? .bool(true) : .bool(try operand(2).isTrue)
        case "==": return .bool(try operand(1) == operand(2))
        case "!=": return .bool(try operand(1) != operand(2))
        default: return try SampleHost.combine(head, operand(1), operand(2))
        }
    }

    private static func combine(
        _ name: String, _ left: JSONValue, _ right: JSONValue
    ) throws(SampleError) -> JSONValue {
        if name == "+", let left = left.text, let right = right.text { return .string(left + right) }
        guard let first = left.number, let second = right.number else {
            throw SampleError(reason: "'\(name)' of \(left) and \(right)")
        }
        switch name {
        case "+": return .number(first + second)
        case "-": return .number(first - second)
        case "*": return .number(first * second)
        case "/": return .number(first / second)
        case "<": return .bool(first < second)
        case "<=": return .bool(first <= second)
        case ">": return .bool(first > second)
        case ">=": return .bool(first >= second)
        default: throw SampleError(reason: "unknown operator '\(name)'")
        }
    }
}
