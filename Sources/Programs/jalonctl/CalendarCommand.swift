import ArgumentParser
import CivilTime
import WorkflowLoading

/// `jalonctl calendar`.
struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Look at calendars of holidays and check their files.",
        discussion: """
            Needs no service. A calendar is a file NAME.yaml, looked for in the folder that --calendars names, then in \
            \(CalendarLibrary.standardFolders.joined(separator: ", ")).
            """,
        subcommands: [CalendarShow.self, CalendarList.self, CalendarCheck.self])

    /// Taken up here too, so that it may stand before the subcommand.
    @OptionGroup var options: GlobalOptions
}

/// The folder that calendars are looked for in first.
struct CalendarOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Look for calendars here first.", valueName: "folder"))
    var calendars: String?

    var library: CalendarLibrary { CalendarLibrary(folder: calendars) }
}

/// `jalonctl calendar show`.
struct CalendarShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "List the holidays of some years, those on a weekend too.",
        discussion: """
            A provisional date is an estimate that a proclamation may still move by a day.

            With --json, a list of objects with 'date', 'name', 'provisional' and 'source'.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var places: CalendarOptions

    @Argument(help: ArgumentHelp("The calendar, or a file.", valueName: "name"))
    var name: String

    @Option(name: .long, help: ArgumentHelp("The first year.", valueName: "year"))
    var from: Int

    @Option(name: .long, help: ArgumentHelp("The last year; the first where absent.", valueName: "year"))
    var to: Int?

    func validate() throws {
        let last = to ?? from
        if !(1...9999).contains(from) || !(1...9999).contains(last) {
            throw ValidationError("Years are 1 to 9999")
        }
        if last < from { throw ValidationError("--to \(last) is before --from \(from)") }
    }

    func run() throws {
        let holidays = try places.library.calendar(name).holidays(in: from...(to ?? from))
        if options.json { return try printJSON(holidays.map(HolidayReport.init)) }
        print(Self.text(holidays, style: .ofOutput))
    }

    static func text(_ holidays: [Holiday], style: Style) -> String {
        guard !holidays.isEmpty else { return "no holidays" }
        let rows = holidays.map { holiday in
            [
                holiday.date.weekday.words(in: .english), holiday.date.description, holiday.name,
                holiday.provisional ? "provisional" : "",
            ]
        }
        return table(rows, style: style).joined(separator: "\n")
    }
}

/// A holiday as `calendar show --json` prints it.
struct HolidayReport: Encodable {
    var date: String
    var name: String
    var provisional: Bool
    var source: String

    init(_ holiday: Holiday) {
        date = holiday.date.description
        name = holiday.name
        provisional = holiday.provisional
        source = holiday.source
    }
}

/// `jalonctl calendar list`.
struct CalendarList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the calendars there are and their files.",
        discussion: "With --json, a list of objects with 'name', 'title', 'file' and 'ok'.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var places: CalendarOptions

    struct Row: Encodable {
        var name: String
        /// Absent where the file says none or cannot be read.
        var title: String?
        var file: String
        /// No diagnostic is an error.
        var ok: Bool
    }

    func run() throws {
        let library = places.library
        let rows = library.names.compactMap { name in
            library.path(of: name).map { path in
                let file = CalendarLibrary.File(path: path)
                return Row(name: name, title: file.title, file: path, ok: file.calendar != nil)
            }
        }
        if options.json { return try printJSON(rows) }
        print(Self.text(rows, style: .ofOutput))
    }

    static func text(_ rows: [Row], style: Style) -> String {
        guard !rows.isEmpty else { return "no calendars; name a folder that has some with --calendars" }
        let cells = rows.map { [$0.name, $0.title ?? "", $0.ok ? $0.file : "\($0.file) (has mistakes)"] }
        return table(cells, heading: ["CALENDAR", "TITLE", "FILE"], style: style).joined(separator: "\n")
    }
}

/// `jalonctl calendar check`.
struct CalendarCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check calendar files and say all that is wrong with them.",
        discussion: """
            The exit code is 7 where a file has errors; warnings alone do not count.

            With --json, an object with 'files', each with 'file', 'ok', 'calendar' and 'diagnostics', as \
            'jalonctl check' has them.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The calendar files.", valueName: "file"))
    var files: [String]

    struct Report: Encodable {
        struct File: Encodable {
            var file: String
            /// No diagnostic is an error.
            var ok: Bool
            /// The calendar's name; absent where the file has errors.
            var calendar: String?
            var diagnostics: [CheckReport.Finding]
        }

        var files: [File]
    }

    func run() throws {
        let read = files.map { CalendarLibrary.File(path: $0) }
        if options.json {
            try printJSON(
                Report(
                    files: read.map { file in
                        .init(
                            file: file.path, ok: file.calendar != nil, calendar: file.calendar?.name,
                            diagnostics: file.diagnostics.map(CheckReport.Finding.init))
                    }))
        } else {
            print(read.map { Self.text($0, style: .ofOutput) }.joined(separator: "\n"))
        }
        if read.contains(where: { $0.calendar == nil }) { throw ExitCode(Failure.Kind.badFile.rawValue) }
    }

    static func text(_ file: CalendarLibrary.File, style: Style) -> String {
        CheckCommand.text(file.diagnostics, in: file.path, style: style) { $0.rendered(source: file.text) }
    }
}
