import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// A block where it is used: its own names, and what the user's names are bound to.
final class BlockUse {
    /// What those who use the block call it; its names begin with it outside: `stage-1.due`.
    let name: String
    /// Reads what stands in the block's file, with the block's own names.
    let inner: WorkflowLoader
    /// Reads what stands beside `use`, with the names of those who use the block.
    unowned let user: WorkflowLoader
    var header: BlockHeader
    /// The value of `use`.
    let span: SourceSpan
    /// What `with` says, by parameter.
    let bindings: [String: (node: YAMLNode, span: SourceSpan)]
    /// What `outcomes` says, by outcome.
    let endings: [String: (node: YAMLNode, span: SourceSpan)]
    /// The state that uses the block, once the states are read.
    var draft: StateDraft?

    init(
        name: String, inner: WorkflowLoader, user: WorkflowLoader, header: BlockHeader, span: SourceSpan,
        bindings: [String: (node: YAMLNode, span: SourceSpan)], endings: [String: (node: YAMLNode, span: SourceSpan)]
    ) {
        self.name = name
        self.inner = inner
        self.user = user
        self.header = header
        self.span = span
        self.bindings = bindings
        self.endings = endings
    }

    /// Whether the block is read by itself: it is given nothing, and stands for all its uses.
    var isAlone: Bool { user.tables.checksAlone && user.use == nil }

    /// The blocks this one stands in, inside out, with itself.
    var chain: [BlockUse] { [self] + (user.use?.chain ?? []) }
}

extension WorkflowLoader {
    /// A block in a block in a block: deeper nobody can follow what is used where.
    private static let deepestUse = 8
    /// More of them nobody writes by hand.
    private static let mostUses = 500

    /// Takes up the blocks that states use, so that their names can be used by whatever is read before the states.
    func declareUses(_ states: YAMLNode?) {
        guard let states, case .mapping(let entries) = states.content else { return }
        for entry in entries {
            guard case .mapping(let keys) = entry.value.content, let state = entry.key.keyText else { continue }
            if keys.contains(where: { $0.key.keyText == "use" }) {
                declareUse(entry.value, of: state, at: entry.key.span)
            } else {
                declareUses(keys.first { $0.key.keyText == "states" }?.value)
            }
        }
    }

    private func declareUse(_ node: YAMLNode, of state: String, at span: SourceSpan) {
        guard let reader = MappingReader(node, .use, report), let block = reader.text("use"), let place = reader["use"]
        else { return }
        let given = reader.text("as")
        let name = given ?? state
        let nameSpan = reader["as"]?.span ?? span
        guard isFree(name, at: nameSpan, isGiven: given != nil) else { return }
        guard let file = blockFile(block, at: place.span), isBounded(file, at: place.span) else {
            brokenUses.insert(name)
            scope.reserve(name, of: .dyn)
            return
        }
        scope.reserve(name, of: nil)
        let inner = WorkflowLoader(report: file.report, user: self, prefix: "\(prefix)\(name).")
        inner.clause = reader.clause() ?? clause
        inner.localBlocks = file.isLibrary ? [:] : localBlocks
        let use = BlockUse(
            name: name, inner: inner, user: self, header: inner.readHeader(file), span: place.span,
            bindings: members(reader["with"], "with"), endings: members(reader["outcomes"], "outcomes"))
        uses.append(use)
        usesByPlace[node.span.start.offset] = use
        inner.declare(use)
    }

    /// The entries of a mapping by name.
    private func members(_ node: YAMLNode?, _ key: String) -> [String: (node: YAMLNode, span: SourceSpan)] {
        Dictionary(report.section(node, key).map { ($0.name, ($0.node, $0.span)) }) { first, _ in first }
    }

    private func isFree(_ name: String, at span: SourceSpan, isGiven: Bool) -> Bool {
        guard report.checkWord(name, at: span) else { return false }
        let word = expressionName(name)
        let advice = isGiven ? "choose another name" : "give this one a name of its own with 'as'"
        if let other = uses.first(where: { expressionName($0.name) == word })?.name
            ?? brokenUses.first(where: { $0 == name })
        {
            report.error("duplicate-name", "there is a block '\(other)' already; \(advice)", at: span)
            return false
        }
        let kind =
            scope.kind(of: name)
            ?? (names.committees.names.contains { expressionName($0) == word } ? "a committee" : nil)
            ?? (names.events.names.contains { $0 == name || $0.hasPrefix(name + ".") }
                ? "the beginning of an event" : nil)
        if let kind {
            report.error("duplicate-name", "'\(name)' is already \(kind); \(advice)", at: span)
            return false
        }
        return true
    }

    /// Reports a block that uses itself, and more blocks than anybody can follow.
    private func isBounded(_ file: BlockFile, at span: SourceSpan) -> Bool {
        let chain = use?.chain ?? []
        if let start = chain.firstIndex(where: { $0.header.file === file }) {
            let ring = [file.name] + chain[...start].reversed().dropFirst().map(\.header.file.name) + [file.name]
            report.error("block-cycle", "the block uses itself: \(ring.joined(separator: " → "))", at: span)
            return false
        }
        if chain.count == Self.deepestUse {
            report.error("too-large", "blocks stand in one another more than \(Self.deepestUse) deep here", at: span)
            return false
        }
        if tables.parts.count > Self.mostUses {
            if !tables.hasTooManyUses {
                report.error("too-large", "more than \(Self.mostUses) blocks are used", at: span)
            }
            tables.hasTooManyUses = true
            return false
        }
        return true
    }

    // MARK: The block's names

    /// Takes up the names of this loader's block: its parameters, and what it declares.
    private func declare(_ use: BlockUse) {
        self.use = use
        header(of: use)
        let top = use.header.file.top
        readEvents(top["events"])
        readData(top["data"])
        declareDates(top["dates"])
        declareCadences(top["cadences"])
        declareUses(top["states"])
    }

    private func header(of use: BlockUse) {
        for (name, given) in use.bindings.sorted(by: { $0.value.span.start.offset < $1.value.span.start.offset })
        where use.header.parameter(name) == nil {
            use.user.report.unknown("parameter", name, at: given.span, among: use.header.parameters.map(\.name))
        }
        let missing =
            use.isAlone
            ? [] : use.header.parameters.filter { $0.isRequired && use.bindings[$0.name].map(\.node.isNull) ?? true }
        if !missing.isEmpty {
            let list = missing.map { "'\($0.name)' (\($0.word))" }.joined(separator: ", ")
            use.user.report.error(
                "missing-parameter", "block '\(use.header.file.name)' needs \(list) under 'with'", at: use.span)
        }
        for parameter in use.header.parameters {
            declared.append(
                Declared(
                    subject: .blockParameter(parameter.name), kind: "parameter", name: parameter.name,
                    span: parameter.span))
            bindConstant(parameter, use)
        }
        checkOutcomes(use)
        // Reading a text looks at the header.
        var header = use.header
        readTexts(&header)
        use.header = header
        for parameter in header.parameters {
            switch parameter.kind {
            case .date: dateBindings[parameter.name] = parameter
            case .event: eventBindings[parameter.name] = parameter
            default: break
            }
        }
    }

    private func checkOutcomes(_ use: BlockUse) {
        let known = use.header.outcomes.map(\.name)
        for (name, given) in use.endings.sorted(by: { $0.value.span.start.offset < $1.value.span.start.offset })
        where !known.contains(name) {
            use.user.report.unknown("outcome", name, at: given.span, among: known)
        }
        let missing =
            use.isAlone
            ? [] : use.header.outcomes.filter { !$0.isOptional && use.endings[$0.name].map(\.node.isNull) ?? true }
        if !missing.isEmpty {
            let list = missing.map { "'\($0.name)'" }.joined(separator: ", ")
            use.user.report.error(
                "missing-outcome",
                "block '\(use.header.file.name)' ends with \(list) too; say under 'outcomes' where that leads",
                at: use.span)
        }
    }

    /// What titles may have in them: texts, numbers and periods that are written here as they are.
    private func bindConstant(_ parameter: BlockParameter, _ use: BlockUse) {
        guard parameter.canBeConstant else { return }
        let word = expressionName(parameter.name)
        if use.isAlone { return constants[word] = "<\(parameter.name)>" }
        if let given = use.bindings[parameter.name]?.node, !given.isNull {
            if parameter.kind == .value(.string) {
                constants[word] =
                    use.user.isLocalised(given) || given.text != nil ? use.user.words(given, of: parameter.name) : nil
            } else {
                constants[word] = given.text
            }
        } else if let node = parameter.defaultNode {
            constants[word] = isLocalised(node) || node.text != nil ? words(node, of: "default") : nil
        } else if parameter.isOptional {
            constants[word] = ""
        }
    }
}
