import ArgumentParser
import CivilTime
import DefinitionFiles
import WorkflowLoading

/// `jalonctl explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what a block of the library is for and how a workflow uses it.",
        discussion: """
            Needs no service. Blocks are looked for in the folder 'blocks' of this folder, of 'workflows' and beside, \
            then in \(DefinitionFiles.installed)/blocks; a name with '/' or '.yaml' is a file. Without a name, the \
            blocks there are.

            With --json, an object with 'block', 'title', 'summary', 'file', 'parameters' (each with 'name', 'type', \
            'required', 'default' and 'summary'), 'outcomes' (each with 'name', 'title' and 'required'), 'events', \
            'raised', 'dates' and 'values' (each with 'name', 'title' and 'details'); without a name, a list of objects \
            with 'block', 'title' and 'file'.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The block's name or file.", valueName: "block"))
    var block: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Answer in this language, fr or en, and not in that of the locale.", valueName: "language"))
    var language: Language?

    private static let folders = ["workflows", "."]

    func run() throws {
        let definitions = DefinitionFiles(zones: .ofEnvironment())
        let language = language ?? .ofLocale
        guard let block else { return try list(definitions, language) }
        let path = try path(of: block, definitions)
        let reading = definitions.block(at: path, language: language)
        guard let description = reading.block else {
            print(CheckCommand.text(reading.file, style: .ofOutput))
            throw ExitCode(Failure.Kind.badFile.rawValue)
        }
        if options.json { return try printJSON(BlockReport(description, file: path)) }
        print(BlockText(description, language: language, style: .ofOutput).lines.joined(separator: "\n"))
    }

    private func path(of block: String, _ definitions: DefinitionFiles) throws(Failure) -> String {
        if block.contains("/") || block.hasSuffix(".yaml") { return block }
        for folder in Self.folders {
            if let path = definitions.pathOfBlock(block, from: folder) { return path }
        }
        let names = Set(Self.folders.flatMap { definitions.blockNames(from: $0) }).sorted()
        throw Failure(
            .notFound, code: "block-not-found", "there is no block '\(block)'",
            hint: names.isEmpty
                ? "give the path of its file"
                : "there are \(names.joined(separator: ", ")); or give the path of its file")
    }

    private func list(_ definitions: DefinitionFiles, _ language: Language) throws {
        let names = Set(Self.folders.flatMap { definitions.blockNames(from: $0) }).sorted()
        let entries = names.compactMap { name -> BlockEntry? in
            guard let path = Self.folders.lazy.compactMap({ definitions.pathOfBlock(name, from: $0) }).first else {
                return nil
            }
            let title = definitions.block(at: path, language: language).block?.title
            return BlockEntry(block: name, title: title ?? "", file: path)
        }
        if options.json { return try printJSON(entries) }
        guard !entries.isEmpty else { return print("there are no blocks here; give the path of a file") }
        let rows = entries.map { [$0.block, $0.title, $0.file] }
        print(table(rows, heading: ["BLOCK", "TITLE", "FILE"], style: .ofOutput).joined(separator: "\n"))
    }
}

extension Language {
    /// The language of messages that the environment asks for; English where it asks for another than these.
    fileprivate static var ofLocale: Language {
        let locale = environment("LC_ALL") ?? environment("LC_MESSAGES") ?? environment("LANG") ?? ""
        return locale.hasPrefix("fr") ? .french : .english
    }
}

/// A block as people read it.
struct BlockText {
    let lines: [String]

    init(_ block: BlockDescription, language: Language, style: Style) {
        let french = language == .french
        func words(_ english: String, _ other: String) -> String { french ? other : english }
        var lines = [style.bold(safe(block.name)) + "  " + safe(block.title)]
        if let summary = block.summary {
            lines += wrapped(safe(summary), to: (style.width ?? 100) - 2).map { "  \($0)" }
        }
        lines += CaseText.section(
            words("Parameters", "Paramètres"),
            block.parameters.map { parameter in
                let need =
                    parameter.defaultText.map { "\(words("default", "par défaut")) \($0)" }
                    ?? (parameter.isRequired ? words("required", "à donner") : words("may be left out", "facultatif"))
                return [parameter.name, parameter.type, need, parameter.summary ?? ""]
            }, style)
        lines += CaseText.section(
            words("Outcomes", "Issues"),
            block.outcomes.map { outcome in
                [
                    outcome.name, outcome.title ?? "",
                    outcome.isRequired ? words("has to lead somewhere", "doit mener à un état") : "",
                ]
            }, style)
        lines += CaseText.section(words("Events to report", "Événements à déclarer"), block.events.map(Self.row), style)
        lines += CaseText.section(
            words("Events it raises", "Événements qu'il signale"), block.raised.map(Self.row), style)
        lines += CaseText.section("Dates", block.dates.map(Self.row), style)
        lines += CaseText.section(words("Values to read", "Valeurs à lire"), block.values.map(Self.row), style)
        self.lines = lines + ["", style.bold(words("In a workflow", "Dans un workflow"))] + Self.example(block)
    }

    private static func row(_ part: BlockDescription.Part) -> [String] {
        [part.name, part.title ?? "", part.details.joined(separator: ", ")]
    }

    /// What has to be written, with the names that are the reader's to choose in capitals.
    private static func example(_ block: BlockDescription) -> [String] {
        var lines = ["  states:", "    my-\(block.name):", "      use: \(block.name)"]
        let needed = block.parameters.filter(\.isRequired)
        if !needed.isEmpty {
            lines.append("      with:")
            lines += needed.map { "        \($0.name): \($0.type.prefix { $0 != " " }.uppercased())" }
        }
        let outcomes = block.outcomes.filter(\.isRequired)
        if !outcomes.isEmpty {
            lines.append("      outcomes: { \(outcomes.map { "\($0.name): STATE" }.joined(separator: ", ")) }")
        }
        return lines
    }
}

/// What `explain --json` prints.
struct BlockReport: Encodable {
    struct Parameter: Encodable {
        var name: String
        var type: String
        var required: Bool
        var `default`: String?
        var summary: String?
    }

    struct Outcome: Encodable {
        var name: String
        var title: String?
        var required: Bool
    }

    struct Part: Encodable {
        var name: String
        var title: String?
        var details: [String]

        init(_ part: BlockDescription.Part) {
            (name, title, details) = (part.name, part.title, part.details)
        }
    }

    var block: String
    var title: String
    var summary: String?
    var file: String
    var parameters: [Parameter]
    var outcomes: [Outcome]
    var events: [Part]
    var raised: [Part]
    var dates: [Part]
    var values: [Part]

    init(_ block: BlockDescription, file: String) {
        self.block = block.name
        title = block.title
        summary = block.summary
        self.file = file
        parameters = block.parameters.map {
            Parameter(
                name: $0.name, type: $0.type, required: $0.isRequired, default: $0.defaultText, summary: $0.summary)
        }
        outcomes = block.outcomes.map { Outcome(name: $0.name, title: $0.title, required: $0.isRequired) }
        events = block.events.map(Part.init)
        raised = block.raised.map(Part.init)
        dates = block.dates.map(Part.init)
        values = block.values.map(Part.init)
    }
}

/// A line of `explain` without a name.
struct BlockEntry: Encodable {
    var block: String
    var title: String
    var file: String
}
