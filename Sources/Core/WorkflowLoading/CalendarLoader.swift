package import CivilTime
import YAMLReader

extension Shape {
    static let calendar = Shape(
        name: "a calendar", required: ["jalon", "calendar", "holidays"],
        optional: ["title", "weekend", "proclaimed"])
    static let holiday = Shape(
        name: "a holiday", required: ["name"],
        optional: ["date", "easter", "hijri", "once", "from", "until", "source"])
    static let proclamation = Shape(name: "a proclaimed day", required: ["hijri", "date", "source"])
}

/// Reads a calendar file: the weekend and the holidays of a place.
///
/// - Returns: All diagnostics, and the calendar unless one of them is an error.
package func loadCalendar(_ text: String, file: String) -> (calendar: BusinessCalendar?, diagnostics: [Diagnostic]) {
    let report = Report(file: file)
    let (root, problems) = readYAML(text)
    for problem in problems { report.error(problem.code, problem.message, at: problem.span) }
    guard let root else {
        if problems.isEmpty { report.error("empty-file", "the file is empty; a calendar begins with 'jalon: 1'", at: nil) }
        return (nil, report.diagnostics)
    }
    let calendar = CalendarReader(report: report).read(root)
    return (report.hasErrors ? nil : calendar, report.diagnostics)
}

private struct CalendarReader {
    let report: Report

    func read(_ root: YAMLNode) -> BusinessCalendar? {
        guard let top = MappingReader(root, .calendar, report) else { return nil }
        if let version = top.integer("jalon"), let node = top["jalon"], version != 1 {
            report.error(
                "unsupported-version", "this program reads version 1 of the language, and the file says \(version)",
                at: node.span)
        }
        return BusinessCalendar(
            name: top.text("calendar") ?? "", weekend: weekend(top["weekend"]),
            rules: list(top["holidays"]).compactMap(rule), proclamations: list(top["proclaimed"]).compactMap(proclamation))
    }

    /// Saturday and Sunday where the file says nothing.
    private func weekend(_ node: YAMLNode?) -> [Weekday] {
        guard let node else { return [.saturday, .sunday] }
        let names = Weekday.allCases.map { $0.words(in: .english).lowercased() }
        return report.texts(node, of: "weekend").compactMap { text, span in
            guard let index = names.firstIndex(of: text) else {
                report.unknown("weekday", text, at: span, among: names)
                return nil
            }
            return Weekday.allCases[index]
        }
    }

    private func rule(_ node: YAMLNode) -> HolidayRule? {
        guard let reader = MappingReader(node, .holiday, report), let name = reader.text("name") else { return nil }
        let given = ["date", "easter", "hijri", "once"].filter { reader[$0] != nil }
        guard given.count == 1, let occurrence = occurrence(reader, given[0]) else {
            if given.count != 1 {
                report.error(
                    "bad-holiday", "'\(name)' needs one of: date (MM-DD), easter (days after), hijri (MM-DD), once "
                        + "(YYYY-MM-DD)", at: node.span)
            }
            return nil
        }
        return HolidayRule(
            name, occurrence, firstYear: reader.integer("from").map { Int(clamping: $0) },
            lastYear: reader.integer("until").map { Int(clamping: $0) }, source: reader.text("source") ?? "")
    }

    private func occurrence(_ reader: MappingReader, _ key: String) -> HolidayRule.Occurrence? {
        guard let node = reader[key] else { return nil }
        switch key {
        case "easter":
            guard let offset = reader.integer(key), (-100...250).contains(offset) else {
                report.error("bad-holiday", "'easter' is a number of days after Easter Sunday", at: node.span)
                return nil
            }
            return .easter(offset: Int(offset))
        case "once":
            guard let text = reader.text(key), let date = CivilDate(iso: text) else {
                report.error("bad-date", "'once' is a day such as 2021-09-24", at: node.span)
                return nil
            }
            return .once(date)
        default:
            // 2024 is a leap year, so 29 February is a day; a Hijri month may have 30.
            guard let (month, day) = monthAndDay(reader.text(key) ?? ""),
                key == "hijri" ? day <= 30 : CivilDate(year: 2024, month: month, day: day) != nil
            else {
                report.error("bad-date", "'\(key)' is a month and a day such as 07-14", at: node.span)
                return nil
            }
            return key == "hijri" ? .hijri(month: month, day: day) : .fixed(month: month, day: day)
        }
    }

    private func monthAndDay(_ text: String) -> (month: Int, day: Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let month = Int(parts[0]), let day = Int(parts[1]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return (month, day)
    }

    private func proclamation(_ node: YAMLNode) -> HijriProclamation? {
        guard let reader = MappingReader(node, .proclamation, report), let hijri = reader["hijri"],
            let dateNode = reader["date"]
        else { return nil }
        guard let (month, day) = monthAndDay(reader.text("hijri") ?? ""), day <= 30 else {
            report.error("bad-date", "'hijri' is a month and a day such as 10-01", at: hijri.span)
            return nil
        }
        guard let date = CivilDate(iso: reader.text("date") ?? "") else {
            report.error("bad-date", "'date' is a day such as 2021-09-24", at: dateNode.span)
            return nil
        }
        return HijriProclamation(month: month, day: day, date: date, source: reader.text("source") ?? "")
    }
}
