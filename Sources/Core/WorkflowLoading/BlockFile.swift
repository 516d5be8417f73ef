import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension Shape {
    private static let partsOfBlock = [
        "summary", "parameters", "outcomes", "events", "data", "values", "dates", "clocks", "cadences", "reminders",
        "initial", "checks",
    ]
    static let block = Shape(
        name: "a block", required: ["jalon", "block", "title", "states"], optional: partsOfBlock)
    static let localBlock = Shape(name: "a block", required: ["title", "states"], optional: partsOfBlock)
    static let blockParameter = Shape(
        name: "a parameter of a block",
        optional: [
            "type", "title", "summary", "currency", "basis", "list", "record", "fields", "default", "optional",
        ])
    static let outcome = Shape(name: "an outcome", optional: ["title", "summary", "optional"])
    static let use = Shape(
        name: "a state that uses a block", required: ["use"],
        optional: [
            "with", "outcomes", "as", "title", "clause", "on", "at", "after", "always", "done", "entry", "exit",
            "remind",
        ])
    static let check = Shape(
        name: "a check", required: ["id", "message"], optional: ["severity", "when", "unless", "clause"])
}

/// The text of a block, as a file of the library or in the workflow's own `blocks`.
final class BlockFile {
    let name: String
    let top: MappingReader
    /// Of the file it stands in.
    let report: Report
    /// False for a block of the workflow's own file.
    let isLibrary: Bool

    init(name: String, top: MappingReader, report: Report, isLibrary: Bool) {
        self.name = name
        self.top = top
        self.report = report
        self.isLibrary = isLibrary
    }
}

/// What a block asks for and how it ends.
struct BlockHeader {
    let file: BlockFile
    var parameters: [BlockParameter] = []
    var outcomes: [BlockOutcome] = []

    func parameter(_ name: String) -> BlockParameter? { parameters.first { $0.name == name } }
}

/// Something a block has to be told where it is used.
struct BlockParameter {
    /// What can be given.
    enum Kind: Equatable {
        /// A value: a constant, or an expression of those who use the block.
        case value(ValueType)
        /// A named date, or how one is computed.
        case date
        case period
        /// How often something has to happen.
        case cadence
        case party
        case committee
        /// An event that carries at least these fields.
        case event([RecordField])
        /// A data item that the block changes too.
        case data(ValueType)
    }

    var name: String
    var kind: Kind
    /// The type as the file has it, for people.
    var word: String
    var span: SourceSpan
    var reader: MappingReader?
    var title: String?
    var summary: String?
    /// In the block's own names.
    var defaultNode: YAMLNode?
    var isOptional: Bool

    var isRequired: Bool { defaultNode == nil && !isOptional }

    /// Whether titles may have it in them.
    var canBeConstant: Bool {
        switch kind {
        case .value, .period: true
        default: false
        }
    }
}

/// A way in which a block ends.
struct BlockOutcome {
    var name: String
    /// The title where it is no mapping with keys.
    var node: YAMLNode?
    var reader: MappingReader?
    var title: String?
    var summary: String?
    /// Where nothing is said of it, the block is done with it.
    var isOptional: Bool
    var span: SourceSpan
}

extension WorkflowLoader {
    /// Reads what the block in this loader's file asks for.
    func readHeader(_ file: BlockFile) -> BlockHeader {
        var header = BlockHeader(file: file)
        for (name, node, span) in report.section(file.top["parameters"], "parameters")
        where report.checkWord(name, at: span) {
            guard let parameter = parameter(name, node, span) else { continue }
            header.parameters.append(parameter)
        }
        for (name, node, span) in report.section(file.top["outcomes"], "outcomes") {
            guard report.checkName(name, allowingDots: false, at: span) else { continue }
            let isTitle = node.text != nil || isLocalised(node)
            let reader = node.isNull || isTitle ? nil : MappingReader(node, .outcome, report)
            header.outcomes.append(
                BlockOutcome(
                    name: name, node: isTitle ? node : nil, reader: reader,
                    isOptional: reader?.flag("optional") ?? false, span: span))
        }
        return header
    }

    private func parameter(_ name: String, _ node: YAMLNode, _ span: SourceSpan) -> BlockParameter? {
        if let word = node.text {
            let kind = kind(word) { _ in
                []
            } ofData: {
                .dyn
            } ofValue: {
                type(node) ?? .dyn
            }
            return BlockParameter(name: name, kind: kind, word: word, span: span, isOptional: false)
        }
        guard let reader = MappingReader(node, .blockParameter, report) else { return nil }
        let word = reader["type"]?.text ?? (reader["record"] == nil ? "list" : "record")
        let typeNode = reader["type"].flatMap { $0.text == nil ? $0 : nil }
        let hasType = reader["list"] != nil || reader["record"] != nil
        let kind = kind(word) { _ in
            (reader["fields"].flatMap { fields($0) } ?? []).map { RecordField(name: $0.name, type: $0.type) }
        } ofData: {
            hasType ? type(reader) ?? .dyn : .dyn
        } ofValue: {
            (typeNode.map { type($0) } ?? type(reader)) ?? .dyn
        }
        if let fields = reader["fields"], word != "event" {
            report.error("wrong-type", "only 'type: event' has fields", at: fields.span)
        }
        let isOptional = reader.flag("optional") ?? false
        if isOptional, word == "period" || word == "data", let node = reader["optional"] {
            report.error("wrong-type", "a \(word) cannot be left out; give it a default, or require it", at: node.span)
        }
        return BlockParameter(
            name: name, kind: kind, word: word, span: span, reader: reader, defaultNode: reader["default"],
            isOptional: isOptional)
    }

    private func kind(
        _ word: String, fields: (String) -> [RecordField], ofData: () -> ValueType, ofValue: () -> ValueType
    ) -> BlockParameter.Kind {
        switch word {
        case "date": .date
        case "period": .period
        case "cadence": .cadence
        case "party": .party
        case "committee": .committee
        case "event": .event(fields(word))
        case "data": .data(ofData())
        default: .value(ofValue())
        }
    }

    /// Reads the texts of a header, once what they may have in them is known.
    func readTexts(_ header: inout BlockHeader) {
        for index in header.parameters.indices {
            guard let reader = header.parameters[index].reader else { continue }
            header.parameters[index].title = words(reader, "title")
            header.parameters[index].summary = words(reader, "summary")
        }
        for index in header.outcomes.indices {
            let outcome = header.outcomes[index]
            header.outcomes[index].title =
                outcome.reader.map { words($0, "title") } ?? outcome.node.flatMap { words($0, of: "title") }
            header.outcomes[index].summary = outcome.reader.flatMap { words($0, "summary") }
        }
    }

    // MARK: Files

    /// The block of a name: the workflow's own first, then the library's; `nil` (reported) where there is none.
    func blockFile(_ name: String, at span: SourceSpan) -> BlockFile? {
        if let own = localBlocks[name] { return own }
        if let known = tables.blockFiles[name] { return known }
        guard let found = environment.library(LibraryFile(.block, name)) else {
            let known = localBlocks.keys.sorted() + environment.libraryNames(.block)
            report.unknown("block", name, at: span, among: known)
            return nil
        }
        let (root, ofFile) = readTree(found.text, file: found.path, kind: "a block")
        if !tables.checksAlone || use != nil { ofFile.usedAt = "\(report.file):\(span.start.line)" }
        tables.reports.append(ofFile)
        let top = root.flatMap { MappingReader($0, .block, ofFile) }
        top?.checkVersion()
        let file = top.map { BlockFile(name: name, top: $0, report: ofFile, isLibrary: true) }
        if let node = top?["block"], let written = top?.text("block"), written != name {
            ofFile.error(
                "wrong-name", "the file is called '\(name)', and the block '\(written)'; give both one name",
                at: node.span)
        }
        tables.blockFiles[name] = .some(file)
        return file
    }

    /// Takes up the blocks of the workflow's own file.
    func readLocalBlocks(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "blocks")
        where report.checkName(name, allowingDots: false, at: span) {
            guard let top = MappingReader(node, .localBlock, report) else { continue }
            localBlocks[name] = BlockFile(name: name, top: top, report: report, isLibrary: false)
        }
    }
}
