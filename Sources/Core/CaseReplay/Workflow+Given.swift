import CivilTime
import StatechartKernel
package import WorkflowModel

extension Workflow {
    /// A parameter's value as somebody gave it, typed.
    ///
    /// - Throws: ``TypeProblem`` for an unknown name or a value that is not of the parameter's type.
    package func parameterValue(_ given: PlainValue.Member) throws(TypeProblem) -> ParameterValue {
        guard let index = parameters.firstIndex(where: { isSame($0.name, given.name) }) else {
            throw TypeProblem.unknown("parameter", given.name, among: parameters.map(\.name))
        }
        let value = try given.value.typed(parameters[index].type, zone: zone, path: parameters[index].name)
        return ParameterValue(parameter: index, value: value)
    }

    /// A party's address as somebody gave it.
    ///
    /// - Throws: ``TypeProblem`` for an unknown name or an address that is no text.
    package func partyBinding(_ given: PlainValue.Member) throws(TypeProblem) -> PartyBinding {
        guard let index = parties.firstIndex(where: { isSame($0.name, given.name) }) else {
            throw TypeProblem.unknown("party", given.name, among: parties.map(\.name))
        }
        guard case .text(let address) = given.value, !address.isEmpty else {
            throw TypeProblem(path: given.name, message: "expected an address such as mairie@example.org")
        }
        return PartyBinding(party: index, address: address)
    }

    /// By how many days every literal date moves so that one of them falls on a given day.
    ///
    /// - Parameter to: The date's new day, with its hour or without.
    /// - Throws: ``TypeProblem`` for an unknown or computed date, another hour, or what is no date.
    package func shiftDays(rebasing name: String, to text: String) throws(TypeProblem) -> Int {
        guard let index = date(named: name) else {
            throw TypeProblem.unknown("written date", name, among: literalDates)
        }
        guard case .literal(let day, let time) = dates[index].source else {
            throw TypeProblem(
                path: name,
                message: "it is computed from other dates; rebase one of those that are written"
                    + (literalDates.isEmpty
                        ? ": the workflow has none" : ": \(offered(for: name, among: literalDates))"))
        }
        if let target = CivilDate(iso: text) { return day.days(to: target) }
        guard let target = CivilDateTime(iso: text) else {
            throw TypeProblem(path: name, message: "'\(text)' is neither a date nor a date and time")
        }
        guard target.time == time else {
            let hour = time.map { "at \($0)" } ?? "without an hour"
            throw TypeProblem(
                path: name, message: "the workflow has it \(hour); rebasing moves days only, so give \(target.date)")
        }
        return day.days(to: target.date)
    }

    /// Names of the dates that are written in the document.
    private var literalDates: [String] {
        dates.filter { if case .literal = $0.source { true } else { false } }.map(\.name)
    }

    private func isSame(_ name: String, _ other: String) -> Bool { expressionName(name) == expressionName(other) }

    /// What a case needs before it can begin where it begins: one line for each value that is missing.
    package func missing(in start: Case) -> [String] {
        var lines: [String] = []
        for state in start.configuration.active {
            let info = states[Int(state.rawValue)]
            for index in info.neededParameters where start.parameters[index] == nil {
                lines.append("parameter '\(parameters[index].name)' is needed in '\(info.title)'")
            }
            for index in info.neededParties where start.addresses[index] == nil {
                lines.append("party '\(parties[index].name)' is needed in '\(info.title)'")
            }
        }
        return lines
    }
}

extension TypeProblem {
    /// A name that stands for nothing, with those that it may have been meant for.
    package static func unknown(_ kind: String, _ name: String, among known: [String]) -> TypeProblem {
        let list = known.isEmpty ? "the workflow has none" : offered(for: name, among: known)
        return TypeProblem(path: name, message: "there is no such \(kind): \(list)")
    }
}
