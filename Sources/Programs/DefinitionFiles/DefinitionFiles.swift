import Synchronization
package import WorkflowLoading
package import WorkflowModel
import YAMLReader

/// Reads workflow files and what they refer to: zones, calendars, blocks and rule packs.
///
/// Each of these is read once; make another value to see what has changed since.
package final class DefinitionFiles: Sendable {
    /// Where the package installs calendars, blocks and rule packs, each in a folder of its own.
    package static let installed = "/usr/share/jalon/workflows"
    /// Where the package installs calendars.
    package static let installedCalendars = installed + "/calendars"

    /// The zone data.
    package let zones: ZoneFiles
    private let calendarFolders: [String]
    private let libraryFolders: [String]
    /// By the folder of the workflows that use them.
    private let calendars = Mutex<[String: CalendarFiles]>([:])
    private let libraries = Mutex<[String: LibraryFiles]>([:])

    /// Reads from these folders.
    ///
    /// - Parameters:
    ///   - zones: The zone data.
    ///   - calendarFolders: Where calendars are looked for after the folders `calendars` in and beside a workflow's.
    ///   - libraryFolders: Whose folders `blocks` and `rules` are looked in after those in and beside a workflow's.
    package init(
        zones: ZoneFiles, calendarFolders: [String] = [installedCalendars], libraryFolders: [String] = [installed]
    ) {
        self.zones = zones
        self.calendarFolders = calendarFolders
        self.libraryFolders = libraryFolders
    }

    /// Reads and checks a workflow file.
    package func workflow(at path: String) -> WorkflowFile {
        let read = readText(path)
        guard let text = read.text else {
            return WorkflowFile(
                path: path, text: read.shown, definition: read.shown, workflow: nil, diagnostics: read.diagnostics,
                sources: [path: read.shown])
        }
        let folder = Self.folder(of: path)
        let calendars = calendars(for: folder)
        let library = library(for: folder)
        let asked = Mutex<[String]>([])
        let used = Mutex<[LibraryFile: TextFile]>([:])
        var environment = environment(for: folder)
        environment.calendar = { name in
            asked.withLock { $0.append(name) }
            return calendars.calendar(name)
        }
        environment.library = { wanted in
            guard let file = library.file(wanted) else { return nil }
            used.withLock { $0[wanted] = file }
            return file.text.map { LibraryText(text: $0, path: file.path) }
        }
        let (workflow, diagnostics) = loadWorkflow(text, file: path, environment: environment)
        let (ofCalendars, sources) = calendars.findings(of: asked.withLock(\.self))
        // A calendar with mistakes is there all the same: its mistakes say why it is not used.
        let isBroken = ofCalendars.contains { $0.severity == .error }
        let others = diagnostics.filter { !isBroken || $0.code != "unknown-calendar" }
        let files = used.withLock(\.self)
        let ofLibrary = files.sorted { $0.key < $1.key }.flatMap(\.value.diagnostics)
        let shown = Dictionary(files.values.map { ($0.path, $0.shown) }) { first, _ in first }
        return WorkflowFile(
            path: path, text: text,
            definition: DefinitionText(workflow: text, library: files.compactMapValues(\.text)).joined,
            workflow: workflow, diagnostics: ofCalendars + ofLibrary + others,
            sources: sources.merging(shown) { $1 }.merging([path: text]) { $1 })
    }

    /// Compiles a definition from the text that a case is pinned to, with the library files of then and the calendars and
    /// zones of now.
    ///
    /// - Parameter folder: Where calendars are looked for first.
    package func workflow(pinned text: String, name: String, folder: String) -> Workflow? {
        let definition = DefinitionText(joined: text)
        var environment = environment(for: folder)
        environment.library = { wanted in
            definition.library[wanted].map {
                LibraryText(text: $0, path: "\(wanted.kind.rawValue)/\(wanted.name).yaml")
            }
        }
        environment.libraryNames = { kind in definition.library.keys.filter { $0.kind == kind }.map(\.name).sorted() }
        return loadWorkflow(definition.workflow, file: name, environment: environment).workflow
    }

    /// What files in a folder may refer to.
    ///
    /// - Parameter folder: Where calendars, blocks and rule packs are looked for first, each in its own folder in and
    ///   beside this one.
    package func environment(for folder: String) -> LoadingEnvironment {
        let calendars = calendars(for: folder)
        let library = library(for: folder)
        return LoadingEnvironment(
            zone: { [zones] in zones.zone($0) }, calendar: { calendars.calendar($0) }, calendarNames: calendars.names,
            library: { wanted in
                library.file(wanted).flatMap { file in file.text.map { LibraryText(text: $0, path: file.path) } }
            },
            libraryNames: { library.names(of: $0) })
    }

    private func calendars(for folder: String) -> CalendarFiles {
        calendars.withLock { calendars in
            if let known = calendars[folder] { return known }
            let files = CalendarFiles(folders: ["\(folder)/calendars", "\(folder)/../calendars"] + calendarFolders)
            calendars[folder] = files
            return files
        }
    }

    private func library(for folder: String) -> LibraryFiles {
        libraries.withLock { libraries in
            if let known = libraries[folder] { return known }
            let files = LibraryFiles(folders: [folder, "\(folder)/.."] + libraryFolders)
            libraries[folder] = files
            return files
        }
    }

    static func folder(of path: String) -> String {
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
    /// The text with the library files it uses, as ``DefinitionText`` joins them: what cases are pinned to.
    package var definition: String
    /// `nil` where a diagnostic is an error.
    package var workflow: Workflow?
    /// The pack, where the file holds one and no diagnostic is an error.
    package var rulePack: RulePack?
    /// What is wrong with it, and with the calendars and library files it names.
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
