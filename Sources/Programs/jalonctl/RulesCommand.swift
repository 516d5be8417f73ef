import ArgumentParser
import CivilTime
import DefinitionFiles
import Expressions
import WorkflowLoading
import WorkflowModel

/// `jalonctl rules`.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Look at rule packs: their values, formulas and sources.",
        discussion: """
            Needs no service. A pack is a file rules/NAME.yaml, looked for in and beside the folder that --workflows names, \
            then in \(RuleLibrary.standardFolders.map { "\($0)/rules" }.joined(separator: ", ")). 'jalonctl check' checks \
            such files; 'jalonctl eval --rules' computes with them.
            """,
        subcommands: [RulesShow.self, RulesList.self])

    /// Taken up here too, so that it may stand before the subcommand.
    @OptionGroup var options: GlobalOptions
}

/// The folder that rule packs are looked for in first.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Look for rule packs in and beside this folder first.", valueName: "folder"))
    var workflows = RuleLibrary.standardFolder

    var library: RuleLibrary { RuleLibrary(folder: workflows) }
}

/// Where rule packs are looked for by name.
struct RuleLibrary {
    static let standardFolder = "workflows"
    static let standardFolders = ["/etc/jalon/workflows", DefinitionFiles.installed]

    let environment: LoadingEnvironment

    init(folder: String) {
        environment = DefinitionFiles(zones: .ofEnvironment(), libraryFolders: Self.standardFolders)
            .environment(for: folder)
    }

    /// Names of the packs, sorted. The numbers that contracts are compared with before they start are no pack.
    var names: [String] { environment.libraryNames(.rules).filter { $0 != "thresholds" } }

    /// A pack with those it rests on, for a consultation.
    ///
    /// - Throws: ``Failure`` for a name that is not there or files with mistakes.
    func book(
        _ name: String, on day: CivilDate?, in language: Language = .english
    ) throws(Failure) -> RuleBook {
        guard environment.library(LibraryFile(.rules, name)) != nil else {
            throw Failure(
                .notFound, code: "rule-pack-not-found", "there is no rule pack '\(name)'",
                hint: names.isEmpty
                    ? "name the folder of your workflows with --workflows"
                    : "there are \(names.joined(separator: ", "))")
        }
        let (book, diagnostics) = loadRuleBook(name, consultation: day, language: language, environment: environment)
        guard let book else {
            let first = diagnostics.first { $0.severity == .error }
            throw Failure(
                .badFile, code: "bad-file",
                "the rule pack '\(name)' has mistakes" + (first.map { ": \($0.message)" } ?? ""),
                hint: first.map { "see all with 'jalonctl check \($0.file)'" })
        }
        return book
    }
}

/// Reads a day given as an option.
func day(_ option: String, _ text: String?) throws(Failure) -> CivilDate? {
    guard let text else { return nil }
    guard let day = CivilDate(iso: text) else {
        throw .usage("\(option) '\(text)' is no day", hint: "write it as 2021-09-24")
    }
    return day
}

/// `jalonctl rules list`.
struct RulesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rule packs there are.",
        discussion: "With --json, a list of objects with 'name', 'title', 'standing', 'extends', 'file' and 'ok'.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var packs: RuleOptions

    struct Row: Encodable {
        var name: String
        /// Absent where the file has mistakes, as is what follows.
        var title: String?
        var standing: String?
        var extends: String?
        var file: String
        /// No diagnostic is an error.
        var ok: Bool
    }

    func run() throws {
        let environment = packs.library.environment
        let rows: [Row] = packs.library.names.compactMap { name in
            guard let found = environment.library(LibraryFile(.rules, name)) else { return nil }
            let pack = readRulePack(found.text, file: found.path, environment: environment).pack
            return Row(
                name: name, title: pack?.title.words(in: .english), standing: pack?.standing.rawValue,
                extends: pack?.base, file: found.path, ok: pack != nil)
        }
        if options.json { return try printJSON(rows) }
        print(Self.text(rows, style: .ofOutput))
    }

    static func text(_ rows: [Row], style: Style) -> String {
        guard !rows.isEmpty else { return "no rule packs; name the folder of your workflows with --workflows" }
        let cells = rows.map {
            [$0.name, $0.title ?? "", $0.extends ?? "", $0.ok ? $0.file : "\($0.file) (has mistakes)"]
        }
        return table(cells, heading: ["PACK", "TITLE", "EXTENDS", "FILE"], style: style).joined(separator: "\n")
    }
}

/// `jalonctl rules show`.
struct RulesShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a pack's values and formulas with their sources.",
        discussion: """
            Values of the packs it extends are shown too. With --on, those that hold for a consultation of that day; \
            without, all, with the consultations that each holds for.

            With --json, an object with 'pack', 'on', 'values', each of these with 'name', 'title', 'value', 'from', 'until', \
            'pack', 'article', 'sources' and 'unverified', and 'functions', each with 'call', 'title', 'formula' and the same.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var packs: RuleOptions

    @Argument(help: ArgumentHelp("The pack.", valueName: "pack"))
    var name: String

    @Option(name: .long, help: ArgumentHelp("The day of the consultation.", valueName: "day"))
    var on: String?

    @Option(name: .long, help: ArgumentHelp("Titles and words in this language.", valueName: "language"))
    var language = Language.english

    func run() throws {
        let book = try packs.library.book(name, on: try day("--on", on), in: language)
        let report = RulesReport(book, language)
        if options.json { return try printJSON(report) }
        print(report.text(language, style: .ofOutput))
    }
}
