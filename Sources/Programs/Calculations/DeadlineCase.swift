package import CivilTime
package import WorkflowModel

/// Answers a deadline case: `{id, method, start, duration {n, unit}, …}` by when the period ends and why.
///
/// The working days are those of `holidays` (dates; the weekend is Saturday and Sunday), of the calendar that
/// `calendar` names, of the one that `holidays_file` or `jurisdiction` stands for, or of `ordinary`, in this order.
/// - Parameters:
///   - plain: The case; `roll` and `two_working_days` overrule the method, and `tz` (or `zone`) says whose clocks a
///     period in hours is counted on: `floating`, as without it, `UTC` or a zone's name.
///   - ordinary: The calendar where the case names none; absent for none.
///   - calendars: The names of the calendars there are.
///   - calendar: A calendar by its name.
///   - language: Of the reasoning.
///   - zones: The rules of a time zone by its name.
/// - Returns: `{id, last_day, why}`, or `{id, end, why}` for a period in hours.
/// - Throws: ``CalculationError`` naming the part that cannot be read.
package func deadlineCase(
    _ plain: PlainValue, ordinary: BusinessCalendar? = nil, calendars: [String], language: Language = .english,
    zones: (String) -> TimeZoneRules?, calendar: (String) throws(CalculationError) -> BusinessCalendar
) throws(CalculationError) -> PlainValue {
    let fields = try Fields(plain, of: "the line")
    guard let duration = fields["duration"] else { throw fields.missing("duration") }
    let length = try Fields(duration, of: "'duration'")
    guard let count = try length.integer("n") else { throw length.missing("n") }
    let workingDays =
        if let holidays = try fields.texts("holidays") {
            try givenCalendar(holidays, language)
        } else if let name = try calendarName(fields, calendars) {
            try calendar(name)
        } else if let ordinary {
            ordinary
        } else {
            throw CalculationError("the line names no working days: give it 'holidays', 'calendar' or 'jurisdiction'")
        }
    let method = try fields.required("method")
    let start = try fields.required("start")
    let unit = try length.required("unit")
    let (clocks, sameClocks) = (try fields.text("tz"), try fields.text("zone"))
    let zone = try zoneRules(clocks ?? sameClocks ?? "floating", zones)
    let rolls = try fields.flag("roll")
    let twoWorkingDays = try fields.flag("two_working_days")
    let answer: DeadlineAnswer
    do throws(DeadlineError) {
        answer = try DeadlineQuestion(
            method: method, start: start, count: count, unit: unit, calendar: workingDays, zone: zone,
            rolls: rolls, twoWorkingDays: twoWorkingDays
        ).answer()
    } catch {
        throw CalculationError(error.message)
    }
    let why = PlainValue.list(answer.steps.map { .text($0.words(in: language)) })
    return switch answer.end {
    case .lastDay(let date): .object([("id", fields["id"]), ("last_day", .text(date.description)), ("why", why)])
    case .time(let time): .object([("id", fields["id"]), ("end", .text(time.iso)), ("why", why)])
    }
}

private func givenCalendar(_ holidays: [String], _ language: Language) throws(CalculationError) -> BusinessCalendar {
    var rules: [HolidayRule] = []
    for text in holidays {
        guard let date = CivilDate(iso: text) else {
            throw CalculationError("'\(text)' of 'holidays' is not a date as 2021-09-24")
        }
        rules.append(HolidayRule(language == .french ? "jour férié" : "holiday", .once(date)))
    }
    return BusinessCalendar(name: "given", rules: rules)
}

/// Places by their ISO 3166 codes and the short forms of lists of holidays, and the calendars that hold their working
/// days.
private let calendarsByPlace = [
    "ES": "spain", "FR": "france", "FR-57": "alsace-moselle", "FR-67": "alsace-moselle", "FR-68": "alsace-moselle",
    "FR-6AE": "alsace-moselle", "FR-974": "reunion", "FR-976": "mayotte", "FR-AM": "alsace-moselle", "FR-RE": "reunion",
    "FR-YT": "mayotte", "MA": "morocco", "RE": "reunion", "YT": "mayotte",
]

/// Other names of places of France in the names of files; those of calendars are known without.
private let calendarsByFrenchName = [
    "alsace": "alsace-moselle", "la-reunion": "reunion", "la-réunion": "reunion", "metropole": "france",
    "moselle": "alsace-moselle", "métropole": "france", "réunion": "reunion",
]

/// The calendar a case names; absent where it names none.
private func calendarName(_ fields: Fields, _ calendars: [String]) throws(CalculationError) -> String? {
    if let name = try fields.text("calendar") { return name }
    let place = try fields.text("jurisdiction")
    guard let file = try fields.text("holidays_file") else {
        guard let place else { return nil }
        return try calendarName(ofPlace: place)
    }
    guard let name = calendarName(ofFile: file, calendars) else {
        let known = calendars.isEmpty ? "" : "; there are \(calendars.joined(separator: ", "))"
        throw CalculationError(
            "no calendar is known for '\(file)' of 'holidays_file': name one with 'calendar'\(known)")
    }
    return name
}

/// The calendar of a file as `FR-976-mayotte.csv`: a place's code, its name, or the code and then the name.
private func calendarName(ofFile file: String, _ calendars: [String]) -> String? {
    let stem = String(file.split(separator: "/").last?.split(separator: ".").first ?? "")
    if let named = calendars.first(where: { stem == $0 || stem.hasSuffix("-\($0)") }) { return named }
    let parts = stem.split(separator: "-")
    let code = parts.prefix { part in part.allSatisfy { $0.isUppercase || $0.isNumber } }
    let ofCode = calendarsByPlace[code.joined(separator: "-")]
    let rest = parts[code.endIndex...].joined(separator: "-").lowercased()
    if rest.isEmpty { return ofCode }
    // A name that the code contradicts stands for neither.
    let ofName = calendarsByFrenchName[rest]
    return code.isEmpty || code.elementsEqual(["FR"]) || ofName == ofCode ? ofName : nil
}

private func calendarName(ofPlace place: String) throws(CalculationError) -> String {
    guard let name = calendarsByPlace[place] else {
        let known = calendarsByPlace.keys.sorted().joined(separator: ", ")
        throw CalculationError("no calendar is known for '\(place)', only for \(known): name one with 'calendar'")
    }
    return name
}
