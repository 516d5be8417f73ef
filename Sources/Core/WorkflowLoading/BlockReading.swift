package import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// What a block is for and what it takes, as its file says it, in one language.
package struct BlockDescription: Hashable, Sendable {
    /// Something a block is told under `with`.
    package struct Parameter: Hashable, Sendable {
        package var name: String
        /// The word of the file, with what it holds: `money`, `list (name, weight)`.
        package var type: String
        package var isRequired: Bool
        /// As the file has it.
        package var defaultText: String?
        package var summary: String?
    }

    /// A named part of the block, in the order of its file.
    package struct Part: Hashable, Sendable {
        package var name: String
        package var title: String?
        /// What an event carries: `reason (text)`; the type of a value.
        package var details: [String] = []
    }

    /// A way in which the block ends.
    package struct Outcome: Hashable, Sendable {
        package var name: String
        package var title: String?
        /// Where those who use the block have to say what it leads to.
        package var isRequired: Bool
    }

    package var name: String
    package var title: String
    package var summary: String?
    package var parameters: [Parameter]
    package var outcomes: [Outcome]
    /// What people report to it.
    package var events: [Part]
    /// What it tells those who use it by raising an event.
    package var raised: [Part]
    package var dates: [Part]
    /// Data and values that expressions outside can read.
    package var values: [Part]
}

/// Reads and checks the file of a block by itself, with parameters that stand for anything of their type.
///
/// - Parameters:
///   - file: Its name, for diagnostics; without folder and ending, the block's name.
///   - language: Of the description; the check is made in every language.
/// - Returns: All diagnostics, and the description unless the file could not be read at all.
package func readBlock(
    _ text: String, file: String, language: Language, environment: LoadingEnvironment
) -> (block: BlockDescription?, diagnostics: [Diagnostic]) {
    let readings = [language] + Language.allCases.filter { $0 != language }
    var diagnostics: [Diagnostic] = []
    var description: BlockDescription?
    for (number, language) in readings.enumerated() {
        let loader = loadAlone(text, file: file, language: language, environment: environment)
        let read = loader.uses.first.map(BlockDescription.init)
        diagnostics += loader.tables.diagnostics.filter { !diagnostics.contains($0) }
        if number == 0 { description = read }
    }
    return (description, diagnostics)
}

/// A block in a workflow that holds nothing else.
private func loadAlone(
    _ text: String, file: String, language: Language, environment: LoadingEnvironment
) -> WorkflowLoader {
    let name = file.split(separator: "/").last.map { $0.hasSuffix(".yaml") ? $0.dropLast(5) : $0 } ?? ""
    let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    let around = """
        jalon: 1
        workflow: alone
        title: alone
        time-zone: UTC
        language: \(language.rawValue)
        parties: { anybody: anybody }
        states:
          block: { use: "\(quoted)", done: end }
          end: { type: final }
        """
    var environment = environment
    let library = environment.library
    environment.zone = { _ in .utc }
    environment.library = { wanted in
        wanted == LibraryFile(.block, String(name)) ? LibraryText(text: text, path: file) : library(wanted)
    }
    let (root, report) = readTree(around, file: file, kind: "a workflow")
    let loader = WorkflowLoader(report: report, environment: environment)
    loader.tables.checksAlone = true
    _ = root.flatMap { loader.load($0) }
    // What is said of the workflow around it is nobody's mistake.
    loader.tables.reports.removeFirst()
    return loader
}

extension BlockDescription {
    fileprivate init(_ use: BlockUse) {
        let inner = use.inner
        let top = use.header.file.top
        name = use.header.file.name
        title = inner.words(top, "title") ?? name
        summary = inner.words(top, "summary")
        parameters = use.header.parameters.map { parameter in
            Parameter(
                name: parameter.name, type: parameter.typeInWords, isRequired: parameter.isRequired,
                defaultText: parameter.defaultNode?.sourceText, summary: parameter.summary ?? parameter.title)
        }
        outcomes = use.header.outcomes.map { Outcome(name: $0.name, title: $0.title, isRequired: !$0.isOptional) }
        func isOwn(_ name: String) -> Bool { name.hasPrefix(inner.prefix) }
        func local(_ name: String) -> String { String(name.dropFirst(inner.prefix.count)) }
        func words(_ title: String, for name: String) -> String? { title == name ? nil : title }
        let given = Set(use.header.parameters.map { inner.prefix + $0.name })
        func part(_ event: EventDeclaration) -> Part {
            Part(
                name: local(event.name), title: words(event.title, for: event.name),
                details: event.fields.map { "\($0.name.hyphenated) (\($0.type.word)\($0.isOptional ? "?" : ""))" })
        }
        let own = inner.events.filter { isOwn($0.name) }
        events = own.filter { !$0.isRaisedByBlock }.map(part)
        raised = own.filter(\.isRaisedByBlock).map(part)
        dates = inner.dates.filter { isOwn($0.name) }.map {
            Part(name: local($0.name), title: words($0.title, for: $0.name))
        }
        values =
            inner.data.filter { isOwn($0.name) && !given.contains($0.name) }.map {
                Part(name: local($0.name), title: $0.title, details: [$0.type.word])
            }
            + inner.values.filter { isOwn($0.name) && !given.contains($0.name) && !local($0.name).contains(".") }.map {
                Part(name: local($0.name), title: $0.title, details: [$0.expression.expression.type.word])
            }
    }
}

extension BlockParameter {
    /// The type's word with what it holds, hyphens and not underscores in names.
    fileprivate var typeInWords: String {
        let fields: [RecordField]
        switch kind {
        case .event(let carried): fields = carried
        case .value(.list(.record(let row))), .data(.list(.record(let row))): fields = row
        case .value(.record(let row)), .data(.record(let row)): fields = row
        default: fields = []
        }
        return fields.isEmpty ? word : "\(word) (\(fields.map { $0.name.hyphenated }.joined(separator: ", ")))"
    }
}

extension ValueType {
    /// The type as a file has it.
    fileprivate var word: String {
        switch self {
        case .bool: "boolean"
        case .int: "integer"
        case .decimal: "decimal"
        case .string: "text"
        case .money(let currency, _): "money" + (currency.map { " \($0)" } ?? "")
        case .date: "date"
        case .timestamp: "date-time"
        case .list(.record(let fields)): "list (\(fields.map { $0.name.hyphenated }.joined(separator: ", ")))"
        case .list(let element): "list of \(element.word)"
        case .record(let fields): "record (\(fields.map { $0.name.hyphenated }.joined(separator: ", ")))"
        default: "any"
        }
    }
}

extension String {
    /// A name of an expression as files have it.
    fileprivate var hyphenated: String { String(map { $0 == "_" ? "-" : $0 }) }
}

extension YAMLNode {
    /// A short value as it would be written in one line.
    fileprivate var sourceText: String {
        switch content {
        case .scalar(let scalar): scalar.text
        case .sequence(let items): "[" + items.map(\.sourceText).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{ " + entries.map { "\($0.key.sourceText): \($0.value.sourceText)" }.joined(separator: ", ") + " }"
        }
    }
}
