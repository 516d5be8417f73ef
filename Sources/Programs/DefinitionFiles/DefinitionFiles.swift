import Synchronization
package import WorkflowLoading
package import WorkflowModel
import YAMLReader

/// Reads workflow files and what they refer to: zones and calendars.
///
/// Each calendar and zone is read once; make another value to see what has changed since.
package final class DefinitionFiles: Sendable {
    /// Where the package installs calendars.
    package static let installedCalendars = "/usr/share/jalon/workflows/calendars"

    /// The zone data.
    package let zones: ZoneFiles
    private let calendarFolders: [String]
    /// By the folder of the workflows that use them.
    private let calendars = Mutex<[String: CalendarFiles]>([:])

    /// Reads from these folders.
    ///
    /// - Parameters:
    ///   - zones: The zone data.
    ///   - calendarFolders: Where calendars are looked for after the folders `calendars` in and beside a workflow's.
    package init(zones: ZoneFiles, calendarFolders: [String] = [installedCalendars]) {
        self.zones = zones
        self.calendarFolders = calendarFolders
    }

    /// Reads and checks a workflow file.
    package func workflow(at path: String) -> WorkflowFile {
        let read = readText(path)
        guard let text = read.text else {
            return WorkflowFile(
                path: path, text: read.shown, workflow: nil, diagnostics: read.diagnostics,
                sources: [path: read.shown])
        }
        let calendars = calendars(for: Self.folder(of: path))
        let asked = Mutex<[String]>([])
        var environment = environment(calendars)
        environment.calendar = { name in
            asked.withLock { $0.append(name) }
            return calendars.calendar(name)
        }
        let (workflow, diagnostics) = loadWorkflow(text, file: path, environment: environment)
        let (ofCalendars, sources) = calendars.findings(of: asked.withLock(\.self))
        // A calendar with mistakes is there all the same: its mistakes say why it is not used.
        let isBroken = ofCalendars.contains { $0.severity == .error }
        let others = diagnostics.filter { !isBroken || $0.code != "unknown-calendar" }
        return WorkflowFile(
            path: path, text: text, workflow: workflow, diagnostics: ofCalendars + others,
            sources: sources.merging([path: text]) { $1 })
    }

    /// What workflows refer to, for a text that is not a file any more.
    ///
    /// - Parameter folder: Where calendars are looked for first.
    package func environment(for folder: String) -> LoadingEnvironment { environment(calendars(for: folder)) }

    private func environment(_ calendars: CalendarFiles) -> LoadingEnvironment {
        LoadingEnvironment(
            zone: { [zones] in zones.zone($0) }, calendar: { calendars.calendar($0) }, calendarNames: calendars.names)
    }

    private func calendars(for folder: String) -> CalendarFiles {
        calendars.withLock { calendars in
            if let known = calendars[folder] { return known }
            let files = CalendarFiles(folders: ["\(folder)/calendars", "\(folder)/../calendars"] + calendarFolders)
            calendars[folder] = files
            return files
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// A workflow file as it was read.
package struct WorkflowFile: Sendable {
    /// The file, as it was named.
    package var path: String
    /// Its text, to show lines of; empty where it could not be read.
    package var text: String
    /// `nil` where a diagnostic is an error.
    package var workflow: Workflow?
    /// What is wrong with it, and with the calendars it names.
    package var diagnostics: [Diagnostic]
    /// The texts that diagnostics speak of, by file.
    var sources: [String: String]

    /// A diagnostic as people read it, with the line it is about.
    package func rendered(_ diagnostic: Diagnostic) -> String {
        diagnostic.rendered(source: sources[diagnostic.file] ?? "")
    }
}

/// A text file as it was read.
package struct TextFile: Sendable {
    /// The file, as it was named.
    package var path: String
    /// Its text; `nil` where it is not there or no text.
    package var text: String?
    /// What of it can be shown to people, for the lines that diagnostics speak of.
    package var shown: String
    /// Why there is no text.
    package var diagnostics: [Diagnostic]
}

/// Reads a text file that people wrote, at most as large as YAML may be.
package func readText(_ path: String) -> TextFile {
    do throws(FileError) {
        let bytes = try readFile(path, limit: YAMLLimits.default.bytes)
        if let text = String(validating: bytes, as: UTF8.self) {
            return TextFile(path: path, text: text, shown: text, diagnostics: [])
        }
        let problems = readYAML(utf8: bytes).1.map {
            Diagnostic(severity: .error, code: $0.code, message: $0.message, file: path, span: $0.span)
        }
        return TextFile(
            path: path, text: nil, shown: String(decoding: bytes, as: UTF8.self), diagnostics: problems)
    } catch {
        let problem = Diagnostic(severity: .error, code: error.code, message: error.reason, file: path, span: nil)
        return TextFile(path: path, text: nil, shown: "", diagnostics: [problem])
    }
}
