import Calculations
import CivilTime
import DefinitionFiles
import Foundation
import Testing
import WorkflowLoading
import WorkflowModel

/// The project's folder.
let projectRoot = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

enum Zones {
    static let files = ZoneFiles(folder: ZoneFiles.systemFolder)
    static let arePresent = files.zone("Europe/Paris") != nil
}

@Sendable func zone(_ name: String) -> TimeZoneRules? { Zones.files.zone(name) }

/// The calendars that ship.
enum Calendars {
    static let names = ["alsace-moselle", "france", "mayotte", "morocco", "reunion", "spain"]

    static func calendar(_ name: String) throws(CalculationError) -> BusinessCalendar {
        let file = projectRoot.appending(path: "workflows/calendars/\(name).yaml")
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let calendar = loadCalendar(text, file: name).calendar
        else { throw CalculationError("there is no calendar '\(name)'") }
        return calendar
    }
}

/// The sample cases that stand beside the project, where they do.
enum Conformance {
    static let folder = projectRoot.deletingLastPathComponent().appending(path: "shared/conformance")
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    /// The lines of a file, or of the files of a folder.
    static func lines(_ name: String) throws -> [String] {
        let place = folder.appending(path: name)
        let isFile = name.hasSuffix(".jsonl")
        let files =
            isFile ? [place] : try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }

    /// A case as it is asked, without what the answer should be, and the whole case.
    static func asked(_ line: String, without fields: [String]) throws -> (line: [UInt8], sample: [String: Any]) {
        let sample = try object(line)
        let question = sample.filter { !fields.contains($0.key) }
        return ([UInt8](try JSONSerialization.data(withJSONObject: question)), sample)
    }
}

/// A line of JSON as Foundation reads it.
func object(_ line: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
}

/// Whether two values with their types are the same; doubles by value, a NaN is itself.
func same(_ one: Any?, _ other: Any?) -> Bool {
    guard let one = one as? [String: Any], let other = other as? [String: Any], let tag = one.keys.first,
        one.count == 1, other.count == 1, let left = one[tag], let right = other[tag]
    else { return false }
    switch tag {
    case "double":
        guard let left = Double("\(left)"), let right = Double("\(right)") else { return false }
        return left == right || (left.isNaN && right.isNaN)
    case "list":
        guard let left = left as? [Any], let right = right as? [Any] else { return false }
        return left.count == right.count && zip(left, right).allSatisfy(same)
    case "map":
        guard let left = left as? [[Any]], let right = right as? [[Any]] else { return false }
        return left.count == right.count
            && left.allSatisfy { pair in right.contains { same($0[0], pair[0]) && same($0[1], pair[1]) } }
    default: return "\(left)" == "\(right)"
    }
}

/// Morocco gave up its summer time on 20 September 2026 (tzdata 2026c): samples made before have other times after it.
func isOutdated(_ times: [String], in identifier: String) -> Bool {
    guard identifier == "Africa/Casablanca", let last = times.last, last >= "20260920" else { return false }
    // A midnight in January 2027.
    let instant = Timestamp(secondsSinceEpoch: 1_799_971_200)
    return (zone(identifier))?.civil(at: instant) == TimeZoneRules.utc.civil(at: instant)
}
