import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

/// An expression of the workflow that could not be computed.
struct HostFailure: Error {
    /// For people.
    let message: String
    /// How it is told, where that is not that a computation failed.
    let told: Occurrence.Kind?

    init(_ message: String, told: Occurrence.Kind? = nil) {
        self.message = message
        self.told = told
    }
}

extension Run: StatechartHost {
    mutating func holds(
        _ guardID: GuardID, event: ChartEvent<Value>?, in configuration: Configuration
    ) throws(HostFailure) -> Bool {
        let condition = workflow.guards[Int(guardID.rawValue)]
        guard condition.neededParameters.allSatisfy({ current.parameters[$0] != nil }),
            condition.neededParties.allSatisfy({ current.addresses[$0] != nil })
        else { return false }
        guard let expression = condition.condition else { return true }
        current.configuration = configuration
        payload = event?.payload ?? .null
        return try boolean(expression)
    }

    mutating func run(
        _ action: ActionID, event: ChartEvent<Value>?, in configuration: Configuration,
        raising queue: inout InternalQueue<Value>
    ) throws(HostFailure) {
        let block = workflow.actions[Int(action.rawValue)]
        current.configuration = configuration
        payload = event?.payload ?? .null
        for action in block.actions { try perform(action, of: block, raising: &queue) }
    }

    mutating func didEnter(_ state: StateIndex) {
        let index = Int(state.rawValue)
        current.serial += 1
        current.entered[index] = moment
        current.entrySerials[index] = current.serial
        note(.entered(state))
        if let anchor = workflow.anchorStates.firstIndex(of: state) {
            current.entryAnchors[anchor] = moment
            resolveDates()
        }
        freshStates.append(state)
    }

    mutating func didExit(_ state: StateIndex) {
        current.entered[Int(state.rawValue)] = nil
        current.entrySerials[Int(state.rawValue)] = 0
        note(.exited(state))
    }

    func doneData(of state: StateIndex) -> Value? { nil }

    mutating func failurePayload(_ failure: HostFailure) -> Value? {
        note(failure.told ?? .failure(failure.message))
        return .map(ValueMap([(.string("message"), .string(failure.message))]))
    }

    // MARK: Actions

    private mutating func perform(
        _ action: Action, of block: ActionBlock, raising queue: inout InternalQueue<Value>
    ) throws(HostFailure) {
        switch action {
        case .set(let index, let expression):
            current.data[index] = try compute(expression)
            if workflow.datesUse(.data(index)) { resolveDates() }
        case .keep(let index):
            try keep(in: index)
            if workflow.datesUse(.data(index)) { resolveDates() }
        case .raise(let key, let name):
            _ = take(name)
            if let anchor = workflow.anchorEvents.firstIndex(where: { $0.name == name }) { happened(anchor) }
            queue.raise(ChartEvent(key: key, name: name, payload: nil))
        case .send(_, let name, let fields, let delay, let id):
            var entries: [(Value, Value)] = []
            for field in fields { entries.append((.string(field.name), try compute(field.value))) }
            current.serial += 1
            current.pending.append(
                PendingEvent(
                    serial: current.serial, position: delay?.duration.map { Position(now + $0, .strictDues) } ?? moment,
                    name: name,
                    payload: .map(ValueMap(entries)), id: id))
        case .cancel(let id):
            current.pending.removeAll { $0.id == id }
        case .choose(let branches, let otherwise):
            for branch in branches where holds(branch.condition, raising: &queue) {
                for action in branch.actions { try perform(action, of: block, raising: &queue) }
                return
            }
            for action in otherwise { try perform(action, of: block, raising: &queue) }
        case .notify(let notification):
            try notify(notification)
        case .open(let index):
            try open(index)
        case .tell(let name, let fields):
            var entries: [(Value, Value)] = []
            for field in fields { entries.append((.string(field.name), try compute(field.value))) }
            told.append(Told(name: name, payload: .map(ValueMap(entries))))
        }
    }

    /// Whether the condition of a choice holds. One that cannot be computed does not, and the chart hears of it (SCXML 1.0,
    /// 5.9.1).
    private mutating func holds(_ condition: CheckedExpression, raising queue: inout InternalQueue<Value>) -> Bool {
        do throws(HostFailure) {
            return try boolean(condition)
        } catch {
            let name = Statechart.failureName
            queue.raise(
                ChartEvent(key: workflow.chart.key(for: name), name: name, payload: failurePayload(error)))
            return false
        }
    }

    /// Adds the event's payload to a list, or merges it into the row that has the same key.
    private mutating func keep(in index: Int) throws(HostFailure) {
        let item = workflow.data[index]
        guard case .list(var rows) = current.data[index], case .map(let row) = payload else {
            let name = item.title ?? item.name
            throw HostFailure(
                workflow.language == .french
                    ? "« \(name) » garde ce que porte un événement, et celui-ci ne porte rien"
                    : "'\(name)' keeps what an event carries, and this event carries nothing")
        }
        if let key = item.key, let place = rows.firstIndex(where: { $0.field(key) == row[key] }),
            case .map(let known) = rows[place]
        {
            rows[place] = .map(row.entries.reduce(into: known) { $0[$1.key] = $1.value })
        } else {
            rows.append(.map(row))
        }
        current.data[index] = .list(rows)
    }

    // MARK: Messages

    private mutating func notify(_ notification: Notification) throws(HostFailure) {
        // A message that lacks a word is better than none: it leaves, and says what is not known and why.
        var causes: [String] = []
        let subject = words(notification.subject, missing: &causes)
        var body = notification.body.map { words($0, missing: &causes) } ?? ""
        for cause in causes { note(.failure(cause)) }
        if !causes.isEmpty {
            let unknown = workflow.language == .french ? "Non connu : " : "Not known: "
            body = ([body] + causes.map { unknown + $0 }).filter { !$0.isEmpty }.joined(separator: "\n\n")
        }
        for recipient in notification.recipients {
            note(
                .message(
                    Message(
                        element: notification.element, version: "\(now.rfc3339)#\(fingerprint(subject + "\n" + body))",
                        recipient: recipient, address: current.addresses[recipient], instant: now, state: nil,
                        clause: notification.clause, content: .notification(subject: subject, body: body))))
        }
    }

    mutating func remind(_ ladder: Ladder, _ rung: Rung) {
        guard let date = current.dates[ladder.date] else { return }
        // A repeated rung is another message each time, so its own day is part of the version.
        let repetition: String =
            if case .every = rung.moment { "@\(workflow.zone.civil(at: now).date)" } else { "" }
        let state = workflow.states[Int(ladder.state.rawValue)]
        let named = workflow.dates[ladder.date]
        for recipient in rung.recipients {
            note(
                .message(
                    Message(
                        element: "\(state.path):\(named.name)/\(rung.name)",
                        version: "\(date.day)\(date.time.map { "T\($0)" } ?? "")\(repetition)",
                        recipient: recipient, address: current.addresses[recipient], instant: now, state: ladder.state,
                        clause: ladder.clause ?? named.clause,
                        content: .reminder(date: ladder.date, resolved: date, rung: rung))))
        }
    }

    /// A text of which parts may be unknown; why each is, once.
    private func words(_ text: MessageText, missing causes: inout [String]) -> String {
        var words = ""
        for part in text.parts {
            switch part {
            case .text(let text): words += text
            case .expression(let expression):
                do throws(HostFailure) {
                    words += try self.words(of: expression)
                } catch {
                    if !causes.contains(error.message) { causes.append(error.message) }
                    if words.last?.isWhitespace == false { words += " " }
                    words += workflow.language == .french ? "(non connu)" : "(not known)"
                }
            }
        }
        return words
    }

    func words(_ text: MessageText) throws(HostFailure) -> String {
        var words = ""
        for part in text.parts {
            switch part {
            case .text(let text): words += text
            case .expression(let expression):
                words += try self.words(of: expression)
            }
        }
        return words
    }

    /// A value in a text. To expressions a date is a day; people are told its hour too, where it has one.
    private func words(of expression: CheckedExpression) throws(HostFailure) -> String {
        let value = try compute(expression)
        if case .date(let day) = value, expression.variables.count == 1,
            case .date(let index) = expression.variables[0],
            expression.expression.source.allSatisfy({ $0.isLetter || $0.isNumber || "_. ".contains($0) }),
            let date = current.dates[index], date.day == day, let time = date.time
        {
            return CivilDateTime(date: day, time: time).words(in: workflow.language)
        }
        return value.words(in: workflow.language, zone: workflow.zone)
    }

    // MARK: Expressions

    private func boolean(_ expression: CheckedExpression) throws(HostFailure) -> Bool {
        guard case .bool(let holds) = try compute(expression) else {
            let source = expression.expression.source
            throw HostFailure(
                workflow.language == .french
                    ? "'\(source)' ne vaut ni oui ni non" : "'\(source)' is neither true nor false")
        }
        return holds
    }

    func compute(_ expression: CheckedExpression) throws(HostFailure) -> Value {
        do {
            return try evaluate(expression)
        } catch {
            throw HostFailure(cause(of: error, in: expression))
        }
    }

    /// Why an expression has no value, for people: what is missing, by its title where it has one.
    ///
    /// - Parameter title: What the expression computes.
    private func cause(of error: EvaluationError, in checked: CheckedExpression, called title: String? = nil) -> String
    {
        let french = workflow.language == .french
        let whole = title.map { french ? "« \($0) » ne peut pas être calculé : " : "'\($0)' cannot be computed: " }
        guard let slot = error.variable.flatMap({ checked.expression.variables.firstIndex(of: $0) }) else {
            let source = error.isForPeople ? "" : "'\(checked.expression.source)'\(workflow.language.colon)"
            return (whole ?? source) + error.words(in: workflow.language)
        }
        let reference = checked.variables[slot]
        if case .value(let index) = reference {
            let value = workflow.values[index]
            do throws(EvaluationError) {
                _ = try evaluate(value.expression)
            } catch {
                return cause(of: error, in: value.expression, called: value.title ?? title)
            }
        }
        let name = workflow.title(of: reference) ?? checked.expression.variables[slot]
        return (whole ?? "") + (french ? "« \(name) » n'est pas encore connu" : "'\(name)' is not known yet")
    }

    func evaluate(_ checked: CheckedExpression) throws(EvaluationError) -> Value {
        try evaluate(checked, ComputedValues())
    }

    private func evaluate(_ checked: CheckedExpression, _ computed: ComputedValues) throws(EvaluationError) -> Value {
        try checked.expression.evaluate { slot in
            let variable = checked.variables[slot]
            guard case .value(let index) = variable else { return value(of: variable) }
            if let known = computed.values[index] { return known }
            let value = try? evaluate(workflow.values[index].expression, computed)
            computed.values[index] = .some(value)
            return value
        }
    }

    /// What a name other than a computed value's stands for now; `nil` while it is unknown.
    func value(of variable: VariableReference) -> Value? {
        switch variable {
        case .parameter(let index): current.parameters[index]
        case .data(let index): current.data[index]
        case .value: nil
        case .date(let index): current.dates[index].map { .date($0.day) }
        case .cadence(let index, let count):
            workflow.count(count, of: index, in: current, at: moment).map { .int(Int64($0)) }
        case .event: payload
        case .now: .timestamp(CELTimestamp(now))
        case .today: .date(workflow.zone.day(of: moment))
        case .children(let kind): .list(current.children[kind].map(\.row))
        case .active: .list(current.configuration.active.map { .string(workflow.states[Int($0.rawValue)].path) })
        }
    }
}

/// Values computed for one expression: each once, however often the expressions name one another.
private final class ComputedValues {
    var values: [Int: Value?] = [:]
}

/// 64 bits that tell two texts apart (FNV-1a), as hexadecimal.
private func fingerprint(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
}

extension EvaluationError {
    /// What went wrong in a sentence of the contract's language.
    fileprivate func words(in language: Language) -> String {
        if isForPeople { return message }
        guard language == .french else { return description }
        return switch code {
        case .noSuchKey: "un champ ou une clé manque"
        case .outOfRange: "un rang ou une valeur est hors limites"
        case .divideByZero: "division par zéro"
        case .overflow: "un nombre est trop grand"
        case .invalidArgument: "une valeur est impossible"
        case .unboundVariable: "une valeur n'est pas encore connue"
        case .moneyMismatch: "les montants n'ont pas la même devise ou la même base (HT, TTC)"
        case .costExceeded: "le calcul est trop long"
        case .noSuchOverload, .unknownFunction: "les valeurs ne vont pas ensemble (\(message))"
        }
    }
}

extension Value {
    /// The field of a row; `nil` where it is missing or this is no row.
    func field(_ name: String) -> Value? {
        if case .map(let map) = self { map[name] } else { nil }
    }
}
