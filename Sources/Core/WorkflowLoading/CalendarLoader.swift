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

/// A calendar file as it was read.
package struct CalendarFile: Sendable {
    /// As people call the place; absent where the file does not say.
    package var title: String?
    /// Absent where a diagnostic is an error.
    package var calendar: BusinessCalendar?
    package var diagnostics: [Diagnostic]
}

/// Reads a calendar file: the weekend and the holidays of a place.
///
/// - Returns: All diagnostics, and the calendar unless one of them is an error.
package func readCalendar(_ text: String, file: String) -> CalendarFile {
    let (root, report) = readTree(text, file: file, kind: "a calendar")
    let read = root.map { CalendarReader(report: report).read($0) }
    return CalendarFile(
        title: read?.title, calendar: report.hasErrors ? nil : read?.calendar, diagnostics: report.inOrder)
}

/// Reads a calendar file for those who need its working days alone.
///
/// - Returns: All diagnostics, and the calendar unless one of them is an error.
package func loadCalendar(_ text: String, file: String) -> (calendar: BusinessCalendar?, diagnostics: [Diagnostic]) {
    let read = readCalendar(text, file: file)
    return (read.calendar, read.diagnostics)
}

private struct CalendarReader {
    let report: Report

    func read(_ root: YAMLNode) -> (title: String?, calendar: BusinessCalendar?) {
        guard let top = MappingReader(root, .calendar, report) else { return (nil, nil) }
        top.checkVersion()
        let weekend = weekend(top["weekend"])
        let rules = items(top, "holidays", rule)
        let proclamations = items(top, "proclaimed", proclamation)
        if !report.hasErrors {
            let findings = CalendarFindings(report: report, rules: rules, proclamations: proclamations)
            findings.reportRepeatedHolidays()
            findings.reportDoubtfulProclamations()
        }
        let calendar = BusinessCalendar(
            name: name(top), weekend: weekend, rules: rules.map(\.item), proclamations: proclamations.map(\.item))
        return (top.text("title"), calendar)
    }

    private func name(_ top: MappingReader) -> String {
        guard let node = top["calendar"], let name = top.text("calendar") else { return "" }
        _ = report.checkName(name, allowingDots: false, at: node.span)
        return name
    }

    /// The entries of a list, each with its place; a list that is none is reported.
    private func items<Item>(
        _ top: MappingReader, _ key: String, _ read: (YAMLNode) -> Item?
    ) -> [Located<Item>] {
        guard let node = top[key] else { return [] }
        guard case .sequence(let nodes) = node.content else {
            report.error("wrong-type", "'\(key)' is a list, found \(node.kindInWords)", at: node.span)
            return []
        }
        return nodes.compactMap { node in read(node).map { Located(item: $0, span: node.span) } }
    }

    /// Saturday and Sunday where the file says nothing.
    private func weekend(_ node: YAMLNode?) -> [Weekday] {
        guard let node else { return [.saturday, .sunday] }
        let names = Weekday.allCases.map { $0.words(in: .english).lowercased() }
        let days: [Weekday] = report.texts(node, of: "weekend").compactMap { text, span in
            guard let index = names.firstIndex(of: text) else {
                report.unknown("weekday", text, at: span, among: names)
                return nil
            }
            return Weekday.allCases[index]
        }
        if Set(days).count == Weekday.allCases.count {
            report.warning(
                "always-closed",
                "the weekend has all seven days, so no day is ever worked and no date can be moved to "
                    + "one", at: node.span)
        }
        return days
    }

    private func rule(_ node: YAMLNode) -> HolidayRule? {
        guard let reader = MappingReader(node, .holiday, report), let name = reader.text("name") else { return nil }
        let given = ["date", "easter", "hijri", "once"].filter { reader[$0] != nil }
        // Of a misspelt key enough was said.
        let isMisspelt = reader.inOrder.contains { !Shape.holiday.keys.contains($0.key) }
        if given.isEmpty, isMisspelt { return nil }
        guard given.count == 1 else {
            report.error(
                "bad-holiday",
                "'\(name)' needs one of: date (MM-DD), easter (days after), hijri (MM-DD), once "
                    + "(YYYY-MM-DD)", at: node.span)
            return nil
        }
        let first = year(reader, "from")
        let last = year(reader, "until")
        if let first, let last, let until = reader["until"], last < first {
            report.error(
                "bad-years", "'\(name)' holds until \(last), which is before it begins in \(first)", at: until.span)
        }
        guard let occurrence = occurrence(reader, given[0]) else { return nil }
        return HolidayRule(
            name, occurrence, firstYear: first, lastYear: last, source: reader.text("source") ?? "")
    }

    private func year(_ reader: MappingReader, _ key: String) -> Int? {
        guard let number = reader.integer(key), let node = reader[key] else { return nil }
        guard (1...9999).contains(number) else {
            report.error("bad-years", "'\(key)' is a year from 1 to 9999, found \(number)", at: node.span)
            return nil
        }
        return Int(number)
    }

    private func occurrence(_ reader: MappingReader, _ key: String) -> HolidayRule.Occurrence? {
        guard let node = reader[key] else { return nil }
        switch key {
        case "easter":
            guard let offset = reader.integer(key) else { return nil }
            guard (-100...250).contains(offset) else {
                report.error(
                    "bad-holiday", "'easter' is a number of days after Easter Sunday, -100 to 250, found \(offset)",
                    at: node.span)
                return nil
            }
            return .easter(offset: Int(offset))
        case "once":
            return date(reader, key).map(HolidayRule.Occurrence.once)
        case "hijri":
            return hijri(reader).map { .hijri(month: $0.month, day: $0.day) }
        default:
            guard let text = reader.text(key) else { return nil }
            // 2024 is a leap year, so 29 February is a day.
            guard let (month, day) = monthAndDay(text), CivilDate(year: 2024, month: month, day: day) != nil else {
                report.error("bad-date", "'\(key)' is a month and a day such as 07-14", at: node.span)
                return nil
            }
            return .fixed(month: month, day: day)
        }
    }

    private func proclamation(_ node: YAMLNode) -> HijriProclamation? {
        guard let reader = MappingReader(node, .proclamation, report), let source = reader.text("source") else {
            return nil
        }
        let hijri = hijri(reader)
        guard let date = date(reader, "date"), let hijri else { return nil }
        return HijriProclamation(month: hijri.month, day: hijri.day, date: date, source: source)
    }

    private func date(_ reader: MappingReader, _ key: String) -> CivilDate? {
        guard let node = reader[key], let text = reader.text(key) else { return nil }
        guard let date = CivilDate(iso: text) else {
            report.error("bad-date", "'\(key)' is a day such as 2021-09-24", at: node.span)
            return nil
        }
        return date
    }

    /// A month of the Hijri calendar has 29 or 30 days.
    private func hijri(_ reader: MappingReader) -> (month: Int, day: Int)? {
        guard let node = reader["hijri"], let text = reader.text("hijri") else { return nil }
        guard let (month, day) = monthAndDay(text), day <= 30 else {
            report.error(
                "bad-date", "'hijri' is a month and a day of the Hijri calendar such as 10-01", at: node.span)
            return nil
        }
        return (month, day)
    }

    private func monthAndDay(_ text: String) -> (month: Int, day: Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { ("0"..."9").contains($0) } }),
            let month = Int(parts[0]), let day = Int(parts[1]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return (month, day)
    }
}

/// Something read, and where it stands.
struct Located<Item> {
    var item: Item
    var span: SourceSpan
}
