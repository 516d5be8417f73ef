import ArgumentParser
import CivilTime
import DefinitionFiles
import Glibc
import People
import WorkflowLoading

/// `jalonctl people`.
struct PeopleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people", abstract: "Check a directory of people and show who answers for what on a day.",
        discussion: """
            Needs no service. A role or seat with nobody behind it on that day is named, and the exit code is then 7, \
            as it is for a file with mistakes.

            With --json, an object with 'file', 'day', 'diagnostics', 'vacant' and 'entries', each of these with 'name', \
            'kind' and 'people', each with 'id', 'name', 'address' and 'standsInFor'.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The file.", valueName: "file"))
    var file = "/etc/jalon/people.yaml"

    @Option(name: .long, help: ArgumentHelp("The day; today where absent.", valueName: "day"))
    var on: String?

    func run() throws {
        let day = try self.day()
        let read = readText(file)
        let (directory, diagnostics) = read.text.map { loadDirectory($0, file: file) } ?? (nil, read.diagnostics)
        let report = PeopleReport(file: file, day: day, directory: directory, diagnostics: diagnostics)
        if options.json {
            try printJSON(report)
        } else {
            for diagnostic in diagnostics {
                print(
                    diagnostic.rendered(source: read.shown).split(separator: "\n").map { safe(String($0)) }
                        .joined(separator: "\n"))
            }
            if directory != nil { print(Self.text(report, style: .ofOutput)) }
        }
        if directory == nil || !report.vacant.isEmpty { throw ExitCode(Failure.Kind.badFile.rawValue) }
    }

    private func day() throws(Failure) -> CivilDate {
        if let day = try jalonctl.day("--on", on) { return day }
        let now = Timestamp(secondsSinceEpoch: Int64(time(nil)))
        return ZoneFiles.ofEnvironment().machineZone().civil(at: now).date
    }

    static func text(_ report: PeopleReport, style: Style) -> String {
        let rows = report.entries.flatMap { entry in
            let people = entry.people.map { person in
                [person.name, person.address, person.standsInFor.map { "stands in for \($0)" } ?? ""]
            }
            return (people.isEmpty ? [["nobody", "", ""]] : people).enumerated().map { index, cells in
                [index == 0 ? entry.name : "", index == 0 ? entry.kind : ""] + cells
            }
        }
        var lines = table(rows, heading: ["NAME", "KIND", "PERSON", "ADDRESS", ""], style: style)
        lines += report.vacant.map { style.red("nobody is behind \(safe($0)) on \(report.day)") }
        return lines.joined(separator: "\n")
    }
}

/// What `people --json` prints.
struct PeopleReport: Encodable {
    struct Entry: Encodable {
        var name: String
        /// `role` or `organ`.
        var kind: String
        var people: [Named]
    }

    struct Named: Encodable {
        var id: String
        var name: String
        var address: String
        /// The name of the person who is away.
        var standsInFor: String?
    }

    var file: String
    /// As in 2021-09-24.
    var day: String
    var diagnostics: [CheckReport.Finding]
    /// Roles and seats without anybody on that day, in words.
    var vacant: [String]
    var entries: [Entry]

    init(file: String, day: CivilDate, directory: Directory?, diagnostics: [Diagnostic]) {
        self.file = file
        self.day = day.description
        self.diagnostics = diagnostics.map(CheckReport.Finding.init)
        vacant = directory?.vacancies(on: day) ?? []
        let references =
            (directory?.roles.map { Reference(.role, $0.name) } ?? [])
            + (directory?.organs.map { Reference(.organ, $0.name) } ?? [])
        entries = references.map { reference in
            Entry(
                name: reference.name, kind: reference.kind.rawValue,
                people: (directory?.recipients(of: reference, on: day) ?? []).map { recipient in
                    Named(
                        id: recipient.person.id, name: recipient.person.name, address: recipient.person.address,
                        standsInFor: recipient.standsInFor?.name)
                })
        }
    }
}
