import CaseReplay
import CivilTime
import Expressions
import WorkflowModel

extension JournalCoding {
    static func members(of correction: Correction, _ workflow: Workflow) -> [PlainValue.Member] {
        var members: [PlainValue.Member] = [
            .init(name: "kind", value: .text("corrected")),
            .init(name: "corrects", value: .number(String(correction.entry))),
            .init(name: "reason", value: .text(correction.reason)),
        ]
        if !correction.child.isEmpty { members.append(.init(name: "child", value: .text("\(correction.child)"))) }
        if correction.isWithdrawal { members.append(.init(name: "withdrawn", value: .boolean(true))) }
        if let event = correction.event, !correction.fields.isEmpty {
            members += [
                .init(name: "event", value: .text(event)),
                .init(name: "fields", value: PlainValue(.map(correction.fields))),
            ]
        }
        if let instant = correction.occurredAt { members.append(.init(name: "to", value: .text(instant.rfc3339))) }
        if !correction.parameters.isEmpty {
            members.append(.init(name: "parameters", value: object(correction.parameters, workflow)))
        }
        if !correction.parties.isEmpty {
            members.append(.init(name: "parties", value: object(correction.parties, workflow)))
        }
        if let days = correction.shiftDays { members.append(.init(name: "shift-days", value: .number(String(days)))) }
        return members
    }

    static func members(of amendment: Amendment) -> [PlainValue.Member] {
        [
            .init(name: "kind", value: .text("amended")), .init(name: "from", value: .text(amendment.from)),
            .init(name: "reason", value: .text(amendment.reason)), .init(name: "to", value: .text(amendment.to)),
        ]
    }

    /// `nil` where a member is missing, or is not what the workflow, of the child where it is about one, has under that
    /// name.
    static func correction(
        _ members: [PlainValue.Member], of child: ChildPath, _ workflow: Workflow
    ) -> Correction? {
        guard case .number(let digits) = members.value("corrects"), let entry = Int(digits),
            case .text(let reason) = members.value("reason")
        else { return nil }
        var correction = Correction(
            entry: entry, isWithdrawal: members.value("withdrawn") == .boolean(true), reason: reason)
        correction.child = child
        if let fields = members.value("fields") {
            guard case .text(let event) = members.value("event"), let declaration = workflow.event(named: event),
                let read = try? declaration.corrected(fields, zone: workflow.zone)
            else { return nil }
            (correction.event, correction.fields) = (event, read)
        }
        if let to = members.value("to") {
            guard case .text(let text) = to, let instant = Timestamp(rfc3339: text) else { return nil }
            correction.occurredAt = instant
        }
        if let plain = members.value("parameters") {
            guard let values = parameters(plain, workflow) else { return nil }
            correction.parameters = values
        }
        if let plain = members.value("parties") {
            guard let bindings = parties(plain, workflow) else { return nil }
            correction.parties = bindings
        }
        if let shift = members.value("shift-days") {
            guard case .number(let digits) = shift, let days = Int(digits) else { return nil }
            correction.shiftDays = days
        }
        return correction
    }

    static func amendment(_ members: [PlainValue.Member]) -> Amendment? {
        guard case .text(let from) = members.value("from"), case .text(let to) = members.value("to"),
            case .text(let reason) = members.value("reason")
        else { return nil }
        return Amendment(from: from, to: to, reason: reason)
    }
}

extension EventDeclaration {
    /// Values of some of the event's fields, typed.
    ///
    /// - Throws: `TypeProblem` for an unknown or mistyped field.
    func corrected(_ fields: PlainValue, zone: TimeZoneRules) throws(TypeProblem) -> ValueMap {
        let optional = self.fields.map { Field(name: $0.name, title: $0.title, type: $0.type, isOptional: true) }
        guard case .map(let map) = try fields.record(optional, zone: zone) else { return ValueMap() }
        return map
    }
}

extension [PlainValue.Member] {
    /// The value of a name; `nil` where there is none.
    func value(_ name: String) -> PlainValue? { first { $0.name == name }?.value }
}
