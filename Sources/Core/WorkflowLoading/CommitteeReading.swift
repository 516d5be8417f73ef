import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension WorkflowLoader {
    /// Reads the committees. Each is a party too, so that it can be written to, and `NAME.seats`, `NAME.quorum` and
    /// `NAME.casting-vote` are values, `NAME.notice` and its like periods.
    func readCommittees(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "committees") {
            guard report.checkWord(name, at: span), let reader = MappingReader(node, .committee, report) else {
                continue
            }
            var committee = Committee(
                name: name, title: words(reader, "title") ?? name, party: party(of: name, reader),
                clause: reader.clause())
            committee.seats = reader["seats"].flatMap { expression($0, expecting: .int) }
            committee.quorum = reader["quorum"].flatMap { quorum($0) }
            committee.majority = reader.choice("majority", Committee.Majority.self)
            committee.hasCastingVote = reader.flag("casting-vote")
            committee.notice = namedPeriod("notice", of: name, reader)
            committee.secondNotice = namedPeriod("second-notice", of: name, reader) ?? committee.notice
            namedPeriods["\(name).second-notice"] = committee.secondNotice
            committee.minutes = namedPeriod("minutes", of: name, reader)
            committee.approval = namedPeriod("approval", of: name, reader)
            declareValues(of: committee)
            committees.append(committee)
        }
    }

    private func party(of name: String, _ reader: MappingReader) -> PartyIndex {
        if let known = parties.firstIndex(where: { $0.name == name }) { return known }
        parties.append(
            Party(
                name: name, title: words(reader, "title") ?? name, address: reader.text("address"),
                clause: reader.clause()))
        return parties.count - 1
    }

    private func quorum(_ node: YAMLNode) -> Committee.Quorum? {
        switch node.text {
        case "majority": return .majority
        case "none": return Committee.Quorum.none
        default: return expression(node, expecting: .int).map { .number($0) }
        }
    }

    private func namedPeriod(_ key: String, of committee: String, _ reader: MappingReader) -> Period? {
        guard let node = reader[key], let text = reader.text(key) else { return nil }
        let period = period(text, at: node.span)
        namedPeriods["\(committee).\(key)"] = period
        periodOrigins["\(committee).\(key)"] = ruleOrigin(ofPeriod: text)
        return period
    }

    private func declareValues(of committee: Committee) {
        let seats = "\(expressionName(committee.name)).seats"
        if let expression = committee.seats { declare("seats", of: committee, expression) }
        switch committee.quorum {
        case .majority where committee.seats != nil: declare("quorum", of: committee, compiled("\(seats) / 2 + 1"))
        case .number(let expression): declare("quorum", of: committee, expression)
        case .some(.none): declare("quorum", of: committee, compiled("0"))
        default: break
        }
        if let hasCastingVote = committee.hasCastingVote {
            declare("casting-vote", of: committee, compiled("\(hasCastingVote)"))
        }
        declare("majority", of: committee, compiled(quoted((committee.majority ?? .cast).rawValue)))
        declare("title", of: committee, compiled(quoted(committee.title)))
    }

    private func declare(_ name: String, of committee: Committee, _ expression: CheckedExpression?) {
        guard let expression else { return }
        scope.add(name, of: committee.name, expression.expression.type, .value(values.count))
        valueDepths.append(1)
        values.append(
            ComputedValue(
                name: "\(committee.name).\(name)", title: nil, expression: expression, clause: committee.clause))
    }

    /// Compiles what the loader itself writes.
    private func compiled(_ source: String) -> CheckedExpression? {
        let (expression, problems) = Expression.compile(source, in: scope.environment)
        guard let expression, problems.isEmpty else { return nil }
        return CheckedExpression(
            expression: expression, variables: expression.variables.compactMap { scope.references[$0] })
    }

    private func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : $0 == "\n" ? "\\n" : String($0) }.joined() + "'"
    }
}

extension MappingReader {
    /// Reads one of the words an enumeration has.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let node = self[key], let text = text(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        report.unknown(key, text, at: node.span, among: Choice.allCases.map(\.rawValue))
        return nil
    }
}
