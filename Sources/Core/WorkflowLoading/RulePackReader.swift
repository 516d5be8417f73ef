import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension Shape {
    private static let citation = ["source", "article", "unverified"]
    static let rulePack = Shape(
        name: "a rule pack", required: ["jalon", "rules", "title"],
        optional: ["extends", "standing", "from", "until", "sources", "editions", "values", "functions"])
    static let edition = Shape(name: "an edition", required: ["pack"], optional: ["from", "until"])
    static let rule = Shape(
        name: "a value of a rule pack", required: ["type"],
        optional: ["title", "currency", "basis", "by", "is", "dated"] + citation)
    static let datedRule = Shape(name: "a dated value", required: ["is"], optional: ["from", "until"] + citation)
    static let ruleFunction = Shape(
        name: "a function of a rule pack", required: ["takes", "gives", "is"],
        optional: ["title", "requires"] + citation)
    static let condition = Shape(name: "a condition", required: ["that", "else"])
    static let ruleText = Shape(name: "a text in several languages", optional: ["fr", "en"])
}

/// A rule pack's file as it was read.
struct RulePackFile {
    /// What of a function is compiled once all values are known.
    struct Formula {
        var expression: YAMLNode
        var conditions: [(that: YAMLNode, otherwise: RuleText)]
        var span: SourceSpan
    }

    var pack: RulePack
    /// By the function's name.
    var formulas: [String: Formula]
    /// Where the packs are named that this one rests on.
    var baseSpan: SourceSpan?
    var editionSpans: [SourceSpan]
    /// Where values are declared, by name.
    var valueSpans: [String: SourceSpan]
    let report: Report
}

/// Reads a rule pack's file; what could not be read is left out.
struct RulePackReader {
    let report: Report
    /// Reads types and literals as workflows have them.
    private let loader: WorkflowLoader
    private var sources: [String: String] = [:]

    init(report: Report, environment: LoadingEnvironment) {
        self.report = report
        loader = WorkflowLoader(report: report, environment: environment)
    }

    mutating func read(_ root: YAMLNode) -> RulePackFile? {
        guard let top = MappingReader(root, .rulePack, report) else { return nil }
        top.checkVersion()
        let name = top.text("rules") ?? ""
        if let node = top["rules"] { _ = report.checkName(name, allowingDots: false, at: node.span) }
        for (tag, node, _) in report.section(top["sources"], "sources") { sources[tag] = report.text(node, of: tag) }
        let editions = editions(top)
        let values = values(top["values"])
        let functions = functions(top["functions"])
        let pack = RulePack(
            name: name, title: text(top, "title") ?? RuleText(french: name, english: name), base: top.text("extends"),
            standing: top.choice("standing", RulePack.Standing.self) ?? .law, term: term(top), sources: sources,
            editions: editions.map(\.item), values: values.map(\.item), functions: functions.map(\.function))
        return RulePackFile(
            pack: pack,
            formulas: Dictionary(functions.map { ($0.function.name, $0.formula) }) { first, _ in first },
            baseSpan: top["extends"]?.span, editionSpans: editions.map(\.span),
            valueSpans: Dictionary(values.map { ($0.item.name, $0.span) }) { first, _ in first }, report: report)
    }

    private func editions(_ top: MappingReader) -> [Located<RulePack.Edition>] {
        guard let node = top["editions"] else { return [] }
        guard case .sequence(let items) = node.content else {
            report.error("wrong-type", "'editions' is a list, found \(node.kindInWords)", at: node.span)
            return []
        }
        for key in ["extends", "values", "functions"] {
            guard let other = top[key] else { continue }
            report.error("no-effect", "a name that stands for other packs has no '\(key)' of its own", at: other.span)
        }
        let editions: [Located<RulePack.Edition>] = items.compactMap { item in
            guard let reader = MappingReader(item, .edition, report), let pack = reader.text("pack") else { return nil }
            return Located(item: .init(pack: pack, term: term(reader)), span: item.span)
        }
        checkTerms(editions.map { ($0.item.term, $0.span) })
        return editions
    }

    // MARK: Values

    private func values(_ node: YAMLNode?) -> [Located<RuleValue>] {
        report.section(node, "values").compactMap { name, node, span in
            guard report.checkWord(name, at: span), let reader = MappingReader(node, .rule, report) else { return nil }
            return value(name, reader).map { Located(item: $0, span: span) }
        }
    }

    private func value(_ name: String, _ reader: MappingReader) -> RuleValue? {
        guard let kind = kind(reader) else { return nil }
        var entries: [RuleValue.Entry] = []
        switch (reader["is"], reader["dated"]) {
        case (let node?, nil):
            entries =
                content(node, as: kind).map {
                    [
                        .init(
                            term: RuleTerm(), content: $0,
                            citation: citation(reader, at: reader.node.span.firstCharacter))
                    ]
                } ?? []
        case (nil, let node?): entries = dated(node, kind, of: reader)
        case (nil, nil):
            report.error(
                "missing-key", "'\(name)' needs 'is' (a value) or 'dated' (values with 'from' and 'until')",
                at: reader.node.span.firstCharacter)
        case (_?, let second?):
            report.error("two-sources", "'\(name)' has both 'is' and 'dated'; keep one", at: second.span)
        }
        let basis = reader.choice("by", RuleValue.Basis.self) ?? .consultation
        if basis == .day, kind == .period, let node = reader["by"] {
            report.error("wrong-type", "a period is chosen by the consultation's day", at: node.span)
        }
        return RuleValue(
            name: name, title: text(reader, "title") ?? RuleText(french: name, english: name), kind: kind,
            basis: basis, entries: entries)
    }

    private func kind(_ reader: MappingReader) -> RuleValue.Kind? {
        switch reader["type"]?.text {
        case "period": .period
        case "percent": .percent
        case "permille-per-day": .permille
        default: loader.type(reader).map(RuleValue.Kind.value)
        }
    }

    /// Reads a value as its kind is written; a mistake is reported.
    func content(_ node: YAMLNode, as kind: RuleValue.Kind) -> RuleContent? {
        switch kind {
        case .period:
            return report.text(node, of: "is").flatMap { loader.period($0, at: node.span) }.map(RuleContent.period)
        case .percent: return share(node, "%")
        case .permille: return share(node, "‰")
        case .value(let type): return loader.literal(node, as: type).map(RuleContent.value)
        }
    }

    /// `20` or `20 %`.
    private func share(_ node: YAMLNode, _ sign: String) -> RuleContent? {
        if let text = node.text {
            let bare =
                text.hasSuffix(sign) ? String(text.dropLast(sign.count).reversed().drop { $0 == " " }.reversed()) : text
            if let number = Decimal(bare) { return .value(.decimal(number)) }
        }
        report.error("wrong-type", "expected a number such as 20 \(sign), found \(node.kindInWords)", at: node.span)
        return nil
    }

    private func dated(_ node: YAMLNode, _ kind: RuleValue.Kind, of value: MappingReader) -> [RuleValue.Entry] {
        guard case .sequence(let items) = node.content else {
            report.error("wrong-type", "'dated' is a list, found \(node.kindInWords)", at: node.span)
            return []
        }
        let entries: [Located<RuleValue.Entry>] = items.compactMap { item in
            guard let reader = MappingReader(item, .datedRule, report), let written = reader["is"] else { return nil }
            let citation = citation(reader, within: value, at: item.span.firstCharacter)
            return content(written, as: kind).map {
                Located(item: .init(term: term(reader), content: $0, citation: citation), span: item.span)
            }
        }
        checkTerms(entries.map { ($0.item.term, $0.span) })
        return entries.map(\.item)
    }

    /// Reports terms that overlap, leave days out between them, or are out of order.
    private func checkTerms(_ terms: [(term: RuleTerm, span: SourceSpan)]) {
        for (one, next) in zip(terms, terms.dropFirst()) {
            guard let until = one.term.until, let from = next.term.from, from > until else {
                report.error(
                    "overlapping-terms",
                    "this holds on days for which the one before it holds too; give that one an 'until', "
                        + "and this one the day after as 'from'", at: next.span.firstCharacter)
                continue
            }
            if until.adding(days: 1) != from {
                report.error(
                    "gap-in-terms",
                    "nothing holds from \(until.adding(days: 1)) to \(from.adding(days: -1)), between this one and the one "
                        + "before it", at: next.span.firstCharacter)
            }
        }
    }

    // MARK: Functions

    private func functions(_ node: YAMLNode?) -> [(function: RuleFunction, formula: RulePackFile.Formula)] {
        report.section(node, "functions").compactMap { name, node, span in
            guard report.checkWord(name, at: span), let reader = MappingReader(node, .ruleFunction, report),
                let source = reader["is"], let text = report.text(source, of: "is")
            else { return nil }
            let parameters = report.section(reader["takes"], "takes").compactMap { word, node, span in
                report.checkWord(word, at: span)
                    ? RuleFunction.Parameter(name: expressionName(word), type: loader.type(node) ?? .dyn) : nil
            }
            let function = RuleFunction(
                name: name, title: self.text(reader, "title") ?? RuleText(french: name, english: name),
                parameters: parameters, result: reader["gives"].flatMap { loader.type($0) } ?? .dyn, source: text,
                citation: citation(reader, at: span))
            return (function, .init(expression: source, conditions: conditions(reader["requires"]), span: span))
        }
    }

    private func conditions(_ node: YAMLNode?) -> [(that: YAMLNode, otherwise: RuleText)] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.content else {
            report.error("wrong-type", "'requires' is a list, found \(node.kindInWords)", at: node.span)
            return []
        }
        return items.compactMap { item in
            guard let reader = MappingReader(item, .condition, report), let that = reader["that"],
                let otherwise = text(reader, "else")
            else { return nil }
            return (that, otherwise)
        }
    }

    // MARK: Parts

    /// Reads what is cited, and reports what is cited nowhere and not marked so.
    private func citation(
        _ reader: MappingReader, within outer: MappingReader? = nil, at span: SourceSpan
    ) -> RuleCitation {
        var tags: [String] = []
        if let node = reader["source"] ?? outer?["source"] {
            for (tag, span) in report.texts(node, of: "source") {
                if sources[tag] == nil { report.unknown("source", tag, at: span, among: sources.keys.sorted()) }
                tags.append(tag)
            }
        }
        let isUnverified = reader.flag("unverified") ?? outer?.flag("unverified") ?? false
        if tags.isEmpty, !isUnverified {
            report.error(
                "missing-source", "say where this was read ('source'), or that it was not ('unverified: true')",
                at: span)
        }
        return RuleCitation(
            article: reader.text("article") ?? outer?.text("article"), sources: tags, isUnverified: isUnverified)
    }

    private func text(_ reader: MappingReader, _ key: String) -> RuleText? {
        guard let node = reader[key] else { return nil }
        if let text = node.text { return RuleText(french: text, english: text) }
        guard let reader = MappingReader(node, .ruleText, report) else { return nil }
        return RuleText(french: reader.text("fr"), english: reader.text("en"))
    }

    private func term(_ reader: MappingReader) -> RuleTerm {
        let (from, until) = reader.term()
        return RuleTerm(from: from, until: until)
    }
}
