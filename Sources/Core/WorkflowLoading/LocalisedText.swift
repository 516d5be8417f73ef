import CivilTime
import WorkflowModel
import YAMLReader

extension Shape {
    static let localised = Shape(name: "a text in several languages", optional: ["fr", "en"])
}

extension WorkflowLoader {
    /// A text for people: as it stands, or `{ fr: …, en: … }` in the contract's language, else in the one there is.
    ///
    /// In a block, `{{ name }}` stands for what the parameter of that name was given.
    func words(_ reader: MappingReader, _ key: String) -> String? {
        reader[key].flatMap { words($0, of: key) }
    }

    func words(_ node: YAMLNode, of key: String) -> String? {
        guard let node = localised(node), let text = report.text(node, of: key) else { return nil }
        return use == nil ? text : filled(text, node)
    }

    /// The text of a node in the contract's language.
    func localised(_ node: YAMLNode) -> YAMLNode? {
        guard case .mapping = node.content else { return node }
        guard let reader = MappingReader(node, .localised, report) else { return nil }
        let (own, other) = language == .french ? ("fr", "en") : ("en", "fr")
        if let missing = [own, other].first(where: { reader[$0] == nil }), tables.checksAlone {
            report.warning("missing-translation", "this has no '\(missing)' text", at: node.span.firstCharacter)
        }
        return reader[own] ?? reader[other]
    }

    /// Whether a mapping is a text in several languages and nothing else.
    func isLocalised(_ node: YAMLNode) -> Bool {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else { return false }
        return entries.allSatisfy { Shape.localised.keys.contains($0.key.keyText ?? "") }
    }

    /// Puts what parameters were given in the place of their names.
    private func filled(_ text: String, _ node: YAMLNode) -> String? {
        var result = ""
        var rest = Substring(text)
        while let open = rest.range(ofWord: "{{") {
            result += rest[..<open.lowerBound]
            let inner = rest[open.upperBound...]
            guard let close = inner.range(ofWord: "}}") else {
                report.error("bad-text", "'{{' is not closed by '}}'", at: node.span)
                return nil
            }
            let name = inner[..<close.lowerBound]
            let offset = text.utf8.distance(from: text.startIndex, to: inner.startIndex)
            guard
                let constant = constant(
                    name.trimmed, at: { part(of: node, from: offset, length: name.utf8.count) })
            else { return nil }
            result += constant
            rest = inner[close.upperBound...]
        }
        return result + rest
    }

    private func constant(_ name: String, at span: () -> SourceSpan) -> String? {
        let word = expressionName(name)
        usedNames.insert(word)
        if let constant = constants[word] { return constant }
        let known = use?.header.parameters.filter(\.canBeConstant) ?? []
        if let use, known.contains(where: { expressionName($0.name) == word }) {
            // What is missing, or no text at all, is reported elsewhere.
            if let node = use.bindings[name]?.node, case .mapping = node.content {
                use.user.report.error(
                    "not-constant",
                    "the titles of block '\(use.header.file.name)' have '\(name)' in them, so it has to be known here: write "
                        + "the text itself", at: node.span)
            }
            return ""
        }
        report.error(
            "unknown-parameter", "a title can name parameters of the block, and '\(name)' is none", at: span(),
            guess: report.guess(name, among: known.map(\.name)))
        return nil
    }
}

extension StringProtocol {
    /// Without white space at the ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
