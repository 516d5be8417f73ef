import CaseReplay
import CivilTime
import DefinitionFiles
import Glibc
import WorkflowModel

/// A reply's instant as people read it, in the zone the reply has it in: `2021-09-24 16:30`, or `2021-09-24 24:00` where
/// it is as the day ends.
func clockTime(_ rfc3339: String) -> String {
    if let day = dayEnding(rfc3339) { return "\(day) 24:00" }
    let parts = rfc3339.split(separator: "T")
    return parts.count == 2 ? "\(parts[0]) \(parts[1].prefix(5))" : rfc3339
}

/// An instant that a reply has in UTC, as the clocks of a zone show it.
func clockTime(_ rfc3339: String, in zone: TimeZoneRules) -> String {
    guard let instant = Timestamp(rfc3339: rfc3339) else { return rfc3339 }
    return clockTime(instant.rfc3339(in: zone))
}

/// When something happened, in the zone the reply has it in: `2021-09-24 16:30`, or `2021-09-24 24:00` where it is of the
/// day that ends then.
func clockTime(_ rfc3339: String, of day: String?) -> String { day.map { "\($0) 24:00" } ?? clockTime(rfc3339) }

/// The day of a reply's instant, or a day, in words: `Friday 24 September 2021`.
func dayWords(_ iso: String, in language: Language) -> String {
    CivilDate(iso: String(iso.prefix(10)))?.words(in: language) ?? iso
}

/// An instant at which something is due, as people read it: `2021-09-24 16:30`, or the day alone that ends with it.
func dueTime(_ rfc3339: String) -> String { dayEnding(rfc3339) ?? clockTime(rfc3339) }

/// The day that ends at an instant which replies have in its last microsecond; `nil` for any other instant.
private func dayEnding(_ rfc3339: String) -> String? {
    rfc3339.contains("T23:59:59.999999") ? String(rfc3339.prefix(10)) : nil
}

/// A clause behind a line: `l. 117`.
func clauseMark(_ clause: Int?) -> String { clause.map { "l. \($0)" } ?? "" }

extension ZoneFiles {
    /// The system's zones, or those of `TZDIR`.
    static func ofEnvironment() -> ZoneFiles { ZoneFiles(folder: environment("TZDIR") ?? systemFolder) }

    /// The zone that this machine's clocks show: `TZ`, else `/etc/localtime`, else UTC.
    func machineZone() -> TimeZoneRules {
        if let name = environment("TZ") {
            return zone(name.first == ":" ? String(name.dropFirst()) : name) ?? .utc
        }
        let bytes = try? readFile("/etc/localtime", limit: 1 << 20)
        return bytes.flatMap { try? TimeZoneRules(tzif: $0, identifier: "/etc/localtime") } ?? .utc
    }
}

/// An instant as people write it on the command line.
///
/// - Parameters:
///   - name: The option, for the message.
///   - isEnd: Whether a day alone means its end rather than its beginning.
func instant(_ text: String, _ name: String, in zone: TimeZoneRules, isEnd: Bool = false) throws(Failure) -> Timestamp {
    if let position = Position(readableByPeople: text, zone: zone, includesDay: isEnd) { return position.instant }
    throw noTime(text, name)
}

/// Refuses what is no time, before the service reads it in the contract's zone.
///
/// - Parameter isFact: Whether something happened then: nothing does at 24:00, which is how far to look.
func checkTime(_ text: String?, _ name: String, isFact: Bool = false) throws(Failure) {
    guard let text else { return }
    guard isFact else { return _ = try instant(text, name, in: .utc) }
    if Timestamp(readableByPeople: text, zone: .utc) == nil { throw noTime(text, name) }
}

private func noTime(_ text: String, _ name: String) -> Failure {
    .usage("\(name) '\(text)' is no date or time", hint: Timestamp.formsForPeople)
}
