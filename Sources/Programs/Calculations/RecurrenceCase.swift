package import CivilTime
package import WorkflowModel

/// The most occurrences that one case may ask for.
package let mostOccurrences = 100_000

/// Answers a case of the recurrence samples: `{id, rrule, dtstart, tz, lines?, from?, count}` by its first occurrences.
///
/// - Parameters:
///   - plain: The case. `dtstart` is `19970902` or `19970902T090000`; `tz` is `floating`, `UTC` or a zone's name.
///     Occurrences before `from`, of the same form, are left out.
///   - zones: The rules of a time zone by its name.
/// - Returns: `{id, starts, complete}`, the local starts in `dtstart`'s form; `complete` says that there are no more.
/// - Throws: ``CalculationError`` naming the part that cannot be read.
package func recurrenceCase(
    _ plain: PlainValue, zones: (String) -> TimeZoneRules?
) throws(CalculationError) -> PlainValue {
    let fields = try Fields(plain, of: "the line")
    let rule = try fields.required("rrule")
    let start = try recurrenceStart(try fields.required("dtstart"), try fields.text("tz") ?? "floating", zones)
    guard let count = try fields.integer("count") else { throw fields.missing("count") }
    guard (0...mostOccurrences).contains(count) else {
        throw CalculationError("'count' is \(count); ask for 0 to \(mostOccurrences) occurrences")
    }
    let first = try fields.text("from") ?? ""
    let recurrence = try recurrence(rule, from: start, lines: try fields.texts("lines") ?? [], zones: zones)
    let isDate = if case .date = start { true } else { false }
    var iterator = recurrence.makeIterator()
    var starts: [PlainValue] = []
    var skipped = 0
    var isComplete = true
    while let occurrence = iterator.next() {
        let text = isDate ? occurrence.local.date.basic : occurrence.local.basic
        if text < first {
            skipped += 1
            guard skipped <= mostOccurrences else {
                throw CalculationError("there are more than \(mostOccurrences) occurrences before '\(first)'")
            }
        } else if starts.count < count {
            starts.append(.text(text))
        } else {
            isComplete = false
            break
        }
    }
    return .object([("id", fields["id"]), ("starts", .list(starts)), ("complete", .boolean(isComplete))])
}

/// A rule counted from a start, with lines of dates added and left out.
///
/// - Parameter zones: The rules of a time zone by its name, for lines whose times are of another than the start's.
/// - Throws: ``CalculationError`` with the place in the rule or the line.
package func recurrence(
    _ rule: String, from start: Recurrence.Start, lines: [String], zones: (String) -> TimeZoneRules?
) throws(CalculationError) -> Recurrence {
    do throws(RecurrenceError) {
        return try Recurrence(rrule: rule, from: start, lines: lines, zones: zones)
    } catch {
        throw CalculationError(error.description)
    }
}

private func recurrenceStart(
    _ text: String, _ zoneName: String, _ zones: (String) -> TimeZoneRules?
) throws(CalculationError) -> Recurrence.Start {
    if let date = CivilDate(basic: text) { return .date(date) }
    guard let local = CivilDateTime(basic: text) else {
        throw CalculationError("'\(text)' is not a date as 19970902 or a time as 19970902T090000")
    }
    return try zoneRules(zoneName, zones).map { .zoned(local, $0) } ?? .floating(local)
}

/// The rules of the zone that a case names; absent for `floating`, which is any clock.
func zoneRules(_ name: String, _ zones: (String) -> TimeZoneRules?) throws(CalculationError) -> TimeZoneRules? {
    switch name {
    case "floating": return nil
    case "UTC": return .utc
    default:
        guard let zone = zones(name) else { throw unknownZone(name) }
        return zone
    }
}

/// The error for a zone that this machine has no data of.
package func unknownZone(_ name: String) -> CalculationError {
    CalculationError("there is no time zone '\(name)' on this machine; write one as Europe/Paris")
}
