import CivilTime
import Synchronization
import WorkflowLoading

/// The calendars in some folders, `NAME.yaml` each, read as they are needed.
///
/// Each file is read once; make another value to see what has changed since.
final class CalendarFiles: Sendable {
    private struct Reading {
        var calendar: BusinessCalendar?
        var diagnostics: [Diagnostic]
        var file: TextFile
    }

    private static let ending = ".yaml"

    private let folders: [String]
    private let known = Mutex<[String: Reading]>([:])

    /// Reads calendars from folders; of two with one name, the first folder's counts.
    init(folders: [String]) { self.folders = folders }

    /// The names of the calendars there are, sorted.
    var names: [String] {
        let files = folders.flatMap { fileNames(in: $0) }.filter { $0.hasSuffix(Self.ending) }
        return Set(files).map { String($0.dropLast(Self.ending.count)) }.sorted()
    }

    /// A calendar by its name; `nil` for one that is not there or has mistakes.
    func calendar(_ name: String) -> BusinessCalendar? { reading(name)?.calendar }

    /// What is wrong with some calendars that have been asked for, and their texts by file.
    func findings(of names: [String]) -> (diagnostics: [Diagnostic], sources: [String: String]) {
        let readings = known.withLock { known in names.compactMap { known[$0] } }
        let sources = readings.map { ($0.file.path, $0.file.shown) }
        return (readings.flatMap(\.diagnostics), Dictionary(sources) { first, _ in first })
    }

    private func reading(_ name: String) -> Reading? {
        guard name.isFileName else { return nil }
        return known.withLock { known in
            if let reading = known[name] { return reading }
            let file = name + Self.ending
            guard let folder = folders.first(where: { fileNames(in: $0).contains(file) }) else { return nil }
            let read = readText("\(folder)/\(file)")
            let (calendar, diagnostics) = read.text.map { loadCalendar($0, file: read.path) } ?? (nil, [])
            let reading = Reading(calendar: calendar, diagnostics: read.diagnostics + diagnostics, file: read)
            known[name] = reading
            return reading
        }
    }
}
