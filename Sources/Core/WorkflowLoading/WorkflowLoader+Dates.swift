import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension TimeOfDay {
    /// When reminders leave where the file says nothing: the start of an office day.
    static let nineInTheMorning = TimeOfDay(hour: 9, minute: 0) ?? .midnight
}

extension WorkflowLoader {
    /// Takes up the names of the dates, so that expressions read before them can use them.
    func declareDates(_ node: YAMLNode?) {
        for (name, _, span) in report.section(node, "dates") {
            scope.add(name, "a date", .date, .date(dateNames.count), at: span, report)
            dateNames.append(name)
        }
    }

    /// Reads what the dates are, once events and states are known.
    func readDates(_ node: YAMLNode?, states: StateReader) {
        for (name, node, _) in report.section(node, "dates") { dates.append(date(name, node, states)) }
        reportCycles(node)
    }

    private func date(_ name: String, _ node: YAMLNode, _ states: StateReader) -> NamedDate {
        var result = NamedDate(
            name: name, title: name, source: .literal(.earliest, nil), replacedBy: nil, isStrict: false,
            roll: .nextWorkingDay, clause: nil)
        if node.text != nil {
            result.source = source(node, states) ?? result.source
            return result
        }
        guard let reader = MappingReader(node, .date, report) else { return result }
        result.title = reader.text("title") ?? name
        result.clause = reader.clause()
        result.isStrict = reader.flag("strict") ?? false
        if let text = reader.text("roll"), let node = reader["roll"] {
            switch text {
            case "none": result.roll = .none
            case "next-working-day": result.roll = .nextWorkingDay
            case "previous-working-day": result.roll = .previousWorkingDay
            default:
                report.unknown(
                    "roll", text, at: node.span, among: ["none", "next-working-day", "previous-working-day"])
            }
        }
        if let node = reader["or"], let text = reader.text("or") {
            result.replacedBy = anchorEvent(text, at: node.span)
        }
        switch (reader["at"], reader["is"]) {
        case (let at?, nil): result.source = source(at, states) ?? result.source
        case (nil, let expression?):
            result.source = self.expression(expression).map(DateSource.expression) ?? result.source
        case (nil, nil):
            report.error(
                "missing-key", "date '\(name)' needs 'at' (a date, or a period such as '30 days after start') or 'is' "
                    + "(an expression)", at: reader.node.span.firstCharacter)
        case (_?, let second?):
            report.error("two-sources", "date '\(name)' has both 'at' and 'is'; keep one", at: second.span)
        }
        return result
    }

    /// Reads `2021-09-24`, `2021-09-24T16:30` or `30 days after start`.
    private func source(_ node: YAMLNode, _ states: StateReader) -> DateSource? {
        guard let text = report.text(node, of: "at") else { return nil }
        if let day = CivilDate(iso: text) { return .literal(day, nil) }
        if let local = CivilDateTime(iso: text) { return .literal(local.date, local.time) }
        for (word, direction) in [(" after ", DateSource.Direction.after), (" before ", .before)] {
            guard let split = text.range(ofWord: word) else { continue }
            let periodText = String(text[..<split.lowerBound])
            let anchorText = String(text[split.upperBound...])
            guard let period = period(periodText, at: node.span) else { return nil }
            let anchorSpan = node.span.part(
                of: text, from: text.utf8.distance(from: text.startIndex, to: split.upperBound),
                length: anchorText.utf8.count, shift: 0)
            return anchor(anchorText, at: anchorSpan, states).map { .counted(period, direction, $0) }
        }
        report.error(
            "bad-date", "'\(text)' is neither a date (2021-09-24), a date and time (2021-09-24T16:30) nor a period "
                + "from something (30 days after start)", at: node.span)
        return nil
    }

    func period(_ text: String, at span: SourceSpan) -> Period? {
        do throws(PeriodError) {
            return try Period(parsing: text)
        } catch {
            report.error("bad-period", error.message, at: span)
            return nil
        }
    }

    private func anchor(_ text: String, at span: SourceSpan, _ states: StateReader) -> DateAnchor? {
        if let index = dateNames.firstIndex(of: text) { return .date(index) }
        if text.hasPrefix("entry of ") {
            let name = String(text.dropFirst("entry of ".count))
            guard let state = states.find(name, from: nil) else {
                report.unknown("state", name, at: span, among: states.paths)
                return nil
            }
            if !anchorStates.contains(state.chartID) { anchorStates.append(state.chartID) }
            return anchorStates.firstIndex(of: state.chartID).map(DateAnchor.entry)
        }
        if isEvent(text, in: states) { return anchorEvent(text, at: span).map(DateAnchor.event) }
        let known = dateNames + events.map(\.name)
        report.error(
            "unknown-anchor", "'\(text)' is neither a date nor an event; a state is written 'entry of STATE'",
            at: span, guess: guess(text, among: known))
        return nil
    }

    private func isEvent(_ name: String, in states: StateReader) -> Bool {
        events.contains { $0.name == name } || states.usedEvents.contains(name)
    }

    private func anchorEvent(_ name: String, at span: SourceSpan) -> Int? {
        if let known = anchorEvents.firstIndex(where: { $0.name == name }) { return known }
        anchorEvents.append(AnchorEvent(name: name))
        return anchorEvents.count - 1
    }

    // MARK: Order

    /// The dates in an order in which each comes after those it counts from.
    func dateOrder() -> [Int] {
        var order: [Int] = []
        var visited = Set<Int>()
        func visit(_ index: Int) {
            guard visited.insert(index).inserted else { return }
            for other in dependencies(of: index) { visit(other) }
            order.append(index)
        }
        for index in dates.indices { visit(index) }
        return order
    }

    private func dependencies(of index: Int) -> [Int] {
        switch dates[index].source {
        case .literal: []
        case .counted(_, _, .date(let anchor)): [anchor]
        case .counted: []
        case .expression(let expression): dependencies(of: expression)
        }
    }

    private func dependencies(of expression: CheckedExpression) -> [Int] {
        expression.variables.flatMap { variable -> [Int] in
            switch variable {
            case .date(let index): [index]
            case .value(let index): dependencies(of: values[index].expression)
            default: []
            }
        }
    }

    private func reportCycles(_ node: YAMLNode?) {
        let spans = report.section(node, "dates").map(\.span)
        for start in dates.indices {
            var path = [start]
            var seen: Set<Int> = [start]
            // The first cycle through each date is enough to mend the file.
            while let next = dependencies(of: path[path.count - 1]).first(where: { $0 == start || !seen.contains($0) }) {
                if next == start {
                    let names = (path + [start]).map { dates[$0].name }.joined(separator: " → ")
                    report.error("date-cycle", "the date depends on itself: \(names)", at: spans[start])
                    break
                }
                seen.insert(next)
                path.append(next)
            }
        }
    }
}

extension StringProtocol {
    /// The first place of a word.
    func range(ofWord word: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
            formIndex(after: &start)
        }
        return nil
    }
}
