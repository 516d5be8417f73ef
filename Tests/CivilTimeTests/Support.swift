import CivilTime
import Foundation
import Testing

/// A date written as `2021-09-24`.
func day(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> CivilDate {
    try #require(CivilDate(iso: text), "'\(text)' is not a date", sourceLocation: location)
}

/// A reading of the clock written as `2021-09-24T16:30`.
func clock(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> CivilDateTime {
    try #require(CivilDateTime(iso: text), "'\(text)' is not a time", sourceLocation: location)
}

/// An instant written as `2021-09-24T14:30:00Z`.
func instant(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> Timestamp {
    try #require(Timestamp(rfc3339: text), "'\(text)' is not an instant", sourceLocation: location)
}

/// The bytes of a zone of this system.
func zoneBytes(_ identifier: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(identifier)")))
}

/// A zone of this system; UTC needs no file.
func zone(_ identifier: String) throws -> TimeZoneRules {
    if identifier == "UTC" { return .utc }
    return try TimeZoneRules(tzif: zoneBytes(identifier), identifier: identifier)
}

/// Morocco gave up its summer time on 20 September 2026 (tzdata 2026c): samples made before have other times after it.
func isOutdated(_ times: [String], in identifier: String) -> Bool {
    guard identifier == "Africa/Casablanca", let last = times.last, last >= "20260920" else { return false }
    // A midnight in January 2027.
    let instant = Timestamp(secondsSinceEpoch: 1_799_971_200)
    return (try? zone(identifier))?.civil(at: instant) == TimeZoneRules.utc.civil(at: instant)
}

enum Zones {
    static let arePresent = FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Europe/Paris")
}

/// Calendars of the places that the tests speak of; the ones that ship are data elsewhere.
enum Places {
    static let frenchRules = [
        HolidayRule("Jour de l'an", .fixed(month: 1, day: 1)),
        HolidayRule("Lundi de Pâques", .easter(offset: 1)),
        HolidayRule("Fête du Travail", .fixed(month: 5, day: 1)),
        HolidayRule("Fête de la Victoire", .fixed(month: 5, day: 8), firstYear: 1982),
        HolidayRule("Ascension", .easter(offset: 39)),
        HolidayRule("Lundi de Pentecôte", .easter(offset: 50)),
        HolidayRule("Fête nationale", .fixed(month: 7, day: 14)),
        HolidayRule("Assomption", .fixed(month: 8, day: 15)),
        HolidayRule("Toussaint", .fixed(month: 11, day: 1)),
        HolidayRule("Armistice", .fixed(month: 11, day: 11)),
        HolidayRule("Noël", .fixed(month: 12, day: 25)),
    ]
    static let france = BusinessCalendar(name: "france", rules: frenchRules)
    static let mayotte = BusinessCalendar(
        name: "mayotte", rules: frenchRules + [HolidayRule("Abolition de l'esclavage", .fixed(month: 4, day: 27))])

    static let moroccanRules = [
        HolidayRule("Fête du Trône", .fixed(month: 7, day: 30)),
        HolidayRule("Fête de la Jeunesse", .fixed(month: 8, day: 21)),
        HolidayRule("1er Moharram", .hijri(month: 1, day: 1)),
        HolidayRule("Aïd al-Fitr", .hijri(month: 10, day: 1)),
        HolidayRule("Aïd al-Fitr, 2e jour", .hijri(month: 10, day: 2)),
        HolidayRule("Aïd al-Adha", .hijri(month: 12, day: 10)),
        HolidayRule("Aïd al-Adha, 2e jour", .hijri(month: 12, day: 11)),
    ]
    static let morocco = BusinessCalendar(name: "morocco", rules: moroccanRules)
}

/// The sample vectors that stand beside the project, where they do.
enum Conformance {
    static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/conformance")
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    /// The lines of a file, each decoded.
    static func cases<Case: Decodable>(_ file: String, as type: Case.Type) throws -> [Case] {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
    }

    /// The lines of a file without its first, split at commas; quoted fields stay whole.
    static func rows(_ file: String) throws -> [[String]] {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            var fields = [""]
            var quoted = false
            for character in line {
                if character == "\"" {
                    quoted.toggle()
                } else if character == ",", !quoted {
                    fields.append("")
                } else {
                    fields[fields.count - 1].append(character)
                }
            }
            return fields
        }
    }
}
