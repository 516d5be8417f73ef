import Calculations
import CivilTime
import DefinitionFiles
import WorkflowLoading

/// Where calendars are looked for by name.
struct CalendarLibrary {
    /// A calendar file as it was read.
    struct File {
        var path: String
        var text: String
        /// Its calendar's `title`.
        var title: String?
        /// `nil` where a diagnostic is an error.
        var calendar: BusinessCalendar?
        var diagnostics: [Diagnostic]

        init(path: String) {
            let read = readText(path)
            self.path = path
            text = read.shown
            guard let content = read.text else {
                diagnostics = read.diagnostics
                return
            }
            let file = readCalendar(content, file: path)
            (title, calendar, diagnostics) = (file.title, file.calendar, file.diagnostics)
        }
    }

    /// Where the service and people keep them, beside those that a command names.
    static let standardFolders = [
        "workflows/calendars", "/etc/jalon/workflows/calendars", DefinitionFiles.installedCalendars,
    ]
    private static let ending = ".yaml"

    /// The first that has a name counts.
    let folders: [String]

    init(folder: String?) { folders = (folder.map { [$0] } ?? []) + Self.standardFolders }

    /// The names of the calendars there are, sorted.
    var names: [String] {
        let files = folders.flatMap { fileNames(in: $0) }.filter { $0.hasSuffix(Self.ending) }
        return Set(files).map { String($0.dropLast(Self.ending.count)) }.sorted()
    }

    /// What calendars can be named, in words; where there are none, where they were looked for and what to do.
    var choice: String {
        let known = names
        guard known.isEmpty else { return "there are \(known.joined(separator: ", "))" }
        let looked = folders.joined(separator: ", ")
        return "no calendars were found in \(looked): name the folder that has some with --calendars"
    }

    /// The file of a calendar's name, or a file named as such, as `./mine.yaml`; `nil` where there is none.
    func path(of name: String) -> String? {
        if name.contains("/") || name.hasSuffix(Self.ending) { return name }
        return folders.first { fileNames(in: $0).contains(name + Self.ending) }.map { "\($0)/\(name)\(Self.ending)" }
    }

    /// A calendar by its name.
    ///
    /// - Throws: ``Failure`` for a name that is not there or whose file has mistakes.
    func calendar(_ name: String) throws(Failure) -> BusinessCalendar {
        guard let path = path(of: name) else {
            throw Failure(.notFound, code: "calendar-not-found", "there is no calendar '\(name)'", hint: choice)
        }
        let file = File(path: path)
        guard let calendar = file.calendar else {
            let first = file.diagnostics.first { $0.severity == .error }.map { ": \($0.message)" } ?? ""
            throw Failure(
                .badFile, code: "bad-file", "the calendar '\(name)' has mistakes\(first)",
                hint: "see all with 'jalonctl calendar check \(path)'")
        }
        return calendar
    }
}
