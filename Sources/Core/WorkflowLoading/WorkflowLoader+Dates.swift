import CivilTime
import Expressions
import StatechartKernel
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
            declare(.date(dates.count), "date", name, .date, at: span)
            names.dates[name] = dates.count
            dates.append(
                NamedDate(
                    name: prefix + name, title: name, source: .literal(.earliest, nil), replacedBy: nil,
                    isStrict: false, roll: .nextWorkingDay, clause: nil))
            tables.datePlaces.append(.init(report: report, span: span))
        }
    }

    /// Reads what the dates are, once events and states are known; those of the blocks used here too.
    func readDates(_ node: YAMLNode?) {
        for (name, node, _) in report.section(node, "dates") {
            if let index = names.dates[name] { dates[index] = date(prefix + name, node, states) }
        }
        for use in uses {
            use.inner.readOwnDates()
            use.inner.readDates(use.header.file.top["dates"])
        }
    }

    /// Reads the dates that this block is given as computations.
    private func readOwnDates() {
        for own in ownDates {
            let name = dates[own.index].name
            let title = dates[own.index].title
            own.reader.entryState = use?.draft
            defer { own.reader.entryState = own.reader.use?.draft }
            var date =
                own.isValue
                ? own.reader.date(name, valueNamedIn: own.node) : own.reader.date(name, own.node, own.reader.states)
            if date.title == name { date.title = title }
            date.clause = date.clause ?? clause
            dates[own.index] = date
        }
    }

    /// A date that is the value of a name, as expressions write it.
    private func date(_ name: String, valueNamedIn node: YAMLNode) -> NamedDate {
        var result = blankDate(name)
        let value = expression(expressionName(node.text ?? ""), at: 0, of: node, expecting: .date)
        if let value, isStable(value, at: node.span) { result.source = .expression(value) }
        return result
    }

    private func blankDate(_ name: String) -> NamedDate {
        NamedDate(
            name: name, title: name, source: .literal(.earliest, nil), replacedBy: nil, isStrict: false,
            roll: .nextWorkingDay, clause: nil)
    }

    private func date(_ name: String, _ node: YAMLNode, _ states: StateReader) -> NamedDate {
        var result = blankDate(name)
        if node.text != nil {
            result.source = source(node, states) ?? result.source
            if !rolls(result.source) { result.roll = .none }
            result.origin = ruleOrigin(ofPeriodIn: node)
            return result
        }
        guard let reader = MappingReader(node, .date, report) else { return result }
        result.title = words(reader, "title") ?? name
        result.clause = reader.clause() ?? clause
        result.isStrict = reader.flag("strict") ?? false
        if let node = reader["or"], let text = reader.text("or") {
            result.replacedBy = anchorEvent(text, at: node.span)
        }
        result.origin = ruleOrigin(ofPeriodIn: reader["at"])
        switch (reader["at"], reader["is"]) {
        case (let at?, nil): result.source = source(at, states) ?? result.source
        case (nil, let expression?):
            result.source = dateExpression(expression).map(DateSource.expression) ?? result.source
        case (nil, nil):
            report.error(
                "missing-key",
                "date '\(name)' needs 'at' (a date, or a period such as '30 days after start') or 'is' "
                    + "(an expression)", at: reader.node.span.firstCharacter)
        case (_?, let second?):
            report.error("two-sources", "date '\(name)' has both 'at' and 'is'; keep one", at: second.span)
        }
        result.roll = roll(reader) ?? (rolls(result.source) ? .nextWorkingDay : .none)
        if let kind = kind(reader) {
            result.kind = kind
            result.isDeadline = kind == .deadline
            if kind == .earliest, case .calendar(nil, _) = result.source, let window = reader.text("at"),
                let node = reader["kind"]
            {
                report.error(
                    "wrong-kind",
                    "date '\(name)' is a window, whose last day counts; write 'at: first day of \(window)'",
                    at: node.span)
            }
        }
        checkClock(reader, &result)
        warnOfNoEffect(reader, result)
        return result
    }

    /// Whether a date moves to the next working day where the file does not say otherwise. What the calendar or an
    /// expression gives stays where it is; so does a day counted back, for moving it on would shorten the notice that it
    /// is there for (RULES.md C-01, T-03).
    private func rolls(_ source: DateSource) -> Bool {
        switch source {
        case .calendar, .expression, .counted(_, .before, _): false
        case .literal, .counted: true
        }
    }

    private func kind(_ reader: MappingReader) -> NamedDate.Kind? {
        guard let text = reader.text("kind"), let node = reader["kind"] else { return nil }
        let kind = NamedDate.Kind(rawValue: text)
        if kind == nil {
            report.unknown("kind of date", text, at: node.span, among: NamedDate.Kind.allCases.map(\.rawValue))
        }
        return kind
    }

    private func roll(_ reader: MappingReader) -> Roll? {
        guard let text = reader.text("roll"), let node = reader["roll"] else { return nil }
        switch text {
        case "none": return Roll.none
        case "next-working-day": return .nextWorkingDay
        case "previous-working-day": return .previousWorkingDay
        default:
            report.unknown("roll", text, at: node.span, among: ["none", "next-working-day", "previous-working-day"])
            return nil
        }
    }

    private func warnOfNoEffect(_ reader: MappingReader, _ date: NamedDate) {
        let time: TimeOfDay?
        switch date.source {
        case .literal(_, let written) where reader["is"] == nil: time = written
        case .calendar(nil, _): time = nil
        case .literal, .counted, .calendar, .expression: return
        }
        if let node = reader["roll"] {
            report.warning("no-effect", "a written date never moves to a working day", at: node.span)
        }
        if let node = reader["strict"], date.isStrict, time == nil {
            report.warning(
                "no-effect", "'strict' is about an hour, and this date has none: its whole day counts", at: node.span)
        }
    }

    /// A date's expression: it must not change by being looked at, nor come to anything but a date.
    private func dateExpression(_ node: YAMLNode) -> CheckedExpression? {
        guard let checked = expression(node) else { return nil }
        guard [.date, .timestamp, .dyn].contains(checked.expression.type) else {
            let found = checked.expression.type.wordsForPeople
            report.error("type-mismatch", "this is \(found), and a date is needed", at: node.span)
            return nil
        }
        _ = isStable(checked, at: node.span)
        return checked
    }

    /// Whether a date's expression stays the same by itself; reported where it does not.
    private func isStable(_ checked: CheckedExpression, at span: SourceSpan) -> Bool {
        let unstable = variables(of: checked).filter { isUnstable($0) }
        for variable in unstable {
            report.error(
                "unstable-date",
                "this date depends on '\(name(of: variable))': it would be another one whenever it is looked at",
                at: span)
        }
        return unstable.isEmpty
    }

    private func isUnstable(_ variable: VariableReference) -> Bool {
        if case .cadence = variable { true } else { [.now, .today, .active, .event].contains(variable) }
    }

    private func name(of variable: VariableReference) -> String {
        guard case .cadence(let index, let count) = variable else { return "\(variable)" }
        return "\(expressionName(tables.cadenceNames[index])).\(count.rawValue)"
    }

    /// Reads `2021-09-24`, `2021-09-24T16:30`, `30 days after start`, or a place in the calendar.
    private func source(_ node: YAMLNode, _ states: StateReader) -> DateSource? {
        guard let text = report.text(node, of: "at") else { return nil }
        if let day = CivilDate(iso: text) { return .literal(day, nil) }
        if let local = CivilDateTime(iso: text) { return .literal(local.date, local.time) }
        switch calendarSource(text, of: node, states) {
        case .source(let source): return source
        case .mistaken: return nil
        case .other: break
        }
        for (word, direction) in [(" after ", DateSource.Direction.after), (" before ", .before)] {
            guard let split = text.range(ofWord: word) else { continue }
            let periodText = String(text[..<split.lowerBound])
            let anchorText = text[split.upperBound...]
            let period = period(periodText, at: part(of: node, from: 0, length: periodText.utf8.count))
            let name = anchorText.dropFirst(Self.anchorPrefix(of: String(anchorText)).count)
            let anchorSpan = part(
                of: node, from: text.utf8.distance(from: text.startIndex, to: name.startIndex), length: name.utf8.count)
            guard let anchor = anchor(String(anchorText), at: anchorSpan, states), let period else { return nil }
            return .counted(period, direction, anchor)
        }
        report.error(
            "bad-date",
            "'\(text)' is neither a date (2021-09-24), a date and time (2021-09-24T16:30), a period from something "
                + "(30 days after start), a window (November 2016) nor a day of one (last working day of 2021)",
            at: node.span)
        return nil
    }

    func period(_ text: String, at span: SourceSpan) -> Period? {
        switch rulePeriod(text, at: span) {
        case .known(let period): return period
        case .mistaken: return nil
        case nil: break
        }
        if let known = namedPeriods[text] {
            usedNames.insert(text)
            return known
        }
        if let (parameter, name) = missingPeriods[text] {
            reportMissing(name, of: parameter)
            return nil
        }
        do throws(PeriodError) {
            return try Period(parsing: text)
        } catch {
            report.error("bad-period", error.message, at: span)
            return nil
        }
    }

    private static let entryPrefix = "entry of "
    private static let openingPrefix = "opens of "
    /// The entry of the state that uses the block.
    static let entry = "entry"

    /// What stands before a name that is not a date's or an event's own day.
    static func anchorPrefix(of text: String) -> String {
        [entryPrefix, openingPrefix].first { text.hasPrefix($0) } ?? ""
    }

    func anchor(_ text: String, at span: SourceSpan, _ states: StateReader) -> DateAnchor? {
        if let index = date(named: text) {
            used.insert(.date(index))
            return .date(index)
        }
        if text.hasPrefix(Self.entryPrefix) || (text == Self.entry && entryState != nil) {
            let name = text == Self.entry ? text : String(text.dropFirst(Self.entryPrefix.count))
            let found = text == Self.entry ? entryState : states.target(name, at: span, from: use?.draft)
            guard let state = found else { return nil }
            guard !state.kind.isHistory else {
                report.error("wrong-type", "'\(name)' is a history state, which is never entered itself", at: span)
                return nil
            }
            if !anchorStates.contains(state.chartID) { anchorStates.append(state.chartID) }
            return anchorStates.firstIndex(of: state.chartID).map(DateAnchor.entry)
        }
        if text.hasPrefix(Self.openingPrefix) {
            return opening(String(text.dropFirst(Self.openingPrefix.count)), at: span)
        }
        if text.hasPrefix("done.state.") {
            report.error(
                "unknown-anchor",
                "dates count from events that are reported or raised; write 'entry of STATE' for what "
                    + "follows the end of a state", at: span)
            return nil
        }
        if isEvent(text, in: states) { return anchorEvent(text, at: span).map(DateAnchor.event) }
        if missedEvents.contains(text) { return anchorEvent(text, at: span).map(DateAnchor.event) }
        guard !isBroken(text) else { return nil }
        let known = dateNames + eventNames
        report.error(
            "unknown-anchor", "'\(text)' is neither a date nor an event; a state is written 'entry of STATE'",
            at: span, guess: report.guess(text, among: known))
        return nil
    }

    /// The first day of a date's window.
    private func opening(_ name: String, at span: SourceSpan) -> DateAnchor? {
        guard let index = date(named: name) else {
            if !isBroken(name) { report.unknown("date", name, at: span, among: dateNames) }
            return nil
        }
        used.insert(.date(index))
        windowPlaces.append((index, span))
        return .opening(index)
    }

    /// Reports what is asked to open and is a single day.
    func checkWindows() {
        for (index, span) in windowPlaces {
            guard dates[index].source.isSingleDay else { continue }
            report.error(
                "no-window", "date '\(dates[index].name)' is a single day, so it does not open: write its name alone",
                at: span)
        }
    }

    private func isEvent(_ name: String, in states: StateReader) -> Bool {
        event(named: name) != nil || states.usedEvents.contains(name)
            || states.raisedEvents.contains(name) || overEvent(name) != nil
    }

    private func anchorEvent(_ name: String, at span: SourceSpan) -> Int? {
        guard report.checkName(name, at: span) else { return nil }
        anchorPlaces.append((name, span))
        let name = descriptor(name)
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
        case .expression(let expression): return dependencies(of: expression)
        case .literal, .counted, .calendar:
            switch dates[index].source.anchor {
            case .date(let anchor), .opening(let anchor): return [anchor]
            case .event, .entry, nil: return []
            }
        }
    }

    /// The other dates an expression is computed from, values followed through.
    private func dependencies(of expression: CheckedExpression) -> [Int] {
        variables(of: expression).compactMap { if case .date(let index) = $0 { index } else { nil } }
    }

    /// What an expression is computed from, values followed through, each once.
    func variables(of expression: CheckedExpression) -> [VariableReference] {
        var found: [VariableReference] = []
        var seen: Set<VariableReference> = []
        func add(_ expression: CheckedExpression) {
            for variable in expression.variables where seen.insert(variable).inserted {
                found.append(variable)
                if case .value(let index) = variable { add(values[index].expression) }
            }
        }
        add(expression)
        return found
    }

    /// Reports each ring of dates once, at its first date in the file.
    func reportDateRings() {
        let places = tables.datePlaces
        func error(_ code: String, _ message: String, at index: Int) {
            places[index].report.error(code, message, at: places[index].span)
        }
        var isDone = Array(repeating: false, count: dates.count)
        var path: [Int] = []
        func visit(_ index: Int) {
            if let start = path.firstIndex(of: index) {
                let ring = path[start...]
                guard let first = ring.min() else { return }
                let turned = ring.drop { $0 != first } + ring.prefix { $0 != first } + [first]
                let names = turned.map { dates[$0].name }.joined(separator: " → ")
                return error("date-cycle", "the date depends on itself: \(names)", at: first)
            }
            guard !isDone[index] else { return }
            guard path.count < Self.deepestChain else {
                isDone = isDone.map { _ in true }
                return error(
                    "too-large", "more than \(Self.deepestChain) dates count from one another here", at: index)
            }
            path.append(index)
            for other in dependencies(of: index) { visit(other) }
            path.removeLast()
            isDone[index] = true
        }
        for index in dates.indices { visit(index) }
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
