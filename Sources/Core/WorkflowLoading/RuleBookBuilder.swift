import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// Puts a rule book together: reads packs, lets those above replace what those below say, compiles formulas.
final class RuleBookBuilder {
    private let consultation: CivilDate?
    private let language: Language
    private let environment: LoadingEnvironment
    /// Of the files that were read, in the order in which they were.
    private(set) var reports: [Report] = []
    /// What the contract says otherwise, by name.
    var settings: [String: RuleSetting] = [:]
    /// Whether the contract cites the packs that hold by citation.
    var isCited = true

    /// Longer chains of packs nobody writes.
    private static let mostPacks = 10

    init(consultation: CivilDate?, language: Language, environment: LoadingEnvironment) {
        self.consultation = consultation
        self.language = language
        self.environment = environment
    }

    var diagnostics: [Diagnostic] { reports.flatMap(\.inOrder) }
    private var hasErrors: Bool { reports.contains { $0.hasErrors } }

    /// The book of a pack; `nil` where there is no such pack or one of the files has mistakes.
    func book(of name: String) -> RuleBook? {
        guard let file = readFile(name, at: nil, in: nil) else { return nil }
        let files = chain(from: file)
        guard !hasErrors else { return nil }
        let book = book(of: files)
        return hasErrors ? nil : book
    }

    /// Checks a file that is at hand.
    func check(_ text: String, file: String) -> RulePack? {
        guard let read = read(text, path: file) else { return nil }
        var files = chain(from: read)
        // Of a name that stands for others, those are what there is to check.
        if !read.pack.editions.isEmpty { files = [read] }
        // Where a pack it rests on cannot be read, every name of that one would be missed.
        if files.last?.pack.base == nil { _ = book(of: files) }
        return hasErrors ? nil : read.pack
    }

    // MARK: Files

    private func read(_ text: String, path: String) -> RulePackFile? {
        let (root, report) = readTree(text, file: path, kind: "a rule pack")
        reports.append(report)
        var reader = RulePackReader(report: report, environment: environment)
        return root.flatMap { reader.read($0) }
    }

    private func readFile(_ name: String, at span: SourceSpan?, in report: Report?) -> RulePackFile? {
        guard let found = environment.library(LibraryFile(.rules, name)) else {
            if let span { report?.unknown("rule pack", name, at: span, among: environment.libraryNames(.rules)) }
            return nil
        }
        let file = read(found.text, path: found.path)
        if let file, file.pack.name != name {
            file.report.error(
                "wrong-name", "the file is called '\(name)', and the pack '\(file.pack.name)'; give both one name",
                at: nil)
        }
        return file
    }

    /// The pack with those it rests on, editions replaced by what they stand for.
    private func chain(from first: RulePackFile) -> [RulePackFile] {
        var files: [RulePackFile] = []
        var next: RulePackFile? = first
        var names: [String] = []
        while let file = next {
            names.append(file.pack.name)
            if let index = file.pack.editions.firstIndex(where: { edition in
                consultation.map(edition.term.contains) ?? false
            }) {
                let name = file.pack.editions[index].pack
                next = follow(name, at: file.editionSpans[index], from: file, names)
                continue
            }
            if !file.pack.editions.isEmpty { checkEditions(of: file) }
            files.append(file)
            next = file.pack.base.flatMap { base in file.baseSpan.flatMap { follow(base, at: $0, from: file, names) } }
        }
        return files
    }

    private func follow(
        _ name: String, at span: SourceSpan, from file: RulePackFile, _ names: [String]
    ) -> RulePackFile? {
        if names.contains(name) {
            file.report.error(
                "pack-cycle", "the pack rests on itself: \((names + [name]).joined(separator: " → "))", at: span)
            return nil
        }
        if names.count >= Self.mostPacks {
            file.report.error("too-large", "more than \(Self.mostPacks) packs rest on one another here", at: span)
            return nil
        }
        return readFile(name, at: span, in: file.report)
    }

    /// Without a consultation, a name that stands for several packs stands for none; they should be there all the same.
    private func checkEditions(of file: RulePackFile) {
        for (edition, span) in zip(file.pack.editions, file.editionSpans)
        where environment.library(LibraryFile(.rules, edition.pack)) == nil {
            file.report.unknown("rule pack", edition.pack, at: span, among: environment.libraryNames(.rules))
        }
    }

    // MARK: Values

    private func book(of files: [RulePackFile]) -> RuleBook {
        var book = RuleBook(
            packs: files.map(\.pack), consultation: consultation, values: [], functions: [], tables: [],
            language: language)
        var owners: [String: RulePackFile] = [:]
        for file in files {
            for value in file.pack.values {
                if let owner = owners[value.name] {
                    checkKind(of: value, against: book.value(named: value.name)?.value, in: owner)
                } else {
                    owners[value.name] = file
                    book.values.append(applied(value, of: file.pack))
                }
            }
        }
        book.values.sort { $0.value.name < $1.value.name }
        book.tables = book.values.filter { $0.value.basis == .day }.map(table)
        var compiler = RuleFunctionCompiler(
            files: files, names: book.names(), tables: book.tables, language: language, zones: environment.zone)
        compiler.compile { self.origin(of: $0.name, $0.title, $0.citation, RuleTerm(), $1) }
        book.functions = compiler.functions
        return book
    }

    private func checkKind(of value: RuleValue, against other: RuleValue?, in file: RulePackFile) {
        guard let other, other.kind != value.kind || other.basis != value.basis else { return }
        file.report.error(
            "wrong-type", "'\(value.name)' is written another way in the pack that this one extends",
            at: file.valueSpans[value.name])
    }

    private func applied(_ value: RuleValue, of pack: RulePack) -> RuleBook.AppliedValue {
        let entry = value.basis == .day ? value.entries.last : value.entry(on: consultation)
        let citation = entry?.citation ?? RuleCitation(article: nil, sources: [], isUnverified: false)
        let isTable = value.basis == .day
        var origin = origin(
            of: value.name, value.title, citation, isTable ? RuleTerm() : entry?.term ?? RuleTerm(), pack)
        var content = isTable ? nil : entry?.content
        if let setting = settings[value.name], !isTable {
            origin.replaced = content?.words(of: value.kind, in: language) ?? (language == .french ? "rien" : "nothing")
            origin.clause = setting.clause
            origin.isUnverified = false
            content = setting.content(value.kind)
        }
        origin.stated = content?.words(of: value.kind, in: language)
        return RuleBook.AppliedValue(value: value, content: content, origin: origin)
    }

    private func origin(
        of name: String, _ title: RuleText, _ citation: RuleCitation, _ term: RuleTerm, _ pack: RulePack
    ) -> ValueOrigin {
        let isContractual =
            switch pack.standing {
            case .law: true
            case .citation: isCited
            case .usage: false
            }
        return ValueOrigin(
            name: name, title: title.words(in: language), pack: pack.name, packTitle: pack.title.words(in: language),
            article: citation.article, sources: citation.sources.map { pack.sources[$0] ?? $0 }, term: term,
            isUnverified: citation.isUnverified, isContractual: isContractual)
    }

    /// The function that a table of days is.
    private func table(_ applied: RuleBook.AppliedValue) -> HostFunction {
        let value = applied.value
        let name = RuleBook.qualified(value.name)
        let (language, origin) = (language, applied.origin)
        var function = HostFunction(name, parameters: [.date], result: applied.type) {
            arguments throws(EvaluationError) in
            guard case .date(let day) = arguments[0] else { throw EvaluationError(.invalidArgument, "no day") }
            guard case .value(let found)? = value.entry(on: day)?.content else {
                throw noValue(of: value, origin, on: day, in: language)
            }
            return found
        }
        function.source = applied.origin.words(in: language)
        function.title = applied.origin.title
        return function
    }
}

/// What a contract says otherwise than its pack.
struct RuleSetting {
    /// Reads what is written, as the pack's value is; a mistake is reported.
    var content: (RuleValue.Kind) -> RuleContent?
    var clause: Clause?
}

/// That a table ends before a day, or begins after it, and what to do about it.
private func noValue(
    of table: RuleValue, _ origin: ValueOrigin, on day: CivilDate, in language: Language
) -> EvaluationError {
    let term = RuleTerm(from: table.entries.first?.term.from, until: table.entries.last?.term.until)
    let known = term.words(in: language) ?? ""
    let date = day.wordsWithoutWeekday(in: language)
    var error = EvaluationError(
        .outOfRange,
        language == .french
            ? "« \(origin.title) » n'a pas de valeur au \(date) : le paquet de règles « \(origin.pack) » la donne "
                + "\(known) ; complétez-le, ou écrivez la valeur dans le contrat"
            : "'\(origin.title)' has no value on \(date): the rule pack '\(origin.pack)' has it \(known); "
                + "complete the pack, or write the value in the contract")
    error.isForPeople = true
    return error
}
