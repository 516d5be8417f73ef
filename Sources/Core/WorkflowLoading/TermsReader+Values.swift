import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension TermsReader {
    /// The statements of one kind: one mapping, or a list of them.
    func statements(_ top: MappingReader, _ key: String, _ shape: Shape) -> [MappingReader] {
        top[key].map { list($0).compactMap { MappingReader($0, shape, report) } } ?? []
    }

    func list(_ node: YAMLNode) -> [YAMLNode] {
        if case .sequence(let items) = node.content { items } else { [node] }
    }

    func items(_ node: YAMLNode) -> [String] { list(node).compactMap { report.text($0, of: "items") } }

    func period(_ reader: MappingReader, _ key: String) -> Period? {
        guard let node = reader[key], let text = reader.text(key) else { return nil }
        return loader.period(text, at: node.span)
    }

    func count(_ reader: MappingReader, _ key: String) -> Int? {
        guard let number = reader.integer(key), let node = reader[key] else { return nil }
        if let count = Int(exactly: number), (0...10_000).contains(count) { return count }
        report.error("bad-number", "'\(key)' is a number from 0 to 10000", at: node.span)
        return nil
    }

    func decimal(_ reader: MappingReader, _ key: String) -> Decimal? {
        guard let node = reader[key], let text = reader.text(key) else { return nil }
        let digits = text.hasSuffix("%") ? text.dropLast().filter { $0 != " " } : text
        if let decimal = Decimal(digits) { return decimal }
        report.error("bad-number", "'\(text)' is no number such as 30 or 12.5", at: node.span)
        return nil
    }

    func parameter(_ reader: MappingReader) -> OpenValue? {
        guard let node = reader["parameter"], let name = reader.text("parameter") else { return nil }
        guard let index = loader.parameters.firstIndex(where: { $0.name == name }) else {
            report.unknown("parameter", name, at: node.span, among: loader.parameters.map(\.name))
            return nil
        }
        let parameter = loader.parameters[index]
        return OpenValue(
            name: name, title: parameter.title ?? name,
            isNeeded: loader.needs.contains { $0.subject == .parameter(index) })
    }

    // MARK: Days

    /// A named date, an event or a written day.
    func day(_ reader: MappingReader, _ key: String) -> StatedDay? {
        guard let node = reader[key], let text = reader.text(key) else { return nil }
        if let day = CivilDate(iso: text) { return StatedDay(name: text, title: words(day), day: day) }
        if let local = CivilDateTime(iso: text) {
            return StatedDay(name: text, title: words(local.date), day: local.date, time: local.time)
        }
        if let index = loader.date(named: text) {
            loader.used.insert(.date(index))
            let date = loader.dates[index]
            let known = known(index)
            return StatedDay(
                name: text, title: date.title, day: known?.day, time: known?.time, clause: date.clause)
        }
        if let event = loader.events.first(where: { $0.name == text }) {
            return StatedDay(name: text, title: event.title, day: nil, clause: event.clause)
        }
        report.unknown("date", text, at: node.span, among: loader.dateNames + loader.events.map(\.name))
        return nil
    }

    private func words(_ day: CivilDate) -> String { day.words(in: loader.language) }

    /// The day of a date that rests on written dates alone, before it moves to a working day.
    private func known(_ index: Int, depth: Int = 0) -> (day: CivilDate, time: TimeOfDay?)? {
        guard depth < WorkflowLoader.deepestChain else { return nil }
        switch loader.dates[index].source {
        case .literal(let day, let time): return (day, time)
        case .counted(let period, let direction, .date(let other)):
            guard period.duration == nil, let anchor = known(other, depth: depth + 1)?.day else { return nil }
            let derived =
                direction == .after
                ? limit(period, after: anchor, calendar: loader.calendar, roll: .none)
                : limit(period, before: anchor, calendar: loader.calendar, roll: .none)
            return (derived.date, nil)
        default: return nil
        }
    }

    /// A year, half-year, quarter, month, day, or `DAY/DAY`: `2015`, `2019-H1`, `2019-Q2`, `2016-11`.
    func days(_ node: YAMLNode) -> DayRange? {
        guard let text = report.text(node, of: "during") else { return nil }
        if let range = CivilDate.range(text) { return DayRange(days: range, text: text) }
        report.error(
            "bad-days",
            "'\(text)' are no days; write 2015, 2019-H1, 2019-Q2, 2016-11, 2016-11-05 or 2016-11-05/2016-11-20",
            at: node.span)
        return nil
    }

    // MARK: Numbers and amounts

    /// `4`, `30 to 40`, `at least 2`, `at most 5`, `at least 3 to 5`.
    func number(_ node: YAMLNode) -> StatedNumber? {
        guard let text = report.text(node, of: "is") else { return nil }
        if let number = StatedNumber(text) { return number }
        report.error(
            "bad-number", "'\(text)' is no number; write 4, 30 to 40, at least 2, at most 5 or at least 3 to 5",
            at: node.span)
        return nil
    }

    /// `none`, `97500 EUR`, `10000 EUR incl-vat`, `50 days`.
    func amount(_ node: YAMLNode) -> StatedAmount? {
        guard let text = report.text(node, of: "amount") else { return nil }
        if text == "none" { return StatedAmount.none }
        if let money = Money(text) { return .money(money) }
        let parts = text.split(separator: " ", maxSplits: 1)
        if parts.count == 2, let number = Decimal(parts[0]), parts[1].contains(where: \.isLowercase) {
            return .quantity(number, unit: String(parts[1]))
        }
        report.error(
            "bad-amount", "'\(text)' is no amount; write none, 97500 EUR, 10000 EUR incl-vat or 50 days", at: node.span)
        return nil
    }
}

extension StatedNumber {
    fileprivate init?(_ text: String) {
        var words = text.split(separator: " ").map(String.init)[...]
        let bound = words.starts(with: ["at", "least"]) ? 1 : words.starts(with: ["at", "most"]) ? -1 : 0
        if bound != 0 { words = words.dropFirst(2) }
        let numbers = words.filter { $0 != "to" }.compactMap { Int($0) }
        guard let first = numbers.first, let last = numbers.last, first >= 0, last >= first,
            words.count == 2 * numbers.count - 1, numbers.count <= 2, bound >= 0 || numbers.count == 1
        else { return nil }
        self.init(
            low: bound < 0 ? nil : first, high: bound > 0 && numbers.count == 1 ? nil : last, saysAtLeast: bound > 0)
    }
}

extension CivilDate {
    fileprivate static func range(_ text: String) -> ClosedRange<CivilDate>? {
        let ends = text.split(separator: "/", omittingEmptySubsequences: false).map { CivilDate(iso: $0) }
        if ends.count == 2, let first = ends[0], let last = ends[1], first <= last { return first...last }
        if ends.count == 1, let day = ends[0] { return day...day }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts[0].utf8.count == 4, let year = Int(parts[0]), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return span(.year, year, 1) }
        let part = parts[1]
        if part.hasPrefix("H"), let half = Int(part.dropFirst()), (1...2).contains(half) {
            return span(.semester, year, half * 6)
        }
        if part.hasPrefix("Q"), let quarter = Int(part.dropFirst()), (1...4).contains(quarter) {
            return span(.quarter, year, quarter * 3)
        }
        return part.utf8.count == 2 ? Int(part).flatMap { span(.month, year, $0) } : nil
    }

    private static func span(_ span: CalendarSpan, _ year: Int, _ month: Int) -> ClosedRange<CivilDate>? {
        CivilDate(year: year, month: month, day: 1).map { span.days(around: $0) }
    }
}
