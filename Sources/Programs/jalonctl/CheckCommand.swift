import ArgumentParser
import DefinitionFiles
import WorkflowLoading
import WorkflowModel
import YAMLReader

/// `jalonctl check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check files of workflows and blocks and say all that is wrong with them.",
        discussion: """
            Needs no service. Calendars are looked for in the folders 'calendars' in and beside the file's, then in \
            \(DefinitionFiles.installedCalendars). The exit code is 7 where a file has errors; warnings alone do \
            not count.

            With --json, an object with 'files', each with 'file', 'ok', 'workflow' and 'diagnostics', each of these \
            with 'severity', 'code', 'message', 'file', 'line', 'column', 'endLine', 'endColumn' and 'guess'.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The files of workflows and blocks.", valueName: "file"))
    var files: [String]

    func run() throws {
        let definitions = DefinitionFiles(zones: .ofEnvironment())
        let read = files.map { definitions.definition(at: $0) }
        if options.json {
            try printJSON(CheckReport(read))
        } else {
            print(read.map { Self.text($0, style: .ofOutput) }.joined(separator: "\n"))
        }
        if read.contains(where: { !$0.isSound }) { throw ExitCode(Failure.Kind.badFile.rawValue) }
    }

    static func text(_ file: WorkflowFile, style: Style) -> String {
        guard !file.diagnostics.isEmpty else { return "\(safe(file.path)): \(style.green("no mistakes"))" }
        let errors = file.diagnostics.count { $0.severity == .error }
        let others = file.diagnostics.count - errors
        let counts = [
            errors == 0 ? nil : style.red("\(errors) \(errors == 1 ? "error" : "errors")"),
            others == 0 ? nil : style.yellow("\(others) \(others == 1 ? "warning" : "warnings")"),
        ]
        let rendered = file.diagnostics.map { diagnostic in
            file.rendered(diagnostic).split(separator: "\n").map { safe(String($0)) }.joined(separator: "\n")
        }
        let summary = "\(safe(file.path)): \(counts.compactMap(\.self).joined(separator: ", "))"
        return (rendered + [summary]).joined(separator: "\n")
    }
}

/// What `check --json` prints.
struct CheckReport: Encodable {
    struct File: Encodable {
        var file: String
        /// No diagnostic is an error.
        var ok: Bool
        /// The workflow's name; absent where the file has errors or is a block's.
        var workflow: String?
        var diagnostics: [Finding]
    }

    struct Finding: Encodable {
        var severity: String
        var code: String
        var message: String
        var file: String
        /// From 1, as is the column; absent where the finding has no place.
        var line: Int?
        var column: Int?
        var endLine: Int?
        var endColumn: Int?
        var guess: String?

        init(_ diagnostic: Diagnostic) {
            severity = diagnostic.severity.rawValue
            code = diagnostic.code
            message = diagnostic.message
            file = diagnostic.file
            line = diagnostic.span?.start.line
            column = diagnostic.span?.start.column
            endLine = diagnostic.span?.end.line
            endColumn = diagnostic.span?.end.column
            guess = diagnostic.guess
        }
    }

    var files: [File]

    init(_ read: [WorkflowFile]) {
        files = read.map { file in
            File(
                file: file.path, ok: file.isSound, workflow: file.workflow?.name,
                diagnostics: file.diagnostics.map(Finding.init))
        }
    }
}
