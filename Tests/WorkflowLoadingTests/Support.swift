import CivilTime
import Foundation
import WorkflowLoading

/// The root of the project.
let projectRoot: URL = {
    let file = URL(filePath: #filePath).resolvingSymlinksInPath()
    return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}()

/// Two zones and two calendars, nothing of the machine's; the blocks and packs among the fixtures, and those that ship.
let smallEnvironment = LoadingEnvironment(
    zone: { $0 == "UTC" || $0 == "Africa/Casablanca" ? TimeZoneRules.utc : nil },
    calendar: { ["france", "morocco"].contains($0) ? BusinessCalendar(name: $0, rules: []) : nil },
    calendarNames: ["france", "morocco"],
    library: { wanted in
        libraryText(wanted, in: "Tests/WorkflowLoadingTests/Fixtures")
            ?? ([.block, .rules].contains(wanted.kind) ? libraryText(wanted, in: "workflows") : nil)
    },
    libraryNames: { $0 == .block ? ["about", "broken", "round", "step"] : ["broken", "house"] })

/// A file of a folder's library, such as `rules/NAME.yaml` below it.
func libraryText(_ file: LibraryFile, in folder: String) -> LibraryText? {
    let path = "\(file.kind.rawValue)/\(file.name).yaml"
    let text = try? String(contentsOf: projectRoot.appending(path: "\(folder)/\(path)"), encoding: .utf8)
    return text.map { LibraryText(text: $0, path: path) }
}

/// The text of a file among the fixtures; `nil` where there is none.
func fixtureText(_ path: String) -> String? {
    try? String(contentsOf: DiagnosticTests.folder.appending(path: path), encoding: .utf8)
}

/// A file's diagnostics as its author reads them; the beginning of its name says what it holds.
func rendered(_ text: String, file: String) -> String {
    let diagnostics =
        if file.hasPrefix("directory") {
            loadDirectory(text, file: file).diagnostics
        } else if file.hasPrefix("thresholds") {
            loadThresholds(text, file: file).diagnostics
        } else if file.hasPrefix("in-block") {
            readBlock(text, file: file, language: .english, environment: smallEnvironment).diagnostics
        } else if file.hasPrefix("rules-") {
            readRulePack(text, file: file, environment: smallEnvironment).diagnostics
        } else {
            loadWorkflow(text, file: file, environment: smallEnvironment).diagnostics
        }
    return diagnostics.map { $0.rendered(source: $0.file == file ? text : fixtureText($0.file) ?? "") + "\n" }.joined()
}
