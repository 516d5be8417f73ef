import ArgumentParser
import DefinitionFiles
import Findings
import WorkflowLoading
import WorkflowModel
import YAMLReader

/// `jalonctl check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check workflows, blocks and rule packs; say all that is wrong.",
        discussion: """
            Needs no service. Calendars are looked for in the folders 'calendars' in and beside the file's, then in \
            \(DefinitionFiles.installedCalendars). The exit code is 7 where a file has errors; warnings and notes \
            alone do not count.

            Where a file states the terms of its contract, the contradictions of the document are listed too, with the \
            lines they stand in, quoted where the document is beside the file or in 'documents' there. The exit code \
            is 10 where some keep the contract from starting; settle them with 'settled:' in the file, or with \
            'jalonctl start --settle'.

            With --json, an object with 'files', each with 'file', 'ok', 'workflow' or 'rules', 'diagnostics' and \
            'findings'. A diagnostic has 'severity', 'code', 'message', 'file', 'line', 'column', 'endLine', 'endColumn' and \
            'guess'; a finding has 'key', 'rule', 'severity', 'message', 'proposal', 'lines', 'blocks', 'parameter' \
            and 'settled'.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The files of workflows, blocks and rule packs.", valueName: "file"))
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
        let blocks = read.contains { $0.workflow.map { findings(of: $0).contains(where: \.isBlocking) } == true }
        if blocks { throw ExitCode(Failure.Kind.unsettled.rawValue) }
    }

    static func text(_ file: WorkflowFile, style: Style) -> String {
        (diagnosticLines(file.diagnostics, in: file.path, style) { file.rendered($0) } + contradictionLines(file, style))
            .joined(separator: "\n")
    }

    /// Diagnostics of one file of any kind, and how many there are.
    static func text(
        _ diagnostics: [Diagnostic], in path: String, style: Style, rendered: (Diagnostic) -> String
    ) -> String {
        diagnosticLines(diagnostics, in: path, style, rendered: rendered).joined(separator: "\n")
    }

    private static func contradictionLines(_ file: WorkflowFile, _ style: Style) -> [String] {
        guard let workflow = file.workflow else { return [] }
        let document = workflow.document.flatMap { ContractDocument(named: $0, besideWorkflowAt: file.path) }
        return FindingsText(workflow: workflow, findings: findings(of: workflow), document: document, style: style)
            .lines
    }

    private static func diagnosticLines(
        _ diagnostics: [Diagnostic], in path: String, _ style: Style, rendered: (Diagnostic) -> String
    ) -> [String] {
        guard !diagnostics.isEmpty else { return ["\(safe(path)): \(style.green("no mistakes"))"] }
        func count(_ severity: Diagnostic.Severity) -> String? {
            let count = diagnostics.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        let counts = [count(.error).map(style.red), count(.warning).map(style.yellow), count(.note)]
        let paragraphs = diagnostics.map { diagnostic in
            rendered(diagnostic).split(separator: "\n").map { safe(String($0)) }.joined(separator: "\n")
        }
        let summary = "\(safe(path)): \(counts.compactMap(\.self).joined(separator: ", "))"
        return paragraphs + [summary]
    }
}

/// What `check --json` prints.
struct CheckReport: Encodable {
    struct File: Encodable {
        var file: String
        /// No diagnostic is an error.
        var ok: Bool
        /// The workflow's name; absent where the file has errors or holds something else.
        var workflow: String?
        /// The rule pack's name; absent where the file has errors or holds something else.
        var rules: String?
        var diagnostics: [Finding]
        /// Contradictions of the contract's document.
        var findings: [Contradiction]
    }

    struct Contradiction: Encodable {
        struct Settled: Encodable {
            var choice: String
            var reason: String
            var by: String?
        }

        /// What settles it: `CHK-03/period`.
        var key: String
        var rule: String
        var severity: String
        /// In the contract's language, as is the proposal.
        var message: String
        var proposal: String
        /// Of the document.
        var lines: [Int]
        /// It keeps the contract from starting.
        var blocks: Bool
        /// The parameter whose value the settlement is.
        var parameter: String?
        var settled: Settled?

        init(_ finding: Findings.Finding) {
            key = finding.key
            rule = finding.rule
            severity = finding.severity.rawValue
            message = finding.message
            proposal = finding.proposal
            lines = finding.clauses.map(\.line)
            blocks = finding.isBlocking
            parameter = finding.parameter
            settled = finding.settlement.map { Settled(choice: $0.choice, reason: $0.reason, by: $0.by) }
        }
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
                file: file.path, ok: file.isSound, workflow: file.workflow?.name, rules: file.rulePack?.name,
                diagnostics: file.diagnostics.map(Finding.init),
                findings: file.workflow.map { Findings.findings(of: $0).map(Contradiction.init) } ?? [])
        }
    }
}
