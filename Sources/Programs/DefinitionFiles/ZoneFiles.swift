package import CivilTime
import Synchronization

/// The system's time zone data, read as it is needed.
///
/// Each file is read once; make another value to see what has changed since.
package final class ZoneFiles: Sendable {
    /// Where the system keeps its zone data, unless `TZDIR` says otherwise.
    package static let systemFolder = "/usr/share/zoneinfo"
    /// A compiled zone has a few kilobytes.
    private static let maximumBytes = 1 << 20

    private let folder: String
    private let known = Mutex<[String: TimeZoneRules?]>([:])

    /// Reads zones from a folder.
    package init(folder: String) { self.folder = folder }

    /// The rules of a zone; `nil` for a zone that is not there or whose file is damaged.
    ///
    /// - Parameter identifier: As in `Europe/Paris`. What leads out of the folder is no identifier.
    package func zone(_ identifier: String) -> TimeZoneRules? {
        guard Self.isIdentifier(identifier) else { return nil }
        return known.withLock { known in
            if let rules = known[identifier] { return rules }
            let bytes = try? readFile("\(folder)/\(identifier)", limit: Self.maximumBytes)
            let rules = bytes.flatMap { try? TimeZoneRules(tzif: $0, identifier: identifier) }
            known[identifier] = .some(rules)
            return rules
        }
    }

    /// The version of the zone data, such as `2025b`; `unknown` where the folder does not say.
    package var version: String {
        let first = (try? readFile("\(folder)/tzdata.zi", limit: Self.maximumBytes))?.prefix { $0 != 0x0A }
        let words = first.map { String(decoding: $0, as: UTF8.self).split(separator: " ") } ?? []
        return words.count == 3 && words[1] == "version" ? String(words[2]) : "unknown"
    }

    private static func isIdentifier(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 128
            && parts.allSatisfy { part in
                guard let first = part.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
                    return false
                }
                return part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_.".contains($0)) }
            }
    }
}
