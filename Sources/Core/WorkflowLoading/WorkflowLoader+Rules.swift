import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension Shape {
    static let rules = Shape(name: "'rules'", required: ["pack"], optional: ["set", "cited", "clause"])
    static let ruleSetting = Shape(name: "a value of the contract's own", required: ["is"], optional: ["clause"])
}

/// The rule book of a workflow, and what of it has been used.
final class RulesInUse {
    /// Absent where the pack could not be read: nothing is said about its names then.
    let book: RuleBook?
    /// What its names stand for in expressions.
    var references: [String: (type: ValueType, reference: VariableReference)] = [:]
    /// Names of which enough was said.
    var noted: Set<String> = []

    init(book: RuleBook?) { self.book = book }
}

extension WorkflowLoader {
    /// The rules that hold; `nil` where the workflow names none.
    var rules: RulesInUse? { tables.rules }

    /// Reads which rules hold, and takes up their names. For a child they are those of the case around it.
    func readRules(_ top: MappingReader) {
        guard surroundings == nil else { return takeOverRules() }
        let consultation = consultation(top)
        guard let node = top["rules"] else {
            if let node = top["consultation"] {
                report.warning(
                    "no-effect", "the day of the consultation chooses among rules, and there are none", at: node.span)
            }
            return
        }
        let reader = node.text == nil ? MappingReader(node, .rules, report) : nil
        tables.rules = RulesInUse(book: nil)
        guard let nameNode = node.text == nil ? reader?["pack"] : node, let name = report.text(nameNode, of: "rules")
        else {
            return
        }
        guard environment.library(LibraryFile(.rules, name)) != nil else {
            return report.unknown("rule pack", name, at: nameNode.span, among: environment.libraryNames(.rules))
        }
        let builder = RuleBookBuilder(consultation: consultation, language: language, environment: environment)
        let settings = settings(reader)
        builder.settings = settings.mapValues(\.item)
        builder.isCited = reader?.flag("cited") ?? true
        let book = builder.book(of: name)
        guard let book else {
            tables.reports += builder.reports
            return report.error("broken-rule-pack", "rule pack '\(name)' has mistakes", at: nameNode.span)
        }
        guard reportsNoEdition(of: book, consultation, at: nameNode.span) else { return }
        for (name, setting) in settings.sorted(by: { $0.key < $1.key }) {
            switch book.value(named: name)?.value.basis {
            case nil: report.unknown("rule", name, at: setting.span, among: book.values.map(\.value.name))
            case .consultation: break
            case .day:
                report.error(
                    "wrong-type", "'\(name)' is a table by day, and the contract can set single values only",
                    at: setting.span)
            }
        }
        tables.rules = RulesInUse(book: book)
        declare(book)
        takeUpRules()
    }

    private func takeOverRules() {
        guard let around = surroundings?.rules else { return }
        let rules = RulesInUse(book: around.book)
        rules.noted = around.noted
        tables.rules = rules
        guard let book = around.book else { return }
        declare(book)
        takeUpRules()
    }

    /// The day of the consultation: written, or that of a date that is.
    private func consultation(_ top: MappingReader) -> CivilDate? {
        guard let node = top["consultation"], let text = top.text("consultation") else { return nil }
        if let day = CivilDate(iso: text) { return day }
        let entries: [YAMLEntry] = if case .mapping(let entries)? = top["dates"]?.content { entries } else { [] }
        guard let entry = entries.first(where: { $0.key.keyText == text }) else {
            report.unknown("date", text, at: node.span, among: entries.compactMap(\.key.keyText))
            return nil
        }
        var written = entry.value.text
        if case .mapping(let keys) = entry.value.content {
            written = keys.first { $0.key.keyText == "at" }?.value.text
        }
        if let written, let day = CivilDate(iso: written) ?? CivilDateTime(iso: written)?.date {
            if let index = names.dates[text] { used.insert(.date(index)) }
            return day
        }
        report.error(
            "wrong-type", "'\(text)' is computed, and rules are chosen before anything is; write the day", at: node.span
        )
        return nil
    }

    private func settings(_ reader: MappingReader?) -> [String: Located<RuleSetting>] {
        var settings: [String: Located<RuleSetting>] = [:]
        let clause = reader?.clause()
        for (name, node, span) in report.section(reader?["set"], "set") {
            var written = node
            var ownClause: Clause?
            if case .mapping = node.content {
                guard let reader = MappingReader(node, .ruleSetting, report), let value = reader["is"] else { continue }
                written = value
                ownClause = reader.clause()
            }
            let packs = RulePackReader(report: report, environment: environment)
            let setting = RuleSetting(content: { packs.content(written, as: $0) }, clause: ownClause ?? clause)
            settings[name] = Located(item: setting, span: span)
        }
        return settings
    }

    /// Whether there is an edition for the consultation; says if not, and if the pack is not meant for it.
    private func reportsNoEdition(of book: RuleBook, _ consultation: CivilDate?, at span: SourceSpan) -> Bool {
        guard let pack = book.packs.first else { return false }
        guard pack.editions.isEmpty else {
            let names = pack.editions.map(\.pack).joined(separator: ", ")
            let reason = consultation == nil ? "add 'consultation'" : "none of them is for that consultation"
            report.error(
                "missing-consultation", "'\(pack.name)' stands for \(names) according to the consultation: \(reason)",
                at: span)
            return false
        }
        for pack in book.packs {
            guard let consultation, !pack.term.contains(consultation), let term = pack.term.words(in: .english) else {
                continue
            }
            report.warning(
                "pack-not-in-force",
                "'\(pack.name)' is meant for consultations \(term), and this one is of "
                    + consultation.wordsWithoutWeekday(in: .english), at: span)
        }
        return true
    }

    private func declare(_ book: RuleBook) {
        let (types, constants) = book.names()
        for (name, type) in types.sorted(by: { $0.key < $1.key }) {
            let applied = book.value(usedAs: name)
            rules?.references[name] = (type, .value(values.count))
            valueDepths.append(1)
            var value = ComputedValue(
                name, title: applied?.origin.title, constant: constants[name] ?? .null, type: type,
                clause: applied?.origin.clause)
            value.origin = applied?.origin
            values.append(value)
        }
    }

    /// Makes the rules' names known in this scope.
    func takeUpRules() {
        guard let rules, let book = rules.book else { return }
        scope.add(book, rules.references)
    }

    // MARK: Use

    /// Says what there is to say about the rules that an expression uses: no value, not verified, not contractual.
    func noteRules(usedBy expression: Expression, at span: SourceSpan) {
        guard let book = rules?.book else { return }
        for function in expression.hostFunctions {
            if let applied = book.functions.first(where: { $0.call.name == function }) {
                note(applied.origin, as: function, at: span)
            }
        }
        for name in book.uses(of: expression) {
            if let applied = book.value(usedAs: name) { note(applied, at: span) }
        }
    }

    private func note(_ applied: RuleBook.AppliedValue, at span: SourceSpan) {
        let name = applied.expressionName
        if let problem = applied.problem(for: rules?.book?.consultation) {
            let code = rules?.book?.consultation == nil ? "missing-consultation" : "no-rule-value"
            return report.error(code, "'\(name)' has no value: \(problem)", at: span)
        }
        note(applied.origin, as: name, at: span)
    }

    private func note(_ origin: ValueOrigin, as name: String, at span: SourceSpan) {
        guard origin.replaced == nil, rules?.noted.insert(name).inserted == true else { return }
        if origin.isUnverified {
            report.note("unverified-rule", "'\(name)' is marked in '\(origin.pack)' as not verified", at: span)
        }
        if !origin.isContractual {
            report.note(
                "not-contractual", "'\(name)' is a default of '\(origin.pack)', which the contract does not cite",
                at: span)
        }
    }

    /// A period written `rules.NAME`; `nil` for any other text.
    func rulePeriod(_ text: String, at span: SourceSpan) -> RulePeriod? {
        let prefix = "\(RuleBook.name)."
        guard text.hasPrefix(prefix) else { return nil }
        guard let rules else {
            report.error("unknown-rule", "the workflow has no 'rules', so '\(text)' is nothing", at: span)
            return .mistaken
        }
        guard let book = rules.book else { return .mistaken }
        let name = String(text.dropFirst(prefix.count))
        guard let applied = book.value(named: name) else {
            let periods = book.values.filter { $0.value.kind == .period }.map(\.value.name)
            report.unknown("rule", name, at: span, among: periods)
            return .mistaken
        }
        guard applied.value.kind == .period else {
            report.error("wrong-type", "'\(text)' is no period", at: span)
            return .mistaken
        }
        note(applied, at: span)
        guard case .period(let period)? = applied.content else { return .mistaken }
        return .known(period)
    }

    enum RulePeriod {
        case known(Period)
        /// Enough was said.
        case mistaken
    }

    /// Where the period of a date written `rules.NAME after …` comes from, or of `within after …` where a block was
    /// given that period from the rules.
    func ruleOrigin(ofPeriodIn node: YAMLNode?) -> ValueOrigin? {
        guard let text = node?.text, let word = text.split(separator: " ").first else { return nil }
        return ruleOrigin(ofPeriod: String(word))
    }

    /// Where a period comes from that is a name.
    func ruleOrigin(ofPeriod name: String) -> ValueOrigin? {
        guard name.hasPrefix("\(RuleBook.name).") else { return periodOrigins[name] }
        return rules?.book?.value(named: String(name.dropFirst(RuleBook.name.count + 1)))?.origin
    }
}
